"""Follow the people or places of a virtual trial through a world, and count what happens to them.

A `Watch` sits in a world as one of its holds, so that it sees each month's rates of violence just before the luck of
the month, and as its recorder, so that it sees what happened and what services made of it. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.expected_rates import expected_rates
from experiments.trial_measures import LOCATION, MEASURES, OFFENDER, STATE, VICTIM, is_placed
from sim.interventions.enrolments import COMPLETED
from sim.place import Place
from sim.violence.incidents import CONTEXTS, Incidents
from sim.violence.violence import CONTEXT_OF_STREAM

Array = npt.NDArray[Any]

GONE = -1


@dataclass(frozen=True)
class Outcomes:
    """Hold what happened to each recruit in the months that count, in the order of their keys.

    Attributes
    ----------
    expected
        Outcome expected before the luck of each month, as the trial measures it.
    truth
        The same, seen or not.
    happened, observed
        What happened, and what a trialist who loses nobody learns of it.
    stayed
        Whether the recruit was still in the place at the end.
    completed
        Whether the recruit took part to the end.
    """

    expected: Array
    truth: Array
    happened: Array
    observed: Array
    stayed: Array
    completed: Array


class Cohort:
    """Count one outcome of people, from ``first_month`` to ``last_month`` after each one's enrolment."""

    def __init__(self, measure: str, first_month: int, last_month: int, told_share: float) -> None:
        self.measure, self.first, self.last, self.told_share = MEASURES[measure], first_month, last_month, told_share
        self.name = measure
        self.keys: Array = np.zeros(0, np.uint64)
        self.months: Array = np.zeros(0, np.int64)
        self.rows: Array = np.zeros(0, np.int64)
        self._open()

    def _open(self) -> None:
        size = self.keys.size
        self.by_context = np.zeros((len(CONTEXTS), size))
        self.before, self.after = np.full(size, np.nan), np.full(size, np.nan)
        self.happened, self.observed = np.zeros(size), np.zeros(size)
        self.stayed, self.completed = np.zeros(size, bool), np.zeros(size, bool)

    def expect(self, keys: Array, months: Array) -> None:
        """Say whom to follow, before any month that counts: each key once, from the month of enrolment."""
        order = np.argsort(keys, kind="stable")
        self.keys, self.months = keys[order], months[order]
        self.rows = np.full(keys.size, GONE)
        self._open()

    def add(self, keys: Array, rows: Array, month: int) -> None:
        """Follow more people from now on."""
        kept = self.by_context, self.before, self.after, self.happened, self.observed, self.stayed, self.completed
        self.keys = np.concatenate([self.keys, keys])
        self.months = np.concatenate([self.months, np.full(keys.size, month)])
        self.rows = np.concatenate([self.rows, rows])
        size = self.happened.size
        self._open()
        now = self.by_context, self.before, self.after, self.happened, self.observed, self.stayed, self.completed
        for new, old in zip(now, kept, strict=True):
            new[..., :size] = old

    def locate(self, people: Any, month: int) -> None:
        """Find the rows of everybody enrolled by now, after rows have moved or people have come."""
        due = self.months <= month
        there = (self.rows >= 0) & (self.rows < people.n)
        right = there & (people.key[np.where(there, self.rows, 0)] == self.keys)
        lost = due & ~right
        if lost.any():
            order = np.argsort(people.key, kind="stable")
            place = np.minimum(np.searchsorted(people.key, self.keys[lost], sorter=order), people.n - 1)
            row = order[place]
            self.rows[lost] = np.where(people.key[row] == self.keys[lost], row, GONE)
        self.rows[~due] = GONE

    def active(self, people: Any, month: int) -> Array:
        """Return the recruits whose outcome counts this month and who are there."""
        since = month - self.months
        which = np.flatnonzero((since >= self.first) & (since < self.last) & (self.rows >= 0))
        return which[people.present[self.rows[which]] == 1]

    def is_idle(self, month: int) -> bool:
        """Return whether nobody's outcome counts this month."""
        since = month - self.months
        return not np.any((since >= self.first) & (since < self.last))

    def count_rates(self, which: Array, rates: Array) -> None:
        """Add the rates of a month, float64[streams, people], of the recruits ``which``."""
        if self.measure.of == OFFENDER:
            for stream in np.flatnonzero(self.measure.streams):
                self.by_context[CONTEXT_OF_STREAM[stream], which] += rates[stream, self.rows[which]]

    def count(self, world: Place, which: Array, incidents: Incidents) -> None:
        """Add what happened in a month to the recruits ``which``."""
        people, measure = world.people, self.measure
        if measure.of == STATE:
            self._count_state(people, which)
            return
        index = np.full(people.n, GONE)
        index[self.rows[which]] = which
        counted = np.flatnonzero(measure.counts(incidents))
        recruit = index[(incidents.offender if measure.of == OFFENDER else incidents.victim)[counted]]
        counted, recruit = counted[recruit >= 0], recruit[recruit >= 0]
        np.add.at(self.happened, recruit, 1.0)
        seen = measure.is_seen(incidents, world.tools.chance, self.told_share)[counted]
        np.add.at(self.observed, recruit[seen], 1.0)
        if measure.of == VICTIM:
            index_all = index[incidents.victim]
            there = np.flatnonzero((index_all >= 0) & np.isin(incidents.context, measure.contexts))
            where = incidents.context[there].astype(np.int64), index_all[there]
            np.add.at(self.by_context, where, measure.expected(incidents)[there])

    def _count_state(self, people: Any, which: Array) -> None:
        rows = self.rows[which]
        now = people.ace_count[rows].astype(np.float64) if self.name == "aces" else -people.self_control[rows]
        new = np.isnan(self.before[which])
        self.before[which[new]] = now[new]
        self.after[which] = now

    def note(self, world: Place, month: int) -> None:
        """Note who has completed the programme, and who is there at the end of follow-up."""
        people = world.people
        ending = np.flatnonzero((month - self.months == self.last - 1) & (self.rows >= 0))
        self.stayed[ending] = people.present[self.rows[ending]] == 1
        if not world.programmes.running:
            return
        index = np.full(people.n, GONE)
        there = np.flatnonzero(self.rows >= 0)
        index[self.rows[there]] = there
        for running in world.programmes.running:
            table = running.enrolments
            recruits = index[table.person[table.status == COMPLETED]]
            self.completed[recruits[recruits >= 0]] = True

    def outcomes(self, seen_share: Array) -> Outcomes:
        """Return what was counted; ``seen_share`` is the share of incidents of each context that a trialist sees."""
        order = np.argsort(self.keys, kind="stable")
        if self.measure.of == STATE:
            value = self.after - self.before if self.name == "aces" else self.after
            truth = expected = happened = observed = np.nan_to_num(value, nan=float(np.nanmean(value)))
        else:
            truth = self.by_context.sum(axis=0)
            expected = seen_share @ self.by_context if self.measure.of == OFFENDER else truth
            happened, observed = self.happened, self.observed
        columns = (expected, truth, happened, observed, self.stayed, self.completed)
        return Outcomes(*(column[order] for column in columns))


class PlaceCohort(Cohort):
    """Count one outcome of communities, all of them from the same month; rows of communities never move."""

    def locate(self, people: Any, month: int) -> None:
        """Leave the rows as they are."""

    def active(self, people: Any, month: int) -> Array:
        since = month - self.months
        return np.flatnonzero((since >= self.first) & (since < self.last))

    def count(self, world: Place, which: Array, incidents: Incidents) -> None:
        if not which.size:
            return
        measure, communities = self.measure, world.communities.n
        place = incidents.location if measure.of == LOCATION else world.people.community[incidents.victim]
        counted = measure.counts(incidents)
        seen = counted & measure.is_seen(incidents, world.tools.chance, self.told_share)
        of_kind = np.isin(incidents.context, measure.contexts)
        part = share_in_hot_cells(world)[place] if measure.in_hot_cells else np.ones(place.size)
        weight = measure.expected(incidents) * of_kind * part
        rows = self.rows[which]
        self.by_context[0, which] += np.bincount(place, weight, communities)[rows]
        self.happened[which] += np.bincount(place[counted], part[counted], communities)[rows]
        self.observed[which] += np.bincount(place[seen], part[seen], communities)[rows]

    def note(self, world: Place, month: int) -> None:
        self.stayed[:] = self.completed[:] = True


def share_in_hot_cells(world: Place) -> Array:
    """Return the share of each community's public violence that is in its hot cells this month.

    It is the usual share, changed by the lever that acts there and nowhere else.
    """
    usual = float(world.parameters["violence.hot_cell_share"])
    push = world.tools.levers.community("hot_cell")
    inside = usual * np.exp(push.astype(np.float64) if push.size else np.zeros(world.communities.n))
    return np.asarray(inside / (inside + 1.0 - usual))


class Watch:
    """Follow several cohorts through one world, with one look at everybody's rates of violence a month."""

    def __init__(self, cohorts: Sequence[Cohort]) -> None:
        self.cohorts = list(cohorts)
        self.happened = {id(cohort): np.zeros(len(CONTEXTS)) for cohort in self.cohorts}
        self.seen = {id(cohort): np.zeros(len(CONTEXTS)) for cohort in self.cohorts}
        self._active: list[tuple[Cohort, Array]] = []

    def attach(self, world: Place) -> None:
        """Begin to watch a world."""
        world.holds.append(self)
        world.recorder = self

    def apply(self, world: Place, month: int) -> None:
        """Add what is expected of the recruits this month."""
        people = world.people
        # Who takes part must be followed all along; else a cohort rests in months that do not count.
        followed = bool(world.programmes.running)
        self._active = []
        for cohort in self.cohorts:
            if followed or not cohort.is_idle(month):
                cohort.locate(people, month)
                self._active.append((cohort, cohort.active(people, month)))
        wanted = [(cohort, which) for cohort, which in self._active if which.size and cohort.measure.of == OFFENDER]
        if wanted:
            rates = expected_rates(world, world.society.violence_level, before_fading=True)
            for cohort, which in wanted:
                cohort.count_rates(which, rates)

    def record(self, world: Place, month: int, incidents: Incidents) -> None:
        """Add what happened to the recruits this month."""
        for cohort, which in self._active:
            cohort.count(world, which, incidents)
            cohort.note(world, month)
            if cohort.measure.of == OFFENDER:
                counts = cohort.measure.counts(incidents)
                seen = counts & cohort.measure.is_seen(incidents, world.tools.chance, cohort.told_share)
                self.happened[id(cohort)] += np.bincount(incidents.context[counts], minlength=len(CONTEXTS))
                self.seen[id(cohort)] += np.bincount(incidents.context[seen], minlength=len(CONTEXTS))

    def seen_share(self, cohort: Cohort) -> Array:
        """Return the share of incidents of each context, among all in the place, that a trialist sees."""
        happened = self.happened[id(cohort)]
        return np.divide(self.seen[id(cohort)], happened, out=np.ones(len(CONTEXTS)), where=happened > 0)


def cohort_of(measure: str, first_month: int, last_month: int, told_share: float) -> Cohort:
    """Return an empty cohort of the kind that a measure needs."""
    kind = PlaceCohort if is_placed(measure) else Cohort
    return kind(measure, first_month, last_month, told_share)
