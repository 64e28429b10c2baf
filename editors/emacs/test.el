;;; test.el --- Run by tests/test_editors.py  -*- lexical-binding: t; -*-

;; Opens the faulty report in $REPORT, waits for its diagnostics, applies the first fix that is offered for the rule
;; $RULE, saves, waives the rule $WAIVED, and writes what it saw to $OUT, one line for each thing.

(add-to-list 'load-path (getenv "TOP"))
(require 'reportlint)
(setq reportlint-command (split-string (getenv "SERVER") " ")
      eglot-sync-connect 60
      eglot-connect-timeout 60
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil
      create-lockfiles nil)
(set-language-environment "UTF-8")

;; The person who is asked whether the server may edit a file that is not open.
(advice-add 'y-or-n-p :override (lambda (&rest _) t))

(defun say (format &rest arguments)
  (write-region (concat (apply #'format format arguments) "\n") nil (getenv "OUT") t 'silent))

(defun until (what holds)
  (with-timeout (60 (say "failed: %s" what) (kill-emacs 3))
    (while (not (funcall holds))
      (accept-process-output nil 0.05))))

(defun of-rule (rule)
  (seq-filter (lambda (each) (string-match-p (regexp-quote rule) (flymake-diagnostic-text each)))
              (flymake-diagnostics)))

(defun act (diagnostic wanted)
  "Does the first thing that is offered about DIAGNOSTIC whose title fits WANTED."
  (let* ((actions (eglot-code-actions (flymake-diagnostic-beg diagnostic) (flymake-diagnostic-end diagnostic)))
         (action (seq-find (lambda (each) (string-match-p wanted (plist-get each :title))) actions))
         (command (plist-get action :command)))
    (if command
        (eglot-execute-command (eglot-current-server) (intern (plist-get command :command))
                               (plist-get command :arguments))
      (eglot--apply-workspace-edit (plist-get action :edit)))
    (say "applied: %s" (plist-get action :title))))

(condition-case fault
    (progn
      (find-file (getenv "REPORT"))
      (call-interactively #'eglot)
      (flymake-start)
      (until "no diagnostics" (lambda () (of-rule (getenv "RULE"))))
      (say "diagnostics: %s" (if (cdr (flymake-diagnostics)) "several" "one"))
      (let ((wrong (car (of-rule (getenv "RULE")))))
        (goto-char (flymake-diagnostic-beg wrong))
        (say "place: %d:%d" (line-number-at-pos) (1+ (- (point) (line-beginning-position))))
        (act wrong "write"))
      (save-buffer)
      (say "saved")
      (until "the diagnostic stays" (lambda () (not (of-rule (getenv "RULE")))))
      (act (car (of-rule (getenv "WAIVED"))) "accept it")
      (until "no waiver" (lambda () (find-buffer-visiting (getenv "WAIVERS"))))
      (with-current-buffer (find-buffer-visiting (getenv "WAIVERS"))
        (until "no entry" (lambda () (goto-char (point-min)) (search-forward "reason: \"\"" nil t)))
        (backward-char)
        (insert "按原样公布")
        (save-buffer))
      (until "it is not waived" (lambda () (not (of-rule (getenv "WAIVED")))))
      (say "waived"))
  (error (say "failed: %S" fault)))
(kill-emacs 0)
;;; test.el ends here
