"""Waiting lists: every referral ends somewhere, first come is first served, and capacity is what it says."""

from __future__ import annotations

import copy
import pickle

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.chance import Chance, mix64
from sim.services.names import HOUSING, LAST_INCIDENT_SERVICE, POLICE, SERVICES
from sim.services.queues import Queues, case_key

NUMBER = len(SERVICES)
PEOPLE = 400
RESIDENTS = 1000
CHANCE = Chance(5)
KEYS = np.array([int(mix64(np.uint64(i + 1))) for i in range(PEOPLE)], np.uint64)
MONTHS = 10


def queues(capacity: float, wait: int = 3, support: int = 2) -> Queues:
    return Queues(np.full(NUMBER, capacity), np.full(NUMBER, wait), np.full(NUMBER, support))


def refer(room: Queues, person, service, month: int, attends=True, order=None) -> None:
    person, service = np.asarray(person, np.int32), np.asarray(service, np.int64)
    order = np.arange(person.size) if order is None else order
    person, service = person[order], service[order]
    comes = np.broadcast_to(np.asarray(attends), order.shape)[order].astype(bool)
    key = case_key(KEYS[person], service)
    room.refer(CHANCE, person, service, service, key, np.full(person.size, month), comes)


def balanced(room: Queues) -> bool:
    total = room.total
    listed = total["did_not_attend"] + room.number_waiting() + total["seen"] + total["turned_away"] + total["left"]
    begun = room.number_supported() + total["completed"] + total["ended_elsewhere"]
    return np.array_equal(total["referred"], listed) and np.array_equal(total["seen"], begun)


def stream(seed: int, per_month: int):
    """Return for each month who is referred where, whether they come, and who is away: nobody twice."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(PEOPLE)
    for month in range(MONTHS):
        person = order[month * per_month : (month + 1) * per_month]
        service = rng.integers(LAST_INCIDENT_SERVICE + 1, NUMBER, person.size)
        present, custody = (rng.random(PEOPLE) > 0.03).astype(np.uint8), (rng.random(PEOPLE) < 0.03).astype(np.uint8)
        yield month, person, service, rng.random(person.size) < 0.8, present, custody


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.2, 0.7, 1.0, 3.0]), st.integers(0, 4), st.integers(0, 3))
def test_every_referral_ends_somewhere_whatever_happens(seed, capacity, wait, support) -> None:
    room = queues(capacity, wait, support)
    rng = np.random.default_rng(seed)
    for month, person, service, comes, present, custody in stream(seed, 30):
        room.open_month()
        room.end(month, present, custody)
        refer(room, person, service, month, comes)
        seen = room.serve(month, RESIDENTS)
        assert (room.this_month["seen"] <= room.places).all()
        assert np.array_equal(np.bincount(seen.service, minlength=NUMBER), room.this_month["seen"])
        assert balanced(room)
        if month % 4 == 3:
            kept = rng.random(PEOPLE) < 0.9
            new_rows = np.where(kept, np.cumsum(kept) - 1, -1)
            staying = len(room.waiting.take(kept[room.waiting.person]))
            room.remap(new_rows.astype(np.int32))
            assert len(room.waiting) == staying
            assert balanced(room)
            room.remap(np.flatnonzero(kept).astype(np.int32))
    assert (room.total["seen"] <= MONTHS * capacity + 1).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.1, 0.4, 0.9, 1.7]), st.integers(0, 4))
def test_more_capacity_never_means_fewer_people_seen(seed, capacity, wait) -> None:
    seen = []
    for factor in (1.0, 2.0):
        room = queues(capacity * factor, wait)
        found: set[tuple[int, int]] = set()
        for month, person, service, comes, present, custody in stream(seed, 40):
            room.end(month, present, custody)
            refer(room, person, service, month, comes)
            served = room.serve(month, RESIDENTS)
            found |= set(zip(served.person.tolist(), served.service.tolist(), strict=True))
        seen.append(found)
    assert seen[0] <= seen[1]


def test_without_capacity_nobody_is_seen_and_all_are_turned_away_after_their_wait() -> None:
    room = queues(0.0, wait=2)
    refer(room, np.arange(50), np.full(50, HOUSING), 0)
    for month in range(2):
        assert len(room.serve(month, RESIDENTS)) == 0
        assert room.number_waiting()[HOUSING] == 50
    room.serve(2, RESIDENTS)
    assert room.number_waiting().sum() == 0 and room.total["turned_away"][HOUSING] == 50


def test_those_referred_earlier_are_seen_earlier_and_in_a_month_the_lot_decides_not_the_row() -> None:
    straight, shuffled = queues(5.0, wait=99), queues(5.0, wait=99)
    order = np.random.default_rng(1).permutation(20)
    served = []
    for room, lay in ((straight, None), (shuffled, order)):
        for month in range(3):
            refer(room, np.arange(20 * month, 20 * month + 20), np.full(20, HOUSING), month, order=lay)
        served.append([np.sort(room.serve(month, RESIDENTS).person).tolist() for month in range(3, 15)])
    assert served[0] == served[1]
    everyone = [person // 20 for month in served[0] for person in month]
    assert everyone == sorted(everyone) and len(everyone) == 60
    assert served[0][0] != [0, 1, 2, 3, 4]


def test_capacity_below_one_adds_up_over_months() -> None:
    room = queues(0.25, wait=99)
    refer(room, np.arange(50), np.full(50, HOUSING), 0)
    seen = [len(room.serve(month, RESIDENTS)) for month in range(12)]
    assert sum(seen) == 3 and max(seen) == 1


def test_a_second_referral_while_a_case_is_open_is_no_new_case_but_two_incidents_are_two() -> None:
    room = queues(1.0, wait=9, support=3)
    refer(room, [7, 7, 8], [HOUSING, HOUSING, HOUSING], 0)
    refer(room, [7], [HOUSING], 0)
    assert room.total["referred"][HOUSING] == 2
    refer(room, [7, 7], [POLICE, POLICE], 0)
    assert room.total["referred"][POLICE] == 2


def test_a_referral_on_its_way_cannot_be_seen_yet() -> None:
    room = queues(10.0)
    person, service = np.array([3], np.int32), np.array([HOUSING])
    room.refer(CHANCE, person, service, service, case_key(KEYS[[3]], HOUSING), np.array([4]), np.array([True]))
    assert len(room.serve(3, RESIDENTS)) == 0 and room.number_waiting()[HOUSING] == 1
    assert len(room.serve(4, RESIDENTS)) == 1 and room.total["waited_months"][HOUSING] == 0


def test_copies_and_pickles_go_on_by_themselves_and_alike() -> None:
    room = queues(1.0, wait=9)
    refer(room, np.arange(30), np.full(30, HOUSING), 0)
    twins = [copy.deepcopy(room), pickle.loads(pickle.dumps(room))]
    room.serve(0, RESIDENTS)
    for twin in twins:
        assert twin.number_waiting()[HOUSING] == 30
        twin.serve(0, RESIDENTS)
        assert np.array_equal(twin.waiting.person, room.waiting.person)
