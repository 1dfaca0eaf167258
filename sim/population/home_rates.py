"""Coefficients of the home: stress, parenting, supervision, home states, childhood adversity and care.

The same equations act month by month in the room of families and year by year in the pre-history.
"""

from __future__ import annotations

import numpy as np

from sim.population.coefficients import Coefficients, Values, by_age, coefficients

ADULT_YEARS = 18
DRAWN_ACES = ("physical_abuse", "verbal_abuse", "sexual_abuse", "physical_neglect", "emotional_neglect")
SEXUAL_ABUSE_LANE = DRAWN_ACES.index("sexual_abuse")
PHYSICAL_ABUSE_LANE = DRAWN_ACES.index("physical_abuse")


def home_rates(p: Values) -> Coefficients:
    """Gather the monthly coefficients of homes."""
    one_parent = np.sqrt(1.0 + p["history.propensity_deprivation"] ** 2)
    two_parents = one_parent * np.sqrt((1.0 + p["history.partner_correlation"]) / 2.0)
    return coefficients(
        stress_reversion=p["families.stress_reversion"],
        stress_noise=p["families.stress_noise"],
        stress_deprivation=p["families.stress_deprivation"],
        stress_lone_parent=p["families.stress_lone_parent"],
        lone_parent_mean=p["families.lone_parent_mean"],
        stress_workless=p["families.stress_workless"],
        workless_mean=p["families.workless_mean"],
        stress_propensity=p["families.stress_propensity"],
        stress_domestic_abuse=p["families.stress_domestic_abuse"],
        stress_substance_use=p["families.stress_substance_use"],
        stress_mental_illness=p["families.stress_mental_illness"],
        stress_violence=p["families.stress_violence"],
        stress_trait_sd=p["families.stress_trait_sd"],
        parenting_reversion=p["families.parenting_reversion"],
        parenting_stress=p["families.parenting_stress"],
        parenting_trait_sd=p["families.parenting_trait_sd"],
        supervision_reversion=p["families.supervision_reversion"],
        supervision_stress=p["families.supervision_stress"],
        supervision_lone_parent=p["families.supervision_lone_parent"],
        supervision_age=p["families.supervision_age"],
        supervision_from_age=p["families.supervision_from_age"],
        adversity_stress=p["families.adversity_stress"],
        adversity_parenting=p["families.adversity_parenting"],
        adversity_propensity=p["families.adversity_propensity"],
        adversity_slope=p["families.adversity_slope"],
        domestic_abuse_onset=p["families.domestic_abuse_onset"],
        domestic_abuse_end=p["families.domestic_abuse_end"],
        domestic_abuse_end_apart=p["families.domestic_abuse_end_apart"],
        substance_use_onset=p["families.substance_use_onset"],
        substance_use_end=p["families.substance_use_end"],
        mental_illness_onset=p["families.mental_illness_onset"],
        mental_illness_end=p["families.mental_illness_end"],
        onset_ceiling=p["families.onset_ceiling"],
        one_parent_sd=one_parent,
        two_parents_sd=two_parents,
    )


def child_rates(p: Values) -> Coefficients:
    """Gather the monthly hazards of children at home."""
    ceilings = np.asarray(p["families.ace_ceilings"])
    young = by_age(p["families.abuse_ages"], p["families.abuse_by_age"])
    sexual = by_age(p["families.sexual_abuse_ages"], p["families.sexual_abuse_by_age"])
    steady = np.ones_like(young)
    # Entry is given at the harm and recognition usual among children who enter, so that it hardly moves with either.
    usual = p["families.care_aces"] * p["services.serious_harm_aces"] + p["families.care_recognised"]
    entry = p["families.care_entry"] * np.exp(-usual)
    # In yearly steps the chance of being known stands for the knowledge of a month.
    recognised = np.exp(p["families.care_recognised"])
    expected = 1.0 + p["services.seen_by_social_care"] * (recognised - 1.0)
    hazard = np.stack([young, young, sexual, steady, steady], axis=1) * np.asarray(p["families.ace_hazards"])
    return coefficients(
        ace_hazard=hazard,
        ace_lane_start=np.r_[0.0, np.cumsum(ceilings)[:-1]],
        ace_ceiling=ceilings,
        mild_share=p["families.mild_share"],
        abuse_again=p["families.abuse_again"],
        ace_in_care=p["families.ace_in_care"],
        care_entry=entry * by_age(p["families.care_entry_ages"], p["families.care_entry_by_age"]),
        care_entry_ceiling=p["families.care_entry_ceiling"],
        care_aces=p["families.care_aces"],
        care_deprivation=p["families.care_deprivation"],
        care_stress=p["families.care_stress"],
        care_recognised=p["families.care_recognised"],
        care_recognised_expected=np.log(expected),
        care_serious_aces=p["services.serious_harm_aces"],
        care_exit=p["families.care_exit"],
        most_aces=p["families.most_aces"],
    )
