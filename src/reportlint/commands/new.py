"""`reportlint new`: the first files of a rule, a pack, a plugin or a profile."""

import argparse
import os
from pathlib import Path

from reportlint.commands import CLEAN
from reportlint.commands.common import extensions_of, library_of, printable, sources
from reportlint.errors import ConfigError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("rule", "pack", "plugin", "profile"))
    parser.add_argument("name", metavar="NAME", help="small letters, digits and hyphens")
    parser.add_argument(
        "--in", dest="folder", metavar="FOLDER", help="where; rules and profiles by default in .reportlint"
    )
    parser.add_argument("--profile", metavar="ID", help="the form that the first rule is for")
    sources(parser)


def run(options: argparse.Namespace) -> int:
    from reportlint.plugins import LOCAL_FOLDER, local_folder
    from reportlint.scaffold import write

    library = library_of(extensions_of(options))
    if options.folder is not None:
        folder = Path(options.folder)
    elif options.what in ("rule", "profile"):
        local = local_folder(Path.cwd())
        folder = (Path(os.path.relpath(local)) if local else Path(LOCAL_FOLDER)) / "rules"
    else:
        folder = Path(options.name)
    try:
        written = write(options.what, options.name, folder, library, options.profile)
    except OSError as error:
        raise ConfigError(None, f"{folder}: cannot be written: {error.strerror}") from error
    for path in written:
        print(printable(str(path)))
    return CLEAN
