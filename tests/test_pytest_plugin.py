"""The plug-in of pytest: the examples of rules as tests of the package that brings them."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

RULE = """\
id: no-slogans
code: XYZ001
kind: text-pattern
severity: warning
profile: cn-disclosure
source: 甲
why: 甲
messages: {found: "“{found}”是口号"}
options: {patterns: [再上新台阶, 再创佳绩], scope: overview}
examples:
  - name: a slogan
    change: [{replace: 重点事项逐项列单、逐项落实。, by: 推动工作再上新台阶。}]
    expect: ["6:39 warning “再上新台阶”是口号"]
  - name: no slogan
    each: [新台阶, 佳绩]
    change: [{replace: 重点事项逐项列单、逐项落实。, by: "{each}。"}]
    expect: []
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A package with a test, a rule and the plug-in, which is loaded by name alone."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini(
        "[pytest]\ntestpaths = tests\nreportlint_rules = our/rules\naddopts = -p reportlint.pytest_plugin\n"
    )
    for name, text in (("tests/test_it.py", "def test_it():\n    pass\n"), ("our/rules/no-slogans.yaml", RULE)):
        path = pytester.path / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    (pytester.path / "our" / "rules" / "pack.yaml").write_text("api: 1\n", encoding="utf-8")
    return pytester


def change(project: pytest.Pytester, old: str, new: str) -> None:
    path = project.path / "our" / "rules" / "no-slogans.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def lines(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if line.strip()]


def test_each_example_is_a_test_beside_those_of_the_package(project: pytest.Pytester) -> None:
    result = project.runpytest("-v")
    result.assert_outcomes(passed=4)
    ended = [line.rpartition(" PASSED")[0] for line in result.outlines if " PASSED" in line]
    assert ended == [
        "tests/test_it.py::test_it",
        "our/rules/no-slogans.yaml::no-slogans::a slogan",
        "our/rules/no-slogans.yaml::no-slogans::no slogan: 新台阶",
        "our/rules/no-slogans.yaml::no-slogans::no slogan: 佳绩",
    ]


def test_a_failure_shows_what_reportlint_test_shows(project: pytest.Pytester) -> None:
    change(project, "6:39", "6:40")
    result = project.runpytest()
    result.assert_outcomes(passed=3, failed=1)
    found = lines(result)
    start = next(number for number, line in enumerate(found) if "no-slogans.yaml:11: " in line)
    assert found[start - 1].strip("_ ") == "no-slogans: a slogan"
    assert [line.replace(f"{project.path}/", "") for line in found[start : start + 4]] == [
        "our/rules/no-slogans.yaml:11: no-slogans: a slogan",
        "  - 6:40 warning “再上新台阶”是口号",
        "  + 6:39 warning “再上新台阶”是口号",
        "    6│ 2020年，我镇以群众看得懂、找得到、用得上为目标推进政府信息公开，推动工作再上新台阶。",
    ]


def test_an_example_that_cannot_be_used_fails_with_its_reason(project: pytest.Pytester) -> None:
    change(project, "replace: 重点事项逐项列单、逐项落实。, by: 推动", "replace: 苹果, by: 推动")
    result = project.runpytest()
    result.assert_outcomes(passed=3, failed=1)
    assert any(
        line.endswith("no-slogans.yaml:11:5: example 'a slogan': '苹果' occurs 0 times in model.txt, not once")
        for line in result.outlines
    )


def test_a_rule_with_a_mistake_is_an_error_of_collecting(project: pytest.Pytester) -> None:
    change(project, "patterns:", "pattern:")
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    known = "known: fold, least, most, patterns, remove, scope, shown"
    assert any(
        line.endswith(f"no-slogans.yaml:9:11: unknown key 'pattern' (did you mean 'patterns'?); {known}")
        for line in result.outlines
    )


def test_a_crash_of_the_plug_in_itself_keeps_its_traceback(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("reportlint.testing.trial", crash)
    result = project.runpytest_inprocess()
    result.assert_outcomes(passed=1, failed=3)
    assert '>       raise RuntimeError("out of order")' in "\n".join(result.outlines)


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (("tests",), 1),
        (("tests/test_it.py",), 1),
        (("our/rules",), 3),
        (("our",), 3),
        (("our/rules/no-slogans.yaml::no-slogans::a slogan",), 1),
        (("-k", "佳绩"), 1),
    ],
)
def test_what_the_user_names_is_run_and_no_more(
    arguments: tuple[str, ...], passed: int, project: pytest.Pytester
) -> None:
    assert project.runpytest(*arguments).parseoutcomes()["passed"] == passed


def test_folders_that_are_collected_anyway_are_not_run_twice(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nreportlint_rules = our/rules\naddopts = -p reportlint.pytest_plugin\n")
    project.runpytest().assert_outcomes(passed=4)


def test_without_the_option_yaml_files_are_left_alone(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\naddopts = -p reportlint.pytest_plugin\n")
    project.runpytest().assert_outcomes(passed=1)


def test_the_plug_in_imports_nothing_until_there_are_rules() -> None:
    code = (
        "import sys, pytest, pathlib, typing; before = set(sys.modules);"
        "import reportlint.pytest_plugin; print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.split() == ["reportlint", "reportlint.pytest_plugin"]


def test_the_package_tells_pytest_of_it() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"reportlint": "reportlint.pytest_plugin"}
