"""Records of hand-made incidents: overlaps, links and parts of the picture that can be counted by eye."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.outcomes.shared_picture import (
    LINKS,
    PARTS,
    PictureRecorder,
    combinations,
    linked_combinations,
    links_of,
    parts_of,
    services_of,
)
from sim.services.names import AMBULANCE, EMERGENCY_DEPARTMENT, POLICE, SCHOOLS, SERVICES

NUMBER = len(SERVICES)


def records(*incidents: tuple[int, ...]) -> np.ndarray:
    """Return who holds what, given the services that hold each incident."""
    table = np.zeros((len(incidents), NUMBER), bool)
    for row, services in enumerate(incidents):
        table[row, list(services)] = True
    return table


def bits(*services: int) -> int:
    return sum(1 << service for service in services)


HOLDS = records((), (POLICE,), (POLICE, EMERGENCY_DEPARTMENT), (EMERGENCY_DEPARTMENT, AMBULANCE), (SCHOOLS,), (POLICE,))
LINKABLE = records((), (POLICE,), (POLICE, EMERGENCY_DEPARTMENT), (EMERGENCY_DEPARTMENT,), (), ())


def test_combinations_are_counted_as_they_stand() -> None:
    assert combinations(HOLDS) == {
        0: 1,
        bits(POLICE): 2,
        bits(POLICE, EMERGENCY_DEPARTMENT): 1,
        bits(EMERGENCY_DEPARTMENT, AMBULANCE): 1,
        bits(SCHOOLS): 1,
    }
    assert services_of(bits(POLICE, SCHOOLS)) == ("police", "schools")


def test_records_that_cannot_be_linked_look_like_incidents_of_their_own() -> None:
    assert linked_combinations(HOLDS, LINKABLE) == {
        bits(POLICE): 2,
        bits(POLICE, EMERGENCY_DEPARTMENT): 1,
        bits(EMERGENCY_DEPARTMENT): 1,
        bits(AMBULANCE): 1,
        bits(SCHOOLS): 1,
    }


def test_each_incident_stands_in_one_part_of_the_picture() -> None:
    reached = np.array([False, True, True, True, False, False])
    names = [PARTS[number] for number in parts_of(HOLDS, LINKABLE, reached)]
    assert names == ["unrecorded", "police", "police", "shared", "not_linkable", "police"]
    alone = [PARTS[number] for number in parts_of(HOLDS, LINKABLE, np.zeros(6, bool))]
    assert alone == ["unrecorded", "police", "police", "not_passed_on", "not_linkable", "police"]


def test_failed_linkage_is_told_from_silence() -> None:
    holds = records((POLICE, EMERGENCY_DEPARTMENT), (POLICE, EMERGENCY_DEPARTMENT), (EMERGENCY_DEPARTMENT,), (POLICE,))
    linkable = records((POLICE, EMERGENCY_DEPARTMENT), (POLICE,), (EMERGENCY_DEPARTMENT,), (POLICE,))
    assert [LINKS[number] for number in links_of(holds, linkable)] == ["linked", "not_linked", "not_recorded"]


@pytest.mark.parametrize(("everything", "part"), [(False, "unrecorded"), (True, "police")])
def test_nothing_recorded_and_everything_recorded_by_all(everything: bool, part: str) -> None:
    recorder = PictureRecorder(1)
    table = np.full((4, NUMBER), everything)
    recorder.count(np.arange(4), np.arange(4), table, table, table)
    assert recorder.parts.sum(axis=(0, 1))[PARTS.index(part)] == 4 == recorder.parts.sum()
    assert recorder.own.sum() == recorder.known.sum() == 4 * NUMBER * everything
    assert recorder.held == {(1 << NUMBER) - 1 if everything else 0: 4}
    assert recorder.links.tolist() == ([4, 0, 0] if everything else [0, 0, 0])


def test_a_month_without_incidents_counts_nothing() -> None:
    recorder = PictureRecorder(2)
    nothing = np.zeros((0, NUMBER), bool)
    recorder.count(np.zeros(0, np.int64), np.zeros(0, np.int64), nothing, nothing, nothing)
    assert not recorder.parts.any() and not recorder.held and not recorder.linked


@given(arrays(bool, st.tuples(st.integers(1, 20), st.just(NUMBER))), st.data())
def test_counts_add_up_whatever_the_records(holds: np.ndarray, data: st.DataObject) -> None:
    linkable = holds & data.draw(arrays(bool, holds.shape))
    reached = linkable.any(axis=1) & data.draw(arrays(bool, holds.shape[0]))
    recorder = PictureRecorder(1)
    nowhere = np.zeros(holds.shape[0], np.int64)
    recorder.count(nowhere, nowhere, holds, linkable, holds | reached[:, None])
    assert sum(recorder.held.values()) == recorder.parts.sum() == holds.shape[0]
    seen = sum(number * len(services_of(combination)) for combination, number in recorder.linked.items())
    assert seen == holds.sum()
    assert sum(recorder.linked.values()) >= holds.any(axis=1).sum()
    assert (recorder.own <= recorder.known).all()
    assert recorder.parts[0, 0, PARTS.index("unrecorded")] == recorder.held[0]
    assert recorder.links.sum() == holds[:, EMERGENCY_DEPARTMENT].sum()
