"""Sanctions: who is sanctioned for the first time, and who again."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.observation import Observation, Table
from calibration.statistics.registry import statistic
from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[Any]

ADULT_FROM_AGE, YOUTH_AGES = 18, (10, 17)
FOLLOW_UP_MONTHS, QUARTER_MONTHS = 12, 3
PER_1000 = 1e3


def cohort(sanctions: Table, months: int) -> Array:
    """Return the rows that begin follow-up: a person's first row of a quarter, twelve months before the end or earlier.

    A caution or sentence begins it, or release from custody; a sentence to custody does not.
    """
    begins = np.flatnonzero(~sanctions["held"] & (sanctions["month"] + FOLLOW_UP_MONTHS < months))
    begins = begins[np.argsort(sanctions["month"][begins], kind="stable")]
    quarter = sanctions["month"][begins].astype(np.uint64) // np.uint64(QUARTER_MONTHS)
    identity = np.stack([sanctions["person"][begins].astype(np.uint64), quarter])
    _, first = np.unique(identity, axis=1, return_index=True)
    return np.asarray(begins[first])


def sanctioned_again(sanctions: Table, rows: Array) -> Array:
    """Return which of the people in ``rows`` are sanctioned within twelve months after."""
    _, code = np.unique(sanctions["person"], return_inverse=True)
    span = int(sanctions["month"].max(initial=0)) + FOLLOW_UP_MONTHS + 2
    when = code.astype(np.int64) * span + sanctions["month"].astype(np.int64)
    events = np.sort(when[~sanctions["released"]])
    after = np.searchsorted(events, when[rows], "right")
    until = np.searchsorted(events, when[rows] + FOLLOW_UP_MONTHS, "right")
    return np.asarray(until > after)


def _reoffending(seen: Observation, adult: bool) -> float:
    if not seen.sanctions or seen.years < 2:
        return float("nan")
    rows = cohort(seen.sanctions, seen.years * MONTHS_PER_YEAR)
    rows = rows[(seen.sanctions["age"][rows] >= ADULT_FROM_AGE) == adult]
    return float(np.mean(sanctioned_again(seen.sanctions, rows))) if rows.size else float("nan")


@statistic
def reoffending_juvenile(seen: Observation) -> float:
    """Of under-18s cautioned, given a community sentence or released in a quarter, who is sanctioned within a year."""
    return _reoffending(seen, False)


@statistic
def reoffending_adult(seen: Observation) -> float:
    """Of adults cautioned, given a community sentence or released in a quarter, who is sanctioned within a year."""
    return _reoffending(seen, True)


@statistic
def first_time_entrants_per_1000(seen: Observation) -> float:
    """First sanctions of residents of 10 to 17 a year per 1,000 of them."""
    if not seen.sanctions:
        return float("nan")
    age = seen.sanctions["age"]
    entrants = seen.sanctions["first"] & (age >= YOUTH_AGES[0]) & (age <= YOUTH_AGES[1])
    young = seen.person_years(lambda people: (people["age"] >= YOUTH_AGES[0]) & (people["age"] <= YOUTH_AGES[1]))
    return PER_1000 * float(np.count_nonzero(entrants)) / young


@statistic
def in_custody_per_100000(seen: Observation) -> float:
    """Residents in custody at a year's end per 100,000 residents."""
    held = seen.person_years(lambda people: people["in_custody"])
    return 1e5 * held / seen.person_years(lambda people: people["age"] >= 0)
