"""Citations of laws, decrees and letters that the norms contradict, such as an article behind the last one."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, NamedTuple, get_args

from reportlint.diagnostic import Finding, Safety, Span, Text
from reportlint.document import Document
from reportlint.errors import ConfigError, PartMissing
from reportlint.mending import replacement
from reportlint.norms import Instrument
from reportlint.numerals import number as written_number
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold, words
from reportlint.yamlfile import nearest

Fault = Literal["article", "repealed", "future", "number", "name"]
LONGEST_NUMBER = 60  # how far behind a name the bracket with its number may reach, in code points
LONGEST_ISSUER = 20  # how far before 〔2021〕30号 its number may begin, in code points
LONGEST_ALIAS = 12  # how far before a name the words are looked for that define it, in code points
SHORTEST_NAME = 6  # a shorter one is near too many others
MOST_LOST, MOST_ALTERED, MOST_ADDED = 4, 2, 1  # characters of a name, in one place
_BRACKET = re.compile(r"\s*\(([^()]{1,60})\)")
_DIGITS = re.compile(r"\d+")
_ISSUER = re.compile(r"\w+$")
_LETTERS = re.compile(r"\w+")

# How Chinese documents cite.
NAMES = Pattern("《(?P<name>[^《》]+)》")
ARTICLES = Pattern(
    r"^[、和及与,的]?\s*第\s*(?P<article>[\d〇○零一二三四五六七八九十百千]+)\s*条(?:\s*第[^条。;,]+[款项目])?"
)
NUMBERS = Pattern(r"(?:国务院|主席|国)令\s*[第(]\s*\d{1,4}\s*号|[〔\[(【]\s*(?:19|20)\d\d\s*[〕\])】]\s*\d{1,4}\s*号")
ALIAS = Pattern(r"称[为作]?:?\s*$")
UNLESS = Pattern("修订|修改|修正|废止|原《|旧|曾|历次|历年|以来|取代|替代|不再")


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """How instruments are cited, and what is reported. What they are stands in the `norms.yaml` of the rules.

    report: article, for an article behind the last; repealed and future, for an instrument that is not in force in
        the report year or when the report is signed; number, for the number of another instrument; name, for one
        that differs in one place from the name of an instrument.
    names: How an instrument is named. Group: name.
    articles: What follows a name, or another article, and cites an article of it. Group: article, its number.
    numbers: The end of an instrument's number, in brackets behind its name or on its own: 国令第711号, or 〔2021〕30号
        of 国办公开办函〔2021〕30号.
    alias: What stands before a name that is only defined here, as another name of the one before it.
    unless: What in its sentence makes a citation one of the past, or of another's.
    labels: Whether the labels of tables are looked at as well. An article without a name in them is one of `of`.
    of: The instrument, by its key in the norms, that labels cite without naming it.
    """

    report: tuple[Fault, ...] = get_args(Fault)
    names: Pattern = NAMES
    articles: Pattern = ARTICLES
    numbers: Pattern = NUMBERS
    alias: Pattern = ALIAS
    unless: Pattern | None = UNLESS
    labels: bool = False
    of: str | None = None

    def __post_init__(self) -> None:
        for pattern, group in ((self.names, "name"), (self.articles, "article")):
            if group not in pattern.groups:
                raise ValueError(f"the pattern needs the group '{group}': {pattern.written or pattern.text}")


class Passage(NamedTuple):
    """A text that may cite, folded and as it is written.

    start: Where it begins. whole: Of a label, the place that is reported for all of it.
    """

    text: str
    written: str
    start: int
    whole: Span | None = None

    def span(self, start: int, end: int) -> Span:
        return self.whole or Span(self.start + start, self.start + end)


class Reading:
    """What a report cites, read from beginning to end: what a short name stands for is said in the report itself."""

    def __init__(self, document: Document, options: Options, year: int) -> None:
        self.numerals = document.profile.notation.numerals
        self.options = options
        self.instruments = document.norms.instruments
        signed = [dated.day for dated in document.dates if dated.day and dated.day.year > year]
        # What came into force while the report was written may be cited as well.
        self.start, self.end = date(year, 1, 1), max(signed, default=date(year + 1, 12, 31))
        self.known = dict(document.norms.by_name)

    def findings(self, passage: Passage) -> Iterator[Finding]:
        place = 0
        last: list[Instrument] = []
        for match in self.options.names.finditer(passage.text):
            before, place = place, match.end()
            name = words(match[self.options.names.numbers["name"]])
            if self.options.alias.search(passage.text[max(0, match.start() - LONGEST_ALIAS) : match.start()]):
                self.known[name] = last
                continue
            if self._is_left_alone(passage.text, match.start()):
                last = self.known.get(name, [])
                continue
            yield from self._bare(passage, before, match.start())
            last = self.known.get(name, [])
            if not last:
                yield from self._near(passage, match, name)
                continue
            start, end = match.span(self.options.names.numbers["name"])
            found, place = self._numbered(passage, match.end(), last)
            if found:
                yield found
                continue
            valid, fault = self._in_force(last)
            if fault:
                yield from self._outdated(passage, start, end, valid[0], fault)
                continue
            cited, place = self._articles(passage, place, valid)
            yield from cited
        yield from self._bare(passage, place, len(passage.text))

    def article(self, passage: Passage) -> Iterator[Finding]:
        """What a label cites without a name."""
        if self.options.of is None:
            return
        instrument = self.instruments.get(self.options.of)
        if instrument is None:
            near = nearest(self.options.of, self.instruments)
            raise ConfigError(None, f"no norms have an instrument '{self.options.of}'{near}")
        valid, fault = self._in_force(self.known[words(instrument.name.zh)])
        if not fault:
            yield from self._articles(passage, 0, valid)[0]

    def _in_force(self, versions: list[Instrument]) -> tuple[list[Instrument], Literal["repealed", "future", ""]]:
        """The versions in force; else the one that was last, or will be first, and which of the two that is."""
        valid = [version for version in versions if version.in_force(self.start, self.end)]
        if valid or not versions:
            return valid, ""
        past = [version for version in versions if version.last and version.last < self.start]
        if past:
            return [max(past, key=lambda version: version.last or date.min)], "repealed"
        return [min(versions, key=lambda version: version.first or date.min)], "future"

    def _outdated(
        self, passage: Passage, start: int, end: int, instrument: Instrument, fault: Literal["repealed", "future"]
    ) -> Iterator[Finding]:
        if fault not in self.options.report:
            return
        day = instrument.last if fault == "repealed" else instrument.first
        successor = self.instruments.get(instrument.replaced_by)
        instead = _cited(successor) if successor else Text("", "")
        facts: dict[str, str | Text] = {
            "day": day.isoformat() if day else "",
            "instead": instead,
            "name": instrument.name,
        }
        yield _finding(passage, start, end, fault, facts, instead.zh or None)

    def _numbered(self, passage: Passage, place: int, versions: list[Instrument]) -> tuple[Finding | None, int]:
        """What is wrong with the number in brackets behind a name, and where to read on."""
        bracket = _BRACKET.match(passage.text, place, place + LONGEST_NUMBER)
        number = self.options.numbers.search(bracket[1]) if bracket else None
        if bracket is None or number is None:
            return None, place
        issuer = _ISSUER.search(bracket[1], 0, number.start())
        start = bracket.start(1) + (issuer.start() if issuer else number.start())
        end = bracket.start(1) + number.end()
        mine = _digits(number.group())
        numbers = [other for version in versions for other in version.numbers]
        same = [version for version in versions if any(_digits(other) == mine for other in version.numbers)]
        if same:
            valid, fault = self._in_force(same)
            outdated = self._outdated(passage, start, end, valid[0], fault) if fault else iter(())
            return next(outdated, None), bracket.end()
        if not numbers or "number" not in self.options.report:
            return None, bracket.end()
        valid, _ = self._in_force(versions)
        expected = next((version.numbers[0] for version in valid if version.numbers), numbers[0])
        facts: dict[str, str | Text] = {"name": valid[0].name, "expected": expected}
        return _finding(passage, start, end, "number", facts, expected), bracket.end()

    def _bare(self, passage: Passage, start: int, end: int) -> Iterator[Finding]:
        """Numbers of instruments that are cited without a name."""
        for match in self.options.numbers.finditer(passage.text[start:end]):
            first, last = start + match.start(), start + match.end()
            mine = words(passage.text[max(start, first - LONGEST_ISSUER) : last])
            known = (number for instrument in self.instruments.values() for number in instrument.numbers)
            number = next((number for number in known if mine.endswith(words(number))), None)
            if number is None:
                continue
            same = [instrument for instrument in self.instruments.values() if number in instrument.numbers]
            valid, fault = self._in_force(same)
            if fault and not self._is_left_alone(passage.text, first):
                issuer = _LETTERS.match(number)
                begin = passage.text.rfind(issuer.group(), start, last) if issuer else -1
                yield from self._outdated(passage, begin if begin >= 0 else first, last, valid[0], fault)

    def _articles(self, passage: Passage, place: int, versions: list[Instrument]) -> tuple[list[Finding], int]:
        """The articles cited from here on that none of the versions has, and where to read on."""
        found: list[Finding] = []
        last = max((version.articles or 0 for version in versions), default=0)
        known = bool(last) and all(version.articles for version in versions)
        while (match := self.options.articles.search(passage.text[place:])) and not match.start() and match.end():
            number = written_number(fold(match[self.options.articles.numbers["article"]]), self.numerals)
            if known and number is not None and number > last and "article" in self.options.report:
                start, end = match.span(self.options.articles.numbers["article"])
                facts: dict[str, str | Text] = {"name": versions[0].name, "last": str(last)}
                found.append(_finding(passage, place + start, place + end, "article", facts))
            place += match.end()
        return found, place

    def _near(self, passage: Passage, match: Any, name: str) -> Iterator[Finding]:
        if "name" not in self.options.report:
            return
        for known, versions in self.known.items():
            if versions and is_near(name, known):
                start, end = match.span(self.options.names.numbers["name"])
                right = next(full for full in versions[0].names if words(full) == known)
                yield _finding(passage, start, end, "name", {"expected": right}, right)
                return

    def _is_left_alone(self, text: str, place: int) -> bool:
        if self.options.unless is None:
            return False
        start = max(text.rfind("。", 0, place), text.rfind(";", 0, place)) + 1
        ends = [end for end in (text.find("。", place), text.find(";", place)) if end >= 0]
        return self.options.unless.search(text[start : min(ends, default=len(text))]) is not None


def check(document: Document, options: Options) -> Iterator[Finding]:
    if document.year is None:
        raise PartMissing("year")
    reading = Reading(document, options, document.year)
    for paragraph in document.paragraphs():
        text = fold(paragraph.text)
        if _cites(document, text, options):
            yield from reading.findings(Passage(text, paragraph.text, paragraph.span.start))
    for label in _labels(document) if options.labels else ():
        if _cites(document, label.text, options):
            yield from reading.findings(label)
        yield from reading.article(label)


def _cites(document: Document, text: str, options: Options) -> bool:
    return document.has(text, options.names) or document.has(text, options.numbers)


def watched(options: Options) -> tuple[Pattern, ...]:
    return options.names, options.numbers


def _labels(document: Document) -> Iterator[Passage]:
    for table in document.report.tables():
        for row in table.rows:
            for cell in row.cells:
                if cell.text and not cell.text.isdecimal():
                    yield Passage(fold(cell.text), cell.text, cell.span.start, cell.span)


def _finding(
    passage: Passage, start: int, end: int, variant: Fault, facts: dict[str, str | Text], expected: str | None = None
) -> Finding:
    found = passage.written[start:end]
    return Finding(
        span=passage.span(start, end),
        facts={"found": found, **facts},
        variant=variant,
        found=found,
        expected=expected,
        fix=replacement(passage.span(start, end), expected) if expected and _is_certain(passage, variant) else None,
    )


def _is_certain(passage: Passage, variant: Fault) -> bool:
    """Whether what is expected takes the place of what was found and nothing else. Of a label, which is reported whole,
    that is not known; a document that is in force no more may stand there for a reason."""
    return passage.whole is None and variant in ("number", "name")


def _cited(instrument: Instrument) -> Text:
    number = f"（{instrument.numbers[0]}）" if instrument.numbers else ""
    return Text(f"《{instrument.name.zh}》{number}", f"{instrument.name.en}{number}")


def _digits(number: str) -> list[int]:
    """What numbers are compared by: 国令第711号 and 国务院令（第 711 号） are one."""
    return [int(digits) for digits in _DIGITS.findall(fold(number))]


def is_near(found: str, known: str) -> bool:
    """Whether a name is most likely meant for a known one: it begins and ends alike and differs in one place only.

    There it has lost a few characters, has a few others, or one more. Two names of one kind that each exist, such as
    those of two laws, differ by more or at the end.
    """
    if found == known or len(known) < SHORTEST_NAME:
        return False
    shorter = min(len(found), len(known))
    start = next((place for place in range(shorter) if found[place] != known[place]), shorter)
    most = shorter - start
    end = next((place for place in range(most) if found[-1 - place] != known[-1 - place]), most)
    mine, theirs = len(found) - start - end, len(known) - start - end
    if not start or end < 2 or 3 * (start + end) < 2 * len(known):
        return False
    if not mine:
        return theirs <= MOST_LOST
    return mine == theirs <= MOST_ALTERED or (not theirs and mine <= MOST_ADDED)


def fixes(options: Options) -> tuple[Safety, ...]:
    return ("unsafe",)


KIND = RuleKind("citations", Options, check, None, None, watched, fixes=fixes)
