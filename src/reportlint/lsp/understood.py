"""One version of one document, read and checked: what every answer about it is made from."""

from dataclasses import dataclass, replace
from pathlib import Path

from reportlint.diagnostic import Checked
from reportlint.document import Document
from reportlint.engine import Library, diagnosed, recognise, unreadable
from reportlint.errors import ReadError
from reportlint.extension import Reading
from reportlint.lsp.page import Page
from reportlint.profile import Profile
from reportlint.readers import read, read_source, read_text, too_large
from reportlint.report import Report
from reportlint.source import LARGEST_FILE, Source


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """A document, and what was found in it.

    page: Its lines as the editor has them. reading, document, report: None where it could not be read, or is no report.
    placed: Whether places in the canonical text are places on the page; they are not where a reader made that text.
    """

    page: Page
    checked: Checked
    reading: Reading | None = None
    document: Document | None = None
    report: Report | None = None
    placed: bool = True

    def with_checked(self, checked: Checked) -> "Understood":
        return replace(self, checked=checked)


def understand(path: Path, page: Page, library: Library, profile: Profile | None = None) -> Understood:
    """A text as it stands in an editor, saved or not."""
    try:
        if page.size > LARGEST_FILE:
            raise too_large(page.size)
        reading = read_source(Source(path, page.text))
        return _judged(page, reading, library, profile, placed=True)
    except ReadError as error:
        return Understood(page, unreadable(path, error, library))


def understand_file(path: Path, page: Page, library: Library, profile: Profile | None = None) -> Understood:
    """A file that a reader makes a text of, as it is on the disk."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise too_large(size)
        reading = read(path, path.read_bytes(), library.extensions.readers)
        return _judged(page, reading, library, profile, placed=reading.source.text == page.text)
    except OSError as error:
        why = error.strerror or str(error)
        fault = ReadError(f"无法打开文件：{why}", f"the file cannot be opened: {why}")
        return Understood(page, unreadable(path, fault, library), placed=False)
    except ReadError as error:
        return Understood(page, unreadable(path, error, library), placed=False)


def _judged(page: Page, reading: Reading, library: Library, profile: Profile | None, *, placed: bool) -> Understood:
    document, parsed = recognise(reading, library, profile)
    checked = diagnosed(reading, document, parsed, library)
    return Understood(page, checked, reading, document, parsed.report, placed)


def is_text(path: Path, library: Library) -> bool:
    """Whether the reader for this ending takes the text as it is."""
    reader = library.extensions.readers.get(path.suffix.lower())
    return reader is None or reader.read is read_text
