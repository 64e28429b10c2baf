"""A pack of data under test: its rules, its examples, and what it says of reports."""

import json
import os
import subprocess
import sys
import zipfile
from functools import cached_property
from pathlib import Path
from typing import Any

from loaded import library_with
from reportlint.diagnostic import Checked
from reportlint.document import Document
from reportlint.engine import Library, lint_bytes, recognise
from reportlint.examples import examples
from reportlint.readers import read
from reportlint.rule import Example, Rule


class PackUnderTest:
    """folder: Where the data are. model: Text of the model report."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = (folder / "rules" / "model.txt").read_text(encoding="utf-8")

    @cached_property
    def library(self) -> Library:
        return library_with(self.folder)

    @cached_property
    def rules(self) -> list[Rule]:
        """Its own."""
        return [rule for rule in self.library.rules if rule.path.is_relative_to(self.folder)]

    @cached_property
    def examples(self) -> list[tuple[Rule, Example]]:
        return [(rule, example) for rule in self.rules for example in examples(rule, self.library.profiles)]

    def check(self, text: str) -> Checked:
        return lint_bytes(Path("report.txt"), text.encode(), self.library)

    def document(self, text: str) -> Document:
        found, _ = recognise(read(Path("report.txt"), text.encode()), self.library)
        assert found is not None
        return found


def installed(package: Path, folder: Path, text: str) -> dict[str, Any]:
    """What `check` says of a report where the package was built and installed."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder / "dist")]
    subprocess.run(build, cwd=package, check=True, capture_output=True)
    (wheel,) = (folder / "dist").iterdir()
    zipfile.ZipFile(wheel).extractall(folder / "site")
    (folder / "report.txt").write_text(text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "reportlint", "check", "--format", "json", "--quiet", "report.txt"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(folder / "site"), *sys.path))},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    (report,) = json.loads(run.stdout)["reports"]
    assert isinstance(report, dict)
    return report
