"""Which version of the reports was checked: what git has written down of the folder, read without running git.

A repository may be anybody's, so its files are read as text, few and small ones only, and nothing in them is followed
that leads out of what git itself would read.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from reportlint.repository import top

LARGEST_FILE = 1024 * 1024  # bytes, of a file of git's that is read
REVISION = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
HEAD = re.compile(r"ref: (refs/heads/([^\s]+))")
REMOTE = re.compile(r"""\s*\[\s*remote\s+"([^"\]]*)"\s*\]\s*""")
SETTING = re.compile(r"\s*url\s*=\s*(.+?)\s*")
# git@host:path, which is no address.
SHORT = re.compile(r"(?:[^@/\s]+@)?([A-Za-z0-9.-]+\.[A-Za-z0-9-]+):(?!//)/?([^\s]+)")
SCHEMES = ("https", "http", "ssh", "git")

# An address is asked for where there is none; this one says so, and leads nowhere.
NO_REMOTE = "data:," + quote("a repository without a remote")
NO_REPOSITORY = "data:," + quote("not under version control")


def revision(base: Path | None, root: str) -> dict[str, Any]:
    """SARIF's `versionControlDetails`. root: The name by which addresses call the folder `base`."""
    folder = top(base) if base is not None else None
    if base is None or folder is None:
        return {"repositoryUri": NO_REPOSITORY, "mappedTo": {"uriBaseId": root}}
    own, common = _folders(folder / ".git")
    mapped = {"uri": upwards, "uriBaseId": root} if (upwards := _upwards(base, folder)) else {"uriBaseId": root}
    found: dict[str, Any] = {"repositoryUri": _remote(common) or NO_REMOTE, "mappedTo": mapped}
    head = _text(own / "HEAD").strip()
    if branch := HEAD.fullmatch(head):
        found["branch"] = branch[2]
        head = _reference(branch[1], common)
    if REVISION.fullmatch(head):
        found["revisionId"] = head
    return found


def _upwards(base: Path, folder: Path) -> str:
    """The way from `base` to the folder above it; empty if they are the same."""
    way = os.path.relpath(os.path.abspath(folder), os.path.abspath(base))
    return "" if way == "." else way.replace(os.sep, "/") + "/"


def _folders(git: Path) -> tuple[Path, Path]:
    """Where HEAD is and where the rest is: apart in a worktree, whose `.git` is a file."""
    if git.is_dir():
        return git, git
    own = git.parent / _text(git).removeprefix("gitdir:").strip()
    common = _text(own / "commondir").strip()
    return own, own / common if common else own


def _text(path: Path) -> str:
    """Empty where it cannot be read, or is no file of the size that it should have."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_FILE:
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return ""


def _reference(name: str, folder: Path) -> str:
    """The commit that a branch is at; empty where that is not found."""
    if ".." in name.split("/"):
        return ""
    if loose := _text(folder / name).strip():
        return loose
    packed = (line.partition(" ") for line in _text(folder / "packed-refs").splitlines())
    return next((commit for commit, _, known_by in packed if known_by == name), "")


def _remote(folder: Path) -> str | None:
    """The address of `origin`, else of the first remote that has one that others can reach."""
    remotes = {name: address for name, url in _remotes(folder) if (address := _address(url))}
    return remotes.get("origin") or next(iter(remotes.values()), None)


def _remotes(folder: Path) -> Iterator[tuple[str, str]]:
    name = None
    for line in _text(folder / "config").splitlines():
        if line.lstrip().startswith("["):
            remote = REMOTE.fullmatch(line)
            name = remote[1] if remote else None
        elif name is not None and (setting := SETTING.fullmatch(line)):
            yield name, setting[1]


def _address(url: str) -> str | None:
    """The address without names and passwords; None for a path, which only this machine knows."""
    if short := SHORT.fullmatch(url):
        return f"ssh://{short[1]}/{quote(short[2])}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in SCHEMES or not host or not re.fullmatch(r"[A-Za-z0-9.-]+", host):
        return None
    place = f"{host}:{port}" if port else host
    return urlunsplit((parts.scheme, place, quote(parts.path, safe="/%~"), "", ""))
