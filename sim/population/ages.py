"""Turn published age tables into people: single years of age, sex and identity, community by community."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, code_key, declare_sheet
from sim.population.places import PlaceData
from sim.population.synthesis_kernels import identities
from sim.population.synthesis_tables import AGES, YEARS

Array = npt.NDArray[Any]
SINGLE_YEARS = 25
BAND_YEARS = 5
LAST_BAND_FROM = 90
MOST_PEOPLE = 65_535

IDENTITY = declare_sheet("population.identity", ("key_low", "key_high", "birth_month", "role"))
ROUNDING = declare_sheet("population.rounding", ("men", "lone_parents", "lone_parents_adult", "couples_of_women"))
ROUNDING_MORE = declare_sheet("population.rounding_more", ("couples_of_men",))


@dataclass(frozen=True)
class Roster:
    """List everyone of a place, by community, then age, then sex (women first).

    Attributes
    ----------
    starts
        int64 of shape (communities + 1,): first row of each community.
    age, sex, birth_month, key, role_uniform
        One entry a person: years, 0 female or 1 male, months from month 0, uint64, uniform.
    """

    starts: Array
    age: Array
    sex: Array
    birth_month: Array
    key: Array
    role_uniform: Array


def band_columns() -> list[str]:
    """Name the age columns of the open data table in order of age."""
    singles = [f"age_{age}" for age in range(SINGLE_YEARS)]
    bands = [f"age_{low}_{low + BAND_YEARS - 1}" for low in range(SINGLE_YEARS, LAST_BAND_FROM, BAND_YEARS)]
    return [*singles, *bands, f"age_{LAST_BAND_FROM}_plus"]


def single_years(place: PlaceData, parameters: Mapping[str, Any]) -> Array:
    """Return whole people by community and single year of age.

    Bands of five years are spread with England's profile; the cumulative count is rounded, so every cell is within
    one of its expected value and the total is that of the table.

    Returns
    -------
    int64 of shape (communities, 101); the last age is 100 and over.
    """
    published = np.stack([np.asarray(place.lsoa[name], np.float64) for name in band_columns()], axis=1)
    published = np.nan_to_num(np.maximum(published, 0.0))
    profile = np.asarray(parameters["population.adult_age_profile"], np.float64)
    expected = np.empty((published.shape[0], AGES))
    expected[:, :SINGLE_YEARS] = published[:, :SINGLE_YEARS]
    bands = np.minimum(
        (YEARS[SINGLE_YEARS:] - SINGLE_YEARS) // BAND_YEARS, (LAST_BAND_FROM - SINGLE_YEARS) // BAND_YEARS
    )
    share = profile / np.bincount(bands, profile)[bands]
    expected[:, SINGLE_YEARS:] = published[:, SINGLE_YEARS + bands] * share
    cumulative = np.floor(np.cumsum(expected, axis=1) + 0.5).astype(np.int64)
    return np.diff(cumulative, axis=1, prepend=0)


def male_shares(place: PlaceData, parameters: Mapping[str, Any]) -> Array:
    """Return the expected share of men by community and single year of age, shape (communities, 101)."""
    profile = np.interp(YEARS, parameters["population.male_share_ages"], parameters["population.male_share_profile"])
    england = parameters["population.male_share_england"]
    names = ("male_under_15", "male_15_64", "male_65_plus")
    bands = np.digitize(YEARS, (15, 65))
    published = np.stack([np.asarray(place.authority[name], np.float64) for name in names], axis=1)
    published = np.where(np.isfinite(published), published, england)
    shares: Array = np.clip(published[:, bands] * profile, 0.0, 1.0)
    return shares


def community_keys(place: PlaceData) -> Array:
    """Return the key of each community that all chance of its synthesis starts from, uint64."""
    return np.array([code_key(f"people of {code}") for code in place.codes], np.uint64)


def roster(place: PlaceData, parameters: Mapping[str, Any], chance: Chance) -> Roster:
    """Make everyone of a place; a community's people depend only on its code, its own tables and the seed."""
    counts = single_years(place, parameters)
    keys = community_keys(place)
    start = chance.uniforms(ROUNDING, ROUNDING.word("men"), keys, 0)
    expected_men = np.cumsum(counts * male_shares(place, parameters), axis=1) + start[:, None]
    men = np.diff(np.floor(expected_men).astype(np.int64), axis=1, prepend=0)
    men = np.clip(men, 0, counts)
    by_sex = np.stack([counts - men, men], axis=2).reshape(counts.shape[0], -1)
    cell = np.repeat(np.tile(np.arange(2 * AGES), counts.shape[0]), by_sex.ravel())
    totals = counts.sum(axis=1)
    if totals.size and totals.max() > MOST_PEOPLE:
        raise ValueError(f"a community has {totals.max()} people; at most {MOST_PEOPLE} are possible")
    starts = np.r_[0, np.cumsum(totals)]
    people, month, role = np.empty(cell.size, np.uint64), np.empty(cell.size), np.empty(cell.size)
    identities(keys, starts, IDENTITY.number, chance.k0, chance.k1, people, month, role)
    age = (cell // 2).astype(np.int16)
    birth_month = -(12 * age + np.floor(12 * month).astype(np.int16))
    return Roster(starts, age, (cell % 2).astype(np.uint8), birth_month.astype(np.int16), people, role)
