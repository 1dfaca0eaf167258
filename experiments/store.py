"""Keep a comparison as a folder: result, tables, figures, report and manifest, complete or not there at all."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from experiments.comparison import Comparison
from experiments.decisions.planes import CHOICE_COLUMNS
from experiments.files import copy_text, new_folder, write_text, written
from experiments.manifest import manifest_of, outputs_of, run_id
from experiments.results import CompareResult
from experiments.runs import BASELINE
from experiments.tables import CHOICES, COMMUNITIES, COMMUNITY_COLUMNS, RUNS, csv_tables, made_tables, read_by_run
from experiments.worlds import World
from sim.core.errors import InputError, Problem
from sim.interventions.catalogue import own_catalogue_files
from sim.outcomes.measures import MEASURE_NAMES

Array = npt.NDArray[np.float64]

RESULT, MANIFEST, RESOLVED, REPORT, LOG = (
    "result.json",
    "manifest.json",
    "scenario.resolved.yaml",
    "report.html",
    "log.jsonl",
)
BRIEFING, PLAIN = "briefing.html", "plain.html"
INPUTS, PROFILE, PROFILES = "inputs", "profile.yaml", "profile"
WORKBOOK, TABLES, FIGURES = "workbook.xlsx", "tables", "figures"
LONGEST_NAME = 60


@dataclass(frozen=True)
class Stored:
    """Hold what a report needs of a stored comparison.

    Attributes
    ----------
    result, manifest
        As published.
    communities
        World to column (``person_years`` and the headline outcomes) to the mean over runs by community.
    place
        `PlaceData` of the place, for maps; None where the communities are not in the open data.
    programmes
        Scenario to its programmes with every default filled in, as plain values.
    runs
        World to measure to one value per run; empty where it is not kept.
    choices
        Scenario to column to one value per run; see `experiments.decisions.planes`; empty where it is not kept.
    said
        Scenario to what its file says in words: the question and the log of co-production, where it says them.
    """

    result: CompareResult
    manifest: dict[str, Any]
    communities: dict[str, dict[str, Array]]
    place: Any
    programmes: Mapping[str, Any] = field(default_factory=dict)
    runs: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)
    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def default_folder(comparison: Comparison) -> Path:
    """Return ``runs/<time>_<place>_<scenarios>_<id>`` in the working directory."""
    return dated_folder(comparison.result.place.name, "-".join(comparison.result.scenarios), run_id(comparison))


def dated_folder(place: str, what: str, identity: str) -> Path:
    """Return ``runs/<time>_<place>_<what>_<id>`` in the working directory."""
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S")
    return Path("runs") / f"{when}_{_slug(place)}_{_slug(what)[:LONGEST_NAME]}_{identity[:4]}"


def store(comparison: Comparison, folder: Path, command_line: Sequence[str], force: bool = False) -> Path:
    """Write a comparison and its report, and return the folder.

    Everything is written beside ``folder`` first and renamed into place at the end. The manifest is the last file
    written, and lists every other with its checksum.
    """
    result = comparison.result.model_copy(update={"manifest": str(folder / MANIFEST)})
    with new_folder(folder, force) as partial:
        write_text(partial / RESULT, result.to_json())
        write_text(partial / RESOLVED, worlds_text(comparison.worlds))
        if comparison.profile_file is not None:
            copy_text(comparison.profile_file, partial / INPUTS / PROFILE)
        keep_scenarios(comparison.worlds, partial / INPUTS)
        for name, text in csv_tables(comparison).items():
            write_text(partial / TABLES / name, text)
        write_text(partial / LOG, log_text(result.runs, comparison.workers, comparison.seconds, comparison.clips))
        manifest = manifest_of(comparison, command_line)
        stored = Stored(
            result,
            manifest,
            _communities(comparison),
            comparison.plan.place,
            _programmes(partial),
            comparison.runs,
            comparison.choices,
            _said(partial / INPUTS, comparison.worlds),
        )
        _write_pages(stored, partial)
        manifest["outputs"] = outputs_of(partial)
        write_text(partial / MANIFEST, manifest_text(manifest))
    return folder


def read_stored(folder: Path) -> Stored:
    """Read a stored comparison.

    Raises
    ------
    InputError
        When the folder is not a complete comparison.
    """
    from sim.population.places import from_codes

    if not (folder / MANIFEST).is_file() or not (folder / RESULT).is_file():
        message = "This is not the folder of a finished comparison: it has no manifest.json or no result.json."
        raise InputError(Problem(str(folder), 0, 0, "", message, "Name a folder that compare wrote."))
    try:
        result = CompareResult.model_validate_json((folder / RESULT).read_text(encoding="utf-8"))
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (ValidationError, json.JSONDecodeError) as error:
        raise InputError(Problem(str(folder), 0, 0, RESULT, f"The result cannot be read: {error}")) from None
    place = from_codes(manifest["communities"], name=result.place.name)
    tables = folder / TABLES
    return Stored(
        result,
        manifest,
        _read_communities(tables / COMMUNITIES),
        place,
        _programmes(folder),
        read_by_run(tables / RUNS, MEASURE_NAMES),
        read_by_run(tables / CHOICES, CHOICE_COLUMNS),
        _said(folder / INPUTS, [BASELINE, *result.scenarios]),
    )


def write_report(folder: Path, out: Path | None = None, force: bool = False) -> Path:
    """Write everything that follows from the numbers of a stored comparison again, and return the path of the report.

    That is the three pages, the charts, the workbook and the tables. The numbers themselves stay as they are: the
    result, the runs and the single communities.

    Parameters
    ----------
    folder
        Of the comparison.
    out
        Folder to write into; the comparison's own if None, whose manifest then lists the new files.
    force
        Write into ``out`` although it holds something.
    """
    stored = read_stored(folder)
    if out is not None and out.resolve() != folder.resolve():
        with new_folder(out, force) as partial:
            _write_again(stored, partial)
            for name in (RUNS, CHOICES, COMMUNITIES):
                if (folder / TABLES / name).is_file():
                    write_text(partial / TABLES / name, (folder / TABLES / name).read_text(encoding="utf-8"))
        return out / REPORT
    _write_again(stored, folder)
    listed = {name: digest for name, digest in outputs_of(folder).items() if name != MANIFEST}
    write_text(folder / MANIFEST, manifest_text(stored.manifest | {"outputs": listed}))
    return folder / REPORT


def _write_again(stored: Stored, folder: Path) -> None:
    for name, text in made_tables(stored.result, stored.runs).items():
        write_text(folder / TABLES / name, text)
    _write_pages(stored, folder)


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """Return a manifest as JSON text."""
    return json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"


def worlds_text(worlds: Mapping[str, World]) -> str:
    """Return every world with all defaults filled in, as YAML."""
    from ruamel.yaml import YAML

    resolved = {stem: _plain(asdict(world.scenario)) for stem, world in worlds.items()}
    buffer = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.sort_base_mapping_type_on_output = False
    writer.dump({"schema": "placewise.resolved/1", "worlds": resolved}, buffer)
    return buffer.getvalue()


def keep_scenarios(worlds: Mapping[str, World], folder: Path) -> None:
    """Copy every scenario file, with its own catalogue if it has one, into a folder of its name."""
    for stem, world in worlds.items():
        keep_with_catalogue(world.path, folder / stem / f"{stem}.yaml")


def keep_with_catalogue(file: Path, target: Path) -> None:
    """Copy a file that names programmes, with its own catalogue beside it if it has one."""
    copy_text(file, target)
    for path in own_catalogue_files(file):
        copy_text(path, target.parent / "catalogue" / path.name)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value


def _write_pages(stored: Stored, folder: Path) -> None:
    from experiments.report import draw_figures, page
    from experiments.report.briefing import briefing
    from experiments.report.plain import plain_page
    from experiments.report.workbook import write_workbook

    with written(folder / WORKBOOK) as partial:
        write_workbook(stored, partial)
    figures = draw_figures(stored)
    for figure in figures:
        write_text(folder / FIGURES / f"{figure.name}.svg", figure.svg)
        write_text(folder / FIGURES / f"{figure.name}.txt", f"{figure.title}\n\n{figure.description}\n")
        if (pixels := figure.png) is not None:
            with written(folder / FIGURES / f"{figure.name}.png") as partial:
                partial.write_bytes(pixels)
    write_text(folder / REPORT, page(stored, figures))
    write_text(folder / BRIEFING, briefing(stored))
    write_text(folder / PLAIN, plain_page(stored))


def _communities(comparison: Comparison) -> dict[str, dict[str, Array]]:
    return {
        world: {name: np.asarray(means[name]) for name in COMMUNITY_COLUMNS[2:]}
        for world, means in comparison.communities.items()
    }


def _read_communities(path: Path) -> dict[str, dict[str, Array]]:
    rows: dict[str, list[list[float]]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rows.setdefault(row["world"], []).append([float(row.get(name) or "nan") for name in COMMUNITY_COLUMNS[2:]])
    return {world: dict(zip(COMMUNITY_COLUMNS[2:], np.array(table).T, strict=True)) for world, table in rows.items()}


def _programmes(folder: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML

    resolved = YAML(typ="safe", pure=True).load((folder / RESOLVED).read_text(encoding="utf-8"))
    return {stem: world["programmes"] for stem, world in resolved["worlds"].items()}


def _said(inputs: Path, stems: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what kept scenario files say in words; what is not simulated is not in the resolved scenarios."""
    from ruamel.yaml import YAML

    found = {}
    for stem in stems:
        path = inputs / stem / f"{stem}.yaml"
        if path.is_file():
            words = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
            found[stem] = {key: words.get(key) for key in ("question", "coproduction")}
    return found


def log_text(runs: int, workers: int, seconds: float, clips: Mapping[str, int]) -> str:
    """Return the log of a study: one JSON object a line."""
    events: list[dict[str, Any]] = [{"event": "ran", "runs": runs, "workers": workers, "seconds": seconds}]
    events += [{"event": "hazard_above_ceiling", "decision": name, "times": n} for name, n in clips.items()]
    return "".join(json.dumps(event) + "\n" for event in events)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
