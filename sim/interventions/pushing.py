"""Push levers: what each participant has left of a programme's effect, sessions attended, groups and labels."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.levers import FAMILY, LEVERS
from sim.core.rows import distinct
from sim.interventions.enrolments import DECLINED, ENROLLED
from sim.interventions.running import DRAWN_IN, Circumstances, Running
from sim.interventions.strengths import strongest_by_row

Array = npt.NDArray[Any]


def attend(running: Running, now: Circumstances) -> None:
    """Let participants attend part of this month's sessions, each session by the same chance."""
    plan, table = running.programme.sessions, running.enrolments
    rows = table.enrolled
    if plan is None or rows.size == 0:
        return
    lived = now.month - table.started[rows]
    due = np.floor(plan.per_month * (lived + 1)) - np.floor(plan.per_month * lived)
    due = due.astype(np.int64)
    chance = now.uniforms(running.more, "attendance", table.person[rows])
    came = np.zeros(rows.size, np.int64)
    for number in distinct(due):
        some = due == number
        came[some] = np.searchsorted(_at_most(int(number), plan.attendance), chance[some], "right")
    table.planned[rows] += due.astype(np.uint16)
    table.attended[rows] += came.astype(np.uint16)
    running.counts.add("sessions", int(came.sum()), now.year)


@lru_cache(maxsize=64)
def _at_most(number: int, share: float) -> Array:
    """Return the probabilities that at most 0, 1, ... number - 1 of ``number`` sessions are attended (binomial)."""
    each = [math.comb(number, k) * share**k * (1.0 - share) ** (number - k) for k in range(number)]
    return np.cumsum(each) if each else np.zeros(0)


def push_levers(running: Running, now: Circumstances) -> None:
    """Push the levers of one programme for people and families: its strength times what is left of each dose."""
    programme, table, levers = running.programme, running.enrolments, now.tools.levers
    if not len(table):
        return
    registers = now.registers
    of_programme = programme.months, now.month, programme.sessions
    doses = table.doses(*of_programme)
    for lever in programme.levers:
        strength = running.strengths[lever.name] * now.effects.fidelity
        if strength == 0.0:
            continue
        weights = table.weights(lever, *of_programme, doses)
        if LEVERS[lever.name].level == FAMILY:
            rows, weights = strongest_by_row(table.family, weights)
            length = registers.families.n
        else:
            rows, length = table.person, registers.people.n
        moved = np.flatnonzero(weights > 0.0)
        if moved.size:
            levers.push(lever.name, rows[moved], (strength * weights[moved]).astype(np.float32), length)
    if programme.group:
        _push_group(running, now)
    if programme.labelling > 0.0:
        _push_labels(running, now)


def _push_group(running: Running, now: Circumstances) -> None:
    """Let participants take on the acceptance of violence of the others in their community's group."""
    contagion = now.tools.parameters["programmes.group_contagion"]
    people, table = now.registers.people, running.enrolments
    person = table.person[table.enrolled]
    if contagion == 0.0 or person.size == 0:
        return
    group, acceptance = people.community[person], people.acceptance_of_violence[person].astype(np.float64)
    members = np.bincount(group, minlength=now.registers.communities.n)[group]
    total = np.bincount(group, acceptance, now.registers.communities.n)[group]
    met = members > 1
    others = (total[met] - acceptance[met]) / (members[met] - 1)
    values = contagion * (others - running.usual_acceptance)
    if met.any():
        now.tools.levers.push("acceptance_of_violence", person[met], values.astype(np.float32), people.n)


def _push_labels(running: Running, now: Circumstances) -> None:
    """Raise the hazard of violence of those drawn in by net widening: a label that wears off after the programme.

    A label sticks whole: it does not depend on how much of the programme somebody attended.
    """
    table, half_life = running.enrolments, now.tools.parameters["programmes.label_half_life_months"]
    labelled = np.flatnonzero((table.route == DRAWN_IN) & (table.status != DECLINED))
    if labelled.size:
        since_end = np.where(table.status == ENROLLED, 0, now.month - table.ended)[labelled]
        values = (running.programme.labelling * 0.5 ** (since_end / half_life)).astype(np.float32)
        now.tools.levers.push("violence_hazard", table.person[labelled], values, now.registers.people.n)
