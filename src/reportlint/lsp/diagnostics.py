"""Diagnostics in the protocol's words."""

from functools import cache
from pathlib import Path

from lsprotocol import types

from reportlint.diagnostic import Checked, Diagnostic, Language, Severity, Span
from reportlint.engine import NOT_A_REPORT, Library
from reportlint.lsp.page import Page
from reportlint.lsp.settings import Settings
from reportlint.lsp.understood import Understood

SOURCE = "reportlint"
SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
# Matters of style are hints: an editor does not list them among the problems.
STYLE = "FRM"
# What a conversion left behind says nothing, and editors draw it faded.
ARTEFACT = "artefact"
ORIGIN = types.Range(types.Position(0, 0), types.Position(0, 0))


def diagnostics(
    understood: Understood, library: Library, settings: Settings, language: Language, uri: str, *, related: bool = True
) -> list[types.Diagnostic]:
    """All that stands, in the order of `checked.standing`. related: Whether the client shows other places."""
    return [
        _diagnostic(each, understood, library, settings, language, uri, related) for each in understood.checked.standing
    ]


def _diagnostic(
    found: Diagnostic,
    understood: Understood,
    library: Library,
    settings: Settings,
    language: Language,
    uri: str,
    related: bool,
) -> types.Diagnostic:
    page = understood.page
    placed = understood.placed and understood.checked.source is not None
    message = found.message.to(language)
    if not placed and found.address is not None:
        message = f"{found.address.to(language)}: {message}"
    if found.help is not None:
        message = f"{message}\n{found.help.to(language)}"
    description = description_url(found, library, settings)
    return types.Diagnostic(
        range=shown(page, found.span) if placed else ORIGIN,
        message=message,
        severity=severity(found),
        code=found.rule,
        code_description=types.CodeDescription(description) if description else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if found.rule == ARTEFACT else None,
        related_information=[
            types.DiagnosticRelatedInformation(types.Location(uri, page.range(other.span)), other.message.to(language))
            for other in found.related
        ]
        if related and placed and found.related
        else None,
    )


def severity(found: Diagnostic) -> types.DiagnosticSeverity:
    """Error and warning as they are; of what is for information only, matters of style as hints.

    A text that is no report is not a mistake in an editor, where any text may be open.
    """
    if found.rule == NOT_A_REPORT:
        return types.DiagnosticSeverity.Information
    if found.severity is Severity.INFO and found.code.startswith(STYLE):
        return types.DiagnosticSeverity.Hint
    return SEVERITIES[found.severity]


def shown(page: Page, span: Span) -> types.Range:
    """The range of a span; of a point the character behind it on its line, since editors draw nothing for a point."""
    if span.start == span.end:
        number = page.number(span.start)
        if span.start < page.starts[number] + len(page.line(number)):
            return page.range(Span(span.start, span.start + 1))
    return page.range(span)


def description_url(found: Diagnostic, library: Library, settings: Settings) -> str:
    """The part of the page on rules that describes this one; empty where there is no such page."""
    rule = next((rule for rule in library.rules if rule.name == found.rule), None)
    base = settings.rules_url or local_page()
    if not base or rule is None or rule.plugin != "reportlint":
        return ""
    return f"{base}#{rule.code.lower()}-{rule.name}"


@cache
def local_page() -> str:
    """docs/rules.md of the checkout that the program runs from, if it does."""
    page = Path(__file__).resolve().parents[3] / "docs" / "rules.md"
    return page.as_uri() if page.is_file() else ""


def summary(checked: Checked, language: Language) -> str:
    """What was checked, in a line for the client's status."""
    rules, identities = checked.rules, checked.identities
    waived = len(checked.diagnostics) - len(checked.standing)
    if language == "zh":
        return (
            f"规则：{rules.held} 项通过，{rules.failed} 项未通过，{rules.undecided} 项无法判断；"
            f"勾稽关系：{identities.held} 项成立，{identities.failed} 项不成立，{identities.undecided} 项无法判断"
            + (f"；已豁免 {waived} 个问题" if waived else "")
        )
    return (
        f"rules: {rules.held} held, {rules.failed} failed, {rules.undecided} could not be told; "
        f"identities: {identities.held} held, {identities.failed} broken, {identities.undecided} could not be told"
        + (f"; waived: {waived}" if waived else "")
    )
