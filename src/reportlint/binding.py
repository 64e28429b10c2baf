"""Lays the tables of a report against the templates of its form, so that every cell has its labels.

Which table is which, and on the form of which year, is told by the words of the labels, never by position or
count alone. Where cells cannot be told apart with certainty nothing is guessed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from reportlint.binder import Binder
from reportlint.bound import Binding, BoundTable, Departure, Fault
from reportlint.diagnostic import Place, Related, Span, Text
from reportlint.lines import Line, lines_of
from reportlint.profile import HeaderRow, Profile, Template
from reportlint.report import Item, Report, Subsection, Table
from reportlint.wording import words

# So many labels in prose, each on its own, or so many header rows in one piece, are a table that lost its cells.
LEAST_LABELS, LEAST_HEADERS = 5, 2
LONGEST_HEADER = 120
_TAG = r"</?[A-Za-z][^<>]{0,1000}>"  # of a web page that was saved with its source
LEAST_ABOVE = 3  # labels of another template above the first header row of one, which is then a table of its own
LEAST_HITS = 2  # labels that a table below a title shares with the template of that title
Lines = list[Line]


def bind(report: Report, profile: Profile, forms: Sequence[Profile]) -> Binding:
    """The report's tables as the profile's.

    forms: All profiles of this kind of report, by which a table of another year's form is known.
    """
    departures: list[Departure] = []
    tables: dict[str, BoundTable] = {}
    foreign: list[tuple[Lines, Template, Profile]] = []
    parts = _assigned(report, forms)
    written = {own.key: _form_of(parts[own.key], own, profile, forms) for own in profile.tables if own.key in parts}
    other = next((form for form in written.values() if form is not profile), profile)
    for own in profile.tables:
        lines = parts.get(own.key)
        if not lines:
            departures.append(_absent(report, own))
            continue
        form = written[own.key]
        if form is profile and other is not profile and not _is_certain(lines, own, profile, other):
            form = other  # nothing in this table tells the forms apart, and another table is on that one
        if form is not profile:
            foreign.append((lines[0], own, form))
        table, found = Binder(form.table(own.key), own.title, lines, profile.notation).bind()
        departures.extend(found)
        if table is not None:
            tables[own.key] = table
    if foreign:
        departures.append(_foreign(foreign, profile))
    return Binding(tables, tuple(departures), profile)


@lru_cache(maxsize=64)
def _vocabulary(profile: Profile) -> Mapping[str, frozenset[str]]:
    """For each template of a profile, the words of its labels."""
    return {
        template.key: frozenset(words(text) for label in template.labels() for text in label.wordings if text)
        for template in profile.tables
    }


@lru_cache(maxsize=64)
def _vocabularies(forms: tuple[Profile, ...]) -> Mapping[str, frozenset[str]]:
    """For each key of a template, the words of its labels on any of the forms."""
    keys = dict.fromkeys(key for form in forms for key in _vocabulary(form))
    nothing: frozenset[str] = frozenset()
    return {key: nothing.union(*(_vocabulary(form).get(key, nothing) for form in forms)) for key in keys}


def _texts(lines: Lines) -> set[str]:
    return {word for line in lines for word in line.words if word}


def _assigned(report: Report, forms: Sequence[Profile]) -> dict[str, list[Lines]]:
    """The tables of the report by the key of the template they fill, parts of one table together."""
    vocabularies = _vocabularies(tuple(forms))
    titles = _titles(tuple(forms))
    headed = _headed(report, titles) if titles else {}
    assigned: dict[str, list[Lines]] = {}
    last: tuple[int, str] | None = None
    homes = _Homes(report, forms)
    for table, lines in _parts(report, forms, headed, homes):
        texts = _texts(lines)
        hits = {key: len(texts & labels) for key, labels in vocabularies.items()}
        title = headed.get(table.number)
        if title is not None and (hits[title] >= LEAST_HITS or (last and last[1] == title)):
            last = (table.number, title)
            assigned.setdefault(title, []).append(lines)
            continue
        # One that has a title is not taken for another that has the same labels and stands below a title of its own.
        free = [key for key in hits if key not in headed.values()]
        best = max(free, key=lambda key: hits[key], default="")
        if best and [hits[key] for key in free].count(hits[best]) > 1:
            best = homes.nearest([key for key in free if hits[key] == hits[best]], table)
        if best and (hits[best] >= 3 or (hits[best] and hits[best] * 2 >= len(texts))):
            last = (table.number, best)
        elif last and last[0] == table.number - 1 and not texts:
            # Rows of figures alone: a double blank line cut them off from their header.
            last = (table.number, last[1])
        else:
            continue
        assigned.setdefault(last[1], []).append(lines)
    return assigned


def _parts(
    report: Report, forms: Sequence[Profile], headed: Mapping[int, str], homes: "_Homes"
) -> Iterator[tuple[Table, Lines]]:
    """The tables of the report with their lines; several that follow each other without a break one by one."""
    starts, vocabularies = _starts(tuple(forms)), _vocabularies(tuple(forms))
    for table in report.tables():
        if forms[0].partial and homes.of(table) is None:
            continue
        lines = lines_of(table, forms[0].notation)
        for part in [lines] if table.number in headed else _parted(lines, starts, vocabularies):
            yield table, part


@lru_cache(maxsize=64)
def _starts(forms: tuple[Profile, ...]) -> Mapping[str, Mapping[str, str]]:
    """Header rows that begin one template and no other: by the first label, the words of the row and that key."""
    keys: dict[str, set[str]] = {}
    firsts: dict[str, str] = {}
    for form in forms:
        for own in form.tables:
            if own.rows and isinstance(row := own.rows[0], HeaderRow):
                keys.setdefault(row.words, set()).add(own.key)
                firsts[row.words] = words(row.texts[0])
    starts: dict[str, dict[str, str]] = {}
    for start, found in keys.items():
        if len(found) == 1:
            starts.setdefault(firsts[start], {})[start] = next(iter(found))
    return starts


def _parted(
    lines: Lines, starts: Mapping[str, Mapping[str, str]], vocabularies: Mapping[str, frozenset[str]]
) -> list[Lines]:
    """The tables that follow each other without a break: each begins with the first header row of its template."""
    parts: list[Lines] = [[]]
    for line in lines:
        own = starts.get(line.words[line.labels[0]]) if line.labels else None
        key = (own.get(line.joined) or own.get(line.collapsed)) if own else None
        if key is not None and parts[-1]:
            above = _texts(parts[-1])
            others = max((len(above & labels) for other, labels in vocabularies.items() if other != key), default=0)
            if others >= LEAST_ABOVE and others > len(above & vocabularies[key]):
                parts.append([])
        parts[-1].append(line)
    return parts


class _Homes:
    """In which section of the form each table stands, by the words of the heading above it; looked up when asked."""

    def __init__(self, report: Report, forms: Sequence[Profile]) -> None:
        self.report, self.forms = report, forms

    @cached_property
    def _sections(self) -> dict[int, str | None]:
        titles = {
            words(title): section.key for form in self.forms for section in form.sections for title in section.titles
        }
        found: dict[int, str | None] = {}
        seen: set[str | None] = set()
        for section in self.report.sections:
            mine = words(section.heading.title)
            key = titles.get(mine, titles.get(self.forms[0].numbering.bare(mine)))
            # The first heading with a section's title is the section's: another begins with the same words.
            found.update((table.number, None if key in seen else key) for table in section.tables())
            seen.add(key)
        return found

    def of(self, table: Table) -> str | None:
        """The key of the section; empty for a table before the first, None for one in a section the form has not."""
        return self._sections.get(table.number, "")

    def nearest(self, keys: Sequence[str], table: Table) -> str:
        """The template, of those that fit equally well, that belongs where the table stands; else the first."""
        belonging = {
            template.key for form in self.forms for template in form.tables if template.section == self.of(table)
        }
        return next((key for key in keys if key in belonging), keys[0])


@lru_cache(maxsize=64)
def _titles(forms: tuple[Profile, ...]) -> Mapping[str, str]:
    """The keys of templates by the words of their titles, the longest first."""
    found = {words(title): own.key for form in forms for own in form.tables for title in own.titles}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _headed(report: Report, titles: Mapping[str, str]) -> dict[int, str]:
    """By the number of a table, the template whose title is the last above it in the same section."""
    found: dict[int, str] = {}

    def key_of(text: str) -> str | None:
        mine = words(text) if len(text) <= LONGEST_HEADER else ""
        return next((key for title, key in titles.items() if mine.endswith(title)), None)

    def walk(items: Iterable[Item], above: str | None) -> str | None:
        for item in items:
            if isinstance(item, Table):
                if above is not None:
                    found[item.number] = above
            elif isinstance(item, Subsection):
                above = walk(item.items, key_of(item.heading.title) or above)
            else:
                above = key_of(item.text) or above
        return above

    walk(report.front, None)
    for section in report.sections:
        walk(section.items, key_of(section.heading.title))
    return found


def _form_of(parts: list[Lines], own: Template, profile: Profile, forms: Sequence[Profile]) -> Profile:
    """The form whose labels, among those that only one form has, occur most; the report's own if in doubt."""
    texts: set[str] = set().union(*(_texts(lines) for lines in parts))
    mine = _vocabulary(profile)[own.key]
    for form in forms:
        theirs = _vocabulary(form).get(own.key, frozenset())
        if form is not profile and len(texts & (theirs - mine)) > len(texts & (mine - theirs)) + 1:
            return form
    return profile


def _is_certain(parts: list[Lines], own: Template, profile: Profile, other: Profile) -> bool:
    """Whether the table has a label that only the profile's form has, or the other form has no such table."""
    mine, theirs = _vocabulary(profile)[own.key], _vocabulary(other).get(own.key)
    return theirs is None or bool((mine - theirs) & set().union(*(_texts(lines) for lines in parts)))


def _foreign(tables: list[tuple[Lines, Template, Profile]], profile: Profile) -> Departure:
    """Tables on another year's form are one defect, told at the first of them."""
    first, template, form = tables[0]
    related = tuple(
        Related(
            lines[0].head.span,
            Text(f"这张表也用了{other.source.zh}的格式", f"this table too is on the form of {other.source.en}"),
        )
        for lines, _, other in tables[1:]
    )
    return Departure(
        Fault.FORM,
        template.key,
        first[0].head.span,
        form.id,
        profile.id,
        Place(template.title, template.key),
        first[0].address(0),
        related,
        Text(form.source.zh, form.source.en),
    )


def _absent(report: Report, template: Template) -> Departure:
    """A table that is not there, or that is there but cannot be told apart."""
    place = Place(table=template.key)
    spans = list(_loose_labels(report, template))
    headers = list(_loose_headers(report, template))
    if len(spans) >= LEAST_LABELS or len(headers) >= LEAST_HEADERS:
        spans += headers
        return Departure(Fault.UNREADABLE, template.key, min(spans), place=place)
    return Departure(Fault.TABLE_MISSING, template.key, Span(0, 0), place=place)


def _loose_headers(report: Report, template: Template) -> Iterator[Span]:
    """Paragraphs that are a whole header row run together, or hold several: the whole table on one line."""
    headers = {row.words for row in template.rows if isinstance(row, HeaderRow) and len(row.cells) > 1}
    for paragraph in report.paragraphs():
        mine = words(re.sub(_TAG, "", paragraph.text))
        held = sum(header in mine for header in headers)
        if mine in headers or held >= LEAST_HEADERS:
            yield from [paragraph.span] * held


def _loose_labels(report: Report, template: Template) -> Iterator[Span]:
    """Paragraphs that are a label of the table, alone or with figures run into it; each label once."""
    labels = {words(label.text) for label in template.labels() if len(words(label.text)) >= 4}
    labels |= {words(row.label.text) for row in template.data_rows if len(words(row.label.text)) >= 3}
    seen: set[str] = set()
    for paragraph in report.paragraphs():
        mine = words(paragraph.text) if len(paragraph.text) <= 60 else ""
        for label in labels:
            if mine.startswith(label) and label not in seen and not mine[len(label) :].strip("0123456789"):
                seen.add(label)
                yield paragraph.span
                break
