"""Lay out the synthesis parameters by age and sex, once per build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.population.columns import FEMALE, MALE

Array = npt.NDArray[Any]
AGES = 101
YEARS = np.arange(AGES)


@dataclass(frozen=True)
class SynthesisTables:
    """Hold what synthesis looks up by age in years (0 to 100) and sex (0 female, 1 male).

    Attributes
    ----------
    at_home, institution, couple
        float64 of shape (101, 2): chance of living with parents; of living in an institution; of living in a
        couple when neither.
    child_at_home
        Mean of ``at_home`` over the sexes.
    childless_odds
        float64 of shape (101,): weight of a woman without children at home in the choice of couples.
    fertility
        Births per woman a year at ages 14 to 45.
    gap_quantiles
        float64 of shape (4, k): age of man less age of woman by age of woman, at ``gap_levels``.
    """

    at_home: Array
    institution: Array
    couple: Array
    child_at_home: Array
    childless_odds: Array
    student: Array
    fertility: Array
    fertility_by_parity: Array
    lone_parent_weight: Array
    extra_adult_weight: Array
    gap_levels: Array
    gap_quantiles: Array
    gap_ages: Array
    parameters: Mapping[str, Any]


def synthesis_tables(parameters: Mapping[str, Any]) -> SynthesisTables:
    """Interpolate the parameter tables to single years of age."""
    p = parameters
    at_home = _by_sex(p["population.at_home_ages"], p["population.at_home_women"], p["population.at_home_men"])
    at_home[p["population.at_home_scale_from_age"] <= YEARS] *= p["population.at_home_scale"]
    at_home = np.minimum(at_home, 1.0)
    couple = _by_sex(p["population.couple_ages"], p["population.couple_women"], p["population.couple_men"])
    institution = banded(p["population.institution_ages"], np.r_[0.0, p["population.institution"]])
    first, last = p["population.student_ages"]
    return SynthesisTables(
        at_home=at_home,
        institution=np.stack([institution, institution], axis=1),
        couple=np.clip(couple * p["population.couple_scale"], 0.001, 0.999),
        child_at_home=at_home.mean(axis=1),
        childless_odds=np.interp(YEARS, p["population.childless_couple_ages"], p["population.childless_couple"]),
        student=(first <= YEARS) & (last >= YEARS),
        fertility=np.array(p["population.fertility"], np.float64),
        fertility_by_parity=np.array(p["population.fertility_by_parity"], np.float64),
        lone_parent_weight=banded(p["population.lone_parent_weight_ages"], p["population.lone_parent_weight"]),
        extra_adult_weight=banded(p["population.extra_adult_weight_ages"], p["population.extra_adult_weight"]),
        gap_levels=np.asarray(p["population.partner_gap_quantiles"], np.float64),
        gap_quantiles=np.stack(
            [
                p["population.partner_gap_young"],
                p["population.partner_gap_middle"],
                p["population.partner_gap_older"],
                p["population.partner_gap_oldest"],
            ]
        ),
        gap_ages=np.asarray(p["population.partner_gap_ages"]),
        parameters=p,
    )


def banded(first_ages: Array, values: Array) -> Array:
    """Spread values of age bands over single years; ``first_ages`` are those of the second band onwards."""
    return np.asarray(values, np.float64)[np.searchsorted(np.asarray(first_ages), YEARS, side="right")]


def _by_sex(ages: Array, women: Array, men: Array) -> Array:
    out = np.empty((AGES, 2))
    out[:, FEMALE] = np.interp(YEARS, ages, women)
    out[:, MALE] = np.interp(YEARS, ages, men)
    return out


def partner_gap(tables: SynthesisTables, woman_age: Array, uniforms: Array) -> Array:
    """Return a drawn age of man less age of woman, in whole years, for each woman."""
    band = np.searchsorted(tables.gap_ages, woman_age, side="right")
    gaps = np.empty(woman_age.size)
    for number, quantiles in enumerate(tables.gap_quantiles):
        rows = band == number
        gaps[rows] = np.interp(uniforms[rows], tables.gap_levels, quantiles)
    rounded: Array = np.rint(gaps).astype(np.int64)
    return rounded
