"""Live the two worlds of a virtual trial: one in which nobody is treated, and one in which the treated arm is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.trial_design import Design
from experiments.trial_recruits import allocate, asked_rows, sample, trial_communities, unit_keys, willing
from experiments.trial_watch import Cohort, Outcomes, Watch, cohort_of
from sim.core.time import MONTHS_PER_YEAR
from sim.interventions.enrolments import ENROLLED
from sim.place import Place

Array = npt.NDArray[Any]
Tick = Callable[[int], None]

ADULT_MONTHS = 18 * MONTHS_PER_YEAR


@dataclass(frozen=True)
class Recruits:
    """Hold everybody randomised in a trial, in the order of their keys.

    Attributes
    ----------
    key, month
        Identity, and month of enrolment.
    unit, treated
        What each was randomised with, and the arm.
    risk
        Individual log-risk of violence at enrolment, less its mean.
    """

    key: Array
    month: Array
    unit: Array
    treated: Array
    risk: Array

    def __len__(self) -> int:
        return int(self.key.size)


@dataclass(frozen=True)
class Untreated:
    """Hold the world in which nobody is treated: whom the trial recruits, and what becomes of them.

    ``seen_share`` is the share of incidents of each context that the trial's measure sees; ``asked`` is how many people
    (or places) its route found, willing or not.
    """

    recruits: Recruits
    outcomes: Outcomes
    seen_share: Array
    asked: int = 0


class _Recruiting:
    """Recruit for one trial while the untreated world is lived."""

    def __init__(self, design: Design, world: Place) -> None:
        self.design, self.start = design, world.month
        told = float(world.parameters["trials.told_share"])
        self.cohort = cohort_of(design.measure, design.first_month, design.last_month, told)
        self.asked: Array = np.zeros(0, np.uint64)
        self.units: list[Array] = []
        self.risks: list[Array] = []

    def recruit(self, world: Place) -> None:
        """Ask those whom the route of the programme finds for the first time this month."""
        month, design = world.month, self.design
        if month - self.start >= design.recruiting_months:
            return
        if design.is_of_places:
            rows = trial_communities(world)
            self._take(world, rows, world.communities.key[rows], world.communities.key[rows])
            return
        if design.programme.calendar_months and self._out_of_season(world, month):
            return
        rows = asked_rows(world, design)
        keys = world.people.key[rows]
        rows = rows[~np.isin(keys, self.asked)]
        self.asked = np.union1d(self.asked, keys)
        rows = rows[willing(world, design, rows, month)]
        self._take(world, rows, world.people.key[rows], unit_keys(world, design, rows))

    def _out_of_season(self, world: Place, month: int) -> bool:
        wanted = self.design.programme.calendar_months
        return self.design.recruiting_months >= MONTHS_PER_YEAR and world.clock.calendar_month(month) not in wanted

    def _take(self, world: Place, rows: Array, keys: Array, units: Array) -> None:
        self.cohort.add(keys, rows.astype(np.int64), world.month)
        self.units.append(np.asarray(units, np.uint64))
        risk = np.zeros(rows.size) if self.design.is_of_places else world.people.risk_log[rows].astype(np.float64)
        self.risks.append(risk)

    def recruits(self, world: Place) -> Recruits:
        """Return everybody recruited, in their arms."""
        cohort = self.cohort
        order = np.argsort(cohort.keys, kind="stable")
        unit = np.concatenate([*self.units, np.zeros(0, np.uint64)])[order]
        risk = np.concatenate([*self.risks, np.zeros(0)])[order]
        risk = risk - risk.mean() if risk.size else risk
        treated = allocate(world.tools.chance, unit)
        return Recruits(cohort.keys[order], cohort.months[order], unit, treated, risk)


def live_untreated(base: Place, designs: Sequence[Design], tick: Tick | None = None) -> list[Untreated]:
    """Live a world without any programme, and recruit for several trials in it.

    Parameters
    ----------
    base : a place at its decision date; it is left as it is.
    """
    world = base.fork()
    recruiting = [_Recruiting(design, world) for design in designs]
    watch = Watch([each.cohort for each in recruiting])
    watch.attach(world)
    for _ in range(max(design.months for design in designs)):
        for each in recruiting:
            each.recruit(world)
        world.run(1)
        if tick is not None:
            tick(1)
    found = []
    for each in recruiting:
        share = watch.seen_share(each.cohort)
        recruits = each.recruits(world)
        asked = len(recruits) if each.design.is_of_places else int(each.asked.size)
        found.append(Untreated(recruits, each.cohort.outcomes(share), share, asked))
    world.close()
    return found


def taken_in(base: Place, untreated: Untreated, people: int | None) -> Untreated:
    """Return a trial of at most ``people`` recruits, chosen by lot and randomised among themselves."""
    recruits, chance = untreated.recruits, base.tools.chance
    taken = sample(chance, recruits.unit, people)
    if taken.all():
        return untreated
    unit = recruits.unit[taken]
    fewer = Recruits(recruits.key[taken], recruits.month[taken], unit, allocate(chance, unit), recruits.risk[taken])
    outcomes = Outcomes(**{name: value[taken] for name, value in vars(untreated.outcomes).items()})
    return Untreated(fewer, outcomes, untreated.seen_share, untreated.asked)


def live_treated(base: Place, design: Design, untreated: Untreated, tick: Tick | None = None) -> Outcomes:
    """Live the world in which the treated arm takes part, and return what becomes of the same recruits."""
    recruits = untreated.recruits
    world = base.fork()
    world.begin(design.scenario(_codes(world, recruits) if design.is_of_places else None))
    cohort = cohort_of(
        design.measure, design.first_month, design.last_month, float(world.parameters["trials.told_share"])
    )
    cohort.expect(recruits.key, recruits.month)
    if design.is_of_places:
        order = np.argsort(world.communities.key, kind="stable")
        cohort.rows = order[np.searchsorted(world.communities.key, recruits.key, sorter=order)]
    Watch([cohort]).attach(world)
    for _ in range(design.months):
        if not design.is_of_places:
            _enrol(world, cohort, recruits)
        world.run(1)
        if tick is not None:
            tick(1)
    outcomes = cohort.outcomes(untreated.seen_share)
    world.close()
    return outcomes


def _codes(world: Place, recruits: Recruits) -> tuple[str, ...]:
    treated = np.isin(world.communities.key, recruits.key[recruits.treated])
    return tuple(str(code) for code in world.place_data.codes[treated])


def _enrol(world: Place, cohort: Cohort, recruits: Recruits) -> None:
    """Enrol the recruits of the treated arm whose month it is, those who are there and free."""
    month, people = world.month, world.people
    cohort.locate(people, month)
    rows = cohort.rows[recruits.treated & (recruits.month == month)]
    rows = rows[rows >= 0]
    rows = rows[(people.present[rows] == 1) & (people.custody[rows] == 0)]
    if rows.size:
        adult = month - people.birth_month[rows] >= ADULT_MONTHS
        [running] = world.programmes.running
        running.enrolments.add(rows, people.family[rows], adult, month, ENROLLED)
