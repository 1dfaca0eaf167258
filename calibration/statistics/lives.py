"""Who is violent, and what in their lives goes with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.observation import Observation, Table, count_by_key
from calibration.statistics.registry import statistic
from calibration.statistics.victims import teens

Array = npt.NDArray[Any]

ADULT_AGES, CAREER_AGES, YOUNG_AGES = (18, 69), (10, 40), (16, 24)
OFFSPRING_AGES = (15, 24)
AGE_GROUPS_YEARS = np.array([18, 25, 35, 50])
FOUR_ACES = 4
PER_10_000 = 1e4


def between(people: Table, ages: tuple[int, int]) -> Array:
    """Return who is of these ages, both included."""
    return np.asarray((people["age"] >= ages[0]) & (people["age"] <= ages[1]))


def odds_ratio(exposed: Array, outcome: Array, strata: Array | None = None) -> float:
    """Return the odds ratio of an outcome, within strata by Mantel and Haenszel's estimator.

    Source: Mantel and Haenszel 1959. With no strata, the crude odds ratio.
    """
    exposed, outcome = np.asarray(exposed, bool), np.asarray(outcome, bool)
    strata = np.zeros(exposed.size, np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    size = int(strata.max(initial=0)) + 1
    total = np.maximum(np.bincount(strata, minlength=size), 1)

    def cell(e: bool, o: bool) -> Array:
        return np.bincount(strata[(exposed == e) & (outcome == o)], minlength=size)

    above = (cell(True, True) * cell(False, False) / total).sum()
    below = (cell(True, False) * cell(False, True) / total).sum()
    return float(above / below) if below > 0 else float("nan")


@statistic
def violence_by_four_aces(seen: Observation) -> float:
    """Odds of hurting somebody in the year with four or more ACEs over none, 18-69, within age, sex and deprivation."""
    exposed, violent, strata = [], [], []
    for people, incidents in seen.survey_years:
        chosen = between(people, ADULT_AGES) & ((people["ace_count"] == 0) | (people["ace_count"] >= FOUR_ACES))
        exposed.append(people["ace_count"][chosen] >= FOUR_ACES)
        violent.append(count_by_key(people["person"][chosen], incidents["perpetrator"]) > 0)
        age = np.searchsorted(AGE_GROUPS_YEARS, people["age"][chosen], "right")
        fifth = seen.fifth_of(people["community"][chosen])
        strata.append((age * 2 + (people["sex"][chosen] == "male")) * 5 + fifth)
    return odds_ratio(np.concatenate(exposed), np.concatenate(violent), np.concatenate(strata))


def _violent_men(seen: Observation, aces: bool, drinking: bool) -> float:
    """Return the prevalence of violence in the year among such men, as if they had the ages of all men of 18 to 69."""
    groups = AGE_GROUPS_YEARS.size
    violent, asked, standard = np.zeros((3, groups))
    for people, incidents in seen.survey_years:
        all_men = between(people, ADULT_AGES) & (people["sex"] == "male")
        has_aces = people["ace_count"] >= FOUR_ACES if aces else people["ace_count"] == 0
        men = all_men & has_aces & (people["heavier_drinker"] == drinking)
        age = np.searchsorted(AGE_GROUPS_YEARS, people["age"], "right") - 1
        hits = count_by_key(people["person"][men], incidents["perpetrator"]) > 0
        violent += np.bincount(age[men], hits, minlength=groups)
        asked += np.bincount(age[men], minlength=groups)
        standard += np.bincount(age[all_men], minlength=groups)
    return float((violent / np.maximum(asked, 1.0) * standard).sum() / standard.sum())


@statistic
def drinking_ratio_without_aces(seen: Observation) -> float:
    """Violence in the year of men who drink heavily over men who do not, none with ACEs, 18-69, age for age."""
    return _violent_men(seen, False, True) / _violent_men(seen, False, False)


@statistic
def aces_ratio_without_drinking(seen: Observation) -> float:
    """Violence in the year of men with four or more ACEs over none, none drinking heavily, 18-69, age for age."""
    return _violent_men(seen, True, False) / _violent_men(seen, False, False)


@statistic
def aces_and_drinking_ratio(seen: Observation) -> float:
    """Violence in the year of heavily drinking men with four or more ACEs over men with neither, 18-69, age for age."""
    return _violent_men(seen, True, True) / _violent_men(seen, False, False)


@statistic
def offenders_with_half_of_violence(seen: Observation) -> float:
    """Share of 10 to 40 year old residents who account for half of all incidents by residents of these ages."""
    last, counts = seen.everybody(seen.years), seen.incidents
    keys = last["person"][between(last, CAREER_AGES)]
    number = np.sort(count_by_key(keys, counts["perpetrator"]))[::-1]
    reached = np.searchsorted(np.cumsum(number), number.sum() / 2.0) + 1
    return float(reached / keys.size)


def _offspring(seen: Observation) -> tuple[Array, Array, Array]:
    """Return offspring sanctioned, parent sanctioned and strata, of young residents with a parent in the place."""
    people = seen.everybody(seen.years)
    order = np.argsort(people["person"])
    keys, sanctioned = people["person"][order], people["sanctions"][order] > 0
    child = np.flatnonzero(between(people, OFFSPRING_AGES) & ((people["mother"] > 0) | (people["father"] > 0)))
    parent = np.zeros(child.size, bool)
    for side in ("mother", "father"):
        at = np.minimum(np.searchsorted(keys, people[side][child]), keys.size - 1)
        parent |= (keys[at] == people[side][child]) & sanctioned[at]
    strata = np.minimum(people["ace_count"][child], 4) * 5 + seen.fifth_of(people["community"][child])
    return people["sanctions"][child] > 0, parent, strata


@statistic
def intergenerational_odds_ratio(seen: Observation) -> float:
    """Odds that 15 to 24 year olds have been sanctioned if a parent in the place has, over those of the others."""
    offspring, parent, _ = _offspring(seen)
    return odds_ratio(parent, offspring)


@statistic
def intergenerational_odds_ratio_adjusted(seen: Observation) -> float:
    """Odds of 15 to 24 year olds as in the raw ratio, within numbers of ACEs and fifths of deprivation."""
    offspring, parent, strata = _offspring(seen)
    return odds_ratio(parent, offspring, strata)


@statistic
def exclusion_crude_ratio(seen: Observation) -> float:
    """Prevalence of violence in the year of ever excluded 13 to 17 year olds over that of the others."""
    violent, asked = np.zeros(2), np.zeros(2)
    for people, incidents in seen.survey_years:
        young = teens(people)
        excluded = people["excluded"][young].astype(int)
        np.add.at(violent, excluded, count_by_key(people["person"][young], incidents["perpetrator"]) > 0)
        np.add.at(asked, excluded, 1)
    prevalence = violent / np.maximum(asked, 1)
    return float(prevalence[1] / max(prevalence[0], 1e-12))


@statistic
def weapon_at_17(seen: Observation) -> float:
    """Share of 17 year olds who carry a weapon."""
    people = seen.everybody(seen.years)
    return float(np.mean(people["weapon"][people["age"] == 17]))


@statistic
def neet_16_to_24(seen: Observation) -> float:
    """Share of 16 to 24 year olds not in education, employment or training."""
    people = seen.everybody(seen.years)
    young = between(people, YOUNG_AGES)
    return float(np.mean(people["school_or_work"][young] == "not in education, employment or training"))


@statistic
def looked_after_per_10000(seen: Observation) -> float:
    """Children looked after per 10,000 residents under 18."""
    people = seen.everybody(seen.years)
    return PER_10_000 * float(np.mean(people["in_care"][people["age"] < 18]))


@statistic
def four_aces_at_18_to_24(seen: Observation) -> float:
    """Share of 18 to 24 year olds with four or more kinds of adverse childhood experience."""
    people = seen.everybody(seen.years)
    return float(np.mean(people["ace_count"][between(people, (18, 24))] >= FOUR_ACES))
