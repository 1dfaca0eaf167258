"""What a study says of the sweep that it holds: its manifest, and the files that ask it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any

from experiments.manifest import Study, manifest_of_study
from experiments.runs import Plan
from experiments.sweeps.designs import salib_problem
from experiments.sweeps.sweep_file import Sweep
from sim.interventions.catalogue import own_catalogue_files

SWEEP_FILE = "sweep.yaml"
NOT_YET_KNOWN = (
    "schema",
    "engine",
    "workers",
    "cluster",
    "wall_seconds",
    "precision_reached",
    "hazards_above_ceiling",
    "command",
    "run_id",
)


def about_sweep(read: Sweep, plan: Plan, place_file: Path | None = None) -> dict[str, Any]:
    """Return what a reader of the study should know beside its question."""
    manifest = manifest_of_study(
        Study(plan, read.worlds, read.file.runs, 0, 0.0, {}, place_file=place_file),
        {stem: world.notes for stem, world in read.worlds.items()},
        (),
    )
    return {
        "kind": "sweep",
        "title": read.file.title,
        "about": read.file.about,
        "worlds": list(read.worlds),
        "model": read.file.model,
        "outcomes": list(read.outcomes),
        **({"detail": list(read.detail)} if read.detail else {}),
        "runs_per_point": read.file.runs,
        "design": read.design.model_dump(),
        "factors": [asdict(factor) for factor in read.factors],
        "problem": salib_problem(read.factors),
        "shares_burn_in": read.shares_burn_in,
        **{key: value for key, value in manifest.items() if key not in NOT_YET_KNOWN},
    }


def kept_files(read: Sweep) -> dict[str, str]:
    """Return the texts of the sweep file, its scenario and the scenario's own programmes, as one folder.

    The scenario stands where the sweep file says, so that the sweep can be read again from the folder.
    """
    files = {SWEEP_FILE: read.text}
    if read.function is not None:
        return files
    given = {PurePath(name).stem: PurePath(name) for name in read.file.scenarios}
    for stem, world in read.worlds.items():
        named = given.get(stem, PurePath(f"{stem}.yaml"))
        inside = named.suffix and not named.is_absolute() and ".." not in named.parts
        home = named if inside else PurePath(f"{stem}.yaml")
        files[str(home)] = world.path.read_text(encoding="utf-8")
        for path in own_catalogue_files(Path(world.path)):
            files[str(home.parent / "catalogue" / path.name)] = path.read_text(encoding="utf-8")
    return files
