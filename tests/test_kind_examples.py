"""The example of each kind: a whole rule, short enough to be read at a glance, and right."""

from functools import cache
from pathlib import Path

import pytest

from loaded import library
from reportlint.examples import examples
from reportlint.kinds import BY_NAME
from reportlint.rule import Rule
from reportlint.ruleset import load_files
from reportlint.testing import outcome

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "kinds"
PATHS = sorted(FOLDER.glob("*"))
LONGEST = 15  # lines


@cache
def rules() -> tuple[Rule, ...]:
    given = library()
    paths = [(path, "examples") for path in PATHS]
    return load_files(paths, given.extensions.kinds, given.profiles, given.norms, given.rules)


def test_every_kind_has_an_example_named_after_it() -> None:
    assert [path.name for path in PATHS] == sorted(f"{kind}.yaml" for kind in BY_NAME if kind != "engine")
    assert all(rule.kind.name == rule.path.stem for rule in rules())


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_an_example_is_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST
    assert max(map(len, lines)) <= 160


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.kind.name)
def test_an_example_shows_what_is_reported_and_what_is_left_alone(rule: Rule) -> None:
    tried = examples(rule, library().profiles)
    assert [outcome(library(), rule, example) for example in tried] == [example.expect for example in tried]
    assert {bool(example.expect) for example in tried} == {True, False}
    assert set(rule.norms) <= set(library().norms.obligations)
    assert rule.wording.messages
