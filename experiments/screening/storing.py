"""Keep a screening as a folder: result, pack, pages, workbook and manifest, complete or not there at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.files import copy_text, csv_text, new_folder, sha256, write_text
from experiments.manifest import Study, manifest_of_study, outputs_of, place_record
from experiments.screening.reading import slug
from experiments.screening.result import ScreenResult
from experiments.screening.screening import Screened
from experiments.store import (
    INPUTS,
    LOG,
    MANIFEST,
    PROFILE,
    PROFILES,
    RESOLVED,
    RESULT,
    WORKBOOK,
    dated_folder,
    log_text,
    worlds_text,
)
from sim.interventions.strength_store import STORE_FILE

PAGE, PACK, PAGES, TABLE = "screening.html", "pack.json", "proposals", "tables/proposals.csv"
PLANS, OWN_ENTRIES = "plans", "own_entries"


def default_folder(found: Screened) -> Path:
    """Return ``runs/<time>_<place>_screen_<digest of the pack>`` in the working directory."""
    return dated_folder(found.plans[0].place.name, "screen", found.pack.digest)


def store_screening(
    found: Screened,
    folder: Path,
    command_line: Sequence[str],
    force: bool = False,
    plans: Mapping[str, Any] | None = None,
    trials: Mapping[str, Any] | None = None,
) -> ScreenResult:
    """Write a screening into ``folder`` and return its result with the path of the manifest.

    ``plans`` are evaluation plans by the name of a proposal's world; its page links to its own. ``trials`` says how the
    value of trials was worked out, for the manifest; None where it was not.
    """
    from experiments.report.evaluation_plan import write_plan
    from experiments.report.screening_pages import proposal_page, screening_page
    from experiments.report.screening_sheets import write_screening_workbook

    result = found.result.model_copy(update={"manifest": str(folder / MANIFEST)})
    manifest = _manifest(found, command_line) | {"trials": trials}
    with new_folder(folder, force) as partial:
        write_text(partial / RESULT, result.to_json())
        write_text(partial / PACK, json.dumps(found.pack.data(), indent=1, ensure_ascii=False) + "\n")
        write_text(partial / RESOLVED, worlds_text(found.worlds))
        write_text(partial / TABLE, _table(result))
        for path in dict.fromkeys(each.file for each in found.proposals):
            target = partial / INPUTS / path.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
        for file, target in _own_entries(found).values():
            copy_text(file, partial / target)
            if (strengths := file.parent / STORE_FILE).is_file():
                copy_text(strengths, (partial / target).with_name(STORE_FILE))
        if found.profile_file is not None:
            copy_text(found.profile_file, partial / INPUTS / PROFILES / PROFILE)
        write_text(partial / PAGE, screening_page(result, found.pack))
        for one in result.proposals.values():
            stem = slug(one.id)
            plan = (plans or {}).get(stem)
            if plan is not None:
                write_plan(plan, partial / PLANS, stem)
            link = None if plan is None else f"../{PLANS}/{stem}.html"
            write_text(partial / PAGES / f"{stem}.html", proposal_page(one, result, found.pack, link))
        write_screening_workbook(result, found.pack, manifest["created_utc"], partial / WORKBOOK)
        write_text(partial / LOG, log_text(result.runs, found.workers, found.seconds, found.clips))
        manifest["outputs"] = outputs_of(partial)
        write_text(partial / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return result


def _manifest(found: Screened, command_line: Sequence[str]) -> dict[str, Any]:
    study = Study(
        *(found.plans[0], found.worlds, found.result.runs, found.workers, found.seconds, found.clips),
        settings=found.settings,
    )
    warnings = {stem: one.warnings for stem, one in found.result.proposals.items()}
    manifest = manifest_of_study(study, warnings, command_line)
    files = dict.fromkeys(each.file for each in found.proposals)
    return manifest | {
        "pack": found.pack.data(),
        "by_pack": found.by_pack,
        "inputs": {path.name: {"sha256": sha256(path)} for path in files},
        "own_entries": {
            name: {"file": target, "sha256": sha256(file)} for name, (file, target) in _own_entries(found).items()
        },
        "places": {
            named: place_record(data, found.place_files.get(named)) | {"codes": [str(code) for code in data.codes]}
            for named, data in found.places.items()
        },
    }


def _own_entries(found: Screened) -> dict[str, tuple[Path, str]]:
    """Return the file of every own entry that proposals name, and where it is kept, by the name they give it."""
    files = {each.own_name: each.own_file for each in found.proposals if each.own_file is not None}
    return {
        name: (file, f"{INPUTS}/{OWN_ENTRIES}/{number}/{file.name}")
        for number, (name, file) in enumerate(files.items())
    }


def _table(result: ScreenResult) -> str:
    from experiments.report.screening_sheets import proposal_cells, proposal_columns
    from experiments.report.screening_words import in_order

    return csv_text([name for name, _ in proposal_columns()], [proposal_cells(one) for one in in_order(result)])
