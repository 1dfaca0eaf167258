"""Find who lives in institutions from the age structure and the household count of a community.

Halls, boarding schools, prisons, barracks and care homes are not published by community here. They show as age
groups, or as adults per household, that ordinary housing cannot hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.population.neighbourhood import IN_INSTITUTION, INDEPENDENT, Neighbourhood

Array = npt.NDArray[Any]


def boarder_share(age: Array, parameters: Mapping[str, Any]) -> float:
    """Return the share of those at boarding-school age who board, from their excess over younger children."""
    p = parameters
    first, last = p["population.boarder_ages"]
    pupils = int(((age >= first) & (age <= last)).sum())
    low, high = p["population.boarder_reference_ages"]
    usual = float(((age >= low) & (age <= high)).sum()) / (high - low + 1)
    expected = (last - first + 1) * (p["population.boarder_ratio"] * usual + p["population.boarder_margin"])
    excess = pupils - expected
    return float(excess / pupils) if excess > p["population.boarder_least"] else 0.0


def send_boarders(hood: Neighbourhood, uniforms: Array) -> None:
    """Let boarding pupils live in institutions; ``uniforms`` are those that decided who lives with parents."""
    p = hood.tables.parameters
    first, last = p["population.boarder_ages"]
    boarding = (hood.age >= first) & (hood.age <= last) & (uniforms > 1.0 - boarder_share(hood.age, p))
    hood.living[boarding] = IN_INSTITUTION


def send_excess_adults(hood: Neighbourhood) -> None:
    """Let adults beyond what the households of a community can hold live in institutions."""
    p, facts = hood.tables.parameters, hood.facts
    adults = np.flatnonzero(hood.living == INDEPENDENT)
    allowance = (
        p["population.adults_most_overcrowding"] * facts.overcrowded
        + p["population.adults_most_students"] * facts.student_excess
    )
    if adults.size > (p["population.adults_most"] + allowance) * hood.households:
        excess = adults.size - int((p["population.adults_usual"] + allowance) * hood.households)
        hood.living[over_represented_first(hood, adults)[:excess]] = IN_INSTITUTION


def over_represented_first(hood: Neighbourhood, people: Array) -> Array:
    """Return people in a keyed random order that favours age groups with more people than usual in England."""
    p = hood.tables.parameters
    group = np.searchsorted(p["population.age_groups"], hood.age, side="right")
    usual = p["population.age_group_shares"]
    ratio = np.bincount(group, minlength=usual.size) / hood.n / usual
    weight = ratio ** p["population.institution_age_power"]
    return hood.race("institution", people, weight[group[people]])
