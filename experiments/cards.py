"""Write the card of an intervention in plain English: what it is, how sure that is, what it costs, what it moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import expm1

from experiments.catalogue_facts import cost_facts, reach_facts
from sim.core.levers import LEVERS
from sim.core.levers import Lever as DeclaredLever
from sim.interventions.catalogue import Catalogue
from sim.interventions.evidence_schema import Effect, Evidence, LeverPush
from sim.interventions.fields import written
from sim.interventions.meaning import WARNINGS
from sim.interventions.reach_schema import Badges
from sim.interventions.schema import CatalogueEntry
from sim.interventions.strengths import bounded
from sim.interventions.trial_words import RANDOMISED, TRIAL_MEASURES
from sim.interventions.vocabulary import (
    COST_BADGES,
    DELIVERERS,
    IMPACT_BADGES,
    LEVELS,
    LIFE_COURSE,
    SECURITY_BADGES,
    SECURITY_RATERS,
    STRANDS,
    TIERS,
)
from sim.parameters import load_sources

Facts = list[tuple[str, str]]
ESTIMANDS = {
    "intention_to_treat": "everybody given to the programme, whether or not they came",
    "treated": "those who started",
    "place": "places with the programme against places without",
}
SHIFTS = ("shift of the mean of ", "shift of the level ", "shift of ")
CHANCES = (
    "log hazard of ",
    "log hazard that ",
    "log odds that ",
    "log odds of ",
    "log rate at which ",
    "log weight of ",
    "log of ",
)
SMALLEST_PERCENT = 0.05
NOT_MATCHED = (
    "not matched to a trial yet: the sizes above are first guesses whose proportions count, and results that rest on "
    "them say so (W01)"
)


def intervention_card(identifier: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the name of an intervention and what there is to know, as pairs of label and plain English."""
    entry = Catalogue().entry(identifier)
    facts: Facts = [
        ("what it is", entry.about),
        ("strand", f"{plain(entry.strand)}: {STRANDS[entry.strand]}"),
        ("level", f"{entry.level}: {LEVELS[entry.level]}"),
        ("tier", f"{entry.tier}: {TIERS[entry.tier]}"),
        ("life course", f"{plain(entry.life_course)}: {LIFE_COURSE[entry.life_course]}"),
        *reach_facts(entry),
        ("who runs it", DELIVERERS[entry.delivered_by]),
        *_ways(entry),
        *([] if entry.parts else badge_facts(entry.badges)),
        *_evidence_facts(entry.evidence),
        *cost_facts(entry.cost),
        *(("possible harm", harm) for harm in entry.harms),
        ("fairness", entry.equity),
        *_model_facts(entry),
        *_source_facts(entry.evidence),
    ]
    return entry.name, tuple(facts)


def badge_facts(badges: Badges) -> Facts:
    """Return the three badges, each with what it means and who gave it."""
    impact = ("badge: impact", f"{plain(badges.impact)}: {IMPACT_BADGES[badges.impact]}, as expected in England")
    if badges.security is None:
        security = ("badge: security", "not rated")
    else:
        meaning = f"{plain(badges.security)}: {SECURITY_BADGES[badges.security]}"
        security = ("badge: security", f"{meaning}; {SECURITY_RATERS[badges.security_by]}")
    cost = "not rated" if badges.cost is None else f"{badges.cost}: {COST_BADGES[badges.cost]}"
    return [impact, security, ("badge: cost", cost)]


def published_words(trial: Effect) -> str:
    """Write a published effect with its interval; what is not in our source is said to be missing."""
    if trial.effect_log_rr is not None:
        return change_words(trial.effect_log_rr)
    central, low, high = trial.effect_sd or [None, None, None]
    if central is None:
        return "no figure in our source"
    spread = f" ({low:+g} to {high:+g})" if low is not None and high is not None else ", interval not in our source"
    return f"{central:+g} standard deviations{spread}"


def change_words(log_rr: Sequence[float | None]) -> str:
    """Write a log rate ratio with its range as proportional changes: ``12% less (21% less to 3% more)``."""
    central, low, high = log_rr
    if central is None:
        return "no figure in our source"
    if low is None or high is None:
        return f"{_change(central)}, interval not in our source"
    return f"{_change(central)} ({_change(low)} to {_change(high)})"


def lever_words(name: str, push: LeverPush, scale: float = 1.0) -> str:
    """Say what a push does to a lever, when, and how it fades.

    Examples
    --------
    >>> lever_words("weapon_carrying", LeverPush(shape="fades", half_life_months=12, push=-0.3, because="for example"))
    'carrying a weapon: odds 26% lower; in full during the programme, half of it gone 12 months after the end'
    """
    return f"{_amount(LEVERS[name], bounded(name, push.size * scale))}; {_course(push)}"


def plain(word: str) -> str:
    return word.replace("_", " ")


def _ways(entry: CatalogueEntry) -> Iterator[tuple[str, str]]:
    """Yield how an intervention is thought to work: each lever with the reason for its part in the effect."""
    for name, push in entry.levers.items():
        yield "thought to work by", f"{plain(name)}: {push.reason}"


def _evidence_facts(evidence: Evidence | None) -> Facts:
    if evidence is None:
        return []
    trial, transport = evidence.trial, evidence.transport
    months = f"months {trial.follow_up_from_months} to" if trial.follow_up_from_months else "over"
    published = f"{trial.outcome}: {published_words(trial)}, {months} {trial.follow_up_months} months"
    facts: Facts = [
        ("published effect", f"{published}, among {trial.population}"),
        ("compares", f"{ESTIMANDS[trial.estimand]}; {RANDOMISED[trial.randomised]} in an arm or not"),
    ]
    if trial.note:
        facts.append(("besides", trial.note))
    measure, first, last = evidence.transported_outcome
    window = f"{first} to {last} months after the start" if first else f"in the first {last} months"
    expected = f"{change_words(transport.log_rr)} {window}, counted as {TRIAL_MEASURES[measure][1]}"
    facts += [("expected in England", expected), ("why it differs", transport.why)]
    if trial.mapping:
        facts.append(("how outcomes map", trial.mapping))
    if evidence.unverified:
        facts.append(("not verified", evidence.unverified))
    return facts


def _model_facts(entry: CatalogueEntry) -> Facts:
    matched = entry.matched
    scale = 1.0 if matched is None else matched.by_name["central"].scale
    facts: Facts = [("in the model", lever_words(name, push, scale)) for name, push in entry.levers.items()]
    if matched is not None:
        solved = matched.by_name["central"]
        words = f"matched to a trial: pushes times {solved.scale:.2f} (Monte Carlo error {solved.scale_se:.2f})"
        facts.append(("strength", "; ".join((words, *matched.bounds))))
    elif any(push.is_provisional for push in entry.levers.values()):
        facts.append(("strength", WARNINGS["W01"]))
    elif entry.levers:
        facts.append(("strength", NOT_MATCHED))
    return facts


def _source_facts(evidence: Evidence | None) -> Facts:
    sources = load_sources()
    facts: Facts = []
    for identifier in evidence.sources if evidence else ():
        source = sources.get(identifier)
        cited = f"{identifier}: {source.citation}. {source.url}".strip() if source else written(identifier)
        facts.append(("source", cited))
    return facts


def _amount(lever: DeclaredLever, push: float) -> str:
    """Say the size of a push in the lever's own unit."""
    what = lever.meaning.partition(" (")[0].partition(", on top")[0].removesuffix(", likewise")
    direction = "lower" if push < 0 else "higher"
    if lever.unit == "sd":
        what = next((what.removeprefix(text) for text in SHIFTS if what.startswith(text)), what)
        return f"{what.removesuffix(' moves to')}: {abs(push):.2g} standard deviations {direction}"
    if lever.unit == "share":
        return f"{what.partition(',')[0]}: {push:.0%} of the time"
    what = next((what.removeprefix(text) for text in CHANCES if what.startswith(text)), what)
    odds = "odds " if lever.unit == "log odds" else ""
    return f"{what}: {odds}{abs(expm1(push)):.0%} {direction}"


def _course(push: LeverPush) -> str:
    """Say when a push begins and how it fades."""
    half = f"half of it gone {push.half_life_months:g} months after the end" if push.half_life_months else ""
    course = {
        "while_enrolled": "during the programme only",
        "fades": f"in full during the programme, {half}",
        "builds": f"growing to full size at the end, {half}",
    }[push.shape]
    return f"from month {push.lag_months}, {course}" if push.lag_months else course


def _change(log_rr: float) -> str:
    percent = 100 * expm1(log_rr)
    if abs(percent) < SMALLEST_PERCENT:
        return "no change"
    digits = 0 if abs(percent) >= 1 else 1
    return f"{abs(percent):.{digits}f}% {'less' if percent < 0 else 'more'}"
