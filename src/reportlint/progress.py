"""How far a long run is, on a terminal."""

import os
import sys
import time

PATIENCE = 1.0  # seconds before anything is shown
PAUSE = 0.1  # between two pictures
WIDTH = 30


class Progress:
    """A bar on standard error; nothing where that is no terminal. total: Steps until the end."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self.total, self.done = total, 0
        self.began = time.monotonic()
        self.drawn = 0.0
        self.visible = False
        plain = bool(os.environ.get("CI")) or os.environ.get("TERM") == "dumb"
        self.shows = total > 1 and not quiet and not plain and sys.stderr.isatty()

    def step(self) -> None:
        self.done += 1
        now = time.monotonic()
        if self.shows and self.done < self.total and now - self.began > PATIENCE and now - self.drawn > PAUSE:
            self.drawn, self.visible = now, True
            print(f"\r\x1b[K{self.bar()}", end="", file=sys.stderr, flush=True)

    def bar(self) -> str:
        full = WIDTH * self.done // self.total
        try:
            room = os.get_terminal_size(sys.stderr.fileno()).columns
        except (OSError, ValueError):
            room = 80
        text = f"[{'#' * full}{'.' * (WIDTH - full)}] {self.done}/{self.total}"
        return text[: max(1, room - 1)]

    def clear(self) -> None:
        """Takes the bar away, before anything else is printed."""
        if self.visible:
            self.visible = False
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
