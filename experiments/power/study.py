"""A study of power: could a trial of this design see what the programme does here? By formula, and in the model.

The same place is lived with several seeds; each gives every recruit's outcome without and with the programme. Trials
are drawn from these again and again (`virtual`), and set beside what formulas say of the same numbers (`formula`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.executor import default_workers, run_many
from experiments.power.pairing import Pair, PairTask, one_pair
from experiments.power.question import INDIVIDUAL, PERSON, Question
from experiments.power.result import PowerResult
from experiments.power.virtual import Found, Pool, Rules, many_trials
from experiments.progress import Mode, progress_of
from experiments.trial_design import TRANSPORTED, Design, design_of
from experiments.trial_measures import MEASURES, is_rated
from experiments.trials import BURN_IN_YEARS
from sim.core.errors import InputError, Problem

DEFAULT_RUNS, QUICK_RUNS, QUICK_TRIALS = 20, 4, 500


@dataclass(frozen=True)
class Lived:
    """Hold all that a study of power rests on, before anything is made of it.

    Attributes
    ----------
    entry
        The catalogue entry on trial.
    place, parameters
        Where, and the central values.
    question, kind, design
        What is asked, the kind of design, and the trial.
    pairs
        Populations lived.
    rules
        How each trial is made.
    found, null
        Trials of the programme, and of one that does nothing.
    """

    entry: Any
    effect: str
    place: Any
    parameters: Mapping[str, Any]
    question: Question
    kind: str
    design: Design
    pairs: Sequence[Pair]
    pool: Pool
    rules: Rules
    found: Found
    null: Found
    seed: int

    @property
    def rated(self) -> bool:
        return is_rated(self.design.measure)

    @property
    def clustered(self) -> bool:
        """Whether several people are randomised together."""
        return self.kind != INDIVIDUAL


def power(
    intervention: str | Path,
    place: Any,
    question: Question | None = None,
    runs: int = DEFAULT_RUNS,
    seed: int = 0,
    workers: int | None = None,
    *,
    effect: str = TRANSPORTED,
    parameters: Any = None,
    burn_in_years: int = BURN_IN_YEARS,
    progress: Mode = "none",
) -> PowerResult:
    """Ask whether a trial of an intervention in places like this one would see its effect.

    Parameters
    ----------
    intervention
        Id of a catalogue entry, or the path of a file of one's own.
    runs
        Populations lived; the virtual trials are drawn from all of them.

    Raises
    ------
    InputError, NoTrial
    """
    from experiments.comparison import find_parameters, find_place
    from experiments.trial_entries import read_one

    entry = read_one(intervention)
    usual = design_of(entry, effect)
    return power_of_design(
        *(entry, usual, find_place(place, {}), question or Question(), runs, seed, workers),
        effect=effect,
        registry=find_parameters(parameters, {}),
        burn_in_years=burn_in_years,
        progress=progress,
    )


def power_of_design(
    entry: Any,
    usual: Design,
    place: Any,
    question: Question,
    runs: int,
    seed: int = 0,
    workers: int | None = None,
    *,
    effect: str = TRANSPORTED,
    registry: Any,
    burn_in_years: int = BURN_IN_YEARS,
    progress: Mode = "none",
) -> PowerResult:
    """Ask the same of a trial that need not be the entry's own, such as that of a proposal."""
    from experiments.power.assembling import result_of_power

    kind, design = question.design_for(usual)
    sizes = (question.clusters, question.per_cluster)
    tasks = [
        PairTask(design, place, registry, seed + run, run < question.joint, *sizes, burn_in_years)
        for run in range(runs)
    ]
    with progress_of("Populations on trial", sum(task.steps for task in tasks), progress) as shown:
        pairs = [each for each in run_many(one_pair, tasks, workers or default_workers(), shown) if each is not None]
    return result_of_power(lived_of(entry, effect, place, registry, question, kind, design, pairs, seed))


def lived_of(
    entry: Any,
    effect: str,
    place: Any,
    parameters: Mapping[str, Any],
    question: Question,
    kind: str,
    design: Design,
    pairs: Sequence[Pair],
    seed: int,
) -> Lived:
    """Draw the virtual trials from populations lived."""
    pool = Pool([each.paired for each in pairs])
    if pool.smallest < 2 or pool.clusters < 4:
        message = f"Too few people or places would be recruited for {entry.name} to be randomised in two arms."
        raise InputError(Problem("", 0, 0, "place", message, "Choose a larger place, or a smaller unit."))
    clusters = question.clusters or max(pool.smallest, 4)
    if clusters > pool.clusters:
        what = "people" if design.randomised == PERSON else "clusters"
        message = f"The populations lived hold {pool.clusters:,} {what}, fewer than the {clusters:,} asked for."
        raise InputError(Problem("", 0, 0, "--clusters", message, "Ask for more --runs, or fewer clusters."))
    rules = rules_of(question, design, parameters, clusters)
    found = many_trials(pool, rules, question.trials, seed)
    null = many_trials(Pool([each.null() for each in pool.populations]), rules, question.trials, seed)
    return Lived(entry, effect, place, parameters, question, kind, design, pairs, pool, rules, found, null, seed)


def rules_of(question: Question, design: Design, parameters: Mapping[str, Any], clusters: int) -> Rules:
    """Return how each virtual trial is made; only people who must be asked can be lost by the trial."""
    attrition: float | None = None
    if MEASURES[design.measure].asked and not design.is_of_places:
        usual = float(parameters["trials.attrition"]) if design.attrition is None else design.attrition
        attrition = usual if question.attrition is None else question.attrition
    return Rules(
        clusters,
        question.per_cluster if design.randomised != PERSON else None,
        attrition,
        float(parameters["trials.attrition_by_risk"]),
        rated=is_rated(design.measure),
        permutations=question.permutations,
    )
