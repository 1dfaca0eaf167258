"""Live a stored study again from what its folder keeps: one function for each kind of study.

Each writes the study anew into another folder and returns the digest of the parameters by which it was lived.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from experiments.executor import default_workers
from experiments.kept_runs import KeptRuns
from experiments.progress import Mode
from experiments.store import INPUTS, PROFILE, PROFILES
from sim.core.errors import InputError, Problem

COMMAND = ("placewise", "reproduce")


@dataclass(frozen=True)
class Kept:
    """Hold a stored study: its folder, and what its manifest says."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def inputs(self) -> Path:
        return self.folder / INPUTS

    @property
    def place(self) -> Any:
        """Data of the place of the study."""
        return place_again(self.folder, self.manifest["place"], self.manifest["communities"])


@dataclass(frozen=True)
class Means:
    """Say by what means to live a study again; all as for `experiments.comparison.compare`."""

    workers: int | None = None
    progress: Mode = "none"
    parameters: Any = None
    build: Callable[..., Any] | None = None
    kept: KeptRuns | None = None


def compare_again(kept: Kept, out: Path, by: Means) -> str:
    """Live a comparison again."""
    from experiments.comparison import compare
    from experiments.store import store

    told = kept.manifest
    stems = [Path(name).stem for name in told["inputs"]]
    found = compare(
        [kept.inputs / stem / f"{stem}.yaml" for stem in stems],
        *(kept.place, told["runs"], told["years"], told["seed"], by.workers),
        settings=told["settings"],
        burn_in_years=told["burn_in_years"],
        progress=by.progress,
        parameters=by.parameters,
        build=by.build,
        profile=kept.inputs / PROFILE,
        stress=told.get("stress", False),
        ways=told.get("pathways", False),
        structures=told.get("structures", False),
        way_runs=told.get("pathway_runs"),
        kept=by.kept,
    )
    store(found, out, COMMAND)
    return str(found.plan.parameters.digest())


def run_again(kept: Kept, out: Path, by: Means) -> str:
    """Live the runs of one scenario again, with the detail that was written of them."""
    from experiments.detail import FORMS
    from experiments.levels import prepare
    from experiments.levels_store import live_and_store

    told = kept.manifest
    [name] = told["inputs"]
    question = prepare(
        kept.inputs / Path(name).stem / name,
        *(kept.place, told["runs"], told["years"], told["seed"]),
        settings=told["settings"],
        parameters=by.parameters,
        build=by.build,
        burn_in_years=told["burn_in_years"],
    )
    detail = {form.name: form.file in told["outputs"] for form in FORMS}
    live_and_store(question, out, COMMAND, workers=by.workers, progress=by.progress, **detail)
    return str(question.plan.parameters.digest())


def screen_again(kept: Kept, out: Path, by: Means) -> str:
    """Screen proposals again, with the value of their trials where it was asked for."""
    from experiments.power.of_proposals import TrialsOfProposals
    from experiments.power.valuing import Terms
    from experiments.screening.reading import read_proposals
    from experiments.screening.screening import OF_PACK, screen
    from experiments.screening.storing import PACK, store_screening

    told = kept.manifest
    entries = {name: kept.folder / each["file"] for name, each in told["own_entries"].items()}
    places = {named: place_again(kept.folder, each, each["codes"]) for named, each in told["places"].items()}
    worth = None
    if (trials := told["trials"]) is not None:
        terms, workers = Terms(**trials["terms"]), by.workers or default_workers()
        worth = TrialsOfProposals(trials["runs"], trials["trials"], workers, terms, by.progress)
    found = screen(
        read_proposals(kept.inputs, entries),
        *(places.pop(OF_PACK, None), told["runs"], told["years"], told["seed"], by.workers),
        profile=kept.inputs / PROFILES / PROFILE,
        pack=kept.folder / PACK if told["by_pack"] else None,
        settings=told["settings"],
        burn_in_years=told["burn_in_years"],
        parameters=by.parameters,
        build=by.build,
        value_of_trial=worth,
        places=places,
        progress=by.progress,
    )
    store_screening(found, out, COMMAND, plans=worth.plans if worth else None, trials=trials)
    return str(found.plans[0].parameters.digest())


def portfolio_again(kept: Kept, out: Path, by: Means) -> str:
    """Find the best mix again."""
    from experiments.portfolio.keeping import store_advice
    from experiments.portfolio.study import find_mix

    told = kept.manifest
    found = find_mix(
        kept.inputs / told["portfolio"],
        *(kept.place, told["runs"], told["years"], told["seed"], by.workers),
        profile=kept.inputs / PROFILES / PROFILE,
        progress=by.progress,
        parameters=by.parameters,
        build=by.build,
        burn_in_years=told["burn_in_years"],
    )
    store_advice(found, out, COMMAND)
    return str(found.plan.parameters.digest())


def sweep_again(kept: Kept, out: Path, by: Means) -> str:
    """Live every run of a sweep again; burnt-in places are not taken from those kept on disk."""
    from experiments.engine import executor_of
    from experiments.pickle_cache import PickleCache
    from experiments.sweeps.describing import SWEEP_FILE
    from experiments.sweeps.known_functions import FUNCTIONS
    from experiments.sweeps.sweeping import live, prepare

    prepared = prepare(
        kept.inputs / SWEEP_FILE,
        None if kept.manifest["model"] in FUNCTIONS else kept.place,
        parameters=by.parameters,
        build=by.build,
        snapshots=PickleCache(out.parent / "worlds"),
    )
    live(prepared, out, executor_of(by.workers), progress=by.progress, command=COMMAND)
    return str(prepared.common.plan.parameters.digest())


def areas_again(kept: Kept, out: Path, by: Means) -> str:
    """Live a country or region again, area by area."""
    from experiments.areas.simulating import in_areas
    from experiments.areas.store import live_and_store_areas
    from experiments.engine import executor_of
    from experiments.levels import prepare

    told = kept.manifest
    question = prepare(
        kept.inputs / told["scenario"],
        *(kept.place, told["runs"], told["years"], told["seed"]),
        settings=told["settings"],
        parameters=by.parameters,
        build=by.build,
        burn_in_years=told["burn_in_years"],
    )
    asked = in_areas(question, told["question"]["population_scale"], told["area_people"])
    live_and_store_areas(asked, out, executor_of(by.workers), progress=by.progress, command=COMMAND)
    return str(question.plan.parameters.digest())


def place_again(folder: Path, told: Mapping[str, Any], codes: Sequence[str]) -> Any:
    """Return the data of a place as a study describes it.

    Raises
    ------
    InputError
        When its place file is gone, or the data are no longer the same.
    """
    from sim.population.places import from_codes, resolve

    if told.get("file") is None:
        place = replace(from_codes(codes, name=told["name"]), kind=told["kind"])
    elif Path(told["file"]).is_file():
        place = resolve(told["file"])
    else:
        message = f"The place file {told['file']} is gone; local figures are not copied into a study."
        raise InputError(Problem(str(folder), 0, 0, "place.file", message, "Put the file back."))
    if place.digest() != told["digest"]:
        message = f"The data of {told['name']} are not those of the study."
        raise InputError(Problem(str(folder), 0, 0, "place.digest", message, "Use the version it was made with."))
    return place
