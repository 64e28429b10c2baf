"""Prose cut into clauses with the figures they hold, and the table cells that such figures are compared with.

Patterns that look for figures run on the mask of a clause: its folded text in which `#` stands for every exact
figure and `~` for one that is approximate or cannot be read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from reportlint.figures import MOST_DIGITS
from reportlint.identities import CellKey
from reportlint.numerals import Numerals
from reportlint.pattern import Pattern
from reportlint.profile import DataRow, Template
from reportlint.report import Paragraph, Report, Section, Subsection, paragraphs
from reportlint.wording import fold

EXACT, INEXACT = "#", "~"
ENUMERATION_COMMA = "、"
# Every alternative begins with a mark of its own: that lets the search skip from mark to mark.
_MARK = re.compile(r"[。!?;:()\n]|,(?!\d\d\d(?!\d))|,(?<!\d,)|\.(?=\s|$)")
_SENTENCE_ENDS = frozenset("。!?\n.")
_RANGE_MARKS = frozenset("-~—–－−/.:")
_LITERAL_MARKS = str.maketrans("#~", "  ")
_new = tuple.__new__  # a named tuple's own constructor takes twice as long
# White space means something between Latin words only.
_IDLE_SPACE = re.compile(r"(?<![0-9A-Za-z#~%])\s+|\s+(?![0-9A-Za-z#~])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How figures are written in the language of a report.

    units: Measure words that stand behind figures; characters that write a number are a figure only before one.
    money: Those of them that name an amount of money, before which a `large` is exact.
    numerals: Characters for 0 to 9, each with its variants, where numbers are written in characters too.
    tens: Characters for 10, 100 and 1000.
    large: Characters behind figures that multiply them: 万, 亿.
    before: What makes the figure behind it approximate, an ordinal or otherwise no count: 约, 第.
    before_tens: What does so only before 十, 百 and 千: 数 in 数十件, but not in 总数10件.
    after: What makes the figure before it approximate, before or behind its unit: 余, 以上.
    between: What makes two figures a range: 至.
    """

    units: tuple[str, ...]
    money: tuple[str, ...] = ()
    numerals: tuple[str, ...] = ()
    tens: tuple[str, ...] = ()
    large: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    before_tens: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    between: tuple[str, ...] = ()


class Figure(NamedTuple):
    """A figure in a paragraph.

    start, end: The digits, in code points from the paragraph's start. stop: The end of its unit.
    value: In the unit that stands behind it; None for one that is approximate or cannot be read.
    text: The digits as they stand. unit: With 万 or 亿 in front of a money unit; `%`; or empty.
    """

    start: int
    end: int
    stop: int
    value: Decimal | None
    text: str
    unit: str


class Clause(NamedTuple):
    """A stretch without a comma, a bracket or another mark that separates statements.

    start, end: In code points from the paragraph's start. sentence, segment: Count sentences, and the parts of
    them between semicolons. depth: How many brackets it stands in. mark: What ends it, or empty.
    """

    start: int
    end: int
    mask: str
    figures: tuple[Figure, ...]
    sentence: int
    segment: int
    depth: int
    mark: str

    def marked(self, place: int) -> Figure:
        """The figure that a `#` or `~` of the mask stands for."""
        before = self.mask[:place]
        return self.figures[before.count(EXACT) + before.count(INEXACT)]


class Passage(NamedTuple):
    """A paragraph and where it stands. heading: Titles of its section and sub-heading, outermost first."""

    paragraph: Paragraph
    section: Section | None
    heading: tuple[str, ...]


def passages(report: Report) -> Iterator[Passage]:
    """All prose before the signature, in reading order."""
    for paragraph in paragraphs(report.front):
        yield Passage(paragraph, None, ())
    for section in report.sections:
        for item in section.items:
            heading = (section.heading.title,)
            if isinstance(item, Paragraph):
                yield Passage(item, section, heading)
            elif isinstance(item, Subsection):
                for paragraph in paragraphs(item.items):
                    yield Passage(paragraph, section, (*heading, item.heading.title))


# Clauses.


class Cutter:
    """Cuts paragraphs up, for one way of writing figures."""

    def __init__(self, words: Words) -> None:
        units, after = _any_of(words.units), _any_of(words.after)
        numerals = Numerals(words.numerals, words.tens)
        scale = f"[{re.escape(''.join((*words.tens, *words.large)))}]*" if words.tens or words.large else ""
        numeral = f"[{re.escape(numerals.characters)}]" if numerals.characters else r"(?!)"
        self.words, self.numerals = words, numerals
        # What a figure begins with; one with its unit; what tells that there may be one.
        self.first = re.compile(f"[0-9{re.escape(numerals.characters)}]")
        self.counted = re.compile(
            rf"(?P<digits>(?:\d{{1,3}}(?:,\d{{3}}(?!\d))+|\d+)(?:\.\d+)?)\s*"
            rf"(?P<scale>{scale})\s*"
            rf"(?P<about>{after})?\s*(?P<unit>{units}|%|‰)?(?P<late>{after})?"
            rf"|(?P<numeral>(?:{numeral})+)(?P<most>{after})?(?P<measure>{units})(?P<more>{after})?"
        )
        self.any = re.compile(rf"[0-9０-９]|{numeral}(?:{units})")
        # Several rules read each paragraph, one after the other: all of a long report has to fit.
        self.clauses = lru_cache(maxsize=1024)(self._clauses)

    def has_figures(self, text: str) -> bool:
        """Whether there may be figures in the text; much quicker than cutting it up."""
        return self.any.search(text) is not None

    def _clauses(self, text: str) -> tuple[Clause, ...]:
        """The clauses of a paragraph that are not empty."""
        return _Cut(text, self).clauses()


def _any_of(texts: tuple[str, ...]) -> str:
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True)) or r"(?!)"


@lru_cache(maxsize=16)
def cutter_for(words: Words) -> Cutter:
    """One for all rules that know figures alike, so that each paragraph is cut up once."""
    return Cutter(words)


def clauses(text: str, words: Words) -> tuple[Clause, ...]:
    return cutter_for(words).clauses(text)


class _Cut:
    """Cuts one paragraph; used once."""

    def __init__(self, text: str, cutter: Cutter) -> None:
        self.text = text
        self.folded = fold(text)
        if EXACT in text or INEXACT in text:
            self.folded = self.folded.translate(_LITERAL_MARKS)
        self.cutter, self.words = cutter, cutter.words
        self.sentence = self.segment = self.depth = 0
        self.found: list[Clause] = []

    def clauses(self) -> tuple[Clause, ...]:
        start = 0
        for match in _MARK.finditer(self.folded):
            mark = match.group()
            self._add_stretch(start, match.start(), mark)
            start = match.end()
            if mark == ",":
                continue
            if mark == "(":
                self.depth += 1
            elif mark == ")":
                self.depth = max(0, self.depth - 1)
            elif mark == ";":
                self.segment += 1
            elif mark in _SENTENCE_ENDS:
                self.sentence += 1
                self.segment += 1
                self.depth = 0
        self._add_stretch(start, len(self.folded), "")
        return tuple(self.found)

    def _add_stretch(self, start: int, end: int, mark: str) -> None:
        """What stands between two marks: one clause, or several where 、 stands behind a figure with its unit.

        So 、 separates 3件、4件 but not 复议、诉讼.
        """
        if start == end:
            return
        figures = self._figures(start, end)
        taken = 0
        for place, figure in enumerate(figures, start=1):
            if figure.unit and self.folded.startswith(ENUMERATION_COMMA, figure.stop, end):
                self._add(start, figure.stop, ENUMERATION_COMMA, figures[taken:place])
                start, taken = figure.stop + 1, place
        self._add(start, end, mark, figures[taken:])

    def _add(self, start: int, end: int, mark: str, figures: list[Figure]) -> None:
        mask, place = "", start
        for figure in figures:
            mask += self.folded[place : figure.start] + (INEXACT if figure.value is None else EXACT)
            place = figure.end
        mask += self.folded[place:end]
        if " " in mask or "\t" in mask:
            mask = _IDLE_SPACE.sub("", mask)
        if mask:
            found = (start, end, mask, tuple(figures), self.sentence, self.segment, self.depth, mark)
            self.found.append(_new(Clause, found))

    def _figures(self, start: int, end: int) -> list[Figure]:
        found: list[Figure] = []
        place = start
        first, counted = self.cutter.first.search, self.cutter.counted.match
        while (beginning := first(self.folded, place, end)) is not None:
            match = counted(self.folded, beginning.start(), end)
            if match is None:
                place = beginning.end()
                continue
            digits, scale, about, unit, late, numeral, most, measure, more = match.groups()
            if digits is None:
                place = match.end()
                left, right, stop = match.start(), match.end("numeral"), match.end("measure")
                number = self.cutter.numerals.read(numeral)
                value = Decimal(number) if number is not None and not (most or more) else None
                unit = measure
            else:
                place = right = match.end("digits")
                left, stop = match.start(), match.end("unit") if unit else right
                value = None if about or (late and unit) else self._value(digits, left, right)
                if scale in self.words.large and unit in self.words.money:
                    unit = scale + unit
                elif scale:
                    value = None  # 1.4万 is rounded
            if value is not None and (self._is_qualified(left, start) or self._goes_on(right)):
                value = None
            found.append(_new(Figure, (left, right, stop, value, self.text[left:right], unit or "")))
        return found

    def _value(self, digits: str, start: int, end: int) -> Decimal | None:
        if len(digits) > MOST_DIGITS or ("," in digits and "，" in self.text[start:end]):
            return None  # 5，100 may be two figures
        return Decimal(digits.replace(",", ""))

    def _is_qualified(self, start: int, clause: int) -> bool:
        """Whether the figure is an approximate one, an ordinal, or the end of a range or of a code."""
        before = self.folded[max(clause, start - 8) : start]
        adjoining, before = before[-1:], before.rstrip()
        if not before:
            return False
        last = before[-1]
        if last in _RANGE_MARKS or last.isdigit() or _is_latin(adjoining) or before.endswith(self.words.before):
            return True
        if self.folded[start] in self.words.tens and before.endswith(self.words.before_tens):
            return True
        return before[-2:-1].isdigit() and before.endswith(self.words.between)

    def _goes_on(self, end: int) -> bool:
        """Whether a range or a code begins with the figure."""
        behind = self.folded[end : end + 4]
        if _is_latin(behind[:1]):
            return True
        behind = behind.lstrip()
        ranged = behind[:1] in _RANGE_MARKS or behind.startswith(self.words.between)
        return ranged and behind[1:].lstrip()[:1].isdigit()


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


# Cells.


class Term(NamedTuple):
    """One cell, or all rows of a group in one column; sign is 1 or −1."""

    sign: int
    table: str
    row: str
    summed: bool
    column: str


_KEY = r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*"
_TERM = re.compile(
    rf"\s*(?P<sign>[+-])?\s*(?P<table>{_KEY})/(?:sum\((?P<group>{_KEY})\)|(?P<row>{_KEY}))\[(?P<column>{_KEY})\]\s*"
)


@lru_cache(maxsize=1024)
def expression(text: str) -> tuple[Term, ...]:
    """What `requests/new[total] + requests/sum(results.denied)[total]` names.

    Raises:
        ValueError: The text is no such expression.
    """
    terms: list[Term] = []
    place = 0
    while place < len(text) or not terms:
        match = _TERM.match(text, place)
        if match is None or (terms and not match["sign"]):
            raise ValueError(f"'{text[place:] or text}' is no cell; write table/row[column], joined by + or -")
        sign = -1 if match["sign"] == "-" else 1
        row = match["row"] or match["group"]
        terms.append(Term(sign, match["table"], row, match["group"] is not None, match["column"]))
        place = match.end()
    return tuple(terms)


Cells = tuple[tuple[int, CellKey], ...]


def cells(terms: tuple[Term, ...], templates: Mapping[str, Template]) -> Cells | None:
    """The cells that an expression adds up, each with its sign; None where the form has no such row or column."""
    found: list[tuple[int, CellKey]] = []
    for term in terms:
        template = templates.get(term.table)
        keys = _keys(term, template) if template else ()
        if not keys:
            return None
        found.extend((term.sign, key) for key in keys)
    return tuple(found)


@lru_cache(maxsize=1024)
def _keys(term: Term, template: Template) -> tuple[CellKey, ...]:
    rows: Mapping[str, DataRow] = {row.key: row for row in template.data_rows}
    group = template.groups.get(term.row)
    names = (term.row,) if not term.summed else group.rows if group else ()
    keys = []
    for name in names:
        if term.summed and name in template.totals:
            continue
        if name not in rows or all(column.key != term.column for column in rows[name].columns):
            return ()
        keys.append(CellKey(term.table, name, term.column))
    return tuple(keys)


def total(added: Cells, figure: Callable[[CellKey], Decimal | None]) -> Decimal | None:
    """What the cells come to; None where one of them cannot be told."""
    result = Decimal(0)
    for sign, key in added:
        value = figure(key)
        if value is None:
            return None
        result += sign * value
    return result


def group(pattern: Pattern, match: Any, name: str) -> int:
    """Where a named group of an RE2 match begins; −1 where it took no part."""
    index = pattern.numbers.get(name)
    return int(match.start(index)) if index is not None else -1
