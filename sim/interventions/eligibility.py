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

Array = npt.NDArray[Any]
OLDEST_YEARS = 119
SHARING = declare_sheet("programmes.sharing", ("seen_by_others", "duplicate"))


def of_age_and_sex(who: Eligibility, age_sex: Array) -> Array:
    """Return the rows within the ages and sex of an eligibility, given ``age_sex`` (2 x age in years + sex)."""
    rows: Array = rows_between(age_sex, 2 * who.youngest, 2 * min(who.oldest, OLDEST_YEARS) + 1)
    if who.sex is not None:
        rows = rows[(age_sex[rows] & 1) == (FEMALE if who.sex == "female" else MALE)]
    return rows


def is_of_age_and_sex(who: Eligibility, age_sex: Array) -> Array:
    """Return who is within the ages and sex of an eligibility, given ``age_sex``."""
    # Subtraction wraps around in 8 bits, so one comparison does for both ends.
    first = np.uint8(2 * who.youngest)
    within = (age_sex - first) < np.uint8(2 * (min(who.oldest, OLDEST_YEARS) - who.youngest + 1))
    if who.sex is not None:
        within &= (age_sex & 1) == (FEMALE if who.sex == "female" else MALE)
    return np.asarray(within)


def fitting_rows(registers: Registers, who: Eligibility, served: Array | None) -> Array:
    """Return the person rows of the ages, sex and communities of a programme, in row order; nobody in custody is."""
    people = registers.people
    rows = of_age_and_sex(who, people.age_sex)
    rows = rows[people.custody[rows] == 0]
    return rows if served is None else rows[served[people.community[rows]]]


def certain(who: Eligibility) -> Eligibility:
    """Return the part of an eligibility that services cannot be wrong about."""
    return _part(who, True)


def uncertain(who: Eligibility) -> Eligibility:
    """Return the part of an eligibility that services can be wrong about."""
    return _part(who, False)


def _part(who: Eligibility, exact: bool) -> Eligibility:
    def chosen(conditions: tuple[tuple[str, object], ...]) -> tuple[tuple[str, object], ...]:
        return tuple(each for each in conditions if CONDITIONS[each[0]].exact == exact)

    whole = all(CONDITIONS[name].exact for name, _ in who.any_of) == exact
    any_of = who.any_of if whole else ()
    return Eligibility(who.youngest, who.oldest, who.sex, chosen(who.all_of), any_of, chosen(who.none_of))


def meeting(registers: Registers, who: Eligibility, rows: Array) -> Array:
    """Return those of ``rows`` that meet all conditions of an eligibility, in their order."""
    if not (who.all_of or who.any_of or who.none_of):
        return rows
    return rows[meeting_positions(registers, who, rows)]


def meeting_positions(registers: Registers, who: Eligibility, rows: Array) -> Array:
    """Return the positions in ``rows`` of those that meet all conditions of an eligibility."""
    at = np.arange(rows.size)
    for name, value in who.all_of:
        met = np.flatnonzero(CONDITIONS[name].test(registers, rows, value))
        at, rows = at[met], rows[met]
    if who.any_of:
        any_met = np.zeros(rows.size, bool)
        for name, value in who.any_of:
            any_met |= CONDITIONS[name].test(registers, rows, value)
        met = np.flatnonzero(any_met)
        at, rows = at[met], rows[met]
    for name, value in who.none_of:
        met = np.flatnonzero(~CONDITIONS[name].test(registers, rows, value))
        at, rows = at[met], rows[met]
    return at


def eligible_rows(registers: Registers, who: Eligibility, served: Array | None) -> Array:
    """Return the person rows that meet every part of an eligibility, in row order; nobody in custody does.

    Parameters
    ----------
    served : which communities the programme serves, boolean; None for all.
    """
    return meeting(registers, who, fitting_rows(registers, who, served))


def known_mask(registers: Registers, programme: Programme, rows: Array, chance: Chance, shared: float) -> Array:
    """Return whom the identifying services know among ``rows``; everybody where nobody need be found.

    Parameters
    ----------
    shared : probability that a record of any other service reaches an identifying one. A person's chance of that is
        drawn once, so that more sharing only ever adds people.
    """
    if not programme.identified_by:
        return np.ones(rows.size, bool)
    records = registers.people.known_to[rows]
    bits = np.uint16(sum(SERVICES[name] for name in programme.identified_by))
    known = (records & bits) != 0
    if shared > 0.0:
        elsewhere = np.flatnonzero(~known & (records != 0))
        keys = registers.people.key[rows[elsewhere]]
        known[elsewhere] = chance.uniforms(SHARING, SHARING.word("seen_by_others"), keys, 0) < shared
    return np.asarray(known)
