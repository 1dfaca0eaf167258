"""What the police record by community and month: seasons, persistence, spread; and who is arrested."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.observation import Observation
from calibration.recorded import MONTHS_PER_YEAR, month_to_month, overdispersion, rank_correlation, seasonal_swing
from calibration.statistics.registry import statistic
from calibration.statistics.victims import all_surveyed

Array = npt.NDArray[Any]

PER_1000 = 1e3
CHILDREN, YOUNG_ADULTS, ADULTS = (10, 17), (18, 20), (21, 119)


def recorded_by_month(seen: Observation) -> Array:
    """Return recorded violence with injury by community (in code order) and month since the decision date."""
    codes = np.array(sorted(seen.fifth))
    chosen = np.flatnonzero(seen.incidents["recorded"] & seen.incidents["injury"])
    place = np.searchsorted(codes, seen.incidents["community"][chosen].astype(str))
    counts = np.zeros((codes.size, seen.years * MONTHS_PER_YEAR))
    np.add.at(counts, (place, seen.incidents["month"][chosen].astype(np.int64)), 1.0)
    return counts


def recorded_by_year(seen: Observation) -> Array:
    """Return recorded violence with injury by community and year."""
    return np.asarray(recorded_by_month(seen).reshape(len(seen.fifth), seen.years, MONTHS_PER_YEAR).sum(axis=2))


@statistic
def recorded_summer_to_winter(seen: Observation) -> float:
    """Ratio of recorded violence with injury per day in May to August to that in November to February."""
    months = np.unique(np.stack([seen.incidents["month"], _calendar(seen)]), axis=1)
    calendar = np.zeros(seen.years * MONTHS_PER_YEAR, np.int64)
    calendar[months[0]] = months[1]
    return seasonal_swing(recorded_by_month(seen).sum(axis=0), calendar)


def _calendar(seen: Observation) -> Array:
    return np.array([int(str(text)[-2:]) for text in seen.incidents["calendar_month"]], np.int64)


@statistic
def recorded_rank_from_year_to_year(seen: Observation) -> float:
    """Rank correlation of recorded violence with injury by community between one year and the next."""
    by_year = recorded_by_year(seen)
    if seen.years < 2:
        return float("nan")
    pairs = [rank_correlation(by_year[:, year], by_year[:, year + 1]) for year in range(seen.years - 1)]
    return float(np.mean(pairs))


@statistic
def recorded_overdispersion(seen: Observation) -> float:
    """Spread of recorded violence by community in a year: (variance - mean) / mean^2, 1/k of a negative binomial."""
    return float(np.mean([overdispersion(counts) for counts in recorded_by_year(seen).T]))


@statistic
def recorded_month_to_month(seen: Observation) -> float:
    """Correlation of a community's recorded violence, beyond its mean and the month's, from one month to the next."""
    return month_to_month(recorded_by_month(seen))


def _arrests(seen: Observation, ages: tuple[int, int], sex: str) -> float:
    incidents = seen.incidents
    age = incidents["perpetrator_age"]
    arrested = incidents["arrested"] & (age >= ages[0]) & (age <= ages[1]) & (incidents["perpetrator_sex"] == sex)
    people = seen.person_years(
        lambda table: (table["age"] >= ages[0]) & (table["age"] <= ages[1]) & (table["sex"] == sex)
    )
    return PER_1000 * float(np.count_nonzero(arrested)) / max(people, 1.0)


@statistic
def arrests_of_boys_per_1000(seen: Observation) -> float:
    """Arrests for violence of males of 10 to 17 a year per 1,000 of them."""
    return _arrests(seen, CHILDREN, "male")


@statistic
def arrests_of_young_men_to_men(seen: Observation) -> float:
    """Rate of arrests for violence of males of 18 to 20 over that of males of 21 and over."""
    return _arrests(seen, YOUNG_ADULTS, "male") / max(_arrests(seen, ADULTS, "male"), 1e-12)


@statistic
def arrests_of_women_to_men(seen: Observation) -> float:
    """Rate of arrests for violence of females of 21 and over over that of males of 21 and over."""
    return _arrests(seen, ADULTS, "female") / max(_arrests(seen, ADULTS, "male"), 1e-12)


@statistic
def reported_without_injury(seen: Observation) -> float:
    """Share of uninjured incidents with a victim of 16 or over (robbery left out) that come to the notice of police."""
    asked = all_surveyed(seen)
    return float(np.mean(asked["reported"][~asked["injury"]]))


@statistic
def reported_at_home(seen: Observation) -> float:
    """Share of partner and family violence against a victim of 16 or over that comes to the notice of the police."""
    asked = all_surveyed(seen)
    return float(np.mean(asked["reported"][np.isin(asked["context"], ("partner", "family"))]))
