"""Worlds that tests share: a few real communities, burnt in once and forked by whoever needs one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sim.parameters.registry import Registry, load_registry
from sim.place import Place
from sim.population.places import PlaceData, resolve
from sim.run import MEASURE_NAMES

COMMUNITIES = 12
BURN_IN_YEARS = 1


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Return the central values of all parameters."""
    return load_registry()


@pytest.fixture(scope="session")
def few_communities() -> PlaceData:
    """Return a dozen neighbouring communities of Middlesbrough, most of them deprived."""
    place = resolve("Middlesbrough")
    return resolve([str(code) for code in place.codes[:COMMUNITIES]])


@pytest.fixture(scope="session")
def make_place(few_communities: PlaceData, registry: Registry) -> Callable[..., Place]:
    """Return a function that builds the small place; keywords go to ``Place``, ``changes`` to the registry."""

    def make(changes: dict[str, object] | None = None, **keywords: object) -> Place:
        parameters = registry.replace(changes) if changes else registry
        keywords.setdefault("burn_in_years", BURN_IN_YEARS)
        keywords.setdefault("measures", MEASURE_NAMES)
        return Place(few_communities, parameters=parameters, **keywords)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def burnt_in(make_place: Callable[..., Place]) -> Iterator[Place]:
    """Return the small place at its decision date. Fork it: nobody may step it."""
    place = make_place(seed=1)
    place.burn_in()
    yield place
    place.close()
