"""The manifest of a stored study: what was run, with which inputs, on what, and what it may be used for."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sim
from experiments.comparison import Comparison
from experiments.engine import Used
from experiments.files import sha256
from experiments.runs import BASELINE, Plan
from experiments.version import placewise_version, version_of
from experiments.worlds import World
from sim.parameters.draws import DRAWS
from sim.population.open_data import ATTRIBUTION

SCHEMA = "placewise.manifest/1"
CHANCE = "Philox 4x32-10, counter (person, sheet, month, index), version 1"
LIBRARIES = ("mesa", "numpy", "numba", "duckdb", "pydantic", "matplotlib")
LIMITS = (
    "Results are modelled estimates for planning across a whole place. They do not predict, score or rank people, "
    "families or streets, and must not be used to do so.",
    "Ethnicity is not an attribute of anybody in the model. Sexual violence is not simulated, and no programme treats "
    "current domestic abuse.",
    "Differences between scenarios rest on assumed programme strengths until these have been matched to trials.",
    "Figures for single communities are far less certain than figures for the place.",
)


@dataclass(frozen=True)
class Study:
    """Hold what a manifest says of any study: its question, and how it was run."""

    plan: Plan
    worlds: Mapping[str, World]
    runs: int
    workers: int
    seconds: float
    clips: Mapping[str, int]
    precise: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    place_file: Path | None = None
    used: Used | None = None

    @property
    def where(self) -> Used:
        """What the runs ran on: processes of this machine where nothing else was noted."""
        if self.used is not None:
            return self.used
        return Used("this process" if self.workers == 1 else "processes", self.workers)


def manifest_of(comparison: Comparison, command_line: Sequence[str]) -> dict[str, Any]:
    """Describe a comparison; its files are added by `outputs_of` once they are written."""
    study = Study(
        comparison.plan,
        comparison.worlds,
        comparison.result.runs,
        comparison.workers,
        comparison.seconds,
        comparison.clips,
        comparison.precise,
        comparison.settings,
        comparison.place_file,
        comparison.used,
    )
    warnings = {stem: scenario.warnings for stem, scenario in comparison.result.scenarios.items()}
    ways = comparison.result.pathways
    asked = {
        "stress": bool(comparison.result.stress),
        "pathways": bool(ways),
        "structures": bool(comparison.result.structure),
        "pathway_runs": next(iter(ways.values())).runs if ways else None,
    }
    return manifest_of_study(study, warnings, command_line) | asked


def manifest_of_study(study: Study, warnings: Mapping[str, Any], command_line: Sequence[str]) -> dict[str, Any]:
    """Describe a study; its files are added by `outputs_of` once they are written."""
    plan, place = study.plan, study.plan.place
    commit, changed = _commit()
    return {
        "schema": SCHEMA,
        "run_id": question_id(plan, study.worlds, study.runs),
        "created_utc": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "placewise": placewise_version(),
        "git_commit": commit,
        "git_changed": changed,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": {name: version_of(name) for name in LIBRARIES},
        "command": list(command_line),
        "place": place_record(place, study.place_file),
        "communities": [str(code) for code in place.codes],
        "decision_date": plan.decision_date,
        "years": plan.years,
        "burn_in_years": plan.burn_in_years,
        "runs": study.runs,
        "seed": plan.seed,
        "settings": dict(study.settings),
        "seeds": [plan.seed + number for number in range(study.runs)],
        "draws": [number % DRAWS for number in range(study.runs)],
        "chance": CHANCE,
        "parameters_sha256": plan.parameters.digest(),
        **asdict(study.where),
        "precision_reached": study.precise,
        "wall_seconds": round(study.seconds, 1),
        "inputs": {
            world.path.name: {"sha256": sha256(world.path), "title": world.scenario.title}
            for world in study.worlds.values()
        },
        "provisional": {
            stem: sorted(world.scenario.provisional) for stem, world in study.worlds.items() if stem != BASELINE
        },
        "hazards_above_ceiling": dict(study.clips),
        "warnings": dict(warnings),
        "limits_of_use": list(LIMITS),
        "licences": ["Open data under the Open Government Licence v3.0", ATTRIBUTION],
    }


def place_record(place: Any, file: Path | None = None) -> dict[str, Any]:
    """Describe a place so that it can be told apart, and found again with the codes of its communities."""
    return {
        "name": place.name,
        "kind": place.kind,
        "population": place.population,
        "communities": place.n,
        "file": str(file) if file else None,
        "digest": place.digest(),
    }


def outputs_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file in a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def run_id(comparison: Comparison) -> str:
    """Return the identifier of a comparison's question."""
    return question_id(comparison.plan, comparison.worlds, comparison.result.runs)


def question_id(plan: Plan, worlds: Mapping[str, World], runs: int) -> str:
    """Return an identifier that is the same for the same question: place, scenarios, parameters, runs and seed."""
    digest = hashlib.sha256(plan.parameters.digest().encode())
    for part in (plan.place.name, plan.decision_date, plan.years, plan.burn_in_years, plan.seed, runs):
        digest.update(f"{part}|".encode())
    for world in worlds.values():
        digest.update(repr(world.scenario).encode())
    return digest.hexdigest()[:12]


def _commit() -> tuple[str | None, bool | None]:
    root = Path(sim.__file__).parents[1]
    if not (root / ".git").exists():
        return None, None
    try:
        head = _git(root, "rev-parse", "HEAD")
        return head.strip(), bool(_git(root, "status", "--porcelain").strip())
    except (OSError, subprocess.SubprocessError):
        return None, None


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, timeout=10, check=True)
    return done.stdout
