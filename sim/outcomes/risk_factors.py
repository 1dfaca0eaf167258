"""Risk and protective factors by ecological level, and how each is held at its best level.

States that a person or home has or has not are taken away (or given, where they protect). Scales have mean 0 and
standard deviation 1 in England: nobody is left worse than England's best tenth begins.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.outcomes.holds import (
    AtLeast,
    AtMost,
    Changed,
    Cleared,
    Fixed,
    FriendsWeight,
    Held,
    Pushed,
    Shocked,
    Step,
)
from sim.population.columns import (
    DOMESTIC_ABUSE,
    EMPLOYED,
    MENTAL_ILLNESS,
    NEET,
    NEVER,
    SUBSTANCE_USE,
)

INDIVIDUAL, RELATIONSHIP, COMMUNITY, SOCIETY = LEVELS = ("individual", "relationship", "community", "society")
BEST_TENTH = 1.2816
"""Where the best tenth of a standard normal scale begins."""
NEVER_CARRY = -40.0
PEOPLE, FAMILIES, COMMUNITIES = "people", "families", "communities"


@dataclass(frozen=True)
class RiskFactor:
    """Declare a factor and its counterfactual.

    Attributes
    ----------
    name, label
        Key in results, and words for tables and charts.
    level
        One of ``LEVELS``.
    held
        What the counterfactual is, in words.
    steps
        How it is brought about.
    covers
        Names in :data:`sim.violence.factors.FACTORS` that it moves directly.
    """

    name: str
    label: str
    level: str
    held: str
    steps: tuple[Step, ...]
    covers: tuple[str, ...] = ()

    def hold(self) -> Held:
        """Return a hold for one world."""
        return Held(self.steps)


def _best(
    name: str, label: str, level: str, members: str, sign: int, covers: tuple[str, ...] = (), column: str = ""
) -> RiskFactor:
    """Declare a factor on a standard scale: harmful when high (sign 1) or protective (sign -1)."""
    column = column or name
    step: Step = AtMost(members, column, -BEST_TENTH) if sign > 0 else AtLeast(members, column, BEST_TENTH)
    return RiskFactor(name, label, level, "as in the best tenth of England", (step,), covers)


NOTHING = RiskFactor("nothing", "Nothing", INDIVIDUAL, "everything as it is", ())

RISK_FACTORS: tuple[RiskFactor, ...] = (
    _best("propensity", "Lasting propensity", INDIVIDUAL, PEOPLE, 1, ("propensity",)),
    _best(
        "transitory_risk", "Passing risk, unexplained", INDIVIDUAL, PEOPLE, 1, ("transitory",)
    ),
    _best("self_control", "Self-control", INDIVIDUAL, PEOPLE, -1, ("self_control",)),
    RiskFactor("trauma", "Trauma", INDIVIDUAL, "none", (Fixed(PEOPLE, "trauma", 0.0),), ("trauma",)),
    _best("acceptance", "Acceptance of violence", INDIVIDUAL, PEOPLE, 1, ("acceptance",), "acceptance_of_violence"),
    RiskFactor(
        "alcohol", "Heavier drinking", INDIVIDUAL, "none", (Fixed(PEOPLE, "alcohol", 0),),
        ("alcohol", "alcohol_with_four_aces"),
    ),
    RiskFactor("drugs", "Frequent drug use", INDIVIDUAL, "none", (Fixed(PEOPLE, "drugs", 0),), ("drugs",)),
    RiskFactor(
        "weapon", "Carrying weapons", INDIVIDUAL, "nobody carries one",
        (Fixed(PEOPLE, "weapon", 0), Pushed("weapon_carrying", NEVER_CARRY)), ("weapon",),
    ),
    _best("school_engagement", "Engagement with school", INDIVIDUAL, PEOPLE, -1, ("school_engagement",)),
    RiskFactor(
        "exclusion", "Exclusion from school", INDIVIDUAL, "none", (Fixed(PEOPLE, "exclusion", NEVER),), ("exclusion",)
    ),
    RiskFactor(
        "neet", "Not in work or learning", INDIVIDUAL, "everybody so is in work",
        (Changed(PEOPLE, "work", NEET, EMPLOYED),), ("neet", "employment"),
    ),
    RiskFactor(
        "adversity", "Adverse childhoods", RELATIONSHIP, "no adverse experiences",
        (Fixed(PEOPLE, "aces", 0), Fixed(PEOPLE, "ace_count", 0)),
        ("ace_one", "ace_two_or_three", "ace_four_or_more"),
    ),
    RiskFactor(
        "domestic_abuse", "Domestic abuse in the home", RELATIONSHIP, "none",
        (Cleared(FAMILIES, "states", DOMESTIC_ABUSE),),
    ),
    RiskFactor(
        "parents_substance_use", "Parents' substance use", RELATIONSHIP, "none",
        (Cleared(FAMILIES, "states", SUBSTANCE_USE),),
    ),
    RiskFactor(
        "parents_mental_illness", "Parents' mental illness", RELATIONSHIP, "none",
        (Cleared(FAMILIES, "states", MENTAL_ILLNESS),),
    ),
    _best("parental_stress", "Parental stress", RELATIONSHIP, FAMILIES, 1, (), "stress"),
    _best("parenting", "Parenting", RELATIONSHIP, FAMILIES, -1),
    _best("supervision", "Parental supervision", RELATIONSHIP, FAMILIES, -1, ("supervision",)),
    RiskFactor(
        "trusted_adult", "No trusted adult", RELATIONSHIP, "everybody has one",
        (Fixed(PEOPLE, "trusted_adult", 1),), ("trusted_adult",),
    ),
    RiskFactor("gang", "Gangs and exploitation", RELATIONSHIP, "none", (Fixed(PEOPLE, "gang", 0),), ("gang",)),
    RiskFactor(
        "friends_influence", "Friends' influence on norms", RELATIONSHIP, "friends draw nobody to their norms",
        (FriendsWeight(0.0),),
    ),
    RiskFactor(
        "retaliation", "Retaliation", RELATIONSHIP, "none, by victims or their friends",
        (Fixed(PEOPLE, "retaliation", 0.0),),
    ),
    RiskFactor(
        "series", "Series against one victim", RELATIONSHIP, "none", (Fixed(PEOPLE, "series", 0.0),)
    ),
    _best("deprivation", "Income deprivation", COMMUNITY, COMMUNITIES, 1),
    _best("local_difference", "Other local differences", COMMUNITY, COMMUNITIES, 1, (), "residual"),
    _best("collective_efficacy", "Collective efficacy", COMMUNITY, COMMUNITIES, -1),
    _best("fear", "Fear of violence", COMMUNITY, COMMUNITIES, 1),
    RiskFactor(
        "night_time_economy", "Night-time economy", COMMUNITY, "public violence drawn to no community more than others",
        (Fixed(COMMUNITIES, "night_time_economy", 1.0),),
    ),
    RiskFactor(
        "labelling", "Labelling by sanctions", SOCIETY, "no sanction leaves a mark",
        (Fixed(PEOPLE, "months_since_sanction", NEVER),),
    ),
    RiskFactor(
        "drug_market", "Drug markets", SOCIETY, "pressure as in the best tenth of times",
        (Shocked("drug_market", -BEST_TENTH),),
    ),
    RiskFactor(
        "labour_market", "Labour market", SOCIETY, "jobs as in the best tenth of times",
        (Shocked("labour_market", BEST_TENTH),),
    ),
    RiskFactor(
        "alcohol_affordability", "Cheap alcohol", SOCIETY, "as dear as in the best tenth of times",
        (Shocked("alcohol_affordability", -BEST_TENTH),),
    ),
    RiskFactor(
        "message_climate", "National messages", SOCIETY, "as supportive as in the best tenth of times",
        (Shocked("message_climate", BEST_TENTH),),
    ),
)  # fmt: skip
