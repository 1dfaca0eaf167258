"""One table of the five partnership dials: what each moves in its first month, and what it leaves alone.

Every world here is a fork of one place with one dial at 0 or at 1; people and luck are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from calibration.expected_rates import expected_rates
from sim.interventions.enrolments import DECLINED, ENROLLED
from sim.interventions.resolved import Dials, Eligibility, Lever, Programme, Scenario
from sim.outcomes.shared_picture import PictureRecorder
from sim.place import Place
from sim.population.places import PlaceData, resolve
from sim.services.names import SENTENCE_EDGES
from tests.small_world import mentoring

DIALS = tuple(Dials.__dataclass_fields__)
STRONG = {
    "programmes.counter_narrative_acceptance": -0.05,
    "programmes.data_sharing_reach": 0.9,
    "services.hospital_tells_police": 0.9,
}
"""Within their ranges. Messages alone have no effect at their central value, so there would be nothing to see."""

MOVES: dict[str, tuple[str, ...]] = {
    "uptake": ("co_production",),
    "fidelity": ("co_production",),
    "referral_completion": ("collaboration",),
    "hand_over": ("collaboration",),
    "offers": ("collaboration", "data_sharing", "counter_narrative"),
    "known": ("data_sharing",),
    "visibility": ("data_sharing",),
    "recorded": ("data_sharing",),
    "reach": ("counter_narrative",),
    "legitimacy": ("community_consensus",),
    "efficacy": ("community_consensus",),
    "true_incidents": (),
}
"""Which dials raise what in the first month; all others leave it exactly as it is."""


def small_place(town: str = "Middlesbrough", communities: int = 7) -> PlaceData:
    """Return some of the most deprived neighbourhoods of a town."""
    data = resolve(town)
    return resolve([str(code) for code in data.codes[np.flatnonzero(data.fifth == 0)[:communities]]])


def programme(levers: tuple[Lever, ...] = ()) -> Programme:
    """Return a programme for people aged 10 to 34 whom schools or police know, with more places than it can fill."""
    return mentoring(
        who=Eligibility(10, 34, None, (), (), ()), identified_by=("school", "police"), places_per_year=20_000.0,
        start_up_months=0, levers=levers, months=12,
    )  # fmt: skip


def scenario(dials: Dials, *programmes: Programme) -> Scenario:
    return Scenario("test", "Test", "2026-04", 2, programmes, dials)


@pytest.fixture(scope="module")
def strong(registry) -> Iterator[Place]:
    """Return about 10,000 people at their decision date, with strong dials. Fork it: nobody may step it."""
    place = Place(small_place(), seed=5, burn_in_years=1, parameters=registry.replace(STRONG))
    place.burn_in()
    yield place
    place.close()


class Routed:
    """Note every referral along a route: its case, whether the person comes, and when it arrives.

    Routes of the sentenced and released are left out: with more recorded there are more of them.
    """

    def __init__(self, world: Place) -> None:
        self.cases: dict[tuple[int, int], tuple[bool, int]] = {}
        self.refer: Callable[..., None] = world.services.queues.refer
        world.services.queues.refer = self.note  # type: ignore[method-assign]

    def note(self, chance: Any, person: Any, service: Any, source: Any, key: Any, arrives: Any, attends: Any) -> None:
        """Note a call and pass it on."""
        for row in np.flatnonzero(service != source):
            if (source[row], service[row]) not in SENTENCE_EDGES:
                self.cases[int(key[row]), int(source[row])] = bool(attends[row]), int(arrives[row])
        self.refer(chance, person, service, source, key, arrives, attends)


def first_month(place: Place, dials: Dials) -> dict[str, Any]:
    """Live one month under a programme that does nothing, and return what the dials could have moved."""
    world = place.fork(scenario(dials, programme()))
    routed = Routed(world)
    picture = world.recorder = PictureRecorder(world.communities.n)
    world.step()
    running, levers = world.programmes.running[0], world.tools.levers
    table, counts = running.enrolments, running.counts.by_year
    answered = {
        int(key): int(status) == ENROLLED
        for key, status in zip(world.people.key[table.person], table.status, strict=True)
        if status in (ENROLLED, DECLINED)
    }
    young = np.flatnonzero((world.people.age_sex >= 20) & (world.people.age_sex < 50))
    found = {
        "answered": answered,
        "routed": routed.cases,
        "fidelity": world.programmes.effects.fidelity,
        "offers": counts["offered"][0],
        "known": counts["known"][0],
        "visibility": int(picture.known.sum()),
        "recorded": int(picture.parts[..., 0].sum()),
        "reach": float(np.abs(levers.person("acceptance_of_violence").of(young)).sum()),
        "legitimacy": float(levers.community("legitimacy").sum()),
        "efficacy": float(levers.community("collective_efficacy").sum()),
        "true_incidents": world.incidents_this_month,
    }
    world.close()
    return found


def compared(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Return each measure at 0 and at 1; what people and referrals do is compared among those in both worlds."""
    pairs = {name: (before[name], after[name]) for name in MOVES if name in before}
    people = before["answered"].keys() & after["answered"].keys()
    cases = before["routed"].keys() & after["routed"].keys()
    assert len(people) > 20 and len(cases) > 10
    pairs["uptake"] = tuple(sum(each["answered"][key] for key in people) for each in (before, after))
    pairs["referral_completion"] = tuple(sum(each["routed"][key][0] for key in cases) for each in (before, after))
    pairs["hand_over"] = tuple(-sum(each["routed"][key][1] for key in cases) for each in (before, after))
    return pairs


@pytest.mark.mechanism(
    "dial_collaboration",
    "dial_co_production",
    "dial_data_sharing",
    "dial_counter_narrative",
    "dial_community_consensus",
)
@pytest.mark.parametrize("dial", DIALS)
def test_each_dial_moves_what_it_names_in_the_first_month_and_nothing_else(strong, dial):
    pairs = compared(first_month(strong, Dials()), first_month(strong, Dials(**{dial: 1.0})))
    assert set(pairs) == set(MOVES)
    for name, (before, after) in pairs.items():
        if dial in MOVES[name]:
            assert after > before, f"{dial} at 1 does not raise {name}: {before} to {after}"
        else:
            assert after == before, f"{dial} at 1 moves {name}: {before} to {after}"


@pytest.mark.mechanism("dial_community_consensus")
def test_legitimacy_and_efficacy_follow_consensus_a_month_later(strong):
    means = []
    for dials in (Dials(), Dials(community_consensus=1.0)):
        world = strong.fork(scenario(dials))
        world.run(2)
        communities = world.communities
        means.append((communities.legitimacy.mean(), communities.collective_efficacy.mean()))
        world.close()
    assert means[1][0] > means[0][0] and means[1][1] > means[0][1]


@pytest.mark.mechanism("dial_counter_narrative")
def test_messages_alone_change_no_acceptance_at_their_central_strength(burnt_in):
    worlds = [burnt_in.fork(scenario(dials)) for dials in (Dials(), Dials(counter_narrative=1.0))]
    for world in worlds:
        world.run(2)
    assert np.array_equal(*(world.people.acceptance_of_violence for world in worlds))
    for world in worlds:
        world.close()


def a_year(place: Place, data_sharing: float, *programmes: Programme) -> dict[str, float]:
    """Live a year and return what happened, what was recorded, and what is expected of the month after it."""
    world = place.fork(scenario(Dials(data_sharing=data_sharing), *programmes))
    picture = world.recorder = PictureRecorder(world.communities.n)
    world.run(12)
    world.violence.risk.refresh(world.month)
    # Rates leave levers out: with a programme they show what is left in people when it stops.
    expected = float(expected_rates(world).sum())
    world.close()
    recorded = picture.parts[..., 0].sum()
    return {"true": float(picture.parts.sum()), "recorded": float(recorded), "expected": expected}


@pytest.mark.mechanism("dial_data_sharing")
def test_data_sharing_alone_records_more_and_changes_what_is_expected_by_little(strong):
    alone, sharing = a_year(strong, 0.0), a_year(strong, 1.0)
    assert sharing["recorded"] > 1.01 * alone["recorded"]
    assert sharing["expected"] == pytest.approx(alone["expected"], rel=0.03)
    assert sharing["true"] <= 1.03 * alone["true"]


@pytest.mark.mechanism("dial_data_sharing", "identification")
def test_with_a_programme_for_known_people_more_is_recorded_and_less_happens(registry):
    """The programme is as strong as mentoring in the catalogue; one several times as strong lowers both."""
    lever = Lever("violence_hazard", "while_enrolled", -0.1, 0.0, 12.0, 0, True)
    pairs = []
    for seed in (4, 5, 6):
        place = Place(small_place(), seed=seed, burn_in_years=1, parameters=registry.replace(STRONG))
        place.burn_in()
        pairs.append([a_year(place, dial, programme((lever,))) for dial in (0.0, 1.0)])
        place.close()
    alone, sharing = ({name: sum(pair[i][name] for pair in pairs) for name in pairs[0][0]} for i in (0, 1))
    assert sharing["true"] < alone["true"]
    assert sharing["expected"] < alone["expected"]
    assert sharing["recorded"] > alone["recorded"]


@pytest.mark.mechanism("dial_data_sharing")
def test_without_its_strengths_data_sharing_changes_nothing(registry):
    nothing = {"programmes.data_sharing_reach": 0.0}
    place = Place(small_place(communities=3), seed=4, burn_in_years=0, parameters=registry.replace(nothing))
    place.burn_in()
    assert a_year(place, 0.0, programme()) == a_year(place, 1.0, programme())
    place.close()
