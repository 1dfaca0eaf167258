"""Time a month of the whole model and its fork. Nothing is asserted: machines differ; see ``placewise bench``."""

from __future__ import annotations

import pytest

from sim.place import Place


@pytest.fixture(scope="module")
def middlesbrough():
    place = Place("Middlesbrough", seed=1, burn_in_years=1)
    place.burn_in()
    yield place
    place.close()


@pytest.mark.slow
def test_a_month(benchmark, middlesbrough):
    benchmark.extra_info["people"] = middlesbrough.population
    world = middlesbrough.fork()
    benchmark.pedantic(world.step, rounds=20, warmup_rounds=2)
    world.close()


@pytest.mark.slow
def test_a_fork(benchmark, middlesbrough):
    benchmark.extra_info["people"] = middlesbrough.population
    worlds = benchmark.pedantic(middlesbrough.fork, rounds=5)
    worlds.close()
