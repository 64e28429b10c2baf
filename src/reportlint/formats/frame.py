"""A picture of each diagnostic for a person at a terminal: the line, carets under the place, and the reasons.

Every text is escaped before it is joined into a row, so colours are the only control codes in the output.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from reportlint.diagnostic import Checked, Diagnostic, Language, Related, Severity, Span, Text
from reportlint.display import Window, escape, width, window
from reportlint.extension import FormatOptions
from reportlint.formats.place import labels, position
from reportlint.source import Source

COLUMNS = 100  # of a whole row; messages and notes may be longer, and the terminal wraps them
MOST_RELATED = 8

RESET = "\x1b[0m"
BOLD = "\x1b[1m"
BLUE = "\x1b[1;34m"
SEVERITY_COLORS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.INFO: "\x1b[1;36m"}

SHOULD_BE = Text("应为 ", "should be ")
SHOULD_BE_EMPTY = Text("应为空", "should be empty")
TABLE = Text("表「{}」", "table “{}”")
SECTION = Text("章节「{}」", "section “{}”")
TO_LINE = Text("(到第 {} 行)", "(to line {})")
MORE_PLACES = Text("… 另有 {} 处", "… {} more")
BASIS = Text("依据：", "source: ")
HELP = Text("帮助：", "help: ")
MORE = Text("说明：", "more: ")


class Mark(NamedTuple):
    """An underlined place.

    number: Its line, from 1. start, end: Code points of that line from 0, half open.
    """

    number: int
    start: int
    end: int
    sign: str
    label: str
    color: str


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    """A frame for each diagnostic, with an empty line between two."""
    between = ""
    for report in reports:
        for diagnostic in report.standing:
            yield between + "".join(f"{row}\n" for row in frame(report, diagnostic, options))
            between = "\n"


def frame(report: Checked, diagnostic: Diagnostic, options: FormatOptions) -> Iterator[str]:
    """The rows of one frame, without line ends."""
    marks = marked(report.source, diagnostic, options.language) if report.source else []
    gutter = max((len(str(mark.number)) for mark in marks), default=1)
    bar = " " * gutter + paint("│", BLUE, options)
    yield heading(diagnostic, options)
    yield " " * gutter + paint("┌─", BLUE, options) + " " + whereabouts(report, diagnostic, options.language)
    yield bar
    if report.source:
        yield from excerpts(report.source, marks, gutter, options)
        if (left_out := len(diagnostic.related) - MOST_RELATED) > 0:
            yield f"{bar} {MORE_PLACES.to(options.language).format(left_out)}"
        yield bar
    for lead, words in notes(diagnostic, options.language):
        first, *others = (escape(part) for part in words.strip().split("\n"))
        yield " " * gutter + paint("=", BLUE, options) + " " + lead + first
        yield from (" " * (gutter + 2 + width(lead)) + other for other in others)


def heading(diagnostic: Diagnostic, options: FormatOptions) -> str:
    kind = escape(f"{diagnostic.severity.word}[{diagnostic.code}]")
    message = escape(f"{diagnostic.rule}: {diagnostic.message.to(options.language)}")
    color = SEVERITY_COLORS[diagnostic.severity]
    return f"{paint(kind, color, options)} {paint(message, BOLD, options)}"


def whereabouts(report: Checked, diagnostic: Diagnostic, language: Language) -> str:
    """`path:line:column`, then the place in the form's words, then the address in the original."""
    path = report.path.as_posix()
    line, column = position(report, diagnostic.span.start)
    start = f"{path}:{line}:{column}" if report.source else path
    form = " ".join(part for part in (part_of_form(diagnostic, language), labels(diagnostic.place)) if part)
    address = f"[{diagnostic.address.to(language)}]" if diagnostic.address else ""
    return escape("   ".join(part for part in (start, form, address) if part))


def part_of_form(diagnostic: Diagnostic, language: Language) -> str:
    """The table, called by its section's title; without a table, the section."""
    place = diagnostic.place
    if place is not None and place.table is not None:
        return TABLE.to(language).format(place.section or place.table)
    if place is not None and place.section is not None:
        return SECTION.to(language).format(place.section)
    return ""


def marked(source: Source, diagnostic: Diagnostic, language: Language) -> list[Mark]:
    """The place itself, then the related ones in the order of the text, up to the most that are shown."""
    label = expectation(diagnostic.expected, language)
    main = mark(source, diagnostic.span, "^", label, SEVERITY_COLORS[diagnostic.severity], language)
    related: list[Related] = sorted(diagnostic.related, key=lambda each: each.span)[:MOST_RELATED]
    return [
        main,
        *(mark(source, each.span, "-", each.message.to(language), BLUE, language) for each in related),
    ]


def expectation(expected: str | None, language: Language) -> str:
    if expected is None:
        return ""
    return SHOULD_BE.to(language) + expected if expected else SHOULD_BE_EMPTY.to(language)


def mark(source: Source, span: Span, sign: str, label: str, color: str, language: Language) -> Mark:
    """The first line of the span, with a word on where the span ends if it goes on."""
    number, column = source.position(span.start)
    # The span's last code point counts, not its end: a span that takes in a line's end stays on that line.
    last, _ = source.position(max(span.start, span.end - 1))
    further = TO_LINE.to(language).format(last) if last > number else ""
    start = column - 1
    words = " ".join(part for part in (further, escape(label)) if part)
    return Mark(number, start, start + span.end - span.start, sign, words, color)


def excerpts(source: Source, marks: Iterable[Mark], gutter: int, options: FormatOptions) -> Iterator[str]:
    """Each mark below its line; a line that is still in view from the mark before is not repeated."""
    room = COLUMNS - gutter - 2
    view: Window | None = None
    seen = 0
    for each in marks:
        line = source.line(each.number)
        start, end = min(each.start, len(line)), min(each.end, len(line))
        if view is None or each.number != seen or not view.covers(start, end):
            view, seen = window(line, start, end, room), each.number
            number = paint(f"{seen:>{gutter}}│", BLUE, options)
            yield f"{number} {view.text}".rstrip(" ")
        for row in underline(each, view.columns(start, end), room, options):
            yield " " * gutter + paint("│", BLUE, options) + " " + row


def underline(each: Mark, columns: tuple[int, int], room: int, options: FormatOptions) -> Iterator[str]:
    """The carets with their label beside them, or below them where it would not fit."""
    start, end = columns
    signs = " " * start + paint(each.sign * (end - start), each.color, options)
    label = paint(each.label, each.color, options) if each.label else ""
    if not label:
        yield signs
    elif end + 1 + width(each.label) <= room:
        yield f"{signs} {label}"
    else:
        yield signs
        yield " " * max(0, min(start, room - width(each.label))) + label


def notes(diagnostic: Diagnostic, language: Language) -> Iterator[tuple[str, str]]:
    """Legal source, help, and the command that says more, each with what it is called."""
    if diagnostic.source:
        yield BASIS.to(language), diagnostic.source.to(language)
    if diagnostic.help:
        yield HELP.to(language), diagnostic.help.to(language)
    yield MORE.to(language), f"reportlint explain {diagnostic.rule}"


def paint(text: str, color: str, options: FormatOptions) -> str:
    return f"{color}{text}{RESET}" if options.color else text
