"""A fingerprint stays the same when the layout changes, and tells apart what is not the same."""

import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loaded import library
from reportlint.diagnostic import Checked, Place, Severity, Span, Text
from reportlint.diagnostic import Diagnostic as Diagnosed
from reportlint.engine import lint_bytes
from reportlint.fingerprint import fingerprint, fingerprints, plain
from reportlint.source import Source
from reports import SECTIONS, Damage, Layout, cell, random_figures, random_style, render, request_rows

SECTIONS_WITHOUT_REQUESTS = [section for section in SECTIONS if section != "requests"]
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")


def check(data: bytes) -> Checked:
    return lint_bytes(Path("report.txt"), data, library())


def report(seed: int, layout: Layout) -> str:
    """A report with a few mistakes of several kinds; the same ones in every layout."""
    rng = random.Random(seed)
    form, year = rng.choice((("2019", 2020), ("2021", 2022)))
    figures = random_figures(rng, form)  # type: ignore[arg-type]
    style = replace(random_style(rng, remarked=True), broken_labels=False, unmerged=False)
    rows = [row.key for row in request_rows(form) if row.key not in ("inquiry", "total")]  # type: ignore[arg-type]
    columns = ("person", "business", "research", "other", "total")
    replaced = {
        cell("requests", rng.choice(rows), rng.choice(columns)): rng.choice(("99", "无", "/", "", "-1", "7件"))
        for _ in range(rng.randrange(4))
    }
    damage = Damage(
        replaced=replaced,
        rows=frozenset({("requests", "inquiry")} if rng.random() < 0.2 else ()),
        sections=frozenset({rng.choice(SECTIONS_WITHOUT_REQUESTS)} if rng.random() < 0.2 else ()),
    )
    return render(
        figures,
        form=form,  # type: ignore[arg-type]
        year=year,
        agency="青禾县云溪镇人民政府",
        layout=layout,
        style=style,
        damage=damage,
    )


def known(checked: Checked) -> Counter[tuple[str, str]]:
    rules = (diagnostic.rule for diagnostic in checked.diagnostics)
    return Counter(zip(rules, fingerprints(checked), strict=True))


@given(st.integers(0, 10**6))
def test_fingerprints_survive_another_layout(seed: int) -> None:
    lines, bars = check(report(seed, "M").encode()), check(report(seed, "D").encode())
    assert known(lines) == known(bars)


@given(st.integers(0, 10**6), st.sampled_from(ENCODINGS))
def test_fingerprints_survive_blank_lines_and_another_encoding(seed: int, encoding: str) -> None:
    text = report(seed, "D")
    # Where a line of prose ends a blank line changes nothing.
    airy = re.sub(r"(。\r?\n)", r"\1\n\n", f"\n\n{text}")
    assert known(check(airy.encode(encoding))) == known(check(text.encode()))


@example(7)
@given(st.integers(0, 10**6))
def test_one_and_all_agree_and_none_is_given_twice(seed: int) -> None:
    checked = check(report(seed, "D").encode())
    found = fingerprints(checked)
    assert found == tuple(fingerprint(checked, diagnostic) for diagnostic in checked.diagnostics)
    assert len(set(found)) == len(found)
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in found)


# What tells diagnostics apart.

SOURCE = Source(Path("a.txt"), "第一段没有日期。\n一 | 二\n")
PLACE = Place("总体情况", "requests", ("合计",), ("总计",))
DIAGNOSTIC = Diagnosed(
    Path("a.txt"), Span(0, 1), Severity.ERROR, "row-sum", "ARI001", Text("错", "wrong"), PLACE, None, "3"
)
CHECKED = Checked(Path("a.txt"), SOURCE, "form", 2022, "某某镇", (DIAGNOSTIC,))


@pytest.mark.parametrize(
    ("diagnostic", "same"),
    [
        (DIAGNOSTIC._replace(span=Span(5, 6), severity=Severity.INFO, message=Text("另", "other")), True),
        (DIAGNOSTIC._replace(found=" ３\n"), True),
        (DIAGNOSTIC._replace(place=PLACE._replace(row=("合 计",))), True),
        (DIAGNOSTIC._replace(found="4"), False),
        (DIAGNOSTIC._replace(found=""), False),
        (DIAGNOSTIC._replace(found=None), False),
        (DIAGNOSTIC._replace(rule="column-sum"), False),
        (DIAGNOSTIC._replace(place=PLACE._replace(table="review")), False),
        (DIAGNOSTIC._replace(place=PLACE._replace(row=(), column=("合计", "总计"))), False),
        (DIAGNOSTIC._replace(place=None), False),
    ],
)
def test_what_a_fingerprint_is_made_of(diagnostic: Diagnosed, same: bool) -> None:
    other = CHECKED._replace(diagnostics=(diagnostic,))
    assert (fingerprint(other, diagnostic) == fingerprint(CHECKED, DIAGNOSTIC)) is same


def test_another_agency_or_year_is_another_report() -> None:
    others = (CHECKED._replace(agency="别的镇"), CHECKED._replace(year=2023), CHECKED._replace(year=None))
    assert len({fingerprint(each, DIAGNOSTIC) for each in (CHECKED, *others)}) == 4


def test_where_the_file_lies_makes_no_difference() -> None:
    moved = CHECKED._replace(path=Path("elsewhere/b.txt"))
    assert fingerprint(moved, DIAGNOSTIC) == fingerprint(CHECKED, DIAGNOSTIC)


def test_equal_ones_are_counted() -> None:
    again = DIAGNOSTIC._replace(span=Span(3, 4))
    checked = CHECKED._replace(diagnostics=(DIAGNOSTIC, DIAGNOSTIC._replace(found="5"), again))
    assert fingerprint(checked, DIAGNOSTIC) == fingerprint(CHECKED, DIAGNOSTIC)
    assert fingerprint(checked, again) == fingerprints(checked)[2] != fingerprint(checked, DIAGNOSTIC)


def test_a_diagnostic_of_another_check_counts_as_the_first() -> None:
    alien = DIAGNOSTIC._replace(span=Span(3, 4))
    assert fingerprint(CHECKED, alien) == fingerprint(CHECKED, DIAGNOSTIC)


def test_without_place_and_text_the_paragraph_counts_but_no_line_of_a_table() -> None:
    bare = DIAGNOSTIC._replace(place=None, found=None)
    inside, cells = bare._replace(span=Span(4, 5)), bare._replace(span=Span(9, 10))
    own, other, table = (fingerprint(CHECKED._replace(diagnostics=(each,)), each) for each in (bare, inside, cells))
    assert own == other != table
    lines = Source(Path("a.txt"), "第一段没有日期。\n\t一\n\t二\n")
    assert fingerprint(CHECKED._replace(source=lines, diagnostics=(cells,)), cells) == table


def test_a_file_that_is_no_report_is_known_by_all_of_its_text() -> None:
    nobody = CHECKED._replace(agency=None, year=None)
    longer = nobody._replace(source=Source(Path("a.txt"), SOURCE.text + "又一段。"))
    assert fingerprint(nobody, DIAGNOSTIC) != fingerprint(longer, DIAGNOSTIC)


def test_a_file_that_cannot_be_read_is_known_by_its_name() -> None:
    unread = CHECKED._replace(agency=None, year=None, source=None)
    bare = DIAGNOSTIC._replace(place=None, found=None)
    names = (Path("a.txt"), Path("folder/a.txt"), Path("b.txt"))
    first, moved, other = (fingerprint(unread._replace(path=path, diagnostics=(bare,)), bare) for path in names)
    assert first == moved != other


def test_a_check_that_found_nothing_has_no_fingerprints() -> None:
    assert fingerprints(CHECKED._replace(diagnostics=())) == ()


def test_plain_leaves_out_what_a_conversion_changes() -> None:
    assert plain(" １，２ \t| ⼀\n") == "1,2一"
