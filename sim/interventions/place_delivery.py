"""Deliver programmes that act on whole communities, and what adjacent communities get of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.time import MONTHS_PER_YEAR
from sim.interventions.resolved import Lever
from sim.interventions.running import Circumstances, Running
from sim.interventions.where import RESIDENTS_PER_UNIT, neighbour_share, spread_to_neighbours
from sim.services.names import SERVICES

Array = npt.NDArray[Any]
LEAST_EFFECT = 1e-6


def deliver_to_places(running: Running, now: Circumstances, is_open: bool) -> None:
    """Live one month of a place programme: what each community gets of it."""
    dose = np.zeros(now.registers.communities.n)
    if is_open:
        calendar_month = now.tools.clock.calendar_month(now.month)
        running.places.next_month(calendar_month, running.programme.staff_at(now.since_decision))
        full = _hours_ratio(running) if running.places.in_season(calendar_month) else 0.0
        full *= _spared_share(running, now, full)
        if full > 0.0 and _is_paid_for(running, now, full):
            _take_staff(running, now, full)
            served = np.ones(dose.size, bool) if running.served is None else running.served
            if running.programme.levers or running.programme.cost.per_community_year is not None:
                community_months = served.sum() * _given(running, full)
                running.counts.add("community_years", community_months / MONTHS_PER_YEAR, now.year)
            dose[served] = running.places.ramp * min(full, 1.0)
    share = neighbour_share(running.programme, now.tools.parameters)
    dose += spread_to_neighbours(dose, share, now.adjacency)
    longest_lag = max((lever.lag_months for lever in running.programme.levers), default=0)
    running.doses = [*running.doses[-longest_lag:], dose] if longest_lag else [dose]


def push_to_places(running: Running, now: Circumstances) -> None:
    """Push levers of communities by what they got of a place programme, each after its lag."""
    for lever in running.programme.levers:
        reached = lever.lag_months < len(running.doses)
        dose = running.doses[-1 - lever.lag_months] if reached else np.zeros(now.registers.communities.n)
        _push(running, now, lever, dose)


def _hours_ratio(running: Running) -> float:
    """Return the hours given against those that give the full effect; 1 where hours do not matter."""
    full, hours = running.programme.place.full_hours, running.programme.hours_per_month
    if full is None or hours is None:
        return 1.0
    return hours / full if full > 0.0 else 0.0


def _given(running: Running, full: float) -> float:
    """Return the part of a full month's work in each community; hours beyond those for full effect still cost."""
    return running.places.ramp * full


def _number_served(running: Running, now: Circumstances) -> int:
    return now.registers.communities.n if running.served is None else int(np.count_nonzero(running.served))


def _cases_forgone(running: Running, now: Circumstances, full: float) -> float:
    """Return the cases a service cannot begin this month while its staff give these hours to a place programme."""
    name, hours = running.programme.shares_capacity_of, running.programme.place.full_hours
    if name is None or hours is None:
        return 0.0
    p = now.tools.parameters
    workers = _number_served(running, now) * _given(running, full) * hours / p["programmes.worker_hours_per_month"]
    return float(workers * p["services.cases_per_worker"][SERVICES.index(name)])


def _spared_share(running: Running, now: Circumstances, full: float) -> float:
    """Return the share of the wanted hours that the service whose staff deliver a programme can spare this month."""
    name, cases = running.programme.shares_capacity_of, _cases_forgone(running, now, full)
    if name is None or cases == 0.0:
        return 1.0
    spared = float(min(now.shared.free[SERVICES.index(name)] / cases, 1.0))
    running.counts.add("no_service_time", (1.0 - spared) * _number_served(running, now), now.year)
    return max(spared, 0.0)


def _take_staff(running: Running, now: Circumstances, full: float) -> None:
    """Take the hours of a programme from what the service whose staff deliver it can begin."""
    name = running.programme.shares_capacity_of
    if name is not None:
        now.shared.take(SERVICES.index(name), _cases_forgone(running, now, full))


def _is_paid_for(running: Running, now: Circumstances, full: float) -> bool:
    """Say whether payers can pay this month's work, and take the money; set the programme up first."""
    identifier, budget = running.programme.id, now.budget
    number = _number_served(running, now)
    gbp = number * _given(running, full) * budget.price(identifier, "per_community_year") / MONTHS_PER_YEAR
    set_up = 0.0 if running.set_up else budget.price(identifier, "set_up")
    if budget.affordable(identifier, gbp + set_up) < 1:
        running.counts.add("not_funded", number, now.year)
        return False
    budget.spend(identifier, gbp + set_up)
    if not running.set_up:
        running.set_up = True
        running.counts.add("setups", 1, now.year)
    return True


def _push(running: Running, now: Circumstances, lever: Lever, dose: Array) -> None:
    """Push one lever by the dose of each community, or by what time has left of it."""
    strength = running.strengths[lever.name] * now.effects.fidelity
    if strength == 0.0:
        return
    if lever.shape != "while_enrolled":
        dose = _in_time(running, lever, dose)
    moved = np.flatnonzero(dose)
    if moved.size:
        values = (strength * dose[moved]).astype(np.float32)
        now.tools.levers.push(lever.name, moved, values, now.registers.communities.n)


def _in_time(running: Running, lever: Lever, dose: Array) -> Array:
    """Return what communities have of an effect that lasts: it fades with its half-life, or builds with it too."""
    before = running.effect_there.get(lever.name, np.zeros(dose.size))
    kept = 0.5 ** (1.0 / lever.half_life_months)
    faded = before * kept
    if lever.shape == "builds":
        there = faded + (1.0 - kept) * dose
    else:
        there = np.where(np.abs(dose) > np.abs(faded), dose, faded)
    there[np.abs(there) < LEAST_EFFECT] = 0.0
    running.effect_there[lever.name] = there
    return there


def count_residents(running: Running, now: Circumstances, residents: int) -> None:
    """Count the residents a programme is there for, for what it costs a year whatever it does."""
    if running.programme.cost.per_year is not None:
        running.counts.add("resident_years", residents / RESIDENTS_PER_UNIT / MONTHS_PER_YEAR, now.year)
        gbp = now.budget.price(running.programme.id, "per_year") * residents / RESIDENTS_PER_UNIT / MONTHS_PER_YEAR
        now.budget.spend(running.programme.id, gbp)


def is_affordable_this_month(running: Running, now: Circumstances, residents: int) -> bool:
    """Say whether payers can pay what a programme costs this month whatever it does."""
    gbp = now.budget.price(running.programme.id, "per_year") * residents / RESIDENTS_PER_UNIT / MONTHS_PER_YEAR
    return now.budget.affordable(running.programme.id, gbp) >= 1
