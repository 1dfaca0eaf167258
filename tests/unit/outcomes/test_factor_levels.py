"""How common factors are: counted from columns whose contents are known."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from sim.outcomes.factor_levels import FACTOR_LEVELS, SCALE, SHARE, levels_of
from sim.outcomes.risk_factors import RISK_FACTORS
from sim.place import Place
from sim.population.columns import DOMESTIC_ABUSE, NEET


@pytest.fixture
def world(burnt_in: Place) -> Iterator[Place]:
    fork = burnt_in.fork()
    yield fork
    fork.close()


def test_levels_are_those_of_known_factors_each_once() -> None:
    names = [each.factor for each in FACTOR_LEVELS]
    assert len(names) == len(set(names))
    assert set(names) <= {factor.name for factor in RISK_FACTORS}
    assert {each.unit for each in FACTOR_LEVELS} == {SHARE, SCALE}


def test_every_level_is_in_its_range(world: Place) -> None:
    for each in FACTOR_LEVELS:
        value = levels_of(world)[each.factor]
        assert 0 <= value <= 100 if each.unit == SHARE else -3 < value < 3, each.factor


def test_shares_follow_the_columns_and_count_only_those_of_the_age(world: Place) -> None:
    people, years = world.people, world.people.age_sex // 2
    here = people.present == 1
    people.drugs[:] = 0
    people.work[here & (years >= 16) & (years <= 24)] = NEET
    people.weapon[:] = years >= 25
    people.acceptance_of_violence[here] = np.where(years[here] <= 24, 0.5, 9.0)
    world.families.states[:] = DOMESTIC_ABUSE
    found = levels_of(world)
    assert found["drugs"] == 0 and found["neet"] == 100 and found["weapon"] == 0
    assert found["acceptance"] == pytest.approx(0.5)
    assert found["domestic_abuse"] == 100 and found["parents_substance_use"] == 0


def test_communities_count_by_their_residents(world: Place) -> None:
    home = world.people.community[world.people.present == 1]
    world.communities.fear[:] = 0
    world.communities.fear[3] = 2.0
    assert levels_of(world)["fear"] == pytest.approx(2.0 * np.mean(home == 3))


def test_where_nobody_is_concerned_there_is_no_level(world: Place) -> None:
    world.families.children[:] = 0
    assert math.isnan(levels_of(world)["parenting"])
