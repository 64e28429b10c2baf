"""What may stand in our own YAML files: keys, values and what they mean, from the code that reads them."""

import dataclasses
import inspect
import re
import sys
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reportlint import examples, profileset, templates
from reportlint.diagnostic import Language, Severity, Text
from reportlint.engine import Library
from reportlint.lsp.own import Kind
from reportlint.profile import CELL_TYPES
from reportlint.rule import KEYS, Pattern, RuleKind
from reportlint.ruleoptions import SEVERITIES
from reportlint.shape import ADD, fields, members
from reportlint.sheet import Settings as SettingsFile
from reportlint.waivers import NEVER, Entry

Keys = tuple[str, ...]
# An entry of a list, in a way of keys.
ITEM = "[]"


@dataclass(frozen=True, slots=True)
class Slot:
    """What may stand at a place. keys: Known keys of a mapping, with what each means. values: Known values."""

    keys: Mapping[str, str] = dataclasses.field(default_factory=dict)
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


RULE_KEYS = {
    "id": Text("规则名：小写字母和连字符，不与其他规则相同", "the name: small letters and hyphens, unlike any other's"),
    "code": Text("代码：按惯例三个字母加三个数字", "the short name, by custom three letters and three digits"),
    "kind": Text("规则种类", "the way of checking"),
    "severity": Text("严重程度", "how much it matters"),
    "optional": Text("是否只在设置或命令行要求时运行", "whether it runs only where a setting asks for it"),
    "profile": Text("适用的格式，及其派生的格式", "the form it is for, and all forms that extend it"),
    "years": Text("适用的报告年度：from、to", "the report years it is for: from, to"),
    "source": Text("依据：法律、条款、文号", "who says so: law, article, letter number"),
    "norms": Text("所检查的义务，可省略", "ids of the obligations that it checks; may be left out"),
    "why": Text("一句话说明为什么重要", "one sentence on why it matters"),
    "help": Text("怎么改，可省略", "how to mend it; may be left out"),
    "message": Text("提示：只有一种时", "what it says, where that is one thing"),
    "messages": Text("提示：有几种时，按名称", "what it says, by name, where there are several"),
    "options": Text("该种类的选项", "the options of its kind"),
    "examples": Text("示例，即规则的测试，至少一个有结论", "examples, which test it; at least one makes it speak"),
}
EXAMPLE_KEYS = {
    "name": Text("示例说明什么", "what the example shows"),
    "each": Text("对每一项各运行一次", "items for each of which it runs once; {each} stands for the item"),
    "model": Text("改哪个格式的范本", "whose model report is changed"),
    "change": Text("改动：replace 与 by", "what is changed: replace and by"),
    "report": Text("不用范本时的全文", "instead of model and change: a whole text"),
    "fixed": Text("改正以后的报告", "the report when it is mended"),
    "expect": Text("规则的全部结论", "all that the rule says: line:column severity message, in Chinese"),
}
CHANGE_KEYS = {
    "replace": Text("被替换的文字，只出现一次", "a text that occurs just once"),
    "by": Text("换成什么；省略即删去", "what takes its place; left out, it is deleted"),
}
PROFILE_KEYS = {
    "id": Text("格式名", "its name"),
    "abstract": Text("true：只供其他格式派生", "true for one that is only laid on"),
    "extends": Text("所派生自的格式", "the profile that it is laid on"),
    "years": Text("报告年度：from、to", "the report years: from, to"),
    "year-end": Text("报告年度的最后一天：月-日", "month-day on which the report year ends"),
    "numbering": Text("编号的式样，写出第一个编号", "how it numbers, shown by the first number"),
    "imprint": Text("标题、落款、来文等怎样辨认", "how title, signature and letter are known"),
    "partial": Text("true：只管报告的一部分", "true where it is about a part of a report"),
    "source": Text("依据", "legal source"),
    "grammar": Text("读取报告的语法", "the grammar that reads its reports"),
    "title": Text("这是什么报告的格式", "what it is a form of"),
    "title-form": Text("标题，含 {agency} 与 {year}", "the report's title with {agency} and {year}"),
    "title-words": Text("任何此类标题都有的词", "words that stand in any such title"),
    "language": Text("报告的语言", "language of the reports"),
    "sections": Text("各部分的键与标题，依次", "key and title of each section, in order"),
    "bodies": Text("机关种类及其名称的模式", "kind of body and a pattern for its name"),
    "deadlines": Text("机关种类及次年的期限：月-日", "kind of body and month-day of the following year"),
    "tables": Text("表格模板", "templates of the tables"),
    "identities": Text("各表之间的勾稽关系", "which figures of different tables must agree"),
    "rules": Text("这种格式对规则的设置", "what the form sets for rules, as in settings"),
}
TABLE_KEYS = {
    "section": Text("所在部分的键", "key of the section it stands in"),
    "title": Text("表格上方的标题", "the title above the table"),
    "numbering": Text("序号列", "columns of numbers that count the rows"),
    "label-columns": Text("左侧标签列数", "columns of labels at the left"),
    "blocks": Text("各块，自上而下", "its blocks, one below the other"),
    "groups": Text("列或行的组", "groups of columns or of rows"),
    "totals": Text("求和时不计的行列", "columns and rows that a sum of their group leaves out"),
    "identities": Text("勾稽关系", "which figures must agree"),
    "types": Text("各列的类型", "what a column holds"),
    "units": Text("表头写明的单位", "the unit that the header states"),
    "also": Text("视为相同的其他写法", "other wordings that count as the same"),
}
BLOCK_KEYS = {
    "header": Text(
        "画出的表头：< 与左格合并，^ 与上格合并", "the header drawn: < merged with the left, ^ with the one above"
    ),
    "columns": Text("数字列的名称，自左至右", "names of the number columns, left to right"),
    "rows": Text("各行，自上而下", "the rows, top to bottom"),
}
IDENTITY_KEYS = {
    "each": Text("对每行或每列分别成立", "for each row or column; left out: it stands alone"),
    "formula": Text("公式，见 grammars/identity.lark", "the formula, in the language of grammars/identity.lark"),
    "rows": Text("只对这些行", "for these rows only"),
    "columns": Text("只对这些列", "for these columns only"),
    "at": Text("不成立时在哪个单元格报告", "the cell where a broken one is reported"),
    "tolerance": Text("允许的差", "the largest difference that still counts as equal"),
    "severity": Text("与规则不同的严重程度", "where this one weighs more or less than the rule"),
}
YEARS = {"from": Text("第一年", "first year"), "to": Text("最后一年", "last year")}
BOTH = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}
PACK_KEYS = {"api": Text("扩展约定的版本", "version of the contract"), "name": Text("规则包名", "name of the pack")}
NORMS_KEYS = {
    "instruments": Text("法律、法规和文件", "laws, decrees and letters"),
    "obligations": Text("它们规定的各项义务", "what they oblige to, one by one"),
}
SECTION_KEYS = {
    "title": Text("标题", "title"),
    "also": Text("视为相同的其他标题", "other titles that count as the same"),
}
ROW_KEYS = {
    "label": Text("标签", "label"),
    "also": Text("视为相同的其他写法", "other wordings that count as the same"),
    "rows": Text("组内各行", "the rows of the group"),
    "repeat": Text("可重复的行", "rows that stand as often as needed"),
    "optional": Text("可以没有的行", "a row that may be missing"),
}
SETTINGS_KEYS = {
    "extends": Text(
        "所继承的设置文件，或 pack:规则包名", "a settings file below the repository, or pack:NAME for those of a pack"
    ),
    "profile": Text(
        "按哪个格式检查；省略时由报告年度决定", "the form to hold reports against; else the report year chooses"
    ),
    "rules": Text(
        "对规则的设置：按名称、代码，或末尾带 * 的一组", "what is set of rules, by name, by code, or with * for a group"
    ),
    "fail-on": Text("从哪一级起退出状态为 1", "from which severity on the exit status is 1"),
    "overrides": Text("只对某些文件的设置，后面的优先", "what is set for some files only; later ones win"),
    "files": Text(
        "文件路径的模式，从设置文件所在文件夹算起", "patterns of paths, counted from the settings file's folder"
    ),
    "exclude": Text("检查文件夹时略过的路径", "patterns of paths that are left out where a folder is checked"),
    "language": Text("提示的语言", "language of the messages"),
    "rules-folders": Text("仓库内的规则文件夹", "folders of rules, below the repository"),
    "plugins": Text(
        "必须装好的插件和规则包，名称见 reportlint plugins",
        "plugins and packs that have to be there, as reportlint plugins names them",
    ),
    "locked": Text(
        "以后的设置不得放宽的规则；true 指本文件设置的全部",
        "rules that what is set later may not weaken; true: all set here",
    ),
    "severity": Text(
        "严重程度；off 不运行，on 用规则自己的", "how much it matters; off: not run, on: as the rule itself says"
    ),
    "options": Text("叠加在规则自己的选项上", "laid on the options of the rule"),
}
WAIVER_KEYS = {
    "fingerprint": Text(
        "问题的指纹：由机关、年度、规则、位置和内容得出，与行号无关；由 reportlint waive 或编辑器写入",
        "what the diagnostic is known by: agency, year, rule, place and text found, never the line; "
        "reportlint waive or the editor writes it",
    ),
    "rule": Text("报告该问题的规则", "the rule that reports it"),
    "path": Text("报告文件，从本文件所在文件夹算起", "the report, counted from the folder of this file"),
    "where": Text("位置，供人阅读", "the place, in words"),
    "reason": Text("接受的理由；没有理由则不生效", "why it is accepted; without a reason the waiver does not hold"),
    "author": Text("由谁接受", "who accepts it"),
    "date": Text("日期，如 2026-01-31", "when, such as 2026-01-31"),
    "until": Text("有效期的最后一天，或 never", "the last day that it holds, or never"),
    "kind": Text("accepted 已接受，todo 仍待改正", "accepted, or todo where it is still to be mended"),
}
BILINGUAL = frozenset({"source", "why", "help", "message", "title"})


def slot(kind: Kind, keys: Keys, library: Library, language: Language, of: str = "") -> Slot:
    """What may stand at the end of these keys. of: In a rule, the kind of checking that it names."""

    def told(words: Mapping[str, Text], known: Iterable[str] | None = None) -> dict[str, str]:
        names = words if known is None else known
        return {name: words[name].to(language) if name in words else "" for name in names}

    if kind == "pack":
        return Slot(told(PACK_KEYS)) if keys == () else Slot()
    if kind == "norms":
        return Slot(told(NORMS_KEYS)) if keys == () else Slot()
    if kind == "settings":
        return _setting(keys, library, language)
    if kind == "waivers":
        if keys in (("[]", "rule"), ("rule",)):
            return Slot(values=rules_told(library, language))
        if keys[-1:] == ("until",):
            return Slot(values={NEVER: "没有期限" if language == "zh" else "it has no end"})
        found = _option(Entry, keys[1:] if keys[:1] == (ITEM,) else keys)
        return Slot(told(WAIVER_KEYS, found.keys) if found.keys else {}, found.values)
    match keys:
        case ("years",):
            return Slot(told(YEARS))
        case ("severity",) | ("tables", _, "identities", _, "severity"):
            return Slot(values=dict.fromkeys(SEVERITIES, ""))
        case (name,) if name in BILINGUAL:
            return Slot(told(BOTH))
    if kind == "rule":
        match keys:
            case ():
                return Slot(told(RULE_KEYS, KEYS))
            case ("kind",):
                return Slot(values={name: summary(each) for name, each in library.extensions.kinds.items()})
            case ("profile",) | ("examples", "[]", "model"):
                return Slot(values=forms(library, language, whole=keys != ("profile",)))
            case ("messages", _):
                return Slot(told(BOTH))
            case ("examples", "[]"):
                return Slot(told(EXAMPLE_KEYS, examples.EXAMPLE_KEYS))
            case ("examples", "[]", "change", "[]"):
                return Slot(told(CHANGE_KEYS))
            case ("options", *rest):
                checks = library.extensions.kinds.get(of)
                return _option(checks.options, tuple(rest)) if checks else Slot()
        return Slot()
    match keys:
        case ():
            return Slot(told(PROFILE_KEYS, profileset.KEYS))
        case ("extends",):
            return Slot(values=forms(library, language))
        case ("grammar",):
            return Slot(values={family.grammar.name: "" for family in library.families})
        case ("sections", _):
            return Slot(told(SECTION_KEYS))
        case ("tables", _):
            return Slot(told(TABLE_KEYS, templates.TABLE_KEYS))
        case ("tables", _, "types", _):
            return Slot(values=dict.fromkeys(CELL_TYPES, ""))
        case ("tables", _, "blocks", _):
            return Slot(told(BLOCK_KEYS))
        case ("tables", _, "blocks", _, "rows", *rest) if rest and rest[-1] != "rows":
            return Slot(told(ROW_KEYS, templates.ROW_KEYS))
        case ("tables", _, "identities", _):
            return Slot(told(IDENTITY_KEYS, templates.IDENTITY_KEYS))
        case ("tables", _, "identities", _, "each"):
            return Slot(values=dict.fromkeys(("row", "column", "table"), ""))
    return Slot()


def _setting(keys: Keys, library: Library, language: Language) -> Slot:
    """What may stand in settings: as they are read, with the rules and forms that there are."""
    inner = keys[2:] if keys[:1] in (("overrides",), ("+overrides",)) else keys
    if inner in (("profile",), ("extends",)):
        if inner == ("profile",):
            return Slot(values=forms(library, language, whole=True))
        return Slot(values={f"pack:{pack.name}": "" for pack in library.extensions.packs})
    if inner in (("locked", ITEM), ("+locked", ITEM)):
        return Slot(values=rules_told(library, language))
    if inner == ("rules",):
        return Slot(rules_told(library, language))
    if inner[:1] == ("rules",) and inner[2:3] in (("options",), ("+options",)):
        rule = next((rule for rule in library.rules if inner[1] in (rule.name, rule.code)), None)
        return _option(rule.kind.options, inner[3:]) if rule else Slot()
    found = _option(SettingsFile, keys)
    words = SETTINGS_KEYS
    return Slot(
        {name: words[name].to(language) if name in words else "" for name in found.keys},
        dict.fromkeys(found.values, ""),
    )


def rules_told(library: Library, language: Language) -> dict[str, str]:
    """The rules by name and by code, each with its severity and why it matters."""
    found: dict[str, str] = {}
    for rule in library.rules:
        words = f"{rule.code} {rule.name} ({rule.severity.word}): {rule.wording.why.to(language)}"
        found[rule.name] = found[rule.code] = words
    return found


def forms(library: Library, language: Language, *, whole: bool = False) -> dict[str, str]:
    """Names of profiles, with what each is a form of; those that are only laid on as well, unless `whole`."""
    found = {profile.id: profile.source.to(language) for profile in library.profiles}
    for profile in library.profiles if not whole else ():
        for name in profile.lineage:
            found.setdefault(name, profile.title.to(language))
    return dict(sorted(found.items()))


def summary(kind: RuleKind[Any]) -> str:
    """What a kind of rule looks for, in the words of its module."""
    module = sys.modules.get(kind.options.__module__)
    return inspect.cleandoc((module.__doc__ if module else "") or "")


# Options, by the annotations and docstrings of dataclasses.


def _option(target: Any, keys: Keys) -> Slot:
    """What may stand at the end of these keys below a value of this type; of a union, what any member admits."""
    found = [_of_member(each, keys) for each in members(target)]
    return Slot(
        {key: words for slot in found for key, words in slot.keys.items()},
        {value: words for slot in found for value, words in slot.values.items()},
    )


def _of_member(target: Any, keys: Keys) -> Slot:
    if dataclasses.is_dataclass(target) and isinstance(target, type) and not issubclass(target, (Pattern, Text)):
        known = fields(target)
        if not keys:
            words = described(target)[1]
            return Slot({key: words.get(field.name, "") for key, (field, _) in known.items()})
        name = keys[0].removeprefix(ADD)
        return _option(known[name][1], keys[1:]) if name in known else Slot()
    origin, arguments = typing.get_origin(target), typing.get_args(target)
    if origin is tuple:
        return _option(arguments[0], keys[1:] if keys[:1] == (ITEM,) else keys)
    if getattr(origin, "__name__", "") in ("Mapping", "dict"):
        return _option(arguments[1], keys[1:]) if keys else Slot()
    if keys:
        return Slot()
    if origin is Literal:
        return Slot(values=dict.fromkeys(map(str, arguments), ""))
    if target is bool:
        return Slot(values={"true": "", "false": ""})
    if target is Severity:
        return Slot(values=dict.fromkeys(SEVERITIES, ""))
    return Slot(dict.fromkeys(BOTH, "")) if target is Text else Slot()


def described(target: type[Any]) -> tuple[str, dict[str, str]]:
    """The first sentence of an options class's docstring, and what it says of each field.

    A paragraph `first, second: words` describes both fields; so does one with several such parts on a line.
    """
    text = inspect.cleandoc(target.__doc__ or "")
    first, _, rest = text.partition("\n\n")
    names = [field.name for field in dataclasses.fields(target)]
    either = "|".join(sorted(names, key=len, reverse=True)) or "(?!)"
    starts = list(re.finditer(rf"(?:^|(?<=\. )|(?<=\n))((?:{either})(?:, (?:{either}))*): ", rest))
    found: dict[str, str] = {}
    ends = [start.start() for start in starts[1:]] + [len(rest)]
    for start, end in zip(starts, ends, strict=False):
        words = " ".join(rest[start.end() : end].split())
        for name in names:
            words = words.replace(f"`{name}`", f"`{name.replace('_', '-')}`")
        for name in start[1].split(", "):
            found[name] = words
    return " ".join(first.split()), found
