"""Couples and leaving home switched off, and what each partnership dial does and does not do."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.levers import Levers
from sim.interventions.partnership import partnership_effects, push_community_levers
from sim.interventions.resolved import Dials
from sim.population.columns import CHILD
from tests.demography_world import DemographyWorld, columns_by_key
from tests.small_world import SmallWorld, mentoring, programme_parameters

DIALS = {
    "collaboration": ("collaboration_referral", "collaboration_duplicates"),
    "co_production": ("co_production_uptake", "co_production_drop_out", "co_production_fidelity"),
    "data_sharing": ("data_sharing_reach",),
    "counter_narrative": ("counter_narrative_referral", "counter_narrative_acceptance"),
    "community_consensus": ("consensus_efficacy", "consensus_legitimacy"),
}


@pytest.mark.mechanism("partnering")
def test_without_seekers_no_couple_forms():
    usual, off = DemographyWorld(), DemographyWorld(changed={"demography.seeking_most": 0.0})
    before = columns_by_key(off.people, ("partner",))
    usual.live(6), off.live(6)
    assert sum(usual.demography.flow_balance()["couples"]) > 0
    assert sum(off.demography.flow_balance()["couples"]) == 0
    people = off.people
    stayed = np.isin(people.key, np.array(list(before), np.uint64)) & (people.present == 1)
    alone = {key for key, (partner,) in before.items() if partner < 0}
    assert not any(int(key) in alone for key in people.key[stayed & (people.partner >= 0)])


@pytest.mark.mechanism("leaving_home")
def test_grown_up_children_leave_home_unless_nobody_may():
    staying = []
    for share in (1.0, 0.0):
        world = DemographyWorld()
        world.demography.rates.monthly_leaving *= share
        people = world.people
        grown = world.present[(people.role[world.present] == CHILD) & (people.birth_month[world.present] < -19 * 12)]
        keys = people.key[grown]
        world.turn(), world.turn(), world.turn()
        here = np.isin(people.key, keys) & (people.present == 1) & (people.partner < 0)
        staying.append(float((people.role[here] == CHILD).mean()))
    assert staying[0] < staying[1]
    assert staying[1] > 0.995


@pytest.mark.mechanism(
    "dial_collaboration",
    "dial_co_production",
    "dial_data_sharing",
    "dial_counter_narrative",
    "dial_community_consensus",
)
@pytest.mark.parametrize("dial", DIALS)
def test_a_dial_moves_what_it_names_and_nothing_when_its_strengths_are_zero(dial):
    p = programme_parameters()
    without, with_it = Dials(), Dials(**{dial: 1.0})
    strengths = {f"programmes.{name}" for name in DIALS[dial]}
    free = p | dict.fromkeys(strengths, 0.0)
    assert partnership_effects(with_it, free) == partnership_effects(without, free)
    acting = p | {name: p[name] or -0.1 for name in strengths}
    before, after = partnership_effects(without, acting), partnership_effects(with_it, acting)
    world, levers = SmallWorld(), Levers()
    push_community_levers(with_it, acting, levers, world.programmes.registers)
    assert before != after or levers.in_use
    assert (after.referral > before.referral) == (dial in ("collaboration", "counter_narrative"))
    assert (after.shared > before.shared) == (dial == "data_sharing")
    assert (after.duplicates_avoided > 0) == (dial == "collaboration")
    assert (after.uptake_log_odds > 0) == (dial == "co_production")
    wanted = {
        "community_consensus": ["collective_efficacy", "legitimacy"],
        "counter_narrative": ["acceptance_of_violence"],
    }
    assert levers.in_use == wanted.get(dial, [])
    silent = Levers()
    push_community_levers(with_it, free, silent, world.programmes.registers)
    assert silent.in_use == []


@pytest.mark.mechanism("dial_collaboration")
def test_collaboration_offers_places_to_more_people_who_are_known():
    starts = [
        SmallWorld().start(mentoring(places_per_year=4000.0), dials=Dials(collaboration=dial)).live(6).totals()
        for dial in (0.0, 1.0)
    ]
    assert starts[1]["offered"] > starts[0]["offered"]


@pytest.mark.mechanism("dial_counter_narrative")
def test_the_counter_narrative_reaches_10_to_24_year_olds_only():
    world, levers = SmallWorld(), Levers()
    acting = programme_parameters() | {"programmes.counter_narrative_acceptance": -0.2}
    push_community_levers(Dials(counter_narrative=0.5), acting, levers, world.programmes.registers)
    pushed = levers.person("acceptance_of_violence").of(np.arange(world.people.n))
    years = world.people.age_sex // 2
    young = (years >= 10) & (years <= 24)
    assert pushed[young] == pytest.approx(-0.1) and not pushed[~young].any()
