"""What reaches people from society and their communities: each link on, off and at its extreme, in paired worlds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.interventions.resolved import Scenario, Shock
from sim.place import Place
from sim.violence.incidents import ACQUISITIVE, PEER, PUBLIC
from tests.life_world import LifeWorld
from tests.unit.relationship.small_world import SmallWorld

Scenarios = Callable[..., Place]


@pytest.fixture
def begun(burnt_in: Place) -> Scenarios:
    """Return a function that forks the burnt-in place under some shocks; worlds are closed in the end."""
    worlds: list[Place] = []

    def fork(*shocks: Shock) -> Place:
        world = burnt_in.fork(Scenario("test", "Test", "2026-04", 2, shocks=shocks))
        worlds.append(world)
        return world

    yield fork  # type: ignore[misc]
    for world in worlds:
        world.close()


def month_of_violence(world: Place, **levels: float) -> Any:
    world.ties.rosters.rebuild(world.people, world.people.age_sex)
    return world.violence.unfold(world.month, 20.0, **levels)


def incidents(world: Place, *contexts: int) -> np.ndarray:
    found = month_of_violence(world)
    return found.key[np.isin(found.context, contexts)]


def same(one: Place, other: Place, *columns: str) -> None:
    for name in columns:
        assert np.array_equal(getattr(one.people, name), getattr(other.people, name)), name


def test_shocks_that_have_not_begun_change_nothing_bit_for_bit(begun: Scenarios) -> None:
    plain, later = begun(), begun(*(Shock(name, 12, None, 1.0) for name in ("youth_provision", "service_funding")))
    plain.run(3), later.run(3)
    same(plain, later, "risk_log", "gang", "alcohol", "trusted_adult", "work")
    assert np.array_equal(plain.communities.fear, later.communities.fear)


def test_cheap_alcohol_starts_heavier_drinking_and_in_its_first_month_nothing_else(begun: Scenarios) -> None:
    plain, cheap = begun(), begun(Shock("alcohol_affordability", 0, None, 5.0))
    plain.step(), cheap.step()
    same(plain, cheap, "gang", "work", "self_control", "friends", "trusted_adult")
    assert not ((plain.people.alcohol == 1) & (cheap.people.alcohol == 0)).any()


def test_affordability_moves_starts_and_no_stops() -> None:
    usual, dear = LifeWorld(3000), LifeWorld(3000)
    for world, log_ratio in ((usual, 0.0), (dear, -np.inf)):
        world.set_ages()
        before = world.people.alcohol.copy()
        for month in range(24):
            world.individuals.develop(month, log_ratio)
            world.individuals.work(month)
        world.people.flags[:] = before
    started, stopped = (
        [((world.people.flags == old) & (world.people.alcohol != old)).sum() for world in (usual, dear)]
        for old in (0, 1)
    )
    assert started[0] > 10 and started[1] == 0
    assert stopped[1] >= stopped[0] > 10


def test_drug_markets_recruit_into_gangs_and_let_nobody_out_sooner() -> None:
    from sim.relationship.ties import Ties

    members = []
    for log_ratio in (-np.inf, 0.0, 1.5):
        world = SmallWorld(20_000)
        ties = Ties(world.people, world.families, world.communities, world.tools, world.place_data)
        ties.start(0)
        started = world.people.gang > 0
        joined = np.zeros(world.people.n, bool)
        for month in range(1, 13):
            world.set_ages(month)
            ties.turn(month, log_ratio)
            joined |= (world.people.gang > 0) & ~started
        members.append(joined.sum())
    assert members[0] == 0 < 2 * members[1] < members[2]


def test_drug_markets_move_acquisitive_violence_alone(begun: Scenarios) -> None:
    plain, surge, none = (month_of_violence(begun(), acquisitive=level) for level in (20.0, 80.0, 0.0))
    assert (surge.context == ACQUISITIVE).sum() > 2 * (plain.context == ACQUISITIVE).sum() > 0
    assert not (none.context == ACQUISITIVE).any()
    for other in (surge, none):
        rest = [found.key[found.context != ACQUISITIVE] for found in (plain, other)]
        assert np.array_equal(*rest)


def test_the_school_year_moves_violence_among_peers_alone(begun: Scenarios) -> None:
    term, holiday = (month_of_violence(begun(), peer=level) for level in (22.0, 11.0))
    assert (holiday.context == PEER).sum() < 0.75 * (term.context == PEER).sum()
    rest = [found.key[found.context != PEER] for found in (term, holiday)]
    assert np.array_equal(*rest)


def test_closed_clubs_raise_the_risk_of_minors_where_they_closed(begun: Scenarios) -> None:
    plain = begun()
    shut = plain.place_data.codes[3]
    closed = begun(Shock("youth_provision", 0, None, -2.0, (str(shut),)))
    for world in (plain, closed):
        world.step()
        world.violence.risk.refresh(world.month)
    people = closed.people
    change = closed.people.risk_log - plain.people.risk_log
    here = (people.community == 3) & (people.present == 1) & (people.age_sex != 255)
    minor = here & (people.age_sex < 2 * 18)
    expected = -2.0 * closed.parameters["violence.factor_youth_provision"]
    # A closed club is one asset less too, so collective efficacy has begun to fall for everybody.
    assert np.median(change[minor]) == pytest.approx(expected, abs=1e-3)
    assert 0.0 < np.median(change[here & ~minor]) < 1e-3
    assert (change[~here & (people.present == 1)] == 0.0).mean() > 0.99
    same(plain, closed, "gang", "alcohol", "work", "custody")


def test_youth_provision_supplies_trusted_adults(begun: Scenarios) -> None:
    worlds = [begun(Shock("youth_provision", 0, None, change)) for change in (-5.0, 0.0, 5.0)]
    for world in worlds:
        world.run(4)
        world.norms.start(world.month)
    young = (worlds[1].people.age_sex < 2 * 25) & (worlds[1].people.present == 1)
    shares = [world.people.trusted_adult[: young.size][young].mean() for world in worlds]
    assert shares[0] < shares[1] - 0.02 and shares[1] + 0.02 < shares[2]


def test_without_its_three_effects_youth_provision_changes_nobody_in_the_first_month(make_place: Any) -> None:
    effects = ("violence.factor_youth_provision", "norms.trusted_adult_youth_provision", "communities.assets_youth")
    off = dict.fromkeys(effects, 0.0)
    start = make_place(changes=off, seed=2, burn_in_years=0)
    shocks = (Shock("youth_provision", 0, None, -5.0),)
    worlds = [start.fork(Scenario("test", "Test", "2026-04", 2, shocks=given)) for given in ((), shocks)]
    for world in worlds:
        world.step()
    same(*worlds, "risk_log", "trusted_adult", "year_victim_count", "gang")
    assert np.array_equal(*(world.communities.collective_efficacy for world in worlds))
    assert worlds[1].communities.youth_provision.mean() < worlds[0].communities.youth_provision.mean() - 4.9
    for world in (start, *worlds):
        world.close()


def test_empty_streets_keep_public_violence_away_from_there_alone(begun: Scenarios) -> None:
    plain, afraid = begun(), begun()
    lively = int(np.argmax(plain.communities.night_time_economy))
    for world, use in ((plain, 1.1), (afraid, 0.8)):
        world.communities.outdoor_use[lively] = use
    before, after = month_of_violence(plain), month_of_violence(afraid)
    public = np.isin(before.context, (PUBLIC, ACQUISITIVE))
    there = before.location == lively
    kept = np.isin(before.key, after.key)
    assert np.isin(after.key, before.key).all()
    assert kept[~(public & there)].all()
    assert 0.55 < kept[public & there].mean() < 0.9


def test_without_the_effect_of_outdoor_use_nothing_is_thinned(make_place: Any) -> None:
    world = make_place(changes={"violence.public_outdoor_use": 0.0}, seed=1, burn_in_years=0)
    assert world.violence.opportunity.by_community().tolist() == [0.0] * world.communities.n
    before = incidents(world, PUBLIC, ACQUISITIVE)
    world.communities.outdoor_use[:] = 0.5
    assert np.array_equal(before, incidents(world, PUBLIC, ACQUISITIVE))
    world.close()


def test_usual_fear_leaves_public_violence_at_its_level(make_place: Any) -> None:
    """Thinning from the busiest place there can be gives back, at usual use, what there was without it."""
    counts = []
    for changes in ({}, {"violence.public_outdoor_use": 0.0}):
        world = make_place(changes=changes, seed=1, burn_in_years=0)
        p = world.parameters
        usual = p["communities.outdoor_use_fear"] * p["violence.public_usual_fear"]
        world.communities.outdoor_use[:] = np.exp(usual)
        counts.append(incidents(world, PUBLIC, ACQUISITIVE).size)
        world.close()
    assert counts[0] == pytest.approx(counts[1], abs=4 * np.sqrt(counts[1]))


def test_a_violent_month_frightens_its_community_then_its_neighbours_and_nobody_further(begun: Scenarios) -> None:
    plain, shaken = begun(), begun()
    start, neighbours = plain.place_data.adjacency
    centre = int(np.argmax(np.diff(start)))
    shaken.incidents_by_community = shaken.incidents_by_community.copy()
    shaken.incidents_by_community[centre] += 200
    plain.step(), shaken.step()
    rise = shaken.communities.fear - plain.communities.fear
    near = np.unique(neighbours[start[centre] : start[centre + 1]])
    far = np.setdiff1d(np.arange(plain.communities.n), [*near, centre])
    assert far.size and near.size
    assert rise[centre] > rise[near].max() > rise[near].min() > 0
    assert (rise[far] == 0).all()
    assert (shaken.communities.outdoor_use[[centre, *near]] < plain.communities.outdoor_use[[centre, *near]]).all()
    assert np.array_equal(shaken.communities.outdoor_use[far], plain.communities.outdoor_use[far])


def test_fear_and_use_of_outdoor_space_are_outcomes_weighted_by_person(begun: Scenarios) -> None:
    world = begun()
    world.run(1)
    result = world.result()
    residents = np.bincount(world.people.community[world.people.present == 1], minlength=world.communities.n)
    for measure, column in (("fear_person_years", "fear"), ("outdoor_use_person_years", "outdoor_use")):
        expected = (residents * getattr(world.communities, column)).sum() / residents.sum()
        mean = result.total(measure) / result.total("person_years")
        assert mean == pytest.approx(expected, rel=0.01, abs=0.002)
        at = result.measures.index(measure)
        by_cell, by_fifth = result.by_year_band_sex[at].sum(), result.by_year_fifth[at].sum()
        assert by_cell == pytest.approx(by_fifth) == pytest.approx(result.by_community[at].sum())


def test_a_recession_keeps_people_out_of_work(begun: Scenarios) -> None:
    plain, recession = begun(), begun(Shock("labour_market", 0, None, -5.0))
    plain.run(6), recession.run(6)
    assert recession.result().total("neet_months") > 1.03 * plain.result().total("neet_months")


def test_a_funding_cut_reaches_services_as_a_multiplier_and_youth_provision(begun: Scenarios) -> None:
    plain, cut = begun(), begun(Shock("service_funding", 1, None, -2.0))
    plain.step(), cut.step()
    assert plain.society.service_funding == cut.society.service_funding == 1.0
    plain.step(), cut.step()
    assert plain.society.service_funding == 1.0 > cut.society.service_funding > 0.7
    assert (cut.communities.youth_provision < plain.communities.youth_provision - 0.1).all()
