"""What `reportlint new` writes: first files of a rule, a pack, a plugin or a profile, which pass their tests at once.

The files stand in scaffolds/, with `@name@` and the like where something is to be filled in.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from reportlint.engine import Library
from reportlint.errors import ConfigError
from reportlint.guard import NAME
from reportlint.profile import Profile
from reportlint.testing import model_text
from reportlint.yamlfile import nearest

Scaffold = Literal["rule", "pack", "plugin", "profile"]
FOLDER = Path(__file__).parent / "scaffolds"
SETTINGS = ".reportlint.yaml"
WORDS = {"zh": "再创佳绩", "en": "world-class"}
LONG = 601
_FILL = re.compile(r"@(\w+)@")


def write(what: Scaffold, name: str, folder: Path, library: Library, profile: str | None = None) -> tuple[Path, ...]:
    """Writes the files below the folder and returns them; nothing that is there already is touched.

    profile: The form that the first rule is for; by default the first that there is.

    Raises:
        ConfigError: The name cannot be used, a file is there already, or no such profile is loaded.
    """
    if not NAME.fullmatch(name):
        raise ConfigError(None, f"'{name}' is no name: use small letters, digits and hyphens, such as no-slogans")
    form = _form(library, profile)
    values = _values(name, form, profile or form.lineage[-1])
    values["path"] = folder.as_posix()
    values["code"] = _code(name, library)
    files = {folder / _filled(str(path), values): text for path, text in _templates(what)}
    for path in files:
        if path.exists():
            raise ConfigError(path, "is there already; choose another name or folder")
    written = []
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(text, values), encoding="utf-8")
        written.append(path)
    return tuple(written)


def settings_file(folder: Path) -> Path:
    """Writes a first settings file into the folder and returns it.

    Raises:
        ConfigError: There is one already, or it cannot be written.
    """
    path = folder / SETTINGS
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write((FOLDER / "settings" / "settings.yaml").read_text(encoding="utf-8"))
    except FileExistsError:
        raise ConfigError(path, "is there already, and stays as it is") from None
    except OSError as error:
        raise ConfigError(path, f"cannot be written: {error.strerror}") from error
    return path


def _form(library: Library, profile: str | None) -> Profile:
    names = [name for form in library.profiles for name in form.lineage]
    if profile is None:
        return library.profiles[0]
    for form in library.profiles:
        if profile in form.lineage:
            return form
    raise ConfigError(None, f"no profile is called '{profile}'{nearest(profile, names)}")


def _templates(what: Scaffold) -> Iterator[tuple[Path, str]]:
    top = FOLDER / what
    for path in sorted(top.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(top), path.read_text(encoding="utf-8")


def _code(name: str, library: Library) -> str:
    """Three letters of the name with which no code begins yet."""
    taken = {rule.code[:3] for rule in library.rules}
    letters = (re.sub("[^a-z]", "", name) + "xxx")[:3].upper()
    others = (f"{letters[:2]}{last}" for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return next((code for code in (letters, *others) if code not in taken), letters)


def _values(name: str, form: Profile, profile: str) -> dict[str, str]:
    """What stands for each placeholder. The example changes the first paragraph of the model that occurs only once."""
    word = WORDS.get(form.language, WORDS["en"])
    lines = model_text(form).split("\n")
    # A sentence: it has an end, and no cells.
    line = next(
        number
        for number, text in enumerate(lines)
        if text[-1:] in "。." and "|" not in text and "\t" not in text and sum(text in other for other in lines) == 1
        and len(text) > 10 and number > 2
    )  # fmt: skip
    text = lines[line][-12:] if sum(lines[line][-12:] in other for other in lines) == 1 else lines[line]
    column = len(lines[line]) + 1
    long = word * (LONG // len(word) + 1)
    return {
        "name": name,
        "module": name.replace("-", "_"),
        "profile": profile,
        "word": word,
        "text": text,
        "line": str(line + 1),
        "long": long,
        "expect": f"{line + 1}:{column} warning “{word}”不应出现",
        "expect_long": f"{line + 1}:1 info 这一段有{len(lines[line]) + len(long)}字，超过600字",
    }


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _FILL.sub(lambda match: values[match[1]], text)
