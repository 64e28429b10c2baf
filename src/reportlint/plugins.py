"""Finds, loads and classifies plugins: from what is installed, and from the repository that is checked.

Nothing here runs code of a repository unless it is trusted. What an installed package brings runs, as with any
package that a person installs.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from reportlint import standard
from reportlint.errors import ConfigError, PluginError
from reportlint.extension import API, Fixer, Format, Pack, Reader
from reportlint.installed import distributions
from reportlint.kinds import BY_NAME
from reportlint.repository import top

if TYPE_CHECKING:
    from reportlint.rule import RuleKind

GROUP = "reportlint"
PREFIX = "reportlint_"
PACK_FILE = "pack.yaml"
PACK_KEYS = ("api", "name")
OWN = "reportlint"
LOCAL = "local"
# Of a repository: rules, grammars and plugins of its own.
LOCAL_FOLDER = ".reportlint"


class Plugin(NamedTuple):
    """One plugin that was found.

    where: The file or folder it comes from. origin: built-in, installed or local. version: Of its package; empty
    where it has none. module: None for a pack, which is data alone. pack: What a pack is.
    """

    name: str
    where: Path
    origin: str
    version: str = ""
    module: ModuleType | None = None
    pack: Pack | None = None


class Extensions(NamedTuple):
    """Everything that checks are made with, by name, and which plugin it comes from.

    readers: By the ending of the files they read. owners: The plugin of each kind, reader, format and fixer, under
    `kind NAME` and the like. untrusted: Local plugins that were not run.
    """

    plugins: tuple[Plugin, ...]
    kinds: "Mapping[str, RuleKind[Any]]"
    readers: Mapping[str, Reader]
    formats: Mapping[str, Format]
    fixers: tuple[Fixer, ...]
    packs: tuple[Pack, ...]
    owners: Mapping[str, str]
    untrusted: tuple[Path, ...] = ()

    def provided(self, plugin: str) -> Iterator[str]:
        """What a plugin brings, as `kind NAME`, sorted."""
        yield from sorted(what for what, owner in self.owners.items() if owner == plugin)


def load(
    *,
    installed: bool = True,
    local: Path | None = None,
    folders: Sequence[Path] = (),
    trusted: Callable[[Path], bool] = lambda path: False,
) -> Extensions:
    """The package's own, what is installed, and what a repository brings.

    installed: Whether to look for installed plugins. local: The repository's folder of rules and plugins, if it has
    one. folders: Further folders of rules. trusted: Whether a local plugin may run.

    Raises:
        PluginError: A plugin cannot be loaded, clashes with another or does not keep the contract.
        ConfigError: A pack's file has a mistake.
    """
    found = [Plugin(OWN, Path(standard.__file__), "built-in", module=standard)]
    if installed:
        found.extend(_installed())
    untrusted: list[Path] = []
    if local is not None:
        found.extend(_local(local, trusted, untrusted))
    found.extend(_folder(path) for path in folders)
    return classify(_once(found), tuple(untrusted))


def with_folders(extensions: Extensions, folders: Iterable[Path]) -> Extensions:
    """The same with further folders of rules.

    Raises:
        ConfigError: A pack's file has a mistake.
    """
    plugins = _once([*extensions.plugins, *map(_folder, folders)])
    packs = tuple(plugin.pack for plugin in plugins[len(extensions.plugins) :] if plugin.pack is not None)
    return extensions._replace(plugins=plugins, packs=(*extensions.packs, *packs))


def built_in() -> Extensions:
    """What the package itself provides."""
    return load(installed=False)


def local_folder(start: Path) -> Path | None:
    """The nearest `.reportlint` folder of this folder or one above it, up to the top of the repository."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / LOCAL_FOLDER).is_dir():
            return folder / LOCAL_FOLDER
        if (folder / ".git").exists():
            return None
    return None


# Finding.


def _installed() -> Iterator[Plugin]:
    """Entry points of the group `reportlint`, read from the files where installers write them."""
    for folder, name in distributions():
        try:
            with open(os.path.join(folder, name, "entry_points.txt"), encoding="utf-8") as file:
                text = file.read()
        except (OSError, UnicodeDecodeError):
            continue
        if f"[{GROUP}]" in text:
            package, _, version = name.rpartition(".")[0].partition("-")
            for plugin, target in _entries(text):
                yield _entry(plugin, target, f"{package} {version}", version)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Name and target of each entry point of the group, from the file of a package."""
    import re

    section = re.search(r"^\[reportlint\][^\S\n]*\n((?:(?!\[).*\n?)*)", text, re.MULTILINE)
    for entry in re.finditer(r"^\s*([\w.-]+)\s*=\s*([\w.]+)\s*$", section[1], re.MULTILINE) if section else ():
        yield entry[1], entry[2]


def _entry(name: str, target: str, package: str, version: str) -> Plugin:
    """A plugin by its entry point: a folder with a `pack.yaml` is data, anything else a module."""
    import importlib.util

    try:
        spec = importlib.util.find_spec(target)
    except Exception as error:
        raise PluginError(f"plugin '{name}' ({package}): cannot be found: {_told(error)}") from error
    if spec is None:
        raise PluginError(f"plugin '{name}' ({package}): there is no module '{target}'; install the package again")
    for place in spec.submodule_search_locations or ():
        if (Path(place) / PACK_FILE).is_file():
            return Plugin(name, Path(place), "installed", version, pack=_pack(Path(place), name))
    try:
        module = importlib.import_module(target)
    except BaseException as error:
        raise _failed(name, package, "cannot be imported", error) from error
    return Plugin(name, Path(spec.origin or "."), "installed", version, module=module)


def _local(folder: Path, trusted: Callable[[Path], bool], untrusted: list[Path]) -> Iterator[Plugin]:
    _refuse_outside(folder)
    if (folder / "rules").is_dir():
        yield Plugin(LOCAL, folder, "local", pack=_pack(folder, LOCAL))
    for path in local_plugins(folder):
        if trusted(path):
            yield _from_file(path)
        else:
            untrusted.append(path)


def _refuse_outside(folder: Path) -> None:
    """Whoever wrote the repository says nothing of the rest of the machine: its folders lie in it."""
    root = os.path.realpath(top(folder.parent) or folder.parent)
    for own in (folder, folder / "rules", folder / "grammars", folder / "plugins"):
        if not Path(os.path.realpath(own)).is_relative_to(root):
            raise ConfigError(
                own,
                "这是一个链接，指向仓库以外；要用那里的规则，请用 --rules / "
                "a link that leads out of the repository; to use rules from there, name them with --rules",
            )


def local_plugins(folder: Path) -> list[Path]:
    """The Python files of a repository's folder; none of them is run by being listed."""
    return sorted(path for path in (folder / "plugins").glob("*.py") if path.is_file())


def digest(path: Path) -> str:
    """What a trusted file is known by."""
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def _from_file(path: Path) -> Plugin:
    import importlib.util

    name = path.stem
    spec = importlib.util.spec_from_file_location(f"reportlint_local_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        raise _failed(name, str(path), "cannot be imported", error) from error
    return Plugin(name, path, "local", module=module)


def _folder(path: Path) -> Plugin:
    """A folder of rules named on the command line: a pack, or rules alone."""
    if not path.is_dir():
        raise PluginError(f"{path}: no such folder of rules")
    return Plugin(LOCAL, path, "local", pack=_pack(path, LOCAL))


def _pack(folder: Path, name: str) -> Pack:
    """The pack in a folder: `rules/` and `grammars/` in it, or the folder itself where it holds rules alone.

    `pack.yaml` says for which version of the contract it was written; what a repository has of its own needs none.
    """
    described = folder / PACK_FILE
    if described.is_file():
        name = pack_name(described) or name
    rules, grammars = folder / "rules", folder / "grammars"
    return Pack(name, rules if rules.is_dir() else folder, grammars if grammars.is_dir() else None)


def pack_name(path: Path) -> str:
    """What a pack calls itself in its `pack.yaml`; empty where it does not say.

    Raises:
        ConfigError: The file has a mistake, or was written for another version of the contract.
    """
    from reportlint.yamlfile import Entries, Node, read

    def version(node: Node) -> None:
        if node.whole() != API:
            node.fail(f"the pack was written for version {node.value} of the contract; this reportlint has {API}")

    with Entries(read(path), PACK_KEYS) as entries:
        entries.take("api", version)
        name = entries.take("name", Node.text, "")
    return name


def _once(plugins: Iterable[Plugin]) -> tuple[Plugin, ...]:
    """Each once, though a pack may be installed and named on the command line too."""
    seen: dict[object, Plugin] = {}
    for plugin in plugins:
        key: object = plugin.pack.rules.resolve() if plugin.pack else id(plugin.module)
        seen.setdefault(key, plugin)
    return tuple(seen.values())


# Classifying.


def classify(plugins: Sequence[Plugin], untrusted: tuple[Path, ...] = ()) -> Extensions:
    """What the plugins provide, by name.

    Raises:
        PluginError: A hook is misspelt, raises or returns something else than it should, or two plugins provide
            something of the same name.
    """
    named: dict[str, Plugin] = {}
    for plugin in plugins:
        other = named.setdefault(plugin.name, plugin)
        if other is not plugin and plugin.name != LOCAL:
            raise PluginError(f"two plugins are called '{plugin.name}': {other.where} and {plugin.where}")
    foreign = any(plugin.module is not None and plugin.module is not standard for plugin in plugins)
    provided = _through_pluggy(plugins) if foreign else _directly(plugins)
    owners: dict[str, str] = {}

    def keep(what: str, name: str, owner: str) -> None:
        other = owners.setdefault(f"{what} {name}", owner)
        if other != owner:
            raise PluginError(f"the {what} '{name}' is provided by two plugins: '{other}' and '{owner}'")

    kinds: dict[str, RuleKind[Any]] = {}
    readers: dict[str, Reader] = {}
    formats: dict[str, Format] = {}
    fixers: list[Fixer] = []
    packs: list[Pack] = []

    def guard() -> Any:
        from reportlint import guard  # a run without plugins needs none

        return guard

    for owner, value in provided:
        if isinstance(value, Reader):
            keep("reader", value.name, owner)
            for suffix in value.suffixes:
                keep("reader of", suffix, owner)
                readers[suffix] = value if owner == OWN else guard().safe_reader(value, owner)
        elif isinstance(value, Format):
            keep("format", value.name, owner)
            formats[value.name] = value if owner == OWN else guard().safe_format(value, owner)
        elif isinstance(value, Fixer):
            keep("fixer", value.name, owner)
            fixers.append(value if owner == OWN else guard().safe_fixer(value, owner))
        elif isinstance(value, Pack):
            packs.append(value)
        else:  # a kind, which a run without plugins does not load
            kind = cast("RuleKind[Any]", value)
            keep("kind", kind.name, owner)
            kinds[kind.name] = kind if owner == OWN else guard().safe_kind(kind, owner)
    known: Mapping[str, RuleKind[Any]] = dict(sorted(kinds.items()))
    if not foreign:
        # No other kind can be there, so each is imported when a rule of it is.
        known = BY_NAME
        owners.update((f"kind {name}", OWN) for name in BY_NAME)
    for fixer in fixers:
        if fixer.kind not in known:
            raise PluginError(
                f"plugin '{owners['fixer ' + fixer.name]}': the fixer '{fixer.name}' is for the kind '{fixer.kind}', "
                "which there is not"
            )
    return Extensions(
        tuple(plugins),
        known,
        readers,
        formats,
        tuple(sorted(fixers, key=lambda fixer: fixer.name)),
        tuple(packs),
        owners,
        untrusted,
    )


KINDS = "reportlint_kinds"
# What each hook returns, but for the kinds.
_PROVIDED: Mapping[str, type] = {
    "reportlint_readers": Reader,
    "reportlint_formats": Format,
    "reportlint_fixers": Fixer,
    "reportlint_packs": Pack,
}
HOOKS = (KINDS, *_PROVIDED)


def provided_by(hook: str) -> type:
    if hook == KINDS:
        from reportlint.rule import RuleKind

        return RuleKind
    return _PROVIDED[hook]


def _directly(plugins: Sequence[Plugin]) -> Iterator[tuple[str, object]]:
    """Without pluggy, whose import costs a tenth of the start-up, where there is nothing to manage; but for kinds."""
    for plugin in plugins:
        if plugin.pack is not None:
            yield plugin.name, plugin.pack
            continue
        for hook in HOOKS:
            if hook != KINDS:
                for value in getattr(plugin.module, hook)():
                    yield plugin.name, value


def _through_pluggy(plugins: Sequence[Plugin]) -> Iterator[tuple[str, object]]:
    import pluggy

    from reportlint import hookspecs

    class Manager(pluggy.PluginManager):
        """Knows a hook by its name, so that a plugin needs no decorator and a misspelt name is noticed."""

        def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
            given = super().parse_hookimpl_opts(plugin, name)
            function = getattr(plugin, name, None)
            hook = name.startswith(PREFIX) and callable(function) and not isinstance(function, type)
            return {} if given is None and hook else given

    manager = Manager(GROUP)
    manager.add_hookspecs(hookspecs)
    for plugin in plugins:
        if plugin.module is None:
            assert plugin.pack is not None
            yield plugin.name, plugin.pack
            continue
        where = f"plugin '{plugin.name}' ({plugin.where})"
        version = getattr(plugin.module, "REPORTLINT_API", None)
        if version != API:
            said = (
                "does not say for which version of the contract it was written"
                if version is None
                else (f"was written for version {version!r} of the contract")
            )
            raise PluginError(f"{where}: {said}; this reportlint has {API}: REPORTLINT_API = {API}")
        try:
            manager.register(plugin.module, name=plugin.name)
            manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginError(f"{where}: {_misfit(error)}; the hooks are {', '.join(HOOKS)}") from error
    for name in HOOKS:
        for implementation in getattr(manager.hook, name).get_hookimpls():
            owner = implementation.plugin_name
            plugin = next(plugin for plugin in plugins if plugin.name == owner)
            yield from ((owner, value) for value in _called(plugin, name, implementation.function))


def _called(plugin: Plugin, hook: str, function: Callable[[], Any]) -> Iterator[object]:
    from reportlint.guard import checked_shape, guarded

    where = f"plugin '{plugin.name}' ({plugin.where})"
    provides = provided_by(hook)
    try:
        values = guarded(plugin.name, lambda: tuple(function()))
    except Exception as error:
        raise PluginError(f"{where}: {hook} failed: {_told(error)}") from error
    for value in values:
        wrong = f"a {type(value).__name__}" if not isinstance(value, provides) else checked_shape(value)
        if wrong:
            raise PluginError(f"{where}: {hook} returned {wrong}, where a {provides.__name__} belongs")
        yield value


def _misfit(error: Exception) -> str:
    """What pluggy says, on one line and without the plugin's address in memory."""
    import re

    return re.sub(r"\s+", " ", re.sub(r" in plugin <module [^>]*>|<module [^>]*>", "", str(error))).strip()


def _failed(name: str, where: str, what: str, error: BaseException) -> PluginError:
    if isinstance(error, KeyboardInterrupt):
        raise error
    return PluginError(f"plugin '{name}' ({where}): {what}: {_told(error)}")


def _told(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
