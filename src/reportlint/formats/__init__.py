"""The built-in formats that print diagnostics. Each is imported when it is used, so that starting stays quick."""

from collections.abc import Iterable, Iterator

from reportlint.diagnostic import Checked
from reportlint.extension import Format, FormatOptions


def text(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    from reportlint.formats.frame import render

    return render(reports, options)


def concise(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    from reportlint.formats.concise import render

    return render(reports, options)


def json(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    from reportlint.formats.json import render

    return render(reports, options)


FORMATS = (Format("text", text), Format("concise", concise), Format("json", json))
