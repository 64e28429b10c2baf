"""The documentation says what is so: generated pages are fresh, commands print what is shown, links lead somewhere.

`make docs` (scripts/rules-page) writes anew what is generated; look at the difference.
"""

import importlib
import re
import runpy
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from reportlint import statements
from reportlint.kinds import BY_NAME

TOP = Path(__file__).resolve().parent.parent
SCRIPT: dict[str, Any] = runpy.run_path(str(TOP / "scripts" / "rules-page"))
RULES_PAGE = TOP / "docs" / "rules.md"
PAGES: list[Path] = SCRIPT["pages"]()
KIND_PAGES = sorted((TOP / "docs" / "kinds").glob("*.md"))
READMES = [TOP / "README.md", TOP / "README.zh-CN.md"]
FORMULAS = re.compile(r"^<!-- formulas -->\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LIMIT = re.compile(r"`([a-z_.]+)\.([A-Z_]+) = (\d+)`")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
PART = re.compile(r"^```(\w*)\n((?s:.*?))^```$|^(#+) |((?:^\|.*\n)+)|^!\[", re.MULTILINE)
MARKED_COMMAND = re.compile(r"^<!-- command: (\w+) -->\n```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(TOP).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# What is generated.


def test_rules_page_is_what_the_rules_say() -> None:
    assert text_of(RULES_PAGE) == SCRIPT["rules_page"](), "run: make docs"


def test_pages_of_the_kinds_are_what_the_code_and_the_examples_say() -> None:
    pages = SCRIPT["kind_pages"]()
    assert sorted(path.stem for path in pages) == sorted(kind for kind in BY_NAME)
    assert sorted(pages) == sorted((TOP / "docs" / "kinds").iterdir()), "run: make docs"
    assert {path: text_of(path) for path in pages} == pages, "run: make docs"


def test_a_kind_without_an_example_stops_the_pages() -> None:
    with pytest.raises(SystemExit, match=r"the kind 'guesses' has no example: .* into examples/kinds/guesses\.yaml"):
        SCRIPT["_example_file"]("guesses")


def test_list_of_the_kinds_is_what_the_code_says() -> None:
    page = text_of(TOP / "docs" / "writing-rules.md")
    assert "<!-- kinds -->" in page
    assert page == SCRIPT["with_kinds"](page), "run: make docs"


WITH_COMMANDS = [path for path in PAGES if "```console" in text_of(path)]


@pytest.mark.slow
@pytest.mark.parametrize("path", WITH_COMMANDS, ids=name_of)
def test_commands_print_what_the_page_shows(path: Path) -> None:
    assert text_of(path) == SCRIPT["fresh"](path), "run: make docs"


def test_main_pages_show_commands() -> None:
    assert [name_of(path) for path in WITH_COMMANDS] == [
        "README.md",
        "README.zh-CN.md",
        "docs/architecture.md",
        "docs/cache.md",
        "docs/cache.zh-CN.md",
        "docs/fixes.md",
        "docs/fixes.zh-CN.md",
        "docs/hooks/reportlint_fixers.md",
        "docs/hooks/reportlint_formats.md",
        "docs/hooks/reportlint_kinds.md",
        "docs/hooks/reportlint_packs.md",
        "docs/hooks/reportlint_readers.md",
        "docs/outputs.md",
        "docs/outputs.zh-CN.md",
        "docs/pipelines.md",
        "docs/pipelines.zh-CN.md",
        "docs/plugins.md",
        "docs/plugins.zh-CN.md",
        "docs/settings.md",
        "docs/settings.zh-CN.md",
        "docs/waivers.md",
        "docs/waivers.zh-CN.md",
        "docs/writing-rules.md",
        "docs/writing-rules.zh-CN.md",
    ]


def test_output_that_is_no_longer_so_is_replaced() -> None:
    page = """
<!-- file: folder/greeting.txt -->
```text
您好
```

```console
$ cat folder/greeting.txt
再见
$ cat \\
> absent.txt; echo "status $?"
$ reportlint check --select no-such-rule examples; echo "status $?"
```
"""
    fresh: str = SCRIPT["with_outputs"](page, "en_US.UTF-8")
    assert fresh.splitlines()[6:] == [
        "```console",
        "$ cat folder/greeting.txt",
        "您好",
        "$ cat \\",
        '> absent.txt; echo "status $?"',
        "cat: absent.txt: No such file or directory",
        "status 1",
        '$ reportlint check --select no-such-rule examples; echo "status $?"',
        "reportlint: no rule is called 'no-such-rule'; see: reportlint rules",
        "status 2",
        "```",
    ]


# What is written by hand.


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    anchored: set[str] = set()
    for heading in re.findall(r"^#{1,6} (.+)$", re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S), re.MULTILINE):
        kept = (
            character
            for character in re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading).lower()
            if character in " -_" or unicodedata.category(character)[0] in "LMN"
        )
        slug = "".join(kept).replace(" ", "-")
        count = found.get(slug, 0)
        found[slug] = count + 1
        anchored.add(f"{slug}-{count}" if count else slug)
    return anchored


def broken_links(path: Path) -> list[str]:
    broken = []
    for target in LINK.findall(re.sub(r"^```.*?^```$", "", text_of(path), flags=re.M | re.S)):
        if target.startswith(("https://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        goal = (path.parent / file).resolve() if file else path
        lost = not goal.exists() or (anchor and anchor not in anchors(text_of(goal)))
        broken.extend([target] if lost else [])
    return broken


@pytest.mark.parametrize(
    "path", [*PAGES, *KIND_PAGES, RULES_PAGE, TOP / "CHANGELOG.md", TOP / "examples" / "README.md"], ids=name_of
)
def test_links_lead_somewhere(path: Path) -> None:
    assert broken_links(path) == []


def test_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One `two` 三\n\n[a](#one-two-三) [b](#two) [c](page.md#one-two-三) [d](other.md)\n", encoding="utf-8"
    )
    assert broken_links(page) == ["#two", "other.md"]


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = (text_of(path) for path in READMES)
    assert SCRIPT["typed_in"](chinese) == SCRIPT["typed_in"](english)
    assert dict(MARKED_COMMAND.findall(english)) == {"try": "sh scripts/try\n", "test": "sh scripts/test\n"}
    assert MARKED_COMMAND.findall(chinese) == MARKED_COMMAND.findall(english)


BOTH = [(path.with_name(path.name.replace(".zh-CN", "")), path) for path in PAGES if path.name.endswith(".zh-CN.md")]


def shape(path: Path) -> list[tuple[str, int]]:
    """What a page is built of: headings by level, tables by rows, pictures, and blocks by commands or lines."""
    page = text_of(path)
    built = []
    for found in PART.finditer(page):
        language, content, heading, table = found.groups()
        if heading:
            built.append(("heading", len(heading)))
        elif table:
            built.append(("table", table.count("\n")))
        elif language is None:
            built.append(("picture", 1))
        else:
            lines = SCRIPT["typed_in"](content) if language == "console" else content.splitlines()
            built.append((language, len(lines)))
    return built


@pytest.mark.parametrize(("english", "chinese"), BOTH, ids=[name_of(chinese) for _, chinese in BOTH])
def test_Chinese_page_is_built_like_the_English_one(english: Path, chinese: Path) -> None:  # noqa: N802
    assert shape(chinese) == shape(english)


@pytest.mark.parametrize("path", [chinese for _, chinese in BOTH], ids=name_of)
def test_Chinese_page_leads_to_Chinese_pages(path: Path) -> None:  # noqa: N802
    own = path.with_name(path.name.replace(".zh-CN", ""))
    targets = {(path.parent / target.partition("#")[0]).resolve() for target in LINK.findall(text_of(path))}
    assert targets & {english for english, _ in BOTH} <= {own}


def test_both_pages_on_writing_rules_show_the_same_commands() -> None:
    pages = (text_of(TOP / "docs" / name) for name in ("writing-rules.md", "writing-rules.zh-CN.md"))
    english, chinese = ([command.splitlines()[0] for command in SCRIPT["typed_in"](page)] for page in pages)
    assert chinese == english


def test_Chinese_page_tells_of_every_kind() -> None:  # noqa: N802
    page = text_of(TOP / "docs" / "writing-rules.zh-CN.md")
    assert re.findall(r"^\| \[([a-z-]+)\]\(kinds/\1\.md\) \|", page, re.MULTILINE) == sorted(kind for kind in BY_NAME)


@pytest.mark.parametrize("name", ["writing-rules.md", "writing-rules.zh-CN.md"])
def test_formulas_shown_are_formulas(name: str) -> None:
    match = FORMULAS.search(text_of(TOP / "docs" / name))
    assert match is not None
    formulas = [line.split("    ")[0] for line in match[1].splitlines()]
    assert len(formulas) == 8
    assert all(statements.parse(formula).first.left for formula in formulas)


def test_limits_named_are_those_of_the_code() -> None:
    named = {limit for path in PAGES for limit in LIMIT.findall(text_of(path))}
    actual = {
        (module, constant, str(getattr(importlib.import_module(f"reportlint.{module}"), constant)))
        for module, constant, _ in named
    }
    assert len(named) >= 12
    assert named == actual


def test_every_decision_is_listed_once() -> None:
    folder = TOP / "docs" / "decisions"
    listed = re.findall(r"^- \[(\d+)\. (.+)\]\((.+)\)$", text_of(folder / "README.md"), re.MULTILINE)
    pages = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    titles = [(str(int(path.name[:4])), text_of(path).splitlines()[0].partition(". ")[2], path.name) for path in pages]
    assert listed == titles
    assert [int(number) for number, _, _ in listed] == list(range(1, len(pages) + 1))
