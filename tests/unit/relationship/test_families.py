"""Families: the census, a NumPy twin of a month of homes and children, levers, and independence of row order."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.arrivals import Arrivals
from sim.population.columns import (
    ACES,
    CHILD,
    DOMESTIC_ABUSE,
    EDUCATION,
    EMPLOYED,
    HEAD,
    MENTAL_ILLNESS,
    PARTNER,
    RETIRED,
    SUBSTANCE_USE,
    WORKLESS,
)
from sim.relationship.families import CHILD as CHILD_SHEET
from sim.relationship.families import EVENTS, HOME
from tests.life_world import LifeWorld

FAMILY_LEVERS = ("parental_stress", "parenting", "supervision", "ace_hazard")
DRAWN = 5
STATES = {DOMESTIC_ABUSE: "domestic_abuse", SUBSTANCE_USE: "substance_use", MENTAL_ILLNESS: "mental_illness"}


@pytest.fixture
def world() -> LifeWorld:
    return LifeWorld(600)


def counts(world: LifeWorld, chosen: np.ndarray) -> np.ndarray:
    return np.bincount(world.people.family[chosen], minlength=world.families.n)


def test_census_counts_members_and_parents(world: LifeWorld) -> None:
    people, families = world.people, world.families
    people.custody[np.flatnonzero(people.role == PARTNER)[0]] = 5
    world.room.turn(0)
    inside = people.custody > 0
    parents = counts(world, ((people.role == HEAD) | (people.role == PARTNER)) & ~inside)
    minors = counts(world, world.age < 18)
    assert np.array_equal(families.children, minors)
    assert np.array_equal(families.lone_parent > 0, (minors > 0) & (parents < 2))


def test_a_home_is_workless_when_somebody_could_work_and_nobody_does(world: LifeWorld) -> None:
    people = world.people
    before = people.work.copy()
    world.room.turn(0)
    counted = (world.age >= 18) | (people.role != CHILD)
    able = counts(world, counted & (before != RETIRED) & (before != EDUCATION))
    works = counts(world, counted & (before == EMPLOYED))
    assert np.array_equal((world.families.states & WORKLESS) > 0, (able > 0) & (works == 0))


def twin_of_homes(world: LifeWorld, month: int) -> dict[str, np.ndarray]:
    """Return stress, parenting, supervision and states after a month, in float64."""
    p, f, people = world.parameters, world.families, world.people
    parent = (people.role == HEAD) | (people.role == PARTNER)
    parents, minors = counts(world, parent), counts(world, world.age < 18)
    age = np.bincount(people.family, world.age * (world.age < 18), f.n) / np.maximum(minors, 1)
    mean = np.bincount(people.family[parent], people.propensity[parent], f.n) / np.maximum(parents, 1)
    one = np.sqrt(1 + p["history.propensity_deprivation"] ** 2)
    theta = mean / np.where(parents > 1, one * np.sqrt((1 + p["history.partner_correlation"]) / 2), one)
    lone = (minors > 0) & (parents < 2)
    counted = (world.age >= 18) | parent
    able = counts(world, counted & (people.work != RETIRED) & (people.work != EDUCATION))
    idle = (able > 0) & (counts(world, counted & (people.work == EMPLOYED)) == 0)
    u = [world.tools.chance.uniforms(HOME, word, f.key, month) for word in range(4)]
    level = p["families.stress_deprivation"] * world.communities.deprivation[f.community] + f.stress_trait
    level += p["families.stress_lone_parent"] * (lone - p["families.lone_parent_mean"])
    level += p["families.stress_workless"] * (idle - p["families.workless_mean"])
    level += p["families.stress_propensity"] * theta
    for bit, name in STATES.items():
        level += p[f"families.stress_{name}"] * ((f.states & bit) > 0)
    stress = (
        f.stress + p["families.stress_reversion"] * (level - f.stress) + p["families.stress_noise"] * (2 * u[0] - 1)
    )
    warmth = p["families.parenting_stress"] * stress + f.parenting_trait
    parenting = f.parenting + p["families.parenting_reversion"] * (warmth - f.parenting)
    older = np.maximum(0, age - p["families.supervision_from_age"])
    watch = p["families.supervision_stress"] * stress + p["families.supervision_lone_parent"] * lone
    watch += p["families.supervision_age"] * older
    supervision = f.supervision + p["families.supervision_reversion"] * (watch - f.supervision)
    stress, parenting = np.where(minors > 0, stress, f.stress), np.where(minors > 0, parenting, f.parenting)
    exposure = p["families.adversity_stress"] * stress + p["families.adversity_parenting"] * parenting
    hazard = np.exp(p["families.adversity_slope"] * (exposure + p["families.adversity_propensity"] * theta))
    states = np.where(idle, WORKLESS, 0)
    couple = parents > 1
    apart = np.where(couple, p["families.domestic_abuse_end"], p["families.domestic_abuse_end_apart"])
    ends = (apart, p["families.substance_use_end"], p["families.mental_illness_end"])
    for bit, name, end, chance, may in zip(
        (DOMESTIC_ABUSE, SUBSTANCE_USE, MENTAL_ILLNESS),
        ("domestic_abuse", "substance_use", "mental_illness"),
        ends,
        u[1:],
        (couple, minors > 0, minors > 0),
        strict=True,
    ):
        onset = np.minimum(p["families.onset_ceiling"], p[f"families.{name}_onset"] * hazard) * may
        held = (f.states & bit) > 0
        after = np.where(held, chance >= end, chance < onset) & (couple | (minors > 0))
        states = states | np.where(after & (may | (bit == DOMESTIC_ABUSE)), bit, 0)
    return {
        "stress": stress,
        "parenting": parenting,
        "supervision": np.where(minors > 0, supervision, f.supervision),
        "states": states,
    }


def test_homes_agree_with_their_numpy_twin(world: LifeWorld) -> None:
    for month in range(6):
        world.month = month
        world.set_ages()
        expected = twin_of_homes(world, month)
        world.room.turn(month)
        for name in ("stress", "parenting", "supervision"):
            np.testing.assert_allclose(getattr(world.families, name), expected[name], atol=2e-5, err_msg=name)
        assert np.array_equal(world.families.states, expected["states"])


def test_children_agree_with_their_numpy_twin() -> None:
    world = LifeWorld(4000, changes={"families.ace_hazards": np.array([1.6, 2.2, 2.2, 0.8, 0.8]) * 1e-3})
    p, people, f = world.parameters, world.people, world.families
    world.live(1)
    c = world.room.child_rates
    rows = np.flatnonzero((world.age < 18) & (people.care == 0))
    before = people.aces.copy()
    u = world.tools.chance.uniforms(CHILD_SHEET, 0, people.key[rows], 1)
    world.month = 1
    world.set_ages()
    world.room.turn(1)
    home = people.family[rows]
    one = np.sqrt(1 + p["history.propensity_deprivation"] ** 2)
    two = one * np.sqrt((1 + p["history.partner_correlation"]) / 2)
    theta = f.parental_propensity[home] / np.where(f.lone_parent[home] > 0, one, two)
    exposure = p["families.adversity_stress"] * f.stress[home] + p["families.adversity_parenting"] * f.parenting[home]
    exposure = exposure + p["families.adversity_propensity"] * theta
    expected = before[rows].astype(int)
    for lane in range(DRAWN):
        slope = p["families.adversity_slope"] * (p["families.mild_share"] if ACES[lane] == "sexual_abuse" else 1.0)
        hazard = c.ace_hazard[world.age[rows], lane] * np.exp(slope * exposure)
        if ACES[lane] == "physical_abuse":
            hazard = hazard * np.where(before[rows] & 1, c.abuse_again, 1.0)
        hazard = np.minimum(hazard, c.ace_ceiling[lane])
        start = c.ace_lane_start[lane]
        happens = (u >= start) & (u < start + hazard)
        if ACES[lane] == "physical_abuse":
            assert np.array_equal(rows[happens], np.intersect1d(world.room.abused, rows))
            assert happens.sum() > 10
            continue
        expected |= np.where(happens, 1 << lane, 0)
    states = f.states[home]
    for bit, name in (
        (DOMESTIC_ABUSE, "domestic_violence"),
        (SUBSTANCE_USE, "parental_substance_use"),
        (MENTAL_ILLNESS, "parental_mental_illness"),
    ):
        expected |= np.where(states & bit, 1 << ACES.index(name), 0)
    assert np.array_equal(people.aces[rows], expected)
    assert (expected != before[rows]).sum() > 30
    assert np.array_equal(people.ace_count, [bin(int(bits)).count("1") for bits in people.aces])


def test_zero_push_changes_nothing_bit_for_bit() -> None:
    plain, pushed = LifeWorld(300), LifeWorld(300)
    for lever in FAMILY_LEVERS:
        pushed.push(lever, 0.0)
    plain.live(6), pushed.live(6)
    for columns in ("people", "families"):
        for name, column in getattr(plain, columns).frame().items():
            assert np.array_equal(column, getattr(getattr(pushed, columns), name)), name


def test_row_order_does_not_matter() -> None:
    laid, shuffled = LifeWorld(300).live(8), LifeWorld(300, shuffled=True).live(8)
    for columns in ("people", "families"):
        one, other = getattr(laid, columns), getattr(shuffled, columns)
        first, second = np.argsort(one.key), np.argsort(other.key)
        for name, spec in one.specs.items():
            if not spec.row_reference:
                np.testing.assert_allclose(
                    getattr(one, name)[first], getattr(other, name)[second], atol=1e-6, err_msg=name
                )


@pytest.mark.mechanism("ace_separation")
def test_separation_marks_children_of_the_parted_home_and_counts_them_once(world: LifeWorld) -> None:
    people = world.people
    home = np.flatnonzero(np.bincount(people.family, people.role == CHILD, world.families.n) > 1)[:40]
    children = np.flatnonzero(np.isin(people.family, home) & (world.age < 18))
    bit = 1 << ACES.index("separation")
    people.aces[:], people.ace_count[:] = 0, 0
    parted = np.flatnonzero(np.isin(people.family, home) & (people.present == 1)).astype(np.int32)
    for _ in range(2):
        world.room.welcome(Arrivals(separated=home.astype(np.int32), parted=parted))
    luck = world.tools.chance.uniforms(EVENTS, EVENTS.word("separation"), people.key[children], 0)
    expected = children[luck < world.parameters["families.separation_ace_share"]]
    assert np.array_equal(np.flatnonzero(people.aces & bit), expected)
    assert people.ace_count.sum() == expected.size == world.total("aces")


@pytest.mark.mechanism("ace_custody")
def test_custody_of_a_parent_marks_the_children(world: LifeWorld) -> None:
    people = world.people
    parent = np.flatnonzero((people.role == HEAD) & (people.partner >= 0))[0]
    people.custody[parent] = 8
    world.room.turn(0)
    inside = (people.family == people.family[parent]) & (world.age < 18)
    marked = (people.aces & (1 << ACES.index("custody"))) > 0
    assert marked[inside].all()

    assert world.families.lone_parent[people.family[parent]] == (inside.sum() > 0)


def test_new_households_get_traits_of_their_own(world: LifeWorld) -> None:
    rows = world.families.append(3)
    homes = np.arange(rows.start, rows.stop, dtype=np.int32)
    world.families.key[homes] = [11, 12, 13]
    world.room.welcome(Arrivals(founded=homes, founded_from=np.zeros(3, np.int32)))
    traits = world.families.stress_trait[homes]
    assert np.unique(traits).size == 3
    assert np.array_equal(world.families.stress[homes], traits)


@pytest.mark.mechanism("care")
def test_care_ends_at_eighteen(world: LifeWorld) -> None:
    world.people.care[:] = 1
    world.room.turn(0)
    assert not world.people.care[world.age >= 18].any()
    assert world.people.care[world.age < 18].mean() > 0.9
