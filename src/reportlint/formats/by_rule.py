"""The places of each rule below its name, with its source and advice once, for an office that looks for what is common.

Everything is known only at the end, so nothing is printed before; what is kept till then goes to disk if it is much.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from reportlint.diagnostic import Checked, Diagnostic
from reportlint.display import escape
from reportlint.extension import FormatOptions
from reportlint.formats.frame import BASIS, BOLD, SEVERITY_COLORS, paint
from reportlint.formats.grouped import Count, count, how_often, severity_word
from reportlint.formats.place import labels, position
from reportlint.formats.spool import Spool

IN_MEMORY = 64 * 1024  # bytes of each rule


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    counts: dict[str, Count] = {}
    sources: dict[str, str] = {}
    places: dict[str, Spool] = {}
    with ExitStack() as stack:
        for report in reports:
            count(report, counts)
            for diagnostic in report.standing:
                rule = diagnostic.rule
                if rule not in places:
                    places[rule] = stack.enter_context(Spool(IN_MEMORY))
                    sources[rule] = diagnostic.source.to(options.language) if diagnostic.source else ""
                places[rule].write(_place(report, diagnostic, options))
        between = ""
        for rule, each in sorted(counts.items(), key=lambda item: (-item[1].severity, item[1].code)):
            severity = paint(severity_word(each.severity, options).rstrip(), SEVERITY_COLORS[each.severity], options)
            title = paint(escape(f"{each.code} {rule}"), BOLD, options)
            yield f"{between}{severity} {title}: {how_often(each, options)}\n"
            if sources[rule]:
                yield f"  {BASIS.to(options.language)}{escape(sources[rule])}\n"
            yield from places[rule].read()
            between = "\n"


def _place(report: Checked, diagnostic: Diagnostic, options: FormatOptions) -> str:
    line, column = position(report, diagnostic.span.start)
    where = labels(diagnostic.place)
    words = f"{report.path.as_posix()}:{line}:{column}: {diagnostic.message.to(options.language)}"
    whose = f" ({report.agency})" if report.agency else ""
    return f"  {escape(words + (f' [{where}]' if where else '') + whose)}\n"
