"""From blocks to a report: a Lark grammar over blocks, and the lexer that names them for it.

The grammar files stand in grammars/. Each paragraph and each table is one token, so every file format shares
one grammar and parsing is linear in the number of blocks.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import re2
from lark import Lark, Token, Tree
from lark.exceptions import GrammarError, LarkError, UnexpectedInput, UnexpectedToken
from lark.lexer import Lexer, TerminalDef

from reportlint.diagnostic import Span
from reportlint.errors import ConfigError, ReadError
from reportlint.language import parser
from reportlint.numbering import UNNUMBERED, Numbering
from reportlint.pattern import Pattern
from reportlint.report import Block, Heading, Item, Paragraph, Report, Row, Section, Subsection, Table
from reportlint.wording import INVISIBLE, fold, similarity, words

BEGINNING = 120  # how much of a paragraph the lexer looks at, in code points
LONGEST_HEADING = 60
MOST_WEAK = 200  # lines without a number that read like titles; more are no headings but a list
NEAR_NUMBERED, NEAR_BARE, SURE = 0.6, 0.85, 0.8
_SENTENCE_END = re.compile(r"[。;:!?]")
_BEHIND_TITLE = ":。"
_RUN_ON = re.compile(r"[\s:：。]+")


class BlockToken(Token):
    """A token that carries what it names."""

    block: Paragraph | Table


class BlockLexer(Lexer):
    """Hands on tokens that were made already: what a block is depends on its neighbours."""

    def __init__(self, lexer_conf: object) -> None: ...

    def lex(self, data: Iterable[BlockToken]) -> Iterator[BlockToken]:  # type: ignore[override,unused-ignore]
        return iter(data)


class Parsed(NamedTuple):
    """A report, and what of it the grammar has no place for."""

    report: Report
    tree: "Tree[BlockToken]"
    misplaced: tuple[Span, ...]


class Grammar:
    """One grammar file, compiled. Without state: parsing changes nothing in it."""

    def __init__(self, path: Path, numbering: Numbering = UNNUMBERED) -> None:
        """Compile a grammar file.

        numbering: How the headings of the forms that it reads are numbered.

        Raises:
            ConfigError: The file cannot be read, is no grammar, or has a pattern that RE2 refuses.
        """
        self.name = path.stem
        self.numbering = numbering
        try:
            self._lark = parser(path, "report", BlockLexer)
        except OSError as error:
            raise ConfigError(path, f"cannot be read: {error.strerror}") from error
        except UnexpectedInput as error:
            why = f"not a Lark grammar: {str(error).splitlines()[0]}"
            raise ConfigError(path, why, error.line or 0, error.column or 0) from error
        except (GrammarError, LarkError) as error:
            line = re.search(r"line (\d+)", str(error))
            raise ConfigError(path, f"not a Lark grammar: {error}", int(line[1]) if line else 0, 1) from error
        self._has_sections = any(rule.origin.name == "section" for rule in self._lark.rules)
        regions = _regions(self._lark)
        self._front, self._body, self._back = (
            _Region(path, (terminal for terminal in self._lark.terminals if terminal.name in names))
            for names in regions
        )

    def parse(self, blocks: Iterable[Block], titles: Sequence[str], labels: Collection[str] = ()) -> Parsed:
        """The report that the blocks make.

        titles: Titles of sections, without numbers, by which a heading is known whatever its number.
        labels: Words of the rows of tables: where a table has lost its cells, they still head no section.

        Raises:
            ReadError: The grammar asks for more than the blocks hold; the built-in ones take any text.
        """
        misplaced: list[Span] = []
        reading = self._lark.parse_interactive([])  # type: ignore[arg-type,unused-ignore]
        feed = reading.parser_state.feed_token
        for token in self._tokens(list(blocks), titles, labels):
            try:
                feed(token)
            except UnexpectedToken:
                # The grammar has no place for it; what stands behind it is still read.
                misplaced.append(token.block.span)
        try:
            tree: Any = reading.feed_eof()  # type: ignore[no-untyped-call]
        except UnexpectedToken as error:
            raise ReadError("报告的结构不完整，无法读取", "the structure of the report breaks off") from error
        return Parsed(_Tree(self.numbering).report(tree), tree, tuple(misplaced))

    def _tokens(self, blocks: list[Block], titles: Sequence[str], labels: Collection[str]) -> Iterator[BlockToken]:
        beginnings = [_beginning(block) if isinstance(block, Paragraph) else None for block in blocks]
        finder = _Headings(titles, labels, self.numbering, self._body)
        headings = finder.found(blocks, beginnings) if self._has_sections else {}
        first = min(headings, default=len(blocks))
        last = len(blocks) if self._has_sections else -1
        end = self._back_start(beginnings, max(headings, default=last))
        rows: list[Row] = []
        for index, (block, beginning) in enumerate(zip(blocks, beginnings, strict=True)):
            if isinstance(block, Row):
                rows.append(block)
                continue
            if rows:
                yield _token("TABLE", Table(tuple(rows), 0))
                rows = []
            if not isinstance(block, Paragraph) or beginning is None:
                continue
            if index in headings:
                yield from _heading_tokens(block, headings[index])
            else:
                # Without sections there is nothing between what stands in front and what stands behind.
                region = self._back if index >= end else self._front if index < first else self._body
                name = region.kind(beginning)
                yield _token("PARAGRAPH" if name in {"SECTION_HEADING", ""} else name, block)
        if rows:
            yield _token("TABLE", Table(tuple(rows), 0))

    def _back_start(self, beginnings: Sequence[str | None], last_heading: int) -> int:
        """The first of the blocks at the very end that are signature, date and the like, and nothing else."""
        index = len(beginnings)
        while index - 1 > last_heading:
            beginning = beginnings[index - 1]
            if beginning is None or not self._back.kind(beginning):
                break
            index -= 1
        return index


def _regions(lark: Lark) -> tuple[set[str], set[str], set[str]]:
    """The terminals of the rules `front` and `back`, and of all others between them."""
    front: set[str] = set()
    body: set[str] = set()
    back: set[str] = set()
    for rule in lark.rules:
        name = rule.origin.name.lstrip("_")
        region = front if name.startswith("front") else back if name.startswith("back") else body
        region.update(symbol.name for symbol in rule.expansion if symbol.is_term)
    return front, body, back


class _Region:
    """The terminals that may stand in one part of a report, tried all at once.

    RE2, because grammars come from repositories too, and only on the beginning of a paragraph: so what a
    pattern costs is bounded.
    """

    def __init__(self, path: Path, terminals: Iterable[TerminalDef]) -> None:
        self._names: list[str] = []
        self._set = re2.Set.FullMatchSet(_quiet())
        for terminal in sorted(terminals, key=lambda terminal: (-terminal.priority, terminal.name)):
            try:
                self._set.Add(terminal.pattern.to_regexp())
            except re2.error as error:
                refusal = Pattern(terminal.pattern.to_regexp()).refusal or "too large beside the others"
                raise ConfigError(path, f"RE2 refuses the pattern of {terminal.name}: {refusal}") from error
            self._names.append(terminal.name)
        if self._names:
            self._set.Compile()

    def kind(self, beginning: str) -> str:
        """The first terminal that fits; empty where none does."""
        fitting = self._set.Match(beginning) if self._names else ()
        return self._names[min(fitting)] if fitting else ""


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def _token(name: str, block: Paragraph | Table) -> BlockToken:
    # Lark's own constructor reads and keeps places in a text, which a block has none of.
    token = str.__new__(BlockToken, "")
    token.type, token.value, token.block = name, "", block
    return token


class _Candidate(NamedTuple):
    """A paragraph that may head a section.

    which: The title it has or resembles, by its place among the titles. sure: It has that title's words, or nearly.
    length: How much of the paragraph is the heading, in code points.
    is_row: It is a row of a table that lost its cells.
    """

    which: int | None
    sure: bool
    length: int
    is_row: bool = False


class _Found(NamedTuple):
    """What a candidate turned out to be: terminal is SECTION_HEADING, or SUBSECTION_HEADING in a list of its own."""

    terminal: str
    length: int


def _beginning(block: Paragraph) -> str:
    return fold(block.text[:BEGINNING])


class _Headings:
    """Finds what heads a section; used once.

    known: The words of the titles.
    """

    def __init__(self, titles: Sequence[str], labels: Collection[str], numbering: Numbering, body: "_Region") -> None:
        self.titles, self.labels, self.numbering, self.body = titles, labels, numbering, body
        self.known = tuple(map(words, titles))

    def found(self, blocks: Sequence[Block], beginnings: Sequence[str | None]) -> dict[int, _Found]:
        """The paragraphs that head a section, or an item of a list that counts 一、 二、 anew, by their place."""
        strong: dict[int, _Candidate] = {}
        weak: dict[int, _Candidate] = {}
        bracketed: dict[int, _Candidate] = {}
        for index, (block, folded) in enumerate(zip(blocks, beginnings, strict=True)):
            if not isinstance(block, Paragraph) or folded is None:
                continue
            if self.numbering.is_numbered(folded):
                candidate = self._titled(folded, NEAR_NUMBERED)
                if (
                    candidate is None
                    and len(folded) <= _longest(folded)
                    and self.body.kind(folded) == "SECTION_HEADING"
                ):
                    candidate = _Candidate(None, False, len(block.text))
                if candidate and not candidate.sure and _is_row(words(folded), self.labels):
                    candidate = _Candidate(None, False, len(block.text), is_row=True)
                if candidate:
                    strong[index] = candidate
            elif len(folded) <= _longest(folded):
                candidate = self._titled(folded, NEAR_BARE)
                if candidate:
                    (bracketed if "(" in folded[:2] else weak)[index] = candidate
        if len(bracketed) > len(weak) and all(candidate.which is None for candidate in strong.values()):
            weak = bracketed  # nothing else heads a section
        else:
            # Else a number in brackets is of an item below a section, unless it is that of the section so titled.
            fitting = {index: item for index, item in bracketed.items() if self._is_own_number(beginnings[index], item)}
            weak = dict(sorted((weak | fitting).items())) if fitting else weak
        strong = _without_contents(blocks, strong)
        taken = {candidate.which for candidate in strong.values()}
        sure = {index: candidate for index, candidate in strong.items() if candidate.which is not None}
        for index, candidate in list(weak.items())[:MOST_WEAK]:
            if candidate.which not in taken and _in_order(index, candidate, sure):
                strong[index] = sure[index] = candidate
                taken.add(candidate.which)
        return dict(self._levels(beginnings, strong))

    def _is_own_number(self, folded: str | None, candidate: _Candidate) -> bool:
        """Whether the paragraph has the number that the form gives to the section whose title it has."""
        return candidate.which is not None and self.numbering.number(folded or "") == candidate.which + 1

    def _levels(
        self, beginnings: Sequence[str | None], candidates: Mapping[int, _Candidate]
    ) -> Iterator[tuple[int, _Found]]:
        """Tells the sections from lists inside a section that count from 一、 again."""
        top = nested = 0
        for index in sorted(candidates):
            candidate = candidates[index]
            number = self.numbering.number(beginnings[index] or "")
            restarts = number == 1 and top >= 1
            if candidate.is_row:
                nested = number or nested
            elif not candidate.sure and number is not None and (restarts or (nested and number == nested + 1)):
                nested = number
                yield index, _Found("SUBSECTION_HEADING", candidate.length)
            else:
                nested, top = 0, max(top, number or 1)
                yield index, _Found("SECTION_HEADING", candidate.length)

    def _titled(self, folded: str, near: float) -> _Candidate | None:
        """Which title the paragraph begins with or resembles; None if it is unsure."""
        start = self.numbering.mark_length(folded)
        rest = folded[start:]
        longest = _longest(folded)
        mine = words(rest[:longest])
        for which, title in enumerate(self.known) if mine.startswith(self.known) else ():
            if mine.startswith(title):
                end = _length_of(rest, len(title))
                if end == len(rest) or rest[end] in _BEHIND_TITLE or rest[end].isspace():
                    return _Candidate(which, True, start + end)
        if len(folded) > longest or "。" in folded.rstrip("。"):
            return None
        bare = self.numbering.bare(mine, figures=True)
        if bare in self.known:
            return _Candidate(self.known.index(bare), True, len(folded))
        if not start:
            return None
        ratios = [similarity(rest, title) for title in self.titles]
        best = max(ratios, default=0.0)
        return _Candidate(ratios.index(best), best >= SURE, len(folded)) if best >= near else None


def _longest(folded: str) -> int:
    """How long a heading may be: letters take less room than characters do."""
    return BEGINNING if folded.isascii() else LONGEST_HEADING


def _is_row(mine: str, labels: Collection[str]) -> bool:
    """Whether the words are a row's label, alone or run together with others and with figures."""
    if mine.rstrip("0123456789") in labels:
        return True
    return mine[-1:].isdigit() and any(len(label) >= 4 and mine.startswith(label) for label in labels)


def _length_of(text: str, count: int) -> int:
    """How much of the text holds its first `count` letters and characters."""
    for index, character in enumerate(text):
        count -= character.isalnum()
        if count == 0:
            return index + 1
    return len(text)


def _without_contents(blocks: Sequence[Block], candidates: dict[int, _Candidate]) -> dict[int, _Candidate]:
    """Leaves out a table of contents: three or more headings in a row that all come again later."""
    last: dict[int | None, int] = {}
    for place, candidate in candidates.items():
        last[candidate.which] = max(place, last.get(candidate.which, -1))
    run: list[int] = []
    dropped: set[int] = set()
    for index in [*sorted(candidates), len(blocks) + 1]:
        if run and index != run[-1] + 1:
            titled = [candidates[place].which for place in run if candidates[place].which is not None]
            if len(run) >= 3 and all(last[which] > run[-1] for which in titled):
                dropped.update(run)
            run = []
        run.append(index)
    return {index: candidate for index, candidate in candidates.items() if index not in dropped}


def _in_order(index: int, candidate: _Candidate, sure: Mapping[int, _Candidate]) -> bool:
    """Whether the candidate's section may stand at that block, going by the sections that are sure."""
    which = candidate.which or 0
    return all(
        (place < index) == (other.which < which)
        for place, other in sure.items()
        if other.which is not None and other.which != which
    )


def _heading_tokens(block: Paragraph, found: _Found) -> Iterator[BlockToken]:
    """The heading, and the text that runs on behind it on the same line as a paragraph of its own."""
    heading, rest = block.text[: found.length], block.text[found.length :]
    start = block.span.start
    yield _token(found.terminal, Paragraph(Span(start, start + len(heading)), heading))
    text = _RUN_ON.sub("", rest, count=1).rstrip() if _RUN_ON.match(rest) else rest.rstrip()
    if text.strip("。:：") and found.terminal == "SECTION_HEADING":
        first = start + len(heading) + len(rest.rstrip()) - len(text)
        yield _token("PARAGRAPH", Paragraph(Span(first, first + len(text)), text))


def _block(token: Any) -> Paragraph:
    block = token.block
    assert isinstance(block, Paragraph)
    return block


class _Tree:
    """Turns a parse tree into a report; used once."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.tables = 0

    def report(self, tree: "Tree[BlockToken]") -> Report:
        front: tuple[Item, ...] = ()
        back: tuple[Paragraph, ...] = ()
        sections: list[Section] = []
        for child in tree.children:
            if not isinstance(child, Tree):
                continue
            if child.data == "front":
                front = self._items(child.children)
            elif child.data == "section":
                heading = self._section_heading(_block(child.children[0]))
                sections.append(Section(heading, self._items(child.children[1:])))
            elif child.data == "back":
                back = tuple(_block(token) for token in child.children)
        return Report(front, tuple(sections), back)

    def _items(self, children: Sequence[Any]) -> tuple[Item, ...]:
        return tuple(self._item(child) for child in children)

    def _item(self, child: Any) -> Item:
        if isinstance(child, BlockToken):
            if isinstance(child.block, Paragraph):
                return child.block
            self.tables += 1
            return Table(child.block.rows, self.tables)
        heading = _block(child.children[0])
        # A sub-heading usually runs on into its text, so the whole paragraph counts as text too.
        return Subsection(self._subsection_heading(heading), (heading, *self._items(child.children[1:])))

    def _section_heading(self, block: Paragraph) -> Heading:
        """The parts of a section's heading."""
        folded = _beginning(block)
        return _heading(block, self.numbering.mark_length(folded), self.numbering.number(folded))

    def _subsection_heading(self, block: Paragraph) -> Heading:
        """The parts of a sub-heading; its title ends with its first sentence."""
        folded = _beginning(block)
        length, number = self.numbering.below(folded)
        end = _SENTENCE_END.search(folded, length)
        return _heading(block, length, number, end.start() if end else len(folded))


def _heading(block: Paragraph, length: int, number: int | None, end: int | None = None) -> Heading:
    end = len(block.text) if end is None else end
    start = block.span.start
    title = block.text[length:end].rstrip(" 。:：\u3000")
    return Heading(
        Span(start, start + end),
        block.text[:length].strip().rstrip(INVISIBLE).rstrip(),
        number,
        title,
        Span(start + length, start + length + len(title)),
    )
