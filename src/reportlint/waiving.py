"""What `reportlint waive` does: every diagnostic that stands now becomes a waiver."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from reportlint.diagnostic import Checked, Diagnostic, Language
from reportlint.errors import ConfigError
from reportlint.fingerprint import fingerprints
from reportlint.ruleset import chosen
from reportlint.run import Run
from reportlint.waiverfile import new_file_for
from reportlint.waivers import NEVER, NEVER_WRITTEN, Said, append, git_author, is_date, lines_for


class Done(NamedTuple):
    """written: How many waivers went into each file. left: What cannot be waived. complete: As of a check."""

    written: dict[Path, int]
    left: tuple[tuple[Checked, Diagnostic], ...]
    complete: bool


def waive(
    run: Run,
    reason: str,
    author: str | None,
    until: str | None,
    kind: Literal["accepted", "todo"],
    rule: str | None,
    language: Language,
) -> Done:
    """Adds a waiver for each diagnostic that nobody has waived yet. rule: Only for what these rules report.

    Raises:
        ConfigError: Something that was said cannot be used; then nothing is written.
    """
    said = _said(reason, author, until, kind)
    names = chosen(run.library.rules, [rule]) if rule else frozenset(each.name for each in run.library.rules)
    texts: dict[Path, dict[str, str]] = {}
    left = []
    complete = True
    for report, _ in run.results(run.books()):
        complete = complete and report.complete
        for diagnostic, known in _standing(report):
            if diagnostic.rule not in names:
                continue
            if diagnostic.rule in NEVER_WRITTEN:
                left.append((report, diagnostic))
                continue
            file = new_file_for(report.path, run.settings.get(report.path))
            # The same report may lie in two places; one waiver is for both.
            entries = texts.setdefault(file, {})
            entries.setdefault(known, lines_for(report, diagnostic, known, file, said, language))
    for file, entries in texts.items():
        append(file, list(entries.values()))
    return Done({file: len(entries) for file, entries in texts.items()}, tuple(left), complete)


def _standing(report: Checked) -> Iterator[tuple[Diagnostic, str]]:
    if report.is_report:
        for diagnostic, known in zip(report.diagnostics, fingerprints(report), strict=True):
            if diagnostic.waived is None:
                yield diagnostic, known


def _said(reason: str, author: str | None, until: str | None, kind: Literal["accepted", "todo"]) -> Said:
    if not reason.strip():
        raise ConfigError(None, "--reason: 请说明理由 / say why it is accepted")
    if until is not None and not is_date(until):
        raise ConfigError(None, f"--until takes a date such as 2026-12-31; found '{until}'")
    today = date.today()
    if until is not None and date.fromisoformat(until) < today:
        raise ConfigError(None, f"--until: {until} 已经过去 / is over already")
    name = (author or git_author(Path.cwd()) or "").strip()
    if not name:
        raise ConfigError(None, "--author: 请写明由谁接受 / say who accepts it; git knows no name here")
    return Said(" ".join(reason.split()), name, today, until or NEVER, kind)
