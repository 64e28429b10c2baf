"""Puts a new content in the place of a file's, whole or not at all: a file is never seen, or left, half written."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reportlint.errors import WriteError

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be deleted anyway
    fcntl = None  # type: ignore[assignment]

PREFIX, SUFFIX = ".reportlint-", ".tmp"
ATTEMPTS = 3


def rewrite(path: Path, tree: Path, before: bytes, after: bytes) -> None:
    """Puts `after` in the place of `before`. Mode, owner where that is possible, and extended attributes stay.

    path: May be a link, which stays one; the file that it leads to is replaced. tree: Where it may lead to.

    Raises:
        WriteError: The file stands as it did, and nothing is left beside it.
    """
    try:
        target = _target(path, tree)
        for _ in range(ATTEMPTS):
            if _replaced(target, before, after):
                return
    except OSError as error:
        raise _told(error) from error
    raise WriteError(
        "临时文件一再被别的程序删除，文件没有改动",
        "another program keeps deleting the temporary file; the file was left as it is",
    )


def _target(path: Path, tree: Path) -> Path:
    """The file itself. Raises WriteError where it may not be replaced."""
    target = Path(os.path.realpath(path, strict=True))
    root = Path(os.path.realpath(tree))
    if not target.is_relative_to(root):
        raise WriteError(
            f"这是一个链接，指向所给文件夹之外的 {target}，没有改动。要改就直接给出那个文件",
            f"this is a link to {target}, outside of the folder given, which was left as it is; name that file itself",
        )
    mode = target.stat().st_mode
    if not stat.S_ISREG(mode):
        raise WriteError("这不是普通文件，没有改动", "this is no regular file and was left as it is")
    # The folder decides whether a file may be replaced; that the file is to stay as it is, its own mode says.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise WriteError("文件是只读的，没有改动", "the file is read-only and was left as it is")
    return target


def _replaced(target: Path, before: bytes, after: bytes) -> bool:
    """Whether it was done; not where somebody took the temporary file for a left-over."""
    descriptor, name = tempfile.mkstemp(SUFFIX, PREFIX, target.parent)
    try:
        with open(descriptor, "wb") as file:
            _locked(file.fileno())
            file.write(after)
            file.flush()
            _like(target, file.fileno())
            os.fsync(file.fileno())
            if fcntl is None:
                file.close()  # there an open file cannot be moved
            # As late as can be: what somebody has saved in the meantime is not written over.
            if target.read_bytes() != before:
                raise WriteError(
                    "检查以后，文件又被改动过，没有覆盖。请重新运行",
                    "the file has changed since it was read and was left as it is; run it again",
                )
            try:
                os.replace(name, target)
            except FileNotFoundError:
                if target.exists():
                    return False
                raise
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)
    _keep_folder(target.parent)
    return True


def _locked(descriptor: int) -> bool:
    """Whether the file is ours alone now. A lock ends with its process, whatever ends that."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _like(target: Path, descriptor: int) -> None:
    """Gives the new file what the old one has besides its content, as far as the user may."""
    old = target.stat()
    if hasattr(os, "fchown"):
        with contextlib.suppress(OSError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(target):
                with contextlib.suppress(OSError):
                    os.setxattr(descriptor, name, os.getxattr(target, name))
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _keep_folder(folder: Path) -> None:
    """Has the new name of the file outlast a loss of power, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _told(error: OSError) -> WriteError:
    why = error.strerror or str(error)
    return WriteError(f"写不进去（{why}），文件没有改动", f"it cannot be written ({why}) and was left as it is")


def sweep(folder: Path) -> None:
    """Deletes temporary files that a process left there when it was killed; those of one that still runs stay."""
    for name in _leftovers(folder):
        with contextlib.suppress(OSError):
            descriptor = os.open(name, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
            try:
                if _locked(descriptor):
                    os.unlink(name)
            finally:
                os.close(descriptor)


def _leftovers(folder: Path) -> Iterator[str]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False):
                yield entry.path
