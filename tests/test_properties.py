"""What damage to a report leads to: one defect gives one diagnostic, at its place, and nothing ever crashes."""

import os
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from loaded import library
from reportlint.diagnostic import Checked, Diagnostic, Severity
from reportlint.engine import lint_bytes
from reports import (
    BLOCKS,
    PARTIAL_LABEL,
    SECTIONS,
    Damage,
    Form,
    Key,
    Layout,
    Rendered,
    Size,
    Style,
    random_figures,
    random_style,
    render,
    render_with_places,
    request_rows,
)

CHECKOUT = Path(__file__).resolve().parents[1]
REAL = Path(os.environ.get("REPORTLINT_REPORTS", CHECKOUT.parent / "shared" / "reports"))
FORMS: tuple[Form, ...] = ("2019", "2021")
LAYOUTS: tuple[Layout, ...] = ("M", "D")
YEARS: dict[Form, int] = {"2019": 2020, "2021": 2022}
COLUMNS = 7  # of figures in table `requests`
OPERANDS = 5  # of each group of table `review`, its total last
ARITHMETIC = {"row-sum", "column-sum", "balance"}


def check(text: str) -> Checked:
    return lint_bytes(Path("report.txt"), text.encode("utf-8"), library())


# --- reports to damage -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it stands in a text; start and end are those of its characters."""

    start: int
    end: int
    number: Decimal


@dataclass(frozen=True, slots=True)
class Specimen:
    """A report with the places of its figures, found without the linter.

    requests, review: The cells of these tables, row by row; none where the report lacks the table.
    """

    name: str
    text: str
    requests: tuple[Figure, ...]
    review: tuple[Figure, ...]

    @property
    def before(self) -> Checked:
        return checked(self.text)


@cache
def checked(text: str) -> Checked:
    return check(text)


NUMBER = re.compile(
    r"^\t[^\S\n]*(?:\[bookmark: _GoBack\])?(\d+)[^\S\n]*$|(?:^|(?<=\|))[^\S\n]*(\d+)[^\S\n]*(?=\|)", re.MULTILINE
)


def figures_between(text: str, first: str, last: str) -> tuple[Figure, ...]:
    """The number cells from what `first` matches to the end of what `last` matches."""
    opening = re.search(first, text)
    closing = re.compile(last).search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return ()
    matches = NUMBER.finditer(text, opening.start(), closing.end())
    return tuple(Figure(*match.span(match.lastindex or 0), Decimal(match[match.lastindex or 0])) for match in matches)


def read_specimen(path: Path) -> Specimen:
    """A report that stands in a file."""
    text = path.read_bytes().decode("utf-8-sig")
    requests = figures_between(
        text, r"一、\s*本年新收到?政府", r"四、\s*(?:结转|转结)下年度继续办理(?: \|.*\n|\s*(?:\n\t.*){7}\n)"
    )
    review = figures_between(text, r"未经复议直接起诉", r"\n(?:\t\d+ *\n){15}|\n(?:\d+ \| ?){15}\n")
    assert len(requests) in (161, 175), path
    assert len(review) in (0, 15), path
    return Specimen(f"{path.parent.name}/{path.name}", text, requests, review)


def offset(rendered: Rendered, key: Key) -> int:
    line, column = rendered.lines[key]
    starts = [0, *(match.end() for match in re.finditer("\n", rendered.text))]
    return starts[line - 1] + column - 1


def generated_figures(rendered: Rendered, table: str) -> Iterator[Figure]:
    for key in rendered.lines:
        if key[:2] == ("cell", table):
            start = offset(rendered, key)
            match = re.compile(r"[\d,]+").match(rendered.text, start)
            assert match is not None, key
            number = unicodedata.normalize("NFKC", match[0]).replace(",", "")
            yield Figure(*match.span(), Decimal(number))


@cache
def rendered_report(form: Form, layout: Layout, seed: int, styled: bool = False, size: Size | None = None) -> Rendered:
    rng = random.Random(seed)
    return render_with_places(
        random_figures(rng, form, size=size),
        form=form,
        year=YEARS[form],
        agency="青禾县云溪镇人民政府",
        layout=layout,
        style=random_style(rng) if styled else Style(seed=seed),
    )


@cache
def generated_specimen(
    form: Form, layout: Layout, seed: int, styled: bool = True, size: Size | None = None
) -> Specimen:
    rendered = rendered_report(form, layout, seed, styled, size)
    return Specimen(
        f"{form}-{layout}-{seed}",
        rendered.text,
        tuple(generated_figures(rendered, "requests")),
        tuple(generated_figures(rendered, "review")),
    )


def files() -> list[Path]:
    """The clean examples, and real reports where they are present."""
    return [*sorted((CHECKOUT / "examples").glob("*/clean.txt")), *sorted(REAL.glob("*.txt"))]


SPECIMENS = [
    *(read_specimen(path) for path in files()),
    *(
        generated_specimen(form, layout, seed, styled=styled)
        for form in FORMS
        for layout in LAYOUTS
        for seed, styled in ((1, False), (2, True))
    ),
]
each_specimen = pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: str(specimen.name))
specimens = st.sampled_from(SPECIMENS) | st.builds(
    generated_specimen, st.sampled_from(FORMS), st.sampled_from(LAYOUTS), st.integers(0, 500)
)


# --- what a change to a report changes in its diagnostics --------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edit:
    """Other characters for those from start to end."""

    start: int
    end: int
    text: str


def edited(text: str, *edits: Edit) -> str:
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def moved(position: int, edits: Iterable[Edit]) -> int:
    """Where a place of the text stands after the edits."""
    shift = 0
    for edit in edits:
        if position >= edit.end and position > edit.start:
            shift += len(edit.text) - (edit.end - edit.start)
        elif position > edit.start:
            shift += min(edit.start + len(edit.text), position) - position
    return position + shift


Seen = tuple[str, str, int, int]


def seen(diagnostic: Diagnostic, edits: Sequence[Edit] = ()) -> Seen:
    start, end = (moved(position, edits) for position in diagnostic.span)
    return diagnostic.rule, diagnostic.severity.word, start, end


def loud(result: Checked) -> list[Diagnostic]:
    return [diagnostic for diagnostic in result.diagnostics if diagnostic.severity >= Severity.WARNING]


def difference(specimen: Specimen, *edits: Edit) -> tuple[list[Diagnostic], list[Seen]]:
    """The errors and warnings that the edits bring, and those that they take away from outside of them."""
    return text_difference(specimen.text, *edits)


def text_difference(text: str, *edits: Edit) -> tuple[list[Diagnostic], list[Seen]]:
    """Of what was said about a part that is taken out, nothing has to be said again, but it may be."""
    inside: list[Diagnostic] = []
    outside: list[Diagnostic] = []
    for diagnostic in loud(checked(text)):
        taken_out = any(edit.start <= diagnostic.span.start < edit.end and not edit.text for edit in edits)
        (inside if taken_out else outside).append(diagnostic)
    before = Counter(seen(diagnostic, edits) for diagnostic in outside)
    lost = Counter((diagnostic.rule, diagnostic.expected) for diagnostic in inside)
    new: list[Diagnostic] = []
    for diagnostic in loud(check(edited(text, *edits))):
        if before[seen(diagnostic)]:
            before[seen(diagnostic)] -= 1
        elif lost[diagnostic.rule, diagnostic.expected]:
            lost[diagnostic.rule, diagnostic.expected] -= 1
        else:
            new.append(diagnostic)
    return new, list(before.elements())


Told = tuple[str, int, int, str | None]
Outcome = tuple[list[Told], list[Seen]]


def told(diagnostics: Iterable[Diagnostic]) -> list[Told]:
    """Severity, place and the value that should stand there."""
    return [(item.severity.word, *item.span, item.expected) for item in diagnostics]


# --- one wrong figure --------------------------------------------------------------------------------------

WRONG = ("1000", "3", "0", "12", "1")


def other_number(figure: Figure, wanted: Sequence[str] = WRONG) -> str:
    return next(text for text in wanted if Decimal(text) != figure.number)


def wrong_request(specimen: Specimen, figure: Figure, text: str) -> tuple[Outcome, Outcome]:
    """What changing one figure of `requests` should bring, and what it brings."""
    new, gone = difference(specimen, Edit(figure.start, figure.end, text))
    wanted: list[Told] = [("error", figure.start, figure.start + len(text), f"{figure.number:f}")]
    return (wanted, []), (told(new), gone)


@pytest.mark.slow
@pytest.mark.parametrize("texts", [("1000", "7"), ("0", "1")], ids=str)
@each_specimen
def test_each_wrong_figure_of_requests_is_found_in_its_cell(specimen: Specimen, texts: tuple[str, str]) -> None:
    failures = []
    for number, figure in enumerate(specimen.requests):
        wanted, found = wrong_request(specimen, figure, other_number(figure, texts))
        if wanted != found:
            failures.append((divmod(number, COLUMNS), other_number(figure, texts), wanted, found))
    assert failures == []


whole_numbers = st.integers(0, 9) | st.integers(0, 10**6) | st.integers(0, 10**15 - 1)


@given(specimen=specimens, data=st.data())
def test_a_wrong_figure_of_requests_is_found_in_its_cell(specimen: Specimen, data: st.DataObject) -> None:
    figure = data.draw(st.sampled_from(specimen.requests))
    numbers = whole_numbers.map(str) | st.sampled_from(["-3", "2.5", "1,234", "１２", "+5", "007", "5.0"])
    text = data.draw(numbers.filter(lambda text: Decimal(text.replace(",", "")) != figure.number))
    wanted, found = wrong_request(specimen, figure, text)
    assert found == wanted


def group_of(specimen: Specimen, number: int) -> tuple[Figure, ...]:
    first = number - number % OPERANDS
    return specimen.review[first : first + OPERANDS]


Review = tuple[list[Told], list[set[int]], list[Seen]]


def wrong_review(specimen: Specimen, number: int, text: str) -> tuple[Review, Review]:
    """What changing one figure of `review` should bring (an error at the total that names its operands)."""
    figure = specimen.review[number]
    edit = Edit(figure.start, figure.end, text)
    new, gone = difference(specimen, edit)
    *operands, total = group_of(specimen, number)
    numbers = [Decimal(text) if operand is figure else operand.number for operand in operands]
    start, end = (moved(place, [edit]) for place in (total.start, total.end))
    wanted: list[Told] = [("error", start, end, f"{sum(numbers, Decimal(0)):f}")]
    operand_places = [{moved(operand.start, [edit]) for operand in operands}]
    named = [{related.span.start for related in item.related} for item in new]
    return (wanted, operand_places, []), (told(new), named, gone)


@pytest.mark.slow
@each_specimen
def test_each_wrong_figure_of_review_is_told_at_the_total_with_its_operands(specimen: Specimen) -> None:
    failures = []
    for number, figure in enumerate(specimen.review):
        for text in ("1000", "7", "0"):
            if Decimal(text) == figure.number:
                continue
            wanted, found = wrong_review(specimen, number, text)
            if wanted != found:
                failures.append((divmod(number, OPERANDS), text, wanted, found))
    assert failures == []


reviewed = specimens.filter(lambda specimen: bool(specimen.review))


@given(specimen=reviewed, data=st.data())
def test_a_wrong_figure_of_review_is_told_at_the_total_with_its_operands(
    specimen: Specimen, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(specimen.review) - 1))
    number = data.draw(whole_numbers.filter(lambda number: number != specimen.review[place].number))
    wanted, found = wrong_review(specimen, place, str(number))
    assert found == wanted


@given(specimen=reviewed, data=st.data(), text=st.sampled_from(["-1", "-12", "0.5", "3.25"]))
def test_an_impossible_figure_of_review_is_one_error_in_its_cell(
    specimen: Specimen, data: st.DataObject, text: str
) -> None:
    figure = data.draw(st.sampled_from(specimen.review))
    new, gone = difference(specimen, Edit(figure.start, figure.end, text))
    found = [(item.severity, *item.span, item.expected in (None, f"{figure.number:f}")) for item in new]
    assert (found, gone) == ([(Severity.ERROR, figure.start, figure.start + len(text), True)], [])


# --- two wrong figures -------------------------------------------------------------------------------------


@st.composite
def two_figures(draw: st.DrawFn, reports: st.SearchStrategy[Specimen]) -> tuple[Specimen, tuple[Figure, Figure]]:
    """Two cells of `requests` in different rows and columns."""
    specimen = draw(reports)
    first = draw(st.integers(0, len(specimen.requests) - 1))
    second = draw(
        st.integers(0, len(specimen.requests) - 1).filter(
            lambda number: number // COLUMNS != first // COLUMNS and number % COLUMNS != first % COLUMNS
        )
    )
    return specimen, (specimen.requests[first], specimen.requests[second])


def changes_of(figure: Figure) -> st.SearchStrategy[int]:
    """Changes to another whole number that is not negative."""
    least = -int(figure.number)
    changes = st.integers(max(least, -5), 20) | st.integers(max(least, -2000), 2000)
    return changes.filter(bool)


def changed(figure: Figure, change: int) -> Edit:
    return Edit(figure.start, figure.end, f"{figure.number + change:f}")


def both_wrong(specimen: Specimen, edits: Sequence[Edit], figures: Sequence[Figure]) -> tuple[Outcome, Outcome]:
    new, gone = difference(specimen, *edits)
    wanted: list[Told] = sorted(
        ("error", moved(figure.start, edits), moved(figure.end, edits), f"{figure.number:f}") for figure in figures
    )
    return (wanted, []), (sorted(told(new), key=lambda item: item[:3]), gone)


@given(pair=two_figures(specimens), data=st.data())
def test_two_wrong_figures_that_differ_by_different_amounts_are_both_found(
    pair: tuple[Specimen, tuple[Figure, Figure]], data: st.DataObject
) -> None:
    specimen, figures = pair
    first, second = (data.draw(changes_of(figure)) for figure in figures)
    assume(abs(first) != abs(second))
    edits = [changed(figure, change) for figure, change in zip(figures, (first, second), strict=True)]
    wanted, found = both_wrong(specimen, edits, figures)
    assert found == wanted


def names(diagnostic: Diagnostic, edit: Edit, figure: Figure) -> bool:
    """Whether the diagnostic names a cell with this figure, and what it should be, as a candidate."""
    pattern = rf"[（(]{re.escape(edit.text)} *→ *{figure.number:f}[）)]"
    return diagnostic.help is not None and re.search(pattern, diagnostic.help.zh) is not None


large_specimens = st.builds(
    lambda form, layout, seed: generated_specimen(form, layout, seed, False, "large"),
    st.sampled_from(FORMS),
    st.sampled_from(LAYOUTS),
    st.integers(0, 100),
)


@given(pair=two_figures(specimens | large_specimens), amount=st.integers(-40, 40).filter(bool))
def test_two_figures_wrong_by_the_same_amount_blame_no_right_cell(
    pair: tuple[Specimen, tuple[Figure, Figure]], amount: int
) -> None:
    specimen, figures = pair
    amount = amount if all(figure.number + amount >= 0 for figure in figures) else abs(amount)
    edits = [changed(figure, amount) for figure in figures]
    wanted, found = both_wrong(specimen, edits, figures)
    if found == wanted:
        return  # there is no other explanation as small
    new, gone = difference(specimen, *edits)
    # Totals are told, each with the sum that it should be, and the candidates are named.
    assert gone == []
    assert [item.rule for item in new if item.rule not in ARITHMETIC] == []
    assert [item.message.zh for item in new if "，应为" in item.message.zh] == []
    named = [any(names(item, edit, figure) for item in new) for edit, figure in zip(edits, figures, strict=True)]
    assert named == [True, True]


# --- damaged labels ----------------------------------------------------------------------------------------

ORDINAL = re.compile(r"\s*(?:（[一二三四五六七八九十]）|[一二三四五六七八九十]、|\d\.)?")
LONG_LABELS = (PARTIAL_LABEL, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）")
QUOTES = "“”\"'"


def letters(text: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFKC", text) if character.isalnum())


def harmless(label: str, damaged: str) -> bool:
    """The only damage to a label or heading that carries no meaning, so that nothing may be said of it.

    - White space, which word processors put anywhere.
    - Quotes: the form's own copies print 三安全一稳定 with curly, straight and no quotes.
    - Punctuation behind the number of a label that explains itself at length: authorities themselves
      print （二）部分公开（…） with the bracket moved, without commas, and short; and the note in the
      corner of the table is no label of anything.
    - One list mark for another, as `1、` for `1.`.
    """
    plain, other = ("".join(text.split()) for text in (label, damaged))
    if plain == other:
        return True
    unquoted, otherwise = (
        "".join(character for character in text if character not in QUOTES) for text in (plain, other)
    )
    if unquoted == otherwise:
        return True
    number, number_there = ORDINAL.match(plain), ORDINAL.match(other)
    same_number = number is not None and number_there is not None and number[0] == number_there[0]
    return label in LONG_LABELS and same_number and letters(label) == letters(damaged)


def damages(text: str) -> Iterator[str]:
    """The text with one character dropped, doubled, or swapped with the next, where that changes it."""
    found = dict.fromkeys(
        [
            *(text[:place] + text[place + 1 :] for place in range(len(text))),
            *(text[: place + 1] + text[place:] for place in range(len(text))),
            *(text[:place] + text[place + 1] + text[place] + text[place + 2 :] for place in range(len(text) - 1)),
        ]
    )
    yield from (damaged for damaged in found if damaged != text)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


Labels = tuple[tuple[Key, int, str], ...]


@cache
def labels(form: Form, layout: Layout, seed: int, size: Size | None) -> tuple[str, Labels]:
    """A report in the style of the form, and the key, place and text of each label and heading."""
    rendered = rendered_report(form, layout, seed, False, size)
    found = []
    for key in rendered.lines:
        if key[0] not in ("label", "heading"):
            continue
        start = offset(rendered, key)
        match = re.compile(r"[^|\n]*[^|\n ]").match(rendered.text, start)
        assert match is not None, key
        found.append((key, start, match[0]))
    return rendered.text, tuple(found)


def damaged_label(text: str, start: int, label: str, damaged: str) -> list[str]:
    """What is wrong with what is said about a damaged label; nothing if all is well."""
    edit = Edit(start, start + len(label), damaged)
    new, gone = text_difference(text, edit)
    result = edited(text, edit)
    said = [
        f"{item.severity.word} {item.rule} in line {line_of(result, item.span.start)}: {item.message.zh}"
        for item in new
    ]
    there = [item for item in new if item.span.start <= start + len(damaged) and start <= item.span.end]
    expected = 0 if harmless(label, damaged) else 1
    if len(new) == len(there) == expected and not gone:
        return []
    return [f"line {line_of(text, start)}", label, damaged, f"{expected} wanted", *said, *map(str, gone)]


@pytest.mark.slow
@pytest.mark.parametrize("part", ["heading", "active", "requests", "review"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", FORMS)
def test_each_damage_to_a_label_or_heading_is_told_once(form: Form, layout: Layout, part: str) -> None:
    text, found = labels(form, layout, 3, "small")
    failures = [
        failure
        for key, start, label in found
        if part in key[:2]
        for damaged in damages(label)
        if (failure := damaged_label(text, start, label, damaged))
    ]
    assert failures == []


@given(
    form=st.sampled_from(FORMS),
    layout=st.sampled_from(LAYOUTS),
    seed=st.integers(0, 200),
    data=st.data(),
)
def test_damage_to_a_label_or_heading_is_told_once(form: Form, layout: Layout, seed: int, data: st.DataObject) -> None:
    text, found = labels(form, layout, seed, None)
    _, start, label = data.draw(st.sampled_from(found))
    damaged = data.draw(st.sampled_from(tuple(damages(label))))
    assert damaged_label(text, start, label, damaged) == []


# --- parts that are missing --------------------------------------------------------------------------------


def rows_of(text: str, layout: Layout) -> list[Edit]:
    """Each row of a table, to be taken out with its lines."""
    if layout == "M":
        pattern = re.compile(r"(?:^\t.*\n(?:(?!\t|\r?$).*\n)*)+(?:\r?\n)?", re.MULTILINE)
        return [Edit(match.start(), match.end(), "") for match in pattern.finditer(text)]
    return [Edit(*match.span(), "") for match in re.finditer(r"^.*\|\r?\n", text, re.MULTILINE)]


def tables_of(text: str, layout: Layout) -> list[Edit]:
    """Each table, to be taken out."""
    found: list[list[Edit]] = []
    for row in rows_of(text, layout):
        if found and not text[found[-1][-1].end : row.start].strip() and found[-1][-1].end == row.start:
            found[-1].append(row)
        else:
            found.append([row])
    return [Edit(rows[0].start, rows[-1].end, "") for rows in found]


HEADING = re.compile(r"^(?:[一二三四五六七八九十]、|5、 )\S.*(?:情况|事项|问题|措施|附表)\s*$", re.MULTILINE)


def sections_of(text: str) -> list[Edit]:
    """Each section of the form, to be taken out up to the next heading, the last one up to what ends it."""
    titles = [title.partition("、")[2] for title in SECTIONS.values()]
    starts = [
        match.start()
        for match in HEADING.finditer(text)
        if any(letters(title) in letters(match[0]) for title in titles)
    ]
    every = [match.start() for match in HEADING.finditer(text)]
    ends = dict(pairwise([*every, len(text)]))
    return [Edit(start, ends[start], "") for start in starts[:-1]]


def one_missing(text: str, edit: Edit, rules: Sequence[str]) -> list[str]:
    """What is wrong with what is said about a part taken out; nothing if one error tells of it."""
    new, gone = text_difference(text, edit)
    if [(item.severity, item.rule in rules) for item in new] == [(Severity.ERROR, True)] and not gone:
        return []
    head = " ".join(text[edit.start : edit.end].split())[:60]
    return [
        f"line {line_of(text, edit.start)}: {head}",
        *(f"{item.severity.word} {item.rule} {item.span}: {item.message.zh}" for item in new),
        *map(str, gone),
    ]


ROW_RULES = ("row-missing", "unreadable", "table-missing", "header-structure")


def all_rows(text: str) -> list[Edit]:
    return rows_of(text, "M" if "\n\t" in text else "D")


@pytest.mark.slow
@each_specimen
def test_each_missing_row_is_one_error(specimen: Specimen) -> None:
    failures = [failure for row in all_rows(specimen.text) if (failure := one_missing(specimen.text, row, ROW_RULES))]
    assert failures == []


@given(specimen=specimens, data=st.data())
def test_a_missing_row_is_one_error(specimen: Specimen, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(all_rows(specimen.text)))
    assert one_missing(specimen.text, row, ROW_RULES) == []


@each_specimen
def test_each_missing_table_is_one_error(specimen: Specimen) -> None:
    tables = tables_of(specimen.text, "M" if "\n\t" in specimen.text else "D")
    assert len(tables) == 2 + bool(specimen.review)
    failures = [failure for table in tables if (failure := one_missing(specimen.text, table, ("table-missing",)))]
    assert failures == []


@each_specimen
def test_each_missing_section_is_one_error(specimen: Specimen) -> None:
    failures = [
        failure
        for section in sections_of(specimen.text)
        if (failure := one_missing(specimen.text, section, ("section-missing",)))
    ]
    assert failures == []


PARTS = {
    form: [
        *(("requests", row.key) for row in request_rows(form)),
        *(("active", row) for block in BLOCKS[form] for row in block.rows),
        ("review", "figures"),
    ]
    for form in FORMS
}


def damaged_text(form: Form, layout: Layout, seed: int, damage: Damage) -> str:
    rng = random.Random(seed)
    return render(
        random_figures(rng, form),
        form=form,
        year=YEARS[form],
        agency="青禾县云溪镇人民政府",
        layout=layout,
        style=random_style(rng),
        damage=damage,
    )


def rules_told(text: str) -> list[tuple[str, str]]:
    return [(item.severity.word, item.rule) for item in loud(check(text))]


@given(form=st.sampled_from(FORMS), layout=st.sampled_from(LAYOUTS), seed=st.integers(0, 500), data=st.data())
def test_a_report_written_without_a_row_a_table_or_a_section_has_one_error(
    form: Form, layout: Layout, seed: int, data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from(PARTS[form]))
    table = data.draw(st.sampled_from(["active", "requests", "review"]))
    section = data.draw(st.sampled_from(list(SECTIONS)))
    damages = (
        Damage(rows=frozenset([row])),
        Damage(tables=frozenset([table])),
        Damage(sections=frozenset([section])),
    )
    without_row, without_table, without_section = (
        rules_told(damaged_text(form, layout, seed, damage)) for damage in damages
    )
    assert without_row in [[("error", "row-missing")], [("error", "unreadable")]]
    assert without_table == [("error", "table-missing")]
    assert without_section == [("error", "section-missing")]


# --- whatever comes ------------------------------------------------------------------------------------------


def sound(text: str) -> None:
    """Checks that the check of a text ended, stayed inside of it, and comes out the same again."""
    result = check(text)
    source = result.source
    length = len(source.text) if source is not None else 0
    assert [item for item in result.diagnostics if item.rule == "rule-crashed"] == []
    spans = [item.span for item in result.diagnostics]
    spans += [related.span for item in result.diagnostics for related in item.related]
    assert [span for span in spans if not 0 <= span.start <= span.end <= length] == []
    assert check(text).diagnostics == result.diagnostics


PIECES = (
    *SECTIONS.values(),
    "\t", "\n", "\n\n", "\n\n\n", "|", " | ", "\t0\n", "0 | 0 |\n", "\t总计\n", "（一）", "一、", "5、", "1.",
    "总计", "其他", "第二十条第（一）项", "2020年", "2021年1月20日", "12", "-3", "1e9", "9" * 400, "\x00", "\r",
    "\ufeff", "\u2028", "\u200b", "[bookmark: _GoBack]", "关于报送", "：", "政府信息公开工作年度报告", "共5件，其中",
)  # fmt: skip
texts = st.text(st.characters(codec="utf-8"), max_size=200) | st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(codec="utf-8"), max_size=5), max_size=60
).map("".join)


@given(text=texts)
@example(text="")
@example(text="\t")
@example(text="|")
@example(text="｜")
@example(text="|---|")
@example(text="一、总体情况\n|---|\n")
def test_any_text_is_checked(text: str) -> None:
    sound(text)


@given(data=st.binary(max_size=300))
def test_any_bytes_are_checked(data: bytes) -> None:
    result = lint_bytes(Path("report.txt"), data, library())
    assert [item for item in result.diagnostics if item.rule == "rule-crashed"] == []


@given(specimen=specimens, data=st.data(), text=texts)
def test_any_text_inside_a_report_is_checked(specimen: Specimen, data: st.DataObject, text: str) -> None:
    start = data.draw(st.integers(0, len(specimen.text)))
    end = min(start + data.draw(st.integers(0, 50) | st.integers(0, 3000)), len(specimen.text))
    sound(edited(specimen.text, Edit(start, end, text)))


def lines_left_out(lines: list[str], rng: random.Random) -> list[str]:
    share = rng.choice((0.01, 0.1, 0.5, 0.9))
    return [line for line in lines if rng.random() > share]


def lines_doubled(lines: list[str], rng: random.Random) -> list[str]:
    share = rng.choice((0.01, 0.1, 0.5))
    return [copy for line in lines for copy in [line] * (1 + (rng.random() < share))]


def lines_shuffled(lines: list[str], rng: random.Random) -> list[str]:
    return rng.sample(lines, len(lines))


def lines_exchanged(lines: list[str], rng: random.Random) -> list[str]:
    for _ in range(rng.randint(1, 10)):
        first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[first], lines[second] = lines[second], lines[first]
    return lines


def cut_off(lines: list[str], rng: random.Random) -> list[str]:
    return lines[: rng.randrange(len(lines))]


Disorder = Callable[[list[str], random.Random], list[str]]


@given(
    specimen=specimens,
    disorders=st.lists(
        st.sampled_from([lines_left_out, lines_doubled, lines_shuffled, lines_exchanged, cut_off]),
        min_size=1,
        max_size=2,
    ),
    seed=st.integers(0, 10**6),
)
def test_lines_in_disorder_are_checked(specimen: Specimen, disorders: list[Disorder], seed: int) -> None:
    lines = specimen.text.splitlines(keepends=True)
    rng = random.Random(seed)
    for disorder in disorders:
        lines = disorder(lines, rng) if lines else lines
    sound("".join(lines))
