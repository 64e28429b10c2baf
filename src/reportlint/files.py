"""Which files a run checks, and how their content is read when it is their turn."""

import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from reportlint.errors import ReadError
from reportlint.repository import top

File = tuple[Path, Callable[[], bytes]]

# Folders that never hold reports: those of tools, and those that begin with a dot.
SKIPPED = frozenset({"node_modules", "__pycache__", "venv"})


def report_files(paths: Sequence[str], stdin_name: str, endings: Collection[str]) -> tuple[list[File], list[str]]:
    """The files to check, each once, those of a folder sorted; and what is wrong with the paths.

    endings: Of the files in folders that are reports.
    """
    found: dict[Path, Callable[[], bytes]] = {}
    complaints: list[str] = []
    for name in paths:
        path = Path(name)
        if name == "-":
            found[Path(stdin_name)] = standard_input
        elif os.path.isdir(name):
            below = sorted(_below(path, complaints, endings))
            if not below:
                listed = ", ".join(sorted(endings))
                complaints.append(
                    f"{name}: 这个文件夹里没有报告文件（{listed}）；请给出文件名或别的文件夹 / "
                    f"no report files ({listed}) in this folder; name a file or another folder"
                )
            trees = _trees(path)
            found.update((file, content_of(file, trees)) for file in below)
        elif os.path.lexists(name):
            found[path] = content_of(path)
        else:
            complaints.append(f"{name}: 没有这个文件或文件夹 / no such file or folder")
    return list(found.items()), complaints


def _below(folder: Path, complaints: list[str], endings: Collection[str]) -> Iterator[Path]:
    """Report files below a folder; hidden folders and links to folders are not entered."""

    def failed(error: OSError) -> None:
        complaints.append(f"{error.filename}: {error.strerror}")

    for parent, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
        for name in names:
            if os.path.splitext(name)[1].lower() in endings and not name.startswith("."):
                yield Path(parent) / name


def _trees(folder: Path) -> tuple[str, ...]:
    """Where links found in a folder may lead to: into it, its repository, or the folder that we are in."""
    return tuple(os.path.realpath(tree) for tree in (folder, top(folder), os.curdir) if tree is not None)


def standard_input() -> bytes:
    from reportlint.source import LARGEST_FILE

    if sys.stdin is None:
        raise ReadError("没有标准输入", "there is no standard input")
    # One byte more than is read of a file tells that it is too much.
    return sys.stdin.buffer.read(LARGEST_FILE + 1)


def content_of(path: Path, trees: Sequence[str] = ()) -> Callable[[], bytes]:
    """What reads the file once it is its turn. trees: Where it may lead to if it is a link; anywhere if none is given.

    Raises, when called:
        ReadError: It is no file that can be read as a report.
        OSError: The system refuses.
    """

    def content() -> bytes:
        from reportlint.readers import too_large
        from reportlint.source import LARGEST_FILE

        if path.is_symlink() and not path.exists():
            raise ReadError("链接指向的文件不存在", "the link points to a file that does not exist")
        if trees and path.is_symlink():
            _refuse_outside(Path(os.path.realpath(path)), trees)
        if not path.is_file():
            raise ReadError("不是普通文件", "not a regular file")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise too_large(size)
        return path.read_bytes()

    return content


def _refuse_outside(target: Path, trees: Sequence[str]) -> None:
    """Whoever puts links into a repository does not choose which files of the machine are shown."""
    if not any(target.is_relative_to(tree) for tree in trees):
        raise ReadError(
            f"这是一个链接，指向所给文件夹之外的 {target}，没有读取。要检查就直接给出那个文件",
            f"a link to {target}, outside of the folder given, which was not read; to check it, name that file itself",
        )
