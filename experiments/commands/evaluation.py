"""Commands about single interventions: trial and match."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from experiments.commands.guarding import CHECK_FAILED
from experiments.commands.studies import (
    Force,
    Json,
    NumberOfRuns,
    PlaceName,
    ProgressMode,
    Quick,
    Seed,
    Workers,
    announce_compiling,
    progress_mode,
)

Intervention = Annotated[str, typer.Argument(help="Id of an intervention, or a catalogue file of your own.")]
Interventions = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(help="Ids of interventions, or catalogue files; all that ship with the software if none is given."),
]


def trial(
    intervention: Intervention,
    place: PlaceName = None,
    runs: NumberOfRuns = "20",
    seed: Seed = 0,
    people: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--people", min=2, help="The most people in a trial; everybody found and willing if not given."),
    ] = None,
    effect: Annotated[
        str, typer.Option("--effect", help="transported (expected in England) or published: trial and strength.")
    ] = "transported",
    workers: Workers = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Also write the result as JSON to this file."),
    ] = None,
    json: Json = None,
    quick: Quick = False,
    power: Annotated[
        bool, typer.Option("--power", help="Ask instead whether a trial could see the effect, in many virtual trials.")
    ] = False,
    plan: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--plan", help="Write an evaluation plan into this folder; implies --power."),
    ] = None,
    design: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--design", help="With --power: individual, cluster or stepped_wedge."),
    ] = None,
    unit: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--unit", help="With --power: person, family, school or community, which is randomised."),
    ] = None,
    clusters: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--clusters", help="With --power: units in both arms; all that a place has if not given."),
    ] = None,
    per_cluster: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--per-cluster", help="With --power: the most people from one cluster."),
    ] = None,
    attrition: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--attrition", help="With --power: share lost to follow-up."),
    ] = None,
    icc: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--icc", help="With --power: an intra-cluster correlation to set beside the one that emerges."),
    ] = None,
    pretest_r2: Annotated[
        float, typer.Option("--pretest-r2", help="With --power: share of variance that covariates explain.")
    ] = 0.0,
    trials: Annotated[int, typer.Option("--trials", help="With --power: virtual trials.")] = 1000,
    permutations: Annotated[
        int, typer.Option("--permutations", min=0, help="With --power: shuffles of a permutation test; 0 for a t test.")
    ] = 0,
    trial_cost: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--trial-cost", min=0, help="With --power: what the trial costs, GBP, as quoted."),
    ] = None,
    residents: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--residents-affected", min=1, help="With --plan: residents of all who would follow the result."),
    ] = None,
    decision_years: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--decision-years", min=0.5, help="With --plan: years for which the decision stands."),
    ] = None,
    reversal_cost: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--reversal-cost", min=0, help="With --plan: GBP lost in one place by adopting and then stopping."
        ),
    ] = None,
    force: Force = False,
    progress: ProgressMode = "auto",
) -> None:
    """Put an intervention on trial in a place.

    Recruits, randomises and follows people up in the model, and prints the programme's true effect, what a trialist
    would have found, and what lies between. With --power it asks how large a trial must be; with --plan also whether
    one is worth having, and writes an evaluation plan.
    """
    from experiments.commands.powering import Asked, run_power
    from experiments.files import write_text
    from experiments.trial_text import print_trial
    from experiments.trials import QUICK_RUNS
    from experiments.trials import trial as put_on_trial

    if effect not in ("transported", "published"):
        raise typer.BadParameter(f'transported or published, not "{effect}"', param_hint="--effect")
    if not runs.isdigit() or int(runs) < 1:
        raise typer.BadParameter(f'a whole number of at least 1, not "{runs}"', param_hint="--runs")
    announce_compiling()
    if power or plan is not None:
        question = {
            "design": design,
            "unit": unit,
            "clusters": people if unit == "person" or design == "individual" else clusters,
            "per_cluster": per_cluster,
            "attrition": attrition,
            "icc": icc,
            "pretest_r2": pretest_r2,
            "trials": trials,
            "permutations": permutations,
            "trial_cost_gbp": trial_cost,
        }
        terms = {"residents": residents, "decision_years": decision_years, "reversal_gbp": reversal_cost}
        count = QUICK_RUNS if quick else int(runs)
        asked = Asked(question, terms, plan, force)
        run_power(intervention, place, count, seed, workers, effect, asked, out, json, progress_mode(progress))
        return
    found = put_on_trial(
        intervention,
        place,
        QUICK_RUNS if quick else int(runs),
        seed,
        workers,
        people=people,
        effect=effect,
        progress=progress_mode(progress),
    )
    for path in (out, Path(json) if json not in (None, "-") else None):
        if path is not None:
            write_text(path, found.to_json())
    if json == "-":
        print(found.to_json(), end="")
    else:
        print_trial(found)


def match(
    interventions: Interventions = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Store to write; strengths.yaml beside a file of yours, else in this folder."),
    ] = None,
    update_shipped: Annotated[
        bool,
        typer.Option(
            "--update-shipped",
            help="Write the store of the shipped catalogue, in a checkout; with --check, mark what still holds.",
        ),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Verify stored strengths with one trial each; exit code 6 if any is out.")
    ] = False,
    seeds: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--seeds", min=1, max=100, help="Pairs of worlds for each trial; 4, or 2 with --check."),
    ] = None,
    workers: Workers = None,
    json: Json = None,
    progress: ProgressMode = "auto",
) -> None:
    """Solve for the strengths of interventions.

    Finds how far the levers must move for a virtual trial to come out as the evidence says, and prints target,
    effect achieved, error and strength. Work that was cut off goes on where it was when the command is repeated.
    """
    from experiments.files import write_text
    from experiments.matching_request import run_request
    from experiments.terminal import print_rich
    from experiments.trial_text import match_table

    announce_compiling()
    found = run_request(
        interventions or [],
        out,
        update_shipped=update_shipped,
        verify=check,
        seeds=seeds,
        workers=workers,
        progress=progress_mode(progress),
    )
    if json == "-":
        print(found.to_json(), end="")
    else:
        if json is not None:
            write_text(Path(json), found.to_json())
        print_rich(match_table(found))
        if found.store:
            print(Path(found.store).resolve())
    if not found.passed:
        print("Some stored strengths do not hold: run placewise match.", file=sys.stderr)
        raise SystemExit(CHECK_FAILED)
