"""Offences other than violence: few people often, those known to the police more, whatever the screen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.population.columns import NEVER
from sim.services.sanctions import Sanctions

MONTHS = 36


def careers(poor, known=None, **changes):
    """Return how often each person of 20 to 40 is sanctioned for other offences in some years of unchanged risk."""
    world = poor.fork()
    people = world.people
    people.custody[:] = 0
    people.months_since_sanction[:] = NEVER if known is None else known
    changes = {f"services.{name}": value for name, value in changes.items()}
    sanctions = Sanctions(
        people, replace(world.tools, parameters=world.parameters.replace(changes)), world.ties.monthly
    )
    times = np.zeros(people.n, np.int64)
    for month in range(MONTHS):
        times[sanctions.other_offending(world.month + month)] += 1
    age = people.age_sex >> 1
    grown = (age >= 20) & (age < 40) & (people.present == 1)
    world.close()
    return times[grown]


@pytest.mark.mechanism("frequent_offending")
def test_a_steeper_passing_part_gathers_sanctions_in_few_people(poor):
    flat, steep = (careers(poor, other_offending_passing=value, other_offending_most=5.0) for value in (0.0, 1.2))
    again = [(times > 1).sum() / (times > 0).sum() for times in (flat, steep)]
    assert again[1] > 1.3 * again[0]
    assert (steep > 0).sum() < (flat > 0).sum()


@pytest.mark.mechanism("known_offenders")
def test_people_sanctioned_lately_are_sanctioned_more_and_it_can_be_switched_off(poor):
    unknown, known = careers(poor), careers(poor, known=3)
    assert (known >= unknown).all() and known.sum() > 1.2 * unknown.sum() > 0
    switched_off = [careers(poor, known=since, other_offending_known=0.0) for since in (None, 3)]
    assert np.array_equal(*switched_off)


@pytest.mark.mechanism("other_offending")
def test_the_screen_of_the_sweep_does_not_change_how_often_people_are_sanctioned(poor):
    low, high = (careers(poor, other_offending_ceiling=value, other_offending=[20.0] * 6) for value in (0.01, 0.1))
    assert low.sum() == pytest.approx(high.sum(), rel=0.1)
    often = np.sort(low)[-50:].mean(), np.sort(high)[-50:].mean()
    assert often[0] == pytest.approx(often[1], rel=0.15)


def test_nobody_is_sanctioned_more_often_than_the_most(poor):
    seldom = careers(poor, other_offending_most=0.02, other_offending=[500.0] * 6)
    assert seldom.max() < 8 and 0.0 < seldom.mean() < 0.02 * MONTHS
