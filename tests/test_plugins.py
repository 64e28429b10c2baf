"""Plugins: what is found, what may run, and what becomes of one that misbehaves."""

import json
import os
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reportlint import guard, plugins, standard, trust
from reportlint.cli import main
from reportlint.errors import ConfigError, PluginError
from reportlint.plugins import Plugin, classify

TOP = Path(__file__).parents[1]
CLEAN = (TOP / "examples" / "cn-disclosure-2021" / "clean.txt").read_text(encoding="utf-8")
SHOUT = """
from collections.abc import Iterator
from dataclasses import dataclass
from reportlint.hookspecs import Document, Finding, RuleKind, Span

REPORTLINT_API = 1

@dataclass(frozen=True, kw_only=True)
class Options:
    '''Nothing to choose.'''

def check(document, options):
{body}

def reportlint_kinds():
    return [RuleKind("shout", Options, check)]
"""
RULE = """
id: shout
code: SHO001
kind: shout
severity: warning
profile: cn-disclosure
source: a test
why: a test
message: {zh: "喊", en: "shouted"}
examples:
  - {name: always, change: [], expect: ["1:1 warning 喊"]}
"""


class Repository:
    """A folder with a clean report and a plugin of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        (folder / ".git").mkdir()
        (folder / "report.txt").write_text(CLEAN, encoding="utf-8")

    def add(self, name: str, text: str) -> Path:
        path = self.folder / ".reportlint" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def with_check(self, body: str) -> "Repository":
        self.add("plugins/shout.py", SHOUT.format(body=textwrap.indent(textwrap.dedent(body), "    ")))
        self.add("rules/shout.yaml", RULE)
        return self

    def run(self, *arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = self.capsys.readouterr()
        return status, out, err


@pytest.fixture
def repository(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Repository:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    return Repository(tmp_path / "work", capsys)


YIELD_ONE = "yield Finding(Span(0, 1))"


def test_a_local_plugin_does_not_run_unless_it_is_trusted(repository: Repository) -> None:
    marker = repository.folder / "ran"
    repository.with_check(f"open({str(marker)!r}, 'w').close()\n{YIELD_ONE}")
    status, out, err = repository.run("check", "--format", "concise", "--quiet", "report.txt")
    assert (status, out, marker.exists()) == (3, "", False)
    assert "plugins/shout.py: " in err
    assert "nobody has trusted was not run" in err
    assert "rules/shout.yaml: not run: the kind 'shout' is unknown" in err


def test_what_is_trusted_on_the_command_line_runs(repository: Repository) -> None:
    repository.with_check(YIELD_ONE)
    status, out, err = repository.run("check", "--trust", "--format", "concise", "--quiet", "report.txt")
    assert (status, out, err) == (0, "report.txt:1:1: warning SHO001 shout: shouted\n", "")


def test_trust_is_for_the_file_as_it_is_and_asked_for_again_when_it_changes(repository: Repository) -> None:
    repository.with_check(YIELD_ONE)
    check = ("check", "--format", "concise", "--quiet", "report.txt")
    status, out, _ = repository.run("trust")
    assert (status, out.count("trusted")) == (0, 1)
    assert repository.run(*check)[0] == 0
    assert "trusted before" in repository.run("trust")[1]
    path = repository.folder / ".reportlint" / "plugins" / "shout.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert repository.run(*check)[0] == 3
    repository.run("trust", str(path))
    assert repository.run(*check)[0] == 0
    assert str(path.resolve()) in repository.run("trust", "--list")[1]
    assert repository.run("trust", "--forget")[0] == 0
    assert repository.run(*check)[0] == 3
    assert repository.run("trust", "--list")[1] == ""


def test_isolated_leaves_out_what_the_repository_brings(repository: Repository) -> None:
    repository.with_check(YIELD_ONE)
    assert repository.run("check", "--isolated", "--format", "concise", "--quiet", "report.txt") == (0, "", "")


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def trusted_list() -> Path:
    found = trust.store()
    assert found is not None
    return found


def test_a_list_of_trust_that_others_may_write_is_refused(repository: Repository) -> None:
    repository.with_check(YIELD_ONE)
    repository.run("trust")
    trusted_list().chmod(0o666)
    status, _, err = repository.run("check", "report.txt")
    assert status == 2
    assert "others may write this file" in err


@pytest.mark.parametrize("content", ["{", "[]", '{"a": 1}'])
def test_a_damaged_list_of_trust_is_an_error_with_the_way_out(repository: Repository, content: str) -> None:
    trusted_list().parent.mkdir(parents=True)
    trusted_list().write_text(content, encoding="utf-8")
    trusted_list().chmod(0o600)
    with pytest.raises(ConfigError, match="delete it and trust the plugins anew"):
        trust.trusted()


def test_trust_without_plugins_says_so(repository: Repository) -> None:
    assert repository.run("trust") == (
        2,
        "",
        "reportlint: 没有 .reportlint/plugins 文件夹，或里面没有插件 / no plugins in .reportlint/plugins\n",
    )
    status, _, err = repository.run("trust", "nowhere.py")
    assert (status, "no such file" in err) == (2, True)


FAULTS = {
    "raises": ("raise RuntimeError('no such luck')", "RuntimeError: no such luck"),
    "ends the process": ("import sys; sys.exit(0)", "plugin 'shout' wanted to end the process"),
    "returns no findings": ("return 7", "plugin 'shout': check returned a int, where findings belong"),
    "yields something else": ("yield 'a text'", "plugin 'shout': check yielded a str, where a Finding belongs"),
    "points outside": ("yield Finding(Span(5, 10**9))", "which is no place in the report"),
    "points backwards": ("yield Finding(Span(5, 3))", "which is no place in the report"),
    "points at nothing": ("yield Finding(None)", "a finding at None, which is no place in the report"),
    "never stops yielding": (
        "while True: yield Finding(Span(0, 1))",
        "plugin 'shout': more than 10000 findings in one report",
    ),
}


@pytest.mark.parametrize(("body", "told"), FAULTS.values(), ids=FAULTS)
def test_a_check_that_misbehaves_is_named_and_the_rest_goes_on(repository: Repository, body: str, told: str) -> None:
    repository.with_check(body)
    faulty = CLEAN.replace("一、总体情况", "一、总体的情况", 1)
    assert faulty != CLEAN
    (repository.folder / "faulty.txt").write_text(faulty, encoding="utf-8")
    status, out, _ = repository.run("check", "--trust", "--format", "concise", "--quiet", "faulty.txt")
    assert status == 3
    crash, other = out.splitlines()
    assert "ENG003 rule-crashed" in crash
    assert "shout" in crash
    assert told in crash
    assert "heading-variant" in other


@pytest.mark.parametrize(
    "body", ["raise RuntimeError('no')", "return 7", "return [7]", "return [Pattern('(')]", "return [Pattern('总体')]"]
)
def test_a_kind_that_cannot_name_its_patterns_finds_what_it_always_found(repository: Repository, body: str) -> None:
    repository.with_check("if document.has(document.source.text, Pattern('总体')): yield Finding(Span(0, 1))")
    path = repository.folder / ".reportlint" / "plugins" / "shout.py"
    text = path.read_text(encoding="utf-8").replace("import Document", "import Pattern, Document")
    text = text.replace("Options, check)", "Options, check, watched=watched)")
    path.write_text(f"{text}\ndef watched(options): {body}\n", encoding="utf-8")
    _, out, _ = repository.run("check", "--trust", "--format", "concise", "--quiet", "report.txt")
    assert out == "report.txt:1:1: warning SHO001 shout: shouted\n"


@pytest.mark.parametrize(
    "body", ["while True: pass", "while True:\n    try: sum(range(999))\n    except Exception: pass"]
)
def test_a_check_that_never_returns_is_stopped(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(guard, "TIME_LIMIT", 0.2)
    started = time.monotonic()
    status, out, _ = repository.with_check(body).run("check", "--trust", "--format", "concise", "--quiet", "report.txt")
    assert (status, "took longer than 0.2 s and was stopped" in out) == (3, True)
    assert time.monotonic() - started < 30


def test_a_check_that_never_returns_is_stopped_in_another_thread_too() -> None:
    from threading import Thread

    told: list[str] = []

    def run() -> None:
        def forever() -> None:
            while True:
                pass

        try:
            guard.guarded("endless", forever, 0.2)
        except guard.PluginFault as fault:
            told.append(str(fault))

    thread = Thread(target=run)
    thread.start()
    thread.join(30)
    assert told == ["plugin 'endless' took longer than 0.2 s and was stopped"]


def test_what_a_plugin_prints_stays_out_of_the_output(repository: Repository, caplog: pytest.LogCaptureFixture) -> None:
    repository.with_check(f"print('hello\\x1b[31m')\n{YIELD_ONE}")
    _, out, _ = repository.run("check", "--trust", "--format", "concise", "--quiet", "report.txt")
    assert out == "report.txt:1:1: warning SHO001 shout: shouted\n"
    assert caplog.messages == ["plugin 'shout' wrote to standard output, which holds diagnostics only: hello\\x1b[31m"]


BROKEN = {
    "does not import": ("import no_such_module_at_all", "cannot be imported: ModuleNotFoundError"),
    "no Python": ("def (", "cannot be imported: SyntaxError"),
    "exits on import": ("raise SystemExit(0)", "cannot be imported: SystemExit"),
    "no version": ("def reportlint_kinds(): return []", "does not say for which version of the contract"),
    "another version": ("REPORTLINT_API = 2", "was written for version 2 of the contract; this reportlint has 1"),
    "a misspelt hook": ("REPORTLINT_API = 1\ndef reportlint_kind(): return []", "reportlint_kind"),
    "a hook with arguments": ("REPORTLINT_API = 1\ndef reportlint_kinds(document): return []", "document"),
    "a hook that raises": ("REPORTLINT_API = 1\ndef reportlint_kinds(): return 1 / 0", "reportlint_kinds failed: Zero"),
    "a hook that returns nothing": ("REPORTLINT_API = 1\ndef reportlint_kinds(): pass", "reportlint_kinds failed"),
    "a hook that returns garbage": (
        "REPORTLINT_API = 1\ndef reportlint_formats(): return ['sarif']",
        "reportlint_formats returned a str, where a Format belongs",
    ),
    "a kind without options": (
        "from reportlint.hookspecs import RuleKind\nREPORTLINT_API = 1\n"
        "def reportlint_kinds(): return [RuleKind('one', dict, print)]",
        "a RuleKind 'one' whose options are no dataclass",
    ),
    "a name with spaces": (
        "from reportlint.hookspecs import Format\nREPORTLINT_API = 1\n"
        "def reportlint_formats(): return [Format('my format', print)]",
        "a Format named 'my format', which is no name",
    ),
    "a name that is taken": (
        "from reportlint.hookspecs import Format\nREPORTLINT_API = 1\n"
        "def reportlint_formats(): return [Format('json', print)]",
        "the format 'json' is provided by two plugins: 'reportlint' and 'broken'",
    ),
    "a file ending that is taken": (
        "from reportlint.hookspecs import Reader\nREPORTLINT_API = 1\n"
        "def reportlint_readers(): return [Reader('mine', ('.txt',), print)]",
        "the reader of '.txt' is provided by two plugins: 'reportlint' and 'broken'",
    ),
    "a file ending without a dot": (
        "from reportlint.hookspecs import Reader\nREPORTLINT_API = 1\n"
        "def reportlint_readers(): return [Reader('mine', ('abc',), print)]",
        "a Reader 'mine' with endings ('abc',), which do not begin with a dot",
    ),
    "a fixer for no kind": (
        "from reportlint.hookspecs import Fixer\nREPORTLINT_API = 1\n"
        "def reportlint_fixers(): return [Fixer('mine', 'nothing', print)]",
        "the fixer 'mine' is for the kind 'nothing', which there is not",
    ),
    "a pack without a folder": (
        "from pathlib import Path\nfrom reportlint.hookspecs import Pack\nREPORTLINT_API = 1\n"
        "def reportlint_packs(): return [Pack('mine', Path('nowhere'))]",
        "a Pack 'mine' without its folder nowhere",
    ),
}


@pytest.mark.parametrize(("text", "told"), BROKEN.values(), ids=BROKEN)
def test_a_plugin_that_cannot_be_used_stops_the_run_and_is_named(repository: Repository, text: str, told: str) -> None:
    repository.add("plugins/broken.py", text)
    status, out, err = repository.run("check", "--trust", "report.txt")
    assert (status, out) == (2, "")
    assert "broken" in err
    assert told in err
    assert "Traceback" not in err


READER = """
from reportlint.hookspecs import Block, Cell, Paragraph, Reader, Reading, ReadError, Row, Source, Span

REPORTLINT_API = 1

def read(path, data):
    {body}

def reportlint_readers():
    return [Reader("mine", (".mine",), read)]
"""
UNREAD = {
    "raises": ("raise KeyError('lost')", "the reader of the plugin 'mine' failed: KeyError: 'lost'"),
    "says why": ("raise ReadError('坏了', 'it is broken')", "it is broken"),
    "returns garbage": ("return 'text'", "it returned a str, where a Reading belongs"),
    "garbage among the blocks": (
        "return Reading(Source(path, 'ab'), (Paragraph(Span(0, 2), 'ab'), 'cd'))",
        "a str among the blocks",
    ),
    "a block outside": (
        "return Reading(Source(path, 'ab'), (Paragraph(Span(0, 9), 'ab'),))",
        "which is out of place",
    ),
    "blocks out of order": (
        "return Reading(Source(path, 'ab'), (Paragraph(Span(1, 2), 'b'), Paragraph(Span(0, 1), 'a')))",
        "which is out of place",
    ),
    "a cell outside": (
        "return Reading(Source(path, 'ab'), (Row(Span(0, 1), (Cell(Span(0, 7), 'a', 1),)),))",
        "a cell at Span(start=0, end=7), which is out of place",
    ),
}


@pytest.mark.parametrize(("body", "told"), UNREAD.values(), ids=UNREAD)
def test_a_reader_that_misbehaves_gives_an_unreadable_file(repository: Repository, body: str, told: str) -> None:
    repository.add("plugins/mine.py", READER.format(body=body))
    (repository.folder / "a.mine").write_bytes(b"ab")
    status, out, _ = repository.run("check", "--trust", "--format", "concise", "--quiet", "a.mine", "report.txt")
    assert status == 3
    (line,) = out.splitlines()
    assert line.startswith("a.mine:1:1: error ENG001 unreadable: ")
    assert told in line


FORMAT = """
from reportlint.hookspecs import Format

REPORTLINT_API = 1

def render(reports, options):
    for report in reports:
        {body}

def reportlint_formats():
    return [Format("mine", render)]
"""


@pytest.mark.parametrize(("body", "told"), [("yield 7", "it yielded a int"), ("yield report.nothing", "no attribute")])
def test_a_format_that_misbehaves_is_named(repository: Repository, body: str, told: str) -> None:
    repository.add("plugins/mine.py", FORMAT.format(body=body))
    status, _, err = repository.run("check", "--trust", "--format", "mine", "report.txt")
    assert status == 3
    assert f"the format 'mine' of the plugin 'mine' failed: {told}" in err.replace("'Checked' object has ", "")


def test_what_a_format_prints_by_itself_is_no_output(repository: Repository, caplog: pytest.LogCaptureFixture) -> None:
    repository.add("plugins/mine.py", FORMAT.format(body="print('noise'); yield report.path.name + '\\n'"))
    assert repository.run("check", "--trust", "--quiet", "--format", "mine", "report.txt") == (0, "report.txt\n", "")
    assert len(caplog.messages) == 1


FIXER = """
from reportlint.hookspecs import Edit, Fix, Fixer, Span, Text

REPORTLINT_API = 1

def fix(document, finding):
    {body}

def reportlint_fixers():
    return [Fixer("mine", "cover-letter", fix)]
"""


def with_note(repository: Repository, body: str) -> tuple[int, str, str]:
    repository.add("plugins/mine.py", FIXER.format(body=body))
    (repository.folder / "a.txt").write_text(f"{CLEAN}党政办公室 2023年1月20日印发\n", encoding="utf-8")
    return repository.run("check", "--trust", "--format", "json", "--quiet", "a.txt")


def test_a_fixer_mends_what_its_kind_reports(repository: Repository) -> None:
    body = "return Fix('safe', Text('删', 'delete'), (Edit(finding.span, 'x'),))"
    status, out, _ = with_note(repository, body)
    (diagnostic,) = json.loads(out)["reports"][0]["diagnostics"]
    assert status == 0
    assert diagnostic["fix"]["title"] == "delete"
    assert diagnostic["fix"]["edits"] == [{"range": diagnostic["range"], "text": "x"}]


def test_a_fixer_may_have_nothing_to_say(repository: Repository) -> None:
    status, out, _ = with_note(repository, "return None")
    assert (status, json.loads(out)["reports"][0]["diagnostics"][0]["fix"]) == (0, None)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return 7", "the fixer 'mine' returned no Fix"),
        ("return Fix('safe', Text('', ''), (Edit(Span(0, 10**9), ''),))", "edits outside the report"),
    ],
)
def test_a_fixer_that_misbehaves_is_named(repository: Repository, body: str, told: str) -> None:
    status, out, _ = with_note(repository, body)
    crash = json.loads(out)["reports"][0]["diagnostics"][0]
    assert (status, crash["rule"], told in crash["message"]) == (3, "rule-crashed", True)


# Packs.


def test_rules_of_the_repository_are_used_at_once(repository: Repository) -> None:
    repository.add("rules/no-slogans.yaml", NO_SLOGANS)
    (repository.folder / "sub").mkdir()
    os.chdir(repository.folder / "sub")
    (repository.folder / "sub" / "a.txt").write_text(CLEAN.replace("。", "，再创佳绩。", 1), encoding="utf-8")
    status, out, _ = repository.run("check", "--select", "XQ001", "--format", "concise", "--quiet", "a.txt")
    assert status == 0
    assert "warning XQ001 no-slogans: no slogans: 再创佳绩" in out


NO_SLOGANS = """
id: no-slogans
code: XQ001
kind: text-pattern
severity: warning
profile: cn-disclosure
source: a test
why: a test
messages: {found: "no slogans: {found}"}
options: {patterns: [再创佳绩]}
examples:
  - {name: one, change: [], expect: ["1:1 warning no slogans: 再创佳绩"]}
"""


def test_a_folder_of_rules_is_named_on_the_command_line(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "no-slogans.yaml").write_text(NO_SLOGANS, encoding="utf-8")
    status, out, _ = repository.run("rules", "--rules", str(tmp_path / "mine"))
    assert status == 0
    assert [line.split()[:5] for line in out.splitlines() if line.startswith("XQ")] == [
        ["XQ001", "no-slogans", "warning", "cn-disclosure", "local"]
    ]
    assert repository.run("rules", "--rules", "nowhere") == (2, "", "reportlint: nowhere: no such folder of rules\n")


def test_a_pack_for_another_version_is_refused_at_its_line(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "pack" / "rules").mkdir(parents=True)
    described = tmp_path / "pack" / "pack.yaml"
    described.write_text("name: mine\napi: 2\n", encoding="utf-8")
    status, _, err = repository.run("plugins", "--rules", str(tmp_path / "pack"))
    assert (status, err) == (
        2,
        f"reportlint: {described}:2:6: the pack was written for version 2 of the contract; this reportlint has 1\n",
    )
    described.write_text("name: mine\n", encoding="utf-8")
    assert "the key 'api' is missing" in repository.run("plugins", "--rules", str(tmp_path / "pack"))[2]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Installs a package of that name, as installers leave it."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))

    def install(name: str, target: str, version: str = "1.2") -> Path:
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "entry_points.txt").write_text(
            f"[console_scripts]\nreportlint = nothing:main\n\n[reportlint]\n{name} = {target}\n\n[other]\nx = y\n",
            encoding="utf-8",
        )
        return folder

    return install


def test_an_installed_pack_is_data_and_needs_no_python(site: Callable[..., Path], repository: Repository) -> None:
    pack = site("slogans", "slogans_pack") / "slogans_pack"
    (pack / "rules").mkdir(parents=True)
    (pack / "pack.yaml").write_text("api: 1\n", encoding="utf-8")
    (pack / "rules" / "no-slogans.yaml").write_text(NO_SLOGANS, encoding="utf-8")
    status, out, _ = repository.run("plugins", "--format", "json")
    assert status == 0
    assert json.loads(out)["plugins"][1:] == [
        {
            "name": "slogans", "version": "1.2", "origin": "installed", "where": str(pack), "provides": [],
            "rules": 1, "profiles": [],
        }
    ]  # fmt: skip
    assert "slogans_pack" not in sys.modules
    # Named on the command line too, it is still one pack.
    assert repository.run("plugins", "--rules", str(pack), "--format", "json")[1] == out


def test_an_installed_plugin_is_listed_with_what_it_provides(site: Callable[..., Path], repository: Repository) -> None:
    where = site("noisy", "noisy_plugin") / "noisy_plugin.py"
    where.write_text(SHOUT.format(body="    return ()"), encoding="utf-8")
    _, out, _ = repository.run("plugins")
    assert out.endswith(f"noisy 1.2 (installed) {where}\n  kind shout\n")


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("no_such_module_at_all", "there is no module 'no_such_module_at_all'; install the package again"),
        ("no_such_package_at_all.plugin", "cannot be found: ModuleNotFoundError"),
    ],
)
def test_an_installed_plugin_that_is_not_there_is_named(
    site: Callable[..., Path], repository: Repository, target: str, told: str
) -> None:
    site("lost", target)
    status, _, err = repository.run("check", "report.txt")
    assert (status, f"plugin 'lost' (lost 1.2): {told}" in err) == (2, True)


def module(name: str, **members: Any) -> Plugin:
    made = ModuleType(name)
    vars(made).update(REPORTLINT_API=1, **members)
    return Plugin(name, Path(f"{name}.py"), "local", module=made)


OWN = Plugin(plugins.OWN, Path("standard.py"), "built-in", module=standard)


def test_two_plugins_of_one_name_are_an_error() -> None:
    with pytest.raises(PluginError, match=r"two plugins are called 'twin': twin\.py and twin\.py"):
        classify([OWN, module("twin"), module("twin")])


def test_the_package_comes_in_through_the_same_hooks_as_any_plugin() -> None:
    alone, managed = classify([OWN]), classify([OWN, module("empty")])
    assert dict(alone.owners) == dict(managed.owners)
    assert (alone.kinds, alone.formats, alone.readers, alone.packs) == (
        managed.kinds,
        managed.formats,
        managed.readers,
        managed.packs,
    )


def test_what_plugins_provide_does_not_depend_on_the_order_of_loading() -> None:
    kinds = list(standard.reportlint_kinds())
    first = module("first", reportlint_kinds=lambda: [kinds[0]._replace(name="aaa")])
    second = module("second", reportlint_kinds=lambda: [kinds[1]._replace(name="bbb")])
    one, other = classify([OWN, first, second]), classify([OWN, second, first])
    assert list(one.kinds) == list(other.kinds) == sorted(one.kinds)


def test_the_local_folder_is_looked_for_up_to_the_top_of_the_repository(tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "inner" / "deep"
    inner.mkdir(parents=True)
    (outer / ".reportlint").mkdir()
    assert plugins.local_folder(inner) == outer.resolve() / ".reportlint"
    (outer / "inner" / ".git").mkdir()
    assert plugins.local_folder(inner) is None
