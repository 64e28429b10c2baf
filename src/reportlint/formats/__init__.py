"""The built-in formats that print diagnostics. Each is imported when it is used, so that starting stays quick."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from reportlint.diagnostic import Checked
from reportlint.extension import Format, FormatOptions

# In the order in which they are listed: for people, for programs, for services, for offices.
MODULES = {
    "text": "frame",
    "concise": "concise",
    "grouped": "grouped",
    "grouped-by-rule": "by_rule",
    "json": "json",
    "jsonl": "jsonl",
    "sarif": "sarif",
    "junit": "junit",
    "checkstyle": "checkstyle",
    "rdjson": "rdjson",
    "github": "github",
    "gitlab": "gitlab",
    "markdown": "markdown",
    "csv": "csv",
    "xlsx": "xlsx",
    "html": "html",
}


def _in(module: str) -> Callable[[Iterable[Checked], FormatOptions], Iterator[Any]]:
    """The `render` of the module with this name."""

    def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[Any]:
        from importlib import import_module

        pieces: Iterator[Any] = import_module(f"reportlint.formats.{module}").render(reports, options)
        return pieces

    return render


FORMATS = tuple(Format(name, _in(module), binary=name == "xlsx") for name, module in MODULES.items())
