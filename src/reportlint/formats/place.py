"""Where a diagnostic is, in the words that several formats share."""

from reportlint.diagnostic import Checked, Place


def position(report: Checked, offset: int) -> tuple[int, int]:
    """Line and column from 1; the first of both where the file could not be read."""
    return report.source.position(offset) if report.source else (1, 1)


def labels(place: Place | None) -> str:
    """Row × column, each from the outermost label inwards; empty where there is neither."""
    if place is None:
        return ""
    return " × ".join(" › ".join(path) for path in (place.row, place.column) if path)
