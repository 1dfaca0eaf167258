"""Contagion in the model: nothing without retaliation, part of violence with it, and found by the permutation test."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.contagion import contagion_test
from sim.outcomes.recorder import InMemory, TableRecorder
from sim.place import Place
from sim.population.places import resolve
from sim.run import MEASURE_NAMES

NO_RETALIATION = {
    "violence.retaliation_peer": 0.0,
    "violence.retaliation_public": 0.0,
    "violence.share_to_friends": 0.0,
}
NO_OTHER_TRACE = {"individuals.trauma_victim": 0.0, "norms.victim": 0.0, "violence.weapon_victim": 0.0}
"""Being hurt also leaves trauma, norms and weapons, which are contagion too, if weak: without them only likeness."""
COMMUNITIES, MONTHS = 20, 48


@pytest.fixture(scope="module")
def deprived():
    """The twenty most deprived communities of Middlesbrough."""
    place = resolve("Middlesbrough")
    return resolve(sorted(str(place.codes[row]) for row in np.argsort(-place.z)[:COMMUNITIES]))


@pytest.fixture(scope="module", params=["with retaliation", "without"])
def lived(request, deprived, registry):
    parameters = registry if request.param == "with retaliation" else registry.replace(NO_RETALIATION | NO_OTHER_TRACE)
    world = Place(deprived, seed=4, parameters=parameters, burn_in_years=1, measures=MEASURE_NAMES)
    world.burn_in()
    sink = InMemory()
    world.recorder = TableRecorder(sink, people=False)
    world.run(MONTHS)
    yield request.param == "with retaliation", world.result(), sink.table("incidents")
    world.close()


def test_secondary_incidents_are_a_part_of_violence_and_none_without_retaliation(lived):
    on, result, table = lived
    secondary, peer = result.total("incidents_retaliation"), result.total("incidents_retaliation_peer")
    assert secondary == table["retaliation"].sum()
    assert peer == (table["retaliation"] & (table["context"] == "peer")).sum()
    assert result.total("incidents_series") == table["series"].sum() > 0
    if on:
        assert 0.05 < secondary / result.total("incidents") < 0.6
        assert 0.05 < peer / result.total("incidents_peer") < 0.7
    else:
        assert secondary == 0 and peer == 0


def test_the_permutation_test_tells_contagion_from_likeness(lived):
    on, _, table = lived
    found = contagion_test(table["month"], table["perpetrator"], table["victim"], permutations=199)
    assert found.exposures > 1000
    assert found.p_value < 0.05 if on else found.p_value > 0.05


def test_taking_retaliation_away_leaves_everything_else_in_the_first_month(burnt_in):
    tables = []
    for column in ("", "retaliation"):
        world, sink = burnt_in.fork(), InMemory()
        if column:
            world.people.retaliation[:] = 0.0
        world.recorder = TableRecorder(sink, people=False)
        world.run(1)
        tables.append(sink.table("incidents"))
        world.close()
    kept = {
        name: [table[name][table["cause"] == "ordinary"].tolist() for table in tables]
        for name in ("incident", "victim", "community", "severity", "reported")
    }
    assert tables[0]["retaliation"].any() and not tables[1]["retaliation"].any()
    assert all(before == after for before, after in kept.values())
