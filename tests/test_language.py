"""The parse tables that come with the package are those of the grammars that come with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from reportlint.builtin import folder
from reportlint.language import fingerprint, parser
from reportlint.parse_tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
FORMULAS = ("total = sum(a, b)", "a[x] - 2 * b[y] >= 3", "a = 0 <=> b = 0", "a <= b if c = 1", "-a + 1.5 = b.c-d")


def test_the_tables_are_up_to_date() -> None:
    script = ROOT / "scripts" / "compile-grammars"
    assert subprocess.run([sys.executable, str(script), "--check"], check=False).returncode == 0


def test_every_built_in_grammar_has_its_table() -> None:
    starts = {"identity": "identity", "numbered_report": "report"}
    found = {path.stem: path.read_text(encoding="utf-8") for path in folder("grammars").glob("*.lark")}
    assert {fingerprint(text, starts[name]) for name, text in found.items()} == set(TABLES)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_parser_from_its_table_reads_as_one_that_was_built(formula: str, tmp_path: Path) -> None:
    own = folder("grammars") / "identity.lark"
    changed = tmp_path / "identity.lark"
    changed.write_text(own.read_text(encoding="utf-8") + "\n// changed, so that no table fits\n", encoding="utf-8")
    assert parser(own, "identity").parse(formula) == parser(changed, "identity").parse(formula)
