"""Keep account of the tasks that were handed out to a cluster, and of how often each was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from experiments.engine.protocol import EXIT_INTERRUPTED, Outcome
from sim.core.errors import PlacewiseError

HANDED_OUT_AT_MOST = 3
"""How often a task is handed out to a cluster that is lost each time, before it has failed."""


class RunLost(PlacewiseError):
    """Report that a task went down with the cluster that had it, each time it was handed out."""

    exit_code = EXIT_INTERRUPTED


class TasksLeft:
    """Hold the tasks that have no outcome yet.

    Attributes
    ----------
    waiting
        Numbers and tasks, the next one last.
    out
        Tasks that the cluster has, by number.
    times
        How often each task that was ever handed out was so.
    steps
        Steps of the tasks that are done.
    """

    def __init__(self, tasks: Sequence[tuple[int, Any]], address: str) -> None:
        self.waiting = list(tasks)[::-1]
        self.address = address
        self.out: dict[int, Any] = {}
        self.times: dict[int, int] = {}
        self.steps = 0

    def __len__(self) -> int:
        return len(self.waiting) + len(self.out)

    def hand_out(self) -> tuple[int, Any]:
        """Give the next task and its number."""
        number, task = self.waiting.pop()
        self.out[number] = task
        self.times[number] = self.times.get(number, 0) + 1
        return number, task

    def done(self, number: int, steps: int) -> None:
        """Note that a task has an outcome."""
        del self.out[number]
        self.steps += steps

    def taken_back(self, numbers: Iterable[int]) -> Iterator[Outcome]:
        """Let tasks that were lost be the next to be handed out; give the failure of those that were so too often."""
        for number in sorted(numbers, reverse=True):
            task = self.out.pop(number)
            if self.times[number] < HANDED_OUT_AT_MOST:
                self.waiting.append((number, task))
            else:
                yield self._failed(number)

    def gone(self) -> Iterator[Outcome]:
        """Give the failure of every task that was handed out in vain, when the cluster is gone for good."""
        begun = [number for number, _ in self.waiting[::-1] if number in self.times]
        self.waiting = [(number, task) for number, task in self.waiting if number not in self.times]
        for number in begun:
            yield self._failed(number)

    def _failed(self, number: int) -> Outcome:
        often = f" {self.times[number]} times" if self.times[number] > 1 else ""
        message = f'Handed out{often} to the cluster at "{self.address}", which was lost before it gave a result.'
        return Outcome(number, error=RunLost(message), worth_trying=False)
