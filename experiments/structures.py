"""Ask of a comparison what it would say if the model were built otherwise.

Three sources of uncertainty are kept apart. Number of runs: the standard error of the mean over them. Parameters: how
far the change itself varies between draws, which is the spread over runs less what luck alone gives; some draws are
lived twice with other luck to tell. Structure: the range of the means over a few forms of the model, which no draw
shows. Each form has its own burn-in, because it is another past too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.appraisals import appraise_runs
from experiments.intervals import interval, monte_carlo_error
from experiments.kept_runs import KeptRuns, live_tasks
from experiments.progress import Mode
from experiments.result_parts import Difference
from experiments.runs import BASELINE, Plan, RunRecord, RunTask
from experiments.structure_results import FormResult, OtherForm, Sources, Structure
from experiments.summaries import Stack
from experiments.worlds import World
from sim.core.levers import COMMUNITY, LEVERS
from sim.interventions.resolved import Programme, Scenario
from sim.outcomes.measures import OUTCOMES
from sim.parameters.structure import CHOICES, COMBINATION, DISPLACEMENT, Choice, Form

Array = npt.NDArray[np.float64]

AS_BUILT = "as_built"
MOST_RUNS = 20
FEWEST_PAIRS = 10
"""Pairs of runs below which luck is known too badly to be taken away."""
OTHER_LUCK = 1_000_000
"""Added to the seed where draws are lived again."""
MONEY = "net_present_social_value"


@dataclass(frozen=True)
class Alternative:
    """Name one other form of the model."""

    choice: Choice
    number: int

    @property
    def form(self) -> Form:
        """What is different in it."""
        return self.choice.forms[self.number]

    def plan(self, plan: Plan) -> Plan:
        """Return a plan in which the model is built in this form."""
        return replace(plan, parameters=plan.parameters.replace({self.choice.parameter: float(self.number)}))

    def matters(self, scenarios: Sequence[Scenario]) -> bool:
        """Say whether the form can change any difference between these scenarios and the baseline."""
        if self.choice is COMBINATION:
            return any(_has_overlap(each.programmes) for each in scenarios)
        if self.choice is DISPLACEMENT:
            return any(_acts_on_places(programme) for each in scenarios for programme in each.programmes)
        return True


def alternatives(plan: Plan) -> list[Alternative]:
    """Return every form of the model other than the one of a plan, one choice changed at a time."""
    return [
        Alternative(choice, number)
        for choice in CHOICES
        for number in range(len(choice.forms))
        if float(plan.parameters[choice.parameter]) != number
    ]


def _has_overlap(programmes: Sequence[Programme]) -> bool:
    """Say whether two pushes of programmes can meet in one lever."""
    pushed = [lever.name for programme in programmes for lever in programme.levers]
    return len(set(pushed)) < len(pushed) or any(each.group or each.labelling > 0.0 for each in programmes)


def _acts_on_places(programme: Programme) -> bool:
    return any(LEVERS[lever.name].level == COMMUNITY for lever in programme.levers)


def structure_of(
    plan: Plan,
    worlds: Mapping[str, World],
    records: Sequence[RunRecord],
    workers: int,
    progress: Mode = "none",
    kept: KeptRuns | None = None,
) -> Structure:
    """Repeat a comparison in every other form of the model, and tell luck, parameters and structure apart.

    Parameters
    ----------
    plan, worlds
        Of the comparison.
    records
        Its runs. The first `MOST_RUNS` are repeated in every form that can matter, and once more with other luck.
    workers, progress, kept
        As for `experiments.comparison.compare`.
    """
    runs = min(len(records), MOST_RUNS)
    others = alternatives(plan)
    lived = [each for each in others if each.matters(list(plan.worlds.values()))]
    again = replace(plan, seed=plan.seed + OTHER_LUCK)
    plans = [*(each.plan(plan) for each in lived), again]
    tasks = [RunTask(each, number) for each in plans for number in range(runs)]
    found = live_tasks(tasks, f"{plan.place.name} if built otherwise", workers, progress, kept)
    batches = [found[start : start + runs] for start in range(0, len(found), runs)]
    stems = [stem for stem in plan.worlds if stem != BASELINE]
    built = _values(plan, worlds, stems, records)
    some = {stem: {name: values[:runs] for name, values in each.items()} for stem, each in built.items()}
    forms = {AS_BUILT: _form("The model as it is", "The same runs, for comparison.", some)}
    lived_in = dict(zip((each.form.name for each in lived), batches, strict=False))
    for each in others:
        name, form = each.form.name, each.form
        of_form = _values(plan, worlds, stems, lived_in[name]) if name in lived_in else None
        forms[name] = _form(form.title, form.what, of_form)
    other_luck = _values(plan, worlds, stems, batches[-1])
    return Structure(
        runs=runs,
        forms=forms,
        uncertainty={
            stem: {
                name: _sources(built[stem][name], other_luck[stem][name], _means(forms, stem, name)) for name in each
            }
            for stem, each in built.items()
        },
    )


Values = dict[str, dict[str, Array]]


def _values(plan: Plan, worlds: Mapping[str, World], stems: Sequence[str], records: Sequence[RunRecord]) -> Values:
    """Return by scenario the change in each outcome and the net present social value, one value a run."""
    before = Stack(records, BASELINE)
    found: Values = {}
    for stem in stems:
        after = Stack(records, stem)
        appraisals = appraise_runs(records, stem, worlds[stem].prices, plan.parameters)
        found[stem] = {name: after.total(name) - before.total(name) for name in OUTCOMES}
        found[stem][MONEY] = np.array([getattr(each, MONEY) for each in appraisals], dtype=np.float64)
    return found


def _form(title: str, what: str, found: Values | None) -> OtherForm:
    scenarios = {
        stem: FormResult(
            outcomes={name: _difference(values) for name, values in each.items() if name != MONEY},
            net_present_social_value=_difference(each[MONEY]),
        )
        for stem, each in (found or {}).items()
    }
    return OtherForm(title=title, what=what, applies=found is not None, scenarios=scenarios)


def _difference(values: Array) -> Difference:
    return Difference.model_validate(interval(values).plain() | {"monte_carlo_se": monte_carlo_error(values)})


def _means(forms: Mapping[str, OtherForm], stem: str, name: str) -> list[float]:
    found: list[float] = []
    for each in forms.values():
        if stem in each.scenarios:
            of_form = each.scenarios[stem]
            mean = (of_form.net_present_social_value if name == MONEY else of_form.outcomes[name]).mean
            if mean is not None:
                found.append(mean)
    return found


def _sources(built: Array, other_luck: Array, means: Sequence[float]) -> Sources:
    parameter, luck = parts_of_variance(built, other_luck)
    return Sources(
        mean=float(built.mean()),
        monte_carlo_se=monte_carlo_error(built),
        luck_sd=None if luck is None else float(np.sqrt(luck)),
        parameter_sd=None if parameter is None else float(np.sqrt(parameter)),
        structure_low=min(means) if means else None,
        structure_high=max(means) if means else None,
    )


def parts_of_variance(values: Array, again: Array) -> tuple[float | None, float | None]:
    """Split the variance over runs into that between draws of parameters and that of luck within a draw.

    One-way analysis of variance with two runs of some draws: luck is half the mean squared difference of the two, and
    parameters the rest of the variance over runs, at least 0 (O'Hagan, Stevenson and Madan 2007). None with fewer than
    `FEWEST_PAIRS` pairs.

    Parameters
    ----------
    values : shape (runs,), one run of each draw.
    again : shape (pairs,), the first draws once more with other luck.
    """
    if again.size < FEWEST_PAIRS:
        return None, None
    luck = float(np.mean((values[: again.size] - again) ** 2) / 2.0)
    return max(float(np.var(values, ddof=1)) - luck, 0.0), luck


def best_of(form: OtherForm) -> str | None:
    """Return the scenario with the largest mean net present social value; None where doing nothing more is best."""
    means = {stem: each.net_present_social_value.mean or 0.0 for stem, each in form.scenarios.items()}
    stem = max(means, key=lambda each: means[each])
    return stem if means[stem] > 0.0 else None


STRUCTURE_COLUMNS = ["form", "title", "scenario", "quantity", "mean", "low", "high", "monte_carlo_se"]
SOURCE_COLUMNS = ["scenario", "quantity", *Sources.model_fields]


def form_rows(structure: Structure | None) -> list[list[Any]]:
    """Return one row for each form, scenario and quantity."""
    return [
        [name, form.title, stem, quantity, each.mean, each.low, each.high, each.monte_carlo_se]
        for name, form in (structure.forms if structure else {}).items()
        for stem, found in form.scenarios.items()
        for quantity, each in (
            *((f"{outcome}_difference", change) for outcome, change in found.outcomes.items()),
            ("net_present_social_value_gbp", found.net_present_social_value),
        )
    ]


def source_rows(structure: Structure | None) -> list[list[Any]]:
    """Return one row for each scenario and quantity: where its uncertainty comes from."""
    return [
        [stem, name, *each.model_dump().values()]
        for stem, quantities in (structure.uncertainty if structure else {}).items()
        for name, each in quantities.items()
    ]
