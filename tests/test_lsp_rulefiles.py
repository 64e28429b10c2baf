"""Our own YAML files in an editor: mistakes, completion, hover; and how libraries follow their files."""

import os
from pathlib import Path
from typing import Literal

import pytest
from lsprotocol import types

from loaded import library
from reportlint.builtin import folder
from reportlint.lsp import words as wording
from reportlint.lsp.cursor import where
from reportlint.lsp.libraries import Libraries, stamp, told
from reportlint.lsp.own import kind_of
from reportlint.lsp.page import Page, split
from reportlint.lsp.rulefiles import diagnostics
from reportlint.lsp.schema import described, forms, slot, summary
from reportlint.lsp.settings import Settings
from reportlint.rule import KEYS

RULES = folder("rules")
RULE = """\
id: no-slogans
code: XQ001
kind: text-pattern
severity: warning
profile: cn-disclosure
source: {zh: 县政府办公室, en: County office}
why:
  zh: 口号不是工作情况。
  en: A slogan tells nothing of the work done.
messages:
  found:
    zh: "“{found}”是口号"
    en: "“{found}” is a slogan"
options:
  patterns: [再上新台阶]
  scope: overview
examples:
  - name: a slogan in section one
    change:
      - replace: 重点事项逐项列单、逐项落实。
        by: 推动政务公开再上新台阶。
    expect: ["6:41 warning “再上新台阶”是口号"]
"""
EXPECT = 'expect: ["6:41 warning “再上新台阶”是口号"]'
PATH = Path("/somewhere/my-rules/no-slogans.yaml")


def page(text: str) -> Page:
    return Page(split(text), "utf-16")


def found(path: Path, text: str, language: Literal["zh", "en"] = "en") -> list[tuple[str, str, str]]:
    """Code, message and the text that is underlined."""
    own = page(text)
    shown = []
    for each in diagnostics(path, own, library(), language):
        span = own.span(each.range)
        shown.append((str(each.code), each.message, text[span.start : span.end]))
    return shown


@pytest.mark.parametrize("path", sorted(RULES.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_built_in_files_have_no_mistakes(path: Path) -> None:
    assert found(path, path.read_text(encoding="utf-8")) == []


def test_a_rule_is_held_against_what_the_editor_has_not_what_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "no-slogans.yaml"
    assert found(path, RULE) == []  # it was never saved
    path.write_text("nothing", encoding="utf-8")
    assert found(path, RULE) == []


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        (
            "severity: warning",
            "severity: warnin",
            ("'warnin' is not one of info, warning, error (did you mean 'warning'?)", "warnin"),
        ),
        ("id: no-slogans\n", "", ("the key 'id' is missing", "code")),
        ("code: XQ001", "code: ARI001", None),
        (
            "patterns: [再",
            "pattern: [再",
            (
                "unknown key 'pattern' (did you mean 'patterns'?); "
                "known: fold, least, most, patterns, remove, scope, shown",
                "pattern",
            ),
        ),
        ("patterns: [再上新台阶]", "patterns: ['(']", None),
        ("  en: A slogan tells nothing of the work done.\n", "", ("the text in 'en' is missing", "zh")),
        (EXPECT, "expect: []", ("no example shows what the rule reports", "-")),
        ("id: no-slogans", "id: [", None),
    ],
)
def test_a_mistake_is_shown_at_its_place(old: str, new: str, mistake: tuple[str, str] | None) -> None:
    assert RULE.count(old) == 1
    (only,) = found(PATH, RULE.replace(old, new))
    assert only[0] == "configuration"
    if mistake is not None:
        assert only[1:] == mistake


def test_every_mistake_in_a_rule_is_shown_at_once() -> None:
    text = RULE.replace("severity: warning", "severity: warnin").replace("scope: overview", "scop: overview")
    text = text.replace("profile: cn-disclosure", "profile: cn-disclosur").replace("    expect:", "    expected:")
    shown = [(message.split("; known")[0], word) for _, message, word in found(PATH, text)]
    assert shown == [
        ("'warnin' is not one of info, warning, error (did you mean 'warning'?)", "warnin"),
        (
            "'cn-disclosur' is not one of cn-disclosure, cn-disclosure-2019, cn-disclosure-2021 "
            "(did you mean 'cn-disclosure'?)",
            "cn-disclosur",
        ),
        ("unknown key 'scop' (did you mean 'scope'?)", "scop"),
        ("unknown key 'expected' (did you mean 'expect'?)", "expected"),
    ]


def test_every_key_that_a_profile_does_not_know_is_shown_at_once() -> None:
    path = RULES / "cn-disclosure-2021" / "profile.yaml"
    text = path.read_text(encoding="utf-8").replace("extends:", "extend:", 1) + "sectoins: {}\n"
    assert [word for _, _, word in found(path, text)] == ["extend", "sectoins"]


def test_an_example_that_does_not_turn_out_as_it_says_is_a_warning() -> None:
    (only,) = diagnostics(PATH, page(RULE.replace("6:41 warning", "6:1 warning")), library(), "en")
    assert only.severity is types.DiagnosticSeverity.Warning
    assert only.message.splitlines() == [
        "the example does not turn out as it says: a slogan in section one",
        "  - 6:1 warning “再上新台阶”是口号",
        "  + 6:41 warning “再上新台阶”是口号",
        *only.message.splitlines()[3:],
    ]
    assert only.range.start.line == 17


def test_a_profile_is_checked_with_those_that_extend_it() -> None:
    path = RULES / "cn-disclosure-2021" / "profile.yaml"
    text = path.read_text(encoding="utf-8")
    ((_, message, where_),) = found(path, text.replace("extends: cn-disclosure", "extends: cn-disclosur"))
    assert (message, where_) == (
        "no profile is called 'cn-disclosur' (did you mean 'cn-disclosure'?)",
        "cn-disclosur",
    )
    ((_, message, where_),) = found(path, text.replace("issued <= in-force", "isued <= in-force"))
    assert (message, where_) == ("the table has no column 'isued' (did you mean 'issued'?)", "isued")
    common = RULES / "common" / "profile.yaml"
    ((_, message, where_),) = found(common, "id: cn-disclosure\nabstract: true\n")
    assert (message.startswith(str(RULES / "cn-disclosure-2019" / "profile.yaml")), where_) == (True, "id")


def test_a_new_profile_outside_of_all_packs_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    text = "id: county\nextends: cn-disclosure-2021\nyears: {from: 2024}\nsource: x\n"
    path.write_text("", encoding="utf-8")
    assert found(path, text) == []
    assert found(path, text.replace("from: 2024", "from: soon"))[0][1:] == (
        "expected a whole number, found 'soon'",
        "soon",
    )


def test_a_pack_says_only_its_name_and_version() -> None:
    path = Path("/somewhere/pack.yaml")
    assert found(path, "api: 1\nname: county\n") == []
    assert found(path, "api: 1\nnome: county\n")[0][1].startswith("unknown key 'nome' (did you mean 'name'?)")


def test_norms_are_checked_and_an_example_for_each_item_is_found_again(tmp_path: Path) -> None:
    path = RULES / "norms.yaml"
    text = path.read_text(encoding="utf-8")
    ((_, message, _),) = found(path, text.replace("articles: 56", "article: 56"))
    assert message.startswith("unknown key 'article' (did you mean 'articles'?)")
    assert kind_of(tmp_path / "norms.yaml", "a: 1", library()) is None
    assert offered("instruments:\n|", path) == {"obligations": "obligations: "}
    assert offered("instruments:\n  |", path) == {}
    each = RULE.replace("  - name: a slogan in section one\n", "  - name: a slogan\n    each: [甲, 乙]\n")
    each = each.replace("推动政务公开再上", "推动{each}政务公开再上")
    shown = diagnostics(PATH, page(each + EXAMPLE_AGAIN), library(), "en")
    assert [one.range.start.line for one in shown] == [17, 17, 23]


EXAMPLE_AGAIN = """\
  - name: another
    change:
      - replace: 重点事项逐项列单、逐项落实。
        by: 再上新台阶。
    expect: ["1:1 warning “再上新台阶”是口号"]
"""


def test_yaml_of_others_is_left_alone_and_rules_can_be_checked_without_a_library(tmp_path: Path) -> None:
    assert kind_of(tmp_path / "compose.yaml", "services: {}", library()) is None
    assert kind_of(tmp_path / "profile.yaml", "user: me", library()) is None
    assert kind_of(tmp_path / ".reportlint" / "rules" / "new.yaml", "", library()) == "rule"
    own = page("services: {}")
    assert diagnostics(tmp_path / "compose.yaml", own, library(), "zh") == []
    assert diagnostics(PATH, page(RULE), None, "zh") == []


# Where the cursor is, and what may stand there. The cursor is the bar.


def spot(text: str) -> tuple[Page, int, int]:
    before = text[: text.index("|")]
    return page(text.replace("|", "", 1)), before.count("\n"), len(before) - before.rfind("\n") - 1


EXAMPLE = "examples:\n  - name: x\n    change:\n      - replace: x\n"
SUM = "tables:\n  active:\n    identities:\n      sum:\n"


@pytest.mark.parametrize(
    ("text", "keys", "value", "word"),
    [
        ("|", (), False, ""),
        ("id: x\nki|", (), False, "ki"),
        ("ki|nd: x", (), False, "kind"),
        ("kind: te|xt-pattern", ("kind",), True, "text-pattern"),
        ("kind: |", ("kind",), True, ""),
        ("options:\n  pat|", ("options",), False, "pat"),
        ("options:\n  |", ("options",), False, ""),
        ("options:\n  # a comment\n\n  patterns: [a]\n  sc|", ("options",), False, "sc"),
        ("options:\n  claims:\n    - what: x\n      comp|", ("options", "claims", "[]"), False, "comp"),
        ("options:\n  claims:\n    - comp|", ("options", "claims", "[]"), False, "comp"),
        ("options:\n  claims:\n  - what: x\n  - wh|", ("options", "claims", "[]"), False, "wh"),
        ("examples:\n- name: x\n  ch|", ("examples", "[]"), False, "ch"),
        (f"{EXAMPLE}        b|", ("examples", "[]", "change", "[]"), False, "b"),
        (f"{EXAMPLE}    ex|", ("examples", "[]"), False, "ex"),
        ("why:\n  zh: x\nsev|", (), False, "sev"),
        (f"{SUM}        each: r|", ("tables", "active", "identities", "sum", "each"), True, "r"),
    ],
)
def test_the_way_of_keys_to_a_place(text: str, keys: tuple[str, ...], value: bool, word: str) -> None:
    own, line, column = spot(text)
    here = where(own, line, column)
    assert (here.keys, here.value, own.text[here.word.start : here.word.end]) == (keys, value, word)


@pytest.mark.parametrize(
    ("text", "keys", "value", "word"),
    [
        ("[tool.reportlint]\nlang|", ("tool", "reportlint"), False, "lang"),
        ("[tool.reportlint]\nlanguage = |", ("tool", "reportlint", "language"), True, ""),
        ("[tool.reportlint.rules]\n'ARI*' = \"of|f\"", ("tool", "reportlint", "rules", "ARI*"), True, "off"),
        (
            '[[tool.reportlint.overrides]]\nfiles = ["|',
            ("tool", "reportlint", "overrides", "[]", "files", "[]"),
            True,
            "",
        ),
        ("na|me = 1", (), False, "name"),
    ],
)
def test_the_way_of_keys_to_a_place_in_toml(text: str, keys: tuple[str, ...], value: bool, word: str) -> None:
    own, line, column = spot(text)
    here = where(own, line, column, toml=True)
    assert (here.keys, here.value, own.text[here.word.start : here.word.end]) == (keys, value, word)


def offered(text: str, path: Path = PATH) -> dict[str, str]:
    own, line, column = spot(text)
    kind = kind_of(path, own.text, library())
    items = wording.completion(kind, path, own, types.Position(line, column), library(), "en") if kind else []
    result = {}
    for item in items:
        assert isinstance(item.text_edit, types.TextEdit)
        result[item.label] = item.text_edit.new_text
    return result


RULE_HEAD = "code: X\nkind: figure-claims\n"


def test_keys_that_are_not_there_yet_are_offered() -> None:
    assert set(offered("kind: text-pattern\ncode: X\n|")) == set(KEYS) - {"kind", "code"}
    assert offered("|id: x\nkind: y\ncode: z\n", Path("/r/.reportlint/rules/x.yaml"))["severity"] == "severity: "
    options = "kind: text-pattern\ncode: X\noptions:\n"
    known = {"patterns", "scope", "most", "least", "fold", "shown", "remove"}
    assert set(offered(f"{options}  |")) == known
    assert set(offered(f"{options}  patterns: []\n  |\n  most: 3")) == known - {"patterns", "most"}
    claim = set(offered(f"{RULE_HEAD}options:\n  claims:\n    - what: x\n      |\n    - pattern: x\n"))
    assert {"cells", "pattern"} <= claim
    assert "what" not in claim
    assert set(offered(f"{RULE_HEAD}options:\n  words:\n    |")) >= {"units", "money"}
    assert set(offered(f"{RULE_HEAD}years:\n  |")) == {"from", "to"}
    assert set(offered(f"{RULE_HEAD}messages:\n  found:\n    |")) == {"zh", "en"}
    assert set(offered(f"{RULE_HEAD}examples:\n  - |")) == {
        "name",
        "each",
        "model",
        "change",
        "report",
        "expect",
        "fixed",
    }
    assert set(offered(f"{RULE_HEAD}examples:\n  - change:\n      - |")) == {"replace", "by"}


def test_values_are_offered_where_there_are_few() -> None:
    assert set(offered("code: X\nkind: |")) == set(library().extensions.kinds)
    assert set(offered(f"{RULE_HEAD}severity: |")) == {"error", "warning", "info"}
    assert set(offered(f"{RULE_HEAD}profile: |")) == {"cn-disclosure", "cn-disclosure-2019", "cn-disclosure-2021"}
    assert set(offered(f"{RULE_HEAD}examples:\n  - model: |")) == {"cn-disclosure-2019", "cn-disclosure-2021"}
    assert set(offered(f"{RULE_HEAD}options:\n  claims:\n    - compare: |")) == {"=", "<="}
    assert set(offered("code: X\nkind: identity\noptions:\n  by-name: |")) == {"true", "false"}
    assert set(offered("code: X\nkind: cover-letter\noptions:\n  note-severity: |")) == {"error", "warning", "info"}
    assert offered("code: X\nkind: no-such-kind\noptions:\n  |") == {}
    assert offered(f"{RULE_HEAD}options:\n  no-such-option:\n    |") == {}


def test_profiles_are_completed_too() -> None:
    path = Path("/r/.reportlint/rules/county/profile.yaml")
    table = "tables:\n  active:\n"
    for text, some in (
        ("|", {"title-form", "sections", "tables"}),
        ("extends: |", {"cn-disclosure", "cn-disclosure-2021"}),
        ("grammar: |", {"numbered_report"}),
        ("sections:\n  overview:\n    |", {"title", "also"}),
        (f"{table}    |", {"blocks", "identities", "section"}),
        (f"{table}    types:\n      fees: |", {"count", "money"}),
        (f"{table}    blocks:\n      one:\n        |", {"header", "columns", "rows"}),
        (f"{table}    blocks:\n      one:\n        rows:\n          results:\n            |", {"label", "rows"}),
        (f"{table}    identities:\n      sum:\n        |", {"each", "formula", "at"}),
        (f"{table}    identities:\n      sum:\n        each: |", {"row", "column", "table"}),
        (f"{table}    identities:\n      sum:\n        severity: |", {"error"}),
        ("title:\n  |", {"zh", "en"}),
    ):
        assert some <= set(offered(text, path)), text
    assert offered("bodies:\n  |", path) == {}
    assert set(offered("|", Path("/r/pack.yaml"))) == {"api", "name"}
    assert offered("api:\n  |", Path("/r/pack.yaml")) == {}


def test_keys_and_values_are_explained() -> None:
    def words(text: str) -> str | None:
        own, line, column = spot(text)
        answer = wording.hover("rule", PATH, own, types.Position(line, column), library(), "en")
        if answer is None:
            return None
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    assert words(f"{RULE_HEAD}sev|erity: error") == "severity: how much it matters"
    assert words("code: X\nkind: cover-|letter") == (
        "cover-letter: A letter or a print note around a report that is published without them."
    )
    assert words("code: X\nkind: cover-letter\noptions:\n  no|te: x") == "note: A print note, such as … 印发."
    assert words(f"{RULE_HEAD}id: no-sl|ogans") is None


def test_every_key_of_a_rule_and_every_kind_has_its_words() -> None:
    assert all(slot("rule", (), library(), "zh").keys.values())
    assert all(slot("profile", (), library(), "en").keys.values())
    assert all(summary(kind) for kind in library().extensions.kinds.values())
    assert list(forms(library(), "zh", whole=True)) == ["cn-disclosure-2019", "cn-disclosure-2021"]
    for kind in library().extensions.kinds.values():
        first, words = described(kind.options)
        assert first
        assert set(words) <= set(kind.options.__dataclass_fields__)


# Libraries.


def rule_in(top: Path, text: str = RULE) -> Path:
    path = top / ".reportlint" / "rules" / "no-slogans.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(libraries: Libraries, path: Path) -> set[str]:
    known = libraries.shelf(path).library
    return {rule.name for rule in known.rules} if known else set()


def test_each_repository_has_its_own_rules(tmp_path: Path) -> None:
    rule_in(tmp_path / "one")
    (tmp_path / "two" / ".git").mkdir(parents=True)
    libraries = Libraries(Settings())
    assert "no-slogans" in names(libraries, tmp_path / "one" / "report.txt")
    assert "no-slogans" not in names(libraries, tmp_path / "two" / "report.txt")
    first = libraries.shelf(tmp_path / "one" / "a.txt")
    assert libraries.shelf(tmp_path / "one" / "b.txt") is first
    alone = Libraries(Settings(isolated=True), libraries.numbers)
    assert "no-slogans" not in names(alone, tmp_path / "one" / "report.txt")
    assert alone.shelf(tmp_path / "one" / "a.txt").number > first.number
    assert "no-slogans" in names(
        Libraries(Settings(rules=(tmp_path / "one" / ".reportlint" / "rules",))), tmp_path / "two" / "r.txt"
    )


def test_files_that_changed_are_read_again_and_a_mistake_keeps_the_former_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reportlint.lsp.libraries.LOOK_AGAIN", 0.0)
    path, report = rule_in(tmp_path), tmp_path / "report.txt"
    libraries = Libraries(Settings())
    first = libraries.shelf(report)
    assert (libraries.shelf(report) is first, libraries.changed()) == (True, False)
    rule_in(tmp_path, RULE.replace("id: no-slogans", "id: no-slogans-at-all"))
    assert libraries.changed()
    assert "no-slogans-at-all" in names(libraries, report)
    rule_in(tmp_path, "id: [")
    broken = libraries.shelf(report)
    assert (str(broken.error).startswith(str(path)), "no-slogans-at-all" in names(libraries, report)) == (True, True)
    assert broken.error is not None
    assert told(broken.error, "zh").startswith("设置或规则无法使用，仍用以前的")
    path.unlink()
    assert "no-slogans-at-all" not in names(libraries, report)


def test_a_stamp_tells_of_names_times_and_sizes(tmp_path: Path) -> None:
    (tmp_path / "below" / "__pycache__").mkdir(parents=True)
    one = tmp_path / "below" / "one.yaml"
    one.write_text("a", encoding="utf-8")
    (tmp_path / "below" / "__pycache__" / "x.pyc").write_text("", encoding="utf-8")
    first = stamp([tmp_path])
    assert [(name, size) for name, _, size in first] == [(str(one), 1)]
    os.utime(one, ns=(5, 5))
    assert stamp([one, tmp_path / "gone"]) == ((str(one), 5, 1),)
    assert stamp([tmp_path]) != first
