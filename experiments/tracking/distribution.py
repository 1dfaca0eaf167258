"""The distribution of counts that a forecast gives, as samples: negative binomial about uncertain levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.tracking.months import calendar_position
from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[Any]

PROBABILITIES = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
SEED = 2


@dataclass(frozen=True, eq=False)
class Expected:
    """Hold what is expected of one outcome in one world.

    Attributes
    ----------
    members
        Equally likely levels, in counts of an average month over all years.
    year_shares
        Level of each year over that of all years.
    season
        Ratio of each calendar month to an average one.
    months
        Months forecast, in order, from the first of the first year.
    month_spread, year_spread
        Squared coefficients of variation of months and of whole years.
    """

    members: Array
    year_shares: Sequence[float]
    season: Sequence[float]
    months: Sequence[str]
    month_spread: float
    year_spread: float

    def means(self) -> Array:
        """Return expected counts, shape (members, months)."""
        shares = np.repeat(np.asarray(self.year_shares), MONTHS_PER_YEAR)
        usual = np.array([self.season[calendar_position(month)] for month in self.months])
        return np.asarray(np.asarray(self.members)[:, None] * (shares * usual)[None, :])

    def sample(self, seed: int = SEED) -> Array:
        """Draw counts, shape (members, months). Equal seeds give worlds and outcomes the same luck."""
        luck = np.random.default_rng(seed)
        members, years = len(self.members), len(self.year_shares)
        by_year = np.repeat(multipliers(luck, self.year_spread, (members, years)), MONTHS_PER_YEAR, axis=1)
        by_month = multipliers(luck, self.month_spread, by_year.shape)
        return np.asarray(luck.poisson(self.means() * by_year * by_month))

    def sample_part(self, share: float, spread: float, observed: Array, seed: int) -> Array:
        """Draw the count of a part of the place over some months, shape (members,).

        Parameters
        ----------
        share
            Expected share of the place's count.
        spread
            Squared coefficient of variation of the part about its share.
        observed
            Positions of the months.
        seed
            Another for every part, since their luck is their own.
        """
        luck = np.random.default_rng((SEED, seed))
        members, years = len(self.members), len(self.year_shares)
        by_year = np.repeat(multipliers(luck, self.year_spread, (members, years)), MONTHS_PER_YEAR, axis=1)
        by_month = multipliers(luck, self.month_spread, by_year.shape)
        mean = (self.means() * by_year * by_month)[:, observed].sum(axis=1)
        return np.asarray(luck.poisson(mean * share * multipliers(luck, spread, (members,))))


def multipliers(luck: np.random.Generator, spread: float, shape: tuple[int, ...]) -> Array:
    """Draw gamma multipliers of mean 1 and variance ``spread``."""
    return luck.gamma(1.0 / spread, spread, shape) if spread > 0.0 else np.ones(shape)


def quantiles(sample: Array) -> Array:
    """Return the quantiles of `PROBABILITIES` that are archived, shape (probabilities, columns)."""
    return np.asarray(np.quantile(sample, PROBABILITIES, axis=0, method="inverted_cdf"), np.float64)
