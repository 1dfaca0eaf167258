"""A place is a Mesa model: batch_run, DataCollector, pickling and garbage collection work."""

from __future__ import annotations

import gc
import inspect
import pickle
import weakref

import mesa
import numpy as np

from sim.place import Place
from sim.services.names import SERVICES


def columns_equal(a, b) -> bool:
    return all(
        np.array_equal(getattr(a, name), getattr(b, name), equal_nan=a.specs[name].dtype == "float32")
        for name in a.names
    )


def worlds_equal(a: Place, b: Place) -> bool:
    return (
        columns_equal(a.people, b.people)
        and columns_equal(a.families, b.families)
        and columns_equal(a.communities, b.communities)
    )


def test_a_fork_is_equal_and_lives_on_identically(burnt_in):
    first, second = burnt_in.fork(), burnt_in.fork()
    assert worlds_equal(first, second) and worlds_equal(first, burnt_in)
    first.run(7)
    assert not worlds_equal(first, second)
    second.run(7)
    assert worlds_equal(first, second)
    assert np.array_equal(first.result().by_year_fifth, second.result().by_year_fifth)
    first.close(), second.close()


def test_a_pickled_world_lives_on_identically(burnt_in):
    world = burnt_in.fork()
    thawed = pickle.loads(pickle.dumps(world))
    world.run(3)
    thawed.run(3)
    assert worlds_equal(world, thawed)
    world.close(), thawed.close()


def test_the_data_collector_follows_the_place(burnt_in):
    world = burnt_in.fork()
    world.run(4)
    frame = world.datacollector.get_model_vars_dataframe()
    assert len(frame) == world.month
    assert frame["incidents"].iloc[-1] == world.incidents_this_month
    assert frame["population"].iloc[-1] == world.population
    world.close()


def batch_run(place, **keywords):
    return mesa.batch_run(
        Place,
        {"place": [place], "burn_in_years": [0], **keywords.pop("parameters", {})},
        max_steps=2,
        number_processes=1,
        display_progress=False,
        **keywords,
    )


def test_batch_run_steps_places(few_communities):
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        results = batch_run(few_communities, rng=[1, 2])
    else:
        results = batch_run(few_communities, iterations=1, parameters={"seed": [1, 2]})
    assert len(results) == 2
    assert results[0]["population"] > 10_000
    assert (results[0]["incidents"], results[0]["population"]) != (results[1]["incidents"], results[1]["population"])


def test_a_closed_place_is_freed(make_place):
    place = make_place(burn_in_years=0)
    place.run(1)
    world = place.fork()
    world.run(1)
    alive = [weakref.ref(place), weakref.ref(world)]
    place.close(), world.close()
    del place, world
    gc.collect()
    assert [reference() for reference in alive] == [None, None]


def test_agents_are_services_and_sets_answer_in_mesas_words(burnt_in):
    world = burnt_in.fork()
    assert [agent.name for agent in world.agents] == list(SERVICES)
    people = world.individuals_set
    young = people.select(lambda p: p.age_sex < 2 * 18)
    assert 0 < len(young) < len(people) == world.population
    assert young.agg("age_sex", np.max) < 36
    parts = people.groupby("sex")
    assert sum(len(part) for part in parts.values()) == len(people)
    person = next(iter(young))
    assert person.age_sex < 36 and person.model is world and isinstance(person, mesa.Agent)
    assert len(people.to_frame()) == len(people)
    assert len(people.select(at_most=5)) == 5
    world.close()
