"""Virtual trials in a small place: recruits, arms, closed forms, exact steps."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from calibration.expected_rates import expected_rates
from experiments.matching_worlds import randomised_contrast
from experiments.trial_design import Design, NoTrial, design_of
from experiments.trial_recruits import allocate, sample
from experiments.trial_watch import share_in_hot_cells
from experiments.trial_worlds import live_treated, live_untreated, taken_in
from experiments.trials import analyse
from sim.core.chance import Chance
from sim.core.levers import Levers
from sim.interventions.catalogue import Catalogue
from sim.interventions.eligibility import known_mask, meeting
from sim.interventions.resolved import Eligibility, Lever
from sim.place import Place
from sim.population.places import from_codes, resolve
from sim.violence.incidents import CONTEXTS
from tests.small_world import mentoring

MONTHS = 6
ANYBODY = Eligibility(12, 45, None, (), (), ())


def always(push, **changed):
    """A programme that everybody of an age has from the start to the end, and which multiplies the hazard."""
    lever = Lever("violence_hazard", "while_enrolled", push, 0.0, 0.0, 0, True)
    kept = {"levers": (lever,), "completion": 1.0, "uptake": 1.0, "months": 60, "who": ANYBODY, "identified_by": ()}
    return mentoring(**(kept | {"uptake_by_need": 0.0, "uptake_by_trust": 0.0} | changed))


def design(programme=None, **changed):
    basis = Design(programme or always(-0.3), "intention_to_treat", "person", "true_violence", 0, MONTHS, None, 1)
    return replace(basis, **changed)


@pytest.fixture(scope="module")
def base():
    poor = resolve("Middlesbrough")
    order = np.argsort(-poor.z)
    world = Place(from_codes([str(code) for code in poor.codes[order[:8]]]), seed=4, burn_in_years=1)
    world.burn_in()
    yield world
    world.close()


@pytest.fixture(scope="module")
def untreated(base):
    [found] = live_untreated(base, [design()])
    return found


def test_the_lever_of_hot_cells_shows_in_full_in_the_hot_cells_and_in_part_in_the_neighbourhood():
    levers, share = Levers(), 0.4
    world = SimpleNamespace(
        parameters={"violence.hot_cell_share": share},
        tools=SimpleNamespace(levers=levers),
        communities=SimpleNamespace(n=2),
    )
    assert share_in_hot_cells(world) == pytest.approx([share, share])
    levers.push("hot_cell", np.array([1]), np.array([-0.3], np.float32), 2)
    in_place = 1.0 + share * (np.exp(-0.3) - 1.0)
    in_cells = in_place * share_in_hot_cells(world)[1] / share
    assert np.log(in_cells) == pytest.approx(-0.3, abs=1e-6)
    assert -0.3 < np.log(in_place) < -0.1


def test_young_peoples_violence_in_a_place_is_what_youth_clubs_are_judged_by():
    assert design_of(Catalogue().entry("youth_clubs")).measure == "peer_violence_in_place"
    assert design_of(Catalogue().entry("hot_spot_policing")).measure == "public_violence_in_hot_cells"


def effect(base, untreated, wanted):
    return randomised_contrast(wanted, untreated, live_treated(base, wanted, untreated))


def test_a_pure_multiplier_of_the_hazard_matches_its_closed_form(base, untreated):
    for push in (-0.3, -0.6, 0.3):
        found = effect(base, untreated, design(always(push)))
        # Saturation of the highest hazards takes a little off.
        assert found["effect"] == pytest.approx(push, rel=0.12)
        assert np.sign(found["effect"]) == np.sign(push)


def test_no_strength_has_exactly_no_effect(base, untreated):
    wanted = design().at_scale(0.0)
    treated = live_treated(base, wanted, untreated)
    assert randomised_contrast(wanted, untreated, treated)["effect"] == 0.0
    for name, value in vars(untreated.outcomes).items():
        if name != "completed":
            # Rates are added up in another order where a lever is pushed, if only by nothing.
            np.testing.assert_allclose(value, getattr(treated, name), rtol=1e-12, atol=0.0, err_msg=name)


def test_the_scale_multiplies_every_push_and_a_share_stays_a_share(base):
    levers = (*always(-0.3).levers, Lever("trusted_adult", "while_enrolled", 0.7, 0.0, 0.0, 0, True))
    scaled = design(always(-0.3, levers=levers)).at_scale(2.0).programme
    assert [lever.strength for lever in scaled.levers] == [-0.6, 1.0]


def test_those_who_drop_out_dilute_the_effect_of_a_trial(base, untreated):
    leaky = always(-0.6, completion=0.2, months=MONTHS)
    intended = effect(base, untreated, design(leaky))["effect"]
    assert -0.55 < intended < -0.05
    full = effect(base, untreated, design(always(-0.6)))["effect"]
    assert full < intended


def test_steps_add_up_to_the_estimate_exactly(base, untreated):
    for estimand in ("intention_to_treat", "treated"):
        wanted = design(always(-0.5, completion=0.6, months=3), estimand=estimand)
        found = analyse(wanted, untreated, live_treated(base, wanted, untreated), base.tools.chance, base.parameters)
        assert found.true_effect + sum(found.steps.values()) == pytest.approx(found.estimate.value, abs=1e-9)
        assert found.true_effect < 0.0
        assert (found.steps["dilution"] == 0.0) == (estimand == "intention_to_treat")
        assert found.estimate.treated + found.estimate.control < found.people


def test_recruits_come_by_the_route_of_the_programme(base):
    who = Eligibility(10, 18, "male", (("self_control_below", 0.0),), (), ())
    programme = always(-0.3, who=who, identified_by=("school", "youth_justice"), uptake=0.5)
    [found] = live_untreated(base, [design(programme)])
    people = base.people
    rows = np.flatnonzero(np.isin(people.key, found.recruits.key))
    assert rows.size == len(found.recruits) > 20
    strata = people.age_sex[rows]
    assert (strata >= 20).all() and (strata < 38).all() and (strata % 2 == 1).all()
    assert np.array_equal(meeting(base.programmes.registers, who, rows), rows)
    assert known_mask(base.programmes.registers, programme, rows, base.tools.chance, 0.0).all()
    [everybody] = live_untreated(base, [design(replace(programme, uptake=1.0))])
    assert len(found.recruits) / len(everybody.recruits) == pytest.approx(0.5, abs=0.12)
    assert np.isin(found.recruits.key, everybody.recruits.key).all()


def test_recruiting_goes_on_and_asks_nobody_twice(base):
    programme = always(-0.3, uptake=0.5)
    [short] = live_untreated(base, [design(programme)])
    [long] = live_untreated(base, [design(programme, recruiting_months=4)])
    assert len(long.recruits) > len(short.recruits)
    assert np.unique(long.recruits.key).size == len(long.recruits)
    assert np.array_equal(long.recruits.key[long.recruits.month == base.month], short.recruits.key)


@pytest.mark.parametrize("unit", ["family", "community", "school"])
def test_units_stay_together(base, unit):
    [found] = live_untreated(base, [design(randomised=unit)])
    recruits = found.recruits
    for key in np.unique(recruits.unit)[:50]:
        assert np.unique(recruits.treated[recruits.unit == key]).size == 1
    assert np.unique(recruits.unit).size < len(recruits)
    if unit == "family":
        row = {int(key): i for i, key in enumerate(base.people.key)}
        family = base.people.family[[row[int(key)] for key in recruits.key]]
        home = family >= 0
        assert np.array_equal(base.families.key[family[home]], recruits.unit[home])


def test_half_of_the_units_are_treated_whatever_the_order_of_recruits():
    units = np.repeat(np.arange(101, dtype=np.uint64), 3)
    treated = allocate(Chance(1), units)
    assert np.unique(units[treated]).size == 51
    order = np.random.default_rng(0).permutation(units.size)
    assert np.array_equal(allocate(Chance(1), units[order]), treated[order])


def test_a_smaller_trial_takes_whole_units_by_lot(base, untreated):
    units = np.repeat(np.arange(50, dtype=np.uint64), 4)
    taken = sample(Chance(1), units, 42)
    assert taken.sum() == 40 and np.unique(units[taken]).size == 10
    fewer = taken_in(base, untreated, 100)
    assert len(fewer.recruits) == fewer.outcomes.expected.size == 100
    assert fewer.recruits.treated.sum() == 50


def test_expected_rates_include_what_programmes_push(base):
    world = base.fork()
    before = expected_rates(world).sum()
    rows = np.arange(world.people.n)
    world.tools.levers.push("violence_hazard", rows, np.full(rows.size, -0.5, np.float32), world.people.n)
    pushed, happened = expected_rates(world), np.zeros(8)
    # Saturation takes a little off, and violence at home follows risk less closely.
    assert np.exp(-0.5) < pushed.sum() / before < np.exp(-0.35)
    for month in range(12):
        _, streams, counts = world.violence._offenders(1000 + month, np.ones(len(CONTEXTS), np.float32))
        happened += np.bincount(streams, counts, 8)
    assert happened.sum() == pytest.approx(12 * pushed.sum(), rel=0.1)
    world.tools.levers.clear()
    assert expected_rates(world).sum() == before
    world.tools.levers.push("unstructured_time", rows, np.full(rows.size, -1.0, np.float32), world.people.n)
    out, home = expected_rates(world)[[0, 1, 4]].sum(), expected_rates(world)[[2, 3]].sum()
    world.tools.levers.clear()
    assert out < 0.6 * expected_rates(world)[[0, 1, 4]].sum()
    assert home == expected_rates(world)[[2, 3]].sum()
    world.close()


def test_expected_and_realised_outcomes_agree(untreated):
    expected, happened = untreated.outcomes.truth.sum(), untreated.outcomes.happened.sum()
    assert happened == pytest.approx(expected, rel=0.2)
    assert untreated.outcomes.observed.sum() < happened


@pytest.mark.parametrize("measure", ["victimisation", "sanctions", "recorded_violence", "aces", "conduct_problems"])
def test_every_kind_of_measure_can_be_counted(base, measure):
    who = Eligibility(3, 25, None, (), (), ())
    wanted = design(always(-1.0, who=who), measure=measure)
    [without] = live_untreated(base, [wanted])
    treated = live_treated(base, wanted, without)
    found = analyse(wanted, without, treated, base.tools.chance, base.parameters)
    assert np.isfinite(found.estimate.value) and np.isfinite(found.true_effect)
    assert (without.outcomes.observed <= without.outcomes.happened).all() or measure == "conduct_problems"


def test_a_trial_of_places_compares_the_same_communities(base):
    lever = Lever("opportunity", "while_enrolled", -1.5, 0.0, 0.0, 0, True)
    programme = always(0.0, mode="place", levers=(lever,), neighbours=0.0)
    wanted = design(programme, measure="public_violence_in_place", randomised="community", estimand="place")
    wanted = replace(wanted, last_month=24)
    [without] = live_untreated(base, [wanted])
    assert len(without.recruits) == 4 and without.recruits.treated.sum() == 2
    found = effect(base, without, wanted)
    assert found["effect"] == pytest.approx(-1.5, abs=0.8)
    assert effect(base, without, wanted.at_scale(0.0))["effect"] == 0.0


def test_the_catalogue_says_which_trial_it_means():
    entry = Catalogue().entry("parenting_programme")
    expected, published = design_of(entry), design_of(entry, "published")
    assert (expected.measure, expected.first_month, expected.last_month) == ("true_violence", 60, 120)
    assert (published.measure, published.first_month, published.last_month) == ("conduct_problems", 0, 12)
    assert expected.randomised == "family"
    assert expected.months == 120 + expected.recruiting_months - 1


def test_what_cannot_be_put_on_trial_says_why():
    entry = Catalogue().entry("mentoring")
    with pytest.raises(NoTrial, match="moves no lever"):
        design_of(entry.model_copy(update={"levers": {}}))
    trial = entry.evidence.trial.model_copy(update={"measure": "violence_in_place"})
    evidence = entry.evidence.model_copy(update={"trial": trial})
    with pytest.raises(NoTrial, match="acts on people"):
        design_of(entry.model_copy(update={"evidence": evidence}))
