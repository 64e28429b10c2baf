;;; reportlint.el --- Reports and reportlint's own files, checked while they are written  -*- lexical-binding: t; -*-

;; Put this where Emacs looks for libraries and say (require 'reportlint).  Eglot comes with Emacs from 29 on.

(require 'eglot)

(defcustom reportlint-command '("reportlint" "lsp")
  "The server, with its arguments."
  :type '(repeat string)
  :group 'eglot)

(defcustom reportlint-settings nil
  "What the server is told, such as (:language \"zh\"); see docs/editors.md."
  :type 'plist
  :group 'eglot)

(defun reportlint-contact (&rest _)
  "How Eglot reaches the server."
  (append reportlint-command (list :initializationOptions (or reportlint-settings (make-hash-table)))))

(add-to-list 'eglot-server-programs '((text-mode yaml-mode yaml-ts-mode) . reportlint-contact))
(add-hook 'text-mode-hook #'eglot-ensure)

(provide 'reportlint)
;;; reportlint.el ends here
