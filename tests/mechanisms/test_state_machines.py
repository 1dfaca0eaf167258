"""Every status of a person has legal values and legal steps, month after month, whatever the seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.place import Place
from sim.population.columns import EDUCATION, EMPLOYED, EXPLOITED, NEET, NEVER, PUPIL, RETIRED
from sim.population.places import from_codes, resolve

MONTHS = 24
COMMUNITIES = 2
STATES = (
    "key", "present", "age_sex", "work", "qualification", "months_in_work_state", "gang", "care", "exclusion", "aces",
    "suspensions", "sanctions", "custody", "weapon", "alcohol", "drugs", "trusted_adult",
)  # fmt: skip
WORK_STEPS = {
    PUPIL: {PUPIL, EDUCATION, RETIRED},
    EDUCATION: {EDUCATION, EMPLOYED, NEET, RETIRED},
    EMPLOYED: {EMPLOYED, EDUCATION, NEET, RETIRED},
    NEET: {NEET, EDUCATION, EMPLOYED, RETIRED},
    RETIRED: {RETIRED},
}


class Snapshot:
    """Hold the states of those present, in order of key."""

    def __init__(self, place: Place) -> None:
        people = place.people
        rows = np.flatnonzero(people.present == 1)
        order = rows[np.argsort(people.key[rows])]
        for name in STATES:
            setattr(self, name, getattr(people, name)[order].copy())
        self.family = people.family[order] >= 0
        self.ace_count = people.ace_count[order].copy()
        self.age = self.age_sex // 2


def check_values(now: Snapshot) -> None:
    assert (now.work <= RETIRED).all() and (now.qualification <= 3).all() and (now.gang <= EXPLOITED).all()
    for name in ("care", "weapon", "alcohol", "drugs", "trusted_adult"):
        assert (getattr(now, name) <= 1).all(), name
    assert np.array_equal(now.ace_count, [bin(int(bits)).count("1") for bits in now.aces])
    pupil = now.work == PUPIL
    assert (now.age[pupil] <= 16).all() and pupil[now.age < 16].all()
    assert (now.work[now.age >= 66] == RETIRED).all() and (now.age[now.work == RETIRED] >= 66).all()
    assert (now.qualification[now.age < 16] == 0).all() and (now.qualification[now.age >= 17] > 0).all()
    assert (now.age[now.care > 0] < 18).all() and now.family[now.care > 0].all()
    assert (now.age[now.gang > 0] >= 8).all()
    exploited = now.gang == EXPLOITED
    assert (now.age[exploited] >= 10).all() and (now.age[exploited] < 25).all()
    assert (now.age[now.weapon > 0] >= 10).all()
    assert (now.age[now.custody > 0] >= 10).all()
    assert (now.age[(now.alcohol > 0) | (now.drugs > 0)] >= 16).all()


def check_steps(before: Snapshot, now: Snapshot) -> None:
    _, old, new = np.intersect1d(before.key, now.key, assume_unique=True, return_indices=True)
    for was, allowed in WORK_STEPS.items():
        assert set(now.work[new][before.work[old] == was].tolist()) <= allowed
    for name in ("qualification", "sanctions", "suspensions"):
        assert (getattr(now, name)[new] >= getattr(before, name)[old]).all(), name
    known = before.qualification[old] > 0
    assert (now.qualification[new][known] == before.qualification[old][known]).all()
    assert not (before.aces[old] & ~now.aces[new]).any()
    was, is_now = before.exclusion[old].astype(int), now.exclusion[new].astype(int)
    assert (is_now[was != NEVER] == np.minimum(was[was != NEVER] + 1, NEVER - 1)).all()
    assert set(is_now[was == NEVER].tolist()) <= {0, NEVER}
    began = (now.gang[new] == EXPLOITED) & (before.gang[old] != EXPLOITED)
    assert (now.age[new][began] < 18).all()
    same = now.work[new] == before.work[old]
    months = now.months_in_work_state[new][same].astype(int) - before.months_in_work_state[old][same]
    assert set(months.tolist()) <= {0, 1}
    # Whoever was sent to custody last month has lost work and education by now.
    inside = (before.custody[old] > 0) & (now.custody[new] > 0)
    assert not np.isin(now.work[new][inside], (EMPLOYED, EDUCATION)).any()
    left = before.custody[old] > 1
    assert (now.custody[new][left] >= 1).all()


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_states_and_steps_are_legal_in_every_month(seed: int) -> None:
    codes = [str(code) for code in resolve("Middlesbrough").codes[:COMMUNITIES]]
    place = Place(from_codes(codes), seed=seed, burn_in_years=0)
    before = Snapshot(place)
    for _ in range(MONTHS):
        place.step()
        now = Snapshot(place)
        check_values(now)
        check_steps(before, now)
        before = now
    place.close()


@pytest.mark.parametrize(
    ("name", "who", "value"),
    [
        ("work", lambda now: now.age < 10, EMPLOYED),
        ("qualification", lambda now: now.age < 10, 2),
        ("gang", lambda now: now.age > 60, EXPLOITED),
        ("care", lambda now: now.age > 30, 1),
        ("aces", lambda now: now.ace_count == 0, 1),
        ("drugs", lambda now: now.age < 10, 1),
    ],
)
def test_an_illegal_state_would_be_found(burnt_in: Place, name: str, who: Any, value: int) -> None:
    now = Snapshot(burnt_in)
    check_values(now)
    getattr(now, name)[who(now)] = value
    with pytest.raises(AssertionError):
        check_values(now)


@pytest.mark.parametrize(
    ("name", "who", "value"),
    [
        ("work", lambda now: now.work == EMPLOYED, PUPIL),
        ("qualification", lambda now: now.qualification == 3, 1),
        ("aces", lambda now: now.aces > 0, 0),
        ("exclusion", lambda now: now.exclusion != NEVER, NEVER),
        ("gang", lambda now: now.age == 30, EXPLOITED),
        ("sanctions", lambda now: now.sanctions > 0, 0),
    ],
)
def test_an_illegal_step_would_be_found(burnt_in: Place, name: str, who: Any, value: int) -> None:
    world = burnt_in.fork()
    before = Snapshot(world)
    world.step()
    now = Snapshot(world)
    check_steps(before, now)
    assert who(now).any()
    getattr(now, name)[who(now)] = value
    with pytest.raises(AssertionError):
        check_steps(before, now)
    world.close()
