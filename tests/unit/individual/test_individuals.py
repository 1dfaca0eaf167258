"""Individuals: newborn traits, twins of a month of growth and work, habits, trauma, attainment and levers."""

from __future__ import annotations

import numpy as np
import pytest

from sim.individual.individuals import GROWTH
from sim.population.arrivals import Arrivals
from sim.population.columns import EDUCATION, EMPLOYED, HEAD, NEET, NEVER, PUPIL, RETIRED
from sim.population.monthly_sweep import MONTHLY
from tests.life_world import LifeWorld

PERSON_LEVERS = (
    "self_control",
    "school_engagement",
    "exclusion_hazard",
    "alcohol_start",
    "trauma_recovery",
    "job_entry",
    "job_retention",
)


@pytest.fixture
def world() -> LifeWorld:
    return LifeWorld(600)


def months_to(world: LifeWorld, calendar_month: int) -> int:
    return next(m for m in range(12) if world.clock.calendar_month(world.month + m) == calendar_month)


def births(world: LifeWorld, number: int) -> Arrivals:
    """Add newborns to couples, in the first of their homes."""
    people = world.people
    mothers = np.flatnonzero((people.role == HEAD) & (people.partner >= 0))[:number].astype(np.int32)
    fathers = people.partner[mothers].astype(np.int32)
    rows = people.append(mothers.size)
    newborns = np.arange(rows.start, rows.stop, dtype=np.int32)
    people.key[newborns] = 50_000_000 + newborns
    people.birth_month[newborns], people.present[newborns] = world.month, 1
    people.family[newborns], people.community[newborns] = people.family[mothers], people.community[mothers]
    people.mother[newborns], people.father[newborns] = mothers, fathers
    return Arrivals(newborns=newborns, mothers=mothers, fathers=fathers)


def test_newborns_take_after_their_parents() -> None:
    world = LifeWorld(6000)
    arrivals = births(world, 3000)
    world.individuals.welcome(arrivals)
    people, rows = world.people, arrivals.newborns
    parents = (people.propensity[arrivals.mothers] + people.propensity[arrivals.fathers]) / 2
    h = world.parameters["individuals.heritability"]
    assert np.corrcoef(people.propensity[rows], parents)[0, 1] == pytest.approx(h, abs=0.03)
    assert people.propensity[rows].std() == pytest.approx(1.0, abs=0.06)
    assert people.ability[rows].std() == pytest.approx(1.0, abs=0.05)
    assert people.vulnerability[rows].std() == pytest.approx(1.0, abs=0.05)
    assert np.corrcoef(people.self_control[rows], people.propensity[rows])[0, 1] < -0.6
    assert (people.work[rows] == PUPIL).all()


def test_newborns_without_a_known_father_vary_as_much(world: LifeWorld) -> None:
    world = LifeWorld(6000)
    arrivals = births(world, 3000)
    arrivals.fathers = np.full_like(arrivals.fathers, -1)
    world.individuals.welcome(arrivals)
    assert world.people.propensity[arrivals.newborns].std() == pytest.approx(1.0, abs=0.06)


def test_self_control_agrees_with_its_numpy_twin(world: LifeWorld) -> None:
    people, p = world.people, world.parameters
    world.room.turn(0)
    rows = np.flatnonzero(world.age < 18)
    before = people.self_control[rows].astype(float)
    g = world.individuals.growth
    level = p["individuals.self_control_propensity"] * people.propensity[rows]
    warmth = np.where(
        people.care[rows] > 0, p["individuals.warmth_in_care"], world.families.parenting[people.family[rows]]
    )
    level += p["individuals.self_control_parenting"] * warmth
    level += p["individuals.self_control_aces"] * np.minimum(people.ace_count[rows], p["families.most_aces"])
    level += p["individuals.self_control_ability"] * people.ability[rows]
    level += p["individuals.self_control_male"] * (people.sex[rows] - 0.5)
    shock = 2 * world.tools.chance.uniforms(GROWTH, 0, people.key[rows], 0) - 1
    age = world.age[rows]
    expected = before + g.formation[age] * (level - before) + g.formation_noise[age] * shock
    world.individuals.develop(0)
    np.testing.assert_allclose(people.self_control[rows], expected, atol=1e-5)


def test_work_of_adults_agrees_with_its_numpy_twin() -> None:
    world = LifeWorld(3000)
    people, p, w = world.people, world.parameters, world.individuals.working
    world.room.turn(0)
    rows = np.flatnonzero((world.age >= 25) & (world.age < 60) & (people.work == EMPLOYED))
    lone = (people.role[rows] == HEAD) & (world.families.lone_parent[people.family[rows]] > 0)
    x = p["work.deprivation"] * world.communities.deprivation[people.community[rows]]
    x += np.asarray(p["work.qualification"])[people.qualification[rows]]
    x += p["work.aces"] * np.minimum(people.ace_count[rows], p["families.most_aces"])
    x += p["work.engagement"] * people.school_engagement[rows] + p["work.excluded"] * (people.exclusion[rows] != NEVER)
    x += p["work.sanctioned"] * (people.sanctions[rows] > 0) + p["work.lone_parent"] * lone
    hazard = w.loss[world.age[rows], people.sex[rows]] * np.exp(p["work.loss_slope"] * x)
    luck = world.tools.chance.uniforms(MONTHLY.sheet, MONTHLY.word("change_work"), people.key[rows], 0)
    world.individuals.work(0)
    assert np.array_equal(people.work[rows] == NEET, luck < hazard)
    assert (people.work[rows] == NEET).sum() > 5


def test_zero_push_changes_nothing_bit_for_bit() -> None:
    plain, pushed = LifeWorld(300), LifeWorld(300)
    for lever in PERSON_LEVERS:
        pushed.push(lever, 0.0)
    plain.live(7), pushed.live(7)
    for name, column in plain.people.frame().items():
        if name != "trauma":
            assert np.array_equal(column, getattr(pushed.people, name)), name
    assert np.array_equal(plain.people.trauma, pushed.people.trauma)


def test_exclusion_needs_suspension_and_ends_suspension() -> None:
    world = LifeWorld(2000, changes={"individuals.suspension_hazard": 5e-3, "individuals.exclusion_probability": 0.2})
    people = world.people
    people.suspensions[:], people.exclusion[:] = 0, NEVER
    world.live(12)
    excluded = people.exclusion != NEVER
    assert excluded.sum() == world.total("exclusions") > 10
    assert (people.suspensions[excluded] > 0).all()
    held = people.suspensions[excluded].copy()
    world.live(12)
    assert np.array_equal(people.suspensions[excluded], held)


def test_nobody_is_suspended_in_august_or_outside_school_ages() -> None:
    world = LifeWorld(2000, changes={"individuals.suspension_hazard": 5e-3})
    world.live(months_to(world, 8))
    before = world.total("suspensions")
    world.live(1)
    assert world.total("suspensions") == before > 0
    young = world.people.suspensions[world.age < 4]
    assert not young.any()


def test_attainment_is_settled_in_september_at_sixteen(world: LifeWorld) -> None:
    people = world.people
    people.qualification[world.age == 15] = 0
    world.live(months_to(world, 9))
    waiting = (world.age == 16) & (people.qualification == 0)
    assert (people.work[waiting] == PUPIL).all()
    world.live(1)
    assert waiting.sum() > 0
    assert (people.qualification[waiting] > 0).all()
    assert np.isin(people.work[waiting], (EDUCATION, EMPLOYED, NEET)).all()
    assert not people.qualification[world.age < 16].any()


def test_retirement_and_custody_end_work(world: LifeWorld) -> None:
    people = world.people
    inside = np.flatnonzero((world.age > 25) & (world.age < 50) & (people.work == EMPLOYED))[:5]
    people.custody[inside] = 9
    people.work[world.age >= 66] = EMPLOYED
    world.live(3)
    assert (people.work[inside] == NEET).all()
    assert (people.work[world.age >= 66] == RETIRED).all()


def test_trauma_rises_when_hurt_and_decays(world: LifeWorld) -> None:
    people, p = world.people, world.parameters
    people.trauma[:] = 0
    adults = np.flatnonzero(world.age > 30)
    people.months_since_victim[adults[0]] = 0
    world.live(1)
    assert people.trauma[adults[0]] == pytest.approx(p["individuals.trauma_victim"])
    assert not people.trauma[adults[1:]].any()
    people.months_since_victim[adults[0]] = 1
    world.live(int(p["individuals.trauma_half_life"]))
    assert people.trauma[adults[0]] == pytest.approx(p["individuals.trauma_victim"] / 2, rel=1e-3)


def test_no_hazard_is_clipped_by_the_ceilings_of_work_and_habits() -> None:
    world = LifeWorld(3000).live(12)
    clips = {name: number for name, number in world.tools.ledger.clips.items() if name.startswith("individuals")}
    assert sum(clips.values()) <= 2, clips
