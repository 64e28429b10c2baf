"""`reportlint config`: what is set for a file, and where."""

import argparse
import os
import sys
from pathlib import Path

from reportlint.commands import CLEAN
from reportlint.commands.common import choices, extensions_of, language, means_of, read_one, sources
from reportlint.errors import ConfigError
from reportlint.planning import planning, settings_files


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", default=".", metavar="FILE")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    choices(parser)
    sources(parser)


def run(options: argparse.Namespace) -> int:
    from reportlint.configuration import as_json, as_text, rows

    path = Path(options.path)
    if not os.path.lexists(path):
        raise ConfigError(None, f"{path}: 没有这个文件或文件夹 / no such file or folder")
    extensions = extensions_of(options)
    file = path / "*" if path.is_dir() else path
    means = means_of(options, extensions)
    own = settings_files([file], means)
    planned = planning(own.values(), means)
    profile = None
    if path.is_file() and any(form.rules is not None for form in planned.library.profiles):
        reading, status = read_one(options.path, planned.library.extensions.readers)
        if reading is None:
            return status
        from reportlint.engine import recognise

        plan = planned.of(file, own[file])
        document, _ = recognise(reading, plan.library, plan.profile)
        profile = document.profile if document else None
    found = rows(planned, file, own.get(file), profile, language(None))
    sys.stdout.writelines(as_json(options.path, found) if options.format == "json" else as_text(found))
    return CLEAN
