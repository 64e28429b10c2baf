"""What a rule names, held against the forms it is for: a name that none of them has would never be checked, and look
as if all were well."""

from collections.abc import Iterable, Sequence

from reportlint.errors import OptionError
from reportlint.profile import Profile
from reportlint.prose import cells, expression
from reportlint.yamlfile import nearest

Keys = tuple[str, ...]


def in_sections(profiles: Sequence[Profile], option: Keys, names: Iterable[str], also: Iterable[str] = ()) -> None:
    """Refuses a key of a section that no form has.

    also: What may stand there besides.

    Raises:
        OptionError: There is no such section.
    """
    known = dict.fromkeys((*(section.key for form in profiles for section in form.sections), *also))
    _refuse(profiles, option, names, known, "section")


def in_bodies(profiles: Sequence[Profile], option: Keys, names: Iterable[str]) -> None:
    """Refuses a kind of body that no form has."""
    known = dict.fromkeys(kind for form in profiles for kind, _ in form.bodies)
    _refuse(profiles, option, names, known, "kind of body")


def in_identities(profiles: Sequence[Profile], option: Keys, names: Iterable[str]) -> None:
    """Refuses the name of an identity that no form states."""
    of_tables = (statement.name for form in profiles for table in form.tables for statement in table.statements)
    between = (statement.name for form in profiles for statement in form.statements)
    _refuse(profiles, option, names, dict.fromkeys((*of_tables, *between)), "identity")


def in_cells(profiles: Sequence[Profile], option: Keys, texts: Iterable[str]) -> None:
    """Refuses cells, or sums of cells, that no form has."""
    for text in texts:
        terms = expression(text)
        forms = ({table.key: table for table in form.tables} for form in profiles)
        if profiles and all(cells(terms, tables) is None for tables in forms):
            raise OptionError(option, f"no form has the cells '{text}'")


def in_rows(profiles: Sequence[Profile], option: Keys, names: Iterable[str]) -> None:
    """Refuses a row, as `table/row`, that no form has."""
    known = dict.fromkeys(
        f"{table.key}/{row.key}" for form in profiles for table in form.tables for row in table.data_rows
    )
    _refuse(profiles, option, names, known, "row")


def _refuse(profiles: Sequence[Profile], option: Keys, names: Iterable[str], known: Iterable[str], what: str) -> None:
    all_known = list(known)
    for name in names:
        if profiles and name not in all_known:
            raise OptionError(option, f"no form has the {what} '{name}'{nearest(name, all_known)}")
