"""What the server answers: a table of the protocol's methods, each with the function that answers it.

`session` is about the client and its files, `reading` about what is shown of a document, `mending` about what changes
one, `writing` about files of our own.
"""

from reportlint.lsp.features import mending, reading, session, writing
from reportlint.lsp.server import Server

FEATURES = (*session.FEATURES, *reading.FEATURES, *mending.FEATURES, *writing.FEATURES)
COMMANDS = (*session.COMMANDS, *mending.COMMANDS)


def register(server: Server) -> None:
    for feature in FEATURES:
        server.feature(feature.method, feature.options)(feature.answer)
    for command in COMMANDS:
        server.command(command.name)(command.run)
