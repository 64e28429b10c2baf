"""Binds the lines of one table to the rows of one template, cell by cell."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from reportlint.alignment import Pair, aligned, gaps, in_order, runs
from reportlint.bound import BoundCell, BoundCells, BoundRow, BoundTable, Departure, Fault
from reportlint.diagnostic import Place, Related, Span, Text
from reportlint.figures import ValueKind, answer, figures_in
from reportlint.formulas import laid_out
from reportlint.lines import Line, words_in
from reportlint.notation import Notation
from reportlint.profile import TEXTS, YES_NO, DataRow, HeaderCell, HeaderRow, Label, RepeatedRow, Template, TemplateRow
from reportlint.report import Cell
from reportlint.wording import Likeness, fold, likeness, ordinal, similarity, skeleton, words

NEAR, AKIN, SURE, NEARLY_SURE = 0.55, 0.3, 0.95, 0.9
NEAR_AMONG_FREE = 0.75  # beside rows whose labels are free, a label that is hardly like the form's is one of theirs
MOST_LINES = 400  # a longer table is aligned without looking for near matches
SHOWN_ROWS = 3
MOST_ROWS_APART = 3  # so many rows that cannot be read are told of one by one

TOO_DEEP = Text("这一行画成了上一组的下级", "the row is drawn as an item of the group above it")
OTHER_GROUP = Text("这一行属于另一组", "the row belongs to another group")
OUT_OF_ORDER = Text("这一行不在格式规定的位置", "the row does not stand where the form has it")
WRONG_ROW = Text(
    "不在格式规定的那一行，或合并方式不同", "it stands in another row than in the form, or is merged differently"
)
WHICH_ROW = Text("从这一行的标签看不出是哪一种行", "its label does not tell which row it is")
SPOILT_TOO = Text("这一行的各列同样分不清", "the cells of this row cannot be told apart either")
LEFT_BLANK = Text("这个表头没有填写", "it was left blank")
NOT_IN_FORM = Text("格式中没有这个表头", "the form has no such header")
HERE_INSTEAD = Text("这个表头实际在这里", "the header stands here instead")


class _Index(NamedTuple):
    """What a template's rows are known by. headers, rows: Places in the template by words; groups: by words too.

    repeats: Those that repeat, by place. optional: Keys of those that may be absent.
    has_texts: Whether cells right of the labels hold words by rights.
    """

    headers: Mapping[str, tuple[int, ...]]
    rows: Mapping[str, tuple[int, ...]]
    groups: frozenset[str]
    labels: frozenset[str]
    repeats: Mapping[int, RepeatedRow]
    optional: frozenset[str]
    has_texts: bool


@lru_cache(maxsize=64)
def _index(template: Template) -> _Index:
    headers: dict[str, tuple[int, ...]] = {}
    rows: dict[str, tuple[int, ...]] = {}
    for place, row in enumerate(template.rows):
        if isinstance(row, HeaderRow):
            headers[row.words] = (*headers.get(row.words, ()), place)
        elif isinstance(row, DataRow):
            for wording in row.label.wordings:
                rows[words(wording)] = (*rows.get(words(wording), ()), place)
    groups = frozenset(words(group.label.text) for group in template.groups.values())
    repeats = {place: row for place, row in enumerate(template.rows) if isinstance(row, RepeatedRow)}
    optional = frozenset(row.key for row in template.data_rows if row.optional)
    has_texts = any(
        column.type in TEXTS for row in template.rows if not isinstance(row, HeaderRow) for column in row.columns
    )
    labels = frozenset(words(label.text) for label in template.labels())
    return _Index(headers, rows, groups, labels, repeats, optional, has_texts)


@lru_cache(maxsize=1024)
def _wordings(label: Label) -> frozenset[str]:
    """The words of a label, in each of its wordings."""
    return frozenset(map(words, label.wordings))


@lru_cache(maxsize=1024)
def _altered(found: str, label: Label, notation: Notation) -> Fault | None:
    """How a label that stands in a report departs from the form's; None where it does not."""
    kinds = [likeness(found, wording) for wording in label.wordings]
    # Any explanation may follow a short label, but where the form prints one its words are the form's.
    explained = skeleton(label.text).endswith(")") and skeleton(found).endswith(")")
    if Likeness.SAME in kinds and not (explained and words(found) != words(label.text)):
        return None
    if Likeness.MARKS in kinds:
        return Fault.MARKS
    cites = all(map(notation.citation.fullmatch, (words(label.text), words(found))))
    return Fault.CITATION if cites else Fault.LABEL


class Binder:
    """Binds one table; used once. title: Of the section that the table belongs to. notation: Of its figures."""

    def __init__(self, template: Template, title: str, tables: Sequence[list[Line]], notation: Notation) -> None:
        self.template = template
        self.title = title
        self.notation, self.figure = notation, figures_in(notation)
        self.index = _index(template)
        parts, self.copies = self._without_copies(tables)
        self.lines = [line for part in parts for line in part]
        if template.numbering:
            self.lines = self._without_numbering(self.lines)
        self.faults: list[Departure] = []
        self.rows: dict[str, BoundRow] = {}
        self.unusual: list[BoundCell] = []
        self.unreadable: list[Line] = []
        self.unfit: list[Line] = []

    def bind(self) -> tuple[BoundTable | None, list[Departure]]:
        """The bound table and its departures; no table where its cells cannot be told apart."""
        pairs = self._pairs()
        rows = self.template.rows
        repeated = self._repeated(pairs) if self.index.repeats else {}
        data = [(self.lines[i], row) for i, j in pairs if isinstance(row := rows[j], DataRow)]
        labels = [self._label_place(line, row) for line, row in data]
        leads = _leads(
            [(line.cells[label + 1 :], len(row.columns)) for (line, row), label in zip(data, labels, strict=True)]
        )
        for (line, row), label in zip(data, labels, strict=True):
            self._bind_row(line, row, label, leads)
        told = len(data) + len(repeated)
        # A table whose only row of figures is gone still has its headers, and one whose rows repeat may be empty.
        may_be_empty = bool(self.index.repeats) and not any(row.least for row in self.index.repeats.values())
        blank = sum(not line.head.text for line in self.lines) if may_be_empty else 0
        headers_only = len(pairs) + blank == len(self.lines) and (
            may_be_empty or not any(row.path for row in self.template.data_rows)
        )
        absent = self.index.optional.difference(row.key for _, row in data) if self.index.optional else frozenset()
        if not told and headers_only and may_be_empty:
            absent = frozenset(row.key for row in self.template.data_rows)
        template, repeated_keys = self._bind_repeated(repeated, absent)
        if (not told and not headers_only) or (self.unreadable and 2 * len(self.unreadable) >= told):
            cut = self._cut_apart()
            if cut is not None:
                return cut, []
            line = self.lines[0]
            return None, [self._departure(Fault.UNREADABLE, line, line.head.span)]
        self._bind_headers([(self.lines[i], row) for i, j in pairs if isinstance(row := rows[j], HeaderRow)])
        self._check_groups(zip(data, labels, strict=True))
        self._report_rest(pairs, repeated, absent)
        self._report_unreadable()
        for part in self.copies:
            self.faults.append(self._departure(Fault.COPY, part[0], part[0].head.span, found=part[0].head.text))
        span = Span(self.lines[0].row.span.start, self.lines[-1].row.span.end)
        rows_found = frozenset((*(row.key for _, row in data), *repeated_keys))
        return BoundTable(template, span, BoundCells(self.rows), rows_found, tuple(self.unusual)), self.faults

    def _cut_apart(self) -> BoundTable | None:
        """A table of one row whose columns stand one under another, in tables of their own; None where it is not that.

        Only where the labels right above the figures are all there, in the order of the form, is it certain.
        """
        row, *others = self.template.data_rows or (None,)
        if row is None or others or row.path or self.index.repeats:
            return None
        leaves = [words(column.path[-1].text) for column in row.columns]
        read: list[str] = []
        figures: list[tuple[Line, Cell]] = []
        for line in self.lines:
            if not line.labels:
                # A blank row above its labels is the empty header of a Markdown table.
                if line.head.text or len(read) > len(figures):
                    figures.extend((line, cell) for cell in line.cells)
            elif line.holds_figures or not self.index.labels.issuperset(filter(None, line.words)):
                return None
            elif set(leaves).issuperset(filter(None, line.words)):
                read.extend(filter(None, line.words))
        if read != leaves or len(figures) != len(leaves):
            return None
        lines = [(line.table, line.number) for line, _ in figures]
        self._keep(row, [cell for _, cell in figures], row.path, lines)
        span = Span(self.lines[0].row.span.start, self.lines[-1].row.span.end)
        return BoundTable(self.template, span, BoundCells(self.rows), frozenset((row.key,)), tuple(self.unusual))

    def _without_copies(self, tables: Sequence[list[Line]]) -> tuple[list[list[Line]], list[list[Line]]]:
        """The parts that make up one table, and further copies of it."""
        seen: Counter[str] = Counter()
        kept: list[list[Line]] = []
        copies: list[list[Line]] = []
        for part in tables:
            mine = {word for line in part for word in line.words if word in self.index.rows and word}
            if len(tables) > 1 and kept and len(mine) >= 3 and sum(word in seen for word in mine) * 2 > len(mine):
                copies.append(part)
            else:
                kept.append(part)
                seen.update(mine)
        return kept, copies

    def _without_numbering(self, lines: list[Line]) -> list[Line]:
        """The lines without rows and columns that only number the others: 行次, 栏次."""
        idle = self.template.numbering
        width, places = 0, frozenset[int]()
        kept: list[Line] = []
        for line in lines:
            own = frozenset(place for place, word in enumerate(line.words) if word in idle)
            if own and len(own) == len(line.labels):
                continue  # it has no other words
            if own:
                width, places = len(line.cells), own
            if places and len(line.cells) == width:
                cells = tuple(cell for place, cell in enumerate(line.cells) if place not in places)
                line = Line(line.row._replace(cells=cells), line.table, line.number, words_in(self.notation))
            kept.append(line)
        return kept or lines

    # Which line is which row.

    def _pairs(self) -> list[Pair]:
        """Lines and rows that belong together, in the order of the lines."""
        candidates = [self._candidates(line) for line in self.lines]
        pairs = in_order(candidates)
        if len(pairs) == len(self.lines) or len(self.lines) > MOST_LINES:
            return pairs
        if len(pairs) == sum(map(bool, candidates)):
            # All that is known exactly is in order: only what stands between is to be compared.
            between = gaps(pairs, len(self.lines), len(self.template.rows))
            pairs = sorted((*pairs, *(pair for lines, rows in between for pair in self._near(lines, rows, candidates))))
        else:
            pairs = self._near(range(len(self.lines)), range(len(self.template.rows)), candidates)
        return self._with_moved(self._with_gaps_filled(pairs), candidates)

    def _near(self, lines: range, rows: range, candidates: Sequence[tuple[int, ...]]) -> list[Pair]:
        """The best pairs, in order, of these lines and rows; a near match counts less than an exact one."""
        if not lines or not rows or all(place in self.index.repeats for place in rows):
            return []
        scores: dict[Pair, float] = {}
        for i in lines:
            exact = candidates[i]
            scores.update(((i - lines.start, j - rows.start), 1.0) for j in exact if j in rows)
            for j in rows if not exact else ():
                row = self.template.rows[j]
                score = self._likeness(self.lines[i], row)
                if score >= (NEAR_AMONG_FREE if self.index.repeats and isinstance(row, DataRow) else NEAR):
                    scores[i - lines.start, j - rows.start] = 0.9 * score
        return [(i + lines.start, j + rows.start) for i, j in aligned(len(lines), len(rows), scores)]

    def _candidates(self, line: Line) -> tuple[int, ...]:
        """The rows of the template whose words the line has exactly."""
        labels = line.labels
        if not labels:
            return self.index.rows.get("", ())
        headers = self.index.headers.get(line.joined)
        if headers is None and len(labels) > 1:
            headers = self.index.headers.get(line.collapsed)
        if headers and not line.holds_figures:
            return headers
        if self.index.has_texts:
            labels = self._area(line)
        for place in reversed(labels[: self.template.label_columns]):
            found = self.index.rows.get(line.words[place])
            if found:
                return found
        return ()

    def _likeness(self, line: Line, row: TemplateRow) -> float:
        if isinstance(row, HeaderRow):
            return 0.0 if line.holds_figures else self._header_likeness(line, row)
        if isinstance(row, RepeatedRow) or not row.path or len(line.cells) <= len(line.labels):
            return 0.0
        return max((self._nearness(line.cells[place], row.label) for place in self._area(line)), default=0.0)

    def _header_likeness(self, line: Line, row: HeaderRow) -> float:
        mine, theirs = {word for word in line.words if word}, {words(text) for text in row.texts}
        if theirs <= mine <= self.index.labels:
            return SURE  # labels that are merged with it stand in this row too
        if mine and mine < theirs:
            return SURE  # a label of it was left blank
        if theirs < mine and len(theirs) > 1:
            return NEARLY_SURE  # one of those that are merged with it is altered
        own = [line.words[place] for place in line.distinct]
        without_merged = "".join(word for word in own if word in theirs or word not in self.index.labels)
        return max(similarity("".join(own), row.words), similarity(without_merged, row.words))

    def _area(self, line: Line) -> tuple[int, ...]:
        """Places of the cells of words that may be labels of the row."""
        width = max(self.template.label_columns, 1)
        if self.index.has_texts:
            return tuple(place for place in line.labels if place < width)
        return line.labels[:width]

    def _nearness(self, cell: Cell, label: Label) -> float:
        return max(similarity(cell.text, wording) for wording in label.wordings)

    def _with_gaps_filled(self, pairs: list[Pair]) -> list[Pair]:
        """As many lines as rows left over between the same neighbours belong together if they are at all alike."""
        found = list(pairs)
        for lines, rows in gaps(pairs, len(self.lines), len(self.template.rows)):
            if len(lines) == len(rows) and not any(place in self.index.repeats for place in rows):
                pairs_here = zip(lines, rows, strict=True)
                found.extend((i, j) for i, j in pairs_here if self._akin(self.lines[i], self.template.rows[j]))
        return sorted(found)

    def _akin(self, line: Line, row: TemplateRow) -> bool:
        if isinstance(row, HeaderRow):
            return bool(line.labels) and not line.holds_figures and similarity(line.joined, row.words) >= AKIN
        area = self._area(line)
        if isinstance(row, RepeatedRow) or not area or not row.path or len(line.cells) <= len(row.columns):
            return False
        cell = line.cells[area[-1]]
        return self._nearness(cell, row.label) >= AKIN or ordinal(cell.text) == ordinal(row.label.text) != ""

    def _with_moved(self, pairs: list[Pair], candidates: Sequence[tuple[int, ...]]) -> list[Pair]:
        """Rows that stand out of order still are what their labels say."""
        lines, rows = {i for i, _ in pairs}, {j for _, j in pairs}
        found = list(pairs)
        for i, exact in enumerate(candidates):
            free = next((j for j in exact if j not in rows), None)
            row = self.template.rows[free] if free is not None else None
            if i not in lines and free is not None and isinstance(row, DataRow) and row.path:
                rows.add(free)
                found.append((i, free))
                line = self.lines[i]
                self.faults.append(
                    self._departure(
                        Fault.NESTING, line, line.head.span, found=line.head.text, row=row, detail=OUT_OF_ORDER
                    )
                )
        return sorted(found)

    # Rows that repeat.

    def _repeated(self, pairs: list[Pair]) -> dict[int, tuple[int, ...]]:
        """For each line that is one of the rows that repeat, which; several where that is not certain."""
        # Rows with a pattern are known by it, and may stand above a total that the form has above them.
        patterned = [place for place, row in self.index.repeats.items() if row.pattern is not None]
        found: dict[int, tuple[int, ...]] = {}
        for lines, rows in gaps(sorted(pairs), len(self.lines), len(self.template.rows)):
            places = [place for place in rows if place in self.index.repeats]
            for i in lines if places or patterned else ():
                own = places or [place for place in patterned if self._has_pattern(self.lines[i], place)]
                fitting = self._fitting(self.lines[i], own)
                if fitting:
                    found[i] = fitting
        return found

    def _fitting(self, line: Line, places: Sequence[int]) -> tuple[int, ...]:
        """Which of these rows that repeat the line is: the first of those that stand together whose pattern fits.

        All of them, where no pattern fits or where a row of the form that parts them is missing; none where the line is
        no row of figures.
        """
        rows = {place: self.index.repeats[place] for place in places}
        if not any(self._is_row_of(line, row) for row in rows.values()):
            return ()
        fitting = [place for place in places if self._has_pattern(line, place)]
        if not fitting:
            return tuple(places)
        return (fitting[0],) if len(list(runs(places))) == 1 or len(fitting) == 1 else tuple(fitting)

    def _has_pattern(self, line: Line, place: int) -> bool:
        """Whether the first label of the line fits the pattern of the row, or the row has none."""
        pattern = self.index.repeats[place].pattern
        label = next((cell.text for cell in line.cells[: self.template.label_columns] if cell.text), "")
        return pattern is None or pattern.fullmatch(fold(label)) is not None

    def _is_row_of(self, line: Line, row: RepeatedRow) -> bool:
        """Whether there are figures behind the labels, or as many cells as the row has, with labels of its own."""
        first = self.template.label_columns
        figures = any(cell.text and not word for cell, word in zip(line.cells[first:], line.words[first:], strict=True))
        if figures:
            return True
        fits = len(line.cells) == first + len(row.columns) and any(cell.text for cell in line.cells)
        return fits and not self.index.labels.issuperset(filter(None, line.words))

    def _bind_repeated(
        self, repeated: Mapping[int, tuple[int, ...]], absent: frozenset[str]
    ) -> tuple[Template, list[str]]:
        """The template laid out for the rows that there are, and the keys of those that repeat.

        A line that may be one of several rows counts as one of each, without cells: so no sum over them can be told.
        """
        if not self.index.repeats and not absent:
            return self.template, []
        repeats, first = self.index.repeats, self.template.label_columns
        counts = Counter(place for places in repeated.values() for place in places)
        template = laid_out(self.template, tuple(counts[place] for place in repeats), absent)
        rows = {row.key: row for row in template.data_rows}
        lines = [(self.lines[i], places) for i, places in repeated.items()]
        leads = _leads([(line.cells[first:], len(repeats[places[0]].columns)) for line, places in lines])
        used: Counter[int] = Counter()
        keys: list[str] = []
        for line, places in lines:
            for place in places:
                used[place] += 1
                keys.append(f"{repeats[place].key}#{used[place]}")
            repeat = repeats[places[0]]
            cells = self._numbers(line.cells[first:], len(repeat.columns), leads, merged=False)
            if cells is None or len(places) > 1:
                self.unreadable.append(line)
                if cells is not None:
                    self.unfit.append(line)
            else:
                own = " ".join(cell.text for cell in line.cells[:first] if cell.text)
                labels = (*repeat.outer, Label(own)) if own else repeat.outer
                self._keep(rows[keys[-1]], cells, labels, [(line.table, line.number)] * len(cells))
        return template, keys

    # Number cells.

    def _label_place(self, line: Line, row: DataRow) -> int:
        """The place of the row's own label among the line's cells; -1 for a row without one."""
        if not row.path:
            return -1
        area, wordings = self._area(line), _wordings(row.label)
        for place in reversed(area):
            if line.words[place] in wordings:
                return place
        # Of labels that are equally unlike it, the innermost stands for the row.
        return max(reversed(area), key=lambda place: self._nearness(line.cells[place], row.label), default=-1)

    def _bind_row(self, line: Line, row: DataRow, label: int, leads: bool) -> None:
        is_grid = len(line.cells) == self.template.width
        cells = self._numbers(line.cells[label + 1 :], len(row.columns), leads, merged=bool(row.path), is_grid=is_grid)
        if cells is None:
            self.unreadable.append(line)
            return
        self._keep(row, cells, row.path, [(line.table, line.number)] * len(cells))
        if label >= 0:
            self._check_label(line, line.cells[label], row.label, row)
            self._check_depth(line, label, row)

    def _numbers(
        self, cells: tuple[Cell, ...], count: int, leads: bool, *, merged: bool = True, is_grid: bool = False
    ) -> tuple[Cell, ...] | None:
        """The cells of the number columns among those behind the label; None where that is not certain.

        leads: Whether labels are followed by empty cells of the grid in this table, so that numbers stand at the right.
        merged: Whether one cell may stand for all columns.
        is_grid: Whether the row has a cell for every place of the grid: then a merged cell may be written out in each.
        """
        surplus = len(cells) - count
        if surplus == 0:
            return cells
        if surplus > 0:
            right = not any(cell.text for cell in cells[:surplus])
            left = not any(cell.text for cell in cells[count:])
            if right and (leads or not left):
                return cells[surplus:]
            # The last column is merged up to the edge of the table.
            written_out = is_grid and len({cell.text for cell in cells[count - 1 :]}) == 1
            return cells[:count] if left or written_out else None
        if len(cells) != 1 or not merged:
            return None
        value = self.figure(cells[0].text)
        nothing = value.number == 0 or value.kind in (ValueKind.BLANK, ValueKind.NOT_APPLICABLE)
        return cells * count if nothing else None

    def _keep(
        self, row: DataRow, cells: Sequence[Cell], labels: tuple[Label, ...], lines: Sequence[tuple[int, int]]
    ) -> None:
        values = list(map(self.figure, [cell.text for cell in cells]))
        if self.index.has_texts:
            typed = zip(values, cells, row.columns, strict=True)
            values = [answer(cell.text, self.notation) if of.type == YES_NO else value for value, cell, of in typed]
        bound = self.rows[row.key] = BoundRow(row, cells, values, labels, lines)
        self.unusual.extend([bound.bound(place) for place, value in enumerate(values) if not value.plain])

    # Labels.

    def _check_label(
        self, line: Line, cell: Cell, label: Label, row: DataRow | None = None, column: HeaderCell | None = None
    ) -> None:
        if cell.text == label.text:
            return
        fault = _altered(cell.text, label, self.notation)
        if fault is None:
            return
        self.faults.append(
            self._departure(
                fault, line, cell.span, found=cell.text, expected=label.text, row=row, column=column, cell=cell
            )
        )

    def _check_depth(self, line: Line, label: int, row: DataRow) -> None:
        """A row drawn one level deeper than the form has it belongs, as drawn, to the group above it."""
        # Beside rows that repeat a second column of labels holds codes or names, not a level below the first.
        deeper = label == len(row.path) and label < self.template.label_columns and not self.index.repeats
        if deeper and not any(cell.text for cell in line.cells[:label]):
            cell = line.cells[label]
            self.faults.append(
                self._departure(Fault.NESTING, line, cell.span, found=cell.text, row=row, detail=TOO_DEEP, cell=cell)
            )

    def _check_groups(self, rows: "zip[tuple[tuple[Line, DataRow], int]]") -> None:
        """Labels of groups, wherever they stand in the rows of the group; an altered one is reported once."""
        seen: set[tuple[str, str]] = set()
        for (line, row), label in rows:
            if len(row.path) < 2 or line in self.unreadable:
                continue
            for place in line.labels:
                if place >= label:
                    break
                cell = line.cells[place]
                if line.words[place] == line.words[label]:
                    continue  # the row's own label, written out at every place that it is merged over
                group = self._group_label(cell, row, place)
                if group is None:
                    self.faults.append(
                        self._departure(
                            Fault.NESTING, line, cell.span, found=cell.text, row=row, detail=OTHER_GROUP, cell=cell
                        )
                    )
                elif (line.words[place], group.text) not in seen:
                    seen.add((line.words[place], group.text))
                    self._check_label(line, cell, group, row)

    def _group_label(self, cell: Cell, row: DataRow, place: int) -> Label | None:
        """Which of the row's group labels the cell is; None if it is the label of another group."""
        outer = row.path[:-1]
        mine = words(cell.text)
        for label in outer:
            if mine in _wordings(label):
                return label
        if mine in self.index.groups:
            return None
        return max(outer, key=lambda label: (similarity(cell.text, label.text), -abs(outer.index(label) - place)))

    def _bind_headers(self, headers: list[tuple[Line, HeaderRow]]) -> None:
        """Header labels, row by row; what is left over is compared over all of them."""
        lost: list[tuple[Line, HeaderCell]] = []
        spare: list[tuple[Line, Cell]] = []
        altered: set[str] = set()  # words of labels that were told of where they are merged with the rows below
        for line, row in headers:
            if [line.texts[place] for place in line.labels] == row.texts:
                continue
            matched = self._header_cells(line, row)
            for place, cell in matched.items():
                self._check_label(line, line.cells[place], cell.label, column=cell)
                altered.add(line.words[place])
            if line.joined != row.words:
                found = {cell.column for cell in matched.values()}
                lost.extend((line, cell) for cell in row.cells if cell.column not in found)
                spare.extend((line, line.cells[place]) for place in line.distinct if place not in matched)
        # Where a whole header row is gone, that is reported; its labels are not looked for one by one.
        gone = len(headers) < sum(isinstance(row, HeaderRow) for row in self.template.rows)
        structure = [self._lost(line, cell, spare, gone) for line, cell in lost]
        structure += [
            self._departure(Fault.HEADER, line, cell.span, found=cell.text, detail=NOT_IN_FORM, cell=cell)
            for line, cell in spare
            if words(cell.text) not in self.index.labels | altered
        ]
        # One header in the wrong row pushes others out of theirs: that is one defect.
        shown = [departure for departure in structure if departure.fault is not Fault.HEADER]
        shown += [departure for departure in structure if departure.fault is Fault.HEADER][:1]
        self.faults.extend(shown)

    def _lost(self, line: Line, cell: HeaderCell, spare: list[tuple[Line, Cell]], gone: bool) -> Departure:
        """A label that its header row does not have; it may stand in another."""
        filled = [other for other in line.cells if other.text]
        span = filled[-1].span if filled else line.row.span
        twin = next((item for item in spare if words(item[1].text) == words(cell.label.text)), None)
        if twin is None:
            detail = WRONG_ROW if gone else LEFT_BLANK
            return self._departure(Fault.HEADER, line, span, expected=cell.label.text, column=cell, detail=detail)
        spare.remove(twin)
        related = (Related(twin[1].span, HERE_INSTEAD),)
        return self._departure(
            Fault.HEADER, line, span, expected=cell.label.text, column=cell, related=related, detail=WRONG_ROW
        )

    def _header_cells(self, line: Line, row: HeaderRow) -> dict[int, HeaderCell]:
        """Which cell of the line is which label of the header."""
        if line.joined == row.words:
            # The same words in more cells: a label cut in two, of which nothing is altered.
            return dict(zip(line.labels, row.cells, strict=True)) if len(line.labels) == len(row.cells) else {}
        places = line.distinct
        scores = {
            (a, b): ratio
            for a, place in enumerate(places)
            for b, cell in enumerate(row.cells)
            if (ratio := self._nearness(line.cells[place], cell.label)) >= NEAR
        }
        pairs = aligned(len(places), len(row.cells), scores)
        for left, right in gaps(list(pairs), len(places), len(row.cells)):
            if len(left) == len(right) == 1:
                pairs.append((left[0], right[0]))
        return {places[a]: row.cells[b] for a, b in pairs}

    # Rows that are missing or too many.

    def _report_rest(self, pairs: list[Pair], repeated: Mapping[int, tuple[int, ...]], absent: frozenset[str]) -> None:
        lines, rows = {*repeated, *(i for i, _ in pairs)}, {j for _, j in pairs}
        missing = [j for j in range(len(self.template.rows)) if j not in rows]
        if missing:
            missing = self._needed(missing, repeated, absent)
        extra = [i for i in range(len(self.lines)) if i not in lines]
        for i in list(extra):
            covered = self._whole_group(self.lines[i], missing)
            if covered:
                extra.remove(i)
                missing = [j for j in missing if j not in covered]
        self._report_missing(missing, pairs)
        self._report_extra(extra)

    def _needed(self, missing: list[int], repeated: Mapping[int, tuple[int, ...]], absent: frozenset[str]) -> list[int]:
        """Without rows that the table may do without: optional ones, and those that repeat and stand often enough."""
        counts = Counter(place for places in repeated.values() for place in places)
        needed = []
        for place in missing:
            row = self.template.rows[place]
            if isinstance(row, RepeatedRow):
                needed += [place] if counts[place] < row.least else []
            elif isinstance(row, HeaderRow) or row.key not in absent:
                needed.append(place)
        return needed

    def _whole_group(self, line: Line, missing: list[int]) -> list[int]:
        """The rows, if any, of a group whose figures stand on one line although the form divides it into rows."""
        for group in self.template.groups.values():
            rows = {
                j: row for j in missing if isinstance(row := self.template.rows[j], DataRow) and row.key in group.rows
            }
            place = next((place for place in line.labels if line.words[place] == words(group.label.text)), None)
            if place is None or len(rows) != len(group.rows):
                continue
            first, *others = rows.values()
            cells = self._numbers(line.cells[place + 1 :], len(first.columns), False)
            if cells is None:
                continue
            # Its figures count as those of the group's first row, so that sums over the group come out right.
            where = [(line.table, line.number)]
            nothing = Cell(Span(line.row.span.end, line.row.span.end), "0", len(line.cells))
            self._keep(first, cells, first.path[:-1], where * len(cells))
            for row in others:
                self._keep(row, [nothing] * len(row.cells), row.path, where * len(row.cells))
            names = "、".join(row.label.text for row in rows.values())
            self.faults.append(
                self._departure(
                    Fault.ROW_MISSING, line, line.cells[place].span, expected=names, row=first, cell=line.cells[place]
                )
            )
            return list(rows)
        return []

    def _report_unreadable(self) -> None:
        """Rows whose cells cannot be told apart; many of them were spoilt together, which is told once."""
        spoilt = [line for line in self.unreadable if line not in self.unfit]
        together = spoilt[1:] if len(spoilt) > MOST_ROWS_APART else []
        for line in self.unreadable:
            if line in together:
                continue
            count = len(line.cells)
            detail = WHICH_ROW if line in self.unfit else Text(f"这一行有 {count} 格", f"the row has {count} cells")
            related = tuple(Related(other.head.span, SPOILT_TOO) for other in together if line is spoilt[0])
            self.faults.append(
                self._departure(
                    Fault.UNREADABLE_ROW, line, line.head.span, found=str(count), detail=detail, related=related
                )
            )

    def _report_missing(self, missing: list[int], pairs: list[Pair]) -> None:
        """Rows that stand together in the form and are missing together are one defect."""
        by_row = sorted((j, i) for i, j in pairs)
        for run in runs(missing):
            after = next((i for j, i in by_row if j > run[-1]), None)
            line = self.lines[after if after is not None else -1]
            end = line.row.span.end
            span = line.head.span if after is not None else Span(end, end)
            rows = [self.template.rows[j] for j in run]
            names = [
                "｜".join(cell.label.text for cell in row.cells) if isinstance(row, HeaderRow) else row.label.text
                for row in rows
            ]
            first = rows[0] if isinstance(rows[0], DataRow) else None
            self.faults.append(self._departure(Fault.ROW_MISSING, line, span, expected=_some(names), row=first))

    def _report_extra(self, extra: list[int]) -> None:
        for run in runs(i for i in extra if self.lines[i].head.text):
            lines = [self.lines[i] for i in run]
            known = all(word in self.index.labels for line in lines for word in line.words if word)
            if known and not any(line.holds_figures for line in lines):
                continue  # a header printed again, as at the top of a second page
            head = lines[0].head
            found = _some([line.head.text[:20] for line in lines])
            self.faults.append(self._departure(Fault.ROW_EXTRA, lines[0], head.span, found=found, cell=head))

    def _departure(
        self,
        fault: Fault,
        line: Line,
        span: Span,
        *,
        found: str | None = None,
        expected: str | None = None,
        row: DataRow | None = None,
        column: HeaderCell | None = None,
        cell: Cell | None = None,
        related: tuple[Related, ...] = (),
        detail: Text | None = None,
    ) -> Departure:
        labels = tuple(label.text for label in row.path) if row else ()
        place = Place(self.title, self.template.key, labels, (column.label.text,) if column else ())
        address = line.address((cell or line.head).number - 1)
        return Departure(fault, self.template.key, span, found, expected, place, address, related, detail)


def _some(names: list[str]) -> str:
    """The first few names, and how many there are in all."""
    more = f" … ({len(names)})" if len(names) > SHOWN_ROWS else ""
    return "、".join(names[:SHOWN_ROWS]) + more


def _leads(rows: Sequence[tuple[tuple[Cell, ...], int]]) -> bool:
    """Whether rows with more cells than columns have the empty ones before their numbers, as most that tell do."""
    votes = 0
    for cells, count in rows:
        if len(cells) > count:
            votes += bool(not cells[0].text and cells[-1].text) - bool(cells[0].text and not cells[-1].text)
    return votes >= 0
