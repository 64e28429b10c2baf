"""Examples that live with rules: reading them, and the reports that they are about."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from reportlint.errors import ConfigError
from reportlint.mistakes import all_of
from reportlint.profile import Profile
from reportlint.rule import KEYS, Change, Example, Rule
from reportlint.yamlfile import Entries, Node, Places, read

EXAMPLE_KEYS = ("name", "each", "model", "change", "report", "expect", "fixed")


def examples(rule: Rule, profiles: Sequence[Profile]) -> tuple[Example, ...]:
    """The examples that live with a rule; one with `each` comes once for each item, one after the other.

    Raises:
        ConfigError: One has a mistake, none is there, or none of them shows the rule say something.
    """
    models = [profile.id for profile in profiles if rule.profile in profile.lineage]
    return all_examples(rule.path, models, needed=rule.kind.name != "engine")


def all_examples(path: Path, models: Sequence[str], *, needed: bool) -> tuple[Example, ...]:
    """models: The profiles whose model reports can be changed. needed: Whether there has to be one."""
    places: Places = {}
    named: set[str] = set()

    def runs(item: Node) -> tuple[Example, ...]:
        example = _example(item, models)._replace(place=places[item.keys][0])
        if example.name in named:
            item.items()["name"].fail(f"another example is called '{example.name}' already")
        named.add(example.name)
        return tuple(_for_each(example, item))

    def all_runs(node: Node) -> tuple[Example, ...]:
        found = tuple(chain.from_iterable(all_of(node.list(), runs)))
        if not any(example.expect for example in found):
            node.fail("no example shows what the rule reports")
        return found

    with Entries(read(path, places), KEYS) as entries:
        # What the engine says of itself, such as a crash, cannot be shown by a report.
        if needed and "examples" not in entries and not entries.is_misspelt("examples"):
            entries.node.fail("the rule has no examples, so nothing shows that it works")
        found = entries.take("examples", all_runs, ())
    return found


def _example(node: Node, models: Sequence[str]) -> Example:
    with Entries(node, EXAMPLE_KEYS) as entries:
        report = entries.take("report", Node.text, "")
        model = entries.take("model", lambda node: node.choice(models), "" if "report" in entries else models[0])
        example = Example(
            name=entries.take("name", Node.text),
            model=model,
            changes=entries.take("change", _changes, ()),
            report=report,
            expect=entries.take("expect", Node.texts),
            fixed=entries.take("fixed", _fixed, None),
        )
        if "report" in entries and ("model" in entries or "change" in entries):
            node.fail("an example has either a report of its own or changes to a model")
    if example.fixed is not None and not example.expect:
        entries.by_key["fixed"].fail("there is nothing to mend where the rule says nothing")
    return example


def _changes(node: Node) -> tuple[Change, ...]:
    return all_of(node.list(), _change)


def _change(node: Node) -> Change:
    with Entries(node, ("replace", "by")) as entries:
        change = Change(
            entries.take("replace", Node.text), entries.take("by", lambda by: by.text() if by.value else "")
        )
    return change


def _fixed(node: Node) -> tuple[Change, ...] | str:
    return node.text() if isinstance(node.value, str) else _changes(node)


def _for_each(example: Example, node: Node) -> Iterator[Example]:
    """The example once for each of its items, their words put in; itself where it has none."""
    entries = node.items()
    if "each" not in entries:
        yield example
        return
    items = entries["each"].list()
    if not items:
        entries["each"].fail("an example for each of nothing never runs")
    seen: set[str] = set()
    keys = frozenset(_words(items[0]))
    for item in items:
        words = _words(item)
        if words.keys() != keys:
            item.fail(f"this item has the keys {', '.join(sorted(words))}, the first {', '.join(sorted(keys))}")
        label = ", ".join(words.values())
        if label in seen:
            item.fail(f"'{label}' stands twice")
        seen.add(label)
        filled = _filled(example, words)
        for key in keys:
            if filled == _filled(example, {name: word for name, word in words.items() if name != key}):
                item.fail(f"nothing in the example has {{{key}}}, which stands for the item")
        yield filled._replace(item=label)


def _words(item: Node) -> dict[str, str]:
    """What an item puts in: a text for `{each}`, or a mapping of names to texts for `{name}`."""
    if isinstance(item.value, dict):
        return {key: _word(value) for key, value in item.items().items()}
    return {"each": _word(item)}


def _word(node: Node) -> str:
    """A text; a number, such as that of a line, may be written without quotes."""
    is_number = isinstance(node.value, int) and not isinstance(node.value, bool)
    return str(node.value) if is_number else node.text()


def _filled(example: Example, words: Mapping[str, str]) -> Example:
    if not words:
        return example
    pattern = re.compile("|".join(re.escape(f"{{{name}}}") for name in words))

    def fill(text: str) -> str:
        return pattern.sub(lambda match: words[match[0][1:-1]], text)

    def changed(changes: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(Change(fill(change.replace), fill(change.by)) for change in changes)

    fixed = example.fixed
    return example._replace(
        changes=changed(example.changes),
        report=fill(example.report),
        expect=tuple(fill(line) for line in example.expect),
        fixed=fill(fixed) if isinstance(fixed, str) else fixed if fixed is None else changed(fixed),
    )


def example_text(example: Example, rule: Rule, profiles: Sequence[Profile]) -> str:
    """The report that an example is about.

    Raises:
        ConfigError: A text to be changed does not occur just once in the model report.
    """
    if not example.model:
        return example.report
    profile = next(profile for profile in profiles if profile.id == example.model)
    path = profile.path.parent / "model.txt"
    if path.exists() and not path.is_file():
        raise ConfigError(path, "the model report cannot be read: not a regular file")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(path, f"the model report cannot be read: {error.strerror}") from error
    return _with(example.changes, text, path.name, example, rule)


def fixed_text(example: Example, rule: Rule, faulty: str) -> str | None:
    """The report when it is mended; None where the example says nothing of it. faulty: Its `example_text`.

    Raises:
        ConfigError: A text to be changed does not occur just once in the faulty report.
    """
    if not isinstance(example.fixed, tuple):
        return example.fixed
    return _with(example.fixed, faulty, "the report to be fixed", example, rule)


def _with(changes: Iterable[Change], text: str, where: str, example: Example, rule: Rule) -> str:
    for change in changes:
        count = text.count(change.replace)
        if count != 1:
            why = f"example '{example.title}': '{change.replace}' occurs {count} times in {where}, not once"
            raise ConfigError(rule.path, why, *example.place)
        text = text.replace(change.replace, change.by)
    return text
