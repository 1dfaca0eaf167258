"""The catalogue: one file for each intervention, bundled or in a folder ``catalogue`` beside a scenario file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

import sim
from sim.core.errors import InputError, Problem
from sim.core.yaml_files import read_shipped_yaml, read_yaml
from sim.interventions.schema import CatalogueEntry
from sim.interventions.strength_store import STORE_FILE, read_strengths
from sim.interventions.wording import problems_of

SCENARIOS_FOLDER = Path(sim.__file__).parents[1] / "scenarios"
CATALOGUE_FOLDER = SCENARIOS_FOLDER / "catalogue"


@dataclass(frozen=True)
class Catalogue:
    """Find interventions by id in some folders; earlier folders win."""

    folders: tuple[Path, ...] = (CATALOGUE_FOLDER,)

    @classmethod
    def beside(cls, scenario_file: Path) -> Catalogue:
        """Return the bundled catalogue together with the folder ``catalogue`` beside a scenario file, if any."""
        own = scenario_file.resolve().parent / "catalogue"
        return cls((CATALOGUE_FOLDER, own)) if own.is_dir() and own != CATALOGUE_FOLDER else cls()

    @property
    def files(self) -> dict[str, Path]:
        """Paths by id, in alphabetical order."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            for path in folder.glob("*.yaml"):
                if path.name != STORE_FILE:
                    found.setdefault(path.stem, path)
        return dict(sorted(found.items()))

    @property
    def ids(self) -> list[str]:
        return list(self.files)

    def entry(self, identifier: str) -> CatalogueEntry:
        """Return one checked entry. Raises `InputError` with every fault of its file."""
        path = self.files.get(identifier)
        if path is None:
            raise InputError(Problem("", 0, 0, "", f'There is no intervention called "{identifier}".'))
        return read_entry(path)

    def entries(self, identifiers: Iterable[str] | None = None) -> dict[str, CatalogueEntry]:
        """Return checked entries by id: those asked for, or all."""
        return {name: self.entry(name) for name in (self.ids if identifiers is None else identifiers)}


@lru_cache(maxsize=256)
def _read_entry(path: Path, modified_ns: int) -> CatalogueEntry:
    try:
        return CatalogueEntry.model_validate(read_shipped_yaml(path))
    except ValidationError as error:
        document = read_yaml(path)
        raise InputError(problems_of(error, CatalogueEntry, document)) from None


def read_entry(path: Path) -> CatalogueEntry:
    """Read one catalogue file (kept in memory until the file changes), with the strengths solved for it."""
    return with_strengths(_read_entry(path, path.stat().st_mtime_ns), path)


def with_strengths(entry: CatalogueEntry, path: Path) -> CatalogueEntry:
    """Return an entry with the strengths that are stored beside its file."""
    return entry.matched_to(read_strengths(path.parent).get(entry.id))


def is_shipped(path: Path) -> bool:
    """Return whether a catalogue file ships with the software."""
    return path.resolve().parent == CATALOGUE_FOLDER.resolve()


def with_parts(identifier: str, catalogue: Catalogue) -> dict[str, CatalogueEntry]:
    """Return an entry and, of a bundle, the entries of its parts, by id. Raises `InputError` with their faults."""
    entry = catalogue.entry(identifier)
    parts = {name: catalogue.entry(name) for name in entry.parts}
    for name, part in parts.items():
        if part.parts:
            message = f'The part "{name}" is itself a bundle.'
            raise InputError(Problem("", 0, 0, f"parts.{name}", message, "Name its own parts."))
    return {identifier: entry, **parts}


def bundled_scenarios() -> dict[str, Path]:
    """Return the scenario files that ship with the software, by name."""
    return {path.stem: path for path in sorted(SCENARIOS_FOLDER.glob("*.yaml"))}


def own_catalogue_files(scenario_file: Path) -> list[Path]:
    """Return every file of the catalogue folder beside a scenario file: entries, bundles and matched strengths."""
    own = scenario_file.resolve().parent / "catalogue"
    return sorted(own.glob("*.yaml")) if own != CATALOGUE_FOLDER.resolve() else []
