"""The server as a process: it talks over standard input and output until the client is gone."""

import asyncio
import contextlib
import logging
import os
import sys

from pygls.io_ import run_async

from reportlint.lsp.server import Server, make
from reportlint.lsp.settings import Settings
from reportlint.lsp.stream import Input, Output, own_output

log = logging.getLogger(__name__)

PARENT_SECONDS = 5.0  # between two looks whether the client's process is still there
LAST_SECONDS = 5.0  # how long a check may go on when the client has gone


async def _talk(server: Server, output: Output) -> None:
    """Until the client says that it is over, or is gone."""
    reader = Input(sys.stdin.buffer)
    server.protocol.set_writer(output)
    talking = asyncio.create_task(
        run_async(_Never(), reader, server.protocol, log, server.report_server_error)  # type: ignore[arg-type]
    )
    gone = asyncio.create_task(output.gone.wait())
    orphaned = asyncio.create_task(_parent_gone(server))
    try:
        await asyncio.wait({talking, gone, orphaned}, return_when=asyncio.FIRST_COMPLETED)
        if talking.done():
            talking.result()
    finally:
        for task in (talking, gone, orphaned):
            task.cancel()


class _Never:
    """The event that pygls would stop at: whoever runs the server cancels it instead."""

    def is_set(self) -> bool:
        return False


async def _parent_gone(server: Server) -> None:
    """Ends once the process that started the server does not exist any more."""
    while True:
        await asyncio.sleep(PARENT_SECONDS)
        parent = server.process_id
        if parent is None or os.name != "posix":
            continue
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            return
        except OSError:
            continue


def serve(settings: Settings) -> int:
    """Talks over standard input and output until the client is gone; the exit status.

    0 where it took its leave as the protocol wants it, else 1.
    """
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    # The thread that checks gives way to the loop that talks more often than usual.
    sys.setswitchinterval(0.001)
    server = make(settings)
    output = Output(own_output())
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        asyncio.run(_talk(server, output))
    status = 0 if server.protocol._shutdown else 1
    if not server.worker.stop(LAST_SECONDS):
        os._exit(status)
    return status
