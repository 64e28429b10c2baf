"""`reportlint lsp`: the language server."""

import argparse
from pathlib import Path

from reportlint.commands.common import language, language_argument, sources
from reportlint.errors import ConfigError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stdio", action="store_true", help="talk over standard input and output, as it always does")
    language_argument(parser)
    sources(parser)


def run(options: argparse.Namespace) -> int:
    try:
        from reportlint.lsp import quick  # noqa: F401  (before anything else that imports the protocol)
        from reportlint.lsp.running import serve
        from reportlint.lsp.settings import Settings
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol", "attrs", "cattrs"):
            raise
        raise ConfigError(
            None,
            "语言服务器还需要别的软件包 / the language server needs packages that are not installed: "
            "pip install 'reportlint[lsp]'",
        ) from error
    rules = tuple(Path(path) for path in options.rules)
    said = language(options.lang) if options.lang else None
    return serve(Settings(said, language(None), rules=rules, trust=options.trust, isolated=options.isolated))
