"""Tables without any figure of which the text does not say that there is nothing to report."""

from collections.abc import Iterator, Sequence

from reportlint.bound import BoundTable
from reportlint.diagnostic import Finding, Place
from reportlint.document import Document
from reportlint.errors import OptionError, PartMissing
from reportlint.profile import TEXTS, Profile
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold
from reportlint.yamlfile import nearest


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """Which tables, and what has to be said of an empty one.

    tables: Keys of tables.
    statement: What the text of the table's section, or a row of words in the table, says of it.
    """

    tables: tuple[str, ...]
    statement: Pattern


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    known = [table.key for profile in profiles for table in profile.tables]
    for key in options.tables:
        if profiles and key not in known:
            raise OptionError(("tables",), f"no form has a table '{key}'{nearest(key, known)}")


def check(document: Document, options: Options) -> Iterator[Finding]:
    tables = [table for key, table in document.binding.tables.items() if key in options.tables]
    if not tables:
        raise PartMissing(options.tables[0])
    for table in tables:
        if _is_empty(table) and not _is_said(document, table, options):
            title = document.profile.section(table.template.section).title
            start = table.span.start
            head = next(item for item in document.report.tables() if item.span.start <= start < item.span.end)
            yield Finding(
                span=head.rows[0].cells[0].span, facts={"table": title}, place=Place(title, table.template.key)
            )


def _is_empty(table: BoundTable) -> bool:
    """Whether no cell that may hold a figure holds one but 0."""
    return not any(
        cell.value.number or cell.value.addend is None for cell in table.cells.values() if cell.type not in TEXTS
    )


def _is_said(document: Document, table: BoundTable, options: Options) -> bool:
    section = document.outline.sections.get(table.template.section)
    paragraphs = section.paragraphs() if section else document.paragraphs()
    texts = [paragraph.text for paragraph in paragraphs]
    for part in section.tables() if section else ():
        texts.extend(cell.text for row in part.rows for cell in row.cells)
    return any(options.statement.search(fold(text)) for text in texts)


KIND = RuleKind("empty-tables", Options, check, None, fits)
