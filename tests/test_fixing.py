"""Fixes that are made: apart from each other, proven by another check, and nothing beside them touched."""

import random
import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaded import library
from reportlint.diagnostic import Checked, Diagnostic, Edit, Fix, Related, Safety, Severity, Span, Text
from reportlint.engine import lint_bytes
from reportlint.errors import WriteError
from reportlint.fixing import Left, apart, applicable, applied, edits_of, fixed
from reportlint.readers import read_text, write_text
from reportlint.source import Source
from reports import (
    AGENCIES,
    Damage,
    Form,
    Key,
    Layout,
    form_of,
    random_figures,
    random_style,
    render_with_places,
)

NOTHING = Text("", "")
PATH = Path("report.txt")
SAFE: tuple[Safety, ...] = ("safe",)
ALL: tuple[Safety, ...] = ("safe", "unsafe")


def check(text: str) -> Checked:
    return lint_bytes(PATH, text.encode("utf-8"), library())


# --- texts and rules made up for the purpose -------------------------------------------------------------


def diagnostic(
    span: Span, *edits: Edit, rule: str = "made-up", severity: Severity = Severity.ERROR, safety: Safety = "safe",
    found: str | None = None, related: Sequence[Span] = (),
) -> Diagnostic:  # fmt: skip
    fix = Fix(safety, NOTHING, edits) if edits else None
    others = tuple(Related(other, NOTHING) for other in related)
    return Diagnostic(PATH, span, severity, rule, "XXX001", Text(rule, rule), found=found, fix=fix, related=others)


def checker(find: Callable[[str], list[Diagnostic]], *, complete: Callable[[str], bool] = lambda _: True):  # type: ignore[no-untyped-def]
    return lambda text: Checked(
        PATH, Source(PATH, text), "form", diagnostics=tuple(find(text)), complete=complete(text)
    )


def swaps(**rules: tuple[str, str, Severity]) -> Callable[[str], list[Diagnostic]]:
    """Rules that want one text for another."""

    def find(text: str) -> list[Diagnostic]:
        return [
            diagnostic(
                Span(*match.span()), Edit(Span(*match.span()), new), rule=rule, severity=severity, found=match.group()
            )
            for rule, (old, new, severity) in rules.items()
            for match in re.finditer(re.escape(old), text)
        ]

    return find


def test_of_fixes_that_overlap_the_first_is_made_and_the_next_in_another_round() -> None:
    one = diagnostic(Span(0, 2), Edit(Span(0, 3), "x"))
    two = diagnostic(Span(1, 2), Edit(Span(2, 4), "y"))
    three = diagnostic(Span(4, 5), Edit(Span(3, 3), "z"), Edit(Span(4, 5), "z"))
    assert apart([one, two, three]) == [one, three]
    look = checker(swaps(first=("ab", "b", Severity.ERROR), second=("bc", "c", Severity.ERROR)))
    result = fixed(look("abc"), look, SAFE)
    assert (result.text, [each.rule for each in result.kept]) == ("c", ["first", "second"])


def test_two_texts_that_are_put_in_at_one_place_have_no_order() -> None:
    one, two = (diagnostic(Span(1, 1), Edit(Span(1, 1), text)) for text in "xy")
    assert apart([one, two]) == [one]


@given(st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4), st.text(max_size=4)), max_size=6))
def test_what_stands_between_edits_stays(pieces: list[tuple[str, str, str]]) -> None:
    edits, place = [], 0
    for kept, old, new in pieces:
        edits.append(Edit(Span(place + len(kept), place + len(kept) + len(old)), new.replace("\n", "")))
        place += len(kept) + len(old)
    text = "".join(kept + old for kept, old, _ in pieces)
    assert applied(text, edits) == "".join(kept + new.replace("\n", "") for kept, _, new in pieces)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_that_is_put_in_ends_as_those_around_it(end: str) -> None:
    second = 1 + len(end)
    assert applied(f"a{end}c{end}", [Edit(Span(second, second), "b\n")]) == f"a{end}b{end}c{end}"


def test_of_mixed_line_ends_the_next_one_counts() -> None:
    text = "a\r\nb\nc"
    assert applied(text, [Edit(Span(0, 0), "x\n"), Edit(Span(3, 3), "y\n")]) == "x\r\na\r\ny\nb\nc"


def test_a_fix_that_leaves_its_diagnostic_is_not_kept() -> None:
    look = checker(lambda text: [diagnostic(Span(0, 1), Edit(Span(0, 1), "b"), found=text[0])])
    result = fixed(look("a"), look, SAFE)
    assert (result.text, result.kept) == ("a", ())
    assert [left.why.en for left in result.left] == ["the diagnostic would still be there"]


@pytest.mark.parametrize(("new", "text"), [(Severity.WARNING, "a"), (Severity.ERROR, "a"), (Severity.INFO, "b")])
def test_a_fix_that_brings_something_as_bad_is_not_kept(new: Severity, text: str) -> None:
    def find(text: str) -> list[Diagnostic]:
        first = [diagnostic(Span(0, 1), Edit(Span(0, 1), "b"), severity=Severity.WARNING)]
        return first if text == "a" else [diagnostic(Span(0, 1), rule="other", severity=new)]

    look = checker(find)
    result = fixed(look("a"), look, SAFE)
    assert result.text == text
    assert [left.why.en for left in result.left] == ["it would bring XXX001 other: other"] * (text == "a")


def test_two_rules_that_want_the_contrary_come_to_an_end() -> None:
    look = checker(swaps(one=("a", "b", Severity.ERROR), two=("b", "a", Severity.ERROR)))
    assert fixed(look("ab"), look, SAFE).text == "ab"
    look = checker(swaps(one=("a", "b", Severity.ERROR), two=("b", "a", Severity.INFO)))
    result = fixed(look("ab"), look, SAFE)
    assert result.text == "bb"
    assert fixed(result.checked, look, SAFE).text == "bb"


def test_one_bad_fix_does_not_keep_the_others_from_being_made() -> None:
    def find(text: str) -> list[Diagnostic]:
        wrong = [place for place, letter in enumerate(text) if letter == "a"]
        return [
            diagnostic(Span(place, place + 1), Edit(Span(place, place + 1), "!" if place == 5 else "b"), found="a")
            for place in wrong
        ]

    look = checker(find, complete=lambda text: "!" not in text)
    result = fixed(look("a" * 9), look, SAFE)
    assert result.text == "bbbbbabbb"
    assert [(left.diagnostic.span, left.why.en) for left in result.left] == [
        (Span(5, 6), "the report could not be read as before")
    ]


def test_a_text_that_cannot_be_written_is_not_kept_and_says_why() -> None:
    find = swaps(one=("a", "𠮷", Severity.ERROR), two=("b", "c", Severity.ERROR))
    why = Text("没有这个字符", "no such character")
    look = checker(find)
    result = fixed(look("ab"), lambda text: why if "𠮷" in text else look(text), SAFE)
    assert (result.text, [left.why for left in result.left]) == ("ac", [why])


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([Edit(Span(0, 2), "x"), Edit(Span(1, 2), "y")], id="overlapping"),
        pytest.param([Edit(Span(0, 9), "x")], id="outside"),
        pytest.param([Edit(Span(1, 1), "x")] * 2, id="twice at one place"),
        pytest.param([Edit(Span(2, 3), "x"), Edit(Span(0, 1), "y")], id="not in order"),
    ],
)
def test_edits_that_are_out_of_place_are_left_and_said(edits: list[Edit]) -> None:
    look = checker(lambda text: [diagnostic(Span(0, 1), *edits)])
    result = fixed(look("abc"), look, SAFE)
    assert result.text == "abc"
    assert [left.why.en for left in result.left] == ["its edits overlap or lie outside the report"]


def test_what_is_only_to_be_looked_at_or_waived_is_never_made() -> None:
    edit = Edit(Span(0, 1), "b")
    display = diagnostic(Span(0, 1), edit, safety="display")
    unsafe = diagnostic(Span(0, 1), edit, safety="unsafe")
    checked = Checked(PATH, Source(PATH, "a"), diagnostics=(display, unsafe))
    assert applicable(checked, ("safe", "unsafe", "display")) == [unsafe]
    assert applicable(checked, SAFE) == []


def test_what_was_named_under_another_of_its_rule_is_not_new() -> None:
    def find(text: str) -> list[Diagnostic]:
        places = [place for place, letter in enumerate(text) if letter == "a"]
        spans = [Span(place, place + 1) for place in places]
        return [diagnostic(spans[0], Edit(spans[0], "b"), related=spans[1:])] if spans else []

    look = checker(find)
    assert fixed(look("aaa"), look, SAFE).text == "bbb"


def test_the_number_of_checks_has_a_bound() -> None:
    count = 0

    def look(text: str) -> Checked:
        nonlocal count
        count += 1
        found = [diagnostic(Span(place, place + 1), Edit(Span(place, place + 1), "!")) for place in range(len(text))]
        return Checked(PATH, Source(PATH, text), "form", diagnostics=tuple(found), complete="!" not in text)

    result = fixed(look("a" * 300), look, SAFE)
    assert (result.text, len(result.left), count) == ("a" * 300, 300, 401)


# --- reports ---------------------------------------------------------------------------------------------

Damaged = tuple[str, dict[Key, str]]


def spoiled(rng: random.Random, text: str) -> str:
    """A label or a heading as somebody may have mistyped or a program damaged it."""
    place = rng.randrange(len(text))
    ways: tuple[Callable[[], str], ...] = (
        lambda: text[:place] + text[place + 1 :],
        lambda: text[:place] + text[place] + text[place:],
        lambda: text[: place - 1] + text[place : place + 1] + text[place - 1 : place] + text[place + 1 :],
        lambda: text[:place] + rng.choice("的不者无入子") + text[place + 1 :],
        lambda: text.translate(str.maketrans("（）", "()")),
        lambda: text.replace("五、", "5、").replace("六、", "6、").replace("二、", "二"),
        lambda: text.partition("、")[2] or text,
    )
    return rng.choice(ways)() or text


def miscounted(rng: random.Random, text: str) -> str:
    return rng.choice((f"{text}件", "无", "/", str(rng.randrange(99)), "", f"{text}[bookmark: _GoBack]", f" {text} "))


def damaged(seed: int) -> str:
    """A report with some labels, headings and cells spoiled."""
    rng = random.Random(seed)
    layouts: tuple[Layout, ...] = ("M", "D")
    year = rng.choice((2020, 2022))
    form: Form = form_of(year)
    figures, style = random_figures(rng, form, size=rng.choice(("none", "small"))), random_style(rng, remarked=True)
    agency, layout = rng.choice(AGENCIES), rng.choice(layouts)
    whole = render_with_places(figures, form=form, year=year, agency=agency, layout=layout, style=style)
    keys = sorted(key for key in whole.lines if key[0] in ("label", "heading", "cell"))
    lines = whole.text.replace("\r\n", "\n").split("\n")
    replaced: dict[Key, str] = {}
    for key in rng.sample(keys, rng.randint(1, 6)):
        row, column = whole.lines[key]
        text = re.split(r"[\t|]", lines[row - 1][column - 1 :])[0].strip()
        if text:
            replaced[key] = miscounted(rng, text) if key[0] == "cell" else spoiled(rng, text)
    damage = Damage(replaced=replaced)
    return render_with_places(
        figures, form=form, year=year, agency=agency, layout=layout, style=style, damage=damage
    ).text


def digits_of_cells(text: str) -> list[str]:
    """What stands in cells that hold nothing but a figure."""
    return re.findall(r"(?:^\t|[|\t] ?)\s*([+-]?[\d,.]+)\s*(?=\||\r?\n)", text, re.MULTILINE)


def proven(text: str, safeties: Sequence[Safety]) -> str:
    before = check(text)
    result = fixed(before, check, safeties)
    again = fixed(check(result.text), check, safeties)
    assert (again.text, again.kept) == (result.text, ()), "a second run changes nothing"
    assert result.checked == check(result.text)
    assert result.checked.profile == before.profile
    assert result.checked.complete or not before.complete
    assert {each.fix.safety for each in result.kept if each.fix} <= set(safeties)
    left = {left.diagnostic for left in result.left}
    assert all(each in left for each in applicable(result.checked, safeties)), "what is left is said"
    worst = {severity: sum(each.severity >= severity for each in before.standing) for severity in Severity}
    for severity, count in worst.items():
        assert sum(each.severity >= severity for each in result.checked.standing) <= count
    return result.text


def changed(before: str, after: str) -> set[str]:
    """The characters that one of the texts has and the other has not."""
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return {letter for kind, a, b, c, d in steps if kind != "equal" for letter in before[a:b] + after[c:d]}


@given(st.integers(0, 10_000))
def test_safe_fixes_prove_themselves_and_change_no_figure(seed: int) -> None:
    text = damaged(seed)
    mended = proven(text, SAFE)
    assert digits_of_cells(mended) == digits_of_cells(re.sub(r"\[bookmark: \w+\]", "", text))


@given(st.integers(0, 10_000))
def test_unsafe_fixes_prove_themselves(seed: int) -> None:
    proven(damaged(seed), ALL)


@given(st.integers(0, 10_000))
def test_fixes_that_are_made_at_once_do_not_touch_each_other(seed: int) -> None:
    chosen = apart(applicable(check(damaged(seed)), ALL))
    edits = edits_of(chosen)
    assert all(one.span.end <= other.span.start for one, other in pairwise(edits))


@given(st.integers(0, 10_000), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_line_that_no_edit_touches_is_as_it_was(seed: int, end: str) -> None:
    text = damaged(seed).replace("\r\n", "\n").replace("\n", end)
    before = check(text)
    edits = edits_of(apart(applicable(before, ALL)))
    mended, place, moved = applied(text, edits), 0, 0
    for edit in edits:
        stretch = text[place : edit.span.start]
        assert mended[moved : moved + len(stretch)] == stretch
        moved += len(stretch) + len(edit.text)
        place = edit.span.end
    assert mended[moved:] == text[place:]
    result = fixed(before, check, ALL).text
    assert set(re.findall(r"\r\n|\r|\n", result)) <= {end}


# --- what the text is written in -------------------------------------------------------------------------

ENCODINGS: dict[str, tuple[bytes, str]] = {
    "utf-8": (b"", "utf-8"),
    "utf-8 with a mark": (b"\xef\xbb\xbf", "utf-8"),
    "gb18030": (b"", "gb18030"),
    "utf-16, little end first": (b"\xff\xfe", "utf-16-le"),
    "utf-16, big end first": (b"\xfe\xff", "utf-16-be"),
    "utf-16 without a mark": (b"", "utf-16-le"),
    "utf-32": (b"\x00\x00\xfe\xff", "utf-32-be"),
}


@given(st.sampled_from(sorted(ENCODINGS)), st.integers(0, 10_000))
def test_a_mended_report_is_written_in_its_own_encoding(name: str, seed: int) -> None:
    mark, codec = ENCODINGS[name]
    text = damaged(seed)
    data = mark + text.encode(codec)
    source = read_text(PATH, data).source
    assert source.text == text
    assert write_text(data, source, text) == data
    mended = fixed(check(text), check, SAFE).text
    assert write_text(data, source, mended) == mark + mended.encode(codec)


def test_a_character_that_the_encoding_does_not_have_is_told() -> None:
    source = Source(PATH, "a", "ascii")
    with pytest.raises(WriteError) as caught:
        write_text(b"a", source, "一")
    assert caught.value.to("zh") == "文件的编码 ASCII 中没有字符“一”。请另存为 UTF-8 后再改"
    assert str(caught.value) == "the encoding of the file, ASCII, has no character “一”; save it as UTF-8"


def test_bytes_that_would_not_come_back_are_not_written() -> None:
    with pytest.raises(WriteError, match="would change where nothing is mended"):
        write_text(b"other", Source(PATH, "text"), "text!")


def test_a_fix_that_was_not_kept_carries_its_reason() -> None:
    one = diagnostic(Span(0, 1))
    assert Left(one, NOTHING)._asdict() == {"diagnostic": one, "why": NOTHING}
