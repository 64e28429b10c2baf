"""How a rule read one report: what it looked at, the cells, their values, and the verdict, also where it passed.

The rule runs as it always does, on a document and on options that note down what is asked of them, so that this is
true of every kind, a plugin's too.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reportlint.bound import BoundCell
from reportlint.diagnostic import Language, Severity, Span, Text
from reportlint.document import Document
from reportlint.engine import Library, signed
from reportlint.errors import PartMissing
from reportlint.identities import CellKey, Outcome, Sum, Verdict
from reportlint.report import Paragraph, Section
from reportlint.rule import Pattern, Rule

MOST_SHOWN = 40  # of the same kind of thing; a rule may look at every cell of a long table
LONGEST = 60


class Trace:
    """What was asked for, in the order in which it was first asked for, each once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.parts: dict[str, Text] = {}
        self.cells: dict[CellKey, BoundCell | None] = {}
        self.matches: dict[tuple[str, str], int] = {}

    def part(self, key: str, words: Text) -> None:
        self.parts.setdefault(key, words)

    def lines(self, span: Span) -> Text:
        first, _ = self.document.source.position(span.start)
        last, _ = self.document.source.position(max(span.start, span.end - 1))
        if first == last:
            return Text(f"第{first}行", f"line {first}")
        return Text(f"第{first}–{last}行", f"lines {first}–{last}")


class _Document:
    """Stands for a document; notes which parts are asked for and hands them on."""

    def __init__(self, document: Document, trace: Trace) -> None:
        self._document, self._trace = document, trace

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._document, name)
        trace, document = self._trace, self._document
        if name == "arithmetic":
            return value._replace(
                cells=_Cells(value.cells, document, trace), figures=_Cells(value.figures, document, trace)
            )
        if name in NOTED:
            shown = NOTED[name](value)
            words = NAMES[name]
            trace.part(name, Text(f"{words.zh}：{shown.zh}", f"{words.en}: {shown.en}"))
        return value

    def section(self, key: str) -> Section:
        try:
            found = self._document.section(key)
        except PartMissing:
            self._trace.part(f"section {key}", Text(f"章节 {key}：没有", f"section {key}: not there"))
            raise
        where = self._trace.lines(Span(found.heading.span.start, found.end))
        title = f"{found.heading.mark}{found.heading.title}"
        words = Text(f"章节 {key}：{title}，{where.zh}", f"section {key}: {title}, {where.en}")
        self._trace.part(f"section {key}", words)
        return found

    def table(self, key: str) -> Any:
        try:
            found = self._document.table(key)
        except PartMissing:
            words = Text(f"表 {key}：没有，或无法读取", f"table {key}: not there, or not readable")
            self._trace.part(f"table {key}", words)
            raise
        self._note_table(key)
        return found

    def _note_table(self, key: str) -> None:
        table = self._document.binding.tables[key]
        where, rows, count = self._trace.lines(table.span), len(table.rows), len(table.cells)
        words = Text(
            f"表 {key}：{where.zh}，{rows} 行，{count} 个数字单元格",
            f"table {key}: {where.en}, {rows} rows, {count} number cells",
        )
        self._trace.part(f"table {key}", words)

    def paragraphs(self, section: str | None = None) -> Iterator[Paragraph]:
        found = list(self._document.prose if section is None else self.section(section).paragraphs())
        words = Text(f"{len(found)} 个段落", f"{len(found)} paragraphs")
        if found:
            where = self._trace.lines(Span(found[0].span.start, found[-1].span.end))
            words = Text(f"{words.zh}，{where.zh}", f"{words.en}, {where.en}")
        self._trace.part(f"paragraphs {section}", words)
        return iter(found)


def _some(texts: Iterable[str]) -> Text:
    found = list(texts)
    shown = "; ".join(found[:MOST_SHOWN])
    more = len(found) - MOST_SHOWN
    if not found:
        return Text("无", "none")
    return Text(shown + (f" 等 {len(found)} 处" if more > 0 else ""), shown + (f" and {more} more" if more > 0 else ""))


def _plain(value: object) -> Text:
    return Text("未知", "unknown") if value is None else Text(str(value), str(value))


# What is told of a part of the document that a rule asks for.
NOTED: Mapping[str, Any] = {
    "year": _plain,
    "agency": _plain,
    "body": _plain,
    "title": lambda title: _plain(title.text if title else None),
    "dates": lambda dates: _some(f"{dated.text} ({dated.where})" for dated in dates),
    "binding": lambda binding: _some(sorted(binding.tables)),
    "outline": lambda outline: _some(outline.sections),
    "prose": lambda prose: Text(f"{len(prose)} 个段落", f"{len(prose)} paragraphs"),
}
NAMES: Mapping[str, Text] = {
    "year": Text("报告年度", "report year"),
    "agency": Text("机关", "agency"),
    "body": Text("机关类别", "kind of body"),
    "title": Text("标题", "title"),
    "dates": Text("日期", "dates"),
    "binding": Text("表", "tables"),
    "outline": Text("章节", "sections"),
    "prose": Text("正文", "prose"),
}


class _Cells(Mapping[CellKey, Any]):
    """Cells or figures; notes which are asked for."""

    def __init__(self, cells: Mapping[CellKey, Any], document: Document, trace: Trace) -> None:
        self._cells, self._all, self._trace = cells, document.arithmetic.cells, trace

    def __getitem__(self, key: CellKey) -> Any:
        self._trace.cells.setdefault(key, self._all.get(key))
        return self._cells[key]

    def __iter__(self) -> Iterator[CellKey]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)


class _Pattern(Pattern):
    """A pattern that notes what it finds."""

    trace: Trace

    def search(self, text: str) -> Any:
        match = super().search(text)
        if match is not None:
            self._note(match)
        return match

    def finditer(self, text: str) -> Iterable[Any]:
        for match in super().finditer(text):
            self._note(match)
            yield match

    def _note(self, match: Any) -> None:
        key = self.text, match.group()
        self.trace.matches[key] = self.trace.matches.get(key, 0) + 1


def _noting(value: Any, trace: Trace) -> Any:
    """The options with patterns that note what they find."""
    if isinstance(value, Pattern):
        pattern = _Pattern(value.text)
        pattern.trace = trace
        return pattern
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (field.name for field in dataclasses.fields(value) if field.init)
        return dataclasses.replace(value, **{name: _noting(getattr(value, name), trace) for name in fields})
    if type(value) is tuple:
        return tuple(_noting(item, trace) for item in value)
    if type(value) is dict:
        return {key: _noting(item, trace) for key, item in value.items()}
    return value


HOLDS, FAILS, UNTOLD, NOT_MEANT = (
    Text("成立", "holds"),
    Text("不成立", "fails"),
    Text("无法判断", "cannot be told"),
    Text("不适用", "does not apply"),
)
OUTCOMES = {Outcome.HOLDS: HOLDS, Outcome.BROKEN: FAILS, Outcome.UNDECIDED: UNTOLD}


def trace(rule: Rule, document: Document, library: Library, language: Language) -> Iterator[str]:
    """The lines that tell how the rule read this document."""

    def told(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    form = f"{document.profile.id}, {document.year or '?'}"
    yield f"{rule.code} {rule.name}: {document.source.path} ({form})\n"
    if not rule.applies(document):
        first, last = rule.years
        why = told(f"规则用于 {rule.profile}", f"the rule is for {rule.profile}")
        if first or last:
            why += told(f"，报告年度 {first or ''}–{last or ''}", f", report years {first or ''}–{last or ''}")
        yield f"{told('结论', 'verdict')}: {NOT_MEANT.to(language)} ({why})\n"
        return
    notes = Trace(document)
    found, missing = _run(rule, document, notes)
    yield from _listed(told("看了什么", "looked at"), (words.to(language) for words in notes.parts.values()))
    yield from _listed(told("单元格", "cells"), (_cell(key, cell, document) for key, cell in notes.cells.items()))
    verdicts = _verdicts(rule, document)
    yield from _listed(
        told("勾稽关系", "identities"), (_identity(verdict, document).to(language) for verdict in verdicts)
    )
    matches = (f"“{_short(text)}” × {count}: {_short(pattern)}" for (pattern, text), count in notes.matches.items())
    yield from _listed(told("匹配到的文字", "text found"), matches)
    if missing is not None:
        why = (
            told(f"报告没有 {missing}", f"the report has no {missing}")
            if missing
            else told("所需内容不全", "not all that it needs is there")
        )
        yield f"{told('结论', 'verdict')}: {UNTOLD.to(language)} ({why})\n"
        return
    yield f"{told('结论', 'verdict')}: {(FAILS if found else HOLDS).to(language)}\n"
    for finding in found:
        diagnostic = signed(rule, document.source.path, finding, library)
        line, column = document.source.position(diagnostic.span.start)
        yield f"  {line}:{column} {Severity(diagnostic.severity).word} {diagnostic.message.to(language)}\n"


def _run(rule: Rule, document: Document, notes: Trace) -> tuple[list[Any], str | None]:
    """What the rule found; and where it could not tell, the part that is missing, empty if there is no one part."""
    watched: Any = _Document(document, notes)
    options = _noting(rule.options, notes)
    try:
        found = list(rule.kind.check(watched, options))
        if not found and rule.kind.undecided is not None and rule.kind.undecided(watched, options):
            return [], ""
    except PartMissing as missing:
        return [], str(missing)
    return found, None


def _listed(heading: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if not found:
        return
    yield f"{heading}:\n"
    for line in found[:MOST_SHOWN]:
        yield f"  {line}\n"
    if len(found) > MOST_SHOWN:
        yield f"  … {len(found) - MOST_SHOWN}\n"


def _cell(key: CellKey, cell: BoundCell | None, document: Document) -> str:
    name = f"{key.table}/{key.row}[{key.column}]"
    if cell is None:
        return f"{name}: —"
    line, column = document.source.position(cell.cell.span.start)
    row, header = cell.place
    labels = " × ".join((*row[-1:], *header[-1:]))
    return f"{name} {line}:{column} = {_short(cell.cell.text) or '“”'}  {labels}"


def _verdicts(rule: Rule, document: Document) -> list[Verdict]:
    return [verdict for verdict in document.arithmetic.verdicts if verdict.identity.name in rule.identities]


def _identity(verdict: Verdict, document: Document) -> Text:
    identity = verdict.identity
    relation = identity.relation
    name = f"{identity.name} {identity.along}".rstrip()
    sides = f"{_side(relation.left, document)} {relation.operator} {_side(relation.right, document)}"
    outcome = OUTCOMES[verdict.outcome]
    return Text(f"{name}: {sides}  {outcome.zh}", f"{name}: {sides}  {outcome.en}")


def _side(side: Sum, document: Document) -> str:
    parts = []
    for factor, key in side.terms:
        value = document.arithmetic.figures.get(key)
        text = "?" if value is None else f"{value:f}"
        parts.append(text if abs(factor) == 1 else f"{abs(factor):f}×{text}")
        parts[-1] = ("− " if factor < 0 else "+ ") + parts[-1]
    if side.constant or not parts:
        parts.append(f"+ {side.constant:f}")
    return " ".join(parts).removeprefix("+ ")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[:LONGEST]}…"
