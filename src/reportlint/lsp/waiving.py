"""Waivers from an editor: the entry that `reportlint waive` would write, as an edit of the file of waivers."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

from lsprotocol import types

from reportlint.diagnostic import Checked, Diagnostic, Language
from reportlint.engine import CRASHED, UNREADABLE
from reportlint.errors import ConfigError
from reportlint.lsp.page import Page, split
from reportlint.yamlfile import content

KINDS = ("accepted", "todo")


class Wish(NamedTuple):
    """What the client asks to have waived: the diagnostic of this rule at this place of this version.

    reason: Empty where the client could not ask for it; then it is to be written into the file.
    """

    uri: str
    version: int | None
    range: types.Range
    rule: str
    reason: str = ""
    kind: Literal["accepted", "todo"] = "accepted"


def wish(arguments: Sequence[Any]) -> Wish:
    """What the arguments of the command say.

    Raises:
        ValueError: They make no sense.
    """
    try:
        uri, version, place, rule = arguments[:4]
        reason = arguments[4] if len(arguments) > 4 else ""
        kind = arguments[5] if len(arguments) > 5 else "accepted"
        found = types.Range(types.Position(**place["start"]), types.Position(**place["end"]))
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(str(error)) from error
    if kind not in KINDS or not isinstance(rule, str) or not isinstance(reason, str | None):
        raise ValueError(f"{rule}, {reason}, {kind}")
    words = " ".join((reason or "").split())
    return Wish(str(uri), version, found, rule, words, "todo" if kind == "todo" else "accepted")


def may_be_waived(checked: Checked, found: Diagnostic) -> bool:
    """What was not checked cannot be accepted: nobody knows what it is."""
    return checked.is_report and found.rule not in (UNREADABLE, CRASHED)


def author(folder: Path) -> str:
    """Who waives, as git knows the person, else the system."""
    import getpass

    from reportlint.waivers import git_author

    try:
        return git_author(folder) or getpass.getuser()
    except (OSError, KeyError):
        return "?"


class Written(NamedTuple):
    """An edit of the file of waivers. reason: Where the reason stands afterwards."""

    file: Path
    edit: types.WorkspaceEdit
    reason: types.Range


def written(
    wish: Wish,
    checked: Checked,
    found: Diagnostic,
    file: Path,
    open_page: Page | None,
    version: int | None,
    unit: str,
    language: Language,
    *,
    versioned: bool,
    creates: bool,
) -> Written:
    """The edit that adds the waiver to the end of a file.

    open_page, version: What the client has of the file, if it is open. versioned, creates: Whether the client takes
    edits of versions, and can make files.

    Raises:
        ConfigError: Nothing can be added to the file, or it cannot be read.
    """
    from reportlint.fingerprint import fingerprint
    from reportlint.waivers import Said, addition, lines_for

    old = open_page.text if open_page is not None else content(file) if file.exists() else ""
    page = open_page or Page(split(old), unit)
    said = Said(wish.reason, author(file.parent if file.parent.is_dir() else Path.cwd()), date.today(), kind=wish.kind)
    entry = lines_for(checked, found, fingerprint(checked, found), file, said, language)
    added = addition(file, old, [entry])
    end = page.position(page.size)
    place = types.Range(end, end)
    edit = types.TextEdit(place, added)
    uri = file.as_uri()
    if versioned:
        document = types.OptionalVersionedTextDocumentIdentifier(uri, version)
        changes: list[Any] = [types.TextDocumentEdit(document, [edit])]
        if creates and open_page is None and not file.exists():
            changes.insert(0, types.CreateFile(uri=uri, options=types.CreateFileOptions(ignore_if_exists=True)))
        whole = types.WorkspaceEdit(document_changes=changes)
    else:
        whole = types.WorkspaceEdit(changes={uri: [edit]})
    return Written(file, whole, _reason(old + added, unit))


def _reason(text: str, unit: str) -> types.Range:
    """Inside the quotes of the last reason."""
    page = Page(split(text), unit)
    key = "reason: "
    start = text.rfind(key) + len(key) + 1
    place = page.position(min(start, len(text)))
    return types.Range(place, place)


def told(error: ConfigError | None, language: Language) -> str:
    """Why nothing was waived."""
    if error is not None:
        return ("无法豁免：" if language == "zh" else "nothing was waived: ") + str(error)
    if language == "zh":
        return "这个问题已经不在，或文本已改动；没有豁免"
    return "this is not reported any more, or the text has changed since; nothing was waived"
