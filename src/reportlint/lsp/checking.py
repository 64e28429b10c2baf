"""What one version of one document comes to. All of it runs beside the loop that talks to the client."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from reportlint.diagnostic import Checked, Diagnostic, Language
from reportlint.engine import Library, lint_bytes
from reportlint.errors import ConfigError, ReportlintError
from reportlint.lsp.books import Books, Pages
from reportlint.lsp.diagnostics import ORIGIN, SOURCE, diagnostics
from reportlint.lsp.libraries import Libraries, Shelf, errors_of, told
from reportlint.lsp.own import Kind, kind_of
from reportlint.lsp.page import Page
from reportlint.lsp.settings import Settings
from reportlint.lsp.understood import Understood, is_text, understand, understand_file
from reportlint.plan import Plan
from reportlint.settingsfile import PYPROJECT
from reportlint.source import LARGEST_FILE

if TYPE_CHECKING:
    from reportlint.waivers import Waiver

# What clients call a text that may be a report, where its ending says nothing.
TEXTS = frozenset({"plaintext", "text", "txt", "reportlint"})
YAML = frozenset({".yaml", ".yml"})
MOST_REPORTS = 50  # that are checked to tell which waivers are unused


class Asked(NamedTuple):
    """A version of a document that is to be checked. lost: Why it is not known what the text is; empty where it is."""

    uri: str
    path: Path
    language_id: str
    page: Page
    lost: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it may be a file of ours, not a report."""
        return self.path.suffix.lower() in YAML or self.language_id == "yaml" or self.path.name == PYPROJECT


class Result(NamedTuple):
    """What a check of one version came to.

    library: With which it was made. kind: Of a file of ours. understood: None where nothing could be understood.
    waivers: In a file of them. met: The diagnostics that they are about, with their reports. notes: To be told once.
    excluded: Whether the settings leave the file out.
    number: Names the diagnostics; the same for equal ones, so that a client need not be sent them again.
    """

    page: Page
    diagnostics: list[types.Diagnostic]
    language: Language
    shelf: Shelf | None = None
    library: Library | None = None
    kind: Kind | None = None
    understood: Understood | None = None
    waivers: "Mapping[str, Waiver] | None" = None
    met: Mapping[str, tuple[Checked, Diagnostic]] | None = None
    notes: tuple[str, ...] = ()
    excluded: bool = False
    number: int = 0


class _Report(NamedTuple):
    """A report that a waiver names. state: What was checked. ran: Names of the rules that were run."""

    state: object
    checked: Checked
    ran: tuple[str, ...]


@dataclass(eq=False)
class Checker:
    """Checks documents, with what there is at their places; only the thread that checks uses it.

    related: Whether the client shows other places.
    """

    libraries: Libraries
    related: bool = True

    def __post_init__(self) -> None:
        self.books = Books()
        self._reports: dict[Path, _Report] = {}

    @property
    def settings(self) -> Settings:
        return self.libraries.settings

    def result(self, asked: Asked, pages: Pages) -> Result:
        """pages: The texts that the client has of its documents."""
        if asked.lost:
            language = self.settings.spoken
            return Result(asked.page, [fault(_reopen(asked.lost, language))], language)
        shelf = self.libraries.shelf(asked.path)
        if asked.is_own:
            return self._of_own(asked, shelf, pages)
        if shelf.plans is None:
            assert shelf.error is not None
            return Result(asked.page, [self._unusable(shelf.error, shelf.language)], shelf.language, shelf)
        try:
            return self._of_report(asked, shelf, pages)
        except ConfigError as error:  # the words of a rule are read when it first speaks
            return Result(asked.page, [self._unusable(error, shelf.language)], shelf.language, shelf)

    def of_file(self, path: Path, pages: Pages) -> list[types.Diagnostic] | None:
        """The diagnostics of a file that no editor has as a text; None where no reader makes a text of it."""
        library = self.libraries.shelf(path).library
        if library is None or is_text(path, library):
            return None
        if not path.is_file():
            return []
        return self.result(Asked(path.as_uri(), path, "", Page([""], "utf-16")), pages).diagnostics

    # Reports.

    def _of_report(self, asked: Asked, shelf: Shelf, pages: Pages) -> Result:
        path, plan = asked.path, shelf.plan(asked.path)
        result = Result(asked.page, [], shelf.language, shelf, plan.library)
        if path.suffix.lower() not in plan.library.extensions.readers and asked.language_id not in TEXTS:
            return result
        if shelf.excludes(path):
            return result._replace(excluded=True)
        make = understand if is_text(path, plan.library) else understand_file
        understood = make(path, asked.page, plan.library, plan.profile)
        understood, notes = self._waived(understood, asked, shelf, plan, pages)
        shown = diagnostics(understood, plan.library, self.settings, shelf.language, asked.uri, related=self.related)
        own = plan.library.by_profile.get(understood.checked.profile or "", plan.library)
        return result._replace(diagnostics=shown, understood=understood, library=own, notes=notes)

    def _waived(
        self, understood: Understood, asked: Asked, shelf: Shelf, plan: Plan, pages: Pages
    ) -> tuple[Understood, tuple[str, ...]]:
        """The same with what is waived marked, and what is wrong with the waivers."""
        place = None if self.settings.isolated else self.books.place(asked.path, shelf.settings, pages)
        if place is None:
            return understood, ()
        kept = self.books.waivers(place, plan.library, pages)
        ran = [rule.name for rule in plan.library.selected]
        marked = self.books.book(place, kept.waivers).applied(understood.checked, ran)
        notes = () if kept.error is None else (_waivers_wrong(str(kept.error), shelf.language),)
        return understood.with_checked(marked), notes

    def _unusable(self, error: ReportlintError, language: Language) -> types.Diagnostic:
        """A diagnostic that says why nothing was checked, with links to the mistakes."""
        found = fault(told(error, language, former=False))
        if self.related:
            found.related_information = [
                types.DiagnosticRelatedInformation(types.Location(_uri(each.path), _line(each.line)), each.why)
                for each in errors_of(error)
                if each.path is not None
            ] or None
        return found

    # Files of ours.

    def _of_own(self, asked: Asked, shelf: Shelf, pages: Pages) -> Result:
        from reportlint.lsp import rulefiles  # where reports alone are written, nobody needs this
        from reportlint.lsp.setupfiles import extended, settings_mistakes

        path, page = asked.path, asked.page
        library = shelf.library or self.libraries.without_settings(path).library or rulefiles.own_library()
        kind = kind_of(path, page.text, library, extended(shelf.plans))
        result = Result(page, [], shelf.language, shelf, library, kind)
        if kind == "settings":
            with rulefiles.edited(path, page.text, library):
                found = tuple(settings_mistakes(path, library))
                return result._replace(diagnostics=rulefiles.shown(path, page, found))
        if kind == "waivers":
            return self._of_waivers(asked, shelf, result, library, pages)
        return result._replace(diagnostics=rulefiles.diagnostics(path, page, library, shelf.language))

    def _of_waivers(self, asked: Asked, shelf: Shelf, result: Result, library: Library, pages: Pages) -> Result:
        from reportlint.fingerprint import fingerprints
        from reportlint.lsp import rulefiles
        from reportlint.mistakes import Mistakes, in_order
        from reportlint.waivers import entries

        path, page = asked.path, asked.page
        plan = shelf.plan(path) if shelf.plans is not None else Plan(library)
        mistakes = Mistakes()
        with rulefiles.edited(path, page.text, library):
            found = entries(path, library, mistakes)
            book = self.books.book(path, {waiver.fingerprint: waiver for waiver in found})
            met: dict[str, tuple[Checked, Diagnostic]] = {}
            for report in self._named(path, found, pages):
                for diagnostic, known in zip(
                    book.applied(report.checked, report.ran).diagnostics, fingerprints(report.checked), strict=True
                ):
                    met.setdefault(known, (report.checked, diagnostic))
            faults = book.faults(plan.library)
            wrong = rulefiles.shown(path, page, in_order(mistakes.found))
        at_fault = diagnostics(Understood(page, faults), plan.library, self.settings, shelf.language, asked.uri)
        return result._replace(diagnostics=[*wrong, *at_fault], waivers=book.waivers, met=met)

    def _named(self, place: Path, waivers: "Iterable[Waiver]", pages: Pages) -> Iterable[_Report]:
        """The first of the reports that waivers in this file name, checked as they are now."""
        names = dict.fromkeys(waiver.path for waiver in waivers if waiver.path)
        for path in [Path(name) for name in names][:MOST_REPORTS]:
            shelf = self.libraries.shelf(path)
            if shelf.plans is None or self.books.place(path, shelf.settings, {**pages, place: Page([""], "")}) != place:
                continue
            try:
                report = self._report(path, shelf, pages)
            except (ConfigError, OSError):
                continue  # told where the report itself is open, or there is none
            if report is not None:
                yield report

    def _report(self, path: Path, shelf: Shelf, pages: Pages) -> _Report | None:
        page = pages.get(path)
        if page is None:
            status = path.stat()
            state: object = (shelf.number, status.st_mtime_ns, status.st_size)
            if status.st_size > LARGEST_FILE or not path.is_file():
                return None
        else:
            state = (shelf.number, page)
        known = self._reports.get(path)
        if known is not None and known.state == state:
            return known
        plan = shelf.plan(path)
        if page is not None and is_text(path, plan.library):
            checked = understand(path, page, plan.library, plan.profile).checked
        else:
            checked = lint_bytes(path, path.read_bytes(), plan.library, plan.profile)
        report = _Report(state, checked, tuple(rule.name for rule in plan.library.selected))
        if len(self._reports) >= MOST_REPORTS * 2:
            self._reports.clear()
        self._reports[path] = report
        return report


def fault(message: str) -> types.Diagnostic:
    """A diagnostic that says what could not be done."""
    return types.Diagnostic(ORIGIN, message, types.DiagnosticSeverity.Error, "unreadable", source=SOURCE)


def _line(number: int) -> types.Range:
    place = types.Position(max(number - 1, 0), 0)
    return types.Range(place, place)


def _uri(path: Path) -> str:
    return Path(os.path.abspath(path)).as_uri()


def _reopen(why: str, language: Language) -> str:
    if language == "zh":
        return f"编辑器与服务器的文本不再一致（{why}），没有检查；请关闭并重新打开这份文件"
    return (
        f"the editor's text and the server's are no longer the same ({why}); not checked: close and open the file again"
    )


def _waivers_wrong(why: str, language: Language) -> str:
    return (
        "豁免文件有误，仍用以前的：" if language == "zh" else "there are mistakes in waivers, the former ones stay: "
    ) + why
