"""Put together what is known of one proposal once every run of it is lived."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from experiments import results
from experiments.appraisals import appraise_runs
from experiments.intervals import interval
from experiments.runs import BASELINE, Plan, RunRecord
from experiments.scenario_results import scenario_result
from experiments.screening.badges import rate
from experiments.screening.completeness import asked
from experiments.screening.deciding import Reasons, ValueOfTrial, decide
from experiments.screening.delivery import Delivered
from experiments.screening.evidence import Judged, judge, one_in, surprise_words
from experiments.screening.flags import Found, flags_of
from experiments.screening.result import (
    Badges,
    ClaimResult,
    Completeness,
    Equity,
    FlagResult,
    Harm,
    Money,
    ProposalResult,
    Reach,
    RecommendationResult,
)
from experiments.summaries import Stack
from experiments.wording import clear
from sim.economics.profile import Profile

Array = npt.NDArray[np.float64]

SHOWN = ("incidents", "incidents_with_injury", "ed_attendances")
INJURY = "incidents_with_injury"


def assess(
    delivered: Delivered,
    plan: Plan,
    records: Sequence[RunRecord],
    profile: Profile,
    value_of_trial: ValueOfTrial | None = None,
) -> ProposalResult:
    """Return the result of one proposal from the runs of its place."""
    proposal, loaded, place = delivered.proposal, delivered.loaded, plan.place
    appraisals = appraise_runs(records, delivered.stem, delivered.world.prices, plan.parameters)
    scenario = scenario_result(plan, delivered.world, records, appraisals, profile)
    judged = judge(proposal.claimed_effect, delivered.prior)
    reach = _reach(delivered, records)
    rated = rate(delivered, int(place.population))
    found = Found(
        delivered,
        judged,
        rated,
        place.name,
        reach.eligible.mean or 0.0,
        reach.known.mean or 0.0,
        reach.starts.mean or 0.0,
    )
    flags = flags_of(found)
    net = scenario.economics.net_present_social_value
    harm = _harm(delivered, records)
    reasons = Reasons(flags, rated.security, harm.by_evidence, net.mean or 0.0, net.monte_carlo_se)
    advice = decide(reasons, value_of_trial)
    questions = asked(loaded.of_places)
    return ProposalResult(
        id=proposal.id,
        organisation=proposal.organisation,
        title=delivered.scenario.title,
        programme=loaded.entry.id,
        programme_name=loaded.entry.name,
        own_entry=loaded.own,
        borrowed_from=[each.id for each in delivered.reference.entries] if delivered.reference else [],
        place=results.PlaceSummary(
            name=place.name, kind=place.kind, population=int(place.population), communities=int(place.n)
        ),
        file=loaded.file.name,
        completeness=Completeness(
            answered=len(questions) - sum(each.words in loaded.missing for each in questions),
            asked=len(questions),
            missing=list(loaded.missing),
        ),
        claim=_claim(delivered, judged),
        reach=reach,
        effect={name: scenario.outcomes[name] for name in SHOWN},
        money=_money(delivered, scenario, reach),
        equity=_equity(scenario),
        harm=harm,
        badges=Badges(impact=rated.impact, security=rated.security, security_by=rated.security_by, cost=rated.cost),
        flags=[FlagResult.model_validate(vars(flag)) for flag in flags],
        recommendation=RecommendationResult(
            decision=advice.decision,
            because=list(advice.because),
            rule=advice.rule,  # type: ignore[arg-type]
        ),
        warnings=scenario.warnings,
    )


def _claim(delivered: Delivered, judged: Judged) -> ClaimResult:
    claim, prior = delivered.proposal.claimed_effect, delivered.prior
    return ClaimResult(
        claimed=judged.log_rr,
        outcome=claim.outcome,
        basis=claim.basis,
        standard_error=judged.error,
        prior_mean=prior.mean,
        prior_sd=prior.sd,
        prior_basis=prior.basis,
        weight=judged.weight,
        posterior_mean=judged.mean,
        posterior_sd=judged.sd,
        surprise_sd=judged.surprise_sd,
        surprise=surprise_words(judged.surprise_sd),
        chance_as_large=judged.chance_as_large,
        verdict=judged.verdict,
        words=judged.words,
    )


def _reach(delivered: Delivered, records: Sequence[RunRecord]) -> Reach:
    """Return whom a proposal reaches: means over its years of delivery, and sums over all of them."""
    years = max(math.ceil(delivered.years_of_delivery), 1)
    used = [record.worlds[delivered.stem].programmes[delivered.programme.id] for record in records]

    def each_year(name: str) -> results.Interval:
        values = np.array([float(np.mean(np.asarray(run[name])[:years])) for run in used])
        return results.Interval(**interval(values, True).plain())

    def altogether(name: str) -> results.Interval:
        return results.Interval(**interval(np.array([float(np.sum(run[name])) for run in used]), True).plain())

    planned, starts = delivered.planned_people, altogether("participants")
    share = (starts.mean or 0.0) / planned if planned and not delivered.loaded.of_places else None
    return Reach(
        planned=planned,
        eligible=each_year("eligible"),
        known=each_year("known"),
        starts=starts,
        completed=altogether("completed"),
        share_of_plan=share,
    )


def _money(delivered: Delivered, scenario: results.Scenario, reach: Reach) -> Money:
    price, found = delivered.proposal.cost, scenario.economics
    known = delivered.loaded.entry.cost
    amount = known.per_participant if known is not None else None
    starts = reach.starts.mean or 0.0
    cost = found.programme_cost
    return Money(
        stated=price.is_stated,
        per_participant_stated=price.recurrent_per_child,
        catalogue_low=amount.low if amount is not None and not delivered.loaded.own else None,
        catalogue_high=amount.high if amount is not None and not delivered.loaded.own else None,
        programme_cost=results.Interval(mean=cost.mean, low=cost.low, high=cost.high),
        per_start=(cost.mean or 0.0) / starts if starts > 0 else None,
        per_incident_averted=found.cost_per_unit["incident_averted"],
        per_injury_averted=found.cost_per_unit["incident_with_injury_averted"],
        net_present_social_value=found.net_present_social_value,
        benefit_cost_ratio=found.benefit_cost_ratio,
        chance_benefit_exceeds_cost=found.chance_benefit_exceeds_cost,
    )


def _equity(scenario: results.Scenario) -> Equity:
    gap = scenario.inequality[INJURY].absolute_gap.difference
    by_fifth = {each.label: each.outcomes[INJURY].relative.mean for each in scenario.by_quintile.values()}
    if gap.mean is None:
        words = "The place has too few kinds of neighbourhood to compare rich and poor."
    elif clear(gap):
        words = f"The gap between the poorest and the richest fifth {'narrows' if gap.mean < 0 else 'widens'}."
    else:
        words = "No clear change of the gap between the poorest and the richest fifth."
    return Equity(gap_change=gap, relative_by_fifth=by_fifth, words=words)


def _harm(delivered: Delivered, records: Sequence[RunRecord]) -> Harm:
    """Return the chance of harm: by the evidence on those who take part, and by the runs in the whole place."""
    change: Array = Stack(records, delivered.stem).total(INJURY) - Stack(records, BASELINE).total(INJURY)
    by_evidence, worse = delivered.prior.chance_of_harm, int(np.sum(change > 0))
    words = (
        f"By the evidence, more violence among those who take part is {_likely(by_evidence)}; in the model violence "
        f"with injury rises in {worse} of {change.size} runs, luck included."
    )
    return Harm(by_evidence=by_evidence, by_model=worse / change.size, words=words)


def _likely(probability: float) -> str:
    return one_in(probability) if probability < 0.5 else f"as likely as not or likelier ({probability:.0%})"
