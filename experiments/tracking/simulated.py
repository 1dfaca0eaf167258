"""What a stored comparison says of the months to come: levels of every world, with what is uncertain about them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from experiments.files import sha256
from experiments.results import CompareResult
from experiments.runs import BASELINE
from experiments.tracking.counts import TRACKED
from sim.core.errors import InputError, Problem
from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[np.float64]

FEWEST_RUNS = 5
MEMBERS = 1000
SEED = 1
LEAST = 1e-6
HALF = 0.5


@dataclass(frozen=True, eq=False)
class Simulated:
    """Hold what a forecast needs of a stored comparison.

    Attributes
    ----------
    result, manifest
        As stored.
    totals
        Count over the horizon, shape (runs, worlds, outcomes).
    year_shares
        Mean count of a year over the mean of all years, shape (worlds, outcomes, years).
    community_shares
        Share of the place's count in each community, shape (worlds, outcomes, communities).
    """

    result: CompareResult
    manifest: Mapping[str, Any]
    worlds: tuple[str, ...]
    totals: Array
    year_shares: Array
    community_shares: Array

    def members(self) -> Array:
        """Return equally likely mean levels a month, shape (members, worlds, outcomes).

        Log totals of runs follow a multivariate Student's t about their mean, which is wider the fewer the runs.
        Worlds and outcomes keep their correlation. Chance in the counts of a run is taken off, since observed counts
        bring their own.
        """
        runs = self.totals.shape[0]
        logs = np.log(self.totals + HALF)
        away = (logs - logs.mean(axis=0)) * self._not_luck()
        luck = np.random.default_rng(SEED)
        weights = luck.standard_normal((MEMBERS, runs)) / np.sqrt(runs - 1)
        widen = np.sqrt((runs - 1) / luck.chisquare(runs - 1, MEMBERS)) * np.sqrt(1 + 1 / runs)
        moved = np.einsum("mr,rwo->mwo", widen[:, None] * weights, away)
        centre = np.log(np.maximum(self.totals.mean(axis=0), LEAST)) - away.var(axis=0, ddof=1) / 2
        return np.asarray(np.exp(centre + moved) / (self.result.years * MONTHS_PER_YEAR))

    def _not_luck(self) -> Array:
        """Return by what to multiply deviations of log totals to leave out the chance of a count, by outcome."""
        baseline = self.totals[:, self.worlds.index(BASELINE)]
        variance = np.log(baseline + HALF).var(axis=0, ddof=1)
        chance = 1.0 / np.maximum(baseline.mean(axis=0), HALF)
        return np.asarray(np.sqrt(np.maximum(variance - chance, 0.0) / np.maximum(variance, LEAST)))


def read_simulated(folder: Path) -> Simulated:
    """Read a stored comparison.

    Raises
    ------
    InputError
        When the folder is not a comparison, was changed since it was written, or has too few runs.
    """
    manifest, result = _read_result(folder)
    if result.runs < FEWEST_RUNS:
        message = f"The comparison has {result.runs} runs; a forecast needs {FEWEST_RUNS} or more to state a range."
        raise InputError(Problem(str(folder), 0, 0, "runs", message, "Compare again with --runs 20 or more."))
    worlds = (BASELINE, *result.scenarios)
    return Simulated(
        result=result,
        manifest=manifest,
        worlds=worlds,
        totals=_run_totals(folder / "tables" / "runs.csv", worlds, result.runs),
        year_shares=_year_shares(result),
        community_shares=_community_shares(folder / "tables" / "communities.csv", worlds),
    )


def _read_result(folder: Path) -> tuple[dict[str, Any], CompareResult]:
    fix = "Name a folder that placewise compare wrote."
    paths = [folder / name for name in ("manifest.json", "result.json", "tables/runs.csv", "tables/communities.csv")]
    missing = [path.relative_to(folder).as_posix() for path in paths if not path.is_file()]
    if missing:
        message = f"This is not the folder of a finished comparison: {', '.join(missing)} not there."
        raise InputError(Problem(str(folder), 0, 0, "", message, fix))
    try:
        manifest = json.loads(paths[0].read_text(encoding="utf-8"))
        result = CompareResult.model_validate_json(paths[1].read_text(encoding="utf-8"))
    except (ValidationError, json.JSONDecodeError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(Problem(str(paths[1]), 0, 0, "", f"The result cannot be read: {reason}", fix)) from None
    for path in paths[1:]:
        if sha256(path) != manifest["outputs"].get(path.relative_to(folder).as_posix()):
            message = "The file is not the one that was written: its checksum is not that of the manifest."
            raise InputError(Problem(str(path), 0, 0, "", message, "Compare again; forecasts rest on what was run."))
    return manifest, result


def _run_totals(path: Path, worlds: tuple[str, ...], runs: int) -> Array:
    totals = np.zeros((runs, len(worlds), len(TRACKED)))
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["world"] in worlds:
                totals[int(row["run"]), worlds.index(row["world"])] = [float(row[name]) for name in TRACKED]
    return totals


def _year_shares(result: CompareResult) -> Array:
    def means(part: str, stem: str) -> list[list[float]]:
        years = result.scenarios[stem].by_year
        return [[getattr(year.outcomes[name], part).mean or 0.0 for year in years] for name in TRACKED]

    stems = list(result.scenarios)
    found = np.array([means("baseline", stems[0]), *(means("scenario", stem) for stem in stems)])
    mean = found.mean(axis=2, keepdims=True)
    return np.where(mean > 0, found / np.maximum(mean, LEAST), 1.0)


def _community_shares(path: Path, worlds: tuple[str, ...]) -> Array:
    rows: dict[str, list[list[float]]] = {world: [] for world in worlds}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["world"] in rows:
                rows[row["world"]].append([float(row[name]) for name in TRACKED])
    counts = np.array([rows[world] for world in worlds]).transpose(0, 2, 1)
    return np.asarray(counts / np.maximum(counts.sum(axis=2, keepdims=True), LEAST))
