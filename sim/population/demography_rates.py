"""Annual and monthly rates of demography, solved so that a place keeps its own composition."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import age_sex_ceilings
from sim.core.columns import Columns
from sim.core.hazards import interpolate_by_age, monthly
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import ParameterValues
from sim.population.candidates_kernels import births_a_year
from sim.population.columns import FEMALE, MALE
from sim.population.cross_section import AGES, SEXES, CrossSection, by_age_sex, smooth
from sim.population.local_fertility import local_shape

Array = npt.NDArray[Any]
FERTILE_YEARS = (15, 49)
ADULT_FROM_YEARS = 16


class Rates:
    """Hold every rate by age in years (0 to 100) and, where it differs, sex.

    Attributes
    ----------
    death, seeking, leaving : annual, float64[ages, sexes].
    fertility : births a year of a woman with a partner and parity factor 1, float64[ages]; ``birth_level`` scales it.
    separation, moving_out, moving_within : annual, float64[ages], by the woman's or the reference person's age.
    leaving_place : share of those leaving the parents' home who leave the place, float64[ages].
    """

    def __init__(self, parameters: ParameterValues, place_data: Any, start: CrossSection) -> None:
        p = parameters
        self.death = np.stack((p["demography.mortality_female"], p["demography.mortality_male"]), axis=1)[:AGES]
        self.by_parity = np.asarray(p["demography.fertility_by_parity"])
        self.unpartnered = _by_age(p["demography.fertility_unpartnered_ages"], p["demography.fertility_unpartnered"])
        self.birth_interval_months = int(p["demography.birth_interval_months"])
        self.separation = _by_age(p["demography.separation_ages"], p["demography.separation"])
        self.moving_out = _by_age(p["demography.moving_out_ages"], p["demography.moving_out"])
        within = _by_age(p["demography.moving_within_ages"], p["demography.moving_within"])
        self.moving_within = within * p["demography.moving_within_factor"]
        self.leaving_place = _by_age(p["demography.leaving_place_ages"], p["demography.leaving_place"])
        self.institution_turnover = float(p["demography.institution_turnover"])
        self.relative_until_years = int(p["demography.relative_moves_until_age"])
        self.fertility = _national_fertility(p) * local_shape(place_data, _national_fertility(p), start.residents)
        self.birth_level = 1.0
        deviation = p["demography.couple_smoothing_years"]
        self.seeking = self._solve_seeking(p, start, deviation)
        self.leaving = self._solve_leaving(p, start, deviation)
        self.refresh()

    def _solve_seeking(self, p: ParameterValues, start: CrossSection, deviation: float) -> Array:
        """Solve partnering by flow balance: (c' + (separation + widowhood) c) / (1 - c), c the share in couples."""
        free = np.maximum(smooth(start.residents - start.institutional, deviation), 1e-9)
        share = np.minimum(smooth(start.coupled, deviation) / free, 0.98)
        separation = np.stack((self.separation, self.separation), axis=1)
        widowhood = self.death[:, ::-1]
        rate = (np.gradient(share, axis=0) + (separation + widowhood) * share) / (1.0 - share)
        small = start.residents.sum() < p["demography.small_place_people"]
        factor = p["demography.seeking_men_factor_small"] if small else p["demography.seeking_men_factor"]
        rate[:, MALE] *= factor
        rate[:ADULT_FROM_YEARS] = 0.0
        solved: Array = np.clip(rate, 0.0, p["demography.seeking_most"])
        return solved

    def _solve_leaving(self, p: ParameterValues, start: CrossSection, deviation: float) -> Array:
        """Solve leaving home by flow balance on counts: -G'/G - part of partnering - mortality."""
        at_home = smooth(start.at_home, deviation)
        decline = -np.gradient(at_home, axis=0) / np.maximum(at_home, 1e-9)
        partnering = self.seeking * p["demography.leaving_partnering_weight"]
        rate = decline - partnering - self.death
        rate[at_home < 1.0] = 0.0
        solved: Array = np.clip(rate, p["demography.leaving_least"], 0.6)
        solved[:ADULT_FROM_YEARS] = 0.0
        return solved

    def refresh(self) -> None:
        """Recompute what the months read after a rate has changed."""
        self.monthly_death = _flat(monthly(self.death))
        self.monthly_seeking = _flat(1.0 - np.exp(-self.seeking / MONTHS_PER_YEAR))
        self.monthly_leaving = _flat(1.0 - np.exp(-self.leaving / MONTHS_PER_YEAR))
        self.monthly_moving_out = monthly(self.moving_out)
        self.monthly_moving_within = monthly(self.moving_within)
        self.monthly_separation = monthly(self.separation)
        self.monthly_institution = float(monthly(self.institution_turnover))

    def person_ceilings(self, largest_mortality_factor: float) -> Array:
        """Return the ceilings of death, birth, seeking a partner and leaving the household by age and sex."""
        birth = np.zeros((AGES, SEXES))
        birth[:, FEMALE] = monthly(np.minimum(self.fertility * self.birth_level * self.by_parity.max(), 0.99))
        leaving = np.maximum(self.monthly_leaving.reshape(-1, SEXES), self.monthly_moving_within[:, None])
        leaving = np.maximum(leaving, self.monthly_institution)
        leaving[:ADULT_FROM_YEARS] = self.monthly_institution
        death = np.minimum(self.monthly_death.reshape(-1, SEXES) * largest_mortality_factor, 1.0)
        return age_sex_ceilings(death, birth, self.monthly_seeking.reshape(-1, SEXES), leaving)

    def family_ceilings(self) -> Array:
        """Return the ceilings of separating, moving within and moving out, the same for every family."""
        ceilings = np.zeros((3, 256))
        ceilings[:, 0] = (
            self.monthly_separation.max(),
            self.monthly_moving_within[ADULT_FROM_YEARS:].max(),
            self.monthly_moving_out[ADULT_FROM_YEARS:].max(),
        )
        return ceilings

    def births_a_year(self, people: Columns, rows: Array, month: int) -> Array:
        """Return each woman's annual chance of a birth, 0 for anybody else."""
        annual: Array = births_a_year(
            np.asarray(rows),
            month,
            (people.birth_month, people.sex, people.role, people.partner, people.parity, people.last_birth_month),
            self.fertility,
            float(self.birth_level),
            self.by_parity,
            self.unpartnered,
            self.birth_interval_months,
        )
        return annual


def events_a_year(annual_probability: Array | float) -> Array:
    """Return the events a year in a group that is kept up: twelve times the monthly chance, above the annual one."""
    events: Array = MONTHS_PER_YEAR * monthly(annual_probability)
    return events


def total_fertility(rates: Rates, people: Columns, present: CrossSection, month: int) -> float:
    """Return the total fertility rate: births a year of women by age, summed over ages."""
    births = by_age_sex(present.age_sex, events_a_year(rates.births_a_year(people, present.rows, month)))[:, FEMALE]
    women = present.residents[:, FEMALE]
    first, last = FERTILE_YEARS
    by_age = births[first : last + 1] / np.maximum(women[first : last + 1], 1.0)
    return float(by_age.sum())


def _by_age(ages: Array, values: Array) -> Array:
    table: Array = interpolate_by_age(ages, values)[:AGES]
    return table


def _flat(table: Array) -> Array:
    flat: Array = np.ascontiguousarray(table, np.float64).ravel()
    return flat


def _national_fertility(p: ParameterValues) -> Array:
    by_age = np.zeros(AGES)
    rates = np.asarray(p["population.fertility"])
    first = 14
    by_age[first : first + rates.size] = rates
    by_age[: FERTILE_YEARS[0]] = 0.0
    return by_age
