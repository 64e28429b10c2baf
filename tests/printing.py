"""Results for formats to print, and what they print of them."""

from pathlib import Path
from typing import Any

from reportlint.diagnostic import Checked, Diagnostic, Language, Place, Severity, Span, Text
from reportlint.extension import FormatOptions
from reportlint.formats import FORMATS as BUILT_IN
from reportlint.source import Source

FORMATS = {each.name: each for each in BUILT_IN}
PATH = Path("报告.txt")
CELL = Place("收到和处理政府信息公开申请情况", "requests", ("三、本年度办理结果", "（一）予以公开"), ("总计",))


def spot(text: str, piece: str) -> Span:
    start = text.index(piece)
    return Span(start, start + len(piece))


def diagnostic(span: Span, **changes: Any) -> Diagnostic:
    fields: dict[str, Any] = {
        "path": PATH,
        "span": span,
        "severity": Severity.ERROR,
        "rule": "row-sum",
        "code": "ARI001",
        "message": Text("总计为 3，但 1 + 0 = 1", "total is 3, but 1 + 0 = 1"),
    }
    return Diagnostic(**{**fields, **changes})


def checked(text: str | None, *diagnostics: Diagnostic, path: Path = PATH, **fields: Any) -> Checked:
    source = None if text is None else Source(path, text)
    return Checked(path=path, source=source, diagnostics=diagnostics, **fields)


def pieces(name: str, *reports: Checked, language: Language = "zh", **options: Any) -> list[Any]:
    told = FormatOptions(language=language, **{"version": "0.1.0", **options})
    return list(FORMATS[name].render(reports, told))


def printed(name: str, *reports: Checked, language: Language = "zh", **options: Any) -> str:
    return "".join(pieces(name, *reports, language=language, **options))
