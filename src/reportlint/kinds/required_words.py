"""Topics that a section, or the whole report, has to speak of, known by their words."""

from collections.abc import Iterator, Sequence
from typing import Literal

from reportlint.diagnostic import Finding, Place, Span, Text
from reportlint.document import Document
from reportlint.errors import PartMissing
from reportlint.kinds import named
from reportlint.profile import Profile
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold


@dataclass(frozen=True, kw_only=True, eq=False)
class Topic:
    """One thing to speak of.

    name: What it is called in the message.
    words: Any one of them shows that it is spoken of, white space left out of account.
    patterns: The same, for what words alone do not tell.
    """

    name: Text
    words: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    def stands_in(self, text: str) -> bool:
        if any(word in text for word in self.words):
            return True
        return any(pattern.search(text) for pattern in self.patterns)


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What has to be spoken of, where, and by whom.

    topics: Each of them. The message has the names of those left out as {missing}.
    section: The section that has to speak of them, and where it is reported if it does not.
    look: section, or report where the words may stand anywhere in it.
    at: heading or text: whether that is reported at the section's heading or its first paragraph.
    bodies: Kinds of body that it is asked of; all, where none is named.
    """

    topics: tuple[Topic, ...]
    section: str
    look: Literal["section", "report"] = "section"
    at: Literal["heading", "text"] = "heading"
    bodies: tuple[str, ...] = ()


def check(document: Document, options: Options) -> Iterator[Finding]:
    if options.bodies and document.body is None:
        raise PartMissing("body")
    if options.bodies and document.body not in options.bodies:
        return
    section = document.section(options.section)
    paragraphs = [paragraph for paragraph in section.paragraphs() if any(map(str.isalnum, paragraph.text))]
    if not paragraphs:
        raise PartMissing(options.section)
    texts = [paragraph.text for paragraph in paragraphs]
    if options.look == "report":
        texts = [part.heading.title for part in document.report.sections]
        texts.extend(paragraph.text for paragraph in document.paragraphs())
    missing = [topic.name for topic in _left_out(options.topics, "".join(texts))]
    if missing:
        span = section.heading.span if options.at == "heading" else paragraphs[0].span
        yield _finding(document, span, missing, options)


def _left_out(topics: tuple[Topic, ...], text: str) -> list[Topic]:
    """The topics that the text does not speak of; words may be spread out, or broken over lines."""
    missing = [topic for topic in topics if not topic.stands_in(text)]
    if not missing:
        return []  # as in most reports, which saves folding them
    squeezed = "".join(fold(text).split())
    return [topic for topic in missing if not topic.stands_in(squeezed)]


def _finding(document: Document, span: Span, missing: list[Text], options: Options) -> Finding:
    names = Text("、".join(name.zh for name in missing), ", ".join(name.en for name in missing))
    place = Place(document.profile.section(options.section).title)
    return Finding(span=span, facts={"missing": names}, place=place)


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_sections(profiles, ("section",), [options.section])
    named.in_bodies(profiles, ("bodies",), options.bodies)


KIND = RuleKind("required-words", Options, check, None, fits)
