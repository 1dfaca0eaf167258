"""What must move in for a place to keep its own composition, and the correction of that stream during burn-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import ParameterValues
from sim.population.columns import CHILD, FEMALE, INSTITUTION
from sim.population.cross_section import AGES, INSTITUTIONAL, KINDS, SEXES, SHARED, CrossSection, by_age_sex, smooth
from sim.population.demography_rates import ADULT_FROM_YEARS, Rates, events_a_year
from sim.population.donors import CELLS, cell_of
from sim.population.households import Households

Array = npt.NDArray[Any]
YOUNG_ADULT_YEARS = (20, 25)
LEAVERS_UNTIL_YEARS = 30
HIGHEST_MOVING_OUT = 0.6
BIRTH_STEPS = 4
MOST_NEW_SHARING = 0.95


@dataclass(frozen=True, eq=False)
class Outflow:
    """Hold what a population is expected to lose in a year at given rates.

    Attributes
    ----------
    leaving, dying : float64[ages, sexes].
    by_kind : households leaving, and residents of institutions leaving or dying, float64[kinds].
    net_by_community : people leaving and dying less births, float64[communities].
    leaving_by_community : float64[communities].
    household : moves out expected of each family, float64[families].
    resident : losses expected of each resident of an institution, float64[rows of the cross-section], 0 for others.
    """

    leaving: Array
    dying: Array
    by_kind: Array
    net_by_community: Array
    leaving_by_community: Array
    household: Array
    resident: Array


def head_years(people: Columns, families: Columns, month: int) -> Array:
    """Return the age in years of each family's reference person, 0 where there is none."""
    heads = families.reference_person
    years = np.clip((month - people.birth_month[heads].astype(np.int32)) // MONTHS_PER_YEAR, 0, AGES - 1)
    known: Array = np.where((heads >= 0) & (families.present == 1), years, 0)
    return known


def heads_by_member(people: Columns, present: CrossSection, years_of_head: Array) -> Array:
    """Count residents by age of their household's head and own age and sex, float64[ages, ages x sexes]."""
    family = people.family[present.rows]
    housed = family >= 0
    code = years_of_head[family[housed]].astype(np.int64) * AGES * SEXES + present.age_sex[housed]
    counts: Array = np.bincount(code, minlength=AGES * AGES * SEXES).reshape(AGES, AGES * SEXES).astype(np.float64)
    return counts


def leaving_alone(rates: Rates, present: CrossSection) -> Array:
    """Return the people expected to leave the place by themselves in a year, by age and sex."""
    from_home = rates.leaving * rates.leaving_place[:, None] * present.at_home
    alone: Array = from_home + events_a_year(rates.institution_turnover) * present.institutional
    return alone


def expected_outflow(
    people: Columns, families: Columns, rates: Rates, present: CrossSection, month: int, mortality_factor: Array
) -> Outflow:
    """Sum the hazards of a year over the population."""
    rows, age_sex = present.rows, present.age_sex
    years_of_head = head_years(people, families, month)
    household = np.where(present.kind >= 0, events_a_year(rates.moving_out)[years_of_head], 0.0)
    family, role, community = people.family[rows], people.role[rows], people.community[rows]
    moving = np.where(family >= 0, household[family], 0.0)
    alone = np.where(role == CHILD, (rates.leaving * rates.leaving_place[:, None]).ravel()[age_sex], 0.0)
    resident = np.where(role == INSTITUTION, events_a_year(rates.institution_turnover), 0.0)
    dying = events_a_year(rates.death).ravel()[age_sex] * mortality_factor[community]
    births = events_a_year(rates.births_a_year(people, rows, month))
    leaving = moving + alone + resident
    communities = present.by_community.size
    by_kind = np.bincount(present.kind[present.kind >= 0], household[present.kind >= 0], len(KINDS))
    lost = np.where(resident > 0, resident + dying, 0.0)
    by_kind[INSTITUTIONAL] = lost.sum()
    return Outflow(
        leaving=by_age_sex(age_sex, leaving),
        dying=by_age_sex(age_sex, dying),
        by_kind=by_kind,
        net_by_community=np.bincount(community, leaving + dying - births, communities),
        leaving_by_community=np.bincount(community, leaving, communities),
        household=household,
        resident=lost,
    )


def required_arrivals(pyramid: Array, leaving_rate: Array, death_rate: Array) -> Array:
    """Return arrivals a year by age and sex that keep ``pyramid`` as it is, for events a year for each resident.

    I(a + 1) = N(a + 1) - N(a) (1 - q(a) - o(a)), half of it at each of the two ages; at age 0 half a year's losses.
    Values may be negative where too few people leave.
    """
    stay = 1.0 - death_rate - leaving_rate
    between = pyramid[1:] - pyramid[:-1] * stay[:-1]
    between[-1] -= pyramid[-1] * stay[-1]
    arrivals = np.zeros_like(pyramid)
    arrivals[:-1] += 0.5 * between
    arrivals[1:] += 0.5 * between
    arrivals[0] += 0.5 * pyramid[0] * (1.0 - stay[0])
    return arrivals


class Balance:
    """Remember the composition to keep, and turn what happens into targets for the stream of arrivals."""

    def __init__(self, p: ParameterValues, start: CrossSection) -> None:
        self.start, self.last = start.totals(), start.totals()
        self.pyramid = smooth(start.residents, p["demography.pyramid_smoothing_years"])
        self.pyramid[0] = start.residents[0]
        self.births = float(start.residents[0].sum())
        self.least = float(p["demography.arrivals_least"])
        self.gain = float(p["demography.correction_gain"])
        self.last_weight = float(p["demography.correction_last_change"])
        self.total_weight = float(p["demography.correction_total_change"])
        self.kept = float(p["demography.correction_kept"])
        self.leaving_home = float(p["demography.correction_leaving_home"])
        self.sharing = float(p["demography.correction_sharing"])
        self.most = float(p["demography.arrivals_most"])
        self.kinds = np.zeros(len(KINDS))
        self.communities_shift = np.zeros(start.by_community.size)
        self._catch_up = (np.zeros(len(KINDS)), np.zeros(start.by_community.size))

    def begin(self, outflow: Outflow) -> None:
        self.kinds = outflow.by_kind.copy()

    def cells(self, rates: Rates, present: CrossSection, outflow: Outflow, catch_up: float) -> Array:
        """Return arrivals wanted a year in each age and sex group."""
        leaving_rate = outflow.leaving / np.maximum(present.residents, 1e-9)
        wanted = required_arrivals(self.pyramid, leaving_rate, events_a_year(rates.death))
        missing = self.pyramid - present.residents
        wanted = np.bincount(_CELL, (wanted + catch_up * missing).ravel(), CELLS)
        cells: Array = np.maximum(wanted, self.least * np.bincount(_CELL, outflow.leaving.ravel(), CELLS))
        return cells

    def communities(self, outflow: Outflow) -> Array:
        """Return people wanted a year in each community."""
        wanted = outflow.net_by_community + self.communities_shift
        communities: Array = np.maximum(wanted, self.least * outflow.leaving_by_community)
        return communities

    def correct(self, rates: Rates, households: Households, present: CrossSection, outflow: Outflow) -> None:
        """Correct kinds and communities by parts of last year's and of the total change, and rates by their stocks."""
        self._catch_up = (
            self.gain * self.total_weight * (present.by_kind - self.start.by_kind),
            self.gain * self.total_weight * (present.by_community - self.start.by_community),
        )
        last = self.gain * self.last_weight
        self.kinds -= last * (present.by_kind - self.last.by_kind) + self._catch_up[0]
        self.kinds = np.clip(self.kinds, self.least * outflow.by_kind, self.most * outflow.by_kind)
        self.communities_shift -= last * (present.by_community - self.last.by_community) + self._catch_up[1]
        first, stop = YOUNG_ADULT_YEARS
        shares = [
            at.at_home[first:stop].sum() / max(at.residents[first:stop].sum(), 1.0) for at in (present, self.start)
        ]
        if min(shares) > 0:
            rates.leaving *= (shares[0] / shares[1]) ** self.leaving_home
            rates.refresh()
        shared = max(present.by_kind[SHARED], 1.0) / max(self.start.by_kind[SHARED], 1.0)
        households.new_sharing = float(min(households.new_sharing * shared**-self.sharing, MOST_NEW_SHARING))
        self.last = present.totals()

    def relax(self) -> None:
        """Drop the part of the catching up that a frozen stream must not carry on."""
        self.kinds = np.maximum(self.kinds + (1.0 - self.kept) * self._catch_up[0], 0.0)
        self.communities_shift = self.communities_shift + (1.0 - self.kept) * self._catch_up[1]

    def solve_births(self, rates: Rates, people: Columns, present: CrossSection, month: int, total: float) -> None:
        """Set the level of fertility: births of the kept pyramid, or a total fertility rate where it is not 0."""
        women = np.maximum(present.residents[:, FEMALE], 1.0)
        per_woman = np.ones(AGES) if total > 0 else self.pyramid[:, FEMALE]
        wanted = total if total > 0 else self.births
        rates.birth_level = 1.0
        for _ in range(BIRTH_STEPS):
            births = events_a_year(rates.births_a_year(people, present.rows, month))
            expected = float((by_age_sex(present.age_sex, births)[:, FEMALE] / women) @ per_woman)
            if expected <= 0:
                break
            rates.birth_level *= wanted / expected

    def raise_moving_out(self, p: ParameterValues, rates: Rates, heads: Array) -> None:
        """Raise leaving at ages where fewer would have to arrive than the least share of those who leave."""
        residents, dying = np.maximum(self.start.residents, 1e-9), events_a_year(rates.death)
        for _ in range(int(p["demography.moving_out_steps"])):
            alone = leaving_alone(rates, self.start)
            leaving = (events_a_year(rates.moving_out) @ heads).reshape(AGES, SEXES) + alone
            wanted = required_arrivals(self.pyramid, leaving / residents, dying).sum(axis=1)
            low = wanted < self.least * leaving.sum(axis=1)
            low[:ADULT_FROM_YEARS] = False
            if not low.any():
                break
            step = np.where(low, p["demography.moving_out_step"], 1.0)
            rates.moving_out = np.minimum(rates.moving_out * step, HIGHEST_MOVING_OUT)
            young = np.where(np.arange(AGES) < LEAVERS_UNTIL_YEARS, step, 1.0)
            rates.leaving_place = np.minimum(rates.leaving_place * young, p["demography.leaving_place_most"])
        rates.refresh()


_CELL = cell_of(np.arange(AGES * SEXES))
