"""Keeps plugins from doing harm: bounds their time, keeps their prints out of the output, looks at what they return."""

import contextlib
import ctypes
import dataclasses
import io
import itertools
import logging
import re
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from reportlint.diagnostic import Checked, Edit, Finding, Fix, Safety
from reportlint.document import Document
from reportlint.errors import FormatFault, ReadError, ReportlintError, WriteError
from reportlint.extension import Fixer, Format, FormatOptions, Pack, Reader, Reading
from reportlint.pattern import Pattern
from reportlint.report import Paragraph, Row, TableEnd
from reportlint.rule import SAFETIES, RuleKind
from reportlint.source import Source

log = logging.getLogger(__name__)
ResultT = TypeVar("ResultT")

TIME_LIMIT = 10.0  # seconds for one rule, or one reader, and one report
MOST_FINDINGS = 10_000  # of one rule in one report
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class PluginFault(Exception):
    """A plugin did something that no plugin should. The message names it."""


class _OutOfTime(BaseException):
    """Not an Exception: a plugin that catches all of those is stopped too."""


def guarded(owner: str, call: Callable[[], ResultT], seconds: float | None = None) -> ResultT:
    """What the call returns; printing goes to standard error, with the plugin's name.

    seconds: How long it may take; TIME_LIMIT where nothing is said.

    Raises:
        PluginFault: It took too long, or wanted to end the process.
    """
    printed = io.StringIO()
    seconds = TIME_LIMIT if seconds is None else seconds
    try:
        with contextlib.redirect_stdout(printed), _time_limit(seconds):
            return call()
    except _OutOfTime:
        raise PluginFault(f"plugin '{owner}' took longer than {seconds:g} s and was stopped") from None
    except SystemExit as error:
        raise PluginFault(f"plugin '{owner}' wanted to end the process") from error
    finally:
        if printed.getvalue():
            _complain(owner, printed.getvalue())


@cache
def _complain(owner: str, printed: str) -> None:
    text = " ".join(printed.split())
    log.warning("plugin '%s' wrote to standard output, which holds diagnostics only: %.200s", owner, ascii(text)[1:-1])


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raises `_OutOfTime` in the code inside once that long has passed, and every second from then on."""
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):

        def ring(number: int, frame: object) -> None:
            raise _OutOfTime

        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        return
    over = threading.Event()
    thread = ctypes.c_ulong(threading.get_ident())

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_OutOfTime))
            wait = 1.0

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


# What plugins provide, made safe.


def safe_kind(kind: RuleKind[Any], owner: str) -> RuleKind[Any]:
    """The kind, whose faults are told as the crash of the rule."""

    def check(document: Document, options: Any) -> Iterable[Finding]:
        def found() -> list[Finding]:
            return [_finding(owner, item, document) for item in _some(owner, kind.check(document, options))]

        return guarded(owner, found)

    def undecided(document: Document, options: Any) -> bool:
        assert kind.undecided is not None
        return bool(guarded(owner, lambda: kind.undecided and kind.undecided(document, options)))

    def fixes(options: Any) -> tuple[Safety, ...]:
        given = guarded(owner, lambda: list(kind.fixes(options) if kind.fixes else ()))
        return tuple(safety for safety in SAFETIES if safety in given)

    def watched(options: Any) -> list[Pattern]:
        def found() -> list[Pattern]:
            assert kind.watched is not None
            patterns = itertools.islice(kind.watched(options), MOST_FINDINGS)
            return [each for each in patterns if isinstance(each, Pattern) and each.compiled]

        try:
            return guarded(owner, found)
        except Exception:  # without it the rule is slower, and nothing else
            log.debug("plugin '%s': 'watched' of '%s' failed", owner, kind.name, exc_info=True)
            return []

    return kind._replace(
        check=check,
        undecided=undecided if kind.undecided else None,
        watched=watched if kind.watched else None,
        fixes=fixes if kind.fixes else None,
    )


def _some(owner: str, found: Iterable[Finding]) -> Iterator[Finding]:
    try:
        items = iter(found)
    except TypeError:
        raise PluginFault(f"plugin '{owner}': check returned a {type(found).__name__}, where findings belong") from None
    yield from itertools.islice(items, MOST_FINDINGS)
    if next(items, None) is not None:
        raise PluginFault(f"plugin '{owner}': more than {MOST_FINDINGS} findings in one report")


def _finding(owner: str, item: object, document: Document) -> Finding:
    if not isinstance(item, Finding):
        raise PluginFault(f"plugin '{owner}': check yielded a {type(item).__name__}, where a Finding belongs")
    spans = (item.span, *(related.span for related in item.related), *(edit.span for edit in _edits(item.fix)))
    for span in spans:
        if not _is_span(span, len(document.source.text)):
            raise PluginFault(f"plugin '{owner}': a finding at {span!r}, which is no place in the report")
    return item


def _edits(fix: Fix | None) -> tuple[Edit, ...]:
    return fix.edits if fix is not None else ()


def _is_span(span: object, length: int) -> bool:
    if not isinstance(span, tuple) or len(span) != 2 or not all(isinstance(offset, int) for offset in span):
        return False
    return bool(0 <= span[0] <= span[1] <= length)


def safe_reader(reader: Reader, owner: str) -> Reader:
    """The reader, whose faults are told as a file that cannot be read."""

    def read(path: Path, data: bytes) -> Reading:
        try:
            reading = guarded(owner, lambda: reader.read(path, data))
        except ReadError:
            raise
        except Exception as error:
            raise _unread(owner, f"{type(error).__name__}: {error}") from error
        why = _wrong_reading(reading)
        if why:
            raise _unread(owner, why)
        return reading

    def write(data: bytes, source: Source, text: str) -> bytes:
        try:
            content = guarded(owner, lambda: reader.write and reader.write(data, source, text))
        except WriteError:
            raise
        except Exception as error:
            raise _unwritten(owner, f"{type(error).__name__}: {error}") from error
        if not isinstance(content, bytes):
            raise _unwritten(owner, f"it returned a {type(content).__name__}, where bytes belong")
        return content

    return reader._replace(read=read, write=write if reader.write else None)


def _unwritten(owner: str, why: str) -> WriteError:
    return WriteError(f"插件“{owner}”写回失败：{why}", f"the reader of the plugin '{owner}' cannot write it: {why}")


def _unread(owner: str, why: str) -> ReadError:
    return ReadError(f"插件“{owner}”读取失败：{why}", f"the reader of the plugin '{owner}' failed: {why}")


def _wrong_reading(reading: object) -> str:
    if not isinstance(reading, Reading) or not isinstance(reading.source, Source):
        return f"it returned a {type(reading).__name__}, where a Reading belongs"
    place = 0
    for block in reading.blocks:
        if not isinstance(block, Paragraph | Row | TableEnd):
            return f"a {type(block).__name__} among the blocks"
        if not _is_span(block.span, len(reading.source.text)) or block.span.start < place:
            return f"a block at {block.span!r}, which is out of place"
        place = block.span.start
        for cell in block.cells if isinstance(block, Row) else ():
            if not _is_span(cell.span, len(reading.source.text)):
                return f"a cell at {cell.span!r}, which is out of place"
    return ""


def safe_format(form: Format, owner: str) -> Format:
    """The format, whose faults end the run with a sentence; it has no time limit, since it waits for the checks."""

    wanted, words = (bytes, "bytes belong") if form.binary else (str, "text belongs")

    def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[Any]:
        try:
            pieces = iter(form.render(reports, options))
            while (piece := _piece(owner, pieces)) is not None:
                if not isinstance(piece, wanted):
                    raise PluginFault(f"it yielded a {type(piece).__name__}, where {words}")
                yield piece
        except (ReportlintError, GeneratorExit, OSError):
            raise
        except Exception as error:
            raise FormatFault(f"the format '{form.name}' of the plugin '{owner}' failed: {error}") from error

    return form._replace(render=render)


def _piece(owner: str, pieces: Iterator[Any]) -> Any:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        piece = next(pieces, None)
    if printed.getvalue():
        _complain(owner, printed.getvalue())
    return piece


def safe_fixer(fixer: Fixer, owner: str) -> Fixer:
    def fix(document: Document, finding: Finding) -> Fix | None:
        made = guarded(owner, lambda: fixer.fix(document, finding))
        if made is None:
            return None
        if not isinstance(made, Fix) or not all(isinstance(edit, Edit) for edit in made.edits):
            raise PluginFault(f"plugin '{owner}': the fixer '{fixer.name}' returned no Fix")
        if not all(_is_span(edit.span, len(document.source.text)) for edit in made.edits):
            raise PluginFault(f"plugin '{owner}': the fixer '{fixer.name}' edits outside the report")
        return made

    return fixer._replace(fix=fix)


def checked_shape(value: object) -> str:
    """What is wrong with something that a plugin provides; empty where nothing is."""
    name = getattr(value, "name", None)
    what = type(value).__name__
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return f"a {what} named {name!r}, which is no name in small letters and hyphens"
    if isinstance(value, RuleKind):
        if not isinstance(value.options, type) or not dataclasses.is_dataclass(value.options):
            return f"a {what} '{name}' whose options are no dataclass"
        if not callable(value.check):
            return f"a {what} '{name}' whose check cannot be called"
    suffixes = value.suffixes if isinstance(value, Reader) else ()
    if not all(isinstance(suffix, str) and suffix[:1] == "." for suffix in suffixes):
        return f"a {what} '{name}' with endings {suffixes!r}, which do not begin with a dot"
    if isinstance(value, Pack) and not value.rules.is_dir():
        return f"a {what} '{name}' without its folder {value.rules}"
    call = getattr(value, {Reader: "read", Format: "render", Fixer: "fix"}.get(type(value), ""), True)
    return "" if call is True or callable(call) else f"a {what} '{name}' that cannot be called"
