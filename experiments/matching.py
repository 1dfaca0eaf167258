"""Solve for the strengths of interventions: the scale at which a virtual trial comes out as the evidence says.

The effect of a trial is evaluated at a few scales, in pairs of worlds with the same luck; a curve through no effect is
fitted and solved for the effects wanted; scales near the solutions are evaluated next, until every effect wanted is
close to one that was evaluated. Evaluations are kept in a folder, so that work that was cut off goes on where it was.
"""

from __future__ import annotations

import hashlib
import math
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.executor import default_workers, run_many
from experiments.matching_curve import Evaluations, achieved, fit, next_scales, scale_error
from experiments.matching_result import (
    BY_HAND,
    NOT_YET,
    MatchResult,
    MatchRow,
    checked_row,
    result_of,
    row_of,
    row_without,
)
from experiments.matching_store import write_store
from experiments.matching_worlds import BURN_IN_YEARS, Batch, Job, one_batch, read_evaluation
from experiments.progress import Mode, progress_of
from experiments.trial_design import PUBLISHED, Design, NoTrial, design_of
from experiments.trial_measures import is_rated
from sim.interventions.model_hash import model_hash
from sim.interventions.resolved import uncertainty_of
from sim.interventions.schema import CatalogueEntry
from sim.interventions.strength_store import CENTILES, Solved, Strengths, entry_hash

SEEDS = 4
COMMUNITIES = 64
"""Neighbourhoods of the reference population in which trials are matched: about 110,000 people."""
ROUNDS = 8
CLOSE = 0.01
"""Log rate ratio within which an evaluated effect must lie of one that is wanted."""
FIRST_SCALE = 1.0
JOBS_OF_A_BATCH = 60
NEAR_NOTHING, SHARE_OF_OUTERMOST = 0.05, 0.1
NO_EFFECT = 1e-6


@dataclass(frozen=True)
class Wanted:
    """Hold the effects wanted of one trial of an entry: name to log rate ratio or standard deviations."""

    entry: CatalogueEntry
    design: Design
    targets: Mapping[str, float]
    key: str


@dataclass(frozen=True)
class Setting:
    """Say where and how often trials are evaluated."""

    place: Any
    parameters: Any
    seeds: int = SEEDS
    burn_in_years: int = BURN_IN_YEARS
    workers: int | None = None
    progress: Mode = "none"

    @property
    def words(self) -> str:
        """What evaluations in this setting may be told from others by."""
        codes = hashlib.sha256("".join(map(str, self.place.codes)).encode()).hexdigest()[:8]
        return f"{codes}|{self.burn_in_years}|{self.parameters.digest()}"


def reference_setting(
    parameters: Any = None, seeds: int = SEEDS, workers: int | None = None, progress: Mode = "none"
) -> Setting:
    """Return the setting in which the shipped catalogue is matched: a sample of England's neighbourhoods."""
    from calibration.reference import reference_place
    from sim.parameters import load_registry

    return Setting(
        reference_place(COMMUNITIES), parameters or load_registry(), seeds, workers=workers, progress=progress
    )


def wanted_of(entry: CatalogueEntry, setting: Setting) -> list[Wanted]:
    """Return the trials of an entry and the effects wanted of each: those expected in England, and the published one.

    Raises
    ------
    NoTrial : for an entry that cannot be put on trial.
    """
    design = design_of(entry)
    central, sd = entry.evidence.transport.log_rr[0], uncertainty_of(entry)  # type: ignore[union-attr]
    targets = {name: central + z * sd for name, z in CENTILES.items()}
    published = published_target(entry)
    if published is None:
        return [Wanted(entry, design, targets, _key(entry, design, setting))]
    own = design_of(entry, PUBLISHED)
    if own == design:
        return [Wanted(entry, design, {**targets, PUBLISHED: published}, _key(entry, design, setting))]
    return [
        Wanted(entry, design, targets, _key(entry, design, setting)),
        Wanted(entry, own, {PUBLISHED: published}, _key(entry, own, setting)),
    ]


def published_target(entry: CatalogueEntry) -> float | None:
    """Return the published effect, when it is given and is of the kind that its measure counts in."""
    trial = entry.evidence.trial  # type: ignore[union-attr]
    given = trial.effect_sd if is_rated(trial.measure) else trial.effect_log_rr
    return None if given is None or given[0] is None else float(given[0])


def _key(entry: CatalogueEntry, design: Design, setting: Setting) -> str:
    parts = (design.estimand, design.measure, design.first_month, design.last_month, design.recruiting_months)
    text = "|".join(map(str, (entry_hash(entry), model_hash(), setting.words, *parts)))
    return f"{entry.id}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def match(
    entries: Sequence[CatalogueEntry], store: Path, setting: Setting, folder: Path, keep: bool = False
) -> MatchResult:
    """Solve for the strengths of entries and write them to a store.

    Parameters
    ----------
    store
        The file to write; strengths of other entries in it stay.
    folder
        Keeps evaluations while the work goes on; it is removed at the end unless ``keep``.
    """
    wanted, rows = _all_wanted(entries, setting)
    for number in range(ROUNDS):
        asked = {each.key: _asked(each, setting, folder, number) for each in wanted}
        if not _evaluate([(each, asked[each.key]) for each in wanted], setting, folder, f"Round {number + 1}"):
            break
    solved: dict[str, Strengths] = {}
    for entry in entries:
        effects = [effect for each in wanted if each.entry is entry for effect in _solve(each, setting, folder)]
        if effects:
            rows += [row_of(entry, name, effect) for name, effect in effects]
            in_order = sorted(effects, key=lambda pair: pair[1].log_rr if pair[0] != PUBLISHED else math.inf)
            solved[entry.id] = Strengths(model_hash(), entry_hash(entry), tuple(in_order), setting.seeds)
    if solved:
        write_store(store, solved)
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    return result_of(setting, rows, str(store) if solved else "", checked=False)


def check(entries: Sequence[CatalogueEntry], setting: Setting, folder: Path) -> MatchResult:
    """Verify the stored strengths of entries: one trial each, at the strength of the expected effect.

    Where no effect is expected, and so no strength is needed, the effect at the low end is taken instead.
    """
    wanted, rows = _all_wanted(entries, setting)
    asked = []
    for each in wanted:
        stored = each.entry.matched
        if stored is None:
            if "central" in each.targets:
                rows.append(row_without(each.entry, NOT_YET))
            continue
        name = _effect_to_check(stored)
        if name in each.targets:
            asked.append((each, name, stored.by_name[name]))
    _evaluate([(each, [effect.scale]) for each, _, effect in asked], setting, folder, "Checking")
    for each, name, effect in asked:
        found = _evaluations(each, setting, folder, [effect.scale])
        rows.append(checked_row(each.entry, name, effect, found, setting.seeds))
    shutil.rmtree(folder, ignore_errors=True)
    return result_of(setting, rows, "", checked=True)


def _effect_to_check(stored: Strengths) -> str:
    return "central" if abs(stored.by_name["central"].scale) > NO_EFFECT else "p05"


def _all_wanted(entries: Iterable[CatalogueEntry], setting: Setting) -> tuple[list[Wanted], list[MatchRow]]:
    wanted: list[Wanted] = []
    rows: list[MatchRow] = []
    for entry in entries:
        if not entry.levers:
            continue
        if any(push.is_provisional for push in entry.levers.values()):
            rows.append(row_without(entry, BY_HAND))
            continue
        try:
            wanted += wanted_of(entry, setting)
        except NoTrial as reason:
            rows.append(row_without(entry, str(reason)))
    return wanted, rows


def _asked(each: Wanted, setting: Setting, folder: Path, number: int) -> list[float]:
    """Return the scales that a round evaluates."""
    if number == 0:
        return [FIRST_SCALE]
    found = _evaluations(each, setting, folder)
    return next_scales(found, each.targets, CLOSE, NEAR_NOTHING, SHARE_OF_OUTERMOST) if found.seeds else []


def _evaluate(asked: Sequence[tuple[Wanted, Sequence[float]]], setting: Setting, folder: Path, what: str) -> bool:
    """Evaluate what is not known yet, and return whether anything was asked for."""
    batches: list[Batch] = []
    for seed in range(setting.seeds):
        jobs = []
        for each, scales in asked:
            missing = [scale for scale in scales if read_evaluation(folder, each.key, seed, scale) is None]
            if missing:
                jobs.append(Job(each.key, each.design, tuple(missing)))
        # Trials of like length share an untreated world.
        jobs.sort(key=lambda job: job.design.months)
        for first in range(0, len(jobs), JOBS_OF_A_BATCH):
            some = tuple(jobs[first : first + JOBS_OF_A_BATCH])
            batches.append(Batch(setting.place, setting.parameters, seed, some, folder, setting.burn_in_years))
    if batches:
        with progress_of(what, sum(batch.steps for batch in batches), setting.progress) as shown:
            run_many(one_batch, batches, setting.workers or default_workers(), shown)
    return any(scales for _, scales in asked)


def _evaluations(each: Wanted, setting: Setting, folder: Path, scales: Sequence[float] | None = None) -> Evaluations:
    """Return what was evaluated of a trial, in the seeds in which the trial found people in both arms."""
    if scales is None:
        marks = (path.stem.rsplit("_", 1)[1] for path in folder.glob(f"{each.key}_0_*.json"))
        scales = sorted({float(mark) for mark in marks})
    table: dict[float, list[float]] = {}
    for scale in scales:
        found = [read_evaluation(folder, each.key, seed, scale) for seed in range(setting.seeds)]
        if all(one is not None for one in found):
            table[scale] = [one["effect"] for one in found if one is not None]
    usable = [seed for seed in range(setting.seeds) if all(math.isfinite(values[seed]) for values in table.values())]
    if not table or not usable:
        return Evaluations({})
    return Evaluations({scale: tuple(values[seed] for seed in usable) for scale, values in table.items()})


def _solve(each: Wanted, setting: Setting, folder: Path) -> list[tuple[str, Solved]]:
    found = _evaluations(each, setting, folder)
    if not found.seeds:
        words = "nobody could be recruited, so nothing was matched."
        return [(name, Solved(target, 0.0, bound=words)) for name, target in each.targets.items()]
    curve = fit(found)
    effects = []
    for name, target in each.targets.items():
        scale, reached = curve.solve(target)
        value, error = achieved(found, scale)
        bound = ""
        if not reached:
            bound = f"no strength gives the {name} effect of {target:+.3f}; the furthest reached is {value:+.3f}."
        effects.append((name, Solved(target, scale, scale_error(found, target), value, error, bound)))
    return effects
