"""A plug-in of pytest: each example of the rules in some folders is a test.

    [tool.pytest.ini_options]
    reportlint_rules = ["my_pack/rules"]

pytest loads it in every run of every project, so whatever takes time is imported when there are rules to run.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from reportlint.engine import Library
    from reportlint.rule import Example, Rule

FOLDERS = "reportlint_rules"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(FOLDERS, "folders of reportlint rules whose examples are run as tests", type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Adds the folders to what is collected, unless the user named what to run or they are in it anyway."""
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        return
    collected = [Path(config.invocation_params.dir, argument) for argument in config.args]
    for folder in config.getini(FOLDERS):
        if not any(folder.is_relative_to(other) for other in collected):
            config.args.append(str(folder))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "RuleFile | None":
    folders = parent.config.getini(FOLDERS)
    if not folders or file_path.suffix != ".yaml" or not any(map(file_path.is_relative_to, folders)):
        return None
    from reportlint.rulefile import NO_RULES

    return None if file_path.name in NO_RULES else RuleFile.from_parent(parent, path=file_path)


class RuleFile(pytest.File):
    """A rule file; in it a rule."""

    def collect(self) -> "Iterable[RuleExamples]":
        from reportlint.errors import ReportlintError
        from reportlint.examples import examples
        from reportlint.testing import with_rules

        try:
            library, rules = with_rules(_library(self.config), [self.path])
            for rule in rules:
                tried = examples(rule, library.profiles)
                yield RuleExamples.from_parent(self, name=rule.name, library=library, rule=rule, examples=tried)
        except ReportlintError as error:
            raise self.CollectError(str(error)) from error


class RuleExamples(pytest.Collector):
    """A rule; in it its examples."""

    def __init__(self, *, library: "Library", rule: "Rule", examples: "tuple[Example, ...]", **rest: Any) -> None:
        super().__init__(**rest)
        self.library, self.rule, self.examples = library, rule, examples

    def collect(self) -> "Iterator[ExampleTest]":
        for example in self.examples:
            yield ExampleTest.from_parent(self, name=example.title, example=example)


class ExampleTest(pytest.Item):
    """One example of a rule."""

    parent: RuleExamples

    def __init__(self, *, example: "Example", **rest: Any) -> None:
        super().__init__(**rest)
        self.example = example

    def runtest(self) -> None:
        from reportlint.errors import ReportlintError
        from reportlint.testing import told, trial

        try:
            tried = trial(self.parent.library, self.parent.rule, self.example)
        except ReportlintError as error:
            raise ExampleError(str(error)) from error
        if not tried.passed:
            raise ExampleError("\n".join(told(tried)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ExampleError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.example.place[0] - 1, f"{self.parent.rule.name}: {self.name}"


class ExampleError(Exception):
    """The example does not hold, or cannot be used; the text is what `reportlint test` prints."""


_LIBRARY = pytest.StashKey["Library"]()


def _library(config: pytest.Config) -> "Library":
    """Everything that is installed, loaded once in a run."""
    if _LIBRARY not in config.stash:
        from reportlint.engine import load
        from reportlint.plugins import load as load_plugins

        config.stash[_LIBRARY] = load(load_plugins())
    return config.stash[_LIBRARY]
