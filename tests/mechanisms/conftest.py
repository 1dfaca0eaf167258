"""A deprived place that the tests of mechanisms share, burnt in once and forked by whoever needs one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from sim.place import Place
from sim.population.places import resolve
from sim.run import MEASURE_NAMES

TOWN, COMMUNITIES, BURN_IN_YEARS = "Middlesbrough", 7, 1


@pytest.fixture(scope="session")
def poor() -> Iterator[Place]:
    """Return about 10,000 people of the most deprived fifth at their decision date. Fork it: nobody may step it."""
    town = resolve(TOWN)
    codes = town.codes[np.flatnonzero(town.fifth == 0)[:COMMUNITIES]]
    place = Place(resolve([str(code) for code in codes]), seed=4, burn_in_years=BURN_IN_YEARS, measures=MEASURE_NAMES)
    place.burn_in()
    yield place
    place.close()
