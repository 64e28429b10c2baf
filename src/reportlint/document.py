"""A report understood: laid against the form that its year asks for. What every rule looks at."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from reportlint.arithmetic import Arithmetic, calculate
from reportlint.binding import bind
from reportlint.bound import Binding, BoundTable, Fault
from reportlint.diagnostic import Span
from reportlint.errors import PartMissing
from reportlint.imprint import (
    Dated,
    Title,
    cover_letter,
    find_title,
    report_year,
    signed_name,
    signing_dates,
    stated_agency,
)
from reportlint.norms import Norms
from reportlint.outline import Outline, outline
from reportlint.pattern import Pattern, Sightings
from reportlint.profile import Profile
from reportlint.prose import Passage, passages
from reportlint.records import dataclass
from reportlint.report import Paragraph, Report, Section
from reportlint.source import Source
from reportlint.wording import similarity, words


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One report with all that its form says of it.

    year: The year the report is about. body: Kind of body that publishes it, as the profile names them.
    letter: What stands around the report without being part of it, such as a cover letter.
    prose: Every paragraph of the report, in reading order. norms: What the law demands, read when it is asked for.
    passages: Those before the signature, with where they stand.
    has_form: Whether a form is for its year, or the user named one; else it is held against the one most like it.
    sightings: Where it is known what all rules look for, which of that is found.
    """

    source: Source
    report: Report
    profile: Profile
    year: int | None
    agency: str | None
    body: str | None
    title: Title | None
    dates: tuple[Dated, ...]
    letter: Span | None
    outline: Outline
    binding: Binding
    arithmetic: Arithmetic
    prose: tuple[Paragraph, ...]
    passages: tuple[Passage, ...]
    norms: Norms
    has_form: bool = True
    sightings: Sightings | None = None

    def has(self, text: str, pattern: Pattern) -> bool:
        """Whether the pattern is found in a text of the report; cheap for patterns that rules are known to look for."""
        return self.sightings.has(text, pattern) if self.sightings else pattern.search(text) is not None

    def section(self, key: str) -> Section:
        """The section of that key.

        Raises:
            PartMissing: The report does not have it.
        """
        found = self.outline.sections.get(key)
        if found is None:
            raise PartMissing(key)
        return found

    def table(self, key: str) -> BoundTable:
        """The table of that key.

        Raises:
            PartMissing: The report does not have it, or it cannot be read.
        """
        found = self.binding.tables.get(key)
        if found is None:
            raise PartMissing(key)
        return found

    def paragraphs(self, section: str | None = None) -> Iterator[Paragraph]:
        """The prose of a section, or of the whole report."""
        return iter(self.prose) if section is None else self.section(section).paragraphs()

    @property
    def beginning(self) -> Span:
        """The title, or else the first paragraph, where what is absent is reported that has no better place."""
        return self.title.span if self.title else self.prose[0].span if self.prose else self.end

    @property
    def end(self) -> Span:
        """The last thing in the report, where what is absent from the whole of it is reported."""
        last = Span(0, 0)
        for paragraph in self.prose:
            last = max(last, paragraph.span)
        for table in self.report.tables():
            last = max(last, table.span)
        return Span(max(last.start, last.end - 1), last.end)


def understand(
    source: Source,
    report: Report,
    forms: Sequence[Profile],
    identities: Collection[str],
    norms: Norms,
    profile: Profile | None = None,
) -> Document | None:
    """The report laid against its form; None where it is no report of any of the forms.

    forms: Profiles that share the grammar the report was read with. profile: Only where the user names one.
    identities: Names of those to judge.
    """
    candidates = forms if profile is None else [profile]
    kind, title = _recognised(report, candidates)
    if kind is None:
        return None
    forms = [form for form in forms if form.title == kind.title]
    letter = cover_letter(report, kind, title)
    dates = tuple(signing_dates(report, kind, letter))
    year = report_year(report, kind, title, dates)
    chosen = profile or _chosen(report, forms, year)
    binding = bind(report, chosen, forms)
    agency = stated_agency(report, chosen) or (title.agency if title else None) or signed_name(report, chosen)
    return Document(
        source=source,
        report=report,
        profile=chosen,
        year=year,
        agency=agency,
        body=chosen.body(agency) if agency else None,
        title=title,
        dates=dates,
        letter=letter,
        outline=outline(report, chosen, binding.tables, binding.departures),
        binding=binding,
        arithmetic=calculate(binding, identities),
        prose=tuple(report.paragraphs()),
        passages=tuple(passages(report)),
        norms=norms,
        has_form=profile is not None or year is None or chosen.covers(year),
    )


def _recognised(report: Report, forms: Iterable[Profile]) -> tuple[Profile | None, Title | None]:
    """The first form whose title, sections or tables the report has, and the title."""
    for form in forms:
        title = find_title(report, form)
        headings = {words(section.heading.title) for section in report.sections}
        known = sum(_is_among(section.title, headings) for section in form.sections)
        if (title and (known or title.regular)) or known >= 2:
            return form, title
        tables = bind(report, form, [form]).tables
        if tables and (title or known or len(tables) == len(form.tables)):
            return form, title
    return None, None


def _is_among(title: str, headings: Collection[str]) -> bool:
    return words(title) in headings or any(similarity(heading, title) >= 0.8 for heading in headings)


def _chosen(report: Report, forms: Sequence[Profile], year: int | None) -> Profile:
    """The form for the year; without a year, or outside all forms, the one whose labels the tables have."""
    if year is not None:
        for form in forms:
            if form.covers(year):
                return form
    fits = [
        (
            sum(departure.fault is Fault.FORM for departure in bind(report, form, forms).departures),
            -form.first_year,
            place,
        )
        for place, form in enumerate(forms)
    ]
    return forms[min(fits)[2]]
