"""What a rule is: a kind, which is Python, with options, a severity and examples, which are YAML."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from reportlint.diagnostic import Finding, Safety, Severity, Text
from reportlint.document import Document
from reportlint.pattern import Pattern as Pattern  # what rules are written with comes from one module
from reportlint.profile import Profile
from reportlint.records import dataclass

OptionsT = TypeVar("OptionsT")
# The keys of a rule's file, those that a check needs, and those that are read when the rule first speaks.
KEYS = (
    "id", "code", "kind", "severity", "optional", "profile", "years", "source", "norms", "why", "help", "message",
    "messages", "options", "examples",
)  # fmt: skip
FOR_CHECKING = ("id", "code", "kind", "severity", "optional", "profile", "years", "options")
WORDING = ("message", "messages", "source", "why", "help")
SAFETIES: tuple[Safety, ...] = ("safe", "unsafe", "display")


class RuleKind(NamedTuple, Generic[OptionsT]):
    """A way of checking. Python supplies kinds; YAML turns them into rules.

    options: A frozen dataclass whose fields are the keys that a rule may give under `options`.
    check: Yields what it sees. It may raise `PartMissing`, which counts the rule as undecided.
    undecided: Asked when nothing was found: whether that is because nothing could be told.
    fits: Raises `OptionError` where the options name what none of the forms has that the rule is for.
    watched: The patterns that it asks `Document.has` for, so that those of all rules can be tried at once.
    fixes: How safe the fixes are that its findings may carry, with these options; None where they carry none.
    """

    name: str
    options: type[OptionsT]
    check: Callable[[Document, OptionsT], Iterable[Finding]]
    undecided: Callable[[Document, OptionsT], bool] | None = None
    fits: Callable[[OptionsT, Sequence[Profile]], None] | None = None
    watched: Callable[[OptionsT], Iterable[Pattern]] | None = None
    fixes: Callable[[OptionsT], Iterable[Safety]] | None = None


class Change(NamedTuple):
    """What an example does to the model report of its profile: one text that occurs in it once gives way to another."""

    replace: str
    by: str


class Example(NamedTuple):
    """A report and all that the rule has to say of it, as `line:column severity message` in Chinese.

    model: The profile whose model report is changed; empty where `report` is a whole text of its own.
    fixed: The report when it is mended: changes to the faulty one, or a whole text; None where nothing is said of it.
    item: Which of the items under `each` it is for; empty where there are none.
    place: Line and column where it stands in its file.
    """

    name: str
    model: str
    changes: tuple[Change, ...]
    report: str
    expect: tuple[str, ...]
    fixed: tuple[Change, ...] | str | None = None
    item: str = ""
    place: tuple[int, int] = (0, 0)

    @property
    def title(self) -> str:
        """What it is called among all of its rule."""
        return f"{self.name}: {self.item}" if self.item else self.name


class Wording(NamedTuple):
    """What a rule says. messages: By variant; the empty key where the rule has one message only."""

    messages: Mapping[str, Text]
    source: Text
    why: Text
    help: Text | None


ValueT = TypeVar("ValueT")


class Once(Generic[ValueT]):
    """A value that is made when it is first asked for."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], ValueT]) -> None:
        self._make: Callable[[], ValueT] | None = make

    def __call__(self) -> ValueT:
        if self._make is not None:
            self._made = self._make()
            self._make = None
        return self._made


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A kind with what YAML says.

    profile: The profile it is for, and all that extend it. years: First and last report year it is for, either
        of them None where there is no limit.
    read_options: Makes the options, once: a rule that is not meant for any report that is checked needs none.
    read_wording: Reads what the rule says, once; raises ConfigError where the file has a mistake there.
    identities: Names of the identities of the profile that it reports.
    optional: Whether it runs only where a setting or the command line asks for it.
    read_norms: Reads the ids of the obligations that it checks, once; raises ConfigError as well.
    """

    name: str
    code: str
    kind: RuleKind[Any]
    read_options: Callable[[], Any]
    severity: Severity
    profile: str
    years: tuple[int | None, int | None]
    path: Path
    read_wording: Callable[[], Wording]
    plugin: str = "reportlint"
    identities: tuple[str, ...] = ()
    read_norms: Callable[[], tuple[str, ...]] = tuple
    optional: bool = False

    @property
    def options(self) -> Any:
        return self.read_options()

    @property
    def norms(self) -> tuple[str, ...]:
        """Ids of the obligations that it checks (`norms.Norms.obligations`)."""
        return self.read_norms()

    @property
    def wording(self) -> Wording:
        return self.read_wording()

    @property
    def fixes(self) -> tuple[Safety, ...]:
        """How safe the fixes of its kind may be, the safest first; empty where the kind gives none."""
        given = set(self.kind.fixes(self.options)) if self.kind.fixes is not None else set()
        return tuple(safety for safety in SAFETIES if safety in given)

    def applies(self, document: Document) -> bool:
        """Whether the rule is meant for this form and this report year."""
        first, last = self.years
        year = document.year
        if self.profile not in document.profile.lineage:
            return False
        if first is not None and (year is None or year < first):
            return False
        return not (last is not None and year is not None and year > last)
