"""What a month of demography must keep whatever the numbers, and what one person more or less may change."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.columns import CHILD, HEAD, INSTITUTION, PARTNER
from tests.demography_world import MEASURES, DemographyWorld, columns_by_key

STATE = ("birth_month", "sex", "community", "role", "parity")


@pytest.fixture(scope="module")
def lived() -> DemographyWorld:
    return DemographyWorld().live(30)


def check_households(world: DemographyWorld) -> None:
    people, families = world.people, world.families
    rows = world.present
    housed = rows[people.family[rows] >= 0]
    family = people.family[housed]
    assert (people.role[rows[people.family[rows] < 0]] == INSTITUTION).all()
    assert (families.present[family] == 1).all()
    np.testing.assert_array_equal(people.community[housed], families.community[family])
    occupied = np.bincount(family, minlength=families.n) > 0
    np.testing.assert_array_equal(occupied, families.present == 1)
    heads = np.bincount(family[people.role[housed] == HEAD], minlength=families.n)
    np.testing.assert_array_equal(heads, families.present)
    reference = families.reference_person[occupied]
    np.testing.assert_array_equal(people.family[reference], np.flatnonzero(occupied))
    assert (people.role[reference] == HEAD).all()
    listed, which = world.demography.households.members(np.arange(families.n, dtype=np.int32))
    np.testing.assert_array_equal(np.sort(listed), housed)
    np.testing.assert_array_equal(people.family[listed], which)


def check_partners(world: DemographyWorld) -> None:
    people = world.people
    coupled = np.flatnonzero(people.partner >= 0)
    partners = people.partner[coupled]
    np.testing.assert_array_equal(people.partner[partners], coupled)
    assert (people.present[coupled] == 1).all()
    np.testing.assert_array_equal(people.family[coupled], people.family[partners])
    roles = {HEAD, PARTNER}
    assert set(people.role[coupled].tolist()) <= roles
    assert (people.partner[world.present[people.role[world.present] == PARTNER]] >= 0).all()


@pytest.mark.mechanism("birth", "death")
def test_people_are_conserved_month_by_month():
    world = DemographyWorld()
    for _ in range(14):
        before = len(world.present)
        arrivals = world.turn()
        gone = np.concatenate((arrivals.left, arrivals.died))
        parted = np.isin(world.people.family, arrivals.separated) & (world.people.present == 1)
        np.testing.assert_array_equal(arrivals.parted, np.flatnonzero(parted))
        assert len(np.unique(gone)) == len(gone)
        assert len(world.present) == before + len(arrivals.newborns) + len(arrivals.migrants) - len(gone)
        assert (world.people.present[gone] == 0).all()
        assert (world.people.age_sex[gone] == 255).all()
        check_households(world)
        check_partners(world)
        assert len(np.unique(world.people.key)) == world.people.n
        assert len(np.unique(world.families.key)) == world.families.n


def test_households_and_partners_hold_together_after_compaction(lived):
    check_households(lived)
    check_partners(lived)
    assert lived.people.n <= len(lived.present) * 1.2


def test_compaction_changes_nobody():
    world = DemographyWorld().live(5)
    before = columns_by_key(world.people, STATE)
    world.compact()
    assert columns_by_key(world.people, STATE) == before
    assert world.people.n == len(world.present)
    assert (np.diff(world.families.community.astype(int)) >= 0).all()
    assert (np.diff(world.people.community.astype(int)) >= 0).all()
    family = world.people.family[world.people.family >= 0]
    assert (np.diff(family) >= 0).all()
    check_households(world)


def test_ages_are_written_each_month(lived):
    arrivals = lived.turn()
    rows = lived.present
    people = lived.people
    expected = (lived.month - 1 - people.birth_month[rows].astype(int)) // 12 * 2 + people.sex[rows]
    np.testing.assert_array_equal(people.age_sex[rows], np.clip(expected, 0, 239))
    assert (people.age_sex[np.concatenate((arrivals.died, arrivals.left))] == 255).all()


def test_children_have_the_mother_they_were_born_to():
    world = DemographyWorld()
    born = 0
    for _ in range(12):
        arrivals = world.turn()
        people = world.people
        born += len(arrivals.newborns)
        np.testing.assert_array_equal(people.mother[arrivals.newborns], arrivals.mothers)
        assert (people.sex[arrivals.mothers] == 0).all()
        assert (people.parity[arrivals.mothers] >= 1).all()
        known = arrivals.fathers >= 0
        assert (people.sex[arrivals.fathers[known]] == 1).all()
        assert (people.role[arrivals.newborns] == CHILD).all()
    assert born > 0


def test_the_same_world_twice_is_the_same():
    first, second = (DemographyWorld().live(26) for _ in range(2))
    for name in first.people.names:
        np.testing.assert_array_equal(getattr(first.people, name), getattr(second.people, name))
    assert first.demography.flow_balance() == second.demography.flow_balance()


def test_another_seed_is_another_world():
    keys = [set(DemographyWorld(seed=seed).live(3).people.key.tolist()) for seed in (1, 2)]
    assert len(keys[0] & keys[1]) < 0.01 * len(keys[0])


def test_the_ledger_counts_what_the_flow_balance_counts():
    world = DemographyWorld().live(24)
    flows, by_community = world.demography.flow_balance(), world.tools.ledger.stack("by_community")
    for number, (measure, flow) in enumerate(zip(MEASURES, ("births", "deaths", "arrived", "left"), strict=True)):
        assert by_community[number].sum() == flows[flow][1] > 0, measure
    balance = flows["births"][1] + flows["arrived"][1] - flows["deaths"][1] - flows["left"][1]
    assert flows["population"][1] - flows["population"][0] == balance
    assert flows["population"][1] == len(world.present)


@pytest.mark.mechanism("moving_within")
def test_moves_are_counted_for_both_communities():
    world = DemographyWorld()
    for _ in range(6):
        before = np.bincount(world.people.community[world.present], minlength=5)
        arrivals = world.turn()
        after = np.bincount(world.people.community[world.present], minlength=5)
        born = np.bincount(world.people.community[arrivals.newborns], minlength=5)
        died = np.bincount(world.people.community[arrivals.died], minlength=5)
        demography = world.demography
        assert demography.moved_in.sum() >= len(arrivals.migrants)
        net = demography.moved_in - demography.moved_out + born - died
        assert net.sum() == (after - before).sum()


@pytest.mark.mechanism("moving_in")
def test_newcomers_are_copies_of_donors_with_keys_of_their_own():
    world = DemographyWorld().live(11)
    people = world.people
    people.propensity[:] = np.arange(people.n)
    people.trauma[:] = people.propensity / 2
    donors = {int(value): int(people.sex[row]) for row, value in enumerate(people.propensity) if people.present[row]}
    known = set(people.key.tolist())
    world.demography.freeze()
    arrivals = world.turn()
    people, rows = world.people, arrivals.migrants
    assert len(rows) > 10
    for row in rows:
        assert donors[int(people.propensity[row])] == people.sex[row]
        assert people.trauma[row] == people.propensity[row] / 2
    assert not known & set(people.key[rows].tolist())
    assert (people.family[rows[people.role[rows] == HEAD]] >= world.families.n - len(arrivals.migrant_families)).all()


@pytest.mark.mechanism("birth")
def test_fertility_can_be_set_to_a_level():
    world = DemographyWorld(changed={"demography.fertility_total": 1.44})
    assert world.demography.total_fertility() == pytest.approx(1.44, rel=1e-3)


def newcomers_and_dead(world: DemographyWorld, months: int) -> tuple[list[list[int]], list[list[int]]]:
    newcomers, dead = [], []
    for _ in range(months):
        arrivals = world.turn()
        newcomers.append(sorted(world.people.key[arrivals.migrants].tolist()))
        dead.append(sorted(world.people.key[arrivals.died].tolist()))
    return newcomers, dead


@pytest.mark.parametrize("who", ["an adult", "a newborn child"])
@pytest.mark.mechanism("moving_in", "death")
def test_one_person_less_changes_no_arrival_and_no_other_death(who):
    world = DemographyWorld().live(13)
    people = world.people
    if who == "an adult":
        chosen = next(
            row
            for row in world.present
            if people.role[row] == HEAD and people.partner[row] < 0 and people.age_sex[row] > 60
        )
    else:
        chosen = next(row for row in world.present if people.birth_month[row] >= world.month - 12)
    gone = int(people.key[chosen])
    without = world.twin().remove(np.array([chosen]))
    newcomers, dead = newcomers_and_dead(world, 24)
    newcomers_without, dead_without = newcomers_and_dead(without, 24)
    assert newcomers == newcomers_without
    assert [[key for key in month if key != gone] for month in dead] == dead_without
    assert sum(map(len, newcomers)) > 100


def test_one_person_less_leaves_almost_everybody_as_they_are():
    world = DemographyWorld().live(13)
    chosen = next(row for row in world.present if world.people.role[row] == HEAD)
    without = world.twin().remove(np.array([chosen]))
    states = [columns_by_key(each.live(36).people, STATE) for each in (world, without)]
    both = states[0].keys() & states[1].keys()
    same = sum(states[0][key] == states[1][key] for key in both)
    assert len(both) > 0.99 * len(states[0])
    assert same > 0.985 * len(both)


def test_a_fork_goes_its_own_way_without_touching_the_other():
    world = DemographyWorld().live(14)
    twin = world.twin()
    before = columns_by_key(world.people, STATE)
    twin.live(12)
    assert columns_by_key(world.people, STATE) == before
    world.live(12)
    assert columns_by_key(world.people, STATE) == columns_by_key(twin.people, STATE)


@pytest.mark.mechanism("death", "separation_of_couples", "moving_out", "moving_within")
def test_with_no_hazards_nobody_dies_moves_or_parts():
    still = {
        "demography.mortality_female": np.zeros(101),
        "demography.mortality_male": np.zeros(101),
        "demography.separation": np.zeros(11),
        "demography.moving_out": np.zeros(11),
        "demography.moving_within": np.zeros(9),
        "demography.leaving_place": np.zeros(6),
        "demography.leaving_place_most": 0.0,
        "demography.institution_turnover": 0.0,
    }
    world = DemographyWorld(changed=still)
    couples = np.count_nonzero(world.people.partner >= 0)
    for _ in range(12):
        arrivals = world.turn()
        assert not len(arrivals.died) and not len(arrivals.left) and not len(arrivals.separated)
    assert np.count_nonzero(world.people.partner >= 0) >= couples


@pytest.mark.mechanism("death")
def test_certain_death_empties_the_place():
    certain = {
        "demography.mortality_female": np.ones(101),
        "demography.mortality_male": np.ones(101),
        "demography.mortality_income_slope": 0.0,
    }
    world = DemographyWorld(changed=certain)
    arrivals = world.turn()
    assert len(arrivals.died) > 6000
    assert not len(arrivals.newborns)
    assert set(world.present.tolist()) == set(arrivals.migrants.tolist())


def test_people_killed_after_the_turn_are_taken_out():
    world = DemographyWorld().live(3)
    chosen = world.present[:400:7]
    world.demography.bury(chosen.astype(np.int32))
    assert (world.people.present[chosen] == 0).all()
    check_households(world)
    check_partners(world)
    world.demography.bury(chosen.astype(np.int32))
    check_households(world)


@pytest.mark.mechanism("care_of_orphans")
def test_children_left_alone_find_a_home():
    world = DemographyWorld().live(2)
    people = world.people
    children = world.present[(people.role[world.present] == CHILD) & (people.age_sex[world.present] < 20)]
    family = people.family[children[0]]
    orphans = children[people.family[children] == family]
    adults = world.present[(people.family[world.present] == family) & (people.age_sex[world.present] >= 32)]
    world.demography.bury(adults.astype(np.int32))
    assert (people.present[orphans] == 1).all()
    assert (people.family[orphans] != family).all()
    assert len(set(people.family[orphans].tolist())) == 1
    check_households(world)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Rutland", "Middlesbrough"])
def test_a_place_keeps_its_composition_for_fifty_years(name):
    world = DemographyWorld(name, None, burn_in_months=60)
    start = world.count()
    world.live(600)
    end = world.count()
    assert end.residents.sum() == pytest.approx(start.residents.sum(), rel=0.05)
    by_age = [each.residents.sum(axis=1) / each.residents.sum() for each in (start, end)]
    assert 0.5 * np.abs(by_age[0] - by_age[1]).sum() < 0.06
    shares = [each.by_kind[:6] / each.by_kind[:6].sum() for each in (start, end)]
    np.testing.assert_allclose(shares[1], shares[0], atol=0.05)
