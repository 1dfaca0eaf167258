"""Tell contagion from homophily in a log of incidents, by whether people are more violent after being hurt than before.

People at high risk are both hurt and violent, and so are their friends, without one causing the other. So each person
is compared with themselves: the violence they used in the months after being hurt, less the violence they used in as
many months before. Were there no contagion, the moments at which somebody was hurt would have nothing to do with the
moments at which they were violent, and any other moments would do. The test moves all victimisations of a person by
the same random number of months, round the period: who is hurt, how often, how close together and how violent each
person is stay as they are, and so do people's lasting likeness and their lasting quarrels.

Two things would hide contagion. Violence provokes violence in return, so that violence used comes *before* being hurt
too: only victims who had not hurt their aggressor for a year count, in the log and again after every move. And a spell
of blows has many moments: only those count that end some months of quiet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.int64]
Ties = tuple[npt.ArrayLike, npt.ArrayLike]

WINDOW_MONTHS, QUIET_MONTHS, PROVOKED_MONTHS = 3, 6, 12
PERMUTATIONS = 499


@dataclass(frozen=True)
class ContagionTest:
    """Hold the result of a permutation test.

    Attributes
    ----------
    excess
        Mean number of incidents used in the window after an exposure, less the number before it.
    expected
        The same where moments do not matter: the mean over permutations.
    p_value
        Share of permutations, the log itself among them, with at least as large an excess.
    exposures
        Exposures that count: unprovoked, after quiet, and with whole windows inside the period.
    """

    excess: float
    expected: float
    p_value: float
    exposures: int


def contagion_test(
    month: npt.ArrayLike,
    perpetrator: npt.ArrayLike,
    victim: npt.ArrayLike,
    *,
    ties: Ties | None = None,
    window_months: int = WINDOW_MONTHS,
    quiet_months: int = QUIET_MONTHS,
    provoked_months: int = PROVOKED_MONTHS,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> ContagionTest:
    """Test whether being hurt is followed by more violence than came before it.

    Parameters
    ----------
    month, perpetrator, victim
        One element an incident: month from 0, and any keys of the two people.
    ties
        Keys of people and, beside each, of a friend: then it is tested whether people are more violent after a
        *friend* was hurt. All friends of a victim move together.
    window_months
        Length of the windows before and after.
    quiet_months
        Months without being hurt before a victimisation that counts.
    provoked_months
        Months back in which somebody exposed must not have hurt the aggressor.
    permutations
        Number of random moves.
    """
    people, offender, hurt = _number_people(perpetrator, victim, ties)
    log = _Log(np.asarray(month, np.int64), offender, hurt, people.size)
    first, last = max(window_months, quiet_months, provoked_months), log.months - 1 - window_months
    fresh = np.flatnonzero(
        (log.month >= first) & (log.month <= last) & (log.before(log.hurt, hurt, log.month, quiet_months) == 0)
    )
    exposed, incident = _exposed(hurt, fresh, people, ties)
    others = exposed != offender[incident]
    exposed, incident = exposed[others], incident[others]
    pair, own_friend = log.pairs(exposed, offender[incident]), log.pairs(exposed, hurt[incident])
    source, when = hurt[incident], log.month[incident]

    def excess(moments: Array) -> tuple[float, int]:
        counts = log.before(log.used_on, pair, moments + 1, provoked_months + 1) == 0
        who, friend, then = exposed[counts], own_friend[counts], moments[counts]
        # Violence on the friend who was hurt is left out: the quiet before allows it only afterwards.
        change = log.change(log.used, who, then, window_months) - log.change(log.used_on, friend, then, window_months)
        return (float(change.mean()) if change.size else 0.0), int(change.size)

    observed, exposures = excess(when)
    if exposures == 0:
        return ContagionTest(0.0, 0.0, 1.0, 0)
    generator, width = np.random.default_rng(seed), last - first + 1
    moved = np.empty(permutations)
    for i in range(permutations):
        steps = generator.integers(0, width, people.size)
        moved[i], _ = excess(first + (when - first + steps[source]) % width)
    p_value = (1 + np.count_nonzero(moved >= observed)) / (1 + permutations)
    return ContagionTest(observed, float(moved.mean()), float(p_value), exposures)


class _Log:
    """Hold running totals by month of violence used, suffered, and used by one person on another."""

    def __init__(self, month: Array, offender: Array, victim: Array, people: int) -> None:
        self.month, self.people = month, people
        self.months = int(month.max(initial=-1)) + 1
        self.used, self.hurt = self._running(offender, people), self._running(victim, people)
        self._pairs, number = np.unique(offender * people + victim, return_inverse=True)
        self.used_on = self._running(number, self._pairs.size + 1)

    def pairs(self, who: Array, whom: Array) -> Array:
        """Return the row of ``used_on`` for each pair; the last, which is empty, where one never hurt the other."""
        wanted = who * self.people + whom
        at = np.minimum(np.searchsorted(self._pairs, wanted), self._pairs.size - 1)
        return np.where(self._pairs[at] == wanted, at, self._pairs.size)

    def before(self, totals: Array, rows: Array, month: Array, months: int) -> Array:
        """Return the incidents in the ``months`` that end just before ``month``, as far as the log goes back."""
        return np.asarray(totals[rows, month] - totals[rows, np.maximum(month - months, 0)])

    def change(self, totals: Array, rows: Array, month: Array, months: int) -> Array:
        """Return the incidents in the ``months`` after ``month`` less those in as many before it."""
        return self.before(totals, rows, month + 1 + months, months) - self.before(totals, rows, month, months)

    def _running(self, number: Array, size: int) -> Array:
        counts = np.zeros((size, self.months + 1), np.int32)
        np.add.at(counts, (number, self.month + 1), 1)
        return np.cumsum(counts, axis=1, dtype=np.int32)


def _number_people(perpetrator: npt.ArrayLike, victim: npt.ArrayLike, ties: Ties | None) -> tuple[Any, Array, Array]:
    keys = [np.asarray(perpetrator), np.asarray(victim), *(np.asarray(side) for side in ties or ())]
    people, numbers = np.unique(np.concatenate(keys), return_inverse=True)
    count = keys[0].size
    return people, numbers[:count].astype(np.int64), numbers[count : 2 * count].astype(np.int64)


def _exposed(victim: Array, incidents: Array, people: Any, ties: Ties | None) -> tuple[Array, Array]:
    """Return who is exposed and by which of ``incidents``: the victim, or else the victim's friends."""
    if ties is None:
        return victim[incidents], incidents
    person, friend = (np.searchsorted(people, np.asarray(side)) for side in ties)
    order = np.argsort(friend, kind="stable")
    person, friend = person[order], friend[order]
    first, last = (np.searchsorted(friend, victim[incidents], side) for side in ("left", "right"))
    number = last - first
    incident = np.repeat(incidents, number)
    place = np.arange(incident.size) - np.repeat(np.cumsum(number) - number, number) + np.repeat(first, number)
    return person[place].astype(np.int64), incident
