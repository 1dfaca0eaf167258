"""Show progress and time left on stderr: a bar, plain lines, or one JSON object a line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TextIO

from experiments.executor import Progress

Mode = Literal["auto", "bar", "plain", "json", "none"]

PLAIN_SECONDS = 10.0
JSON_SECONDS = 1.0


@contextmanager
def progress_of(what: str, total: int, mode: Mode = "auto", stream: TextIO | None = None) -> Iterator[Progress]:
    """Show the progress of ``total`` steps.

    Parameters
    ----------
    what
        A few words on what is being done.
    total
        Number of steps.
    mode
        ``auto`` is a bar on a terminal and plain lines elsewhere.
    stream
        Where to write; stderr if not given.
    """
    out = stream or sys.stderr
    if mode == "auto":
        mode = "bar" if out.isatty() else "plain"
    if mode == "bar":
        with _bar(what, total, out) as bar:
            yield bar
    elif mode == "none":
        yield _Silent()
    else:
        lines = _Lines(what, total, out, mode == "json")
        lines.show(0)
        yield lines
        lines.show(lines.done)


class _Silent:
    def update(self, done: int) -> None:
        """Show nothing."""


class _Lines:
    """Write a line now and then."""

    def __init__(self, what: str, total: int, out: TextIO, as_json: bool) -> None:
        self.what, self.total, self.out, self.as_json = what, max(total, 1), out, as_json
        self.done = 0
        self.started = self.shown = time.monotonic()

    def update(self, done: int) -> None:
        self.done = done
        if time.monotonic() - self.shown >= (JSON_SECONDS if self.as_json else PLAIN_SECONDS):
            self.show(done)

    def show(self, done: int) -> None:
        """Write one line now."""
        self.shown = time.monotonic()
        left = (self.shown - self.started) * (self.total - done) / done if done else None
        if self.as_json:
            seconds = None if left is None else round(left)
            event = {"event": "progress", "what": self.what, "done": done, "total": self.total, "eta_s": seconds}
            line = json.dumps(event)
        else:
            line = f"{self.what}: {done / self.total:.0%} done" + (f", {clock(left)} left" if left else "")
        print(line, file=self.out, flush=True)


@contextmanager
def _bar(what: str, total: int, out: TextIO) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=Console(file=out), transient=True) as bar:
        task = bar.add_task(what, total=total)

        class Bar:
            def update(self, done: int) -> None:
                bar.update(task, completed=done)

        yield Bar()


def clock(seconds: float) -> str:
    """Write a length of time as ``2 min 05 s`` or ``34 s``."""
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"
