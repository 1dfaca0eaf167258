"""Compile the kernels before work starts, on two cores at once.

Compiling takes longer than anything else in a first start. One process builds a few communities and lives a month in
them, which in time compiles everything; another begins, in made-up households, with about half of it, in the order in
which it will be needed. Both leave the machine code in the cache, where every worker finds it.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from typing import Any

import numpy as np

from experiments.runs import Plan, RunTask, one_run

COMMUNITIES_TO_COMPILE = 3
PEOPLE_PER_HOUSEHOLD, HOUSEHOLDS = 4, 150
OLDEST_YEARS = 70
VIOLENT_SEASON = 50.0


def compile_kernels(plan: Plan) -> None:
    """Compile every kernel, then simulate a few communities for a while to be sure of it."""
    from sim.place import Place
    from sim.population.places import from_codes

    few = np.argsort(plan.place.lsoa["population"], kind="stable")[:COMMUNITIES_TO_COMPILE]
    small = from_codes([str(plan.place.codes[row]) for row in sorted(few)])
    other = multiprocessing.get_context("spawn").Process(target=live_ahead, args=(plan.parameters, small))
    other.start()
    world = Place(small, parameters=plan.parameters, burn_in_years=1)
    world.run(1)
    world.close()
    other.join()
    one_run(RunTask(replace(plan, place=small, years=1, burn_in_years=1, detail=None), 0), lambda steps: None)


def live_ahead(parameters: Any, place: Any) -> None:
    """Live in made-up households those parts of a month that compile while a place is built elsewhere."""
    from sim.individual.individuals import Individuals
    from sim.population.census import Census
    from sim.relationship.families import Families
    from sim.relationship.norms import Norms
    from sim.relationship.ties import Ties
    from sim.violence.aftermath import Aftermath
    from sim.violence.violence import Violence

    people, families, communities, tools = made_up_world(parameters, place)
    Norms(people, families, communities, tools).start(0)
    Families(people, families, communities, tools).turn(0)
    individuals = Individuals(people, families, communities, tools)
    individuals.develop(0)
    individuals.work(0)
    rosters = Ties(people, families, communities, tools, place).rosters
    rosters.rebuild(people, people.age_sex)
    communities.night_time_economy[:] = 1.0
    violence = Violence(people, families, communities, rosters, tools, place.adjacency)
    incidents = violence.unfold(0, VIOLENT_SEASON)
    Aftermath(people, tools).settle(0, incidents)
    Census(people, communities, tools).count(0)


def made_up_world(parameters: Any, place: Any) -> tuple[Any, Any, Any, Any]:
    """Return people, families, communities and tools: households of a couple and two children, ages all over."""
    from sim.core.chance import Chance, pair_key
    from sim.core.columns import Columns
    from sim.core.ledger import Ledger
    from sim.core.levers import Levers
    from sim.core.time import Clock
    from sim.core.tools import Tools
    from sim.population.columns import CHILD, FAMILIES, HEAD, PARTNER, PEOPLE
    from sim.population.neighbourhoods import make_communities

    chance = Chance(1)
    communities = make_communities(place, chance, parameters)
    people, families = Columns(PEOPLE, 1), Columns(FAMILIES, 1)
    families.append(HOUSEHOLDS)
    people.append(PEOPLE_PER_HOUSEHOLD * HOUSEHOLDS)
    rows = np.arange(people.n)
    years = rows * 7 % OLDEST_YEARS
    people.key[:] = pair_key(rows.astype(np.uint64), np.uint64(1))
    people.sex[:] = rows % 2
    people.birth_month[:] = -12 * years - 1
    people.age_sex[:] = 2 * years + people.sex
    people.present[:] = 1
    people.family[:] = rows // PEOPLE_PER_HOUSEHOLD
    people.community[:] = people.family % communities.n
    people.role[:] = np.array([HEAD, PARTNER, CHILD, CHILD])[rows % PEOPLE_PER_HOUSEHOLD]
    first = rows - rows % PEOPLE_PER_HOUSEHOLD
    people.partner[:] = np.where(people.role == HEAD, rows + 1, np.where(people.role == PARTNER, rows - 1, -1))
    people.mother[:] = np.where(people.role == CHILD, first, -1)
    people.friends[:] = rows[:, None]
    families.key[:] = pair_key(np.arange(HOUSEHOLDS, dtype=np.uint64), np.uint64(2))
    families.community[:] = np.arange(HOUSEHOLDS) % communities.n
    families.present[:] = 1
    families.reference_person[:] = np.arange(HOUSEHOLDS) * PEOPLE_PER_HOUSEHOLD
    clock = Clock.for_decision("2026-04", 0)
    tools = Tools(parameters, chance, Levers(), Ledger(place.fifth, clock, (), 1), clock)
    return people, families, communities, tools
