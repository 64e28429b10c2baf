"""The part of `reportlint check` that mends: `--fix`, `--unsafe-fixes` and `--diff`."""

import argparse
import contextlib
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reportlint.diagnostic import Checked, Language, Safety, Text
from reportlint.display import disarmed, escape
from reportlint.engine import CRASHED, UNREADABLE
from reportlint.extension import FormatOptions
from reportlint.files import standard_input
from reportlint.fixing import lines_of
from reportlint.repair import Repair, Told
from reportlint.run import Run
from reportlint.source import LARGEST_FILE, Source

if TYPE_CHECKING:
    from reportlint.output import Output
    from reportlint.waivers import Book

MOST_LEFT = 20  # of the fixes of one file that were not made are told one by one


class Mending:
    """A run of `check` that mends. Says on standard error what it does not mend, and why."""

    def __init__(self, options: argparse.Namespace, spoken: Language) -> None:
        self.options, self.spoken = options, spoken
        safeties: tuple[Safety, ...] = ("safe", "unsafe") if options.unsafe_fixes else ("safe",)
        folders = [Path(path) for path in options.paths if path != "-" and Path(path).is_dir()]
        self._repair = Repair(safeties, not options.diff, folders, self._told)
        self._stdout = sys.stdout

    @property
    def failed(self) -> bool:
        """Whether a file could not be written."""
        return self._repair.failed

    @property
    def _holds_text(self) -> bool:
        """Whether the mended text goes to standard output."""
        return not self.options.diff and "-" in self.options.paths

    def results(self, run: Run, books: "Mapping[Path, Book]") -> Iterator[tuple[Checked, str]]:
        """What the run reports of each file when it is mended; with `--diff`, of each as it stands."""
        if self._holds_text and not any(read is standard_input for _, read in run.files):
            # It is excluded, and comes out as it was: whoever puts what comes out in its place must not lose it.
            self._pass_on_input()
        for checked, fail_on in self._repair.results(run, books):
            if self.options.diff and not checked.complete:
                for each in checked.diagnostics:
                    if each.rule in (UNREADABLE, CRASHED):
                        _say(str(checked.path), each.message.to(self.spoken))
            yield checked, fail_on

    def destinations(self, wanted: "Sequence[Output]") -> "tuple[Output, ...]":
        """Where diagnostics go. Beside a difference none are printed, so that it can be handed on."""
        return tuple(each for each in wanted if not (self.options.diff and each.file is None))

    def write(
        self,
        destinations: "Sequence[Output]",
        results: Iterator[Checked],
        options: FormatOptions,
        *,
        reports: Iterable[Path] = (),
        color: str = "auto",
    ) -> None:
        """As `output.write`. Where standard output holds the mended text, diagnostics go to standard error."""
        from reportlint.output import write

        if not destinations:
            for _ in results:
                pass
            return
        with contextlib.redirect_stdout(sys.stderr) if self._holds_text else contextlib.nullcontext():
            write(destinations, results, options, reports=reports, color=color)

    def line(self) -> str:
        """How much was mended, for standard error; without a line end."""
        made, more = self._repair.made, self._repair.unsafe
        if self._repair.writes:
            text = Text(f"改正了 {made} 处", f"fixed {made}")
        else:
            text = Text(f"可以改正 {made} 处，没有改动文件", f"would fix {made}; no file was changed")
        if more:
            text = Text(
                f"{text.zh}；另有 {more} 处可用 --unsafe-fixes 改正（意思可能改变，改后请核对）",
                f"{text.en}; {more} more with --unsafe-fixes, where the meaning may change",
            )
        return f"{text.to(self.spoken)}{'。' if self.spoken == 'zh' else '.'}"

    def _told(self, file: Told) -> None:
        if file.fault is not None:
            _say(str(file.path), file.fault.to(self.spoken))
        if not self.options.quiet:
            for line in _left(file, self.spoken):
                print(line, file=sys.stderr)
        if self.options.diff:
            self._stdout.writelines(difference(file))
        elif file.is_input:
            self._stdout.flush()
            self._stdout.buffer.write(file.content)
            if len(file.content) > LARGEST_FILE:  # nothing was read behind that, and nothing may be lost
                self._pass_on_input()
            self._stdout.buffer.flush()

    def _pass_on_input(self) -> None:
        if sys.stdin is not None:
            shutil.copyfileobj(sys.stdin.buffer, self._stdout.buffer)
            self._stdout.buffer.flush()


def _say(path: str, why: str) -> None:
    print(f"reportlint: {escape(path)}: {escape(why)}", file=sys.stderr)


def _left(file: Told, spoken: Language) -> Iterator[str]:
    """Fixes that were not made, and why: one by one, or together where all share one reason."""
    reasons = {left.why for left in file.left}
    if len(file.left) > 1 and len(reasons) == 1:
        why, count = file.left[0].why.to(spoken), len(file.left)
        told = Text(f"{count} 处没有改正：{why}", f"{count} were not fixed: {why}")
        yield f"reportlint: {escape(str(file.path))}: {escape(told.to(spoken))}"
        return
    source = Source(file.path, file.after)
    for left in file.left[:MOST_LEFT]:
        row, column = source.position(left.diagnostic.span.start)
        why = left.why.to(spoken)
        told = Text(f"没有改正：{why}", f"not fixed: {why}")
        name = f"{left.diagnostic.code} {left.diagnostic.rule}"
        yield f"reportlint: {escape(str(file.path))}:{row}:{column}: {name}: {escape(told.to(spoken))}"
    if len(file.left) > MOST_LEFT:
        rest = len(file.left) - MOST_LEFT
        told = Text(f"还有 {rest} 处没有改正", f"{rest} more were not fixed")
        yield f"reportlint: {escape(str(file.path))}: {told.to(spoken)}"


# The difference.


def difference(file: Told) -> Iterator[str]:
    """A unified diff, as git prints it. What a terminal would obey is escaped; line ends stay."""
    if file.after == file.before.text:
        return
    from difflib import unified_diff

    name = escape(file.path.as_posix().removeprefix("/"))
    lines = unified_diff(lines_of(file.before.text), lines_of(file.after), f"a/{name}", f"b/{name}", lineterm="\n")
    for each in lines:
        body = each.rstrip("\r\n")
        ending = each[len(body) :]
        yield "\t".join(map(disarmed, body.split("\t")))
        yield ending.replace("\r", "\n") if ending == "\r" else ending or "\n\\ No newline at end of file\n"
