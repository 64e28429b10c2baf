"""What is packed, where it is found again, and that the set-up agrees with itself."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import pytest
from packaging.requirements import Requirement

import reportlint
from reportlint.builtin import folder
from reportlint.errors import ConfigError

TOP = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
# Left behind by Python and by editors; never part of a package.
DEBRIS = {"__pycache__", ".DS_Store", "node_modules"}


def files(top: Path, *folders: str) -> Iterator[str]:
    """Paths of the files in these folders, seen from `top`."""
    for name in folders:
        for path in (top / name).rglob("*"):
            if path.is_file() and not DEBRIS & set(path.parts):
                yield path.relative_to(top).as_posix()


def build(target: str, into: Path) -> Path:
    """The wheel or sdist that hatchling makes of this checkout."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(into)]
    subprocess.run(command, cwd=TOP, check=True, capture_output=True)
    (package,) = into.iterdir()
    return package


def locked() -> dict[str, str]:
    """Versions by name, from the lock file."""
    lines = (TOP / "requirements-dev.lock").read_text(encoding="utf-8").splitlines()
    pins = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonical(name): pinned for name, pinned in pins}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def readme_command(readme: str, name: str) -> str:
    """The fenced block after the comment that names it; CI finds it in the same way."""
    text = (TOP / readme).read_text(encoding="utf-8")
    found = re.search(rf"^<!-- command: {name} -->\n```sh\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    assert found, f"{readme} has no command {name}"
    return found[1]


@pytest.mark.parametrize("name", ["grammars", "rules"])
def test_checkout_has_its_folders_at_the_top(name: Literal["grammars", "rules"]) -> None:
    assert folder(name) == TOP / name


def test_folder_beside_the_modules_comes_first(tmp_path: Path) -> None:
    package = tmp_path / "lib" / "reportlint"
    (package / "rules").mkdir(parents=True)
    (tmp_path / "rules").mkdir()
    assert folder("rules", package) == package / "rules"


def test_folder_at_the_top_is_found_from_the_sources(tmp_path: Path) -> None:
    package = tmp_path / "src" / "reportlint"
    package.mkdir(parents=True)
    (tmp_path / "grammars").mkdir()
    assert folder("grammars", package) == tmp_path / "grammars"


def test_missing_folder_is_an_error_that_names_both_places(tmp_path: Path) -> None:
    package = tmp_path / "src" / "reportlint"
    with pytest.raises(ConfigError) as caught:
        folder("rules", package)
    assert str(caught.value) == (
        f"the built-in folder 'rules' is missing (searched: {package / 'rules'}, {tmp_path / 'rules'}); install again"
    )


def test_wheel_holds_the_modules_and_the_folders_beside_them(tmp_path: Path) -> None:
    with zipfile.ZipFile(build("wheel", tmp_path)) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    modules = {name.removeprefix("src/") for name in files(TOP, "src/reportlint")}
    assert packed == modules | {f"reportlint/{name}" for name in files(TOP, "grammars", "rules")}


def test_sdist_holds_all_that_its_tests_need(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()}
    folders = ("src", "grammars", "rules", "plugins", "examples", "tests", "benchmarks", "docs", "scripts")
    in_folders = {name for name in names if name.startswith(tuple(f"{folder}/" for folder in folders))}
    assert in_folders == set(files(TOP, *folders))


def test_version_is_the_one_that_was_installed() -> None:
    assert reportlint.__version__ == version("reportlint")


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import reportlint; print(*set(sys.modules) - before)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.split() == ["reportlint"]


@pytest.mark.parametrize(("option", "status"), [("profiles", 0), ("no-such-command", 2)])
def test_module_and_command_do_the_same(option: str, status: int) -> None:
    starts = ([sys.executable, "-m", "reportlint"], [str(Path(sys.executable).with_name("reportlint"))])
    runs = [subprocess.run([*start, option], check=False, capture_output=True, text=True) for start in starts]
    assert [run.returncode for run in runs] == [status, status]
    assert runs[0].stdout == runs[1].stdout


def test_lock_holds_a_version_within_each_range() -> None:
    project = PYPROJECT["project"]
    ranges = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    pins = locked()
    outside = [
        requirement
        for requirement in map(Requirement, ranges)
        if pins.get(canonical(requirement.name), "0") not in requirement.specifier
    ]
    assert outside == []


@pytest.mark.parametrize("name", ["try", "test"])
def test_both_readmes_have_the_same_command(name: str) -> None:
    assert readme_command("README.md", name) == f"sh scripts/{name}"
    assert readme_command("README.zh-CN.md", name) == f"sh scripts/{name}"
