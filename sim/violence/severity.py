"""How bad an incident is: weapon, alcohol and four sequential logits."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, declare_sheet
from sim.core.hazards import logistic
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import ParameterValues
from sim.violence.incidents import FATAL, PARTNER, PUBLIC, Incidents

Array = npt.NDArray[Any]

CIRCUMSTANCES = declare_sheet("violence.circumstances", ("weapon", "alcohol"))
HARM = declare_sheet("violence.harm", ("injury", "treatment", "admission", "death"))
ADULT_YEARS = 18


def adult_share(p: ParameterValues, age_years: Array) -> Array:
    """Return 0 for children to 1 for adults: how far severity has changed to that of adults."""
    return np.asarray(logistic((age_years - p["violence.severity_adult_age"]) / p["violence.severity_adult_width"]))


def draw_circumstances(
    incidents: Incidents, p: ParameterValues, chance: Chance, carrying: Array, drinking: Array, offender_years: Array
) -> None:
    """Decide whether a sharp weapon is used and whether the offender had been drinking."""
    weapon = chance.uniforms(CIRCUMSTANCES, 0, incidents.key, incidents.month)
    incidents.weapon = weapon < p["violence.weapon_used"] + p["violence.weapon_used_carrying"] * carrying
    alcohol = chance.uniforms(CIRCUMSTANCES, 1, incidents.key, incidents.month)
    level = (
        p["violence.alcohol_involved"]
        + p["violence.alcohol_involved_heavier"] * drinking
        + p["violence.alcohol_involved_public"] * (incidents.context == PUBLIC)
    )
    reduction = p["violence.alcohol_involved_children"] * (1.0 - adult_share(p, offender_years))
    incidents.alcohol = alcohol < level * (1.0 - reduction)


def probabilities(
    p: ParameterValues, weapon: Array, partner: Array, male: Array, age_years: Array, deprivation: Array
) -> Array:
    """Return the probabilities of injury, treatment, admission and death, each given the one before.

    Parameters
    ----------
    weapon, partner
        Whether a sharp weapon is used, and whether the offender is the victim's partner.
    male, age_years, deprivation
        The victim's sex, age, and normal score of income deprivation of the home community.

    Returns
    -------
    Array of shape (4, incidents). Source of the equations: the trial fit of the violence step, part (a).
    """
    adult = adult_share(p, age_years)
    female_partner = partner & ~male
    injury = (
        p["violence.severity_injury"]
        + p["violence.severity_injury_weapon"] * weapon
        + p["violence.severity_injury_under_18"] * (age_years < ADULT_YEARS)
        + p["violence.severity_injury_female_partner"] * female_partner
    )
    treatment = (
        p["violence.severity_ed"]
        + p["violence.severity_ed_male"] * male
        + p["violence.severity_ed_weapon"] * weapon
        - p["violence.severity_ed_age"] * (1.0 - adult)
        + p["violence.severity_ed_deprivation"] * deprivation
    )
    admission = (
        p["violence.severity_admission"]
        + p["violence.severity_admission_male"] * male
        + p["violence.severity_admission_weapon"] * weapon
        - p["violence.severity_admission_age"] * (1.0 - adult)
        + p["violence.severity_admission_deprivation"] * deprivation
    )
    death = (
        p["violence.severity_death"]
        + p["violence.severity_death_weapon"] * weapon
        + p["violence.severity_death_female_partner"] * female_partner
    )
    return np.asarray(logistic(np.stack([injury, treatment, admission, death])))


def draw_severity(
    incidents: Incidents, p: ParameterValues, chance: Chance, male: Array, age_months: Array, deprivation: Array
) -> None:
    """Draw the severity of each incident and keep the probabilities of treatment, admission and death."""
    given = probabilities(
        p, incidents.weapon, incidents.context == PARTNER, male, age_months / MONTHS_PER_YEAR, deprivation
    )
    severity = np.zeros(len(incidents), np.uint8)
    reached = np.ones(len(incidents), bool)
    for step in range(FATAL):
        uniform = chance.uniforms(HARM, step, incidents.key, incidents.month)
        reached &= uniform < given[step]
        severity += reached.astype(np.uint8)
    incidents.severity = severity
    incidents.expected_ed = given[0] * given[1]
    incidents.expected_admission = incidents.expected_ed * given[2]
    incidents.expected_death = incidents.expected_admission * given[3]
