"""Results kept from run to run, a file each, in the person's own folder.

A result is kept under everything that it depends on, and that is written into its file as well, so none is ever taken
for another. Files come into their place whole, so several processes can use the folder at once.
"""

import json
import os
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from copy import copy
from typing import Any

from reportlint.cachefolder import folder, is_in_checkout, is_own, write_whole

try:
    # hashlib would load OpenSSL, which takes as long as reading a hundred results.
    from _blake2 import blake2b
except ImportError:  # another Python
    from hashlib import blake2b

RESULTS = "results"
FORMAT = b"reportlint result 1\n"
# All in all 256 MiB: so much in each of the folders that the names are spread over.
FOLDERS = 256
LARGEST_FOLDER = 1024 * 1024  # bytes
LARGEST_RESULT = 128 * 1024
# One in so many results that are kept has its folder looked through.
CLEANED = 16
FRESH = 24 * 3600  # seconds after which a result that was used is marked as used again

TAKEN_FOR_DAMAGED = (ValueError, TypeError, KeyError, IndexError, zlib.error)


def digest(facts: Iterable[str | bytes]) -> str:
    """What stands for these facts, in their order."""
    found = blake2b(digest_size=32)
    for fact in facts:
        data = fact if isinstance(fact, bytes) else fact.encode("utf-8", "surrogateescape")
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.hexdigest()


class Kept:
    """The folder of kept results.

    complain: Told once of each kind of trouble: damage, and that nothing can be written. Nothing else comes of it.
        None in a process that works for another.
    """

    def __init__(self, complain: Callable[[str], None] | None, place: str | None = None) -> None:
        own = place or folder()
        self.place = os.path.join(own, RESULTS) if own else ""
        self.complain = complain
        self._told: set[str] = set()
        self._trouble: list[tuple[str, str]] = []
        self.reads = self.writes = True
        if own is None:
            self._refused("homeless")
            return
        if is_in_checkout(self.place):
            self._refused("planted")
            return
        try:
            status = os.stat(self.place)
        except OSError:
            return  # it is made when the first result is kept
        if not is_own(status):
            self._refused("foreign")

    def _refused(self, why: str) -> None:
        self.reads = self.writes = False
        self.trouble(why, self.place)

    def trouble(self, what: str, where: str) -> None:
        if what not in self._told:
            self._told.add(what)
            if self.complain is None:
                self._trouble.append((what, where))
            else:
                self.complain(TROUBLE[what].format(where))

    def for_another(self) -> "Kept":
        """The same for a process that works for another, which takes the trouble and tells it."""
        other = copy(self)
        other.complain, other._told, other._trouble = None, set(self._told), []
        return other

    def taken(self) -> tuple[tuple[str, str], ...]:
        """The trouble since this was last asked."""
        taken, self._trouble = tuple(self._trouble), []
        return taken

    def file(self, facts: Sequence[str]) -> str:
        name = digest(facts)
        return os.path.join(self.place, name[:2], name[2:34])

    def read(self, facts: Sequence[str]) -> Any:
        """What was kept under these facts; None where nothing was."""
        if not self.reads:
            return None
        file = self.file(facts)
        try:
            with open(file, "rb", buffering=0) as stream:
                status = os.fstat(stream.fileno())
                if not is_own(status) or status.st_size > LARGEST_RESULT:
                    self.damaged(file)
                    return None
                data = stream.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            self.damaged(file)
            return None
        try:
            if not data.startswith(FORMAT):
                raise ValueError("something else")
            kept = json.loads(zlib.decompress(data[len(FORMAT) :]))
            known, value = kept
            if known != list(facts):
                raise ValueError("kept under other facts")
        except TAKEN_FOR_DAMAGED:
            self.damaged(file)
            return None
        self._used(file, status)
        return value

    def _used(self, file: str, status: os.stat_result) -> None:
        """Marks what was used, so that the oldest are those that nobody needs."""
        import time

        if time.time() - status.st_mtime > FRESH:
            with suppress(OSError):  # else it is cleaned away earlier, and made again
                os.utime(file)

    def damaged(self, file: str) -> None:
        """Throws away what cannot be used."""
        self.trouble("damaged", file)
        try:
            os.unlink(file)
        except OSError:
            self.writes = False

    def keep(self, facts: Sequence[str], value: Any) -> None:
        if not self.writes:
            return
        text = json.dumps([list(facts), value], ensure_ascii=True, separators=(",", ":"))
        data = FORMAT + zlib.compress(text.encode(), 1)
        if len(data) > LARGEST_RESULT:
            return
        file = self.file(facts)
        try:
            write_whole(file, data)
        except OSError as error:
            self.writes = False
            self.trouble("unwritable", f"{self.place}: {error.strerror}")
            return
        if int(file[-2:], 16) % CLEANED == 0:
            clean(os.path.dirname(file))


TROUBLE = {
    "damaged": "缓存已损坏，已丢弃并重新检查 / the cache is damaged: {}; this was thrown away and is checked anew",
    "unwritable": "无法写入缓存，不影响检查 / the cache cannot be written, which changes no result: {}",
    "foreign": "缓存文件夹可被他人改写，没有使用；chmod go-w / others may write the folder of the cache, so it is not "
    "used; chmod go-w: {}",
    "homeless": "没有主文件夹，无处存放缓存，不影响检查；可用 REPORTLINT_CACHE_DIR 指定 / "
    "there is no home folder to keep the cache in, which changes no result; REPORTLINT_CACHE_DIR may name one{}",
    "planted": "缓存文件夹在仓库里，能提交的人都可以放入结果，没有使用；请用 REPORTLINT_CACHE_DIR 指定别处 / "
    "the folder of the cache is in the repository, where whoever may commit could put results, so it is not used; "
    "name one elsewhere with REPORTLINT_CACHE_DIR: {}",
}


def clean(below: str, most: int = LARGEST_FOLDER) -> None:
    """Takes away the results that were not used for longest, until no more than three quarters of `most` is left."""
    found = []
    try:
        with os.scandir(below) as entries:
            for entry in entries:
                try:
                    status = entry.stat()
                except OSError:
                    continue  # somebody else cleans too
                found.append((status.st_mtime, status.st_blocks * 512 if os.name == "posix" else status.st_size, entry))
    except OSError:
        return
    size = sum(taken for _, taken, _ in found)
    if size <= most:
        return
    for _, taken, entry in sorted(found, key=lambda each: each[0]):
        if size <= most * 3 // 4:
            return
        try:
            os.unlink(entry.path)
        except OSError:
            continue
        size -= taken


def count(place: str | None = None) -> tuple[int, int]:
    """How many results are kept, and how many bytes they take."""
    number = size = 0
    own = place or folder()
    for parent, _, names in os.walk(os.path.join(own, RESULTS)) if own else ():
        for name in names:
            try:
                size += os.stat(os.path.join(parent, name)).st_size
            except OSError:
                continue
            number += 1
    return number, size
