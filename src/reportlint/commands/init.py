"""`reportlint init`: a first settings file."""

import argparse
from pathlib import Path

from reportlint.commands import CLEAN
from reportlint.commands.common import printable


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace) -> int:
    from reportlint.scaffold import settings_file

    print(printable(str(settings_file(Path()))))
    return CLEAN
