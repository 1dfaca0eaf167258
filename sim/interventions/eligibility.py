"""Who is eligible for a programme, and whom the services that look for people know of."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, declare_sheet
from sim.core.rows_kernels import rows_between
from sim.interventions.conditions import CONDITIONS, SERVICES, Registers
from sim.interventions.resolved import Eligibility, Programme
from sim.population.columns import FEMALE, MALE
from sim.population.serving import chosen_rows

Array = npt.NDArray[Any]
OLDEST_YEARS = 119
SHARING = declare_sheet("programmes.sharing", ("seen_by_others", "duplicate"))


def of_age_and_sex(who: Eligibility, age_sex: Array) -> Array:
    """Return the rows within the ages and sex of an eligibility, given ``age_sex`` (2 x age in years + sex)."""
    rows: Array = rows_between(age_sex, 2 * who.youngest, 2 * min(who.oldest, OLDEST_YEARS) + 1)
    if who.sex is not None:
        rows = rows[(age_sex[rows] & 1) == (FEMALE if who.sex == "female" else MALE)]
    return rows


def chosen_communities(registers: Registers, choice: tuple[str, ...] | float | None) -> Array | None:
    """Return which communities a programme serves, boolean by community; None for all.

    A share chooses the most deprived communities of the place; equal ones are told apart by their key.
    """
    return chosen_rows(registers.communities.key, registers.communities.deprivation, choice)


def eligible_rows(registers: Registers, who: Eligibility, served: Array | None) -> Array:
    """Return the person rows that meet every part of an eligibility, in row order; nobody in custody does.

    Parameters
    ----------
    served : from `chosen_communities`.
    """
    people = registers.people
    rows = of_age_and_sex(who, people.age_sex)
    rows = rows[people.custody[rows] == 0]
    if served is not None:
        rows = rows[served[people.community[rows]]]
    for name, value in who.all_of:
        rows = rows[CONDITIONS[name].test(registers, rows, value)]
    if who.any_of:
        any_met = np.zeros(rows.size, bool)
        for name, value in who.any_of:
            any_met |= CONDITIONS[name].test(registers, rows, value)
        rows = rows[any_met]
    for name, value in who.none_of:
        rows = rows[~CONDITIONS[name].test(registers, rows, value)]
    return rows


def known_mask(registers: Registers, programme: Programme, rows: Array, chance: Chance, shared: float) -> Array:
    """Return whom the identifying services know among ``rows``.

    Parameters
    ----------
    shared : probability that a record of any other service reaches an identifying one. A person's chance of that is
        drawn once, so that more sharing only ever adds people.
    """
    records = registers.people.known_to[rows]
    bits = np.uint16(sum(SERVICES[name] for name in programme.identified_by))
    known = (records & bits) != 0
    if shared > 0.0:
        elsewhere = np.flatnonzero(~known & (records != 0))
        keys = registers.people.key[rows[elsewhere]]
        known[elsewhere] = chance.uniforms(SHARING, SHARING.word("seen_by_others"), keys, 0) < shared
    return np.asarray(known)
