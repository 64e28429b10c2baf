"""The set-ups of editors, with the editors themselves where they are installed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reportlint import __version__
from reportlint.lsp.settings import NAMES
from reportlint.yamlfile import parse
from test_lsp_server import FAULTY_2019, repository

TOP = Path(__file__).parents[1]
EDITORS = TOP / "editors"
NEOVIM, EMACS, VSCODE = EDITORS / "neovim", EDITORS / "emacs", EDITORS / "vscode"
# What the extension keeps to itself; whether plugins run is no setting but a matter of trust.
OWN_SETTINGS = {"enable", "path", "interpreter", "trace.server"}
TRUST = {"plugins"}


def has_eglot() -> bool:
    """Whether there is an Emacs with Eglot, its own or a package."""
    if shutil.which("emacs") is None:
        return False
    look = '(kill-emacs (if (locate-library "eglot") 0 1))'
    return subprocess.run(["emacs", "--batch", "--eval", look], capture_output=True).returncode == 0


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_neovim_shows_what_is_wrong_mends_it_and_saves(tmp_path: Path) -> None:
    repository(tmp_path)
    report, out = tmp_path / "report.txt", tmp_path / "out"
    # The brackets stand behind characters of three and four bytes.
    text = FAULTY_2019.replace("(二)依申请公开情况", "𠮷😀\n(二)依申请公开情况")
    report.write_text(text, encoding="utf-8")
    line = text[: text.index("(二)")].count("\n") + 1
    environment = {
        **os.environ,
        "TOP": str(NEOVIM),
        "REPORT": str(report),
        "OUT": str(out),
        "RULE": "bracket-width",
        "SERVER": f"{sys.executable} -m reportlint lsp --lang en",
    }
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-l", str(NEOVIM / "test.lua")]
    if b"-l <script>" not in subprocess.run(["nvim", "--help"], capture_output=True, check=True).stdout:
        command[-2:] = ["-c", f"luafile {NEOVIM / 'test.lua'}"]  # as before Neovim 0.9
    ended = subprocess.run(command, env=environment, cwd=tmp_path, timeout=120, capture_output=True)
    told = out.read_text(encoding="utf-8").splitlines() if out.exists() else [ended.stderr.decode()]
    assert told == ["diagnostics: several", f"place: {line}:1", "applied: write “（二）”", "saved"]
    assert report.read_text(encoding="utf-8") == text.replace("(二)", "（二）")


@pytest.mark.skipif(not has_eglot(), reason="Emacs with Eglot is not installed")
def test_emacs_shows_what_is_wrong_mends_it_and_waives_what_stays(tmp_path: Path) -> None:
    repository(tmp_path)
    report, out, waivers = tmp_path / "report.txt", tmp_path / "out", tmp_path / ".reportlint-waivers.yaml"
    text = FAULTY_2019.replace("(二)依申请公开情况", "𠮷😀\n(二)依申请公开情况")
    report.write_text(text, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    line = text[: text.index("(二)")].count("\n") + 1
    environment = {
        **os.environ,
        "TOP": str(EMACS),
        "REPORT": str(report),
        "WAIVERS": str(waivers),
        "OUT": str(out),
        "RULE": "bracket-width",
        "WAIVED": "review-sum",
        "SERVER": f"{sys.executable} -m reportlint lsp --lang en",
    }
    command = ["emacs", "--batch", "-l", str(EMACS / "test.el")]
    ended = subprocess.run(command, env=environment, cwd=tmp_path, timeout=240, capture_output=True)
    told = out.read_text(encoding="utf-8").splitlines() if out.exists() else [ended.stderr.decode()]
    assert told == [
        "diagnostics: several",
        f"place: {line}:1",
        "applied: write “（二）”",
        "saved",
        "applied: Waive review-sum: accept it, with a reason",
        "waived",
    ]
    assert report.read_text(encoding="utf-8") == text.replace("(二)", "（二）")
    (entry,) = parse(waivers, waivers.read_text(encoding="utf-8"))
    assert (entry["rule"], entry["reason"]) == ("review-sum", "按原样公布")


# The extension for Visual Studio Code; what it does is tested in editors/vscode/test.


def manifest() -> dict[str, object]:
    return dict(json.loads((VSCODE / "package.json").read_text(encoding="utf-8")))


def test_extension_has_the_version_and_the_licence_of_the_project() -> None:
    locked = json.loads((VSCODE / "package-lock.json").read_text(encoding="utf-8"))
    assert (manifest()["version"], locked["version"]) == (__version__, __version__)
    assert (VSCODE / "LICENSE").read_text(encoding="utf-8") == (TOP / "LICENSE").read_text(encoding="utf-8")


def test_extension_has_every_setting_of_the_server_and_its_own() -> None:
    contributed: Any = manifest()["contributes"]
    settings = {name.removeprefix("reportlint.") for name in contributed["configuration"]["properties"]}
    # The server knows some by two names; a person sees the one without an underscore.
    assert settings == {name for name in NAMES if "_" not in name} - TRUST | OWN_SETTINGS


def test_lock_of_the_extension_says_what_is_installed_and_not_from_where() -> None:
    locked = json.loads((VSCODE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages = [package for path, package in locked.items() if path]
    assert all("integrity" in package and "resolved" not in package for package in packages)
