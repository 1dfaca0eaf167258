"""The rules that turn what is known of a proposal into a recommendation in words. All of them are in this module.

Nothing here adds up to a score. A rule that rejects wins over one that asks, and one that asks over the ladder from
pilot to roll-out. No rule looks at the size of a claimed effect except to ask for its reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.screening.badges import HIGH, LOW, MODERATE
from experiments.screening.numbers import numbers

REJECT, ASK, WATCH = "reject", "ask", "watch"
REJECTED, ASK_FOR_MORE, PILOT, TRIAL, ROLL_OUT = "reject", "ask for more", "pilot", "trial", "roll out"
DECISIONS = (ROLL_OUT, TRIAL, PILOT, ASK_FOR_MORE, REJECTED)
SECURE = (HIGH, "very_high")
SOME_STUDIES = (LOW, MODERATE)
CLEAR_ERRORS = 2.0

RULES: tuple[str, ...] = (
    "1. Reject where the evidence leads one to expect harm or no effect, or where hardly anybody could be reached.",
    "2. Ask for more where something essential is missing, does not fit the place, or the claim is outside all trials.",
    "3. Ask for more where the costs are clearly larger than what is gained over the period.",
    "4. With a value of a trial: trial where knowing more is worth what it costs. Else reject where it does not pay; "
    "roll out where some studies are and the chance of harm is small; else ask for a trial that would tell more.",
    "5. Pilot where hardly anything is known; trial where some studies are; roll out where many sound studies are, the "
    "chance of harm is small, and it is estimated to pay. Where those two do not both hold, trial.",
)


@dataclass(frozen=True)
class Flag:
    """Hold one thing that a reader should know, and what follows from it."""

    code: str
    weight: str
    words: str


@dataclass(frozen=True)
class Reasons:
    """Hold all that the rules look at.

    Attributes
    ----------
    flags
        What was found wrong or open.
    security
        Badge of the evidence.
    chance_of_harm
        By the evidence.
    net_value_gbp, net_value_error_gbp
        Mean net present social value over runs and its standard error; the error is None with one run.
    """

    flags: Sequence[Flag]
    security: str
    chance_of_harm: float
    net_value_gbp: float
    net_value_error_gbp: float | None


@dataclass(frozen=True)
class ValueOfTrial:
    """Hold what a trial before the decision would be worth, less what it costs, GBP, and a sentence on it."""

    net_gain_gbp: float
    words: str


@dataclass(frozen=True)
class Recommendation:
    """Hold what the rules say: the decision, the reasons in words, and the rule."""

    decision: str
    because: tuple[str, ...]
    rule: str


def decide(reasons: Reasons, value_of_trial: ValueOfTrial | None = None) -> Recommendation:
    """Return the recommendation that follows from the rules.

    Parameters
    ----------
    value_of_trial : None where it was not worked out; the ladder then stands in for it.
    """
    for weight, decision, rule in ((REJECT, REJECTED, RULES[0]), (ASK, ASK_FOR_MORE, RULES[1])):
        found = tuple(flag.words for flag in reasons.flags if flag.weight == weight)
        if found:
            return Recommendation(decision, found, rule)
    if _clearly_loses(reasons):
        why = "It is estimated to cost more than it gains over the period, by more than chance would explain."
        return Recommendation(
            ASK_FOR_MORE, (why, "Ask for a cheaper form, or one aimed at those who gain most."), RULES[2]
        )
    if value_of_trial is not None:
        return _by_value(reasons, value_of_trial)
    return _by_ladder(reasons)


def _by_value(reasons: Reasons, value: ValueOfTrial) -> Recommendation:
    known = reasons.security in (*SOME_STUDIES, *SECURE)
    if value.net_gain_gbp > 0:
        return Recommendation(TRIAL if known else PILOT, (value.words,), RULES[3])
    if reasons.net_value_gbp <= 0:
        return Recommendation(REJECTED, (value.words,), RULES[3])
    if known and reasons.chance_of_harm <= numbers()["harm_for_roll_out"]:
        return Recommendation(ROLL_OUT, (value.words,), RULES[3])
    why = "Too little is known to roll it out, and the trial proposed would not tell enough to be worth its cost."
    return Recommendation(ASK_FOR_MORE, (why, value.words), RULES[3])


def _by_ladder(reasons: Reasons) -> Recommendation:
    security = reasons.security.replace("_", " ")
    if reasons.security in SOME_STUDIES:
        why = f"The security of the evidence is {security}: some studies, not enough to go without a comparison group."
        return Recommendation(TRIAL, (why,), RULES[4])
    if reasons.security not in SECURE:
        why = f"The security of the evidence is {security}: find out first whether it can be delivered at all."
        return Recommendation(PILOT, (why,), RULES[4])
    most = numbers()["harm_for_roll_out"]
    because = [f"The security of the evidence is {security}."]
    if reasons.chance_of_harm > most:
        because.append(
            f"The chance of harm is {reasons.chance_of_harm:.0%}, above the {most:.0%} accepted for a roll-out."
        )
        return Recommendation(TRIAL, tuple(because), RULES[4])
    because.append(f"The chance of harm is {reasons.chance_of_harm:.0%}, within the {most:.0%} accepted.")
    if reasons.net_value_gbp <= 0:
        because.append("It is not estimated to pay for itself over the period, though chance could explain that.")
        return Recommendation(TRIAL, tuple(because), RULES[4])
    because.append("What it gains is estimated to be more than what it costs.")
    return Recommendation(ROLL_OUT, tuple(because), RULES[4])


def _clearly_loses(reasons: Reasons) -> bool:
    error = reasons.net_value_error_gbp
    return error is not None and reasons.net_value_gbp + CLEAR_ERRORS * error < 0
