"""Find the catalogue entries that trials and matching are about: by id, or by the path of a file of one's own."""

from __future__ import annotations

from pathlib import Path

from sim.core.errors import InputError, Problem, suggest
from sim.interventions.catalogue import Catalogue, read_entry
from sim.interventions.schema import CatalogueEntry


def find_file(identifier: str | Path) -> Path:
    """Return the file of a catalogue entry, by its id or path. Raises `InputError` with the nearest ids."""
    path = Path(identifier)
    if path.is_file():
        return path
    files = Catalogue().files
    if str(identifier) in files:
        return files[str(identifier)]
    near = suggest(str(identifier), files)
    fix = f"Did you mean {near[0]}?" if near else "See: placewise list interventions"
    message = f'There is no file and no intervention called "{identifier}".'
    raise InputError(Problem(str(identifier), 0, 0, "", message, fix, code="unknown_intervention"))


def read_one(identifier: str | Path) -> CatalogueEntry:
    """Return a checked catalogue entry, by its id or path."""
    return read_entry(find_file(identifier))
