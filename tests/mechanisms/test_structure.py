"""Other forms of the model: each does what it says, moves nothing it should not, and form 0 is the model as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.core.levers import Levers
from sim.interventions.resolved import Cost, Lever, PlacePlan, WherePlan
from sim.parameters.structure import CHOICES, CONTAGION, form_of
from sim.place import Place
from sim.run import MEASURE_NAMES
from sim.violence.aftermath import Aftermath
from sim.violence.incidents import FAMILY, PARTNER, PEER, PUBLIC, SERIES
from tests.mechanisms.paired import a_month_of_violence, differing, differing_before_violence, rates, with_violence
from tests.small_world import SmallWorld, mentoring, scenario

PEER_STREAM, PUBLIC_STREAM, PEER_SERIES, PEER_RETALIATION, PUBLIC_RETALIATION = 0, 1, 5, 6, 7
OWN_ONLY = {"violence.form_of_contagion": 1}
NO_CONTAGION = {"violence.form_of_contagion": 2}
STANDING_PAIRS = {"violence.form_of_series": 1}


def with_form(world, changes):
    """Return a fork whose rooms of violence and of its aftermath are built in another form."""
    twin = with_violence(world, changes)
    parameters = world.parameters.replace(changes)
    twin.aftermath = Aftermath(twin.people, replace(twin.tools, parameters=parameters))
    return twin


def at_home(incidents):
    """Return who hurts whom at home."""
    home = (incidents.context == PARTNER) | (incidents.context == FAMILY)
    return sorted(zip(incidents.key[home], incidents.victim[home], strict=True))


def pairs(incidents, people):
    """Return the victims of each offender's same-pair incidents."""
    found: dict[int, set[int]] = {}
    same = incidents.cause == SERIES
    for offender, victim in zip(people.key[incidents.offender[same]], people.key[incidents.victim[same]], strict=True):
        found.setdefault(int(offender), set()).add(int(victim))
    return found


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.parameter)
def test_the_model_as_it_is_has_form_0_and_other_numbers_are_refused(choice, registry):
    assert form_of(registry, choice) == choice.forms[0].name
    assert registry.parameter(choice.parameter).high == len(choice.forms) - 1
    for wrong in (len(choice.forms), 0.5, -1):
        with pytest.raises(ValueError, match=f"one of 0 \\({choice.forms[0].name}\\)"):
            form_of({choice.parameter: wrong}, choice)


def test_draws_never_change_the_form(registry):
    assert all(form_of(registry.draw(number), CONTAGION) == "own_and_friends" for number in range(5))


def test_without_contagion_nobody_retaliates_and_ordinary_risk_is_higher(poor):
    twin = with_form(poor, NO_CONTAGION)
    before, after = rates(poor.fork()), rates(twin)
    assert before[PEER_RETALIATION].sum() > 0 and before[PUBLIC_RETALIATION].sum() > 0
    assert not after[[PEER_RETALIATION, PUBLIC_RETALIATION]].any()
    assert after[PEER_STREAM].sum() > 1.5 * before[PEER_STREAM].sum()
    assert after[PUBLIC_STREAM].sum() > before[PUBLIC_STREAM].sum()
    unlike = [stream for stream in range(8) if not np.array_equal(before[stream], after[stream])]
    assert unlike == [PEER_STREAM, PUBLIC_STREAM, PEER_RETALIATION, PUBLIC_RETALIATION]


def test_without_contagion_violence_at_home_and_all_before_it_stay_in_the_first_month(poor):
    world, twin = poor.fork(), with_form(poor, NO_CONTAGION)
    assert at_home(a_month_of_violence(world)) == at_home(a_month_of_violence(twin))
    assert differing_before_violence(world, twin) == []


def test_without_contagion_a_victim_is_no_more_violent(poor):
    twin = with_form(poor, NO_CONTAGION)
    calm = rates(twin)
    twin.people.retaliation[:] += 3.0
    assert np.array_equal(rates(twin), calm)


def test_contagion_to_victims_only_keeps_the_total_and_leaves_friends_alone(poor):
    world, twin = poor.fork(), with_form(poor, OWN_ONLY)
    for each in (world, twin):
        each.people.retaliation[:] = 0.0
        each.people.custody[:] = 0
    incidents = a_month_of_violence(world)
    incidents_of_twin = a_month_of_violence(twin)
    assert np.array_equal(incidents.key, incidents_of_twin.key)
    world.aftermath.settle(world.month, incidents)
    twin.aftermath.settle(twin.month, incidents_of_twin)
    hurt = np.unique(incidents.victim)
    assert twin.people.retaliation[:].sum() == pytest.approx(world.people.retaliation[:].sum(), rel=1e-5)
    assert np.setdiff1d(np.flatnonzero(twin.people.retaliation[:]), hurt).size == 0
    assert np.setdiff1d(np.flatnonzero(world.people.retaliation[:]), hurt).size > 0
    assert differing(world.people, twin.people) == ["retaliation"]


def test_standing_pairs_meet_again_and_again_and_the_causal_form_is_left_alone(poor):
    twin = with_form(poor, STANDING_PAIRS)
    world = poor.fork()
    first, of_world = a_month_of_violence(twin), a_month_of_violence(world)
    second = twin.violence.unfold(twin.month + 1, 1.0)
    met, met_again = pairs(first, twin.people), pairs(second, twin.people)
    both = met.keys() & met_again.keys()
    assert len(both) > 5
    assert np.mean([met[offender] == met_again[offender] for offender in both]) > 0.9
    assert at_home(first) == at_home(of_world)
    assert not world.violence.pairs.in_use
    assert differing_before_violence(world, twin) == []


def test_in_standing_pairs_no_incident_leads_to_the_next(poor):
    remembering, forgetting = with_form(poor, STANDING_PAIRS), with_form(poor, STANDING_PAIRS)
    forgetting.people.series[:] = 0.0
    forgetting.people.last_target[:] = -1
    one, other = a_month_of_violence(remembering), a_month_of_violence(forgetting)
    assert (one.cause == SERIES).sum() > 20
    for name in ("key", "victim", "severity"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    before = remembering.people.series[:]
    remembering.aftermath.settle(remembering.month, one)
    assert np.array_equal(remembering.people.series, before)


def test_the_causal_form_does_remember(poor):
    remembering, forgetting = poor.fork(), poor.fork()
    forgetting.people.series[:] = 0.0
    assert (a_month_of_violence(remembering).cause == SERIES).any()
    assert not (a_month_of_violence(forgetting).cause == SERIES).any()


def test_no_readiness_no_standing_pairs(poor):
    twin = with_form(poor, STANDING_PAIRS | {"violence.standing_ratio": 0.0})
    incidents = a_month_of_violence(twin)
    assert not (incidents.cause == SERIES).any()
    assert (incidents.context == PEER).any() and (incidents.context == PUBLIC).any()


def test_all_forms_hold_about_as_much_violence(poor):
    totals = []
    for changes in ({}, OWN_ONLY, NO_CONTAGION, STANDING_PAIRS):
        twin = with_form(poor, changes)
        twin.run(18)
        totals.append(twin.result().total("incidents_peer"))
        twin.close()
    assert max(totals) < 1.3 * min(totals)


def test_overlapping_pushes_keep_the_largest_each_way():
    levers = Levers(overlap=True)
    rows = np.array([3, 5])
    levers.push("violence_hazard", rows, np.array([-0.2, -0.3], np.float32), 10)
    levers.push("violence_hazard", np.array([3, 7]), np.array([-0.3, -0.1], np.float32), 10)
    assert levers.person("violence_hazard").of(np.array([3, 5, 7])) == pytest.approx([-0.3, -0.3, -0.1])
    levers.push("violence_hazard", rows, np.array([0.1, 0.05], np.float32), 10)
    assert levers.person("violence_hazard").of(np.array([3, 5, 7])) == pytest.approx([-0.2, -0.25, -0.1])
    levers.clear()
    levers.push("violence_hazard", rows, np.array([-0.1, -0.1], np.float32), 10)
    assert levers.person("violence_hazard").of(rows) == pytest.approx([-0.1, -0.1])


def test_overlap_changes_nothing_of_one_programme():
    values, rows = np.array([-0.2, 0.4], np.float32), np.array([1, 2])
    for name in ("violence_hazard", "opportunity"):
        alone, overlapping = Levers(), Levers(overlap=True)
        for levers in (alone, overlapping):
            levers.push(name, rows, values, 5)
        if name == "opportunity":
            assert np.array_equal(alone.community(name), overlapping.community(name))
        else:
            assert np.array_equal(alone.person(name).of(rows), overlapping.person(name).of(rows))


def patrols(name, push):
    """A programme for the few communities with most violence that lowers opportunity."""
    return mentoring(
        id=name,
        mode="place",
        identified_by=(),
        levers=(Lever("opportunity", "while_enrolled", push, 0.0, 0.0, 0, True),),
        where=WherePlan("recorded_violence", 0.1),
        neighbours=0.3,
        cost=Cost(None, None, {"police": 1.0}),
        place=PlacePlan(full_hours=None),
    )


@pytest.mark.parametrize(("number", "next_door"), [(0, -0.03), (1, 0.0), (2, 0.03)])
def test_what_places_next_door_get(number, next_door):
    world = SmallWorld()
    world.shared.recorded[0, 4] = 9
    world.programmes.tools.parameters["programmes.form_of_displacement"] = float(number)
    pushed = world.start(patrols("hot_spots", -0.2)).live(1).levers.community("opportunity")
    assert pushed[4] == pytest.approx(-0.2)
    assert pushed[[3, 5]] == pytest.approx([next_door] * 2)
    assert not pushed[[0, 1, 2, 6, 7, 8, 9]].any()


def test_a_place_is_built_in_the_form_its_parameters_say(poor):
    pushed = {}
    for parameter, number in [("", 0), ("programmes.form_of_combination", 1), ("programmes.form_of_displacement", 2)]:
        parameters = poor.parameters.replace({parameter: number} if parameter else {})
        world = Place(poor.place_data, seed=4, parameters=parameters, burn_in_years=0, measures=MEASURE_NAMES)
        world.begin(scenario(patrols("one", -0.2), patrols("other", -0.3)))
        world.step()
        pushed[parameter] = world.tools.levers.community("opportunity").copy()
        world.close()
    built, overlapping, moving = pushed.values()
    served = built == built.min()
    assert served.sum() == 1 and built[served] < overlapping[served] < 0.0
    next_door = (built < 0.0) & ~served
    assert next_door.any()
    assert np.allclose(moving[served], built[served]) and np.allclose(moving[next_door], -built[next_door])


def test_the_model_as_it_is_has_no_standing_pairs(poor):
    assert poor.violence.pairs.clashing(0, np.zeros(3, np.uint64), np.array([0, 5, 5], np.uint8)).size == 0
