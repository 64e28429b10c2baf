"""What `reportlint explain` prints and docs/rules.md is made of: a rule in words, from its YAML file."""

from collections.abc import Iterator
from dataclasses import fields
from itertools import groupby
from typing import Any

from reportlint.diagnostic import Language, Safety, Text
from reportlint.engine import Library
from reportlint.examples import examples
from reportlint.rule import SAFETIES, Pattern, Rule
from reportlint.testing import outcome

HEADINGS = {
    "severity": Text("严重程度", "severity"),
    "applies": Text("适用格式", "applies to"),
    "years": Text("报告年度", "report years"),
    "source": Text("依据", "source"),
    "norms": Text("义务", "norm"),
    "why": Text("为什么", "why"),
    "help": Text("怎么改", "what to do"),
    "kind": Text("规则种类", "kind"),
    "fixes": Text("自动改正", "fixes"),
    "optional": Text("默认", "by default"),
    "options": Text("选项", "options"),
    "messages": Text("提示", "messages"),
    "examples": Text("示例", "examples"),
    "plugin": Text("来自", "from"),
    "silent": Text("不报告", "says nothing"),
}

SAFETY = {
    "safe": Text("可靠（--fix）", "safe (--fix)"),
    "unsafe": Text("须核对（--fix --unsafe-fixes）", "unsafe (--fix --unsafe-fixes)"),
    "display": Text("只作建议", "only suggested"),
}
OFF = Text("不运行，须在设置中打开或用 --select 选择", "not run: turn it on in the settings, or --select it")


def fixability(rule: Rule, library: Library) -> tuple[Safety, ...]:
    """How safe the fixes are that its findings may carry, those of plugins included; the safest first."""
    fixers = (fixer for fixer in library.extensions.fixers if fixer.kind == rule.kind.name)
    given = {*rule.fixes, *(safety for fixer in fixers for safety in fixer.fixes)}
    return tuple(safety for safety in SAFETIES if safety in given)


def explanation(rule: Rule, library: Library, language: Language) -> Iterator[str]:
    """The lines that explain a rule."""

    def word(name: str) -> str:
        return HEADINGS[name].to(language)

    yield f"{rule.code} {rule.name}\n\n"
    yield f"{word('severity')}: {rule.severity.word}\n"
    yield f"{word('applies')}: {rule.profile}\n"
    first, last = rule.years
    if first or last:
        yield f"{word('years')}: {first or ''}–{last or ''}\n"
    if rule.optional:
        yield f"{word('optional')}: {OFF.to(language)}\n"
    yield f"{word('kind')}: {rule.kind.name}\n"
    fixes = [SAFETY[safety].to(language) for safety in fixability(rule, library)]
    if fixes:
        yield f"{word('fixes')}: {', '.join(fixes)}\n"
    yield f"{word('plugin')}: {rule.plugin}\n"
    yield f"{word('source')}: {rule.wording.source.to(language)}\n"
    for name in rule.norms:
        yield f"{word('norms')}: {name} ({library.norms.obligations[name].article.to(language)})\n"
    yield f"{word('why')}: {rule.wording.why.to(language)}\n"
    if rule.wording.help:
        yield f"{word('help')}: {rule.wording.help.to(language)}\n"
    yield f"\n{word('messages')}:\n"
    for variant, message in rule.wording.messages.items():
        yield f"  {variant + ': ' if variant else ''}{message.to(language)}\n"
    options = [(field.name, getattr(rule.options, field.name)) for field in fields(rule.options)]
    if options:
        yield f"\n{word('options')}:\n"
        for name, value in options:
            yield f"  {name.replace('_', '-')}: {_shown(value, language)}\n"
    tried = examples(rule, library.profiles)
    if tried:
        yield f"\n{word('examples')}:\n"
    for _, runs in groupby(tried, key=lambda example: example.name):
        # One that is run for many items is shown with the first of them.
        example, *others = runs
        items = [example.item, *(other.item for other in others)] if example.item else []
        yield f"  {example.name}{f' ({len(items)}: ' + '、'.join(items) + ')' if items else ''}\n"
        for change in example.changes:
            yield f"    - {change.replace!r}\n    + {change.by!r}\n"
        for line in example.report.splitlines():
            yield f"    | {line}\n"
        for line in outcome(library, rule, example, language) or (word("silent"),):
            yield f"    → {line}\n"


def _shown(value: Any, language: Language) -> str:
    if isinstance(value, Pattern):
        return value.written or value.text
    if isinstance(value, Text):
        return value.to(language)
    if isinstance(value, tuple):
        return "[" + ", ".join(_shown(item, language) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(item, language)}" for key, item in value.items()) + "}"
    if hasattr(value, "__dataclass_fields__"):
        return (
            "{"
            + ", ".join(f"{field.name}: {_shown(getattr(value, field.name), language)}" for field in fields(value))
            + "}"
        )
    return str(getattr(value, "word", value))
