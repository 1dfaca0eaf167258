"""The one list of risk and protective factors, and what the kernels need of it by age and sex."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import NO_STRATUM, STRATA
from sim.core.hazards import MOST_AGE_YEARS
from sim.core.tools import ParameterValues
from sim.parameters.structure import CONTAGION, NO_CONTAGION, form_of
from sim.population.columns import EMPLOYED, NEET, NEVER

Array = npt.NDArray[Any]

FACTORS: tuple[str, ...] = (
    "propensity",
    "transitory",
    "self_control",
    "ace_one",
    "ace_two_or_three",
    "ace_four_or_more",
    "trauma",
    "acceptance",
    "alcohol",
    "alcohol_with_four_aces",
    "drugs",
    "gang",
    "weapon",
    "exclusion",
    "neet",
    "supervision",
    "school_engagement",
    "trusted_adult",
    "employment",
)
"""Factors of the individual log-risk by position in the kernel's coefficients.

Deprivation, the community residual, collective efficacy, labelling, partnership and programmes act beside them: by
community, by time since a sanction, in public violence only, and through levers.
"""

CENTRING_BAND_STARTS_YEARS = (10, 12, 14, 16, 18, 21, 25, 30, 35, 40, 50, 60, 70)
MONTHS_COUNTED = 256
PUPIL_AGES = (5, 15)
FOUR_ACES = 4
ADULT_AGE, TRUSTED_ADULT_TO_AGE = 18, 24
YOUNGEST_PUBLIC_VICTIM = 16


def coefficients(p: ParameterValues) -> Array:
    """Return the coefficients in the order of :data:`FACTORS` (float32)."""
    values = (
        p["violence.factor_propensity"],
        p["violence.factor_transitory"],
        p["violence.factor_self_control"],
        p["violence.factor_ace_one"],
        p["violence.factor_ace_two_or_three"],
        p["violence.factor_ace_four_or_more"],
        p["violence.factor_trauma"],
        p["violence.factor_acceptance"],
        p["violence.factor_alcohol"],
        p["violence.factor_alcohol_with_four_aces"],
        p["violence.factor_drugs"],
        p["violence.factor_gang"],
        p["violence.factor_weapon"],
        p["violence.factor_exclusion"],
        p["violence.factor_neet"],
        p["violence.factor_supervision"],
        p["violence.factor_school_engagement"],
        p["violence.factor_trusted_adult"],
        p["violence.factor_employment"],
    )
    return np.asarray(values, np.float32)


def state_tables(p: ParameterValues, beta: Array) -> Array:
    """Return the effects of byte-valued states (float32[4, 256]).

    Rows: number of ACEs, work state, months since exclusion, months since a sanction (255 stands for never).
    """
    numbers = np.arange(MONTHS_COUNTED)
    of = dict(zip(FACTORS, beta, strict=True))
    tables = np.zeros((4, MONTHS_COUNTED), np.float32)
    tables[0, 1:] = np.where(numbers[1:] == 1, of["ace_one"], of["ace_two_or_three"])
    tables[0, FOUR_ACES:] = of["ace_four_or_more"]
    tables[1, NEET] = of["neet"]
    tables[1, EMPLOYED] = of["employment"]
    tables[2] = np.where(numbers < p["violence.exclusion_months"], of["exclusion"], 0.0)
    tables[3] = p["violence.factor_labelling"] * (1.0 - p["violence.labelling_decay"]) ** numbers
    tables[2:, NEVER] = 0.0
    return tables


def strata_tables(p: ParameterValues) -> Array:
    """Return, by age-sex stratum: negative centring constant, pupil, minor, and young enough for a trusted adult."""
    years, sexes = np.divmod(np.arange(STRATA), 2)
    band = np.maximum(np.searchsorted(CENTRING_BAND_STARTS_YEARS, years, "right") - 1, 0)
    centre = np.asarray(p["centring.risk"]).reshape(-1, 2)
    tables = np.zeros((4, STRATA), np.float32)
    tables[0] = -centre[band, sexes]
    tables[1] = (years >= PUPIL_AGES[0]) & (years <= PUPIL_AGES[1])
    tables[2] = years < ADULT_AGE
    tables[3] = years <= TRUSTED_ADULT_TO_AGE
    return tables


def _two_sided(age: Array, peak: float, below: float, above: float) -> Array:
    width = np.where(age < peak, below, above)
    return np.exp(-((age - peak) ** 2) / (2.0 * width**2))


def _peer(p: ParameterValues, age: Array) -> Array:
    peak, below, above = p["violence.peer_peak_age"], p["violence.peer_lower_width"], p["violence.peer_upper_width"]
    girls = p["violence.peer_girls"] * _two_sided(age, peak - p["violence.peer_girls_earlier"], below, above)
    return np.stack([girls, _two_sided(age, peak, below, above)], axis=1)


def _public(p: ParameterValues, age: Array) -> Array:
    past = age - p["violence.public_peak_age"]
    rise = 1.0 / (1.0 + np.exp(-(age - p["violence.public_onset_age"])))
    bump = 1.0 + p["violence.public_bump"] * np.exp(-(past**2) / p["violence.public_bump_variance"])
    men = rise * np.exp(-np.maximum(past, 0) / p["violence.public_decay_years"]) * bump
    return np.stack([p["violence.public_women"] * men, men], axis=1)


def _partner(p: ParameterValues, age: Array) -> Array:
    decline = np.exp(-np.maximum(age - p["violence.partner_decline_age"], 0) / p["violence.partner_decay_years"])
    men = np.where(age >= p["violence.partner_from_age"], decline, 0.0)
    return np.stack([p["violence.partner_women"] * men, men], axis=1)


def _family(p: ParameterValues, age: Array) -> Array:
    decline = np.exp(-np.maximum(age - p["violence.family_decline_age"], 0) / p["violence.family_decay_years"])
    males = np.where(age < ADULT_AGE, p["violence.family_youth"], p["violence.family_adult"] * decline)
    males = np.where(age < p["violence.family_youth_from_age"], 0.0, males)
    return np.stack([p["violence.family_females"] * males, males], axis=1)


def _acquisitive(p: ParameterValues, age: Array) -> Array:
    bump = _two_sided(
        age,
        p["violence.acquisitive_peak_age"],
        p["violence.acquisitive_lower_width"],
        p["violence.acquisitive_upper_width"],
    )
    past = age - p["violence.acquisitive_adult_age"]
    adult = p["violence.acquisitive_adult"] * np.exp(-np.maximum(past, 0) / p["violence.acquisitive_decay_years"])
    men = bump + np.where(past >= 0, adult, 0.0)
    return np.stack([p["violence.acquisitive_women"] * men, men], axis=1)


def exposure_as_victim(p: ParameterValues, age: Array) -> Array:
    """Return exposure as a victim of public violence by age, at most one."""
    past = age - p["violence.public_peak_age"]
    rise = 1.0 / (1.0 + np.exp(-(age - p["violence.exposure_onset_age"]) / p["violence.exposure_onset_width"]))
    bump = 1.0 + p["violence.exposure_bump"] * np.exp(-(past**2) / p["violence.exposure_bump_variance"])
    exposure: Array = rise * np.exp(-np.maximum(past, 0) / p["violence.exposure_decay_years"]) * bump
    return exposure / exposure.max()


def exposure_by_stratum(p: ParameterValues) -> Array:
    """Return exposure as a public victim by age-sex stratum, zero below the youngest age of victims (float32[256])."""
    years = np.arange(MOST_AGE_YEARS)
    exposure = exposure_as_victim(p, years + 0.5)
    by_stratum = np.zeros(STRATA, np.float32)
    by_stratum[: 2 * MOST_AGE_YEARS] = np.repeat(np.where(years >= YOUNGEST_PUBLIC_VICTIM, exposure, 0.0), 2)
    by_stratum[NO_STRATUM] = 0.0
    return by_stratum


def curves(p: ParameterValues) -> Array:
    """Compute the age curves of the five contexts by year of age and sex (0 female, 1 male).

    Source of the equations: the trial fit of the violence step, part (a).
    """
    age = np.arange(MOST_AGE_YEARS) + 0.5
    stacked = np.stack([_peer(p, age), _public(p, age), _partner(p, age), _family(p, age), _acquisitive(p, age)])
    stacked[:, : int(p["violence.youngest_offender_age"])] = 0.0
    return stacked


def base_by_stratum(p: ParameterValues) -> Array:
    """Return level x age curve by context and age-sex stratum, float32[6, 256]; row 5: public retaliation acts."""
    levels = (
        p["violence.base_peer"],
        p["violence.base_public"],
        p["violence.base_partner"],
        p["violence.base_family"],
        p["violence.base_acquisitive"],
    )
    by_age_sex = curves(p).reshape(len(levels), -1)
    base = np.zeros((len(levels) + 1, STRATA), np.float32)
    base[: len(levels), : by_age_sex.shape[1]] = np.asarray(levels)[:, None] * by_age_sex
    years = np.arange(STRATA) // 2
    first, last = p["violence.retaliation_public_from_age"], p["violence.retaliation_public_to_age"]
    base[len(levels)] = (years >= first) & (years <= last)
    if form_of(p, CONTAGION) == NO_CONTAGION:
        peer, public = p["violence.level_without_contagion"]
        base[0] *= np.float32(peer)
        base[1] *= np.where(base[len(levels)] > 0.0, np.float32(public), np.float32(1.0))
    base[:, NO_STRATUM] = 0.0
    return base
