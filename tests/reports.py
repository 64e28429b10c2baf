"""Report texts for tests: figures that agree, the official forms, harmless variants, damage done on purpose.

    figures = random_figures(random.Random(7), "2019")
    report = render_with_places(
        figures, form="2019", year=2020, agency="青禾县云溪镇人民政府", layout="M", style=Style()
    )
    line, column = report.lines[cell("requests", "new", "total")]

Every text that a test may want to find or to replace has a key (see `cell`, `label`, `heading`, `figure`).
"""

import bisect
import random
import re
import string
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Literal

Form = Literal["2019", "2021"]
Layout = Literal["M", "D"]
Size = Literal["none", "small", "large"]
Key = tuple[str, ...]

# --- the forms -------------------------------------------------------------------------------------------

SECTIONS: Mapping[str, str] = {
    "overview": "一、总体情况",
    "active": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "review": "四、政府信息公开行政复议、行政诉讼情况",
    "problems": "五、存在的主要问题及改进情况",
    "other": "六、其他需要报告的事项",
}

ORGANISATIONS: Mapping[str, str] = {
    "business": "商业企业",
    "research": "科研机构",
    "public-benefit": "社会公益组织",
    "legal-service": "法律服务机构",
    "other": "其他",
}
APPLICANTS = ("person", *ORGANISATIONS)

GROUPS: Mapping[str, str] = {
    "results": "三、本年度办理结果",
    "denied": "（三）不予公开",
    "not-available": "（四）无法提供",
    "not-processed": "（五）不予处理",
    "others": "（六）其他处理",
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One data row of table `requests`.

    groups: The merged labels that it stands in, outermost first.
    """

    key: str
    label: str
    groups: tuple[str, ...] = ()


def grouped(group: str, labels: Mapping[str, str]) -> tuple[RequestRow, ...]:
    return tuple(RequestRow(key, text, ("results", group)) for key, text in labels.items())


NEW = RequestRow("new", "一、本年新收政府信息公开申请数量")
CARRIED_IN = RequestRow("carried-in", "二、上年结转政府信息公开申请数量")
PARTIAL_LABEL = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
COMMON_RESULTS = (
    RequestRow("granted", "（一）予以公开", ("results",)),
    RequestRow("partial", PARTIAL_LABEL, ("results",)),
    *grouped(
        "denied",
        {
            "secret": "1.属于国家秘密",
            "prohibited": "2.其他法律行政法规禁止公开",
            "stability": "3.危及“三安全一稳定”",
            "third-party": "4.保护第三方合法权益",
            "internal": "5.属于三类内部事务信息",
            "process": "6.属于四类过程性信息",
            "enforcement-file": "7.属于行政执法案卷",
            "inquiry": "8.属于行政查询事项",
        },
    ),
    *grouped(
        "not-available",
        {
            "not-held": "1.本机关不掌握相关政府信息",
            "not-existing": "2.没有现成信息需要另行制作",
            "unclear": "3.补正后申请内容仍不明确",
        },
    ),
    *grouped(
        "not-processed",
        {
            "complaint": "1.信访举报投诉类申请",
            "repeated": "2.重复申请",
            "publication": "3.要求提供公开出版物",
            "excessive": "4.无正当理由大量反复申请",
            "confirmation": "5.要求行政机关确认或重新出具已获取信息",
        },
    ),
)
OTHER_RESULTS: Mapping[Form, tuple[RequestRow, ...]] = {
    "2019": (RequestRow("other", "（六）其他处理", ("results",)),),
    "2021": grouped(
        "others",
        {
            "not-corrected": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            "fee-unpaid": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            "other-handling": "3.其他",
        },
    ),
}
TOTAL = RequestRow("total", "（七）总计", ("results",))
CARRIED_OUT = RequestRow("carried-out", "四、结转下年度继续办理")


def result_rows(form: Form) -> tuple[RequestRow, ...]:
    """The rows that （七）总计 adds up."""
    return (*COMMON_RESULTS, *OTHER_RESULTS[form])


def request_rows(form: Form) -> tuple[RequestRow, ...]:
    return (NEW, CARRIED_IN, *result_rows(form), TOTAL, CARRIED_OUT)


@dataclass(frozen=True, slots=True)
class Block:
    """One part of table `active`: the citation over it, its column heads and its rows, each key to label."""

    key: str
    citation: str
    columns: Mapping[str, str]
    rows: Mapping[str, str]


ITEM_COLUMNS = {"previous": "上一年项目数量", "change": "本年增/减", "decisions": "处理决定数量"}
DECISION_COLUMNS = {"decisions": "本年处理决定数量"}
BLOCKS: Mapping[Form, tuple[Block, ...]] = {
    "2019": (
        Block(
            "item-1",
            "第二十条第（一）项",
            {"made": "本年新制作数量", "published": "本年新公开数量", "available": "对外公开总数量"},
            {"regulations": "规章", "documents": "规范性文件"},
        ),
        Block(
            "item-5",
            "第二十条第（五）项",
            ITEM_COLUMNS,
            {"licences": "行政许可", "services": "其他对外管理服务事项"},
        ),
        Block("item-6", "第二十条第（六）项", ITEM_COLUMNS, {"penalties": "行政处罚", "compulsion": "行政强制"}),
        Block(
            "item-8",
            "第二十条第（八）项",
            {"previous": "上一年项目数量", "change": "本年增/减"},
            {"charges": "行政事业性收费"},
        ),
        Block(
            "item-9",
            "第二十条第（九）项",
            {"projects": "采购项目数量", "amount": "采购总金额"},
            {"procurement": "政府集中采购"},
        ),
    ),
    "2021": (
        Block(
            "item-1",
            "第二十条第（一）项",
            {"made": "本年制发件数", "repealed": "本年废止件数", "in-force": "现行有效件数"},
            {"regulations": "规章", "documents": "行政规范性文件"},
        ),
        Block("item-5", "第二十条第（五）项", DECISION_COLUMNS, {"licences": "行政许可"}),
        Block(
            "item-6",
            "第二十条第（六）项",
            DECISION_COLUMNS,
            {"penalties": "行政处罚", "compulsion": "行政强制"},
        ),
        Block(
            "item-8",
            "第二十条第（八）项",
            {"amount": "本年收费金额（单位：万元）"},
            {"charges": "行政事业性收费"},
        ),
    ),
}

OUTCOMES: Mapping[str, str] = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}
PROCEEDINGS = ("review", "direct", "after-review")


# --- keys ------------------------------------------------------------------------------------------------


def cell(table: str, row: str, column: str) -> Key:
    """A number cell. In table `review` the rows are the three PROCEEDINGS and the columns the OUTCOMES."""
    return ("cell", table, row, column)


def label(table: str, kind: str, *names: str) -> Key:
    """A fixed label: of kind `row`, `column`, `group`, `corner`, or in table `active` `block` and `content`.

    A column of `active` is named by block and column, one of `review` by proceeding and outcome.
    """
    return ("label", table, kind, *names)


def heading(section: str) -> Key:
    return ("heading", section)


def figure(section: str, name: str) -> Key:
    """A figure in the prose of a section, such as `figure("overview", "new")`."""
    return ("figure", section, name)


# --- figures ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fees:
    """信息处理费 in the year: notices sent, and the 元 that they name and that came in."""

    notices: int = 0
    notified: int = 0
    collected: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one report.

    numbers: One for each number cell of the three tables. channels: What was published by website, by new
        media and on notice boards; the prose adds them up.
    """

    form: Form
    numbers: Mapping[Key, Decimal]
    channels: tuple[int, int, int] = (0, 0, 0)
    fees: Fees = Fees()

    def of(self, table: str, row: str, column: str) -> Decimal:
        return self.numbers[cell(table, row, column)]

    def requests(self, *rows: str) -> Decimal:
        """The 总计 column of these rows of `requests`, added up."""
        return sum((self.of("requests", row, "total") for row in rows), Decimal(0))

    def group(self, name: str) -> Decimal:
        return self.requests(*(row.key for row in result_rows(self.form) if name in row.groups))


def random_figures(
    rng: random.Random,
    form: Form,
    *,
    size: Size | None = None,
    rulemaking: bool = False,
    purchases: bool = False,
) -> Figures:
    """Figures for which every identity and every plausible relation of the form holds.

    size: How much there is to count; drawn where it is not given. rulemaking: Whether 规章 may be counted.
    purchases: Whether form 2019 may name a sum of purchases. Its template prints no unit, so any sum but 0
        is remarked on, with a unit in the cell or without.
    """
    sizes: tuple[Size, ...] = ("none", "small", "small", "large")
    scale: Size = rng.choice(sizes) if size is None else size
    numbers = {**random_requests(rng, form, scale), **random_review(rng, scale)}
    fees = Fees()
    if form == "2019":
        numbers |= random_active_2019(rng, scale, rulemaking=rulemaking, purchases=purchases)
    else:
        fees = random_fees(rng, scale, int(numbers[cell("requests", "fee-unpaid", "total")]))
        numbers |= random_active_2021(rng, scale, rulemaking=rulemaking, fees=fees)
    most = {"none": 60, "small": 400, "large": 20000}[scale]
    channels = (rng.randint(1, most), rng.randint(1, most), rng.randint(0, most))
    return Figures(form, MappingProxyType(numbers), channels, fees)


def amount(rng: random.Random, most: int) -> int:
    """A count up to `most` that is often 0 and often small."""
    return rng.choice((0, rng.randint(0, min(most, 9)), rng.randint(0, most)))


def spread(rng: random.Random, count: int, parts: int) -> list[int]:
    """`count` split at random over a number of parts, most of which stay empty."""
    shares = [0] * parts
    while count:
        taken = rng.randint(1, count)
        shares[rng.randrange(parts)] += taken
        count -= taken
    return shares


def random_requests(rng: random.Random, form: Form, size: Size) -> dict[Key, Decimal]:
    most = {"none": 0, "small": 12, "large": 3000}[size]
    results = [row.key for row in result_rows(form)]
    columns: dict[str, dict[str, int]] = {}
    for applicant in APPLICANTS:
        new = amount(rng, most) if applicant == "person" else amount(rng, most // 6)
        carried_in = amount(rng, most // 10)
        carried_out = rng.randint(0, min(new + carried_in, most // 10))
        total = new + carried_in - carried_out
        shares = dict(zip(results, spread(rng, total, len(results)), strict=True))
        columns[applicant] = {
            "new": new,
            "carried-in": carried_in,
            **shares,
            "total": total,
            "carried-out": carried_out,
        }
    columns["total"] = {
        row.key: sum(columns[applicant][row.key] for applicant in APPLICANTS) for row in request_rows(form)
    }
    return {
        cell("requests", row, column): Decimal(count) for column, rows in columns.items() for row, count in rows.items()
    }


def random_review(rng: random.Random, size: Size) -> dict[Key, Decimal]:
    most = {"none": 0, "small": 3, "large": 300}[size]
    numbers: dict[Key, Decimal] = {}
    for proceeding in PROCEEDINGS:
        counts = {outcome: amount(rng, most) for outcome in OUTCOMES if outcome != "total"}
        counts["total"] = sum(counts.values())
        numbers |= {cell("review", proceeding, outcome): Decimal(count) for outcome, count in counts.items()}
    return numbers


def random_active_2019(rng: random.Random, size: Size, *, rulemaking: bool, purchases: bool) -> dict[Key, Decimal]:
    most = {"none": 0, "small": 30, "large": 5000}[size]
    numbers: dict[Key, Decimal] = {}
    for row in ("regulations", "documents"):
        made = amount(rng, most // 10) if row == "documents" or rulemaking else 0
        published = rng.randint(0, made)
        available = published + (amount(rng, most // 5) if row == "documents" or rulemaking else 0)
        numbers |= cells(row, made=made, published=published, available=available)
    for row in ("licences", "services", "penalties", "compulsion"):
        previous = amount(rng, most)
        change = rng.choice((0, amount(rng, most), -rng.randint(0, previous)))
        decisions = amount(rng, most * 4) if previous + change else 0
        numbers |= cells(row, previous=previous, change=change, decisions=decisions)
    charged = amount(rng, most // 10)
    numbers |= cells("charges", previous=charged, change=rng.choice((0, 1, -charged)))
    projects = rng.randint(1, 40) if purchases else 0
    paid = Decimal(rng.randint(100_000, 900_000_000)) / 100 if purchases else 0
    return numbers | cells("procurement", projects=projects, amount=paid)


def random_active_2021(rng: random.Random, size: Size, *, rulemaking: bool, fees: Fees) -> dict[Key, Decimal]:
    most = {"none": 0, "small": 30, "large": 5000}[size]
    numbers: dict[Key, Decimal] = {}
    for row in ("regulations", "documents"):
        may = row == "documents" or rulemaking
        made, repealed = (amount(rng, most // 10), amount(rng, most // 10)) if may else (0, 0)
        in_force = made + (amount(rng, most // 5) if may else 0)
        numbers |= cells(row, made=made, repealed=repealed, **{"in-force": in_force})
    for row in ("licences", "penalties", "compulsion"):
        numbers |= cells(row, decisions=amount(rng, most * 4))
    fee = (Decimal(fees.collected) / 10_000).quantize(Decimal("0.01"), ROUND_CEILING)
    charged = fee + Decimal(amount(rng, most * 100)) / 100
    return numbers | cells("charges", amount=charged.normalize() if charged % 1 else charged.to_integral())


def cells(row: str, **columns: int | Decimal) -> dict[Key, Decimal]:
    """The cells of one row of table `active`."""
    return {cell("active", row, column): Decimal(number) for column, number in columns.items()}


def random_fees(rng: random.Random, size: Size, unpaid: int) -> Fees:
    """Notices for at least the requests given up because nobody paid; sums are whole multiples of 10 元."""
    notices = unpaid + (rng.choice((0, 0, 1, 2)) if size != "none" else 0)
    if not notices:
        return Fees()
    notified = 10 * rng.randint(notices, 40 * notices)
    return Fees(notices, notified, 0 if notices == unpaid else notified - 10 * unpaid)


# --- styles ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What real reports do differently without being wrong; the defaults are the form as it is printed.

    seed: Decides where a variant that not every label takes is applied, and the wording of the prose.
    spaced_labels, broken_labels: White space inside labels; line breaks inside label cells (layout M only).
    list_marks: What stands for the point of `1.`; drawn for each label.
    half_brackets, half_punctuation, wide_digits, wide_slash: Width of characters, in some of the labels.
    partial_label: The long label of （二）: as printed, with the bracket moved, without commas, or short.
    quotes: Around 三安全一稳定. unmerged: Empty cells fill up the short rows of table `active` (layout M).
    padded_rows, repeated_groups: Layout D: bars fill up short rows; group labels stand in every row.
    spaced_numbers, signed_plus, thousands, zero_money: ` 3`, `+3`, `1,200`, `0.00`.
    nothing: Content of section 六 in form 2019. planned: Section 五 names the next year.
    bookmark, inline_numerals: Remarked on at level info: a converter's trace, and 一、…二、… in a paragraph.
    """

    seed: int = 0
    spaced_labels: bool = False
    broken_labels: bool = False
    list_marks: str = "."
    half_brackets: bool = False
    half_punctuation: bool = False
    wide_digits: bool = False
    wide_slash: bool = False
    partial_label: Literal["printed", "moved", "unpunctuated", "short"] = "printed"
    quotes: Literal["curly", "straight", "none"] = "curly"
    unmerged: bool = False
    padded_rows: bool = False
    repeated_groups: bool = False
    spaced_numbers: bool = False
    signed_plus: bool = False
    thousands: bool = False
    zero_money: bool = False
    nothing: str = "无其他需要报告的事项。"
    prose_before: bool = False
    prose_after: bool = False
    planned: bool = False
    numbered_problems: bool = False
    inline_numerals: bool = False
    approximations: bool = False
    percentages: bool = False
    spaced_figures: bool = False
    run_in_headings: bool = True
    preamble: bool = True
    parts_named: bool = False
    contact_before: bool = False
    contact_after: bool = False
    title_lines: Literal[1, 2] = 1
    leading_line: bool = False
    gaps: bool = False
    bookmark: Literal["none", "label", "number", "paragraph"] = "none"
    line_end: Literal["\n", "\r\n"] = "\n"
    last_blank: bool = False


def random_style(rng: random.Random, *, remarked: bool = False) -> Style:
    """A mixture of harmless variants; `remarked` adds those that the linter remarks on at level info."""

    def coin() -> bool:
        return rng.random() < 0.35

    return Style(
        seed=rng.randrange(1 << 30),
        spaced_labels=coin(),
        broken_labels=coin(),
        list_marks=rng.choice((".", ".", "、", "．", ".、．")),
        half_brackets=coin(),
        half_punctuation=coin(),
        wide_digits=coin(),
        wide_slash=coin(),
        partial_label=rng.choice(("printed", "printed", "moved", "unpunctuated", "short")),
        quotes=rng.choice(("curly", "straight", "none")),
        unmerged=coin(),
        padded_rows=coin(),
        repeated_groups=coin(),
        spaced_numbers=coin(),
        signed_plus=coin(),
        thousands=coin(),
        zero_money=coin(),
        nothing=rng.choice(("无其他需要报告的事项。", "无其他需要报告的事项", "无。", "无")),
        prose_before=coin(),
        prose_after=coin(),
        planned=coin(),
        numbered_problems=coin(),
        inline_numerals=remarked and coin(),
        approximations=coin(),
        percentages=coin(),
        spaced_figures=coin(),
        run_in_headings=coin(),
        preamble=not coin(),
        parts_named=coin(),
        contact_before=coin(),
        contact_after=coin(),
        title_lines=2 if coin() else 1,
        leading_line=coin(),
        gaps=coin(),
        bookmark=rng.choice(("none", "label", "number", "paragraph")) if remarked else "none",
        line_end="\r\n" if coin() else "\n",
        last_blank=coin(),
    )


BOOKMARKS: Mapping[str, Key | None] = {
    "none": None,
    "label": label("active", "block", "item-1"),
    "number": cell("active", "documents", "made"),
    "paragraph": ("paragraph", "problems", "0"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What to spoil. A key that the report does not have is a KeyError: a test must not spoil nothing.

    replaced: New text for anything that has a key: a cell, a label, a heading, the title, a figure in prose.
    rows: Data rows to leave out, as (table, row). tables, sections: Those to leave out, by key.
    """

    replaced: Mapping[Key, str] = field(default_factory=dict)
    rows: frozenset[tuple[str, str]] = frozenset()
    tables: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()


INTACT = Damage()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A report text, and where in it everything that has a key begins.

    lines: Line and column from 1, of the first character that is no white space. A replaced or bookmarked
        text keeps its key; a text that stands twice is found where it stands first.
    """

    text: str
    lines: Mapping[Key, tuple[int, int]]


# --- writing ---------------------------------------------------------------------------------------------


class Writer:
    """Gathers the text, exchanges what is to be replaced, and remembers where each key begins.

    bookmarked: The key before which the converter left its trace, if any.
    """

    def __init__(self, replaced: Mapping[Key, str], bookmarked: Key | None) -> None:
        self.replaced = replaced
        self.bookmarked = bookmarked
        self.parts: list[str] = []
        self.length = 0
        self.places: dict[Key, int] = {}

    def write(self, text: str, key: Key | None = None) -> None:
        if key is not None:
            if key == self.bookmarked:
                self.write("[bookmark: _GoBack]")
            text = self.replaced.get(key, text)
            self.places.setdefault(key, self.length + len(text) - len(text.lstrip()))
        self.parts.append(text)
        self.length += len(text)

    def rendered(self, line_end: str) -> Rendered:
        missing = self.replaced.keys() - self.places.keys()
        if missing:
            raise KeyError(f"not in this report, so not replaced: {sorted(missing)}")
        text = "".join(self.parts)
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        lines: dict[Key, tuple[int, int]] = {}
        for key, offset in self.places.items():
            line = bisect.bisect_right(starts, offset)
            lines[key] = (line, offset - starts[line - 1] + 1)
        return Rendered(text.replace("\n", line_end), MappingProxyType(lines))


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell of a table as it will be written.

    kind: What the layouts treat differently: `covered` lies under a merged cell above, whose label is `text`;
        `filler` belongs to an unmerged grid.
    """

    kind: Literal["label", "number", "covered", "filler"]
    text: str = ""
    key: Key | None = None


Row = tuple[Slot, ...]
COVERED = Slot("covered")


def caption(text: str, *names: str) -> Slot:
    return Slot("label", text, label(*names))


def value(figures: Figures, table: str, row: str, column: str) -> Slot:
    key = cell(table, row, column)
    return Slot("number", str(figures.numbers[key]), key)


def active_rows(figures: Figures, style: Style) -> Iterator[tuple[str, Row]]:
    """The rows of table `active`, each with its key; rows that hold no data have the key ""."""
    for block in BLOCKS[figures.form]:
        filler = (Slot("filler"),) * (3 - len(block.columns)) if style.unmerged else ()
        yield "", (caption(block.citation, "active", "block", block.key),)
        heads = tuple(caption(text, "active", "column", block.key, key) for key, text in block.columns.items())
        yield "", (caption("信息内容", "active", "content", block.key), *heads, *filler)
        for row, text in block.rows.items():
            numbers = tuple(value(figures, "active", row, column) for column in block.columns)
            yield row, (caption(text, "active", "row", row), *numbers, *filler)


def request_table(figures: Figures, without: frozenset[str]) -> Iterator[tuple[str, Row]]:
    """The rows of table `requests`. A group's label stands in the first of its rows that is not left out."""
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    columns = tuple(caption(text, "requests", "column", key) for key, text in ORGANISATIONS.items())
    person = caption("自然人", "requests", "column", "person")
    total = caption("总计", "requests", "column", "total")
    organisations = caption("法人或其他组织", "requests", "group", "organisations")
    yield "", (caption(note, "requests", "corner"), caption("申请人情况", "requests", "group", "applicants"))
    yield "", (COVERED, person, organisations, total)
    yield "", (COVERED, COVERED, *columns, COVERED)
    opened: set[str] = set()
    for row in request_rows(figures.form):
        if row.key in without:
            continue
        groups = tuple(
            Slot("covered", GROUPS[group]) if group in opened else caption(GROUPS[group], "requests", "group", group)
            for group in row.groups
        )
        opened.update(row.groups)
        numbers = tuple(value(figures, "requests", row.key, column) for column in (*APPLICANTS, "total"))
        yield row.key, (*groups, caption(row.label, "requests", "row", row.key), *numbers)


def review_table(figures: Figures) -> Iterator[tuple[str, Row]]:
    def heads(proceeding: str) -> Row:
        return tuple(caption(text, "review", "column", proceeding, key) for key, text in OUTCOMES.items())

    def group(text: str, key: str) -> Slot:
        return caption(text, "review", "group", key)

    yield "", (group("行政复议", "review"), group("行政诉讼", "litigation"))
    yield ("", (*heads("review"), group("未经复议直接起诉", "direct"), group("复议后起诉", "after-review")))
    yield "", (*(COVERED,) * 5, *heads("direct"), *heads("after-review"))
    yield (
        "figures",
        tuple(value(figures, "review", row, column) for row in PROCEEDINGS for column in OUTCOMES),
    )


def table_rows(figures: Figures, table: str, style: Style, without: frozenset[str]) -> list[Row]:
    """The rows of one table without those to be left out.

    Raises:
        KeyError: The table has no such row.
    """
    rows = list(
        {
            "active": lambda: active_rows(figures, style),
            "requests": lambda: request_table(figures, frozenset()),
            "review": lambda: review_table(figures),
        }[table]()
    )
    unknown = without - {key for key, _ in rows}
    if unknown:
        raise KeyError(f"table {table} has no row {sorted(unknown)}")
    if table == "requests":
        rows = list(request_table(figures, without))
    return [row for key, row in rows if key not in without]


def write_table(writer: Writer, rows: Sequence[Row], table: str, layout: Layout, style: Style) -> None:
    if layout == "M":
        write_cells_by_line(writer, rows, style)
    else:
        write_cells_between_bars(writer, rows, style, {"active": 4, "requests": 10, "review": 15}[table])


def write_cells_by_line(writer: Writer, rows: Iterable[Row], style: Style) -> None:
    for row in rows:
        for slot in row:
            writer.write("\t")
            if slot.kind in ("label", "number"):
                writer.write(dressed(slot, style, breakable=True), slot.key)
            writer.write("\n")
        writer.write("\n")
    writer.write("\n")


def write_cells_between_bars(writer: Writer, rows: Iterable[Row], style: Style, width: int) -> None:
    for row in rows:
        slots = [slot for slot in row if slot.kind in ("label", "number") or (style.repeated_groups and slot.text)]
        for number, slot in enumerate(slots):
            writer.write(" " if number else "")
            writer.write(dressed(slot, style, breakable=False), slot.key)
            writer.write(" |")
        writer.write(" |" * (width - len(slots)) if style.padded_rows else "")
        writer.write("\n")


# --- variants of labels and numbers ----------------------------------------------------------------------

HALF_BRACKETS = str.maketrans("（）", "()")
HALF_PUNCTUATION = str.maketrans("：，", ":,")
WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
BLANKS = (" ", "  ", "     ", "\u3000", "\u00a0")  # what word processors put between spread-out characters
PARTIAL_LABELS = {
    "printed": PARTIAL_LABEL,
    "moved": "（二）部分公开（区分处理的），只计这一情形，不计其他情形",
    "unpunctuated": "（二）部分公开（区分处理的只计这一情形不计其他情形）",
    "short": "（二）部分公开",
}
QUOTES = {"curly": ("“", "”"), "straight": ('"', '"'), "none": ("", "")}


def dressed(slot: Slot, style: Style, *, breakable: bool) -> str:
    """A cell's text in the variant that the style gives it; the same cell always gets the same one."""
    if slot.kind == "number" and slot.key is not None:
        return dressed_number(Decimal(slot.text), slot.key, style)
    return dressed_label(slot.text, style, drawn(slot.key or (slot.text,), style), breakable=breakable)


def drawn(key: Key, style: Style) -> random.Random:
    """The chances of one text, which no change elsewhere in the report touches."""
    return random.Random(zlib.crc32("/".join(key).encode(), style.seed))


def dressed_label(text: str, style: Style, rng: random.Random, *, breakable: bool) -> str:
    if text == PARTIAL_LABEL:
        text = PARTIAL_LABELS[style.partial_label]
    opening, closing = QUOTES[style.quotes]
    text = text.replace("“", opening).replace("”", closing)
    text = re.sub(r"^(\d)\.", rf"\g<1>{rng.choice(style.list_marks)}", text)
    for switched, widths in (
        (style.half_brackets, HALF_BRACKETS),
        (style.half_punctuation, HALF_PUNCTUATION),
        (style.wide_digits, WIDE_DIGITS),
        (style.wide_slash, str.maketrans("/", "／")),
    ):
        text = text.translate(widths) if switched and rng.random() < 0.7 else text
    wanted = rng.random()
    if style.broken_labels and breakable and wanted < 0.4:
        return broken(text, "\n", rng)
    if style.spaced_labels and wanted > 0.4:
        return broken(text, rng.choice(BLANKS), rng)
    return text


def broken(text: str, by: str, rng: random.Random) -> str:
    """The text with one to three breaks, none of them at its ends."""
    for place in sorted(rng.sample(range(1, len(text)), min(rng.randint(1, 3), len(text) - 1)), reverse=True):
        text = text[:place] + by + text[place:]
    return text


def dressed_number(number: Decimal, key: Key, style: Style) -> str:
    column = key[-1]
    text = f"{number:f}"
    if style.zero_money and column == "amount" and not number:
        text = "0.00"
    elif style.signed_plus and column == "change" and number > 0:
        text = f"+{text}"
    elif style.thousands and abs(number) >= 1000:
        text = f"{number:,f}"
    elif style.wide_digits and number >= 0 and drawn(key, style).random() < 0.3:
        text = text.translate(WIDE_DIGITS)
    if style.spaced_numbers:
        before, after = drawn(key, style).choices(("", " ", "  "), k=2)
        text = before + text + after
    return text


# --- prose -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """What the prose speaks of. Its sentences name figures in braces: `新收{new}件`."""

    figures: Figures
    year: int
    agency: str
    style: Style

    @property
    def we(self) -> str:
        name = re.sub("(人民政府|办事处)$", "", self.agency)
        return next((f"我{kind}" for kind in ("镇", "乡", "街道", "县", "市") if name.endswith(kind)), "我局")

    @property
    def requested(self) -> bool:
        return bool(self.figures.requests("new", "carried-in"))

    def pick(self, name: str, *sentences: str) -> str:
        return drawn(("words", name, str(self.year)), self.style).choice(sentences)

    @cached_property
    def values(self) -> Mapping[str, str]:
        """The figures that sentences may name."""
        figures, fees = self.figures, self.figures.fees
        total = figures.requests("total")
        named = {row: figures.requests(row) for row in ("new", "carried-in", "granted", "partial", "total")}
        named |= {group: figures.group(group) for group in ("denied", "not-available", "not-processed")}
        named |= {
            "others": figures.requests(*(row.key for row in OTHER_RESULTS[figures.form])),
            "carried-out": figures.requests("carried-out"),
            "due": figures.requests("new", "carried-in"),
            "review": figures.of("review", "review", "total"),
            "litigation": figures.of("review", "direct", "total") + figures.of("review", "after-review", "total"),
            "documents-made": figures.of("active", "documents", "made"),
            "published": Decimal(sum(figures.channels)),
            "website": Decimal(figures.channels[0]),
            "new-media": Decimal(figures.channels[1]),
            "boards": Decimal(figures.channels[2]),
            "granted-percent": percentage(figures.requests("granted"), total),
            "fee-notices": Decimal(fees.notices),
            "fee-notified": Decimal(fees.notified),
            "fee-collected": Decimal(fees.collected),
        }
        if figures.form == "2021":
            named |= {
                f"documents-{column}": figures.of("active", "documents", column) for column in ("repealed", "in-force")
            }
        return {name: f"{number:f}" for name, number in named.items()}


def percentage(part: Decimal, whole: Decimal) -> Decimal:
    """Rounded to two places, without idle zeros."""
    share = (100 * part / whole).quantize(Decimal("0.01"), ROUND_HALF_UP) if whole else Decimal(0)
    return share.normalize() if share % 1 else share.to_integral()


def period(scene: Scene) -> str:
    year = scene.year
    return scene.pick(
        "period",
        f"统计期限自{year}年1月1日起至{year}年12月31日止",
        f"统计期限为{year}年1月1日至{year}年12月31日",
        f"统计期限自{year}年1月1日至12月31日",
    )


def preamble(scene: Scene) -> Iterator[str]:
    notice = {
        "2019": "《中华人民共和国政府信息公开工作年度报告格式（试行）》（国办公开办函〔2019〕60号）",
        "2021": "《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）",
    }[scene.figures.form]
    law = "《中华人民共和国政府信息公开条例》（以下简称《条例》）"
    yield f"根据{law}和{notice}，{scene.agency}编制了本报告。"
    if scene.style.parts_named:
        titles = "、".join(title.partition("、")[2] for title in SECTIONS.values())
        yield f"本报告由{titles}六个部分组成，所列数据的{period(scene)}。"
    else:
        yield f"本报告所列数据的{period(scene)}。"
    if scene.style.contact_before:
        yield "公众可以在政府网站的政府信息公开专栏查阅和下载本报告；如有疑问，请与党政综合办公室联系。"


def overview(scene: Scene) -> Iterator[str]:
    if not scene.style.preamble:
        yield f"本报告数据的{period(scene)}。"
    yield scene.pick(
        "opening",
        f"{scene.year}年，{scene.we}以群众看得懂、找得到、用得上为目标推进政府信息公开，重点事项逐项列单、逐项落实。",
        f"一年来，{scene.we}坚持应公开尽公开，把公开要求放进公文办理和项目审批的全过程，公开质量稳步提升。",
    )
    topics = (
        ("（一）主动公开情况", active_words(scene)),
        ("（二）依申请公开情况", request_words(scene, "overview")),
        ("（三）政府信息管理情况", management_words(scene)),
        ("（四）政府信息公开平台建设情况", platform_words(scene)),
        ("（五）监督保障情况", oversight_words(scene)),
    )
    for title, words in topics:
        yield from (f"{title}。{words}",) if scene.style.run_in_headings else (title, words)


def active_words(scene: Scene) -> str:
    boards = "，公开栏公开{boards}条" if scene.figures.channels[2] else ""
    published = (
        "全年通过各种渠道共公开政府信息{published}条，其中，政府网站公开{website}条，"
        f"政务新媒体公开{{new-media}}条{boards}。"
    )
    if scene.figures.form == "2019":
        return published + "全年制发规范性文件{documents-made}件，文件与解读同步发布。"
    return published + (
        "全年制发行政规范性文件{documents-made}件，废止行政规范性文件{documents-repealed}件，"
        "现行有效行政规范性文件{documents-in-force}件。"
    )


def request_words(scene: Scene, section: str) -> str:
    if not scene.requested:
        return scene.pick(
            section,
            "全年没有收到政府信息公开申请，也没有上年结转的申请。",
            "全年新收政府信息公开申请{new}件，上年结转{carried-in}件。",
        )
    results = (
        "予以公开{granted}件，部分公开{partial}件，不予公开{denied}件，"
        "无法提供{not-available}件，不予处理{not-processed}件，其他处理{others}件。"
    )
    words = scene.pick(
        section,
        "全年新收政府信息公开申请{new}件，上年结转{carried-in}件，办结{total}件，结转下年度继续办理{carried-out}件。",
        "全年收到政府信息公开申请{new}件，加上上年结转{carried-in}件，已答复{total}件。",
        "全年共受理政府信息公开申请{due}件（含上年结转{carried-in}件），办结{total}件，其中，" + results,
        "全年新收政府信息公开申请{new}件。从办理结果看，" + results,
    )
    if scene.style.percentages and scene.figures.requests("total") and "{granted}" not in words:
        words += "予以公开{granted}件，占办结总数的{granted-percent}%。"
    return words


def management_words(scene: Scene) -> str:
    return scene.pick(
        "management",
        "起草公文时同步确定公开属性，先审查、后发布；定期清理失效内容，全年开展信息清理4次。",
        "编制并更新主动公开目录，明确各科室的报送时限，发布前由专人审核、负责人签批，确保内容准确、表述规范。",
    )


def platform_words(scene: Scene) -> str:
    words = scene.pick(
        "platform",
        "调整网站专栏设置，完善检索功能，在便民服务中心设置查阅点，方便群众就近查阅。",
        "做好政务新媒体与公开栏的日常维护，栏目定人定责，内容按月巡查，全年收到并办理网民留言12件。",
    )
    if scene.style.approximations:
        words += "累计发放宣传资料1000余份，其中，入户发放近400份，集市发放500多份。"
    return words


def oversight_words(scene: Scene) -> str:
    words = scene.pick(
        "oversight",
        "政府信息公开纳入年度工作考核，考核结果为良好；组织社会评议1次，群众评价较好；全年没有发生责任追究的情形。",
        "在上级组织的工作考核中被评为合格等次，社会评议收到意见3条并全部采纳，未发生责任追究情况。",
    )
    if scene.style.inline_numerals:
        words += "一、落实分工，明确牵头领导和具体承办人员。二、加强培训，组织业务学习2次。"
    return words


def section_words(scene: Scene, section: str) -> Iterator[str]:
    """The paragraphs of a section that stand before its table."""
    if section == "overview":
        yield from overview(scene)
    elif section == "problems":
        yield from problem_words(scene)
    elif section == "other":
        yield scene.style.nothing if scene.figures.form == "2019" else fee_words(scene)
    elif scene.style.prose_before:
        yield {
            "active": "主动公开各类信息的数量见下表。",
            "requests": request_words(scene, "requests"),
            "review": review_words(scene),
        }[section]


def review_words(scene: Scene) -> str:
    if scene.values["review"] == scene.values["litigation"] == "0":
        return "全年没有发生因政府信息公开引起的行政复议和行政诉讼。"
    return "全年因政府信息公开引起的行政复议{review}件，行政诉讼{litigation}件，均按期提交答复和证据材料。"


def problem_words(scene: Scene) -> Iterator[str]:
    when = f"{scene.year + 1}年，{scene.we}将" if scene.style.planned else "下一步，将"
    problems = "政策解读的形式还比较单一，图表和案例用得不多；部分站所报送信息不够及时，基层查阅点的利用率有待提高。"
    remedies = f"{when}丰富解读方式，把群众常问的事项整理成问答；建立按月提醒制度，对逾期未报的站所及时督促。"
    if scene.style.numbered_problems:
        yield f"（一）主要问题。{problems}"
        yield f"（二）改进情况。{remedies}"
    else:
        yield f"主要问题：一是{problems.replace('；', '；二是')}"
        yield remedies


def fee_words(scene: Scene) -> str:
    if scene.figures.fees.notices:
        return (
            f"{scene.year}年，{scene.we}发出信息处理费收费通知{{fee-notices}}件，"
            "通知金额{fee-notified}元，实际收取信息处理费{fee-collected}元。"
        )
    return scene.pick(
        "fees",
        f"{scene.year}年，{scene.we}未收取信息处理费。无其他需要报告的事项。",
        "本年度没有发出收费通知，收取信息处理费0元。",
    )


# --- the report ------------------------------------------------------------------------------------------


def render(
    figures: Figures,
    *,
    form: Form,
    year: int,
    agency: str,
    layout: Layout,
    style: Style,
    damage: Damage = INTACT,
) -> str:
    """The text of a report; what it is written in (encoding, line by line or not) is the caller's affair."""
    return render_with_places(
        figures, form=form, year=year, agency=agency, layout=layout, style=style, damage=damage
    ).text


def render_with_places(
    figures: Figures,
    *,
    form: Form,
    year: int,
    agency: str,
    layout: Layout,
    style: Style,
    damage: Damage = INTACT,
) -> Rendered:
    """The text of a report, and where in it everything that has a key begins.

    Raises:
        KeyError: The damage names something that this report does not have.
        ValueError: The figures belong to the other form.
    """
    if figures.form != form:
        raise ValueError(f"figures of form {figures.form} do not fit form {form}")
    unknown = (damage.tables - {"active", "requests", "review"}) | (damage.sections - SECTIONS.keys())
    if unknown:
        raise KeyError(f"no such table or section: {sorted(unknown)}")
    scene = Scene(figures, year, agency, style)
    writer = Writer(damage.replaced, BOOKMARKS[style.bookmark])
    write_front(writer, scene)
    for section in SECTIONS:
        if section not in damage.sections:
            write_section(writer, scene, section, layout, damage)
    write_back(writer, scene)
    return writer.rendered(style.line_end)


def write_front(writer: Writer, scene: Scene) -> None:
    writer.write("\n" if scene.style.leading_line else "")
    between = "\n" if scene.style.title_lines == 2 else ""
    writer.write(f"{scene.agency}{between}{scene.year}年政府信息公开工作年度报告", ("title",))
    writer.write("\n\n")
    if scene.style.preamble:
        for number, words in enumerate(preamble(scene)):
            write_paragraph(writer, scene, "preamble", number, words)


def write_section(writer: Writer, scene: Scene, section: str, layout: Layout, damage: Damage) -> None:
    writer.write(SECTIONS[section], heading(section))
    writer.write("\n")
    for number, words in enumerate(section_words(scene, section)):
        write_paragraph(writer, scene, section, number, words)
    if section not in ("active", "requests", "review"):
        return
    if section not in damage.tables:
        without = frozenset(row for table, row in damage.rows if table == section)
        write_table(writer, table_rows(scene.figures, section, scene.style, without), section, layout, scene.style)
    if scene.style.prose_after:
        write_paragraph(writer, scene, section, -1, "上述数据由各站所报送、党政综合办公室汇总核对。")


def write_paragraph(writer: Writer, scene: Scene, section: str, number: int, words: str) -> None:
    """One paragraph; its figures have keys of their own, and so has the stated period."""
    writer.write("", ("paragraph", section, str(number)))
    stated = period(scene)
    before, found, after = words.partition(stated)
    write_words(writer, scene, section, before)
    if found:
        writer.write(found, ("period",))
        write_words(writer, scene, section, after)
    gap = scene.style.gaps and drawn(("gap", section, str(number)), scene.style).random() < 0.4
    writer.write("\n\n" if gap else "\n")


def write_words(writer: Writer, scene: Scene, section: str, words: str) -> None:
    blank = " " if scene.style.spaced_figures else ""
    for text, name, _, _ in string.Formatter().parse(words):
        writer.write(text)
        if name is not None:
            writer.write(blank)
            writer.write(scene.values[name], figure(section, name))
            writer.write(blank)


def due(agency: str) -> tuple[int, int]:
    """Month and last day for the report: the end of March for a county's or a city's own, else of January."""
    return (3, 31) if re.search("[县市]人民政府$", agency) else (1, 31)


def write_back(writer: Writer, scene: Scene) -> None:
    last_month, last_day = due(scene.agency)
    rng = drawn(("date",), scene.style)
    month = rng.randint(1, last_month)
    day = rng.randint(4, last_day if month == last_month else 28)
    writer.write(scene.agency, ("signature",))
    writer.write("\n")
    writer.write(f"{scene.year + 1}年{month}月{day}日", ("date",))
    writer.write("\n")
    if scene.style.contact_after:
        writer.write("联系电话：0793-6021187\n通信地址：建设路16号\n")
    writer.write(" " if scene.style.last_blank else "")


# --- many reports ----------------------------------------------------------------------------------------

AGENCIES = (
    "青禾县云溪镇人民政府",
    "青禾县云溪镇",
    "青禾县松岭乡人民政府",
    "临川市河湾街道办事处",
    "青禾县人民政府",
    "澜州市人民政府",
    "青禾县教育局",
    "澜州市水务局",
)


def form_of(year: int) -> Form:
    return "2019" if year <= 2020 else "2021"


def clean_reports(n: int, seed: int) -> Iterator[tuple[str, str]]:
    """Name and text of `n` reports in which nothing is wrong and nothing calls for a remark."""
    rng = random.Random(seed)
    layouts: tuple[Layout, ...] = ("M", "D")
    for number in range(n):
        agency = AGENCIES[number % len(AGENCIES)]
        year = rng.choice(range(2019, 2025))
        layout = layouts[(number // len(AGENCIES)) % 2]
        size: Size | None = None
        if re.search("[乡镇]|街道", agency):
            size = rng.choice(("none", "none", "small"))
        figures = random_figures(rng, form_of(year), size=size, rulemaking=agency == "澜州市人民政府")
        text = render(figures, form=form_of(year), year=year, agency=agency, layout=layout, style=random_style(rng))
        yield f"{number:03d}-{year}-{agency}-{layout}.txt", text
