"""What formulas say of a trial, given the numbers of the outcome that emerge in the model."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from experiments.power import formula
from experiments.power.correlation import Correlation, emergent_icc
from experiments.power.formula import Sizes
from experiments.power.numbers import numbers
from experiments.power.question import CLUSTER, INDIVIDUAL, WEDGE
from experiments.power.result import FixedResult, FormulaRow, RatesResult
from experiments.power.study import Lived
from experiments.trial_measures import MEASURES, STATE
from sim.core.time import MONTHS_PER_YEAR


@dataclass(frozen=True)
class Emerged:
    """Hold the numbers of the outcome that formulas need, as they emerge in the model.

    ``sd`` is that of people (or places) of both arms; ``effect`` is the mean difference that trials see.
    """

    mean: float
    sd: float
    correlation: Correlation | None
    followed: float
    kept: float
    effect: float

    @property
    def icc(self) -> float:
        return self.correlation.value if self.correlation else 0.0

    @property
    def effect_sd(self) -> float:
        return self.effect / self.sd if self.sd > 0 else 0.0


def emerged_of(lived: Lived) -> Emerged:
    """Return the numbers behind the formulas; sizes of clusters are harmonic means, as cluster means weigh the same."""
    populations, found = lived.pool.populations, lived.found
    seen0 = np.concatenate([each.seen0 for each in populations])
    seen1 = np.concatenate([each.seen1 for each in populations])
    kept = float(found.analysed.sum() / max(found.people.sum(), 1.0))
    correlation = emergent_icc(populations)
    size = 1.0 if correlation is None else correlation.harmonic_size
    if lived.rules.per_cluster is not None:
        size = min(size, float(lived.rules.per_cluster))
    sd = math.sqrt((float(seen0.var()) + float(seen1.var())) / 2.0)
    return Emerged(float(seen0.mean()), sd, correlation, max(size * kept, 1.0), kept, lived.found.truth)


def formula_rows(lived: Lived, emerged: Emerged) -> list[FormulaRow]:
    """Return what the formulas say of three designs of as many people, with the ICC that emerges and one assumed."""
    r2, clusters = lived.question.pretest_r2, lived.rules.clusters
    followed = emerged.followed if lived.clustered else 1.0
    total = max(round(float(lived.found.analysed.mean())), 4)
    rows = [_row(lived, emerged, INDIVIDUAL, Sizes(total, r2_within=r2), "none")]
    if not lived.clustered or emerged.correlation is None:
        return rows
    assumed, _ = lived.question.assumed_icc
    for icc, source in ((emerged.icc, "emerges in the model"), (assumed, "assumed")):
        sizes = Sizes(clusters, followed, icc, r2_within=r2, r2_between=r2)
        rows.append(_row(lived, emerged, CLUSTER, sizes, source))
        rows.append(_row(lived, emerged, WEDGE, sizes, source))
    return rows


def _row(lived: Lived, emerged: Emerged, design: str, sizes: Sizes, source: str) -> FormulaRow:
    usual, high, alpha = numbers()["power_usual"], numbers()["power_high"], lived.rules.alpha
    if design == WEDGE:
        return _wedge_row(lived, emerged, sizes, source)
    smallest = formula.detectable(sizes, usual, alpha)
    return FormulaRow(
        design=design,
        icc=sizes.icc,
        icc_from=source,
        clusters=sizes.clusters,
        people_per_cluster=sizes.followed,
        detectable_sd=smallest,
        detectable_relative=_relative(smallest, lived, emerged),
        power=formula.power_of(sizes, emerged.effect_sd, alpha),
        clusters_for_usual=formula.clusters_for(sizes, emerged.effect_sd, usual, alpha),
        clusters_for_high=formula.clusters_for(sizes, emerged.effect_sd, high, alpha),
    )


def _wedge_row(lived: Lived, emerged: Emerged, sizes: Sizes, source: str) -> FormulaRow:
    """Return the row of a stepped wedge that sees as many people in all: its periods share them."""
    number, alpha = numbers(), lived.rules.alpha
    steps = min(int(number["wedge_steps"]), sizes.clusters)
    spread = replace(sizes, per_cluster=sizes.followed / (steps + 1), attrition=0.0)
    error = formula.wedge_error(spread, steps, number["cluster_autocorrelation"])
    smallest = formula.multiplier(spread.degrees, number["power_usual"], alpha) * error

    def needed(level: float) -> int | None:
        # The error falls with the root of the number of clusters that cross over at each step.
        def enough(halves: int) -> bool:
            scaled = error * math.sqrt(sizes.clusters / (2 * halves))
            return formula.power_at(emerged.effect_sd / scaled, max(2 * halves - 2.0, 1.0), alpha) >= level

        halves = formula.fewest(enough, max(steps // 2, 2), formula.MOST_CLUSTERS // 2)
        return None if halves is None else 2 * halves

    return FormulaRow(
        design=WEDGE,
        icc=sizes.icc,
        icc_from=source,
        clusters=sizes.clusters,
        people_per_cluster=spread.followed,
        detectable_sd=smallest,
        detectable_relative=_relative(smallest, lived, emerged),
        power=formula.power_at(emerged.effect_sd / error, spread.degrees, alpha),
        clusters_for_usual=needed(number["power_usual"]),
        clusters_for_high=needed(number["power_high"]),
    )


def _relative(effect_sd: float, lived: Lived, emerged: Emerged) -> float | None:
    """Return an effect in standard deviations as a share of the control mean; None where that has no meaning."""
    if lived.rated or emerged.mean <= 0.0:
        return None
    return effect_sd * emerged.sd / emerged.mean


def rates_of(lived: Lived, emerged: Emerged) -> RatesResult | None:
    """Return Hayes and Bennett's formula where clusters are compared by rates of events."""
    design, found = lived.design, emerged.correlation
    if lived.rated or emerged.mean <= 0.0 or MEASURES[design.measure].of == STATE or not lived.clustered:
        return None
    years = (design.last_month - design.first_month) / MONTHS_PER_YEAR
    if design.is_of_places:
        residents = float(lived.place.population) / int(lived.place.n)
        person_years, rate = residents * years, emerged.mean / (residents * years)
        excess = emerged.sd**2 - emerged.mean
        variation = math.sqrt(max(excess, 0.0)) / emerged.mean
    elif found is not None:
        person_years, rate = emerged.followed * years, emerged.mean / years
        variation = math.sqrt(found.value) * emerged.sd / emerged.mean
    else:
        return None
    usual, alpha = numbers()["power_usual"], lived.rules.alpha
    treated = rate * max(1.0 + emerged.effect / emerged.mean, 0.0)
    needed = formula.clusters_for_rates(rate, treated, person_years, variation, usual, alpha)
    seen = formula.detectable_reduction(rate, person_years, variation, lived.rules.clusters / 2, usual, alpha)
    return RatesResult(
        rate=rate,
        person_years=person_years,
        variation=variation,
        clusters_per_arm=needed if math.isfinite(needed) else None,
        detectable_reduction=seen,
    )


def fixed_of(lived: Lived, emerged: Emerged) -> FixedResult | None:
    """Return whether the number of clusters can be enough; None where nothing is clustered."""
    if emerged.correlation is None or not lived.clustered or emerged.effect_sd == 0.0:
        return None
    r2 = lived.question.pretest_r2
    sizes = Sizes(lived.rules.clusters, emerged.followed, emerged.icc, r2_within=r2, r2_between=r2)
    found = formula.fixed_clusters(sizes, emerged.effect_sd, numbers()["power_usual"], lived.rules.alpha)
    size = None if found.per_cluster is None else found.per_cluster / max(emerged.kept, 0.01)
    return FixedResult(
        feasible=found.feasible,
        people_per_cluster=size,
        smallest_effect_sd=found.smallest_effect,
        clusters_at_least=found.clusters_at_least,
    )
