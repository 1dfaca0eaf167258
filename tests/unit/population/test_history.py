"""The pre-history: levels, dependence on keys alone, and agreement with the chain of months."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.chance import Chance
from sim.core.columns import Columns
from sim.parameters.registry import Registry
from sim.population.adult_history import LEVELS
from sim.population.columns import COMMUNITIES, EDUCATION, EMPLOYED, NEET, NEVER, PUPIL, RETIRED
from sim.population.history import fill_starting_traits
from sim.population.history_rates import kept, spread
from sim.population.places import PlaceData, resolve
from sim.population.synthesis import Population, synthesise
from sim.population.work_history_kernels import OUT, work_shares
from sim.population.work_rates import work_rates
from tests.life_world import LifeWorld


def build(place: PlaceData, registry: Registry) -> Population:
    population = synthesise(place, registry, 1)
    communities = Columns(COMMUNITIES, place.n)
    communities.append(place.n)
    communities.deprivation[:] = place.z
    fill_starting_traits(population.people, population.families, communities, registry, Chance(1))
    return population


def test_people_are_the_same_whatever_place_they_are_part_of(few_communities: PlaceData, registry: Registry) -> None:
    codes = [str(code) for code in few_communities.codes]
    alone, among = build(resolve(codes[2:4]), registry), build(resolve(codes[:6]), registry)
    one, other = alone.people, among.people
    among_rows = {int(key): row for row, key in enumerate(other.key)}
    rows = np.array([among_rows[int(key)] for key in one.key])
    for name, spec in one.specs.items():
        if not spec.row_reference and name != "community":
            assert np.array_equal(getattr(one, name), getattr(other, name)[rows]), name


def test_every_starting_trait_is_within_its_bounds() -> None:
    world = LifeWorld(2000)
    people, age = world.people, world.age
    for name in (
        "propensity",
        "ability",
        "vulnerability",
        "self_control",
        "school_engagement",
        "acceptance_of_violence",
    ):
        column = getattr(people, name)
        assert np.isfinite(column).all(), name
        assert column.std() > 0.2, name
    assert (people.work[age < 16] == PUPIL).all()
    assert (people.work[age >= 66] == RETIRED).all()
    assert np.isin(people.work[(age >= 16) & (age < 66)], (EDUCATION, EMPLOYED, NEET)).all()
    assert ((people.qualification > 0) == (age >= 16)).all()
    assert np.array_equal(people.ace_count, [bin(int(bits)).count("1") for bits in people.aces])
    assert ((people.months_since_sanction == NEVER) == (people.sanctions == 0)).all()
    assert not people.care[age >= 18].any()
    assert not people.sanctions[age < 10].any()
    assert not people.weapon.any()


def test_trusted_adults_and_norms_follow_adversity_and_propensity() -> None:
    people = LifeWorld(6000).people
    shares = [people.trusted_adult[people.ace_count == 0].mean(), people.trusted_adult[people.ace_count >= 4].mean()]
    assert shares == pytest.approx([0.866, 0.444], abs=0.04)
    assert np.corrcoef(people.acceptance_of_violence, people.propensity)[0, 1] == pytest.approx(0.34, abs=0.04)
    assert people.acceptance_of_violence.std() == pytest.approx(1.0, abs=0.05)
    assert people.transitory_risk.std() == pytest.approx(1.0, abs=0.03)


def test_siblings_share_their_home_and_children_take_after_parents() -> None:
    world = LifeWorld(4000)
    people = world.people
    child = np.flatnonzero((people.mother >= 0) & (people.father >= 0))
    parents = (people.propensity[people.mother[child]] + people.propensity[people.father[child]]) / 2
    assert np.corrcoef(people.propensity[child], parents)[0, 1] == pytest.approx(0.86, abs=0.03)
    first = child[np.flatnonzero(people.family[child][1:] == people.family[child][:-1])]
    shared = np.corrcoef(people.ace_count[first], people.ace_count[first + 1])[0, 1]
    assert shared > 0.2


def test_yearly_steps_match_twelve_monthly_ones() -> None:
    reversion, noise = 0.06, 0.3
    value, variance = 1.0, 0.0
    for _ in range(12):
        value, variance = (1 - reversion) * value, (1 - reversion) ** 2 * variance + noise**2
    assert kept(reversion) == pytest.approx(value)
    assert spread(reversion, noise) ** 2 == pytest.approx(variance)


def test_work_shares_are_probabilities_that_worsen_with_disadvantage(registry: Registry) -> None:
    shares = np.zeros((4, 2, LEVELS.size, 50, 15))
    work_shares(work_rates(registry), LEVELS.astype(np.float32), 16, 65, shares)
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0, atol=1e-9)
    assert shares.min() >= 0.0
    out = shares[..., OUT:].sum(axis=-1)[2]
    assert (np.diff(out[:, :, 4:], axis=1) > 0).all()


def test_starting_work_states_are_where_the_monthly_chain_settles() -> None:
    world = LifeWorld(6000)
    adults = (world.age >= 26) & (world.age < 48)
    before = (world.people.work[adults] == EMPLOYED).mean()
    world.live(24)
    after = (world.people.work[adults] == EMPLOYED).mean()
    assert after == pytest.approx(before, abs=0.02)


def test_adversity_counts_have_the_published_shape() -> None:
    world = LifeWorld(6000)
    adults = world.age >= 25
    count = world.people.ace_count[adults]
    shares = [(count == 0).mean(), (count == 1).mean(), ((count > 1) & (count < 4)).mean(), (count >= 4).mean()]
    assert shares == pytest.approx([0.52, 0.25, 0.15, 0.09], abs=0.035)
