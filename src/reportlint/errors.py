"""What can go wrong outside a report.

Trouble in a report is a value (a `Diagnostic`); trouble in the set-up is one of these exceptions.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ReportlintError(Exception):
    """Every error that a person can mend derives from this."""


class ConfigError(ReportlintError):
    """A rule file, a profile, a grammar or a command-line value cannot be used.

    line, column: Count from 1; 0 where the whole file is meant.
    """

    def __init__(self, path: "Path | None", why: str, line: int = 0, column: int = 0) -> None:
        super().__init__(path, why, line, column)  # what a copy in another process is made from
        self.path, self.why, self.line, self.column = path, why, line, column

    @property
    def errors(self) -> "tuple[ConfigError, ...]":
        """Each mistake that this one stands for."""
        return (self,)

    def __str__(self) -> str:
        if self.path is None:
            return self.why
        place = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.path}{place}: {self.why}"


class ConfigErrors(ConfigError):
    """Everything that is wrong with a file or several, in the order of their lines; its place is that of the first."""

    def __init__(self, errors: tuple[ConfigError, ...]) -> None:
        first = errors[0]
        super().__init__(first.path, first.why, first.line, first.column)
        self.args = (errors,)

    @property
    def errors(self) -> tuple[ConfigError, ...]:
        found: tuple[ConfigError, ...] = self.args[0]
        return found

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))


class PluginError(ReportlintError):
    """A plugin cannot be loaded."""


class FormatFault(ReportlintError):
    """A format broke off: what was printed is not all there was to say."""


class _FileError(ReportlintError):
    """Something about one file, told to whoever reads the messages.

    zh, en: The same sentence in both languages: what is wrong and the way out.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return self.en

    def to(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


class ReadError(_FileError):
    """A file cannot be read as its format. Becomes the diagnostic `unreadable`."""


class WriteError(_FileError):
    """A file cannot be written back. It stands as it did before."""


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
