"""The page that `--format html` makes, opened in headless Chromium.

It needs node, Chromium and the npm package playwright-core, which REPORTLINT_PLAYWRIGHT names the folder of; otherwise
the one of the editor's extension is taken. Without them these tests are skipped. CI installs what it can.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from reportlint.cli import main
from reportlint.diagnostic import Checked, Diagnostic, Severity, Span, Text
from reportlint.extension import FormatOptions
from reportlint.formats.html import render
from reportlint.source import Source

TOP = Path(__file__).resolve().parent.parent
NODE = shutil.which("node")
CHROMIUM = os.environ.get("REPORTLINT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
LIBRARY = Path(
    os.environ.get("REPORTLINT_PLAYWRIGHT") or TOP / "editors" / "vscode" / "node_modules" / "playwright-core"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (NODE and CHROMIUM and LIBRARY.is_dir()),
        reason="NOT RUN: the page in a browser, which needs node, chromium and the npm package playwright-core",
    ),
]

Step = tuple[str, Any]
FORM = TOP / "examples" / "cn-disclosure-2019"


def browse(file: Path, steps: Sequence[Step], **options: Any) -> dict[str, Any]:
    """What the steps came to, what was asked for, and what the browser complained about."""
    asked = {"pages": [{"file": str(file), "options": options, "steps": steps}]}
    assert NODE is not None
    assert CHROMIUM is not None
    done = subprocess.run(
        [NODE, str(TOP / "tests" / "browser.mjs"), str(LIBRARY), CHROMIUM],
        input=json.dumps(asked), capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert found["received"] == [f"file:{file.name}"]
    assert isinstance(found, dict)
    return found


def quiet(file: Path, *steps: Step, **options: Any) -> list[Any]:
    """The same, of a page that the browser has nothing to complain about."""
    found = browse(file, steps, **options)
    assert (found["complaints"], found["requests"]) == ([], [f"file:{file.name}"])
    assert isinstance(found["results"], list)
    return found["results"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the examples, one that is no report and one that cannot be read."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copy(FORM / "clean.txt", folder / "1.txt")
    # One total that its parts do not give, beside others that are wrong.
    text = (FORM / "faulty.txt").read_text(encoding="utf-8")
    (folder / "2.txt").write_text(text, encoding="utf-8")
    (folder / "3.txt").write_text("买菜\n", encoding="utf-8")
    (folder / "4.txt").write_bytes(b"\xff\xfe\x00\x00\x00")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        main(["check", "--quiet", "--lang", "zh", "--format", "html=found.html", "."])
        main(["check", "--quiet", "--lang", "zh", "--select", "row-sum", "--format", "html=sum.html", "2.txt"])
    return folder / "found.html"


LIT = "[...document.querySelectorAll('.lit')].map((each) => each.tagName + ' ' + each.textContent.trim().slice(0, 12))"
SUM = ["MARK 4", "MARK 2", "MARK 0", "MARK 0", "MARK 0", "MARK 0", "MARK 5", "DIV 1 错误 总计为 5，但"]


@pytest.mark.parametrize("step", [("hover", "mark.error"), ("hover", ".note"), ("focus", ".note"), ("focus", ".badge")])
def test_what_a_broken_total_is_the_sum_of_lights_up(page: Path, step: Step) -> None:
    before, _, lit, _, after = quiet(
        page.with_name("sum.html"), ("evaluate", LIT), step, ("evaluate", LIT), ("hover", "h1"), ("evaluate", LIT)
    )
    assert (before, lit, after) == ([], SUM, [] if step[0] == "hover" else after)


SHOWN = "[...document.querySelectorAll('.note:not([hidden])')].map((note) => note.dataset.severity)"
COLOURED = "document.querySelectorAll('.sheet :is(td, th):is(.error, .warning, .info):not(.unlit)').length"
RULES = "[...new Set([...document.querySelectorAll('.note:not([hidden])')].map((note) => note.dataset.rule))]"


def test_severities_and_rules_are_filtered_by_keyboard(page: Path) -> None:
    everything, coloured, _, _, some, _, _, errors, fewer, _, _, rules = quiet(
        page,
        ("evaluate", SHOWN), ("evaluate", COLOURED),
        ("focus", "input[value=warning]"), ("press", "Space"), ("evaluate", SHOWN),
        ("press", "Tab"), ("press", "Space"), ("evaluate", SHOWN), ("evaluate", COLOURED),
        ("press", "Tab"), ("choose", ["select", "row-sum"]), ("evaluate", RULES),
    )  # fmt: skip
    assert set(everything) == {"error", "warning", "info"}
    assert (set(some), set(errors), rules) == ({"error", "info"}, {"error"}, ["row-sum"])
    assert 0 < fewer < coloured


def test_severities_are_filtered_by_mouse(page: Path) -> None:
    _, shown, _, again = quiet(
        page, ("click", "input[value=error]"), ("evaluate", SHOWN), ("click", "input[value=error]"), ("evaluate", SHOWN)
    )
    assert (set(shown), set(again)) == ({"warning", "info"}, {"error", "warning", "info"})


# Chromium's own reading of who is called what.
NAMELESS = """[...document.querySelectorAll("a, input, select, [tabindex]")]
    .filter((each) => each.id === "" || !each.id.startsWith("at-"))
    .filter((each) => !(each.textContent.trim() || each.closest("label")?.textContent.trim())).length"""


def test_what_can_be_reached_by_keyboard_has_a_name(page: Path) -> None:
    assert quiet(page, ("evaluate", NAMELESS)) == [0]


# Of the text of the notes, on what is behind it, by WCAG's formula.
CONTRAST = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  let least = 21;
  const texts = "h1, h2, .about, label, nav td, nav a, .sheet p, td, th, mark, .badge, .note *";
  for (const element of document.querySelectorAll(texts)) {
    if (!element.textContent.trim()) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))].sort((x, y) => y - x);
    least = Math.min(least, (a + 0.05) / (b + 0.05));
  }
  return least;
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_by_day_and_by_night(page: Path, scheme: str) -> None:
    (least,) = quiet(page, ("evaluate", CONTRAST), colorScheme=scheme)
    assert least >= 4.5


HEADERS = """(() => {
  const at = (cell) => Math.round(cell.getBoundingClientRect().right);
  const table = [...document.querySelectorAll("#r1 table")][1];
  const figures = [...table.rows].find((row) => row.textContent.includes("上年结转")).cells;
  const wanted = ["自然人", "其他", "总计"];
  const heads = [...table.querySelectorAll("th")].filter((cell) => wanted.includes(cell.textContent));
  return heads.map((head) => [...figures].findIndex((cell) => at(cell) === at(head)) - figures.length);
})()"""


def test_headers_stand_over_their_figures(page: Path) -> None:
    assert quiet(page, ("evaluate", "document.querySelector('#r1').scrollIntoView()"), ("evaluate", HEADERS))[1] == [
        -7, -1, -2,
    ]  # fmt: skip


def test_the_page_prints_whole(page: Path) -> None:
    _, hidden, size = quiet(
        page,
        ("media", {"media": "print", "colorScheme": "dark"}),
        ("evaluate", "[getComputedStyle(document.querySelector('.filters')).display,"
                     " getComputedStyle(document.querySelector('article')).contentVisibility,"
                     " getComputedStyle(document.body).color]"),
        ("pdf", None),
    )  # fmt: skip
    assert hidden == ["none", "visible", "rgb(26, 26, 26)"]
    assert size > 50_000


# What somebody may have written into a report to be run by whoever looks at the page.
EVIL = [
    "<script>window.caught = 1; alert(1)</script>",
    "<img src=x onerror='window.caught = 2'>",
    "</style><style>body { display: none }</style>",
    "</title></script><script>window.caught = 3</script>",
    "<a href='javascript:window.caught = 4' id=evil>click</a>",
    "<svg onload='window.caught = 5'><iframe srcdoc='<script>parent.caught = 6</script>'>",
    "\"' onmouseover='window.caught = 7' x='",
    "<base href='https://evil.example/'><link rel=stylesheet href=//evil.example/x.css>",
    "<form action=https://evil.example><button id=evil>x</button></form>",
]


def test_nothing_in_a_report_runs(tmp_path: Path) -> None:
    text = "\n".join(EVIL)
    words = Text(text, text)
    found = tuple(
        Diagnostic(
            path=Path("r"), span=Span(start, start + 9), severity=Severity.ERROR, rule="row-sum", code="ARI001",
            message=words, found=text, expected=text, source=words, help=words, address=words,
        )
        for start in range(0, len(text) - 9, 7)
    )  # fmt: skip
    report = Checked(path=Path(EVIL[0]), source=Source(Path("r"), text), diagnostics=found, agency=text, profile=text)
    page = tmp_path / "evil.html"
    page.write_text("".join(render([report], FormatOptions(language="zh"))), encoding="utf-8")
    elements = "[...document.querySelectorAll('img, iframe, svg, base, link, button, #evil')].length"
    caught, added, visible, _, _, scripts, again = quiet(
        page,
        ("evaluate", "window.caught ?? null"), ("evaluate", elements),
        ("evaluate", "getComputedStyle(document.body).display"), ("hover", "mark"), ("click", ".note b"),
        ("evaluate", "document.scripts.length + document.styleSheets.length"), ("evaluate", "window.caught ?? null"),
    )  # fmt: skip
    assert (caught, added, visible, scripts, again) == (None, 0, "block", 2, None)


def test_the_policy_stops_what_would_get_in(page: Path, tmp_path: Path) -> None:
    """Were something not escaped, it would still not run and nothing would be fetched."""
    torn = tmp_path / "torn.html"
    text = page.read_text(encoding="utf-8")
    torn.write_text(text.replace("<main>", f"<main>{''.join(EVIL)}", 1), encoding="utf-8")
    found = browse(torn, [("evaluate", "window.caught ?? null")])
    assert found["results"] == [None]
    assert any("Content Security Policy" in complaint for complaint in found["complaints"])


def test_a_page_of_a_thousand_reports_is_used_at_once(page: Path, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    text = (FORM / "faulty.txt").read_text(encoding="utf-8")
    for number in range(1000):
        (many / f"{number:04}.txt").write_text(text.replace("云溪镇", f"云溪{number}镇"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(many)
        main(["check", "--quiet", "--format", "html=../many.html", "."])
    now = "performance.now()"
    timed = f"(() => {{ const before = {now}; %s; document.body.offsetHeight; return {now} - before; }})()"
    loaded, filtered, jumped, lit = quiet(
        tmp_path / "many.html",
        ("evaluate", "performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart"),
        ("evaluate", timed % "document.querySelector('input[value=error]').click()"),
        ("evaluate", timed % "document.querySelector('#r900').scrollIntoView()"),
        ("evaluate", timed % "document.querySelector('#r900-1').focus()"),
    )
    print(f"loaded {loaded} ms, filtered {filtered:.0f} ms, jumped {jumped:.0f} ms, lit {lit:.0f} ms")
    # Ten times what it takes on a machine that has nothing else to do.
    assert loaded < 30_000
    assert max(filtered, jumped, lit) < 15_000
