"""Rebuild a stored study from its folder and say whether every number is the same."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.files import sha256, write_text
from experiments.kept_runs import KeptRuns
from experiments.living_again import (
    Kept,
    Means,
    areas_again,
    compare_again,
    portfolio_again,
    run_again,
    screen_again,
    sweep_again,
)
from experiments.manifest import outputs_of
from experiments.progress import Mode
from experiments.store import INPUTS, MANIFEST, RESOLVED, RESULT
from experiments.study.folder import INPUTS_TABLE, RUNS_TABLE, STUDY, StudyFolder
from experiments.version import placewise_version
from sim.core.errors import InputError, Problem

COMPARED = (RESULT, RESOLVED, "pack.json", "tables/", f"{INPUTS}/", "incidents.parquet", "people.parquet")
PLANS = "plans/"
FOLDERS: Mapping[str, tuple[Callable[[Kept, Path, Means], str], tuple[str, ...]]] = {
    "placewise.compare/1": (compare_again, ("settings", "outputs")),
    "placewise.run/1": (run_again, ("settings", "outputs")),
    "placewise.screen/1": (screen_again, ("settings", "places", "trials", "own_entries", "by_pack")),
    "placewise.portfolio-result/1": (portfolio_again, ("portfolio",)),
}
"""What lives a folder again, by the schema of its result, and what its manifest must say for that."""
STUDIES: Mapping[str, tuple[Callable[[Kept, Path, Means], str], tuple[str, ...]]] = {
    "sweep": (sweep_again, ("kept",)),
    "areas": (areas_again, ("kept", "settings", "scenario", "area_people")),
}
"""The same of a study that is kept run by run, by its kind."""
WRITERS = "compare, run, screen, portfolio or sweep"


@dataclass(frozen=True)
class Reproduction:
    """Hold what a rebuilt study gave.

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
    kept: KeptRuns | None = None,
) -> Reproduction:
    """Run a stored study again from what its folder keeps, and compare every file of numbers byte for byte.

    Parameters
    ----------
    manifest_path
        Folder of a comparison, run, screening, portfolio or sweep, or its ``manifest.json`` or ``study.json``.
    workers, progress, parameters, build
        As for `experiments.comparison.compare`.
    kept
        Where finished runs of this reproduction, and of no other, are kept until it is done; for comparisons.

    Raises
    ------
    InputError
        When the folder is incomplete, a kept input was changed, or the place file is gone.
    """
    folder = _folder(manifest_path)
    by = Means(workers, progress, parameters, build, kept)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "again"
        if (folder / STUDY).is_file():
            kept, again = _read_study(folder)
            digest = again(kept, out, by)
            before, now = _files_of_study(folder), _files_of_study(out)
        else:
            kept, again = _read_folder(folder)
            digest = again(kept, out, by)
            before, now = dict(kept.manifest["outputs"]), {}
        _name_manifest(folder, out)
        now |= outputs_of(out)
    compared = sorted(name for name in before if _is_number(name))
    different = tuple(name for name in compared if now.get(name) != before[name])
    return Reproduction(tuple(compared), different, tuple(_reasons(kept.manifest, digest)) if different else ())


def manifest_digest(manifest_path: Path) -> str:
    """Return the SHA-256 of the manifest of a stored study; of nothing where there is none."""
    manifest = next((file for name in (MANIFEST, STUDY) if (file := _folder(manifest_path) / name).is_file()), None)
    return sha256(manifest) if manifest else ""


def _folder(manifest_path: Path) -> Path:
    return manifest_path.parent if manifest_path.name in (MANIFEST, STUDY) else manifest_path


def _read_folder(folder: Path) -> tuple[Kept, Callable[[Kept, Path, Means], str]]:
    path = folder / MANIFEST
    if not path.is_file():
        message = "There is no manifest.json and no study.json here, so this is not a finished study."
        raise InputError(Problem(str(folder), 0, 0, "", message, f"Name a folder that {WRITERS} wrote."))
    manifest = json.loads(path.read_text(encoding="utf-8"))
    form = (
        json.loads((folder / RESULT).read_text(encoding="utf-8")).get("schema") if (folder / RESULT).is_file() else ""
    )
    if form not in FOLDERS:
        message = "Nothing is known of how to run this again."
        raise InputError(Problem(str(folder), 0, 0, RESULT, message, f"Name a folder that {WRITERS} wrote."))
    again, needed = FOLDERS[form]
    _refuse_lacking(path, manifest, ("outputs", *needed))
    kept = {name: digest for name, digest in manifest["outputs"].items() if name.startswith(f"{INPUTS}/")}
    _refuse_changed(folder, kept)
    return Kept(folder, manifest), again


def _read_study(folder: Path) -> tuple[Kept, Callable[[Kept, Path, Means], str]]:
    study = StudyFolder(folder)
    about = study.about
    if study.digest is None:
        message = "This study is not finished, or another process is at work in it."
        raise InputError(Problem(str(folder), 0, 0, "", message, "Go on with it by --resume first."))
    if about.get("kind") not in STUDIES:
        message = "Nothing is known of how to run this study again."
        raise InputError(Problem(str(folder / STUDY), 0, 0, "kind", message, f"Name a folder that {WRITERS} wrote."))
    again, needed = STUDIES[about["kind"]]
    _refuse_lacking(folder / STUDY, about, needed)
    _refuse_changed(folder, {f"{INPUTS}/{name}": digest for name, digest in about["kept"].items()})
    return Kept(folder, about), again


def _refuse_lacking(path: Path, told: Mapping[str, Any], needed: tuple[str, ...]) -> None:
    lacking = [name for name in needed if name not in told]
    if lacking:
        message = f"This manifest does not say enough to run the study again: it lacks {', '.join(lacking)}."
        raise InputError(Problem(str(path), 0, 0, lacking[0], message, "Run it anew with this version."))


def _refuse_changed(folder: Path, kept: Mapping[str, str]) -> None:
    changed = [
        name for name, digest in kept.items() if not (folder / name).is_file() or sha256(folder / name) != digest
    ]
    if changed:
        raise InputError(
            [Problem(str(folder / name), 0, 0, "", "This kept input is gone or was changed.") for name in changed]
        )


def _name_manifest(folder: Path, out: Path) -> None:
    """Let a rebuilt result name the manifest that the stored one names, which is where that study was written to."""
    if not (folder / RESULT).is_file() or not (out / RESULT).is_file():
        return
    named, mine = (json.loads((each / RESULT).read_text(encoding="utf-8"))["manifest"] for each in (folder, out))
    before, after = (f'"manifest": {json.dumps(path, ensure_ascii=False)}' for path in (mine, named))
    text = (out / RESULT).read_text(encoding="utf-8")
    write_text(out / RESULT, text.replace(before, after))


def _files_of_study(folder: Path) -> dict[str, str]:
    """Return a digest of every part, named by what it is of, and of every other file of numbers.

    Parts have the digest of the question in the name of their files, which another version of the model asks anew; so
    here they are named by point, run and worlds.
    """
    import duckdb

    study = StudyFolder(folder)
    table = str(folder / RUNS_TABLE).replace("'", "''")
    # A connection of its own: the one that all of a process share may be in use.
    with duckdb.connect() as database:
        asked = database.sql(f"SELECT task, point, run, worlds FROM '{table}'").fetchall()
    parts = {"parts": study.parts()} | {f"detail/{each}": study.detail_parts(each) for each in study.details}
    found = {
        f"{where}/point {point}, run {run}, {worlds}": sha256(files[task]) if task in files else "failed"
        for where, files in parts.items()
        for task, point, run, worlds in asked
    }
    names = [name for name in (RESULT, RESOLVED) if (folder / name).is_file()]
    tables = [path.relative_to(folder).as_posix() for path in sorted(folder.glob("tables/*.csv"))]
    return found | {name: sha256(folder / name) for name in (INPUTS_TABLE, *names, *tables)}


def _is_number(name: str) -> bool:
    of_study = name.startswith(("parts/", "detail/")) or name == INPUTS_TABLE
    return of_study or name.startswith(COMPARED) or (name.startswith(PLANS) and name.endswith(".json"))


def _reasons(manifest: Mapping[str, Any], parameters: str) -> list[str]:
    reasons = []
    if manifest["placewise"] != placewise_version():
        reasons.append(f"It was made with version {manifest['placewise']}; this is {placewise_version()}.")
    if manifest["parameters_sha256"] != parameters:
        reasons.append("The parameters are not the same.")
    if manifest["git_changed"]:
        reasons.append("It was made from files that had been changed and not committed.")
    return reasons or ["Versions and parameters are the same: the machine or a library may differ."]
