"""Families, growing up, habits and work: each mechanism switched off in paired worlds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.individual.individuals import Individuals
from sim.population.columns import (
    ACES,
    DOMESTIC_ABUSE,
    EMPLOYED,
    MENTAL_ILLNESS,
    NEET,
    NEVER,
    SUBSTANCE_USE,
    WORKLESS,
)
from sim.population.home_rates import DRAWN_ACES
from sim.relationship.families import Families
from tests.life_world import LifeWorld
from tests.mechanisms.paired import differing

HOMES = 1200
NO_ONSET = {f"families.{name}_onset": 0.0 for name in ("domestic_abuse", "substance_use", "mental_illness")}


def begun(changes=None, homes=HOMES):
    """Return a world that begins like any other of its size and lives on under changed parameters."""
    world = LifeWorld(homes)
    if changes:
        world.parameters = world.parameters.replace(changes)
        world.tools = replace(world.tools, parameters=world.parameters)
        columns = (world.people, world.families, world.communities)
        world.room, world.individuals = Families(*columns, world.tools), Individuals(*columns, world.tools)
    return world


def lived(changes=None, months=12, prepare=None, homes=HOMES):
    world = begun(changes, homes)
    if prepare:
        prepare(world)
    return world.live(months)


def with_children(world):
    return world.families.children > 0


@pytest.mark.mechanism("ace_abuse_and_neglect")
@pytest.mark.parametrize("kind", range(len(DRAWN_ACES)))
def test_one_kind_of_adversity_without_hazard_leaves_the_others_alone(kind):
    hazards = np.full(len(DRAWN_ACES), 1.5e-3)
    without = hazards.copy()
    without[kind] = 0.0

    def unmarked(world):
        world.people.aces[:], world.people.ace_count[:] = 0, 0

    usual = lived({"families.ace_hazards": hazards}, 1, unmarked, 4000)
    off = lived({"families.ace_hazards": without}, 1, unmarked, 4000)
    bit = 1 << ACES.index(DRAWN_ACES[kind])
    assert (usual.people.aces & bit).any() and not (off.people.aces & bit).any()
    assert np.array_equal(usual.people.aces & ~np.uint16(bit), off.people.aces)
    assert differing(usual.families, off.families) == []


@pytest.mark.mechanism("home_states", "domestic_abuse", "ace_home_states")
@pytest.mark.parametrize(
    ("state", "bit", "experience"),
    [
        ("domestic_abuse", DOMESTIC_ABUSE, "domestic_violence"),
        ("substance_use", SUBSTANCE_USE, "parental_substance_use"),
        ("mental_illness", MENTAL_ILLNESS, "parental_mental_illness"),
    ],
)
def test_states_of_the_home_begin_end_and_mark_children(state, bit, experience):
    def cleared(world):
        world.families.states[:] = 0
        world.people.aces[:], world.people.ace_count[:] = 0, 0

    mark = 1 << ACES.index(experience)
    off = lived(NO_ONSET, 6, cleared)
    assert not (off.families.states & bit).any() and not (off.people.aces & mark).any()
    onset = NO_ONSET | {f"families.{state}_onset": 0.01, "families.onset_ceiling": 0.2}
    on = lived(onset, 6, cleared)
    held = (on.families.states & bit) > 0
    assert 5 < held.sum() < 0.9 * HOMES
    home = on.people.family
    children = (on.age < 17) & (on.people.care == 0) & held[home]
    assert (on.people.aces[children] & mark > 0).all() and (on.people.aces & mark > 0).any()
    ends = dict.fromkeys((f"families.{state}_end", "families.domestic_abuse_end_apart"), 1.0)
    ended = lived(NO_ONSET | ends, 2, lambda world: world.families.states.fill(bit))
    assert not (ended.families.states & bit).any()


@pytest.mark.mechanism("family_stress", "home_states", "workless_home")
@pytest.mark.parametrize(
    ("bit", "switch"),
    [
        (DOMESTIC_ABUSE, "stress_domestic_abuse"),
        (SUBSTANCE_USE, "stress_substance_use"),
        (MENTAL_ILLNESS, "stress_mental_illness"),
    ],
)
def test_states_of_the_home_stress_it_unless_switched_off(bit, switch):
    stay = NO_ONSET | {f"families.{name}_end": 0.0 for name in ("domestic_abuse", "substance_use", "mental_illness")}

    def stress(states, **changes):
        world = lived(stay | changes, 12, lambda w: w.families.states.fill(states))
        return world.families.stress, with_children(world) & (world.families.lone_parent == 0)

    troubled, homes = stress(bit)
    usual, _ = stress(0)
    indifferent, _ = stress(bit, **{f"families.{switch}": 0.0})
    assert (troubled - usual)[homes].min() > 0.02
    assert np.array_equal(indifferent[homes], usual[homes])


@pytest.mark.mechanism("workless_home", "family_stress")
def test_worklessness_stresses_homes_unless_switched_off():
    def jobless(world):
        world.people.work[(world.age >= 16) & (world.age < 66)] = NEET

    def working(world):
        world.people.work[(world.age >= 16) & (world.age < 66)] = EMPLOYED

    off = {"families.stress_workless": 0.0}
    stressed, calm = (lived(None, 1, how) for how in (jobless, working))
    homes = with_children(stressed) & ((stressed.families.states & WORKLESS) > 0)
    assert homes.sum() > 0.9 * with_children(stressed).sum()
    assert (stressed.families.stress - calm.families.stress)[homes].min() > 0.005
    one, other = (lived(off, 1, how) for how in (jobless, working))
    assert np.array_equal(one.families.stress, other.families.stress)


@pytest.mark.mechanism("parenting")
def test_stress_lowers_parenting_and_supervision_unless_switched_off():
    def strained(world):
        world.families.stress += 1.0

    off = {"families.parenting_stress": 0.0, "families.supervision_stress": 0.0}
    calm, tense = lived(None, 3), lived(None, 3, strained)
    homes = with_children(calm)
    for name in ("parenting", "supervision"):
        assert (getattr(tense.families, name) - getattr(calm.families, name))[homes].max() < -0.01
    calm, tense = lived(off, 3), lived(off, 3, strained)
    for name in ("parenting", "supervision"):
        assert np.array_equal(getattr(tense.families, name), getattr(calm.families, name))


@pytest.mark.mechanism("care")
def test_adversity_takes_children_into_care_and_care_can_be_switched_off():
    def harmed(world):
        world.people.care[:], world.people.ace_count[:], world.people.aces[:] = 0, 6, 63

    def unharmed(world):
        world.people.care[:], world.people.ace_count[:], world.people.aces[:] = 0, 0, 0

    often = {"families.care_entry": 0.04, "families.care_entry_ceiling": 0.2}
    many, few = (lived(often, 3, how).people.care.sum() for how in (harmed, unharmed))
    assert many > 2 * few > 0
    assert lived({"families.care_entry": 0.0}, 6, harmed).people.care.sum() == 0


@pytest.mark.mechanism("inheritance")
def test_without_heritability_propensity_does_not_run_in_families(registry):
    from tests.unit.individual.test_individuals import births

    likeness = []
    for h in (0.0, float(registry["individuals.heritability"])):
        world = LifeWorld(3000, changes={"individuals.heritability": h})
        arrivals = births(world, 1500)
        world.individuals.welcome(arrivals)
        people = world.people
        parents = people.propensity[arrivals.mothers] + people.propensity[arrivals.fathers]
        likeness.append(np.corrcoef(people.propensity[arrivals.newborns], parents)[0, 1])
    assert abs(likeness[0]) < 0.08 and likeness[1] > 0.8


@pytest.mark.mechanism(
    "self_control", "school_engagement", "suspension", "school_exclusion", "drug_use", "drinking"
)  # fmt: skip
@pytest.mark.parametrize(
    ("changes", "still", "first_month"),
    [
        (
            {"individuals.formation": np.zeros(4), "individuals.formation_noise": np.zeros(3)},
            "self_control",
            {"self_control", "school_engagement"},
        ),
        (
            {"individuals.engagement_reversion": 0.0, "individuals.engagement_noise": 0.0},
            "school_engagement",
            {"school_engagement", "suspensions", "recent_suspensions"},
        ),
        (
            {"individuals.suspension_hazard": 0.0},
            "suspensions",
            {"suspensions", "recent_suspensions", "exclusion", "school_engagement"},
        ),
        ({"individuals.exclusion_probability": 0.0}, "exclusion", {"exclusion"}),
        ({"individuals.drinking_start": 0.0, "individuals.drinking_stop_by_age": np.zeros(6)}, "alcohol", {"alcohol"}),
        ({"individuals.drugs_start": 0.0, "individuals.drugs_stop_by_age": np.zeros(6)}, "drugs", {"drugs"}),
    ],
)
def test_switched_off_states_stand_still_and_leave_the_rest_alone_at_first(changes, still, first_month, registry):
    changes = {
        name: value if np.shape(value) == np.shape(registry[name]) else np.zeros(np.shape(registry[name]))
        for name, value in changes.items()
    }
    usual, off = begun(None, 3000), begun(changes, 3000)
    never = off.people.exclusion == NEVER
    before = getattr(off.people, still).copy()
    usual.live(1), off.live(1)
    assert set(differing(usual.people, off.people)) <= first_month
    usual.live(8), off.live(8)
    after = getattr(off.people, still)
    if still == "exclusion":
        assert (after[never] == NEVER).all()
    else:
        assert np.array_equal(after, before)
    assert not np.array_equal(getattr(usual.people, still), before)


@pytest.mark.mechanism("attainment", "school_engagement")
def test_engagement_and_self_control_raise_attainment_and_exclusion_lowers_it():
    shares = {}
    for name, change in (
        ("usual", None),
        ("engaged", ("school_engagement", 1.0)),
        ("controlled", ("self_control", 1.0)),
        ("excluded", ("exclusion", 5)),
    ):
        world = LifeWorld(3000)
        people = world.people
        finishing = world.age >= 16
        people.qualification[finishing] = 0
        people.exclusion[:] = NEVER
        if change and change[0] == "exclusion":
            people.exclusion[:] = change[1]
        elif change:
            getattr(people, change[0])[:] += change[1]
        world.individuals._settle_attainment(world.month)
        shares[name] = people.qualification[finishing].mean()
    assert shares["engaged"] > shares["usual"] + 0.1
    assert shares["controlled"] > shares["usual"] + 0.03
    assert shares["excluded"] < shares["usual"] - 0.1


@pytest.mark.mechanism("trauma", "trauma_decay")
def test_abuse_at_home_leaves_trauma_that_never_goes_without_decay():
    def abused(world):
        world.people.trauma[:] = 0.0
        world.families.states[:] = DOMESTIC_ABUSE

    kept = {"families.domestic_abuse_end": 0.0, "families.domestic_abuse_end_apart": 0.0}
    hurt = lived(kept, 6, abused).people
    none = lived(kept | {"individuals.trauma_home": 0.0}, 6, abused).people
    assert hurt.trauma.any() and not none.trauma.any()
    lasting = {"individuals.trauma_half_life": 1e9, "individuals.trauma_home": 0.0}
    stays = lived(lasting, 12, lambda w: w.people.trauma.fill(1.0)).people.trauma
    fades = lived({"individuals.trauma_home": 0.0}, 12, lambda w: w.people.trauma.fill(1.0)).people.trauma
    assert stays == pytest.approx(1.0) and fades.max() < 0.9


def never_out(world):
    """Put everybody of working age in work."""
    world.people.work[(world.age >= 18) & (world.age < 60)] = EMPLOYED


def all_out(world):
    """Put everybody of working age out of work for a while."""
    adults = (world.age >= 18) & (world.age < 60)
    world.people.work[adults], world.people.months_in_work_state[adults] = NEET, 2


@pytest.mark.mechanism("job_loss", "job_entry", "leaving_education")
def test_without_a_way_in_or_out_nobody_changes_work(registry):
    zeros = {name: np.zeros(np.shape(registry[f"work.{name}"])) for name in ("loss", "entry", "return_to_education")}
    adults = LifeWorld(HOMES).age
    adults = (adults >= 18) & (adults < 58)
    off = {"work.loss": zeros["loss"], "work.return_to_education": zeros["return_to_education"]}
    stayed, usual = lived(off, 6, never_out), lived(None, 6, never_out)
    assert (stayed.people.work[adults] == EMPLOYED).all() and (usual.people.work[adults] == NEET).any()
    stayed, usual = lived({"work.entry": zeros["entry"]}, 6, all_out), lived(None, 6, all_out)
    assert (stayed.people.work[adults] == NEET).all() and (usual.people.work[adults] == EMPLOYED).any()
    leave = {
        f"work.{name}": np.zeros(np.shape(registry[f"work.{name}"]))
        for name in ("leave_in_september", "leave_otherwise")
    }

    def students(world):
        world.people.work[(world.age >= 17) & (world.age < 21)] = 1

    pupils = LifeWorld(HOMES).age
    pupils = (pupils >= 17) & (pupils < 21)
    stayed, usual = lived(leave, 7, students), lived(None, 7, students)
    assert (stayed.people.work[pupils] == 1).all() and (usual.people.work[pupils] != 1).any()


@pytest.mark.mechanism("disadvantage_at_work", "aspiration_at_work")
def test_disadvantage_and_aspiration_move_work_unless_switched_off():
    def moved(column, value):
        def prepare(world):
            all_out(world)
            getattr(world.people, column)[:] = value

        return prepare

    def working(changes, column, value):
        world = lived(changes, 4, moved(column, value), 3000)
        return (world.people.work[world.age >= 28] == EMPLOYED).sum()

    assert working(None, "aspiration", 2.0) > working(None, "aspiration", -2.0)
    off = {"work.aspiration": 0.0}
    assert working(off, "aspiration", 2.0) == working(off, "aspiration", -2.0)
    assert working(None, "qualification", 3) > 1.05 * working(None, "qualification", 1)
    off = {"work.loss_slope": 0.0, "work.entry_slope": 0.0}
    assert working(off, "qualification", 3) == working(off, "qualification", 1)
