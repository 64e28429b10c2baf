"""What a diagnostic is known by when lines move, the layout changes or the file is converted: by what it means."""

import json
import re
import unicodedata
from collections.abc import Iterator

from reportlint.diagnostic import Checked, Diagnostic, Place

LENGTH = 32  # of the hexadecimal digits
_SPACE = re.compile(r"\s+")
_CELLS = re.compile(r"[\t|]")


def fingerprint(checked: Checked, diagnostic: Diagnostic) -> str:
    """The fingerprint of one of the diagnostics of a check, as hexadecimal digits.

    It is made of the agency, the year, the rule, the place in the form, the text found, and a number where the same
    stands more than once; never of a line. `fingerprints` is quicker for all of them.
    """
    own = _meaning(checked, diagnostic)
    before = 0
    for each in checked.diagnostics:
        if each is diagnostic:
            break
        before += each.rule == diagnostic.rule and _meaning(checked, each) == own
    else:
        before = 0  # of none of them: as if it stood alone
    return _digest(_report(checked), own, before)


def fingerprints(checked: Checked) -> tuple[str, ...]:
    """The fingerprint of each diagnostic, in their order."""
    return tuple(_each(checked)) if checked.diagnostics else ()


def _each(checked: Checked) -> Iterator[str]:
    seen: dict[tuple[object, ...], int] = {}
    report = _report(checked)
    for diagnostic in checked.diagnostics:
        meaning = _meaning(checked, diagnostic)
        before = seen.get(meaning, 0)
        seen[meaning] = before + 1
        yield _digest(report, meaning, before)


def _report(checked: Checked) -> tuple[object, ...]:
    """Whose report on which year it is. One that says neither is known by its text, or by its name if it has none."""
    if checked.agency is not None or checked.year is not None:
        return plain(checked.agency or ""), checked.year
    return ("text", plain(checked.source.text)) if checked.source is not None else ("name", checked.path.name)


def _meaning(checked: Checked, diagnostic: Diagnostic) -> tuple[object, ...]:
    place, found = diagnostic.place or Place(), diagnostic.found
    if found is None and diagnostic.place is None:
        found = _paragraph(checked, diagnostic)
    labels = (tuple(map(plain, path)) for path in (place.row, place.column))
    return diagnostic.rule, plain(place.section or ""), place.table, *labels, None if found is None else plain(found)


def _paragraph(checked: Checked, diagnostic: Diagnostic) -> str:
    """The line that the diagnostic is on; nothing in a table, whose lines are the layout's."""
    if checked.source is None:
        return ""
    line = checked.source.line(checked.source.position(diagnostic.span.start)[0])
    return "" if _CELLS.search(line) else line


def plain(text: str) -> str:
    """The text without what a conversion changes: white space, bars between cells, widths of characters."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).replace("|", "")


def _digest(*parts: object) -> str:
    import hashlib  # a run without waivers needs none

    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:LENGTH]
