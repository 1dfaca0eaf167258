"""Couples that form in the same month as a parent's couple keep their own household."""

from __future__ import annotations

import numpy as np

from sim.population.partnering import _without


def test_those_who_form_couples_do_not_move_along_with_a_parent():
    rows, which = _without((np.array([4, 9, 12]), np.array([0, 0, 1])), np.array([9, 30]))
    assert rows.tolist() == [4, 12] and which.tolist() == [0, 1]


def test_every_household_has_a_reference_person_who_lives_in_it(burnt_in):
    world = burnt_in.fork()
    for _ in range(18):
        world.run(1)
        people, families = world.people, world.families
        homes = np.flatnonzero(families.present == 1)
        heads = families.reference_person[homes]
        assert (people.present[heads] == 1).all()
        assert np.array_equal(people.family[heads], homes)
    world.close()
