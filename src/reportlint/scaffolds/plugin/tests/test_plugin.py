"""The plugin as its users have it: installed, through the command line."""

import subprocess
import sys


def reportlint(*arguments: str) -> str:
    command = [sys.executable, "-m", "reportlint", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_it_is_listed() -> None:
    assert "  kind @name@\n" in reportlint("plugins")


def test_every_example_gives_what_it_expects() -> None:
    assert reportlint("test", "--select", "@code@*").endswith("2 passed, 0 failed\n")
