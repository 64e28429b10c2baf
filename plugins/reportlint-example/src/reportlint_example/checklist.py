"""A format: a Markdown list for the person who mends the report, one line to tick off for each diagnostic."""

from collections.abc import Iterable, Iterator

from reportlint.hookspecs import Checked, FormatOptions

NO_MARKUP = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>()#+-.!|~"})


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    for report in reports:
        yield f"## {_plain(report.path.as_posix())}\n\n"
        for diagnostic in report.diagnostics:
            line = report.source.position(diagnostic.span.start)[0] if report.source else 1
            where = f"第 {line} 行" if options.language == "zh" else f"line {line}"
            yield f"- [ ] {where}: {_plain(diagnostic.message.to(options.language))}\n"
        yield "\n"


def _plain(text: str) -> str:
    """Reports are not trusted: what they quote is text, never markup."""
    return "".join(character if character.isprintable() else " " for character in text).translate(NO_MARKUP)
