"""Make the published result of a study of power: virtual trials, formulas, spill-over, curve, cost and words."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np

from experiments.intervals import interval
from experiments.power import formula
from experiments.power.advising import advice_on, differences_between
from experiments.power.by_formula import Emerged, emerged_of, fixed_of, formula_rows, rates_of
from experiments.power.correlation import Correlation
from experiments.power.costing import cost_of, flow_of
from experiments.power.formula import Sizes
from experiments.power.numbers import numbers
from experiments.power.question import WEDGE
from experiments.power.result import (
    CurvePoint,
    IccResult,
    PowerResult,
    SpillResult,
    VirtualResult,
)
from experiments.power.study import Lived
from experiments.power.virtual import many_trials
from experiments.results import Interval, PlaceSummary
from experiments.trial_measures import MEASURES, STATE
from sim.interventions.trial_words import TRIAL_MEASURES

CURVE = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
CURVE_TRIALS = 400
CENTILES = 400


def result_of_power(lived: Lived) -> PowerResult:
    """Put a study of power together."""
    emerged = emerged_of(lived)
    spill, virtual = _spill(lived), _virtual(lived)
    design, question, found = lived.design, lived.question, lived.found
    formulas = formula_rows(lived, emerged)
    assumed, source = question.assumed_icc
    retained = spill.retained if spill else 1.0
    people = float(found.people.mean())
    cost = cost_of(design.measure, lived.rules.clusters, people, lived.clustered, question.trial_cost_gbp)
    usual, high = numbers()["power_usual"], numbers()["power_high"]
    result = PowerResult(
        place=_place(lived.place),
        intervention=lived.entry.id,
        name=lived.entry.name,
        effect=lived.effect,
        measure=TRIAL_MEASURES[design.measure][1],
        measure_id=design.measure,
        scale="standard deviations" if lived.rated else "share of the control mean",
        follow_up_from_months=design.first_month,
        follow_up_months=design.last_month,
        recruiting_months=design.recruiting_months,
        design=lived.kind,  # type: ignore[arg-type]
        unit=design.randomised,
        clusters=lived.rules.clusters,
        people_per_cluster=people / lived.rules.clusters,
        places=len(lived.pool.drawn_from(lived.rules.clusters, 0)),
        attrition=1.0 - emerged.kept,
        icc_assumed=assumed,
        icc_source=source,
        pretest_r2=question.pretest_r2,
        runs=len(lived.pairs),
        seed=lived.seed,
        people=_interval([len(each) for each in lived.pool.populations]),
        units=_interval([each.units for each in lived.pool.populations]),
        outcome_mean=emerged.mean,
        outcome_sd=emerged.sd,
        seen_share=_seen_share(lived),
        icc=_icc(emerged.correlation),
        virtual=virtual,
        formulas=formulas,
        rates=rates_of(lived, emerged),
        fixed=fixed_of(lived, emerged),
        spill=spill,
        curve=_curve(lived, emerged),
        clusters_for_usual=_clusters_needed(lived, retained, usual),
        clusters_for_high=_clusters_needed(lived, retained, high),
        assurance=_assurance(lived, retained),
        flow=flow_of(lived.pool.populations, found, design.is_of_places),
        cost=cost,
        cost_gbp=sum(row.gbp for row in cost),
        differences=[],
        advice=[],
        warnings=_warnings(lived),
    )
    return result.model_copy(update={"differences": differences_between(result), "advice": advice_on(result)})


def _seen_share(lived: Lived) -> float | None:
    """Return the part of what happens that the trial sees; None for a state, which is rated and not counted."""
    populations = lived.pool.populations
    truth = float(np.concatenate([each.truth0 for each in populations]).mean())
    if MEASURES[lived.design.measure].of == STATE or truth <= 0.0:
        return None
    return float(np.concatenate([each.seen0 for each in populations]).mean()) / truth


def _place(data: Any) -> PlaceSummary:
    return PlaceSummary(name=data.title, kind=data.kind, population=int(data.population), communities=int(data.n))


def _interval(values: list[int]) -> Interval:
    return Interval(**interval(np.array(values, float), floor=True).plain())


def _icc(found: Correlation | None) -> IccResult | None:
    if found is None:
        return None
    return IccResult(
        value=found.value,
        low=found.low,
        high=found.high,
        clusters=found.clusters,
        people_per_cluster=found.mean_size,
        size_cv=found.size_cv,
    )


def _virtual(lived: Lived) -> VirtualResult:
    found, alpha, trials = lived.found, lived.rules.alpha, lived.found.significant.size
    margin = 1.96 * math.sqrt(alpha * (1.0 - alpha) / trials)
    degrees = float(found.degrees.mean())
    spread = abs(float(found.estimate.mean()) / found.errors) if found.errors else math.nan
    populations = lived.pool.populations
    truth0 = np.concatenate([each.truth0 for each in populations])
    change = float(np.concatenate([each.truth1 for each in populations]).mean() - truth0.mean())
    true = change / (float(truth0.std()) if lived.rated else float(truth0.mean()) or 1.0)
    shuffled = f"permutation of clusters, {lived.rules.permutations} shuffles"
    return VirtualResult(
        trials=trials,
        test=shuffled if lived.rules.permutations else "Student's t between means of clusters",
        power=found.power,
        power_error=found.power_error,
        type_one=lived.null.power,
        type_one_low=max(alpha - margin, 0.0),
        type_one_high=alpha + margin,
        coverage=found.coverage,
        true_effect=true,
        mean_estimate=found.relative,
        bias=found.relative - true,
        detectable=formula.multiplier(degrees, numbers()["power_usual"], alpha) * spread / (found.scale or 1.0),
        standard_errors=found.errors,
    )


def _spill(lived: Lived) -> SpillResult | None:
    """Return the part of the effect that a contrast between arms keeps, over the trials lived whole."""
    joint = [each.joint for each in lived.pairs if each.joint is not None]
    alone = np.array([each.alone for each in joint])
    if not joint or alone.sum() == 0.0:
        return None
    apart, control = np.array([each.apart for each in joint]), np.array([each.control for each in joint])
    retained = float(apart.sum() / alone.sum())
    low = high = None
    if len(joint) > 1:
        error = float(np.std(apart - retained * alone, ddof=1)) / abs(float(alone.mean())) / math.sqrt(len(joint))
        low, high = retained - 1.96 * error, retained + 1.96 * error
    truth = np.concatenate([each.truth0 for each in lived.pool.populations])
    scale = (float(truth.std()) if lived.rated else float(truth.mean())) or 1.0
    degrees = float(lived.found.degrees.mean())
    return SpillResult(
        runs=len(joint),
        retained=retained,
        low=low,
        high=high,
        shared=float(control.sum() / alone.sum()),
        control_change=float(control.mean()) / scale,
        power=formula.power_at(lived.found.errors * retained, degrees, lived.rules.alpha),
    )


def _curve(lived: Lived, emerged: Emerged) -> list[CurvePoint]:
    points = []
    for share in CURVE:
        clusters = max(2 * round(lived.rules.clusters * share / 2), 4)
        simulated = None
        if clusters <= lived.pool.clusters:
            trials = min(lived.question.trials, CURVE_TRIALS)
            simulated = many_trials(lived.pool, replace(lived.rules, clusters=clusters), trials, lived.seed).power
        kept = 1.0 if lived.clustered else emerged.kept
        people = emerged.followed if lived.clustered else 1.0
        sizes = Sizes(max(round(clusters * kept), 4), people, emerged.icc if lived.clustered else 0.0)
        by_formula = formula.power_of(sizes, emerged.effect_sd, lived.rules.alpha)
        points.append(CurvePoint(clusters=clusters, simulated=simulated, formula=by_formula))
    return list({point.clusters: point for point in points}.values())


def _clusters_needed(lived: Lived, retained: float, level: float) -> int | None:
    """Return the clusters with which trials reach a power, from how far the effect stands out at the size drawn."""
    errors, size = lived.found.errors * retained, lived.rules.clusters

    def enough(halves: int) -> bool:
        scaled = errors * math.sqrt(2 * halves / size)
        return formula.power_at(scaled, max(2 * halves - 2.0, 1.0), lived.rules.alpha) >= level

    halves = formula.fewest(enough, 2, formula.MOST_CLUSTERS // 2)
    return None if halves is None else 2 * halves


def _assurance(lived: Lived, retained: float) -> float | None:
    """Return the power in the direction hoped for, averaged over the effects that the evidence leaves open."""
    programme = lived.design.programme
    mean, sd = programme.expected_log_rr, programme.uncertainty_sd
    if lived.rated or mean == 0.0 or sd <= 0.0:
        return None
    degrees = float(lived.found.degrees.mean())
    errors = lived.found.errors * retained
    total = 0.0
    for number in range(CENTILES):
        effect = NormalDist(mean, sd).inv_cdf((number + 0.5) / CENTILES)
        scaled = errors * math.expm1(effect) / math.expm1(mean)
        total += formula.power_at(scaled, degrees, lived.rules.alpha) if effect * mean > 0 else 0.0
    return total / CENTILES


def _warnings(lived: Lived) -> list[str]:
    words = []
    if lived.entry.is_provisional:
        words.append("The strengths of this programme are provisional, so its true effect here is an assumption.")
    if lived.kind == WEDGE:
        words.append("The stepped wedge is worked out by formula; virtual trials are of two arms at one time.")
    if lived.question.pretest_r2 > 0:
        words.append("Covariates enter the formulas alone; virtual trials are analysed without any.")
    return words
