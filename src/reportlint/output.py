"""Where the output goes: one check, told in as many formats and to as many places as were asked for."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, NamedTuple

from reportlint.diagnostic import Checked
from reportlint.errors import ConfigError, FormatFault
from reportlint.extension import Format, FormatOptions

KEPT_IN_MEMORY = 16 * 1024 * 1024  # bytes


class Output(NamedTuple):
    """A format, and the file that it goes to; None for standard output."""

    format: Format
    file: str | None


def outputs(wanted: Iterable[str], file: str | None, formats: Mapping[str, Format]) -> tuple[Output, ...]:
    """What `--format` and `--output` ask for.

    wanted: Each `NAME` or `NAME=FILE`. file: For the one that names none itself; None for standard output.

    Raises:
        ConfigError: There is no such format, two of them go to one place, or none goes to `file`.
    """
    found: list[Output] = []
    for text in wanted:
        name, sign, own = text.partition("=")
        if name not in formats:
            from reportlint.yamlfile import nearest

            known = ", ".join(formats)
            raise ConfigError(None, f"no format is called '{name}'{nearest(name, formats)}; known: {known}")
        if sign and not own:
            raise ConfigError(None, f"--format {text}: behind the '=' belongs a file, as in --format {name}=FILE")
        place = own or file
        found.append(Output(formats[name], None if place == "-" else place))
    _refuse_shared(found)
    if file is not None and all("=" in text for text in wanted):
        raise ConfigError(None, f"--output {file}: every format has a file of its own already; leave one of them out")
    return tuple(found)


def _refuse_shared(found: Sequence[Output]) -> None:
    taken: dict[str | None, str] = {}
    for form, file in found:
        place = None if file is None else os.path.normcase(os.path.realpath(file))
        if place in taken:
            where = file or "standard output"
            way = f"give one a file of its own, as in --format {form.name}=FILE"
            raise ConfigError(None, f"'{taken[place]}' and '{form.name}' would both go to {where}; {way}")
        taken[place] = form.name


def write(
    destinations: Sequence[Output],
    results: Iterator[Checked],
    options: FormatOptions,
    *,
    reports: Iterable[Path] = (),
    color: str = "auto",
) -> None:
    """Tells the results in each format. Files are there only once all of them are written.

    With several formats the results are kept, packed and on disk if they are many, so that each report is checked
    once and no more than one is in memory.

    reports: Files that are checked, and that no output takes the place of. color: always, never, or auto, which means
    on a terminal.
    """
    _refuse_reports(destinations, reports)
    for form, file in destinations:
        if form.binary and file is None and sys.stdout.isatty():
            raise ConfigError(None, f"'{form.name}' is no text for a terminal; give a file: --format {form.name}=FILE")
    # Who looks at standard output sees each report as soon as it is checked; the files follow.
    ordered = sorted(destinations, key=lambda output: output.file is not None)
    with ExitStack() as stack:
        kept = stack.enter_context(_spool()) if len(ordered) > 1 else None
        rounds: list[Iterator[Checked]] = [results if kept is None else _keeping(results, kept)]
        rounds += [_kept(kept) for _ in ordered[1:] if kept is not None]
        opened = [
            (stack.enter_context(Destination(file)).put, form, options._replace(color=_colored(color, file)), each)
            for (form, file), each in zip(ordered, rounds, strict=True)
        ]
        # All are begun before the first report is checked, so that one that cannot work says so at once.
        begun = [(put, form.render(each, own), each) for put, form, own, each in opened]
        for put, pieces, each in begun:
            for piece in pieces:
                put(piece)
            for _ in each:
                pass  # a format that has seen enough does not keep a report from being checked


def _refuse_reports(destinations: Sequence[Output], reports: Iterable[Path]) -> None:
    places = {os.path.realpath(file): file for _, file in destinations if file is not None}
    if not places:
        return
    for path in reports:
        file = places.get(os.path.realpath(path))
        if file is not None and os.path.isfile(path):
            raise ConfigError(None, f"{file} is one of the files to check, which are never changed; name another file")


def _colored(color: str, file: str | None) -> bool:
    if color == "auto":
        return file is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return color == "always"


class Destination:
    """Standard output as None, or a file that takes its place only once all is written."""

    def __init__(self, name: str | None) -> None:
        self.name = name

    def __enter__(self) -> "Destination":
        if self.name is None:
            return self
        # A link is followed, and a device or a pipe is written to as it is; neither is replaced.
        try:
            self.target = Path(os.path.realpath(self.name))
            self.is_special = os.path.exists(self.name) and not os.path.isfile(self.name)
            self.part = self.target.with_name(f".{self.target.name}.{os.getpid()}.part")
            if self.is_special:
                self.stream = open(self.name, "wb")
            else:
                # Whatever has that name, left over or put there to be written through, is not ours.
                self.part.unlink(missing_ok=True)
                self.stream = self.part.open("xb")
        except (OSError, ValueError) as error:
            raise ConfigError(None, f"cannot write {self.name}: {getattr(error, 'strerror', error)}") from error
        return self

    def put(self, piece: str | bytes) -> None:
        """Writes a piece of either kind."""
        if self.name is not None:
            try:
                self.stream.write(piece.encode("utf-8", "backslashreplace") if isinstance(piece, str) else piece)
            except OSError as error:
                raise self._fault(error) from error
        elif isinstance(piece, str):
            sys.stdout.write(piece)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(piece)

    def _fault(self, error: OSError) -> FormatFault:
        return FormatFault(f"cannot write {self.name}: {error.strerror}")

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if self.name is None:
            return
        try:
            self.stream.close()
            if kind is None and not self.is_special:
                self.part.replace(self.target)
        except OSError as error:
            if kind is None:  # else it was said, and closing has only tried to write the same once more
                raise self._fault(error) from error
        finally:
            if not self.is_special:
                self.part.unlink(missing_ok=True)


# Results that are told more than once.


def _spool() -> IO[bytes]:
    from tempfile import SpooledTemporaryFile

    return SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)


def _keeping(results: Iterable[Checked], file: IO[bytes]) -> Iterator[Checked]:
    """The results as they come, each kept in the file."""
    import pickle
    import zlib

    for checked in results:
        packed = zlib.compress(pickle.dumps(checked, pickle.HIGHEST_PROTOCOL), level=1)
        file.write(len(packed).to_bytes(8, "big") + packed)
        yield checked


def _kept(file: IO[bytes]) -> Iterator[Checked]:
    """The results that the file keeps, from its beginning."""
    import pickle
    import zlib

    file.seek(0)
    while length := file.read(8):
        checked: Checked = pickle.loads(zlib.decompress(file.read(int.from_bytes(length, "big"))))
        yield checked
