"""Coefficients of individual development: self-control, school, attainment and habits.

The same equations act month by month in the room of individuals and year by year in the pre-history.
"""

from __future__ import annotations

from sim.population.coefficients import Coefficients, Values, by_age, coefficients


def growth_rates(p: Values) -> Coefficients:
    """Gather the monthly coefficients of development."""
    hazard = p["individuals.suspension_hazard"] * by_age(
        p["individuals.suspension_ages"], p["individuals.suspension_by_age"]
    )
    return coefficients(
        formation=by_age(p["individuals.formation_ages"], p["individuals.formation"]),
        formation_noise=by_age(p["individuals.formation_noise_ages"], p["individuals.formation_noise"]),
        self_control_propensity=p["individuals.self_control_propensity"],
        self_control_parenting=p["individuals.self_control_parenting"],
        self_control_aces=p["individuals.self_control_aces"],
        self_control_ability=p["individuals.self_control_ability"],
        self_control_male=p["individuals.self_control_male"],
        engagement_reversion=p["individuals.engagement_reversion"],
        engagement_noise=p["individuals.engagement_noise"],
        engagement_self_control=p["individuals.engagement_self_control"],
        engagement_ability=p["individuals.engagement_ability"],
        engagement_parenting=p["individuals.engagement_parenting"],
        engagement_deprivation=p["individuals.engagement_deprivation"],
        engagement_aces=p["individuals.engagement_aces"],
        engagement_suspensions=p["individuals.engagement_suspensions"],
        suspension_hazard=hazard,
        suspension_self_control=p["individuals.suspension_self_control"],
        suspension_propensity=p["individuals.suspension_propensity"],
        suspension_aces=p["individuals.suspension_aces"],
        suspension_deprivation=p["individuals.suspension_deprivation"],
        suspension_male=p["individuals.suspension_male"],
        suspension_engagement=p["individuals.suspension_engagement"],
        suspension_recent=p["individuals.suspension_recent"],
        suspension_recent_threshold=p["individuals.suspension_recent_threshold"],
        suspension_previous=p["individuals.suspension_previous"],
        suspension_most_previous=p["individuals.suspension_most_previous"],
        suspension_ceiling=p["individuals.suspension_ceiling"],
        suspension_memory=p["individuals.suspension_memory"],
        exclusion_probability=p["individuals.exclusion_probability"],
        exclusion_previous=p["individuals.exclusion_previous"],
        exclusion_most_previous=p["individuals.exclusion_most_previous"],
        suspension_violence=p["individuals.suspension_violence"],
        warmth_in_care=p["individuals.warmth_in_care"],
        trauma_home=p["individuals.trauma_home"],
        trauma_witness=p["individuals.trauma_witness"],
        most_aces=p["families.most_aces"],
    )


def attainment_rates(p: Values) -> Coefficients:
    """Gather the coefficients of attainment at 16."""
    return coefficients(
        attainment_ability=p["individuals.attainment_ability"],
        attainment_engagement=p["individuals.attainment_engagement"],
        attainment_self_control=p["individuals.attainment_self_control"],
        attainment_deprivation=p["individuals.attainment_deprivation"],
        attainment_aces=p["individuals.attainment_aces"],
        attainment_excluded=p["individuals.attainment_excluded"],
        attainment_noise=p["individuals.attainment_noise"],
        attainment_absence=p["individuals.attainment_absence"],
        absence_mean=p["individuals.absence_mean"],
        absence_level=p["individuals.absence_level"],
        absence_engagement=p["individuals.absence_engagement"],
        absence_suspensions=p["individuals.absence_suspensions"],
        low_attainment_below=p["individuals.low_attainment_below"],
        high_attainment_above=p["individuals.high_attainment_above"],
        most_aces=p["families.most_aces"],
    )


def drinking_rates(p: Values) -> Coefficients:
    """Gather the hazards of heavier drinking."""
    return coefficients(
        start=p["individuals.drinking_start"]
        * by_age(p["individuals.habit_ages"], p["individuals.drinking_start_by_age"]),
        stop=by_age(p["individuals.habit_ages"], p["individuals.drinking_stop_by_age"]),
        self_control=p["individuals.drinking_self_control"],
        aces=p["individuals.drinking_aces"],
        male=p["individuals.drinking_male"],
        deprivation=p["individuals.drinking_deprivation"],
        most_aces=p["families.most_aces"],
    )


def drugs_rates(p: Values) -> Coefficients:
    """Gather the hazards of frequent drug use."""
    return coefficients(
        start=p["individuals.drugs_start"] * by_age(p["individuals.habit_ages"], p["individuals.drugs_start_by_age"]),
        stop=by_age(p["individuals.habit_ages"], p["individuals.drugs_stop_by_age"]),
        self_control=p["individuals.drugs_self_control"],
        aces=p["individuals.drugs_aces"],
        male=p["individuals.drugs_male"],
        deprivation=p["individuals.drugs_deprivation"],
        most_aces=p["families.most_aces"],
    )
