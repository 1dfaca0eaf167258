"""The level that counts had before the decision, and what to expect after it where a place was chosen on a spike.

A place chosen because its counts were high has, on average, had bad luck as well: without any programme the counts
that follow lie between the level before the spike and the spike itself. How far between depends on how much of a
departure can be chance (E. Hauer, Observational Before-After Studies in Road Safety, 1997, chapter 11).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calibration.benchmarks import spread_about
from experiments.tracking.assumptions import Assumption
from experiments.tracking.months import calendar_position
from sim.core.time import MONTHS_PER_YEAR

LONGEST_HISTORY = 36
SHORTEST_REFERENCE = 12
MONTHS_FOR_SPREAD = 24
HALF = 0.5


@dataclass(frozen=True)
class Level:
    """Hold a level, in counts of an average month.

    Attributes
    ----------
    month
        Expected level from the decision date on, were nothing done.
    relative_variance
        Its variance over its square.
    before, chosen_on
        Level before the months on which a place was chosen, and in them; None where it was not chosen on a spike.
    """

    month: float
    relative_variance: float
    before: float | None = None
    chosen_on: float | None = None

    @property
    def expected_change(self) -> float | None:
        """Change from the months on which the place was chosen that is expected without any programme, as a share."""
        return None if not self.chosen_on else self.month / self.chosen_on - 1.0


@dataclass(frozen=True)
class Variation:
    """Hold by how much counts vary: spreads of months and years, and the part of a year's departure that stays."""

    month_spread: float
    year_spread: float
    persistent_share: float

    def passing(self, months: int) -> float:
        """Return the relative variance of a mean over some months that does not stay."""
        years = months / MONTHS_PER_YEAR
        return self.month_spread / months + (1 - self.persistent_share) * self.year_spread / max(years, 1.0)

    @property
    def staying(self) -> float:
        """Relative variance that a change from one period to the next leaves behind."""
        return self.persistent_share * self.year_spread


def variation_of(
    assumed: Mapping[str, Assumption], history: Mapping[str, float] | None, season: Sequence[float]
) -> Variation:
    """Return the assumed variation, that of months drawn to the history where it is two years long.

    What is assumed weighs as much as two years of counts, since a short history may happen to show no spread at all.
    """
    month_spread = assumed["month_spread"].value
    if history and len(history) >= MONTHS_FOR_SPREAD:
        found, months = spread_of_months(history, season), len(history)
        month_spread = (MONTHS_FOR_SPREAD * month_spread + months * found) / (MONTHS_FOR_SPREAD + months)
    return Variation(month_spread, assumed["year_spread"].value, assumed["persistent_share"].value)


def spread_of_months(history: Mapping[str, float], season: Sequence[float]) -> float:
    """Return the spread of months about the season and the level of their calendar year, by moments."""
    months = sorted(history)
    counts = np.array([history[month] for month in months])
    usual = np.array([season[calendar_position(month)] for month in months])
    year = np.array([int(month[:4]) for month in months])
    mean = np.zeros(counts.size)
    for each in np.unique(year):
        inside = year == each
        mean[inside] = usual[inside] * counts[inside].sum() / usual[inside].sum()
    if not mean.sum():
        return 0.0
    lost = counts.size / max(counts.size - np.unique(year).size, 1)
    return spread_about(np.maximum(mean, HALF), mean + (counts - mean) * math.sqrt(lost))


def level_of(
    history: Mapping[str, float], season: Sequence[float], variation: Variation, spike: Collection[str] = ()
) -> Level:
    """Return the level to expect after the last month of a history.

    Parameters
    ----------
    history
        Month to count; the latest three years are used.
    season
        Ratio of each calendar month to an average one.
    variation
        How much counts vary.
    spike
        The months on which the place was chosen, if it was chosen because they were high.
    """
    months = sorted(history)[-LONGEST_HISTORY - len(spike) :]
    chosen = [month for month in months if month in spike]
    before = [month for month in months if not chosen or month < min(chosen)]
    level, variance = _mean(history, season, before, variation)
    if not chosen:
        return Level(level, variance + variation.staying)
    high, noise = _mean(history, season, chosen, variation)
    expected = variance + variation.staying
    weight = expected / (expected + noise)
    after = math.exp((1 - weight) * math.log(level) + weight * math.log(high))
    return Level(after, expected * noise / (expected + noise) + variation.staying, level, high)


def _mean(
    history: Mapping[str, float], season: Sequence[float], months: Sequence[str], variation: Variation
) -> tuple[float, float]:
    """Return the level of some months and its relative variance: chance, and what does not stay."""
    count = max(sum(history[month] for month in months), HALF)
    usual = sum(season[calendar_position(month)] for month in months)
    return count / usual, 1.0 / count + variation.passing(len(months))
