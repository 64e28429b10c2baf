"""Lays the tables of a report against the templates of its form, so that every cell has its labels.

Rows are matched by the words of their labels and their order, never by count alone. What does not fit is a
`Departure` with its place; where cells cannot be told apart with certainty nothing is guessed.
"""

import enum
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from reportlint.diagnostic import Place, Related, Span, Text
from reportlint.figures import Value, ValueKind, figure
from reportlint.identities import CellKey
from reportlint.profile import Column, DataRow, HeaderCell, HeaderRow, Label, Profile, Template
from reportlint.report import Cell, Report, Row, Table
from reportlint.wording import Likeness, likeness, similarity, words

NEAR = 0.55
MOST_ROWS = 400  # a longer table is aligned without looking for near matches
CITATION = re.compile(r"第[一二三四五六七八九十百]+条(?:第?[一二三四五六七八九十]+[项款])?")


class Fault(enum.Enum):
    """Ways in which a table departs from its template."""

    TABLE_MISSING = "table-missing"
    UNREADABLE = "unreadable"
    FORM = "format-version"
    HEADER = "header-structure"
    LABEL = "label-mismatch"
    MARKS = "label-marks"
    CITATION = "label-citation"
    ROW_MISSING = "row-missing"
    ROW_EXTRA = "row-extra"
    NESTING = "row-nesting"


@dataclass(frozen=True, slots=True)
class Departure:
    """One way in which a table departs from its template, at its root.

    found, expected: Labels; None where there is none.
    """

    fault: Fault
    table: str
    span: Span
    found: str | None = None
    expected: str | None = None
    place: Place | None = None
    address: Text | None = None
    related: tuple[Related, ...] = ()
    detail: Text | None = None


@dataclass(frozen=True, slots=True)
class BoundCell:
    """A number cell with its labels.

    row, column: Labels of the template, outermost first. address: Table, row and cell in the file, from 1.
    """

    key: CellKey
    cell: Cell
    value: Value
    type: str
    unit: str
    row: tuple[Label, ...]
    column: tuple[Label, ...]
    address: tuple[int, int, int]

    @property
    def place(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(label.text for label in self.row), tuple(label.text for label in self.column)

    @property
    def out_of_range(self) -> bool:
        """Whether no such count or amount can be: negative, or a fraction where whole things are counted."""
        number = self.value.number
        if number is None or self.type == "text":
            return False
        negative = number < 0 and self.type != "signed"
        return negative or (self.type != "money" and number != number.to_integral_value())


@dataclass(frozen=True, slots=True)
class BoundTable:
    """A table of the report that fills a template.

    template: Of the form that the table is written on, which need not be the report's.
    cells: Every number cell that could be told; a row that could not be read has none.
    """

    template: Template
    span: Span
    cells: Mapping[CellKey, BoundCell]
    rows: Mapping[str, Row]

    def figures(self) -> dict[CellKey, Decimal | None]:
        """What each cell adds to a sum; None where it holds words."""
        return {key: bound.value.addend for key, bound in self.cells.items()}


@dataclass(frozen=True, slots=True)
class Binding:
    tables: Mapping[str, BoundTable]
    departures: tuple[Departure, ...]


def cell_address(table: int, row: int, cell: int) -> Text:
    return Text(f"表{table} 第{row}行 第{cell}列", f"table {table}, row {row}, column {cell}")


def bind(report: Report, profile: Profile, forms: Sequence[Profile]) -> Binding:
    """The report's tables as the profile's.

    forms: All profiles of this kind of report, by which a table of another year's form is known.
    """
    departures: list[Departure] = []
    bound: dict[str, BoundTable] = {}
    wrong_form: list[tuple[Table, Template, Profile]] = []
    parts = _assigned(report, forms)
    for own in profile.tables:
        tables = parts.get(own.key, [])
        if not tables:
            departures.extend(_absent(report, own))
            continue
        template, form = _form_of(tables, own, profile, forms)
        if form is not profile:
            wrong_form.append((tables[0], own, form))
        table, found = _Binder(template, profile, tables).bind()
        departures.extend(found)
        if table is not None:
            bound[own.key] = table
    if wrong_form:
        departures.append(_wrong_form(wrong_form, profile))
    return Binding(bound, tuple(departures))


# Which table of the report is which of the form.


def _label_words(template: Template) -> frozenset[str]:
    return frozenset(words(wording) for label in template.labels() for wording in label.wordings if wording)


@lru_cache(maxsize=64)
def _vocabulary(profile: Profile) -> Mapping[str, frozenset[str]]:
    """For each template of a profile, the words of its labels."""
    return {template.key: _label_words(template) for template in profile.tables}


def _texts(table: Table) -> set[str]:
    return {words(cell.text) for row in table.rows for cell in row.cells if cell.text and not cell.text.isdigit()} - {""}


def _assigned(report: Report, forms: Sequence[Profile]) -> dict[str, list[Table]]:
    """The tables of the report by the key of the template they fill, parts of one table together."""
    vocabulary: dict[str, frozenset[str]] = {}
    for form in forms:
        for key, labels in _vocabulary(form).items():
            vocabulary[key] = vocabulary.get(key, frozenset()) | labels
    assigned: dict[str, list[Table]] = {}
    last: tuple[int, str] | None = None
    for table in report.tables():
        texts = _texts(table)
        hits = {key: len(texts & labels) for key, labels in vocabulary.items()}
        best = max(hits, key=lambda key: hits[key], default="")
        if best and (hits[best] >= 3 or (hits[best] and hits[best] * 2 >= len(texts))):
            assigned.setdefault(best, []).append(table)
            last = (table.number, best)
        elif last and last[0] == table.number - 1 and not texts:
            # Rows of figures alone: a double blank line cut them off from their header.
            assigned[last[1]].append(table)
            last = (table.number, last[1])
    return assigned


def _form_of(
    tables: list[Table], own: Template, profile: Profile, forms: Sequence[Profile]
) -> tuple[Template, Profile]:
    """The form whose labels, among those that only one form has, occur most; the report's own if in doubt."""
    texts = set[str]().union(*(_texts(table) for table in tables))
    mine = _vocabulary(profile)[own.key]
    for form in forms:
        theirs = _vocabulary(form).get(own.key, frozenset())
        if form is not profile and len(texts & (theirs - mine)) > len(texts & (mine - theirs)) + 1:
            return form.table(own.key), form
    return own, profile


def _wrong_form(tables: list[tuple[Table, Template, Profile]], profile: Profile) -> Departure:
    first, template, form = tables[0]
    others = tuple(
        Related(_start(table), Text(f"这张表也用了“{form.id}”的格式", f"this table too is on the form {form.id}"))
        for table, _, form in tables[1:]
    )
    return Departure(
        Fault.FORM,
        template.key,
        _start(first),
        form.source.zh,
        profile.source.zh,
        Place(_section_title(profile, template), template.key),
        cell_address(first.number, 1, 1),
        others,
    )


def _absent(report: Report, template: Template) -> Iterator[Departure]:
    """A table that is not there, or that is there but cannot be told apart."""
    labels = {words(row.label.text) for row in template.data_rows if len(words(row.label.text)) >= 3}
    labels |= {words(label.text) for label in template.labels() if len(words(label.text)) >= 4}
    seen: dict[str, Span] = {}
    for paragraph in report.paragraphs():
        mine = words(paragraph.text) if len(paragraph.text) <= 60 else ""
        for label in labels:
            if mine.startswith(label) and not mine[len(label) :].strip("0123456789"):
                seen.setdefault(label, paragraph.span)
    if len(seen) >= 5:
        yield Departure(Fault.UNREADABLE, template.key, min(seen.values()), place=Place(None, template.key))
    else:
        yield Departure(Fault.TABLE_MISSING, template.key, Span(0, 0), place=Place(None, template.key))


def _start(table: Table) -> Span:
    return next((cell.span for row in table.rows for cell in row.cells if cell.text), table.rows[0].span)


def _section_title(profile: Profile, template: Template) -> str:
    return profile.section(template.section).title


# One table.


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the report, with where it stands and the words of its cells."""

    row: Row
    table: int
    number: int
    words: tuple[str, ...]

    @property
    def labels(self) -> tuple[int, ...]:
        """Places of the cells that hold words."""
        return tuple(index for index, cell in enumerate(self.row.cells) if _is_label(cell.text))

    @property
    def joined(self) -> str:
        return "".join(self.words[index] for index in self.labels)

    def address(self, cell: int) -> Text:
        return cell_address(self.table, self.number, cell + 1)

    @property
    def head(self) -> Cell:
        """The first cell with something in it."""
        return next((cell for cell in self.row.cells if cell.text), self.row.cells[0])


@lru_cache(maxsize=16384)
def _is_label(text: str) -> bool:
    return bool(text) and not text.isdigit() and figure(text).kind is ValueKind.WORDS and bool(words(text))


@lru_cache(maxsize=64)
def _index(template: Template) -> Mapping[str, tuple[int, ...]]:
    """Places of template rows by the words that name them."""
    found: dict[str, tuple[int, ...]] = {}
    for place, row in enumerate(template.rows):
        names = (row.words,) if isinstance(row, HeaderRow) else tuple(words(text) for text in row.label.wordings)
        for name in names:
            found[name] = (*found.get(name, ()), place)
    return found


class _Binder:
    """Binds the parts of one table to one template; used once."""

    def __init__(self, template: Template, profile: Profile, tables: list[Table]) -> None:
        self.template = template
        self.title = _section_title(profile, template)
        self.tables = _without_copies(tables, template)
        self.lines = [
            _Line(row, table.number, number, tuple(words(cell.text) for cell in row.cells))
            for table in self.tables[0]
            for number, row in enumerate(table.rows, start=1)
        ]
        self.faults: list[Departure] = []
        self.cells: dict[CellKey, BoundCell] = {}
        self.unreadable: list[_Line] = []

    def bind(self) -> tuple[BoundTable | None, list[Departure]]:
        pairs = self._pairs()
        rows = self.template.rows
        leads = _leading_blanks(
            [(self._after_label(self.lines[i], rows[j]), len(rows[j].columns)) for i, j in pairs if isinstance(rows[j], DataRow)]
        )
        for i, j in pairs:
            row = rows[j]
            if isinstance(row, DataRow):
                self._bind_row(self.lines[i], row, leads)
        bound_lines = {i for i, _ in pairs}
        data = sum(isinstance(rows[j], DataRow) for _, j in pairs)
        if not data or 2 * len(self.unreadable) >= max(data, 2) or 4 * data < len(self.template.data_rows):
            if not data or self.unreadable or len(self.lines) < 3:
                return None, [self._unreadable_table()]
        self._bind_headers(pairs)
        self._check_groups(pairs)
        missing = [j for j in range(len(rows)) if j not in {j for _, j in pairs}]
        extra = [i for i in range(len(self.lines)) if i not in bound_lines]
        missing, extra = self._whole_groups(missing, extra)
        self._report_missing(missing, pairs)
        self._report_extra(extra)
        for line in self.unreadable:
            self._fault(Fault.UNREADABLE, line, line.head.span, found=str(len(line.row.cells)))
        for table in self.tables[1]:
            self.faults.append(
                Departure(Fault.ROW_EXTRA, self.template.key, _start(table), place=self._place(), detail=SECOND_COPY)
            )
        span = Span(self.lines[0].row.span.start, self.lines[-1].row.span.end)
        bound_rows = {rows[j].key: self.lines[i].row for i, j in pairs if isinstance(rows[j], DataRow)}  # type: ignore[union-attr]
        return BoundTable(self.template, span, self.cells, bound_rows), self.faults

    # Which line is which row.

    def _pairs(self) -> list[tuple[int, int]]:
        """Lines and rows that belong together, in order of the lines."""
        candidates = [self._candidates(line) for line in self.lines]
        greedy = _greedy(candidates)
        if len(greedy) == len(self.lines):
            return greedy
        if len(self.lines) > MOST_ROWS:
            return greedy
        taken = {j for _, j in greedy}
        scores: dict[tuple[int, int], float] = {}
        for i, exact in enumerate(candidates):
            for j in exact:
                scores[i, j] = 1.0
            if not exact:
                for j, row in enumerate(self.template.rows):
                    # A row that another line names exactly is not open to a near match.
                    score = self._likeness(self.lines[i], row) if j not in taken or len(exact) == 0 else 0.0
                    if score >= NEAR:
                        scores[i, j] = score * 0.9
        pairs = _aligned(len(self.lines), len(self.template.rows), scores)
        return self._with_moved(self._with_gaps_filled(pairs), candidates)

    def _candidates(self, line: _Line) -> tuple[int, ...]:
        """The rows of the template whose words the line has exactly."""
        index = _index(self.template)
        labels = line.labels
        if not labels:
            return index.get("", ())
        if len(labels) == len([cell for cell in line.row.cells if cell.text]):
            joined = index.get(line.joined) or index.get(_collapsed(line))
            if joined:
                return tuple(j for j in joined if isinstance(self.template.rows[j], HeaderRow)) or joined
        for place in reversed(labels[: self.template.label_columns]):
            found = tuple(
                j for j in index.get(line.words[place], ()) if isinstance(self.template.rows[j], DataRow)
            )
            if found:
                return found
        return ()

    def _likeness(self, line: _Line, row: HeaderRow | DataRow) -> float:
        labels = line.labels
        if not labels:
            return 0.0
        numbers = any(cell.text and index not in labels for index, cell in enumerate(line.row.cells))
        if isinstance(row, HeaderRow):
            return 0.0 if numbers else similarity(line.joined, row.words)
        if not row.path or (not numbers and len(line.row.cells) <= len(labels)):
            return 0.0
        area = labels[: max(self.template.label_columns, 1)]
        return max(similarity(line.row.cells[index].text, wording) for index in area for wording in row.label.wordings)

    def _with_gaps_filled(self, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """One line and one row left over between the same neighbours belong together if they have anything in common."""
        result = list(pairs)
        ends = [(-1, -1), *pairs, (len(self.lines), len(self.template.rows))]
        for (before_i, before_j), (after_i, after_j) in zip(ends, ends[1:], strict=False):
            lines, rows = range(before_i + 1, after_i), range(before_j + 1, after_j)
            if len(lines) == len(rows):
                for i, j in zip(lines, rows, strict=True):
                    if self._akin(self.lines[i], self.template.rows[j]):
                        result.append((i, j))
        return sorted(result)

    def _akin(self, line: _Line, row: HeaderRow | DataRow) -> bool:
        labels = line.labels
        if isinstance(row, HeaderRow):
            filled = sum(bool(cell.text) for cell in line.row.cells)
            return len(labels) == filled and bool(labels) and similarity(line.joined, row.words) >= 0.3
        if not labels or not row.path:
            return False
        text = line.row.cells[labels[: max(self.template.label_columns, 1)][-1]].text
        return similarity(text, row.label.text) >= 0.3 and len(line.row.cells) > len(row.columns)

    def _with_moved(self, pairs: list[tuple[int, int]], candidates: list[tuple[int, ...]]) -> list[tuple[int, int]]:
        """Rows that stand out of order still are what their labels say."""
        lines, rows = {i for i, _ in pairs}, {j for _, j in pairs}
        result = list(pairs)
        for i, exact in enumerate(candidates):
            free = [j for j in exact if j not in rows]
            row = self.template.rows[free[0]] if free else None
            if i not in lines and isinstance(row, DataRow) and row.path:
                rows.add(free[0])
                result.append((i, free[0]))
                line = self.lines[i]
                self._fault(
                    Fault.NESTING, line, line.head.span, found=line.head.text, expected=row.label.text, row=row, detail=OUT_OF_ORDER
                )
        return sorted(result)

    # Number cells.

    def _label_place(self, line: _Line, row: DataRow) -> int:
        """The place of the row's own label among the line's cells; -1 for a row without one."""
        if not row.path:
            return -1
        area = line.labels[: max(self.template.label_columns, 1)]
        for place in reversed(area):
            if any(line.words[place] == words(wording) for wording in row.label.wordings):
                return place
        return max(
            area,
            key=lambda place: max(similarity(line.row.cells[place].text, wording) for wording in row.label.wordings),
            default=-1,
        )

    def _after_label(self, line: _Line, row: HeaderRow | DataRow) -> tuple[Cell, ...]:
        assert isinstance(row, DataRow)
        return line.row.cells[self._label_place(line, row) + 1 :]

    def _bind_row(self, line: _Line, row: DataRow, leads: bool) -> None:
        label = self._label_place(line, row)
        cells = _numbers(line.row.cells[label + 1 :], len(row.columns), leads)
        if cells is None:
            self.unreadable.append(line)
            return
        for cell, column in zip(cells, row.columns, strict=True):
            self._bind_cell(line, row.key, row.path, cell, column)
        if label >= 0:
            self._check_label(line, line.row.cells[label], row.label, row)
            self._check_depth(line, label, row)

    def _bind_cell(self, line: _Line, key: str, path: tuple[Label, ...], cell: Cell, column: Column) -> None:
        name = CellKey(self.template.key, key, column.key)
        self.cells[name] = BoundCell(
            name, cell, figure(cell.text), column.type, column.unit, path, column.path, (line.table, line.number, cell.number)
        )

    # Labels.

    def _check_label(self, line: _Line, cell: Cell, label: Label, row: DataRow | None = None, column: HeaderCell | None = None) -> None:
        kinds = [likeness(cell.text, wording) for wording in label.wordings]
        if Likeness.SAME in kinds:
            return
        fault = Fault.MARKS if Likeness.MARKS in kinds else Fault.LABEL
        if fault is Fault.LABEL and CITATION.fullmatch(words(label.text)) and CITATION.fullmatch(words(cell.text)):
            fault = Fault.CITATION
        self._fault(fault, line, cell.span, found=cell.text, expected=label.text, row=row, column=column, cell=cell.number - 1)

    def _check_depth(self, line: _Line, label: int, row: DataRow) -> None:
        """A row drawn deeper than the form has it belongs, as drawn, to the group above it."""
        outer = line.row.cells[:label]
        expected = len(row.path) - 1
        groups = [cell for cell in outer if cell.text]
        if label > expected and not groups and all(not cell.text for cell in outer) and expected < self.template.label_columns - 1:
            if label - expected >= 1 and len(line.row.cells) > label + 1 + len(row.columns) - 1 and self._is_drawn_deeper(line, label, row):
                self._fault(
                    Fault.NESTING, line, line.row.cells[label].span, found=line.row.cells[label].text, expected=row.label.text, row=row
                )

    def _is_drawn_deeper(self, line: _Line, label: int, row: DataRow) -> bool:
        # In a grid that is not merged, a label may stand in the last of the columns that it spans.
        return label == len(row.path) and label < self.template.label_columns

    def _check_groups(self, pairs: list[tuple[int, int]]) -> None:
        """Labels of groups, wherever they stand in the rows of the group; an altered one is reported once."""
        seen: set[tuple[str, str]] = set()
        for i, j in pairs:
            row = self.template.rows[j]
            if not isinstance(row, DataRow) or len(row.path) < 2:
                continue
            line = self.lines[i]
            if line in self.unreadable:
                continue
            place = self._label_place(line, row)
            for index in line.labels:
                if index >= place:
                    break
                cell = line.row.cells[index]
                group = self._group_label(cell, row, index)
                if group is None:
                    self._fault(Fault.NESTING, line, cell.span, found=cell.text, expected=row.path[0].text, row=row, cell=index)
                elif (cell.text, group.text) not in seen:
                    seen.add((cell.text, group.text))
                    self._check_label(line, cell, group, row)

    def _group_label(self, cell: Cell, row: DataRow, index: int) -> Label | None:
        """Which of the row's group labels the cell is; None if it is the label of another group."""
        outer = row.path[:-1]
        exact = [label for label in outer if words(cell.text) in {words(wording) for wording in label.wordings}]
        if exact:
            return exact[0]
        others = {words(group.label.text) for group in self.template.groups.values()}
        if words(cell.text) in others:
            return None
        return max(outer, key=lambda label: (similarity(cell.text, label.text), -abs(outer.index(label) - index)))

    def _bind_headers(self, pairs: list[tuple[int, int]]) -> None:
        """Header labels, row by row; what is left over is compared over the whole block."""
        lost: list[tuple[_Line, HeaderCell]] = []
        spare: list[tuple[_Line, Cell]] = []
        for i, j in pairs:
            row, line = self.template.rows[j], self.lines[i]
            if not isinstance(row, HeaderRow):
                continue
            here, there = self._header_cells(line, row)
            for place, cell in here:
                self._check_label(line, line.row.cells[place], cell.label, column=cell)
            matched = {cell.column for _, cell in here}
            lost.extend((line, cell) for cell in row.cells if cell.column not in matched)
            spare.extend((line, line.row.cells[place]) for place in there)
        known = {words(label.text) for label in self.template.labels()}
        shown = False
        for line, cell in lost:
            twin = next((item for item in spare if words(item[1].text) == words(cell.label.text)), None)
            if twin is None:
                self._fault(Fault.LABEL, line, self._gap(line, cell), found="", expected=cell.label.text, column=cell)
                continue
            spare.remove(twin)
            if not shown:
                shown = True
                related = (Related(twin[1].span, Text("这个表头实际在这里", "the header stands here instead")),)
                self._fault(
                    Fault.HEADER, line, self._gap(line, cell), expected=cell.label.text, column=cell, related=related, detail=WRONG_ROW
                )
        for line, cell_found in spare:
            if words(cell_found.text) not in known and not shown:
                shown = True
                self._fault(Fault.HEADER, line, cell_found.span, found=cell_found.text, cell=cell_found.number - 1, detail=NOT_IN_FORM)

    def _header_cells(self, line: _Line, row: HeaderRow) -> tuple[list[tuple[int, HeaderCell]], list[int]]:
        """Which cell of the line is which label of the header, and the cells that are none."""
        places = line.labels
        if len(places) == len(row.cells) and line.joined == row.words:
            return list(zip(places, row.cells, strict=True)), []
        if line.joined == row.words:
            return [], []  # the same words, a label cut over two cells: nothing is altered
        scores = {
            (a, b): ratio
            for a, place in enumerate(places)
            for b, cell in enumerate(row.cells)
            if (ratio := similarity(line.row.cells[place].text, cell.label.text)) >= 0.5
        }
        pairs = _aligned(len(places), len(row.cells), scores)
        pairs = _filled(pairs, len(places), len(row.cells))
        return [(places[a], row.cells[b]) for a, b in pairs], [
            place for a, place in enumerate(places) if a not in {a for a, _ in pairs}
        ]

    def _gap(self, line: _Line, lost: HeaderCell) -> Span:
        """Where a label that is not there should stand: the last cell of its row, or the row."""
        filled = [cell for cell in line.row.cells if cell.text]
        return filled[-1].span if filled else line.row.span

    # Rows that are missing or too many.

    def _whole_groups(self, missing: list[int], extra: list[int]) -> tuple[list[int], list[int]]:
        """A row that carries a whole group's figures although the form divides the group into rows."""
        for i in list(extra):
            line = self.lines[i]
            for group in self.template.groups.values():
                rows = [j for j in missing if getattr(self.template.rows[j], "key", "") in group.rows]
                label = next((p for p in line.labels if line.words[p] == words(group.label.text)), None)
                first = self.template.rows[rows[0]] if rows else None
                if label is None or len(rows) != len(group.rows) or not isinstance(first, DataRow):
                    continue
                cells = _numbers(line.row.cells[label + 1 :], len(first.columns), False)
                if cells is None:
                    continue
                # Its figures count as those of the group's first row, so that sums over the group are right.
                for cell, column in zip(cells, first.columns, strict=True):
                    self._bind_cell(line, first.key, first.path[:-1], cell, column)
                for j in rows[1:]:
                    row = self.template.rows[j]
                    assert isinstance(row, DataRow)
                    nothing = Cell(Span(line.row.span.end, line.row.span.end), "0", cells[0].number)
                    for column in row.columns:
                        self._bind_cell(line, row.key, row.path, nothing, column)
                names = "、".join(self.template.rows[j].label.text for j in rows)  # type: ignore[union-attr]
                self._fault(Fault.ROW_MISSING, line, line.row.cells[label].span, expected=names, row=first, cell=label)
                missing = [j for j in missing if j not in rows]
                extra = [other for other in extra if other != i]
                break
        return missing, extra

    def _report_missing(self, missing: list[int], pairs: list[tuple[int, int]]) -> None:
        """Rows that stand together in the form and are missing together are one defect."""
        for run in _runs(missing):
            after = next((i for i, j in sorted(pairs, key=lambda pair: pair[1]) if j > run[-1]), None)
            line = self.lines[after if after is not None else -1]
            span = line.head.span if after is not None else Span(line.row.span.end, line.row.span.end)
            rows = [self.template.rows[j] for j in run]
            names = [row.label.text if isinstance(row, DataRow) else "｜".join(cell.label.text for cell in row.cells) for row in rows]
            shown = "、".join(names[:3]) + (f" 等 {len(names)} 行" if len(names) > 3 else "")
            first = rows[0] if isinstance(rows[0], DataRow) else None
            self._fault(Fault.ROW_MISSING, line, span, expected=shown, row=first)

    def _report_extra(self, extra: list[int]) -> None:
        known = {words(label.text) for label in self.template.labels()}
        for run in _runs([i for i in extra if any(cell.text for cell in self.lines[i].row.cells)]):
            line = self.lines[run[0]]
            texts = [self.lines[i].head.text for i in run]
            if all(word in known for word in (words(text) for text in texts)) and not any(
                figure(cell.text).number is not None for i in run for cell in self.lines[i].row.cells
            ):
                continue  # a header printed again, as at the top of a second page
            shown = "、".join(text[:20] for text in texts[:3]) + (f" 等 {len(texts)} 行" if len(texts) > 3 else "")
            self._fault(Fault.ROW_EXTRA, line, line.head.span, found=shown, cell=line.head.number - 1)

    def _unreadable_table(self) -> Departure:
        line = self.lines[0]
        return Departure(Fault.UNREADABLE, self.template.key, line.head.span, place=self._place(), address=line.address(0))

    def _place(self, row: DataRow | None = None, column: HeaderCell | None = None) -> Place:
        return Place(
            self.title,
            self.template.key,
            tuple(label.text for label in row.path) if row else (),
            (column.label.text,) if column else (),
        )

    def _fault(
        self,
        fault: Fault,
        line: _Line,
        span: Span,
        *,
        found: str | None = None,
        expected: str | None = None,
        row: DataRow | None = None,
        column: HeaderCell | None = None,
        cell: int = 0,
        related: tuple[Related, ...] = (),
        detail: Text | None = None,
    ) -> None:
        self.faults.append(
            Departure(
                fault, self.template.key, span, found, expected, self._place(row, column), line.address(cell), related, detail
            )
        )


SECOND_COPY = Text("同一张表出现了两次", "the same table stands twice")
OUT_OF_ORDER = Text("这一行不在格式规定的位置", "the row does not stand where the form has it")
WRONG_ROW = Text("表头不在格式规定的那一行，或合并方式不同", "the header stands in another row, or is merged differently")
NOT_IN_FORM = Text("格式中没有这个表头", "the form has no such header")


def _collapsed(line: _Line) -> str:
    """The words of a line in which a merged cell was repeated at every place it covers."""
    kept: list[str] = []
    for index in line.labels:
        if not kept or line.words[index] != kept[-1]:
            kept.append(line.words[index])
    return "".join(kept)


def _without_copies(tables: list[Table], template: Template) -> tuple[list[Table], list[Table]]:
    """The parts that make up one table, and further copies of it."""
    seen: Counter[str] = Counter()
    kept: list[Table] = []
    copies: list[Table] = []
    names = {words(row.label.text) for row in template.data_rows if row.path}
    for table in tables:
        mine = _texts(table) & names
        if kept and len(mine) >= 3 and sum(1 for word in mine if word in seen) * 2 > len(mine):
            copies.append(table)
        else:
            kept.append(table)
            seen.update(mine)
    return kept, copies


def _numbers(cells: tuple[Cell, ...], count: int, leads: bool) -> tuple[Cell, ...] | None:
    """The cells of the number columns among those behind the label; None where that is not certain.

    leads: Whether the table's labels are followed by empty cells of the grid, so that numbers stand at the right.
    """
    if len(cells) == count:
        return cells
    if not cells and count:
        return None
    if len(cells) > count:
        surplus = len(cells) - count
        right = not any(cell.text for cell in cells[:surplus])
        left = not any(cell.text for cell in cells[count:])
        if right and (leads or not left):
            return cells[surplus:]
        return cells[:count] if left else None
    value = figure(cells[0].text)
    if len(cells) == 1 and count > 1 and (value.number == 0 or value.kind is not ValueKind.NUMBER):
        return None if value.kind is ValueKind.WORDS else cells * count  # one cell merged over all columns
    return None


def _leading_blanks(rows: list[tuple[tuple[Cell, ...], int]]) -> bool:
    """Whether rows with more cells than columns have the empty ones before their numbers, as most that tell do."""
    votes = 0
    for cells, count in rows:
        surplus = len(cells) - count
        if surplus > 0:
            votes += bool(not cells[0].text and cells[-1].text) - bool(cells[0].text and not cells[-1].text)
    return votes >= 0


def _greedy(candidates: Sequence[tuple[int, ...]]) -> list[tuple[int, int]]:
    """Each line with the first row it can be behind the row of the line above: right for a table in order."""
    pairs: list[tuple[int, int]] = []
    last = -1
    for i, exact in enumerate(candidates):
        place = next((j for j in exact if j > last), None)
        if place is not None:
            pairs.append((i, place))
            last = place
    return pairs


def _aligned(lines: int, rows: int, scores: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """The pairs, in order on both sides, whose scores add up to the most."""
    best = [[0.0] * (rows + 1) for _ in range(lines + 1)]
    for i in range(lines - 1, -1, -1):
        for j in range(rows - 1, -1, -1):
            score = scores.get((i, j), 0.0)
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + score if score else 0.0)
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < lines and j < rows:
        score = scores.get((i, j), 0.0)
        if score and best[i][j] == best[i + 1][j + 1] + score:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _filled(pairs: list[tuple[int, int]], lines: int, rows: int) -> list[tuple[int, int]]:
    """The pairs, and those that are alone between the same neighbours on both sides."""
    result = list(pairs)
    ends = [(-1, -1), *pairs, (lines, rows)]
    for (before_i, before_j), (after_i, after_j) in zip(ends, ends[1:], strict=False):
        if after_i - before_i == 2 and after_j - before_j == 2:
            result.append((before_i + 1, before_j + 1))
    return sorted(result)


def _runs(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Neighbouring numbers together."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
