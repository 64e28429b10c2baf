"""A rule that names what no form has is refused at its place: it would never be checked, and look as if it held."""

from pathlib import Path

import pytest

import loaded
from reportlint.engine import Library
from reportlint.errors import ConfigError
from reportlint.ruleset import load_files

EXAMPLES = Path(__file__).parents[1] / "examples" / "kinds"
# By kind: what stands in its example, what is wrong instead, and how the error goes on behind “no form has the”.
MISTAKES = {
    "text-pattern": ("scope: overview", "scope: overveiw", "section 'overveiw' (did you mean 'overview'?)"),
    "headings": ("section: overview", "section: reviews", "section 'reviews' (did you mean 'review'?)"),
    "perfunctory": ("section: other", "section: another", "section 'another' (did you mean 'other'?)"),
    "required-words": ("section: other", "section: xyz", "section 'xyz'"),
    "years": ("within: [overview]", "within: [overviews]", "section 'overviews' (did you mean 'overview'?)"),
    "deadline": ("{township: 01-20}", "{townships: 01-20}", "kind of body 'townships' (did you mean 'township'?)"),
    "identity": ("[row-sum]", "[row-sums]", "identity 'row-sums' (did you mean 'row-sum'?)"),
    "zero-cells": ("/compulsion", "/compulsions", "row 'active/compulsions' (did you mean 'active/compulsion'?)"),
    "figure-claims": ("requests/new[total]", "requests/newer[total]", "cells 'requests/newer[total]'"),
}


@pytest.fixture
def library() -> Library:
    return loaded.library()


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_name_that_no_form_has_is_an_error_at_its_line(kind: str, library: Library, tmp_path: Path) -> None:
    right, wrong, why = MISTAKES[kind]
    text = (EXAMPLES / f"{kind}.yaml").read_text(encoding="utf-8")
    assert text.count(right) == 1
    path = tmp_path / "rule.yaml"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_files([(path, "local")], library.extensions.kinds, library.profiles, library.norms, library.rules)
    assert caught.value.why == f"no form has the {why}"
    line = path.read_text(encoding="utf-8").splitlines()[caught.value.line - 1]
    assert wrong.split(":")[0].strip("{}[]") in line


@pytest.mark.parametrize("kind", ["listed-sum", "percentages", "substitution", "consistency"])
def test_what_the_examples_name_is_there(kind: str, library: Library, tmp_path: Path) -> None:
    path = EXAMPLES / f"{kind}.yaml"
    (rule,) = load_files([(path, "local")], library.extensions.kinds, library.profiles, library.norms, library.rules)
    assert rule.kind.fits is not None
    assert rule.kind.name == kind
