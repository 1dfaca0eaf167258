"""Individuals: what they are born with, how they grow up, and their way through education and work.

Source: equations and starting values of the life-course trial fit; see the parameters of individuals and work.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import NO_STRATUM, STRATA, declare_sheet
from sim.core.columns import Columns
from sim.core.hazards import half_life_factor
from sim.core.rows_kernels import rows_between
from sim.core.tools import Tools
from sim.individual.development_kernels import EXCLUDED, SUSPENDED, Pupils, change_habits, ease_trauma, grow_up
from sim.individual.disruption import Disruption
from sim.individual.strata import AGES, most_entry, work_strata
from sim.individual.work_kernels import Workers, change_work, list_neet, stratify
from sim.population.arrivals import Arrivals
from sim.population.columns import EDUCATION, EMPLOYED, NEET, NEVER, PUPIL, RETIRED
from sim.population.growth_rates import attainment_rates, drinking_rates, drugs_rates, growth_rates
from sim.population.home_rates import home_rates
from sim.population.inheritance import draw_vulnerability, inherit
from sim.population.life_course_kernels import qualify
from sim.population.monthly_sweep import MonthlySweep
from sim.population.views import view
from sim.population.work_rates import work_rates

Array = npt.NDArray[Any]

AUGUST, SEPTEMBER = 8, 9
NEET_AGES_YEARS = (16, 24)
GROWTH = declare_sheet("individuals.growth", ("self_control", "engagement", "suspension", "exclusion"))
DESTINATION = declare_sheet("individuals.destination", ("after_education", "after_neet"))
ATTAINMENT = declare_sheet("individuals.attainment", ("attainment", "attainment_more"))


class Individuals:
    """The individual level: traits, self-control, school, habits, trauma, education and work.

    Writes the columns of people declared for it. Reads the levers ``self_control``, ``school_engagement``,
    ``exclusion_hazard``, ``suspension_hazard``, ``qualification``, ``alcohol_start``, ``alcohol_stop``, ``drug_start``,
    ``drug_stop``, ``trauma_recovery``, ``job_entry``, ``job_retention`` and ``labelling``.
    """

    def __init__(
        self,
        people: Columns,
        families: Columns,
        communities: Columns,
        tools: Tools,
        monthly: MonthlySweep | None = None,
    ) -> None:
        self.monthly = monthly if monthly is not None else MonthlySweep(people, tools)
        self.people, self.families, self.communities, self.tools = people, families, communities, tools
        p = tools.parameters
        self.home_rates, self.growth, self.attainment = home_rates(p), growth_rates(p), attainment_rates(p)
        self.drinking, self.drugs, self.working = drinking_rates(p), drugs_rates(p), work_rates(p)
        self._strata, self._ceilings = work_strata(p, self.working)
        self._most_entry = most_entry(p, self.working)
        limits = (self.working.entry_first_months, self.working.entry_later_months)
        self._spells = np.searchsorted(limits, np.arange(NEVER + 1), "right").astype(np.uint8)
        grown = np.arange(STRATA) >= 2 * p["individuals.attainment_age_years"]
        self.monthly.screen("drinking", grown * p["individuals.drinking_ceiling"])
        self.monthly.screen("drugs", grown * p["individuals.drugs_ceiling"])
        self.monthly.screen_work(self._work_strata)
        self._disruption = Disruption(people, tools)
        first, last = p["individuals.witness_ages"]
        years = np.arange(STRATA) // 2
        self._young = ((years >= first) & (years <= last)).astype(np.float32)

    def welcome(self, arrivals: Arrivals) -> None:
        """Give the newborn their traits: propensity and ability from their parents, vulnerability from the home."""
        people, rows = self.people, arrivals.newborns
        if rows.size == 0:
            return
        p, chance = self.tools.parameters, self.tools.chance
        inherit(people, rows, arrivals.mothers, arrivals.fathers, p, chance)
        draw_vulnerability(people, rows, self._adversity(rows), p, chance)
        g = self.growth
        people.self_control[rows] = (
            g.self_control_propensity * people.propensity[rows]
            + g.self_control_ability * people.ability[rows]
            + g.self_control_male * (people.sex[rows] - 0.5)
        )
        people.work[rows] = PUPIL

    def develop(self, month: int, alcohol_affordability: float = 0.0) -> None:
        """Live a month of development: trauma eases, children grow up and go to school, habits change.

        ``alcohol_affordability`` is the log ratio of the hazard of starting heavier drinking to the usual one.
        """
        self._recover()
        self._raise_children(month)
        self._disruption.of_school()
        if self.tools.clock.calendar_month(month) == SEPTEMBER:
            self._settle_attainment(month)
        self._change_habits(month, alcohol_affordability)

    def work(self, month: int, labour_market: float = 1.0) -> None:
        """Live a month of education and work; ``labour_market`` multiplies the hazard of finding work."""
        people, tools = self.people, self.tools
        september = tools.clock.calendar_month(month) == SEPTEMBER
        candidates, market = self.monthly.of("change_work", month), np.float32(np.log(labour_market))
        self._age_in_state(september)
        columns = view(
            Workers,
            people,
            push_entry=tools.levers.person("job_entry"),
            push_retention=tools.levers.person("job_retention"),
            push_labelling=tools.levers.person("labelling"),
        )
        luck = (DESTINATION.number, month, tools.chance.k0, tools.chance.k1)
        homes = (self.communities.deprivation, self.families.lone_parent)
        shared = (columns, *homes, self.working, self._most_entry, september, market)
        tools.ledger.clip("individuals.change_work", change_work(*candidates, *shared, luck))
        self._set_state(self._disruption.of_work(month), NEET)
        self._count_neet(month)

    def _adversity(self, rows: Array) -> Array:
        people, families, h = self.people, self.families, self.home_rates
        homes = np.maximum(people.family[rows], 0)
        adversity = h.adversity_stress * families.stress[homes] + h.adversity_parenting * families.parenting[homes]
        standardised: Array = np.where(people.family[rows] >= 0, adversity, 0.0)
        return standardised / self.tools.parameters["individuals.adversity_sd"]

    def _recover(self) -> None:
        """Let trauma decay, and rise for whoever was hurt last month or saw violence in their community."""
        people, p = self.people, self.tools.parameters
        trauma = people.trauma
        kept = np.float32(half_life_factor(p["individuals.trauma_half_life"]))
        push = self.tools.levers.person("trauma_recovery")
        ease_trauma(trauma, kept, push, people.age_sex, people.community, self._young, self._seen_in_communities())
        hurt = rows_between(people.months_since_victim, 0, 0)
        most = np.float32(p["individuals.trauma_most"])
        trauma[hurt] = np.minimum(trauma[hurt] + np.float32(p["individuals.trauma_victim"]), most)

    def _seen_in_communities(self) -> Array:
        """Return how much trauma rises where the young may see visible violence, by community (float32)."""
        p = self.tools.parameters
        last = 1.0 - half_life_factor(p["communities.violence_half_life"])
        per_thousand = self.communities.recent_violence * last
        chance = 1.0 - np.exp(-p["individuals.witness_chance"] * per_thousand)
        return np.asarray(p["individuals.trauma_witness"] * chance, np.float32)

    def _raise_children(self, month: int) -> None:
        people, families, tools = self.people, self.families, self.tools
        p, chance, levers = tools.parameters, tools.chance, tools.levers
        excluded = rows_between(people.exclusion, 0, NEVER - 2)
        people.exclusion[excluded] += 1
        pupils = view(
            Pupils,
            people,
            push_self_control=levers.person("self_control"),
            push_engagement=levers.person("school_engagement"),
            push_exclusion=levers.person("exclusion_hazard"),
            push_suspension=levers.person("suspension_hazard"),
        )
        ages = tuple(int(age) for age in p["individuals.school_ages"])
        in_term = tools.clock.calendar_month(month) != AUGUST
        rows, events = np.empty(people.n + 1, np.int32), np.empty(people.n + 1, np.uint8)
        happened = grow_up(
            pupils,
            self.communities.deprivation,
            families.parenting,
            families.states,
            self.growth,
            ages,
            in_term,
            GROWTH.number,
            month,
            chance.k0,
            chance.k1,
            rows,
            events,
        )
        rows, events = rows[:happened], events[:happened]
        self._count("suspensions", rows[(events & SUSPENDED) > 0], month)
        self._count("exclusions", rows[(events & EXCLUDED) > 0], month)

    def _settle_attainment(self, month: int) -> None:
        """Give everybody who is 16 by September their qualification; pupils go on to education after 16."""
        self._disruption.count_absence(month, self.attainment)
        people, p = self.people, self.tools.parameters
        age = people.age_sex >> 1
        age_from = int(p["individuals.attainment_age_years"])
        in_place = (people.present > 0) & (people.age_sex != np.uint8(255))
        rows = np.flatnonzero(in_place & (age >= age_from) & (people.qualification == 0)).astype(np.int32)
        noise = self.tools.chance.normals(ATTAINMENT, 0, people.key[rows], 0).astype(np.float32)
        # Attainment has a standard deviation of 1, and its chance part one of its own.
        noise += self.tools.levers.person("qualification").of(rows) / self.attainment["attainment_noise"]
        qualify(
            rows,
            noise,
            people.ability,
            people.school_engagement,
            people.self_control,
            people.ace_count,
            people.exclusion,
            people.recent_suspensions,
            people.community,
            self.communities.deprivation,
            people.qualification,
            self.attainment,
        )

    def _change_habits(self, month: int, alcohol_affordability: float) -> None:
        people, tools, p = self.people, self.tools, self.tools.parameters
        shared = (people.age_sex, people.self_control, people.ace_count, people.community, self.communities.deprivation)
        person = tools.levers.person
        push = person("alcohol_start"), person("alcohol_stop")
        ceiling = np.float32(p["individuals.drinking_ceiling"])
        rows, chances = self.monthly.of("drinking", month)
        drinking = self.drinking
        if alcohol_affordability:
            drinking = drinking.copy()
            drinking["start"] *= np.float32(np.exp(alcohol_affordability))
        clips = change_habits(rows, chances, people.alcohol, *shared, push, drinking, ceiling)
        tools.ledger.clip("individuals.drinking", clips)
        ceiling = np.float32(p["individuals.drugs_ceiling"])
        rows, chances = self.monthly.of("drugs", month)
        push = person("drug_start"), person("drug_stop")
        clips = change_habits(rows, chances, people.drugs, *shared, push, self.drugs, ceiling)
        tools.ledger.clip("individuals.drugs", clips)

    def _work_strata(self, month: int) -> tuple[Array, Array]:
        """Return everybody's stratum by work state, time in it and age, and the ceilings of changing it this month."""
        people, september = self.people, self.tools.clock.calendar_month(month) == SEPTEMBER
        states = (people.work, people.months_in_work_state, people.age_sex)
        return stratify(*states, self._spells, AGES, self._strata), self._ceilings[september]

    def _age_in_state(self, september: bool) -> None:
        """Count the months in a work state, begin education after 16, retire, and end work on going to custody."""
        people = self.people
        work, months, age_sex = people.work, people.months_in_work_state, people.age_sex
        months += months < NEVER
        retiring = np.flatnonzero((age_sex >= 2 * int(self.working.retirement_age_years)) & (work != RETIRED))
        self._set_state(retiring[age_sex[retiring] != NO_STRATUM], RETIRED)
        if september:
            attained = np.flatnonzero((work == PUPIL) & (people.qualification > 0))
            self._set_state(attained, EDUCATION)
        inside = rows_between(people.custody, 1, NEVER)
        self._set_state(inside[(work[inside] == EMPLOYED) | (work[inside] == EDUCATION)], NEET)

    def _set_state(self, rows: Array, state: int) -> None:
        self.people.work[rows] = state
        self.people.months_in_work_state[rows] = 0

    def _count_neet(self, month: int) -> None:
        rows = np.empty(self.people.n + 1, np.int32)
        found = list_neet(self.people.work, self.people.age_sex, *NEET_AGES_YEARS, rows)
        self._count("neet_months", rows[:found], month)

    def _count(self, measure: str, rows: Array, month: int) -> None:
        people = self.people
        age_months = month - people.birth_month[rows].astype(np.int64)
        self.tools.ledger.add(measure, people.community[rows], age_months, people.sex[rows])
