"""Catchments of secondary schools."""

from __future__ import annotations

import numpy as np

from sim.population.places import resolve
from sim.population.schools import nearest_school, school_neighbours

ROW = (np.array([0, 1, 3, 5, 6], np.int32), np.array([1, 0, 2, 1, 3, 2], np.int32))
"""Four communities in a row."""


def neighbours(graph, community):
    return graph[1][graph[0][community] : graph[0][community + 1]].tolist()


def test_a_catchment_joins_communities_and_those_next_door_stay():
    graph = school_neighbours(np.array([7, 8, 7, 7]), ROW)
    assert neighbours(graph, 0) == [1, 2, 3]
    assert neighbours(graph, 1) == [0, 2]
    assert neighbours(graph, 2) == [0, 1, 3]


def test_without_schools_only_those_next_door_count():
    graph = school_neighbours(np.full(4, -1), ROW)
    assert all(np.array_equal(new, old) for new, old in zip(graph, ROW, strict=True))


def test_communities_of_a_town_share_a_few_schools_that_are_near():
    place = resolve("Middlesbrough")
    school = nearest_school(place.lsoa["easting"], place.lsoa["northing"])
    assert 4 <= np.unique(school).size <= 20
    graph = school_neighbours(school, place.adjacency)
    size = np.diff(graph[0])
    assert 5 < size.mean() < 30
    home = np.repeat(np.arange(place.n), size)
    apart = np.hypot(
        place.lsoa["easting"][home] - place.lsoa["easting"][graph[1]],
        place.lsoa["northing"][home] - place.lsoa["northing"][graph[1]],
    )
    assert np.median(apart) < 2500
