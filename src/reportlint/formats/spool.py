"""Text that is known before what has to stand above it: kept until then, on disk if it is much."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType

KEPT_IN_MEMORY = 16 * 1024 * 1024  # bytes
CHUNK = 64 * 1024  # characters


class Spool:
    """Written piece by piece, then read from its beginning. To be used with `with`.

    in_memory: So many bytes stay off the disk.
    """

    def __init__(self, in_memory: int = KEPT_IN_MEMORY) -> None:
        self._file = SpooledTemporaryFile(max_size=in_memory, mode="w+", encoding="utf-8", newline="")  # noqa: SIM115

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, text: str) -> None:
        self._file.write(text)

    def read(self) -> Iterator[str]:
        """All that was written, in pieces."""
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            yield chunk
