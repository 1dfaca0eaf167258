"""The violence step: what switches it off, who is hurt, how badly, and what must not depend on what."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.chance import pair_key
from sim.core.compiling import kernel
from sim.population.columns import EXPLOITED, FEMALE, MALE
from sim.violence.aftermath import order_among_equals
from sim.violence.exposure_kernels import saturate, truncated_poisson
from sim.violence.factors import FACTORS, curves
from sim.violence.incidents import CONTEXTS, FAMILY, PARTNER, PEER, PUBLIC, RETALIATION, SERIES, TREATED
from sim.violence.severity import probabilities
from sim.violence.victim_kernels import _luck, _race

SEASON = 1.0


def month_of_violence(world, season=SEASON):
    world.ties.rosters.rebuild(world.people, world.people.age_sex)
    return world.violence.unfold(world.month, season)


@pytest.fixture
def world(burnt_in):
    world = burnt_in.fork()
    yield world
    world.close()


@pytest.fixture(scope="module")
def incidents(burnt_in):
    """A month of violence ten times as frequent, so that every kind is seen."""
    world = burnt_in.fork()
    found = month_of_violence(world, 10.0)
    yield world, found
    world.close()


def test_without_hazard_nobody_is_hurt(world):
    world.violence.base[:] = 0.0
    world.people.series[:] = 0.0
    world.people.gang[:] = 0
    assert len(month_of_violence(world)) == 0


@pytest.mark.parametrize("context", range(5))
@pytest.mark.mechanism("context_peer", "context_public", "context_partner", "context_family", "context_acquisitive")
def test_switching_one_context_off_leaves_every_other_incident_as_it_was(burnt_in, context):
    with_it, without = burnt_in.fork(), burnt_in.fork()
    for world in (with_it, without):
        world.people.gang[world.people.gang == EXPLOITED] = 0
    without.violence.base[context] = 0.0
    before, after = (month_of_violence(w, 20.0) for w in (with_it, without))
    own = (before.context == context) & (before.cause != SERIES)
    assert own.any(), CONTEXTS[context]
    kept = np.isin(before.key, after.key)
    assert not kept[own].any()
    # Retaliation is a multiple of the peer and public hazards, so it may go with them; nothing else may.
    assert kept[~own & (before.cause != RETALIATION)].all()
    assert np.isin(after.key, before.key).all()
    with_it.close(), without.close()


@pytest.mark.mechanism("retaliation", "series")
def test_retaliation_and_series_have_switches(burnt_in):
    world = burnt_in.fork()
    world.violence.constants[[1, 2, 4]] = 0.0
    found = month_of_violence(world, 4.0)
    assert len(found) > 0 and not np.isin(found.cause, (RETALIATION, SERIES)).any()
    stirred = burnt_in.fork()
    stirred.people.retaliation[:] = 3.0
    assert (month_of_violence(stirred, 4.0).cause == RETALIATION).sum() > 20
    world.close(), stirred.close()


def test_nobody_hurts_themselves_and_everybody_is_there(incidents):
    world, found = incidents
    assert (found.offender != found.victim).all()
    for rows in (found.offender, found.victim):
        assert (world.people.present[rows] == 1).all() and (world.people.custody[rows] == 0).all()
    assert (found.location < world.communities.n).all()


@pytest.mark.mechanism("near_victims")
def test_victims_stand_in_the_relation_their_context_names(incidents):
    world, found = incidents
    people = world.people
    partner, family = found.context == PARTNER, found.context == FAMILY
    assert partner.any() and family.any()
    assert (people.partner[found.offender[partner]] == found.victim[partner]).all()
    assert (people.family[found.offender[family]] == people.family[found.victim[family]]).all()
    assert (people.partner[found.offender[family]] != found.victim[family]).all()
    peers = (found.context == PEER) & (found.cause != SERIES)
    gap = people.age_sex[found.victim[peers]] // 2 - people.age_sex[found.offender[peers]].astype(int) // 2
    assert np.abs(np.median(gap)) <= 1 and (np.abs(gap) <= 4).mean() > 0.95
    same_sex = people.sex[found.victim[peers]] == people.sex[found.offender[peers]]
    assert 0.6 < same_sex.mean() < 0.95
    public = found.context == PUBLIC
    assert (people.age_sex[found.victim[public & (found.cause != RETALIATION)]] // 2 >= 16).all()


def test_offenders_are_old_enough_and_mostly_male(incidents):
    world, found = incidents
    assert (world.people.age_sex[found.offender] // 2 >= 10).all()
    public = found.context == PUBLIC
    assert 0.7 < world.people.sex[found.offender[public]].mean() < 0.95


@pytest.mark.mechanism("custody_incapacitates")
def test_prison_incapacitates(world):
    world.people.custody[:] = 5
    assert len(month_of_violence(world)) == 0


@pytest.mark.mechanism("levers")
def test_a_lever_of_zero_changes_nothing_and_a_strong_one_a_lot(burnt_in):
    worlds = [burnt_in.fork() for _ in range(3)]
    rows = np.arange(burnt_in.people.n)
    for world, push in zip(worlds[1:], (0.0, -3.0), strict=True):
        for name in ("violence_hazard", "unstructured_time", "retaliation", "victimisation_risk", "weapon_carrying"):
            world.tools.levers.push(name, rows, np.full(rows.size, push, np.float32), rows.size)
    plain, zero, strong = (month_of_violence(world, 3.0) for world in worlds)
    for name in ("key", "victim", "location", "severity", "weapon", "alcohol"):
        assert np.array_equal(getattr(plain, name), getattr(zero, name)), name
    assert len(strong) < 0.3 * len(plain)
    for world in worlds:
        world.close()


def test_one_person_less_disturbs_only_those_they_met(burnt_in):
    here, gone = burnt_in.fork(), burnt_in.fork()
    victim = month_of_violence(burnt_in.fork(), 4.0).victim[0]
    gone.people.present[victim] = 0
    gone.people.age_sex[victim] = 255
    before, after = month_of_violence(here, 4.0), month_of_violence(gone, 4.0)
    concerned = (before.victim == victim) | (before.offender == victim)
    assert concerned.any()
    assert np.isin(before.key[~concerned], after.key).all()
    shared = np.isin(after.key, before.key[~concerned])
    order = np.argsort(after.key[shared])
    same = np.argsort(before.key[~concerned])
    assert np.array_equal(after.victim[shared][order], before.victim[~concerned][same])
    assert np.array_equal(after.severity[shared][order], before.severity[~concerned][same])
    here.close(), gone.close()


def test_log_risk_is_the_sum_the_model_description_gives(world, registry):
    violence, people = world.violence, world.people
    violence.risk.refresh(world.month)
    beta = {name: registry[f"violence.factor_{name}"] for name in FACTORS}
    age = people.age_sex // 2
    at_home = people.family >= 0
    supervision = np.where(at_home, world.families.supervision[np.maximum(people.family, 0)], 0.0)
    supervision[at_home & (people.care > 0)] = registry["families.supervision_in_care"]
    aces = people.ace_count
    months = people.months_since_sanction
    expected = (
        violence.risk.strata[0][people.age_sex]
        + violence.risk.of_communities()[people.community]
        + violence.risk.of_youth()[people.community] * (age < 18)
        + beta["propensity"] * people.propensity
        + beta["transitory"] * people.transitory_risk
        + beta["self_control"] * people.self_control
        + np.select(
            [aces == 0, aces == 1, aces < 4], [0, beta["ace_one"], beta["ace_two_or_three"]], beta["ace_four_or_more"]
        )
        + beta["trauma"] * people.trauma
        + beta["acceptance"] * people.acceptance_of_violence
        + people.alcohol * (beta["alcohol"] + beta["alcohol_with_four_aces"] * (aces >= 4))
        + beta["drugs"] * people.drugs
        + beta["gang"] * (people.gang > 0)
        + beta["weapon"] * people.weapon
        + beta["exclusion"] * (people.exclusion < 12)
        + beta["neet"] * (people.work == 3)
        + beta["employment"] * (people.work == 2)
        + beta["supervision"] * supervision * (age < 18)
        + beta["school_engagement"] * people.school_engagement * ((age >= 5) & (age <= 15))
        + beta["trusted_adult"] * people.trusted_adult * (age <= 24)
        + registry["violence.factor_labelling"] * 0.97 ** months.astype(float) * (months < 255)
    )
    present = (people.present == 1) & (people.age_sex != 255)
    assert np.allclose(people.risk_log[present], expected[present], atol=2e-5)


LOGITS = {
    "injury": -0.2,
    "injury_weapon": 0.6,
    "injury_female_partner": 0.25,
    "ed": -1.0,
    "ed_male": 0.61,
    "ed_weapon": 1.5,
    "admission": -2.74,
    "admission_male": 0.84,
    "admission_weapon": 1.4,
    "death": -4.34,
    "death_weapon": 1.6,
    "death_female_partner": 2.1,
}


@pytest.mark.parametrize(
    ("male", "years", "weapon", "partner", "injury", "treated", "admitted", "dead"),
    [
        # Hand-worked from the four logits: 1 / (1 + exp(-x)).
        (True, 40.0, False, False, 0.450166, 0.403713, 0.130117, 0.012870),
        (False, 40.0, False, False, 0.450166, 0.268941, 0.060653, 0.012870),
        (True, 40.0, True, False, 0.598688, 0.752129, 0.377541, 0.060653),
        (False, 40.0, False, True, 0.512497, 0.268941, 0.060653, 0.096235),
    ],
)
def test_severity_of_hand_worked_cases(registry, male, years, weapon, partner, injury, treated, admitted, dead):
    own = registry.replace({f"violence.severity_{name}": value for name, value in LOGITS.items()})
    given_ = probabilities(
        own, np.array([weapon]), np.array([partner]), np.array([male]), np.array([years]), np.array([0.0])
    )
    assert given_[:, 0] == pytest.approx([injury, treated, admitted, dead], abs=2e-5)


@pytest.mark.mechanism("severity_age", "severity_deprivation", "severity_weapon")
def test_severity_rises_with_age_deprivation_and_weapons(registry):
    def chance_of_treatment(age=30.0, deprivation=0.0, weapon=False):
        steps = probabilities(
            registry, np.array([weapon]), np.array([False]), np.array([True]), np.array([age]), np.array([deprivation])
        )
        return (steps[0] * steps[1])[0]

    assert chance_of_treatment(age=12) < 0.2 * chance_of_treatment(age=25)
    assert chance_of_treatment(deprivation=1.5) > chance_of_treatment(deprivation=-1.5)
    assert chance_of_treatment(weapon=True) > chance_of_treatment()


def test_expected_harm_agrees_with_harm(burnt_in):
    world = burnt_in.fork()
    found = month_of_violence(world, 40.0)
    treated = (found.severity >= TREATED).sum()
    assert abs(treated - found.expected_ed.sum()) < 5 * np.sqrt(found.expected_ed.sum())
    assert (found.expected_death <= found.expected_admission).all()
    world.close()


@kernel
def count_incidents(uniforms, rate):
    out = np.empty(uniforms.size, np.int64)
    for i in range(uniforms.size):
        out[i] = truncated_poisson(uniforms[i], rate)
    return out


@pytest.mark.parametrize("rate", [0.01, 0.7, 2.0])
def test_counts_are_poisson_given_at_least_one(rate):
    uniforms = (np.arange(100_000) + 0.5) / 100_000
    counts = count_incidents(uniforms, rate)
    assert counts.min() == 1
    assert counts.mean() == pytest.approx(rate / (1 - np.exp(-rate)), rel=0.002)


@pytest.mark.mechanism("saturation")
def test_hazards_saturate():
    assert saturate(0.01, 2.0) == pytest.approx(0.01, rel=0.01)
    assert saturate(1e6, 2.0) == pytest.approx(2.0, rel=0.001)


@kernel
def run_races(incident_keys, keys, weights, wins):
    for i in range(incident_keys.size):
        best, best_time = np.int64(-1), np.inf
        for j in range(keys.size):
            best, best_time = _race(best, best_time, j, weights[j], _luck(incident_keys[i], keys[j]))
        wins[best] += 1


def test_races_are_won_in_proportion_to_weight_and_independently_of_order():
    keys = pair_key(np.arange(4, dtype=np.uint64), np.uint64(9))
    weights = np.array([1.0, 2.0, 5.0, 12.0])
    races = pair_key(np.arange(40_000, dtype=np.uint64), np.uint64(77))
    wins, reversed_wins = np.zeros(4, np.int64), np.zeros(4, np.int64)
    run_races(races, keys, weights, wins)
    run_races(races, keys[::-1].copy(), weights[::-1].copy(), reversed_wins)
    assert np.array_equal(wins, reversed_wins[::-1])
    assert wins / races.size == pytest.approx(weights / weights.sum(), abs=0.01)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 10**6)), max_size=40, unique_by=lambda pair: pair[1]))
def test_order_among_equals(pairs):
    values = np.array([value for value, _ in pairs], np.int64)
    keys = np.array([key for _, key in pairs], np.int64)
    order = order_among_equals(values, keys)
    for value in range(5):
        own = values == value
        assert order[own][np.argsort(keys[own])].tolist() == list(range(own.sum()))


@pytest.mark.mechanism("survey_counting")
def test_survey_rules(world):
    people = world.people
    adult = np.flatnonzero((people.age_sex // 2 == 30) & (people.present == 1))[0]
    child = np.flatnonzero((people.age_sex // 2 == 14) & (people.present == 1))[0]
    infant = np.flatnonzero((people.age_sex // 2 == 4) & (people.present == 1))[0]
    found = month_of_violence(world, 4.0)
    victims = np.array([adult] * 7 + [child, child, infant], np.int32)
    found = type(found)(
        world.month,
        np.arange(10, dtype=np.uint64),
        *([np.zeros(10, np.int32)] + [victims]),
        *(np.zeros(10, np.uint8),) * 3,
    )
    found.severity[8] = 1
    people.year_victim_count[[adult, child, infant]] = 0
    weight = world.aftermath.survey_weight(world.month, found)
    assert weight.tolist() == pytest.approx([1, 1, 1, 1, 1, 0, 0, 0.3, 1, 0])


def test_age_curves_have_the_shapes_described(registry):
    by_context = curves(registry)
    peer, public = by_context[0], by_context[1]
    assert peer[:, MALE].argmax() == 14 and 13 <= peer[:, FEMALE].argmax() <= 14
    assert 18 <= public[:, MALE].argmax() <= 20
    assert (by_context[:, :10] == 0).all() and (by_context >= 0).all()
    assert (public[30:, FEMALE] < public[30:, MALE]).all()


@pytest.mark.mechanism("memory_of_harm", "contagion_to_friends")
def test_a_month_leaves_memory_behind(burnt_in):
    world = burnt_in.fork()
    found = month_of_violence(world, 4.0)
    before = world.people.retaliation[:]
    world.aftermath.settle(world.month, found)
    people = world.people
    assert (people.months_since_victim[found.victim] == 0).all()
    assert (people.last_target[found.offender] >= 0).all() and (people.last_aggressor[found.victim] >= 0).all()
    assert (people.retaliation[found.victim] >= before[found.victim] + 1).all()
    friends = people.friends[found.victim].ravel()
    strangers = np.setdiff1d(np.arange(people.n), np.concatenate([found.victim, friends]))
    assert np.array_equal(people.retaliation[strangers], before[strangers])
    world.close()
