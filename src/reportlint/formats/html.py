"""One page that shows each report as its reader sees it, with what is wrong beside its place.

The page loads nothing and sends nothing. Its own script and style are named by their digests in the policy that it
sets, so no other can run, whatever a report holds. Without the script everything is shown, only not filtered.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from reportlint.diagnostic import Checked, Diagnostic, Text
from reportlint.extension import FormatOptions
from reportlint.formats.drawing import drawn, headers
from reportlint.formats.place import SEVERITIES, labels, position, waived
from reportlint.formats.spool import Spool
from reportlint.formats.summary import Totals, coverage_line
from reportlint.formats.xml import quoted, quoted_lines

FOLDER = Path(__file__).parent

TITLE = Text("报告检查结果", "What was found in the reports")
REPORT, AGENCY, YEAR = Text("报告", "report"), Text("机关", "agency"), Text("年度", "year")
SHOW, RULE, ALL_RULES = Text("显示", "show"), Text("规则", "rule"), Text("全部规则", "all rules")
INCOMPLETE = Text("没有全部检查", "not all of it was checked")
NOTHING_FOUND = Text("没有发现问题", "nothing was found")
STATE = Text("检查情况", "state")
LINE = Text("第 {} 行第 {} 列", "line {}, column {}")
ON_LINE = Text("第 {} 行", "line {}")
NOT_READ = Text("文件未能读取，没有可以显示的内容", "The file could not be read; there is nothing to show")
FOUND, EXPECTED = Text("现为", "found"), Text("应为", "should be")
EMPTY = Text("空", "empty")
RELATED, BASIS, HELP, FIX = Text("相关", "related"), Text("依据", "source"), Text("帮助", "help"), Text("修改", "fix")


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    """The page. Its head tells of all reports, so they are kept until then, on disk if they are many."""
    totals = Totals()
    rules: Counter[tuple[str, str]] = Counter()
    with Spool() as index, Spool() as bodies:
        for number, report in enumerate(reports, start=1):
            totals = totals.add(report)
            rules.update((diagnostic.code, diagnostic.rule) for diagnostic in report.standing)
            index.write(_entry(report, number, options))
            for piece in _article(report, number, options):
                bodies.write(piece)
        yield from _head(totals, rules, options)
        yield from index.read()
        yield "</tbody></table></nav>\n<main>\n"
        yield from bodies.read()
    yield f"</main>\n<script>{_file('html.js')}</script>\n</body>\n</html>\n"


def _file(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _head(totals: Totals, rules: Counter[tuple[str, str]], options: FormatOptions) -> Iterator[str]:
    spoken = options.language
    style, script = _file("html.css"), _file("html.js")
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    yield f'<!DOCTYPE html>\n<html lang="{"zh-CN" if spoken == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{quoted(TITLE.to(spoken))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    yield f"<header>\n<h1>{quoted(TITLE.to(spoken))}</h1>\n<p>{quoted(coverage_line(totals, spoken))}</p>\n"
    yield from _filters(totals, rules, options)
    yield "</header>\n<nav><table><thead><tr>"
    columns = [REPORT, AGENCY, YEAR, *SEVERITIES.values(), STATE]
    yield "".join(f'<th scope="col">{quoted(column.to(spoken))}</th>' for column in columns) + "</tr></thead><tbody>\n"


def _filters(totals: Totals, rules: Counter[tuple[str, str]], options: FormatOptions) -> Iterator[str]:
    """Hidden, as they are of no use where the script does not run; it shows them."""
    spoken = options.language
    show = quoted(SHOW.to(spoken))
    yield f'<form class="filters" aria-label="{show}" hidden><span aria-hidden="true">{show}</span>\n'
    for severity, word in SEVERITIES.items():
        box = f'<input type="checkbox" value="{severity.word}" checked>'
        yield f"<label>{box} {quoted(word.to(spoken))} ({getattr(totals, severity.word)})</label>\n"
    yield f'<label>{quoted(RULE.to(spoken))} <select><option value="">{quoted(ALL_RULES.to(spoken))}</option>\n'
    for (code, rule), number in sorted(rules.items()):
        yield f'<option value="{quoted(rule)}">{quoted(f"{code} {rule}")} ({number})</option>\n'
    yield "</select></label></form>\n"


def _entry(report: Checked, number: int, options: FormatOptions) -> str:
    """The report's row in the index."""
    counts = Counter(diagnostic.severity for diagnostic in report.standing)
    known = "".join(
        f"<td>{quoted(str(value))}</td>" if value is not None else "<td></td>" for value in (report.agency, report.year)
    )
    cells = "".join(
        f'<td class="number{f" {each.word}" if counts[each] else ""}">{counts[each]}</td>' for each in SEVERITIES
    )
    return (
        f'<tr><td><a href="#r{number}">{quoted(report.path.as_posix())}</a></td>{known}{cells}'
        f"<td>{quoted(_state(report, options))}</td></tr>\n"
    )


def _state(report: Checked, options: FormatOptions) -> str:
    accepted = waived(report, options.language)
    if not report.complete:
        return " · ".join(word for word in (INCOMPLETE.to(options.language), accepted) if word)
    return accepted if report.standing or accepted else NOTHING_FOUND.to(options.language)


def _article(report: Checked, number: int, options: FormatOptions) -> Iterator[str]:
    """The report, each piece with the notes on it at its side."""
    prefix = f"r{number}"
    words = [str(value) for value in (report.agency, report.year, report.profile) if value is not None]
    about = " · ".join(word for word in (*words, _state(report, options)) if word)
    yield f'<article id="{prefix}">\n<h2>{quoted(report.path.as_posix())}</h2>\n<p class="about">{quoted(about)}</p>\n'
    waiting = [
        (diagnostic.span.start, _note(report, diagnostic, f"{prefix}-{place}", options))
        for place, diagnostic in enumerate(report.standing, start=1)
    ]
    waiting.sort(key=lambda each: each[0])
    waiting.reverse()
    form = next((profile for profile in options.profiles if profile.id == report.profile), None)
    for piece in drawn(report, prefix, headers(form)):
        notes = []
        # A note on what lies between two pieces stands at the second of them.
        while waiting and waiting[-1][0] <= piece.end:
            notes.append(waiting.pop()[1])
        yield _block(piece.html, notes)
    if waiting:
        missing = "" if report.source else f"<p>{quoted(NOT_READ.to(options.language))}</p>"
        yield _block(missing, [note for _, note in reversed(waiting)])
    yield "</article>\n"


def _block(html: str, notes: Sequence[str]) -> str:
    aside = f"<aside>{''.join(notes)}</aside>" if notes else ""
    return f'<section><div class="sheet">{html}</div>{aside}</section>\n'


def _note(report: Checked, diagnostic: Diagnostic, name: str, options: FormatOptions) -> str:
    spoken = options.language
    line, column = position(report, diagnostic.span.start)
    number = name.rpartition("-")[2]
    place = LINE.to(spoken).format(line, column) if report.source else ""
    address = diagnostic.address.to(spoken) if diagnostic.address else ""
    rule = f"{diagnostic.code} {diagnostic.rule}"
    where = " · ".join(word for word in (rule, place, address, labels(diagnostic.place)) if word)
    rows: list[tuple[Text, str]] = []
    if diagnostic.found is not None:
        rows.append((FOUND, quoted(diagnostic.found or EMPTY.to(spoken))))
    if diagnostic.expected is not None:
        rows.append((EXPECTED, f"<b>{quoted(diagnostic.expected or EMPTY.to(spoken))}</b>"))
    for related in diagnostic.related:
        at, _ = position(report, related.span.start)
        rows.append((RELATED, quoted(f"{related.message.to(spoken)} ({ON_LINE.to(spoken).format(at)})")))
    for lead, text in ((BASIS, diagnostic.source), (HELP, diagnostic.help)):
        if text is not None:
            rows.append((lead, quoted_lines(text.to(spoken).strip())))
    if diagnostic.fix is not None:
        rows.append((FIX, quoted(diagnostic.fix.title.to(spoken))))
    told = "".join(f"<dt>{quoted(lead.to(spoken))}</dt><dd>{words}</dd>" for lead, words in rows)
    severity = diagnostic.severity
    return (
        f'<div class="note {severity.word}" id="{name}" tabindex="0" data-severity="{severity.word}" '
        f'data-rule="{quoted(diagnostic.rule)}"><p><a class="number" href="#at-{name}">{number}</a> '
        f"<b>{quoted(SEVERITIES[severity].to(spoken))}</b> {quoted(diagnostic.message.to(spoken))}</p>"
        f'<p class="where">{quoted(where)}</p>'
        f"<dl>{told}</dl></div>"
    )
