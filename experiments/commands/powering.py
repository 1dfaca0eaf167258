"""The power and plan parts of the trial command: what is asked on the command line, and what is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Asked:
    """Hold the options of a study of power as they were given."""

    question: dict[str, Any]
    terms: dict[str, Any]
    plan: Path | None
    force: bool


def run_power(
    intervention: str,
    place: str | None,
    runs: int,
    seed: int,
    workers: int | None,
    effect: str,
    asked: Asked,
    out: Path | None,
    json: str | None,
    progress: Any,
) -> None:
    """Study the power of a trial, and plan its evaluation where a folder is named."""
    from experiments.files import refuse_overwrite, write_text
    from experiments.power.question import Question
    from experiments.power.study import power
    from experiments.power.text import print_power

    question = Question(**asked.question)
    if asked.plan is not None:
        refuse_overwrite(asked.plan, asked.force)
    found: Any = power(intervention, place, question, runs, seed, workers, effect=effect, progress=progress)
    plan = None if asked.plan is None else _plan(intervention, place, runs, seed, workers, asked, found, progress)
    text = (plan or found).to_json()
    for path in (out, Path(json) if json not in (None, "-") else None):
        if path is not None:
            write_text(path, text)
    if json == "-":
        print(text, end="")
        return
    print_power(found)
    if plan is not None and asked.plan is not None:
        from experiments.power.text import print_value

        print_value(plan.value)
        print((asked.plan / "plan.html").resolve())


def _plan(
    intervention: str,
    place: str | None,
    runs: int,
    seed: int,
    workers: int | None,
    asked: Asked,
    found: Any,
    progress: Any,
) -> Any:
    from experiments.comparison import find_parameters, find_place
    from experiments.executor import default_workers
    from experiments.files import new_folder
    from experiments.power.plan import plan_of
    from experiments.power.valuing import Terms, live_alone, uncertain_of, value_result
    from experiments.report.evaluation_plan import write_plan
    from experiments.trial_entries import read_one

    entry = read_one(intervention)
    plan, records, world, programme = live_alone(
        *(entry, find_place(place, {}), find_parameters(None, {}), runs, seed, workers or default_workers(), progress)
    )
    mean, sd = programme.expected_log_rr, programme.uncertainty_sd
    uncertain, cost = uncertain_of(plan, records, world, programme, mean, sd)
    value = value_result(uncertain, cost, found, plan, Terms(**asked.terms))
    made = plan_of(entry.name.partition(":")[0], programme, found, value)
    assert asked.plan is not None
    with new_folder(asked.plan, asked.force) as partial:
        write_plan(made, partial)
    return made
