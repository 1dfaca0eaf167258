"""The command that simulates one scenario: run, in one piece or, for a country, area by area."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from experiments.commands.guarding import INTERRUPTED
from experiments.commands.studies import (
    ClusterAddress,
    Force,
    Json,
    NumberOfRuns,
    OneScenario,
    Out,
    PlaceName,
    ProgressMode,
    Quick,
    Seed,
    Set,
    Workers,
    Years,
    announce_compiling,
    number_of_runs,
    progress_mode,
)

AREAS_ONLY = "only where a place is lived area by area: add --population-scale"


def run(
    scenario: OneScenario = "baseline",
    place: PlaceName = None,
    runs: NumberOfRuns = "4",
    seed: Seed = 0,
    years: Years = None,
    burn_in_years: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--burn-in-years", min=0, max=50, help="Years lived before the decision date; 5 if not given."),
    ] = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = None,
    json: Json = None,
    quick: Quick = False,
    incidents: Annotated[bool, typer.Option("--events", help="Write every incident to incidents.parquet.")] = False,
    people: Annotated[bool, typer.Option("--people", help="Write everybody once a year to people.parquet.")] = False,
    population_scale: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--population-scale",
            help="Live a country or region area by area: 1 is everybody, 0.1 a tenth of its communities, weighted up.",
        ),
    ] = None,
    area_people: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--area-people", min=1, help="People in an area at most; 3 million if not given."),
    ] = None,
    memory_gb: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--memory-gb", min=0.1, help="Memory that areas may take together; 16 if not given."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with areas that were broken off in --out.")] = False,
    settings: Set = None,
    force: Force = False,
    progress: ProgressMode = "auto",
) -> None:
    """Simulate one scenario and print its levels.

    Prints a table of outcomes, mean and range, and writes a folder with tables; the last line is its path. England, and
    any place with --population-scale, is lived area by area: each area is kept when it is done, --resume goes on.
    """
    from experiments.files import refuse_overwrite
    from experiments.levels import BURN_IN_YEARS, prepare
    from experiments.settings import parse_settings
    from sim.population.place_names import COUNTRY

    count, mode = number_of_runs(runs, quick), progress_mode(progress)
    if out is not None and not resume:
        refuse_overwrite(out, force)
    question = prepare(
        *(scenario, place, count, years, seed),
        settings=parse_settings(settings or []),
        burn_in_years=BURN_IN_YEARS if burn_in_years is None else burn_in_years,
    )
    if population_scale is None and question.plan.place.kind != COUNTRY:
        for name, given in (("--area-people", area_people), ("--memory-gb", memory_gb), ("--resume", resume)):
            if given:
                raise typer.BadParameter(AREAS_ONLY, param_hint=name)
        _whole(question, out, workers, cluster, json, mode, force, incidents=incidents, people=people)
        return
    if incidents or people:
        raise typer.BadParameter("not where a place is lived area by area", param_hint="--events, --people")
    _areas(
        *(question, 1.0 if population_scale is None else population_scale, area_people, memory_gb),
        *(out, workers, cluster, json, mode, resume, force),
    )


def _whole(
    question: Any, out: Path | None, workers: int | None, cluster: str | None, json: str | None, mode: Any, force: bool,
    **detail: bool,
) -> None:  # fmt: skip
    from experiments.executor import working_on
    from experiments.levels_store import default_folder, live_and_store
    from experiments.terminal import print_levels

    announce_compiling()
    folder = out or default_folder(question)
    with working_on(cluster):
        found = live_and_store(question, folder, sys.argv, force, workers=workers, progress=mode, **detail)
    _write_json(json, found.result)
    if json != "-":
        print_levels(found.result)
        print(folder.resolve())


def _areas(
    question: Any, scale: float, most: int | None, memory_gb: float | None, out: Path | None, workers: int | None,
    cluster: str | None, json: str | None, mode: Any, resume: bool, force: bool,
) -> None:  # fmt: skip
    import shutil

    from experiments.areas.grouping import AREA_PEOPLE
    from experiments.areas.resources import MEMORY_GIGABYTES, describe, workers_within
    from experiments.areas.simulating import in_areas
    from experiments.areas.store import areas_folder, live_and_store_areas
    from experiments.areas.text import print_areas
    from experiments.engine import ClusterLost, executor_of
    from experiments.engine.choosing import default_workers
    from experiments.study.folder import STUDY, StudyFolder

    asked = in_areas(question, scale, most or AREA_PEOPLE)
    wanted = min(workers or default_workers(), len(asked.tasks))
    here = wanted if cluster else workers_within(asked, wanted, memory_gb or MEMORY_GIGABYTES)
    executor = executor_of(here, cluster)
    if here < wanted:
        print(f"{here} of {wanted} processes, to keep within memory.", file=sys.stderr)
    announce_compiling()
    print(describe(asked, executor.workers or here), file=sys.stderr)
    folder = out or areas_folder(asked)
    if force and not resume and (folder / STUDY).exists():
        shutil.rmtree(folder)
    try:
        result = live_and_store_areas(asked, folder, executor, resume, mode, sys.argv)
    except KeyboardInterrupt:
        done = len(StudyFolder(folder).parts())
        print(
            f"Interrupted. {done} of {len(asked.tasks)} areas are kept in {folder}; go on with --out and --resume.",
            file=sys.stderr,
        )
        raise SystemExit(INTERRUPTED) from None
    except ClusterLost as error:
        print(f"{error} {StudyFolder(folder).told_so_far(len(asked.tasks), 'areas')}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    _write_json(json, result)
    if json != "-":
        print_areas(result)
        print(folder.resolve())


def _write_json(json: str | None, result: Any) -> None:
    from experiments.files import write_text

    if json == "-":
        print(result.to_json(), end="")
    elif json is not None:
        write_text(Path(json), result.to_json())
