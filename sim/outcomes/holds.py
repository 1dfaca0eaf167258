"""Hold states of a world at a level from the decision date on: the counterfactuals behind attributable fractions.

A hold acts between programmes and violence, after development, work, ties, norms and communities have moved, so that
what follows from the level held (in the same month and in all later ones) follows by the model's own mechanisms. It
writes columns of other rooms on purpose: it is an experiment on the world and no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from sim.society.society import Shock


class Step(Protocol):
    """Set one thing; ``first`` is true in the first month of the hold."""

    def apply(self, world: Any, month: int, first: bool) -> None: ...

    def words(self) -> str:
        """Say what is done."""


@dataclass(frozen=True)
class AtMost:
    """Let nobody's value be above a level."""

    members: str
    column: str
    value: float

    def apply(self, world: Any, month: int, first: bool) -> None:
        column = getattr(getattr(world, self.members), self.column)
        np.minimum(column, column.dtype.type(self.value), out=column)

    def words(self) -> str:
        return f"{self.column} at most {self.value:.2f}"


@dataclass(frozen=True)
class AtLeast:
    """Let nobody's value be below a level."""

    members: str
    column: str
    value: float

    def apply(self, world: Any, month: int, first: bool) -> None:
        column = getattr(getattr(world, self.members), self.column)
        np.maximum(column, column.dtype.type(self.value), out=column)

    def words(self) -> str:
        return f"{self.column} at least {self.value:.2f}"


@dataclass(frozen=True)
class Fixed:
    """Give everybody one value."""

    members: str
    column: str
    value: float

    def apply(self, world: Any, month: int, first: bool) -> None:
        getattr(getattr(world, self.members), self.column)[:] = self.value

    def words(self) -> str:
        return f"{self.column} = {self.value:g}"


@dataclass(frozen=True)
class Cleared:
    """Clear bits of everybody's value."""

    members: str
    column: str
    bits: int

    def apply(self, world: Any, month: int, first: bool) -> None:
        column = getattr(getattr(world, self.members), self.column)
        column &= column.dtype.type(~self.bits & int(np.iinfo(column.dtype).max))

    def words(self) -> str:
        return f"{self.column} without bits {self.bits}"


@dataclass(frozen=True)
class Changed:
    """Give another value to everybody who has a certain one."""

    members: str
    column: str
    before: int
    after: int

    def apply(self, world: Any, month: int, first: bool) -> None:
        column = getattr(getattr(world, self.members), self.column)
        column[column == self.before] = self.after

    def words(self) -> str:
        return f"{self.column} {self.before} becomes {self.after}"


@dataclass(frozen=True)
class Pushed:
    """Push a person lever for everybody, beside what programmes push."""

    lever: str
    value: float

    def apply(self, world: Any, month: int, first: bool) -> None:
        rows = np.arange(world.people.n)
        world.tools.levers.push(self.lever, rows, np.full(rows.size, self.value, np.float32), rows.size)

    def words(self) -> str:
        return f"lever {self.lever} {self.value:+g}"


@dataclass(frozen=True)
class Shocked:
    """Move a national series for good."""

    series: str
    change: float

    def apply(self, world: Any, month: int, first: bool) -> None:
        if first:
            world.society.schedule([*world.society.shocks, Shock(self.series, month, self.change)])

    def words(self) -> str:
        return f"{self.series} {self.change:+.2f} sd"


@dataclass(frozen=True)
class FriendsWeight:
    """Multiply the weight of friends in the norms that people are drawn to."""

    factor: float

    def apply(self, world: Any, month: int, first: bool) -> None:
        if first:
            p = world.parameters
            weights = self.factor * np.asarray(p["norms.friends_weight"])
            world.norms.set_weights(p.replace({"norms.friends_weight": weights}))

    def words(self) -> str:
        return f"weight of friends in norms x {self.factor:g}"


class Held:
    """Carry out the steps of a hold in one world, month by month."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.steps = steps
        self.begun = False

    def apply(self, world: Any, month: int) -> None:
        """Set everything; in the first month also bring everybody's risk up to date."""
        for step in self.steps:
            step.apply(world, month, not self.begun)
        if not self.begun:
            # Communities take turns in the month; without this, some residents would act on old states.
            world.violence.risk.refresh(month)
            self.begun = True
