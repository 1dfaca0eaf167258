"""Run tasks in this process, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from experiments.engine.protocol import SERIAL, Outcome, Work


class Serial:
    """Run tasks here, in their order."""

    workers = 1
    used = SERIAL

    def run(self, work: Work, tasks: Sequence[tuple[int, Any]], progress: Callable[[int], None]) -> Iterator[Outcome]:
        """Give the outcome of every task in turn."""
        done = 0

        def tick(steps: int) -> None:
            nonlocal done
            done += steps
            progress(done)

        for number, task in tasks:
            try:
                outcome = Outcome(number, work(task, tick))
            except Exception as error:
                outcome = Outcome(number, error=error)
            yield outcome
