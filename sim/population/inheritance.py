"""Traits a person is born with: propensity to violence and ability from the actual parents, and vulnerability.

Chance is keyed by the person (and, for a parent who is not known, by the parent who is), so a trait is the same
whenever it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, declare_sheet
from sim.core.columns import Columns

Array = npt.NDArray[Any]
Values = Mapping[str, Any]

BIRTH = declare_sheet("individuals.birth", ("propensity", "propensity_more", "ability", "ability_more"))
BIRTH_MORE = declare_sheet("individuals.birth_more", ("vulnerability", "vulnerability_more", "spare", "spare_more"))
ABSENT_PARENT = declare_sheet("individuals.absent_parent", ("propensity", "propensity_more", "ability", "ability_more"))


def propensity_spread(p: Values) -> float:
    """Return the standard deviation of adults' propensity."""
    return float(np.sqrt(1.0 + p["history.propensity_deprivation"] ** 2))


def partner_correlation(p: Values) -> float:
    """Return the correlation of partners' propensities, deprivation included."""
    shared = p["history.propensity_deprivation"] ** 2
    return float((shared + p["history.partner_correlation"]) / (1.0 + shared))


def inherit(people: Columns, children: Array, mothers: Array, fathers: Array, p: Values, chance: Chance) -> None:
    """Draw ``propensity`` and ``ability`` of ``children`` (rows) from their parents' (rows; -1 where not known).

    A child's trait is h x (standardised mean of both parents) + sqrt(1 - h^2) x noise. Somebody without a known
    parent is left as they are.
    """
    known = (mothers >= 0) | (fathers >= 0)
    children, mothers, fathers = children[known], mothers[known], fathers[known]
    if children.size == 0:
        return
    keys = people.key[children]
    spread, alike = propensity_spread(p), partner_correlation(p)
    propensity = _parents_mean(people.propensity, people.key, mothers, fathers, alike, spread, 0, chance)
    ability = _parents_mean(people.ability, people.key, mothers, fathers, 0.0, 1.0, 2, chance)
    h, h_ability = p["individuals.heritability"], p["individuals.ability_heritability"]
    people.propensity[children] = h * propensity + np.sqrt(1.0 - h * h) * chance.normals(BIRTH, 0, keys, 0)
    noise = chance.normals(BIRTH, 2, keys, 0)
    people.ability[children] = h_ability * ability + np.sqrt(1.0 - h_ability**2) * noise


def _parents_mean(
    trait: Array, key: Array, mothers: Array, fathers: Array, alike: float, spread: float, word: int, chance: Chance
) -> Array:
    """Return the mean trait of both parents in standard deviations of such means; draw an absent parent's trait."""
    present = np.where(mothers >= 0, mothers, fathers)
    other = np.where(mothers >= 0, fathers, -1)
    first = trait[present].astype(np.float64)
    noise = chance.normals(ABSENT_PARENT, word, key[present], 0)
    drawn = alike * first + spread * np.sqrt(1.0 - alike * alike) * noise
    second = np.where(other >= 0, trait[other], drawn)
    mean: Array = (first + second) / 2.0 / (spread * np.sqrt((1.0 + alike) / 2.0))
    return mean


def draw_vulnerability(people: Columns, rows: Array, adversity: Array, p: Values, chance: Chance) -> None:
    """Draw lasting vulnerability, correlated with adversity in the home of childhood (standardised)."""
    r = p["individuals.vulnerability_adversity"]
    noise = chance.normals(BIRTH_MORE, 0, people.key[rows], 0)
    people.vulnerability[rows] = r * adversity + np.sqrt(1.0 - r * r) * noise
