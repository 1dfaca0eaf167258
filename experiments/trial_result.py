"""The published form of a virtual trial: ``placewise.trial/1``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from experiments.intervals import interval, monte_carlo_error
from experiments.results import Interval, Part, PlaceSummary
from experiments.trial_design import TRANSPORTED, Design
from experiments.trial_measures import is_rated
from sim.interventions.trial_words import RANDOMISED, TRIAL_MEASURES

Array = npt.NDArray[Any]

STEPS: dict[str, str] = {
    "dilution": "people of the treated arm who leave the programme early count as treated",
    "contamination": "people of the control arm change too, because of those treated whom they know or live near",
    "imbalance": "by chance the arms were not alike at the start",
    "luck": "what happened differs from what was expected",
    "measurement": "the trial does not see all that happens, and errs in what it sees",
    "attrition": "people are lost to follow-up, and not evenly",
}
"""What moves the estimate away from the true effect, in the order in which the steps are taken."""


class TrialEstimate(Part):
    """What one trial found, log rate ratio or difference in standard deviations, with its 95% interval."""

    estimate: float
    low: float
    high: float
    treated: int = Field(description="Followed up in the treated arm")
    control: int
    treated_mean: float = Field(description="Mean outcome in the treated arm")
    control_mean: float


class Step(Interval):
    """One step from the true effect to the estimate, over runs; the steps of a run add up exactly."""

    meaning: str


class TrialResult(Part):
    """Result of ``placewise trial``. Effects are log rate ratios, or differences in standard deviations."""

    form: Literal["placewise.trial/1"] = Field(default="placewise.trial/1", alias="schema")
    place: PlaceSummary
    intervention: str
    name: str
    effect: str = Field(description="transported or published: which trial, and which strength")
    measure: str
    scale: Literal["log rate ratio", "standard deviations"]
    estimand: str
    randomised: str
    follow_up_from_months: int
    follow_up_months: int
    runs: int
    seed: int
    people: Interval = Field(description="People or places randomised")
    units: Interval = Field(description="Units of randomisation")
    evidence: float | None = Field(description="The effect that the evidence gives")
    true_effect: Interval
    among_completers: Interval = Field(description="The true effect on those who stay to the end of the programme")
    true_effect_se: float | None = Field(description="Standard error of the mean over runs")
    mean_estimate: float
    power: float = Field(description="Share of trials whose interval leaves out no effect")
    coverage: float = Field(description="Share of trials whose interval holds the true effect")
    steps: dict[str, Step]
    trials: list[TrialEstimate]
    warnings: list[str]

    def to_json(self) -> str:
        """Return the result as JSON text."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


def result_of(entry: Any, design: Design, effect: str, data: Any, found: Sequence[Any], seed: int) -> TrialResult:
    """Put the trials of a study together."""
    truths = np.array([each.true_effect for each in found])
    estimates = [each.estimate for each in found]
    return TrialResult(
        place=PlaceSummary(name=data.title, kind=data.kind, population=int(data.population), communities=int(data.n)),
        intervention=entry.id,
        name=entry.name,
        effect=effect,
        measure=TRIAL_MEASURES[design.measure][1],
        scale="standard deviations" if is_rated(design.measure) else "log rate ratio",
        estimand=design.estimand,
        randomised=RANDOMISED[design.randomised],
        follow_up_from_months=design.first_month,
        follow_up_months=design.last_month,
        runs=len(found),
        seed=seed,
        people=_interval(np.array([each.people for each in found])),
        units=_interval(np.array([each.units for each in found])),
        evidence=evidence_of(entry, effect),
        true_effect=_interval(truths),
        among_completers=_interval(np.array([each.among_completers for each in found])),
        true_effect_se=monte_carlo_error(truths),
        mean_estimate=float(np.mean([each.value for each in estimates])),
        power=float(np.mean([each.is_significant for each in estimates])),
        coverage=float(np.mean([e.covers(t) for e, t in zip(estimates, truths, strict=True)])),
        steps={
            name: Step(**_interval(np.array([each.steps[name] for each in found])).model_dump(), meaning=words)
            for name, words in STEPS.items()
        },
        trials=[
            TrialEstimate(
                estimate=each.value,
                low=each.low,
                high=each.high,
                treated=each.treated,
                control=each.control,
                treated_mean=each.treated_mean,
                control_mean=each.control_mean,
            )
            for each in estimates
        ],
        warnings=_warnings(entry),
    )


def evidence_of(entry: Any, effect: str) -> float | None:
    """Return the effect that the evidence of an entry gives."""
    if effect == TRANSPORTED:
        return float(entry.evidence.transport.log_rr[0])
    trial = entry.evidence.trial
    given = trial.effect_log_rr or trial.effect_sd
    return None if given[0] is None else float(given[0])


def _warnings(entry: Any) -> list[str]:
    if entry.is_provisional:
        return ["The strengths of this programme are provisional, so its true effect here is an assumption."]
    return list(entry.matched.bounds) if entry.matched else []


def _interval(values: Array) -> Interval:
    return Interval(**interval(values).plain())
