"""Find what a study is about: the place that is named and the parameters that hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.worlds import World
from sim.economics.profile import Profile


def find_place(place: Any, worlds: Mapping[str, World]) -> Any:
    """Return the data of a place, or of the one place that scenarios name."""
    from sim.core.errors import InputError, Problem
    from sim.population.places import resolve

    if place is not None and not isinstance(place, (str, Path, list, tuple)):
        return place
    if place is None:
        named = _places_named(worlds)
        if len(named) != 1:
            why = f"The scenarios name {len(named)} places: {', '.join(named)}." if named else "No place is named."
            raise InputError(Problem("", 0, 0, "place", why, "Add --place, for example --place Middlesbrough."))
        place = named[0]
    return resolve(place)


def place_file_of(place: Any, worlds: Mapping[str, World]) -> Path | None:
    """Return the place file that a place was read from, None where it was not read from one."""
    given = place if place is not None else next(iter(_places_named(worlds)), None)
    is_file = isinstance(given, str | Path) and Path(given).suffix.casefold() in (".yaml", ".yml")
    return Path(given).resolve() if is_file else None


def _places_named(worlds: Mapping[str, World]) -> list[str]:
    return sorted({world.scenario.place for world in worlds.values() if world.scenario.place})


def find_parameters(parameters: Any, settings: Mapping[str, str], profile: Profile | None = None) -> Any:
    """Return the registry with the values of an appraisal profile, and then those that settings give."""
    from experiments.settings import replace_parameters
    from sim.parameters import load_registry

    registry = load_registry() if parameters is None else parameters
    if profile is not None:
        registry = registry.replace(profile.values)
    return replace_parameters(registry, settings)
