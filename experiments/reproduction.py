"""Rebuild a stored comparison from its manifest and say whether every number is the same."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from experiments.comparison import Comparison, compare
from experiments.files import sha256, write_text
from experiments.manifest import outputs_of
from experiments.progress import Mode
from experiments.store import INPUTS, MANIFEST, PROFILE, RESULT, store
from experiments.version import placewise_version
from sim.core.errors import InputError, Problem

COMPARED = (RESULT, "scenario.resolved.yaml", "tables/", f"{INPUTS}/")


@dataclass(frozen=True)
class Reproduction:
    """Hold what a rebuilt comparison gave.

    Attributes
    ----------
    compared
        Files of numbers that were compared, in alphabetical order.
    different
        Those of them that are not the same, byte for byte.
    reasons
        What may explain a difference: another version, other parameters, another platform.
    """

    compared: tuple[str, ...]
    different: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def identical(self) -> bool:
        return not self.different


def reproduce(
    manifest_path: Path,
    workers: int | None = None,
    progress: Mode = "none",
    *,
    parameters: Any = None,
    build: Callable[..., Any] | None = None,
) -> Reproduction:
    """Run a stored comparison again from what its folder keeps, and compare every file of numbers byte for byte.

    Parameters
    ----------
    manifest_path
        ``manifest.json`` of a stored comparison, or its folder.
    workers, progress, parameters, build
        As for `experiments.comparison.compare`.

    Raises
    ------
    InputError
        When the folder is incomplete, a kept input was changed, or the place file is gone.
    """
    folder = manifest_path.parent if manifest_path.name == MANIFEST else manifest_path
    manifest = _read(folder)
    again = compare(
        _scenarios(folder, manifest),
        _place(folder, manifest),
        manifest["runs"],
        manifest["years"],
        manifest["seed"],
        workers,
        settings=manifest["settings"],
        burn_in_years=manifest["burn_in_years"],
        progress=progress,
        parameters=parameters,
        build=build,
        profile=folder / INPUTS / PROFILE,
        stress=manifest.get("stress", False),
        ways=manifest.get("pathways", False),
        structures=manifest.get("structures", False),
        way_runs=manifest.get("pathway_runs"),
    )
    different, compared = _differences(again, folder, manifest)
    return Reproduction(compared, different, tuple(_reasons(manifest, again)) if different else ())


def _read(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        message = "There is no manifest.json here, so this is not a finished comparison."
        raise InputError(Problem(str(folder), 0, 0, "", message, "Name the folder that compare wrote."))
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if "settings" not in manifest or "outputs" not in manifest:
        message = "This manifest does not say enough to run the comparison again."
        raise InputError(Problem(str(path), 0, 0, "settings", message, "Run compare again with this version."))
    changed = [
        name
        for name, digest in manifest["outputs"].items()
        if name.startswith(f"{INPUTS}/") and (not (folder / name).is_file() or sha256(folder / name) != digest)
    ]
    if changed:
        raise InputError(
            [Problem(str(folder / name), 0, 0, "", "This kept input is gone or was changed.") for name in changed]
        )
    return manifest


def _scenarios(folder: Path, manifest: dict[str, Any]) -> list[Path]:
    stems = [Path(name).stem for name in manifest["inputs"]]
    return [folder / INPUTS / stem / f"{stem}.yaml" for stem in stems]


def _place(folder: Path, manifest: dict[str, Any]) -> Any:
    from sim.population.places import from_codes, resolve

    kept = manifest["place"]
    if kept.get("file") is None:
        place = replace(from_codes(manifest["communities"], name=kept["name"]), kind=kept["kind"])
    elif Path(kept["file"]).is_file():
        place = resolve(kept["file"])
    else:
        message = f"The place file {kept['file']} is gone; local figures are not copied into a comparison."
        raise InputError(Problem(str(folder / MANIFEST), 0, 0, "place.file", message, "Put the file back."))
    if place.digest() != kept["digest"]:
        message = "The data of the place are not those of the comparison."
        raise InputError(
            Problem(str(folder / MANIFEST), 0, 0, "place.digest", message, "Use the version it was made with.")
        )
    return place


def _differences(again: Comparison, folder: Path, manifest: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as scratch:
        rebuilt = store(again, Path(scratch) / "again", ["placewise", "reproduce", str(folder)])
        named = json.loads((folder / RESULT).read_text(encoding="utf-8"))["manifest"]
        write_text(rebuilt / RESULT, again.result.model_copy(update={"manifest": named}).to_json())
        found = outputs_of(rebuilt)
    before = {name: digest for name, digest in manifest["outputs"].items() if name.startswith(COMPARED)}
    compared = sorted(before)
    return tuple(name for name in compared if found.get(name) != before[name]), tuple(compared)


def _reasons(manifest: dict[str, Any], again: Comparison) -> list[str]:
    reasons = []
    if manifest["placewise"] != placewise_version():
        reasons.append(f"It was made with version {manifest['placewise']}; this is {placewise_version()}.")
    if manifest["parameters_sha256"] != again.plan.parameters.digest():
        reasons.append("The parameters are not the same.")
    if manifest["git_changed"]:
        reasons.append("It was made from files that had been changed and not committed.")
    return reasons or ["Versions and parameters are the same: the machine or a library may differ."]
