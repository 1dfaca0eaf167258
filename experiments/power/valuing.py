"""What a trial of the design studied is worth, from runs of the place with and without the programme."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.appraisals import appraise_runs
from experiments.decisions.information import CORRELATION
from experiments.decisions.trial_thresholds import thresholds_of
from experiments.decisions.trial_value import (
    ADOPT,
    OPTIONS,
    RULE,
    ProposedTrial,
    Stakes,
    TrialValue,
    Uncertain,
    value_of_trial,
)
from experiments.power.costing import FIXED_COSTS
from experiments.power.numbers import numbers
from experiments.power.result import PowerResult
from experiments.power.value_result import TrialValueResult
from experiments.progress import Mode
from experiments.runs import BASELINE, Plan, RunRecord
from experiments.wording import level, money, percent
from experiments.worlds import World
from sim.core.time import MONTHS_PER_YEAR
from sim.interventions.resolved import Programme, Scenario, resolve_programme
from sim.interventions.strengths import transport_deviate
from sim.parameters.draws import DRAWS

DECISION_DATE = "2026-04"
YEARS, BURN_IN_YEARS = 5, 5
NO_ERROR = 1e6
LEAST_CHANCE = 0.001
FACTORS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


@dataclass(frozen=True)
class Terms:
    """Hold what only those who decide can say; None for the usual.

    Attributes
    ----------
    residents
        Of all places that would follow the result; the place itself when None.
    decision_years
        Years for which the decision stands.
    reversal_gbp
        Lost in one place when a programme is adopted and stopped after the trial.
    """

    residents: float | None = None
    decision_years: float | None = None
    reversal_gbp: float | None = None


def error_of_effect(power: PowerResult, mean: float) -> float:
    """Return the standard error with which the trial tells the true effect, log rate ratio.

    The trial sees the effect diluted, through records and reports, and in part spilt over. It tells the true effect as
    well as the effect that it sees stands out from chance.
    """
    retained = power.spill.retained if power.spill else 1.0
    errors = abs(power.virtual.standard_errors * retained)
    if errors > 0.0 and mean != 0.0:
        return abs(mean) / errors
    if power.scale == "standard deviations":
        return NO_ERROR
    # Nothing is expected: what counts is how far trials scatter around no effect.
    return power.virtual.detectable / 2.8 if math.isfinite(power.virtual.detectable) else NO_ERROR


def uncertain_of(
    plan: Plan, records: Sequence[RunRecord], world: World, programme: Programme, mean: float, sd: float
) -> tuple[Uncertain, float]:
    """Return net values and true effects of the runs of one world, and the mean cost of a year of it."""
    found = appraise_runs(records, world.stem, world.prices, plan.parameters)
    draws = [record.number % DRAWS for record in records]
    deviates = [transport_deviate(programme.entry, n, float(plan.parameters.draw(n)[CORRELATION])) for n in draws]
    net = np.array([each.net_present_social_value for each in found])
    cost = float(np.mean([each.total_cost for each in found])) / plan.years
    return Uncertain(net, mean + sd * np.array(deviates), mean, sd), cost


def value_result(
    uncertain: Uncertain, yearly_cost: float, power: PowerResult, plan: Plan, terms: Terms
) -> TrialValueResult:
    """Return what the trial is worth to those who would follow its result."""
    number, population = numbers(), float(plan.place.population)
    months = power.recruiting_months + power.follow_up_months
    trial = ProposedTrial(
        error_of_effect(power, uncertain.mean), power.cost_gbp, months / MONTHS_PER_YEAR + number["reporting_years"]
    )
    reversal = number["reversal_share"] * yearly_cost if terms.reversal_gbp is None else terms.reversal_gbp
    stakes = Stakes(
        terms.residents or population,
        population,
        float(plan.years),
        terms.decision_years or number["decision_years"],
        float(plan.parameters["economics.discount_rate"]),
        reversal,
    )
    best = best_size(uncertain, trial, stakes, power)
    return published(value_of_trial(uncertain, trial, stakes), best)


def best_size(
    uncertain: Uncertain, trial: ProposedTrial, stakes: Stakes, power: PowerResult
) -> tuple[int, float] | None:
    """Return the units with which a trial gains most over deciding now, and what; None where no size gains anything.

    Error falls with the root of the number of units; what is spent on units and recruits grows with it.
    """
    fixed = sum(row.gbp for row in power.cost if row.what in FIXED_COSTS)
    found: dict[int, float] = {}
    for factor in FACTORS:
        cost = fixed + (trial.cost_gbp - fixed) * factor
        larger = ProposedTrial(trial.standard_error / math.sqrt(factor), cost, trial.years)
        found[round(power.clusters * factor)] = value_of_trial(uncertain, larger, stakes).net_gain
    units = max(found, key=lambda size: found[size])
    return (units, found[units]) if found[units] > 0 else None


def published(value: TrialValue, best: tuple[int, float] | None = None) -> TrialValueResult:
    """Put the value of a trial into its published form, with the sentences that explain it."""
    bounds, stakes, trial = thresholds_of(value), value.stakes, value.trial
    options = value.options
    forgone = max(options[ADOPT], 0.0) * (1.0 - stakes.left(trial.years))
    result = TrialValueResult(
        decision=value.decision,  # type: ignore[arg-type]
        rule=RULE,
        words=[],
        runs=int(value.uncertain.net_gbp.size),
        method=value.method,
        residents_affected=stakes.residents,
        decision_years=stakes.decision_years,
        years_until_result=trial.years,
        net_benefit_gbp=options[ADOPT],
        perfect_information_gbp=value.perfect,
        effect_known_gbp=value.effect_known,
        trial_result_gbp=value.sample,
        trial_cost_gbp=trial.cost_gbp,
        forgone_gbp=forgone,
        net_gain_gbp=value.net_gain,
        options_gbp=options,
        chance_of_change=value.chance_of_change,
        residents_for_trial=value.residents_for_trial,
        best_size=best[0] if best else None,
        best_size_gain_gbp=best[1] if best else None,
        effect_mean=value.uncertain.mean,
        effect_sd=value.uncertain.sd,
        trial_standard_error=trial.standard_error,
        adopt_from=bounds.adopt_from,
        scale_from=bounds.scale_from,
        stop_from=bounds.stop_from,
    )
    return result.model_copy(update={"words": words_of(result)})


def words_of(value: TrialValueResult) -> list[str]:
    """Return the decision and the numbers behind it in sentences."""
    listed = "; ".join(f"{name} {money(value.options_gbp[name])}" for name in OPTIONS)
    words = [
        f"Best: {value.decision} ({OPTIONS[value.decision]}). Expected net value over {value.decision_years:g} years "
        f"for {level(value.residents_affected)} residents: {listed}.",
        f"Knowing everything would be worth {money(value.perfect_information_gbp)}, the true effect "
        f"{money(value.effect_known_gbp)}, the result of this trial {money(value.trial_result_gbp)} were it had at "
        f"once. It comes after {value.years_until_result:g} years and costs {money(value.trial_cost_gbp)}; waiting for "
        f"it forgoes {money(value.forgone_gbp)}.",
        f"The result would turn today's choice round with a probability of {_chance(value.chance_of_change)}.",
    ]
    if value.net_gain_gbp > 0:
        words.append(f"A trial gains {money(value.net_gain_gbp)} over deciding now.")
    elif value.residents_for_trial is None or value.residents_for_trial > numbers()["most_residents"]:
        words.append("No trial of this kind pays, however many follow its result.")
    else:
        enough = level(value.residents_for_trial)
        words.append(f"The trial pays from {enough} residents on whose services follow its result.")
    if value.best_size is not None:
        gain = money(value.best_size_gain_gbp)
        words.append(f"Of sizes from half to 64 times this one, {value.best_size:,} units gain most: {gain}.")
    return words


def _chance(share: float) -> str:
    return percent(share, False) if share >= LEAST_CHANCE else f"less than {percent(LEAST_CHANCE, False)}"


def live_alone(
    entry: Any, place: Any, registry: Any, runs: int, seed: int, workers: int, progress: Mode = "none"
) -> tuple[Plan, list[RunRecord], World, Programme]:
    """Live a catalogue entry in routine delivery beside the baseline, and return all that its value rests on."""
    from experiments.comparison import run_plan
    from sim.interventions.catalogue import bundled_scenarios
    from sim.interventions.checking import check_scenario

    programme = resolve_programme(entry)
    path = bundled_scenarios()[BASELINE]
    baseline = check_scenario(path).require()
    scenario = Scenario(entry.id, entry.name, DECISION_DATE, YEARS, (programme,))
    world = World(entry.id, Path(f"{entry.id}.yaml"), scenario)
    worlds = {BASELINE: baseline, entry.id: scenario}
    plan = Plan(place, registry, worlds, DECISION_DATE, YEARS, BURN_IN_YEARS, seed)
    return plan, run_plan(plan, range(runs), workers, progress), world, programme
