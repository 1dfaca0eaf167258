"""How common each risk or protective factor is in a world: what can be seen of it before anything is taken away."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.population.columns import DOMESTIC_ABUSE, MENTAL_ILLNESS, NEET, NEVER, SUBSTANCE_USE

Array = npt.NDArray[Any]

SHARE, SCALE = "%", "sd"
FOUR_ACES = 4


@dataclass(frozen=True)
class FactorLevel:
    """Declare how the level of a factor is measured.

    Attributes
    ----------
    factor : name in :data:`sim.outcomes.risk_factors.RISK_FACTORS`.
    label, among : what is measured, and among whom.
    unit : per cent of those concerned, or standard deviations from the mean of England at the start.
    higher_is_worse : direction.
    measure : computes it from a world.
    """

    factor: str
    label: str
    among: str
    unit: str
    higher_is_worse: bool
    measure: Callable[[Any], float]


def _among(world: Any, youngest: int, oldest: int) -> Array:
    strata = world.people.age_sex
    return np.flatnonzero((strata >= 2 * youngest) & (strata < 2 * (oldest + 1)) & (world.people.present == 1))


def _mean(values: Array) -> float:
    """Return the mean, not a number where there is nobody."""
    return float(np.mean(values, dtype=np.float64)) if values.size else math.nan


def _people(column: str, youngest: int, oldest: int, test: Callable[[Array], Array] | None) -> Callable[[Any], float]:
    """Return a measure over the people of an age: the share that meets a test, or the mean where there is none."""

    def measure(world: Any) -> float:
        values = getattr(world.people, column)[_among(world, youngest, oldest)]
        return _mean(values if test is None else 100.0 * test(values))

    return measure


def _homes(column: str, bit: int = 0) -> Callable[[Any], float]:
    """Return a measure over homes with children: the share with a state, or the mean of a scale."""

    def measure(world: Any) -> float:
        families = world.families
        rows = np.flatnonzero((families.present == 1) & (families.children > 0))
        values = getattr(families, column)[rows]
        return _mean(100.0 * ((values & bit) > 0) if bit else values)

    return measure


def _communities(column: str) -> Callable[[Any], float]:
    """Return the mean of a scale of communities over residents."""

    def measure(world: Any) -> float:
        home = world.people.community[world.people.present == 1]
        return _mean(getattr(world.communities, column)[home])

    return measure


def _positive(values: Array) -> Array:
    return np.asarray(values > 0)


AGED_10 = "residents aged 10 and over"
HOMES = "homes with children"
RESIDENTS = "residents' neighbourhoods"

FACTOR_LEVELS: tuple[FactorLevel, ...] = (
    FactorLevel("self_control", "Self-control, mean", AGED_10, SCALE, False, _people("self_control", 10, 119, None)),
    FactorLevel("trauma", "Trauma, mean", AGED_10, SCALE, True, _people("trauma", 10, 119, None)),
    FactorLevel(
        "acceptance", "Acceptance of violence, mean", "residents aged 10 to 24", SCALE, True,
        _people("acceptance_of_violence", 10, 24, None),
    ),
    FactorLevel("alcohol", "Heavier drinking", "residents aged 16 and over", SHARE, True,
                _people("alcohol", 16, 119, _positive)),
    FactorLevel("drugs", "Frequent drug use", "residents aged 16 and over", SHARE, True,
                _people("drugs", 16, 119, _positive)),
    FactorLevel("weapon", "Carrying a weapon", "residents aged 10 to 24", SHARE, True,
                _people("weapon", 10, 24, _positive)),
    FactorLevel("school_engagement", "Engagement with school, mean", "pupils aged 5 to 15", SCALE, False,
                _people("school_engagement", 5, 15, None)),
    FactorLevel("exclusion", "Permanently excluded within a year", "pupils aged 10 to 15", SHARE, True,
                _people("exclusion", 10, 15, lambda months: np.asarray(months < 12))),
    FactorLevel("neet", "Not in work or learning", "residents aged 16 to 24", SHARE, True,
                _people("work", 16, 24, lambda work: np.asarray(work == NEET))),
    FactorLevel("adversity", "Four or more adverse experiences", "children under 18", SHARE, True,
                _people("ace_count", 0, 17, lambda count: np.asarray(count >= FOUR_ACES))),
    FactorLevel("domestic_abuse", "Domestic abuse in the home", HOMES, SHARE, True, _homes("states", DOMESTIC_ABUSE)),
    FactorLevel("parents_substance_use", "Parents' substance use", HOMES, SHARE, True, _homes("states", SUBSTANCE_USE)),
    FactorLevel("parents_mental_illness", "Parents' mental illness", HOMES, SHARE, True,
                _homes("states", MENTAL_ILLNESS)),
    FactorLevel("parental_stress", "Parental stress, mean", HOMES, SCALE, True, _homes("stress")),
    FactorLevel("parenting", "Parenting, mean", HOMES, SCALE, False, _homes("parenting")),
    FactorLevel("supervision", "Parental supervision, mean", HOMES, SCALE, False, _homes("supervision")),
    FactorLevel("trusted_adult", "No trusted adult", "children aged 10 to 17", SHARE, True,
                _people("trusted_adult", 10, 17, lambda adult: np.asarray(adult == 0))),
    FactorLevel("gang", "In a gang or exploited by one", "residents aged 10 to 24", SHARE, True,
                _people("gang", 10, 24, _positive)),
    FactorLevel("deprivation", "Income deprivation, mean", RESIDENTS, SCALE, True, _communities("deprivation")),
    FactorLevel("collective_efficacy", "Collective efficacy, mean", RESIDENTS, SCALE, False,
                _communities("collective_efficacy")),
    FactorLevel("fear", "Fear of violence, mean", RESIDENTS, SCALE, True, _communities("fear")),
    FactorLevel("labelling", "Ever sanctioned", "residents aged 10 to 24", SHARE, True,
                _people("months_since_sanction", 10, 24, lambda months: np.asarray(months < NEVER))),
)  # fmt: skip
"""What can be measured of the factors; series of the nation and reactions to violence have no level of a place."""


def levels_of(world: Any) -> dict[str, float]:
    """Return the level of every factor that has one in a world as it is now."""
    return {each.factor: each.measure(world) for each in FACTOR_LEVELS}
