"""Commands that simulate: demo, compare and factors."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from experiments.commands.adding import show_interactions
from experiments.commands.guarding import INTERRUPTED, PRECISION_NOT_REACHED

if TYPE_CHECKING:
    from experiments.kept_runs import KeptRuns

DEMO_PLACE = "Middlesbrough"
DEMO_SCENARIOS = ["early_years", "counter_narrative", "employment_pathways"]
DEMO_RUNS, DEMO_YEARS = 4, 5

Scenarios = Annotated[list[str], typer.Argument(help="Scenario files or names of bundled scenarios.")]
OneScenario = Annotated[str, typer.Argument(help="A scenario file or the name of a bundled scenario.")]
PlaceName = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--place", help='Name, code or place file, such as Middlesbrough or "Northumbria (police force)".'),
]
Runs = Annotated[
    str, typer.Option("--runs", help="Number of runs, or auto: go on until differences are precise enough.")
]
NumberOfRuns = Annotated[str, typer.Option("--runs", help="Number of runs.")]
Seed = Annotated[int, typer.Option("--seed", help="Added to the number of every run.")]
Years = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--years", min=1, max=50, help="Years after the decision date; the longest horizon if not given."),
]
Workers = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--workers", min=1, help="Processes; the number of cores if not given."),
]
Out = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--out", help="Folder to write; runs/<time>_<place>_<scenarios> if not given."),
]
Json = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--json", help="Also write the result as JSON to this file; - is stdout, instead of the table."),
]
Quick = Annotated[bool, typer.Option("--quick", help="Few runs, for a first look.")]
Set = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--set", help="path=value, such as interventions.mentoring.uptake=0.3 or parameters.<id>=<value>."),
]
ClusterAddress = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--cluster", help="Dask scheduler, tcp://host:8786, or local:2 for two processes of this machine."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the output folder if it exists.")]
ProgressMode = Annotated[str, typer.Option("--progress", help="auto, bar, plain, json or none; always on stderr.")]


def demo(out: Out = None, force: Force = False, workers: Workers = None, progress: ProgressMode = "auto") -> None:
    """Compare three scenarios in Middlesbrough.

    Takes no arguments; the last line is the path of the report.
    """
    _compare(DEMO_SCENARIOS, DEMO_PLACE, DEMO_RUNS, DEMO_YEARS, out=out, force=force, workers=workers, mode=progress)


def compare(
    scenarios: Scenarios,
    place: PlaceName = None,
    runs: Runs = "20",
    seed: Seed = 0,
    years: Years = None,
    workers: Workers = None,
    out: Out = None,
    json: Json = None,
    quick: Quick = False,
    settings: Set = None,
    profile: Annotated[
        str, typer.Option("--profile", help="Appraisal profile: green_book, nice, local, or a file.")
    ] = "green_book",
    interactions: Annotated[
        bool,
        typer.Option("--interactions", help="Also live every programme alone: do their effects add up? Takes longer."),
    ] = False,
    stress: Annotated[bool, typer.Option("--stress", help="Also ask what is left if delivery goes wrong.")] = False,
    pathways: Annotated[
        bool, typer.Option("--pathways", help="Also ask by which ways each scenario works; many more worlds.")
    ] = False,
    structures: Annotated[
        bool,
        typer.Option("--structures", help="Also repeat up to 20 runs with the model built otherwise; much longer."),
    ] = False,
    pathway_runs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--pathway-runs", min=1, help="Runs for --pathways, of the runs there are; 2 if not given."),
    ] = None,
    cluster: ClusterAddress = None,
    force: Force = False,
    progress: ProgressMode = "auto",
) -> None:
    """Compare scenarios with the baseline.

    Prints what they are estimated to change, what they cost, who pays and who benefits, and writes a folder with
    tables, charts and a report; the last line is the path of the report.
    """
    _compare(
        *(scenarios, place, _runs(runs, quick), years, seed, workers, out, json, settings, force, progress),
        profile=profile,
        interactions=interactions,
        stress=stress,
        ways=pathways or pathway_runs is not None,
        structures=structures,
        way_runs=pathway_runs,
        cluster=cluster,
    )


def _compare(
    scenarios: list[str],
    place: str | None,
    runs: int | str,
    years: int | None,
    seed: int = 0,
    workers: int | None = None,
    out: Path | None = None,
    json: str | None = None,
    settings: list[str] | None = None,
    force: bool = False,
    mode: str = "auto",
    profile: str = "green_book",
    interactions: bool = False,
    stress: bool = False,
    ways: bool = False,
    structures: bool = False,
    way_runs: int | None = None,
    cluster: str | None = None,
) -> None:
    from experiments.comparison import compare as compare_scenarios
    from experiments.executor import working_on
    from experiments.files import refuse_overwrite, write_text
    from experiments.kept_runs import shared_kept_runs
    from experiments.settings import parse_settings
    from experiments.store import REPORT, default_folder, store
    from experiments.terminal import print_comparison

    if out is not None:
        refuse_overwrite(out, force)
    announce_compiling()
    kept = shared_kept_runs()
    with working_on(cluster), telling_of(kept):
        found = compare_scenarios(
            *(scenarios, place, runs, years, seed, workers),
            settings=parse_settings(settings or []),
            progress=progress_mode(mode),
            profile=profile,
            stress=stress,
            ways=ways,
            structures=structures,
            way_runs=way_runs,
            kept=kept,
        )
    folder = store(found, out or default_folder(found), sys.argv, force)
    kept.forget()
    result = found.result.model_copy(update={"manifest": str(folder / "manifest.json")})
    if json == "-":
        print(result.to_json(), end="")
    else:
        if json is not None:
            write_text(Path(json), result.to_json())
        print_comparison(result)
    if interactions:
        show_interactions(found, folder, workers, progress_mode(mode), show=json != "-")
    if json != "-":
        print((folder / REPORT).resolve())
    if not found.precise:
        print("The precision asked for was not reached with the most runs allowed.", file=sys.stderr)
        raise SystemExit(PRECISION_NOT_REACHED)


@contextmanager
def telling_of(kept: KeptRuns) -> Iterator[None]:
    """Say what is kept when a command is broken off."""
    try:
        yield
    except KeyboardInterrupt:
        goes_on = f"{len(kept.touched)} finished runs are kept: the same command goes on from there."
        print(f"Interrupted. Nothing was written; {goes_on}", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None


def factors(
    place: PlaceName = None,
    runs: NumberOfRuns = "4",
    seed: Seed = 0,
    years: Annotated[int, typer.Option("--years", min=1, max=50, help="Years after the decision date.")] = 5,
    workers: Workers = None,
    out: Out = None,
    json: Json = None,
    quick: Quick = False,
    settings: Set = None,
    force: Force = False,
    progress: ProgressMode = "auto",
) -> None:
    """Rank risk factors by the violence they account for.

    Holds each factor at its best level in a twin of the place and says what share of violence is spared, at four
    levels: individual, relationship, community and society. Writes a folder with tables and a chart; the last line is
    its path.
    """
    from experiments.factors import factors as find_factors
    from experiments.factors_store import default_folder, store_factors
    from experiments.files import refuse_overwrite, write_text
    from experiments.levels import prepare
    from experiments.settings import parse_settings
    from experiments.terminal import print_factors

    count = number_of_runs(runs, quick)
    if out is not None:
        refuse_overwrite(out, force)
    question = prepare("baseline", place, count, years, seed, settings=parse_settings(settings or []))
    announce_compiling()
    found = find_factors(question, workers, progress_mode(progress))
    folder = out or default_folder(question)
    result = store_factors(found, folder, sys.argv, force)
    if json == "-":
        print(result.to_json(), end="")
        return
    if json is not None:
        write_text(Path(json), result.to_json())
    print_factors(result)
    print(folder.resolve())


def announce_compiling() -> None:
    """Say that a first start takes longer."""
    from sim.core.compiling import is_compiled

    if not is_compiled("sim.violence.exposure_kernels"):
        print("Compiling the model: about a minute, on the first start only.", file=sys.stderr)


def _runs(text: str, quick: bool) -> int | str:
    from experiments.comparison import AUTO, QUICK_RUNS

    if quick:
        return QUICK_RUNS
    if text == AUTO:
        return AUTO
    if not text.isdigit() or int(text) < 1:
        raise typer.BadParameter(f'a whole number of at least 1, or auto, not "{text}"', param_hint="--runs")
    return int(text)


def number_of_runs(text: str, quick: bool) -> int:
    """Return how many runs are asked for, or refuse what is not a number."""
    from experiments.levels import QUICK_RUNS

    count = QUICK_RUNS if quick else _runs(text, False)
    if not isinstance(count, int):
        raise typer.BadParameter("a number is needed here", param_hint="--runs")
    return count


def progress_mode(text: str) -> Any:
    """Return how to show progress, or refuse the word."""
    modes = ("auto", "bar", "plain", "json", "none")
    if text not in modes:
        raise typer.BadParameter(f'one of {", ".join(modes)}, not "{text}"', param_hint="--progress")
    return text
