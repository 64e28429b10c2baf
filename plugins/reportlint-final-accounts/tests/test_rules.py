"""The examples of every rule are its tests; the model report is clean; nothing in the pack is Python."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

SPEC = importlib.util.find_spec("reportlint_final_accounts")
INSTALLED = list(SPEC.submodule_search_locations or ()) if SPEC else []
PACK = Path(INSTALLED[0] if INSTALLED else Path(__file__).parents[1] / "src" / "reportlint_final_accounts")
RULES = () if INSTALLED else ("--rules", str(PACK))
EXAMPLES = sum(path.read_text(encoding="utf-8").count("  - name: ") for path in PACK.glob("rules/accounts-*.yaml"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reportlint", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def test_every_example_gives_what_it_expects() -> None:
    found = run("test", *RULES, str(PACK))
    assert (found.returncode, found.stdout) == (0, f"{EXAMPLES} passed, 0 failed\n"), found.stdout + found.stderr


def test_the_model_report_is_clean_and_everything_in_it_was_judged() -> None:
    found = run("check", *RULES, "--format", "json", "--quiet", str(PACK / "rules" / "model.txt"))
    (report,) = json.loads(found.stdout)["reports"]
    assert (report["profile"], report["year"], report["agency"]) == ("cn-final-accounts", 2023, "青禾县教育局")
    assert (report["diagnostics"], report["coverage"]["identities"]) == (
        [],
        {"held": 176, "failed": 0, "undecided": 0},
    )


def test_the_pack_is_data() -> None:
    assert {path.suffix for path in PACK.rglob("*") if path.is_file()} == {".yaml", ".txt"}
