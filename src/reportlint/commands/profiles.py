"""`reportlint profiles`: the forms that reports are held against."""

import argparse

from reportlint.commands import CLEAN
from reportlint.commands.common import extensions_of, language, library_of, listing


def arguments(parser: argparse.ArgumentParser) -> None:
    listing(parser)


def run(options: argparse.Namespace) -> int:
    library, spoken = library_of(extensions_of(options)), language(options.lang)
    if options.format == "json":
        import json

        rows = [
            {
                "id": profile.id, "title": profile.title.to(spoken), "first-year": profile.first_year,
                "last-year": profile.last_year, "source": profile.source.to(spoken), "plugin": profile.plugin,
                "tables": [table.key for table in profile.tables],
            }
            for profile in library.profiles
        ]  # fmt: skip
        print(json.dumps({"schema": 1, "profiles": rows}, ensure_ascii=False, indent=2))
        return CLEAN
    for profile in library.profiles:
        years = f"{profile.first_year}–{profile.last_year or ''}"
        print(f"{profile.id:22}{years:12}{profile.plugin:12}{profile.title.to(spoken)} ({profile.source.to(spoken)})")
    return CLEAN
