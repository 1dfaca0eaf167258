"""Screen proposals: deliver each under one frozen pack, set its claim beside the evidence, and say what next.

All proposals for a place share the burn-in of each run and its luck, so that rows of the table differ by the proposals
alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from experiments.comparison import run_plans
from experiments.executor import default_workers
from experiments.finding import find_parameters, find_place, place_file_of
from experiments.progress import Mode
from experiments.runs import BASELINE, Plan, RunRecord
from experiments.screening.assessing import assess
from experiments.screening.deciding import RULES, ValueOfTrial
from experiments.screening.delivery import Delivered
from experiments.screening.pack import Pack, pack_of, read_pack, require_same
from experiments.screening.reading import Loaded, read_proposals
from experiments.screening.result import ProposalResult, ScreenResult
from experiments.summaries import clips_of
from experiments.worlds import World
from sim.core.errors import InputError, Problem
from sim.economics.profile import DEFAULT, read_profile
from sim.interventions.catalogue import bundled_scenarios
from sim.interventions.checking import check_scenario

DEFAULT_RUNS, QUICK_RUNS = 20, 4
DEFAULT_YEARS = 5
BURN_IN_YEARS = 5
DECISION_DATE = "2026-04"
OF_PACK = ""


@dataclass(frozen=True)
class Screened:
    """Hold a screening: its result, its pack, and what was run, one plan for each place.

    Attributes
    ----------
    places, place_files
        Data of places by the name that proposals give them, "" for the place of the pack; and files they were read
        from, where they were.
    settings, profile_file, by_pack
        Values set from outside, the file of the appraisal profile, and whether an earlier pack had to be reproduced.
    """

    result: ScreenResult
    pack: Pack
    plans: Sequence[Plan]
    worlds: Mapping[str, World]
    proposals: Sequence[Loaded]
    clips: Mapping[str, int]
    workers: int
    seconds: float
    places: Mapping[str, Any] = field(default_factory=dict)
    place_files: Mapping[str, Path] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    profile_file: Path | None = None
    by_pack: bool = False


def screen(
    proposals: str | Path | Sequence[Loaded],
    place: Any = None,
    runs: int = DEFAULT_RUNS,
    years: int = DEFAULT_YEARS,
    seed: int = 0,
    workers: int | None = None,
    *,
    profile: str | Path = DEFAULT,
    pack: str | Path | None = None,
    settings: Mapping[str, str] | None = None,
    burn_in_years: int = BURN_IN_YEARS,
    parameters: Any = None,
    build: Callable[..., Any] | None = None,
    value_of_trial: Callable[[Delivered, Plan, Sequence[RunRecord]], ValueOfTrial | None] | None = None,
    places: Mapping[str, Any] | None = None,
    progress: Mode = "none",
) -> Screened:
    """Screen every proposal of a folder.

    Parameters
    ----------
    proposals
        A folder, a file, or proposals as read.
    place
        The place of the pack, for proposals that name none.
    pack
        A stored pack that this screening must reproduce.
    value_of_trial
        What a trial of a proposal would be worth before the decision, from the runs of its place; not asked if None.
    places
        Data of places by the name that proposals give them, where they need not be looked up.

    Raises
    ------
    InputError
        With every mistake in every file, where a proposal has no place, or where the pack cannot be reproduced.
    """
    loaded = read_proposals(proposals) if isinstance(proposals, str | Path) else list(proposals)
    chosen = read_profile(profile)
    registry = find_parameters(parameters, settings or {}, chosen)
    where = _places(loaded, place, places or {})
    shared = Plan(None, registry, {}, DECISION_DATE, years, burn_in_years, seed, build)
    price_year = int(registry["economics.price_year"])
    groups = [
        (found, [Delivered(each, found, DECISION_DATE, years, price_year) for each in group])
        for found, group in _by_place(loaded, where)
    ]
    plans = [replace(shared, place=found, worlds=_worlds(delivered, years)) for found, delivered in groups]
    frozen = pack_of(plans, runs, chosen)
    if pack is not None:
        frozen = require_same(frozen, read_pack(Path(pack)), Path(pack))
    started, processes = time.monotonic(), workers or default_workers()
    results: dict[str, ProposalResult] = {}
    records = list(zip(plans, run_plans(plans, range(runs), processes, progress), strict=True))
    for (plan, lived), (_, delivered) in zip(records, groups, strict=True):
        for each in delivered:
            value = value_of_trial(each, plan, lived) if value_of_trial else None
            results[each.stem] = assess(each, plan, lived, chosen, value)
    return Screened(
        ScreenResult(
            pack=frozen.data(), runs=runs, years=years, proposals=dict(sorted(results.items())), rules=list(RULES)
        ),
        frozen,
        plans,
        {BASELINE: _baseline(years)} | {each.stem: each.world for _, group in groups for each in group},
        loaded,
        _clips(records),
        min(processes, runs),
        time.monotonic() - started,
        where,
        _place_files(where, place),
        dict(settings or {}),
        chosen.path,
        pack is not None,
    )


def _worlds(delivered: Sequence[Delivered], years: int) -> dict[str, Any]:
    ordered = sorted(delivered, key=lambda each: each.stem)
    return {BASELINE: _baseline(years).scenario} | {each.stem: each.scenario for each in ordered}


def _baseline(years: int) -> World:
    path = bundled_scenarios()[BASELINE]
    scenario = replace(check_scenario(path).require(), decision_date=DECISION_DATE, horizon_years=years)
    return World(BASELINE, path, scenario)


def _places(loaded: Sequence[Loaded], place: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of every place by the name that proposals give it, "" for the place of the pack."""
    problems: list[Problem] = []
    where = {} if place is None else {OF_PACK: find_place(place, {})}
    for each in loaded:
        named, file = each.proposal.place or OF_PACK, str(each.file)
        if named in where:
            continue
        if named == OF_PACK:
            message = f"The proposal {each.proposal.id} names no place."
            problems.append(Problem(file, each.line, 1, "place", message, "Add a place to it, or --place."))
            continue
        try:
            where[named] = known[named] if named in known else find_place(named, {})
        except InputError as error:
            problems += [replace(p, file=file, line=each.line, column=1, path="place") for p in error.problems]
    if problems:
        raise InputError(problems)
    return where


def _place_files(where: Mapping[str, Any], place: Any) -> dict[str, Path]:
    files = {named: place_file_of(place if named == OF_PACK else named, {}) for named in where}
    return {named: file for named, file in files.items() if file is not None}


def _by_place(loaded: Sequence[Loaded], where: Mapping[str, Any]) -> list[tuple[Any, list[Loaded]]]:
    """Return each place with its proposals, in the order in which places are first named."""
    groups: dict[str, tuple[Any, list[Loaded]]] = {}
    for each in loaded:
        found = where[each.proposal.place or OF_PACK]
        groups.setdefault(_key(found), (found, []))[1].append(each)
    return list(groups.values())


def _key(place: Any) -> str:
    return f"{place.name} {place.digest()}"


def _clips(records: Sequence[tuple[Plan, list[RunRecord]]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for plan, lived in records:
        for name, number in clips_of(lived, list(plan.worlds)).items():
            total[name] = total.get(name, 0) + number
    return dict(sorted(total.items()))
