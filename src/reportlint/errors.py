"""What can go wrong outside a report.

Trouble in a report is a value (a `Diagnostic`); trouble in the set-up is one of these exceptions.
"""

from dataclasses import dataclass
from pathlib import Path


class ReportlintError(Exception):
    """Every error that a person can mend derives from this."""


# Not frozen: whoever passes an exception on writes its traceback into it.
@dataclass(eq=False)
class ConfigError(ReportlintError):
    """A rule file, a profile, a grammar or a command-line value cannot be used.

    line, column: Count from 1; 0 where the whole file is meant.
    """

    path: Path | None
    why: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if self.path is None:
            return self.why
        place = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.path}{place}: {self.why}"


@dataclass(eq=False)
class ConfigErrors(ReportlintError):
    """Everything that is wrong with a file or several, in the order of their lines."""

    errors: tuple[ConfigError, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))


class PluginError(ReportlintError):
    """A plugin cannot be loaded."""


class FormatFault(ReportlintError):
    """A format broke off: what was printed is not all there was to say."""


@dataclass(eq=False)
class ReadError(ReportlintError):
    """A file cannot be read as its format. Becomes the diagnostic `unreadable`.

    zh, en: The same sentence in both languages: what is wrong and the way out.
    """

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en

    def to(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(eq=False)
class WriteError(ReportlintError):
    """A file cannot be written back. It stands as it did before.

    zh, en: The same sentence in both languages: why, and the way out.
    """

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en

    def to(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


class OptionError(ValueError):
    """Options of a rule that cannot be used: raised by a kind, told at their place in the rule's file.

    keys: The way to the option that is wrong, as YAML writes it. offset: Code points from its start.
    """

    def __init__(self, keys: tuple[str, ...], why: str, offset: int = 0) -> None:
        super().__init__(why)
        self.keys, self.why, self.offset = keys, why, offset


class PartMissing(Exception):
    """A rule asked for a part that the report does not have.

    The rule that demands the part reports it; `engine.run` counts this one as undecided.
    """
