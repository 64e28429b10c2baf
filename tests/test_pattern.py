"""Many patterns tried at once find what each finds alone, whatever the memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint import pattern
from reportlint.pattern import NEVER, Pattern, Patterns, Sightings

WANTED = [Pattern(text) for text in ("公开", "公.*开$", "^本", r"\d{2,}", "公开", r"(?i)a", "")]
TEXTS = st.text(alphabet="本公开了12aA\n", max_size=30)


def alone(text: str) -> list[int]:
    return [place for place, each in enumerate(WANTED) if each.search(text)]


@given(TEXTS)
def test_all_at_once_find_what_each_finds_alone(text: str) -> None:
    assert Patterns(WANTED).found(text) == alone(text)


class Exhausted:
    """A set for which RE2 has no memory left: it finds nothing, not even what every text has."""

    def Match(self, text: str) -> list[int]:  # noqa: N802
        return []


def test_where_memory_runs_out_each_is_tried_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = Patterns(WANTED)
    tried._together = Exhausted()
    assert tried.found("公开12") == alone("公开12")
    monkeypatch.setattr(pattern, "MOST_MEMORY", 1000)
    too_large = Patterns(WANTED)
    assert (too_large._together, too_large.found("公开12")) == (None, alone("公开12"))


def test_no_patterns_find_nothing() -> None:
    assert Patterns(()).found("公开") == []


@given(TEXTS)
def test_sightings_tell_of_patterns_that_were_announced_and_of_others(text: str) -> None:
    seen = Sightings(Patterns(WANTED[:3]))
    assert [seen.has(text, each) for each in WANTED] == [bool(each.search(text)) for each in WANTED]
    assert not seen.has(text, NEVER)
