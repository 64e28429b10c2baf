"""The examples of every rule are its tests."""

import subprocess
import sys
from pathlib import Path

RULES = Path(__file__).parents[1] / "src" / "@module@"


def test_every_example_gives_what_it_expects() -> None:
    command = [sys.executable, "-m", "reportlint", "test", str(RULES)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stdout + run.stderr
