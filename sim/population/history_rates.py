"""Monthly coefficients turned into the yearly steps of the pre-history."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.time import MONTHS_PER_YEAR
from sim.population.coefficients import Coefficients, Values, by_age, coefficients

SCHOOL_MONTHS = 11


def kept(reversion: Any) -> Any:
    """Return the share of a gap that is left after a year of closing ``reversion`` of it each month."""
    return (1.0 - np.asarray(reversion)) ** MONTHS_PER_YEAR


def spread(reversion: Any, noise: Any) -> Any:
    """Return the yearly shock with the variance that a year of monthly shocks leaves."""
    left = (1.0 - np.asarray(reversion)) ** 2
    months = left[..., None] ** np.arange(MONTHS_PER_YEAR)
    return noise * np.sqrt(months.sum(axis=-1))


def long_run(reversion: float, noise: float) -> float:
    """Return the shock with the variance of the long-run distribution."""
    return float(noise / np.sqrt(1.0 - (1.0 - reversion) ** 2))


def yearly(p: Values) -> Coefficients:
    """Gather the yearly coefficients."""
    reversion, noise = p["families.stress_reversion"], p["families.stress_noise"]
    formation = by_age(p["individuals.formation_ages"], p["individuals.formation"])
    wobble = by_age(p["individuals.formation_noise_ages"], p["individuals.formation_noise"])
    memory = p["individuals.suspension_memory"]
    first_age, last_age = p["individuals.school_ages"]
    first_sanction = p["history.first_sanction"] * by_age(p["history.sanction_ages"], p["history.sanction_by_age"])
    return coefficients(
        stress_kept=kept(reversion),
        stress_noise=spread(reversion, noise),
        stress_start=long_run(reversion, noise),
        parenting_kept=kept(p["families.parenting_reversion"]),
        supervision_kept=kept(p["families.supervision_reversion"]),
        formation_kept=kept(formation),
        formation_noise=spread(formation, wobble),
        engagement_kept=kept(p["individuals.engagement_reversion"]),
        engagement_noise=spread(p["individuals.engagement_reversion"], p["individuals.engagement_noise"]),
        care_kept=kept(p["families.care_exit"]),
        care_entrants_left=np.sqrt(kept(p["families.care_exit"])),
        recent_share=np.mean(memory ** np.arange(MONTHS_PER_YEAR)),
        hazard=p["history.annual_hazard"],
        suspension=SCHOOL_MONTHS * p["history.annual_suspension"],
        lone_abuse=p["history.lone_abuse"],
        separation_lone=-np.log(1.0 - p["history.separation_lone"]),
        separation_couple=p["history.separation_couple"],
        custody=p["history.custody_hazard"],
        custody_propensity=p["history.custody_propensity"],
        first_sanction=first_sanction,
        sanction_recent_years=p["history.sanction_recent_years"],
        sanction_recent=p["history.sanction_recent"],
        sanction_propensity=p["history.sanction_propensity"],
        sanction_self_control=p["history.sanction_self_control"],
        sanction_aces=p["history.sanction_aces"],
        sanction_male=p["history.sanction_male"],
        sanction_deprivation=p["history.sanction_deprivation"],
        sanction_engagement=p["history.sanction_engagement"],
        sanction_supervision=p["history.sanction_supervision"],
        sanction_excluded=p["history.sanction_excluded"],
        sanction_custody=p["history.sanction_custody"],
        school_first=first_age,
        school_last=last_age,
    )
