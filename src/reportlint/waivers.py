"""Diagnostics that a person has accepted: with a reason, an author, a date and an end.

A waiver knows its diagnostic by the fingerprint, so it holds wherever the lines move. One that holds no longer is a
diagnostic itself, in the file of the waivers.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from reportlint.diagnostic import Checked, Diagnostic, Finding, Span, Waived
from reportlint.engine import CRASHED, UNREADABLE, Library, signed
from reportlint.errors import ConfigError
from reportlint.fingerprint import fingerprints
from reportlint.mistakes import Mistakes
from reportlint.ruleset import chosen
from reportlint.shape import Form, checked
from reportlint.source import Source
from reportlint.yamlfile import Node, content, parse, place, read

NEVER = "never"
EXPIRED, UNUSED, UNEXPLAINED = "waiver-expired", "waiver-unused", "waiver-unexplained"
# What was not checked cannot be accepted: nobody knows what it is.
NEVER_WRITTEN = frozenset((UNREADABLE, CRASHED))


def is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


DAY = r"\d{4}-\d{2}-\d{2}"
Day = Annotated[str, Form(DAY, "a date such as 2026-12-31", is_date)]
End = Annotated[
    str, Form(f"{NEVER}|{DAY}", f"a date such as 2026-12-31, or {NEVER}", lambda text: text == NEVER or is_date(text))
]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One diagnostic that is accepted.

    fingerprint: What it is known by, as `reportlint waive` writes it.
    rule: The rule that reports it.
    path: The report, counted from the folder of this file. It is for people, and says when the waiver is unused.
    where: The place, in words.
    reason: Why it is accepted. Without a reason the waiver does not hold.
    author: Who says so.
    date: When.
    until: The last day that it holds, or `never` where it has no end.
    kind: `todo` where it is still to be mended.
    """

    fingerprint: Annotated[str, Form("[0-9a-f]{32}", "32 hexadecimal digits in small letters")]
    rule: str
    where: str
    reason: Annotated[str, Form("(?s).*", "a text")]
    author: str
    date: Day
    until: End
    kind: Literal["accepted", "todo"] = "accepted"
    path: str | None = None


class Waiver(NamedTuple):
    """A waiver as it was read. path: Of the report, absolute. rules: Names of the rules that `rule` means."""

    fingerprint: str
    rules: frozenset[str]
    where: str
    path: str | None
    waived: Waived
    node: Node


def entries(path: Path, library: Library, mistakes: Mistakes) -> tuple[Waiver, ...]:
    """The waivers in a file. What is wrong is noted, and left out."""
    found: list[Waiver] = []
    with mistakes.noted(Node(None, path)):
        node = read(path)
        items = node.list() if node.value is not None else ()
        seen: dict[str, Node] = {}
        for item in items:
            before = len(mistakes.found)
            checked(item, Entry, mistakes)
            if len(mistakes.found) == before:
                with mistakes.noted(item):
                    found.append(_waiver(item, library, seen))
    return tuple(found)


def _waiver(node: Node, library: Library, seen: dict[str, Node]) -> Waiver:
    keys = node.items()
    known = keys["fingerprint"].value
    first = seen.setdefault(known, node)
    if first is not node:
        line, _, _ = place(first.path, first.keys)
        keys["fingerprint"].fail(f"this is waived already, in line {line}")
    rules: frozenset[str] = frozenset()
    try:
        rules = chosen(library.rules, [keys["rule"].text()])
    except ConfigError as error:
        # It may be a rule of a plugin that was not run, which has been said.
        if not library.unrun:
            keys["rule"].fail(error.why)
    until = keys["until"].value
    waived = Waived(
        reason=keys["reason"].value.strip(),
        author=keys["author"].value,
        until=None if until == NEVER else date.fromisoformat(until),
        kind=keys["kind"].value if "kind" in keys else "accepted",
    )
    where = keys["path"].value if "path" in keys else None
    path = os.path.normpath(os.path.join(os.path.abspath(node.path.parent), where)) if where else None
    return Waiver(known, rules, keys["where"].value, path, waived, node)


@dataclass(slots=True)
class Book:
    """The waivers of one file during one run.

    used: Fingerprints that were met. ran: Names of the rules that looked at each report, by its absolute path; only
    reports of which nothing was left unchecked.
    """

    path: Path
    waivers: Mapping[str, Waiver]
    today: date
    used: set[str] = field(default_factory=set)
    ran: dict[str, frozenset[str]] = field(default_factory=dict)

    def applied(self, report: Checked, ran: Iterable[str]) -> Checked:
        """The result with what is waived marked. ran: Names of the rules that were run."""
        if report.complete:
            self.ran[os.path.abspath(report.path)] = frozenset(ran)
        marked = [
            self._marked(each, known) for each, known in zip(report.diagnostics, fingerprints(report), strict=True)
        ]
        return report._replace(diagnostics=tuple(marked))

    def _marked(self, diagnostic: Diagnostic, known: str) -> Diagnostic:
        waiver = self.waivers.get(known)
        if waiver is None or diagnostic.rule not in waiver.rules:
            return diagnostic
        self.used.add(known)
        holds = bool(waiver.waived.reason) and not self._is_over(waiver)
        return diagnostic._replace(waived=waiver.waived) if holds else diagnostic

    def _is_over(self, waiver: Waiver) -> bool:
        return waiver.waived.until is not None and waiver.waived.until < self.today

    def faults(self, library: Library) -> Checked:
        """Waivers that hold no longer or never did, as diagnostics in their file."""
        source = Source(self.path, content(self.path))
        selected = {rule.name: rule for rule in library.selected}
        found = [
            signed(selected[name], self.path, self._finding(waiver, key, source), library)
            for waiver, name, key in self._faulty()
            if name in selected
        ]
        return Checked(self.path, source, diagnostics=tuple(found), is_report=False)

    def _faulty(self) -> Iterator[tuple[Waiver, str, str]]:
        """Each waiver that is at fault, under which rule, and which of its keys shows it."""
        for waiver in self.waivers.values():
            if self._is_over(waiver):
                yield waiver, EXPIRED, "until"
            elif not waiver.waived.reason:
                yield waiver, UNEXPLAINED, "reason"
            elif waiver.fingerprint not in self.used and waiver.rules & self.ran.get(waiver.path or "", frozenset()):
                yield waiver, UNUSED, "fingerprint"

    def _finding(self, waiver: Waiver, key: str, source: Source) -> Finding:
        line, column, _ = place(self.path, (*waiver.node.keys, key))
        start = source.starts[line - 1] + column - 1
        end = start + max(1, len(waiver.node.value[key]))
        facts = {
            "rule": ", ".join(sorted(waiver.rules)) or str(waiver.node.value["rule"]),
            "where": waiver.where,
            "until": str(waiver.waived.until),
            "author": waiver.waived.author,
        }
        return Finding(span=Span(start, min(end, len(source.text))), facts=facts, found=waiver.node.value[key])


def book(path: Path, library: Library, mistakes: Mistakes, today: date | None = None) -> Book:
    found = entries(path, library, mistakes)
    return Book(path, {waiver.fingerprint: waiver for waiver in found}, today or date.today())


# Writing.


class Said(NamedTuple):
    """What a person says of what is waived. until: Empty where it has no end."""

    reason: str
    author: str
    today: date
    until: str = NEVER
    kind: Literal["accepted", "todo"] = "accepted"


def lines_for(report: Checked, diagnostic: Diagnostic, known: str, file: Path, said: Said, language: str) -> str:
    """A waiver as it is written into the file: what is waived as a comment, then the entry."""
    where = place_in_words(report, diagnostic)
    message = diagnostic.message.zh if language == "zh" else diagnostic.message.en
    path = os.path.relpath(os.path.abspath(report.path), file.parent).replace(os.sep, "/")
    rows = {
        "fingerprint": quoted(known),
        "rule": diagnostic.rule,
        "path": quoted(path),
        "where": quoted(where),
        "reason": quoted(said.reason),
        "author": quoted(said.author),
        "date": said.today.isoformat(),
        "until": said.until,
        "kind": said.kind,
    }
    comment = quoted(message)[1:-1].replace('\\"', '"')
    body = "\n  ".join(f"{key}: {value}" for key, value in rows.items())
    return f"# {diagnostic.severity.word}: {comment}\n- {body}\n"


def place_in_words(report: Checked, diagnostic: Diagnostic) -> str:
    """Section, row and column; where the form has no place for it, the text that was found, or the line."""
    found = diagnostic.place
    parts = [] if found is None else [found.section or "", " › ".join(found.row), " › ".join(found.column)]
    words = " × ".join(part for part in parts if part)
    if not words and report.source is not None:
        line, _ = report.source.position(diagnostic.span.start)
        words = " ".join((diagnostic.found or report.source.line(line)).split())
    return words[:120] or report.path.name


_UNPRINTABLE = re.compile("[\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]")


def quoted(text: str) -> str:
    """The text in double quotes, which YAML reads as JSON does."""
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


HEAD = """\
# 已接受的问题 / What was accepted: reportlint waive
"""


def append(file: Path, written: Sequence[str]) -> None:
    """Adds entries at the end of the file; what stands there stays as it is.

    Raises:
        ConfigError: The file is written so that nothing can be added to its end.
    """
    target = Path(os.path.realpath(file))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        old = ""
        if file.exists():
            with file.open(encoding="utf-8", newline="") as stream:
                old = stream.read()
        new = old + addition(file, old, written)
        part.unlink(missing_ok=True)
        try:
            with part.open("x", encoding="utf-8", newline="") as stream:
                stream.write(new)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(file, f"cannot be written: {error.strerror}") from error


def addition(file: Path, old: str, written: Sequence[str]) -> str:
    """What is added to the end of a file that holds `old` now.

    Raises:
        ConfigError: The file is written so that nothing can be added to its end.
    """
    before = parse(file, old) or []
    base = old or HEAD
    base += "" if base.endswith("\n") else "\n"
    indent = re.search(r"^( *)- ", old, re.MULTILINE)
    added = "".join(written)
    if indent and indent[1] and before:
        added = re.sub("^(?=.)", indent[1], added, flags=re.MULTILINE)
    if "\r\n" in old:
        added = added.replace("\n", "\r\n")
    new = base + added
    try:
        fits = parse(file, new) == [*before, *(entry for text in written for entry in parse(file, text))]
    except ConfigError:
        fits = False
    if not fits:
        raise ConfigError(file, "nothing can be added to its end: write it as a list with '- ' before each waiver")
    return new[len(old) :]


def git_author(folder: Path) -> str | None:
    """The name that git knows the person by; None where git is not there or knows none.

    Reading its configuration runs no hook and no program of the repository.
    """
    import subprocess

    command = ["git", "-c", "core.fsmonitor=false", "config", "--get", "user.name"]
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace").strip() or None
