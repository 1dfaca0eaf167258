"""Demography of a place, month by month: deaths, births, couples, homes, moves and arrivals."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns
from sim.core.rows import distinct
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population import cross_section, migration, partnering, vital_events
from sim.population.arrivals import Arrivals
from sim.population.chance_sheets import FAMILY
from sim.population.columns import NOBODY
from sim.population.cross_section import CrossSection
from sim.population.demography_kernels import counting_order, ranks_of_people, write_age_sex
from sim.population.demography_rates import Rates, total_fertility
from sim.population.destinations import Destinations
from sim.population.donors import Donors, pack
from sim.population.households import Households
from sim.population.in_migration import Stream
from sim.population.monthly_sweep import MonthlySweep
from sim.population.raking import Pool, Targets, rake
from sim.population.stationarity import Balance, Outflow, expected_outflow, head_years, heads_by_member
from sim.population.synthesis_tables import synthesis_tables

Array = npt.NDArray[Any]
FLOWS = ("births", "deaths", "arrived", "left", "moved_within", "couples", "separations", "population", "households")


class Demography:
    """Turn the population over, and keep its composition stationary.

    Out-migration is a hazard on the people present; in-migration is a fixed stream of households that depends on
    nothing in the population. The stream is corrected once a year during burn-in and frozen at the decision date.

    Attributes
    ----------
    moved_in, moved_out
        int64[communities]: people who came to live in and went from each community this month.
    """

    _donors: Donors
    _stream: Stream

    def __init__(
        self,
        people: Columns,
        families: Columns,
        communities: Columns,
        tools: Tools,
        place_data: Any,
        monthly: MonthlySweep | None = None,
    ) -> None:
        self.monthly = monthly if monthly is not None else MonthlySweep(people, tools)
        p = tools.parameters
        self.people, self.families, self.communities, self.tools = people, families, communities, tools
        self.frozen = False
        self._next_month = 0
        self.flows: dict[str, list[int]] = defaultdict(list)
        self.households = Households(people, families, communities, p)
        start = self._cross_section(0)
        self.rates = Rates(p, place_data, start)
        slope = p["demography.mortality_income_slope"]
        deprivation = communities.income_deprivation
        self._mortality = vital_events.mortality_by_community(deprivation, start.by_community, slope)
        self._tables = synthesis_tables(p)
        self._balance = Balance(p, start)
        years_of_head = head_years(people, families, 0)
        self._balance.raise_moving_out(p, self.rates, heads_by_member(people, start, years_of_head))
        within = np.where(start.kind >= 0, self.rates.moving_within[years_of_head], 0.0)
        weights = np.bincount(families.community, within, communities.n)
        self._destinations = Destinations(weights, deprivation, p["demography.moving_deprivation_scale"])
        self._solve_births(start, 0)
        outflow = self._outflow(start, 0)
        self._balance.begin(outflow)
        self._set_stream(start, outflow, 0, catch_up=0.0)
        self._refresh_ceilings()

    @property
    def moved_in(self) -> Array:
        return self.households.moved_in

    @property
    def moved_out(self) -> Array:
        return self.households.moved_out

    def turn(self, month: int) -> Arrivals:
        """Live one month, in a fixed order, and return who came and went."""
        people, families, tools, rates, homes = self.people, self.families, self.tools, self.rates, self.households
        self._next_month = month + 1
        homes.begin_month(month)
        write_age_sex(people.birth_month, people.sex, people.present, month, people.age_sex)
        persons = self.monthly.candidates(month)
        strata = families.present - np.uint8(1)  # 0 for all there are, 255 (nobody) for those that are gone
        kin = tools.chance.sweep(FAMILY, families.key, strata, self._family_ceilings, month)

        died = vital_events.draw_deaths(homes, tools, rates, self._mortality, persons)
        self._remove(died)
        newborns, mothers, fathers = vital_events.bear_children(homes, tools, rates, persons)
        separated = partnering.separate(homes, tools, rates, self._destinations, kin)
        women, _ = partnering.form_couples(homes, tools, rates, self._destinations, self._tables, persons)
        alone = migration.leave_households(homes, tools, rates, self._destinations, persons)
        self._leave(alone)
        moved = migration.move_within(homes, tools, rates, self._destinations, kin)
        emigrants, _ = migration.move_out(homes, rates, kin)
        self._leave(emigrants)
        migrants, migrant_families = self._stream.bring(homes, tools, month)
        self._count("arrived", migrants)
        migration.house_children(homes, tools)

        founded, founded_from = homes.founded()
        left = np.concatenate((alone, emigrants)).astype(np.int32)
        numbers = (newborns, died, migrants, left, None, women, separated)
        self._note(month, dict(zip(FLOWS, [moved if n is None else len(n) for n in numbers], strict=False)))
        self._correct(month)
        parted = distinct(homes.members(separated)[0])
        return Arrivals(
            newborns, mothers, fathers, migrants, left, died, separated, parted, founded, founded_from, migrant_families
        )

    def freeze(self) -> None:
        """End the correction of the stream: repack its donors from the population as it is now and fix all rates."""
        month = self._next_month
        present = self._cross_section(month)
        self._balance.relax()
        self._solve_births(present, month)
        self._set_stream(present, self._outflow(present, month), month, catch_up=0.0)
        self._donors = self._stream.donors = self._donors.for_copying()
        self._refresh_ceilings()
        self.frozen = True

    def begin_year(self) -> None:
        """Note anew which households may take somebody in; a compaction does so as well."""
        self.households.list_hosts()

    def remap(self, new_row_of_old: Array | None = None) -> None:
        """Follow rows to their new numbers: the household lists are made anew from the compacted columns."""
        self.monthly.forget()
        self.households.rebuild()

    def bury(self, died: Array) -> None:
        """Remove people whom violence killed after this month's turn."""
        died = died[self.people.present[died] == 1]
        if not len(died):
            return
        self._count("deaths", died)
        self._remove(died)
        migration.house_children(self.households, self.tools)
        self.flows["deaths"][-1] += len(died)
        self._population -= len(died)
        self.flows["population"][-1] = self._population

    def frozen_parts(self) -> tuple[Any, ...]:
        """Return what no month changes any more once it is frozen, for copies of this world to share."""
        if not self.frozen:
            return (self._donors, self._stream, self._destinations)
        return (self._donors, self._stream, self._destinations, self.rates, self._balance, self._tables)

    def flow_balance(self) -> dict[str, list[int]]:
        """Return births, deaths, arrivals, departures and moves of each year so far, with population and households.

        The last year is as far as it has gone. Population drift hides in stretches of ten years: print this.
        """
        return {name: list(self.flows[name]) for name in FLOWS}

    def total_fertility(self) -> float:
        """Return the total fertility rate of the women present at the rates in force."""
        month = self.households.month
        return total_fertility(self.rates, self.people, self._cross_section(month), month)

    def _remove(self, rows: Array) -> None:
        families = self.people.family[rows]
        self.households.remove(rows)
        self.households.settle(families)

    def _leave(self, rows: Array) -> None:
        self._count("left", rows)
        self.households.moved_out += np.bincount(self.people.community[rows], minlength=self.communities.n)
        self._remove(rows)

    def _count(self, measure: str, rows: Array) -> None:
        ages = vital_events.age_months(self.households, rows)
        self.tools.ledger.add(measure, self.people.community[rows], ages, self.people.sex[rows])

    def _note(self, month: int, numbers: dict[str, int]) -> None:
        if month % MONTHS_PER_YEAR == 0 or not self.flows["births"]:
            for name in FLOWS:
                self.flows[name].append(0)
        for name, number in numbers.items():
            self.flows[name][-1] += number
        change = numbers["births"] + numbers["arrived"] - numbers["deaths"] - numbers["left"]
        self._population += change
        self.flows["population"][-1] = self._population
        self.flows["households"][-1] = int(np.count_nonzero(self.families.present))

    def _correct(self, month: int) -> None:
        if self.frozen or (month + 1) % MONTHS_PER_YEAR:
            return
        present = self._cross_section(month + 1)
        self._balance.correct(self.rates, self.households, present, self._outflow(present, month + 1))
        self._solve_births(present, month + 1)
        outflow = self._outflow(present, month + 1)
        gain = self._balance.gain * self._balance.total_weight
        self._set_weights(outflow, self._balance.cells(self.rates, present, outflow, gain))
        self._refresh_ceilings()

    def _cross_section(self, month: int) -> CrossSection:
        dependent = self.tools.parameters["population.dependent_below_age"]
        present = cross_section.take(self.people, self.families, self.communities.n, month, dependent)
        self._population = int(present.rows.size)
        return present

    def _outflow(self, present: CrossSection, month: int) -> Outflow:
        return expected_outflow(self.people, self.families, self.rates, present, month, self._mortality)

    def _solve_births(self, present: CrossSection, month: int) -> None:
        total = self.tools.parameters["demography.fertility_total"]
        self._balance.solve_births(self.rates, self.people, present, month, total)

    def _set_stream(self, present: CrossSection, outflow: Outflow, month: int, catch_up: float) -> None:
        most = int(self.tools.parameters["demography.donors_per_community"])
        self.households.month = month
        self._donors = pack(self.households, self.tools.chance, present, outflow.household, outflow.resident, most)
        self._set_weights(outflow, self._balance.cells(self.rates, present, outflow, catch_up))

    def _set_weights(self, outflow: Outflow, cells: Array) -> None:
        p, donors, balance = self.tools.parameters, self._donors, self._balance
        targets = Targets(
            cells,
            balance.kinds,
            balance.communities(outflow),
            float(p["demography.raking_softness"]),
            float(p["demography.raking_kind_softness"]),
        )
        pool = Pool(donors.start, donors.cell, donors.kind, donors.community)
        self._stream = Stream(donors, rake(donors.base, pool, targets))

    def _refresh_ceilings(self) -> None:
        ceilings = self.rates.person_ceilings(float(self._mortality.max()))
        for decision, ceiling in zip(("death", "birth", "seek_partner", "leave_household"), ceilings, strict=True):
            self.monthly.screen(decision, ceiling)
        self._family_ceilings = self.rates.family_ceilings()


def compact_order(people: Columns, families: Columns) -> tuple[Array, Array]:
    """Return the rows to keep, in order: families by community, people by family; the gone are left out.

    Residents of institutions follow the households of their community.
    """
    communities = int(max(families.community.max(initial=0), people.community.max(initial=0))) + 1
    homes = np.where(families.present == 1, families.community, np.int32(NOBODY))
    family_order = counting_order(homes, communities)
    new_family = np.full(families.n, NOBODY, np.int32)
    new_family[family_order] = np.arange(family_order.size, dtype=np.int32)
    families_until = np.cumsum(np.bincount(families.community[family_order], minlength=communities))
    rank = ranks_of_people(people.present, people.community, people.family, new_family, families_until)
    return counting_order(rank, family_order.size + communities + 1), family_order
