"""What may have gone wrong when a figure was typed or added up, in words."""

from decimal import Decimal

from reportlint.arithmetic import Culprit
from reportlint.causes import Cause, WrongCell, cause_of_pair, cause_of_sum, cause_of_typing
from reportlint.diagnostic import Text
from reportlint.document import Document
from reportlint.figures import plain
from reportlint.identities import Verdict
from reportlint.kinds import sums

HINTS = {
    Cause.DIGITS_SWAPPED: Text("可能是两位数字写颠倒了", "two digits may have changed places"),
    Cause.DIGIT_DROPPED: Text("可能漏写了一位数字", "a digit may have been left out"),
    Cause.DIGIT_DOUBLED: Text("可能多写了一位数字", "a digit may have been typed twice"),
    Cause.UNIT: Text("可能是单位不同（相差十的整倍数）", "the units may differ (by a power of ten)"),
    Cause.SIGN: Text("可能是正负号写反了", "the sign may be wrong"),
    Cause.MOVED_COLUMN: Text("可能是这个数填错了一列", "the number may stand one column off"),
    Cause.MOVED_ROW: Text("可能是这个数填错了一行", "the number may stand one row off"),
}


def of_culprit(document: Document, culprit: Culprit) -> Text | None:
    culprits = [other for other in document.arithmetic.culprits if other.cell.key.table == culprit.cell.key.table]
    if len(culprits) == 2:
        first, second = (_wrong(document, other) for other in culprits)
        moved = cause_of_pair(first, second)
        if moved:
            return HINTS.get(moved)
    found = culprit.cell.value.number
    cause = cause_of_typing(found, culprit.expected) if found is not None else None
    if cause is None:
        return _addend_hint(document, culprit)
    # A count has no unit: a factor of ten there is a slip like any other.
    return HINTS[cause] if cause is not Cause.UNIT or culprit.cell.type == "money" else None


def _wrong(document: Document, culprit: Culprit) -> WrongCell:
    table = document.table(culprit.cell.key.table)
    rows = [row.key for row in table.template.data_rows]
    columns = [
        column.key for row in table.template.data_rows for column in row.columns if row.key == culprit.cell.key.row
    ]
    found = culprit.cell.value.addend or Decimal(0)
    return WrongCell(rows.index(culprit.cell.key.row), columns.index(culprit.cell.key.column), found, culprit.expected)


def _addend_hint(document: Document, culprit: Culprit) -> Text | None:
    """A total that lacks an addend, or has it twice."""
    verdict = culprit.broken[0]
    if verdict.identity.at != culprit.cell.key or len(verdict.identity.relation.left.terms) != 1:
        return None
    return of_sum(document, verdict)


def of_sum(document: Document, verdict: Verdict) -> Text | None:
    terms = verdict.identity.relation.right.terms
    figures = document.arithmetic.figures
    addends = [figures.get(key) or Decimal(0) for _, key in terms]
    cause = cause_of_sum(verdict.left, addends) if verdict.left is not None else None
    if cause is None:
        return None
    cell = document.arithmetic.cells[terms[cause.index][1]]
    label = sums.label(sums.ledger(document), verdict, cell)
    number = plain(addends[cause.index])
    if cause.cause is Cause.ADDEND_LEFT_OUT:
        return Text(f"可能漏加了“{label}” {number}", f"“{label}” {number} may have been left out")
    return Text(f"可能把“{label}” {number} 加了两次", f"“{label}” {number} may have been counted twice")
