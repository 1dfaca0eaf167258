"""Families: stress, parenting and supervision, domestic abuse and other states of the home, and childhood adversity.

Source: equations and starting values of the life-course trial fit; see the parameters of this room.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.rows import distinct
from sim.core.tools import Tools
from sim.population.arrivals import Arrivals
from sim.population.columns import ACES, NOBODY, VIOLENCE_AT_HOME
from sim.population.home_rates import ADULT_YEARS, child_rates, home_rates
from sim.population.views import view
from sim.relationship.families_kernels import ABUSED, GAINED, Homes, touch_children, turn_homes
from sim.relationship.home_census_kernels import Members, census_entries, take_census

Array = npt.NDArray[Any]

HOME = declare_sheet("families.home", ("stress", "domestic_abuse", "substance_use", "mental_illness"))
CHILD = declare_sheet("families.child", ("adversity", "care"))
EVENTS = declare_sheet("families.events", ("separation", "lone_birth"))
TRAITS = declare_sheet("families.traits", ("stress", "stress_more", "parenting", "parenting_more"))
SEPARATION, PHYSICAL_ABUSE = "separation", "physical_abuse"


class Families:
    """The relationship level: homes and what they do to the children in them.

    Writes the family columns of its own and ``aces``, ``ace_count`` and ``care`` of people. Reads the levers
    ``parental_stress``, ``parenting``, ``supervision``, ``ace_hazard``, ``domestic_abuse_onset``,
    ``domestic_abuse_persistence``, ``parental_substance_use``, ``parental_substance_recovery`` and ``care_entry``.

    Physical abuse and violence by adults against children at home are one process: the month of a home decides which
    children are ``abused``, violence makes an incident of each, and the incident is the child's adverse experience.

    Attributes
    ----------
    abused : rows of the children whom an adult at home hurts this month.
    """

    def __init__(self, people: Columns, families: Columns, communities: Columns, tools: Tools) -> None:
        self.people, self.families, self.communities, self.tools = people, families, communities, tools
        self.home_rates = home_rates(tools.parameters)
        self.child_rates = child_rates(tools.parameters)
        self.entries = census_entries()
        self.abused: Array = np.empty(0, np.int32)

    def welcome(self, arrivals: Arrivals) -> None:
        """Give new households their lasting traits, and record births to lone mothers and separations."""
        month = self.tools.ledger.month
        self.furnish(arrivals.founded)
        self._record_lone_births(arrivals, month)
        self._record_separations(arrivals.parted, month)

    def turn(self, month: int) -> None:
        """Live a month of family life: census, stress to supervision, home states, adversity, care."""
        people, families, tools = self.people, self.families, self.tools
        chance = tools.chance
        members = view(Members, people)
        tally = np.zeros(families.n, np.uint64)
        propensity_sum = np.zeros(families.n, np.float32)
        rows = np.empty(people.n + 1, np.int32)
        rows = rows[: take_census(members, self.entries, tally, propensity_sum, rows)]
        homes = view(
            Homes,
            families,
            tally=tally,
            propensity_sum=propensity_sum,
            push_stress=tools.levers.family("parental_stress"),
            push_parenting=tools.levers.family("parenting"),
            push_supervision=tools.levers.family("supervision"),
            push_aces=tools.levers.family("ace_hazard"),
            push_abuse=tools.levers.family("domestic_abuse_onset"),
            push_abuse_lasts=tools.levers.family("domestic_abuse_persistence"),
            push_substance_use=tools.levers.family("parental_substance_use"),
            push_substance_recovery=tools.levers.family("parental_substance_recovery"),
        )
        deprivation = self.communities.deprivation
        luck = (month, chance.k0, chance.k1)
        turn_homes(np.empty(families.n + 1, np.int32), homes, deprivation, self.home_rates, HOME.number, *luck)
        gained = np.zeros(rows.size, np.uint8)
        rates, into_care = (self.home_rates, self.child_rates), tools.levers.person("care_entry")
        clips = touch_children(rows, members, homes, deprivation, *rates, into_care, CHILD.number, *luck, gained)
        tools.ledger.clip("families.child", clips)
        marked = np.flatnonzero(gained)
        self.abused = rows[marked[gained[marked] >= ABUSED]]
        self._count_aces(rows[marked], gained[marked] & np.uint8(GAINED), month)

    def note_violence(self, month: int, offender: Array, victim: Array, kin: Array) -> None:
        """Let the incidents at home of a month (rows of people) leave their mark on homes and children.

        ``kin`` says which are between family members other than partners. A home remembers until next month.
        """
        people, states = self.people, self.families.states
        states &= np.uint8(0xFF ^ VIOLENCE_AT_HOME)
        homes = people.family[victim]
        states[homes[homes >= 0]] |= np.uint8(VIOLENCE_AT_HOME)
        abuse = kin & (people.age_sex[victim] < 2 * ADULT_YEARS) & (people.age_sex[offender] >= 2 * ADULT_YEARS)
        self.experience(distinct(victim[abuse]), PHYSICAL_ABUSE, month)

    def experience(self, children: Array, experience: str, month: int) -> None:
        """Record an adverse experience of ``children`` (rows) that an event of the model brought about."""
        people = self.people
        bit = np.uint16(1 << ACES.index(experience))
        new = children[(people.aces[children] & bit) == 0]
        people.aces[new] |= bit
        people.ace_count[new] += 1
        self._count_aces(new, np.ones(new.size, np.uint8), month)

    def furnish(self, homes: Array) -> None:
        """Give new households (rows) their lasting traits and start their stocks at the mean these imply."""
        if homes.size == 0:
            return
        families, chance, h = self.families, self.tools.chance, self.home_rates
        keys = families.key[homes]
        stress = h.stress_trait_sd * chance.normals(TRAITS, 0, keys, 0)
        parenting = h.parenting_trait_sd * chance.normals(TRAITS, 2, keys, 0)
        families.stress_trait[homes], families.parenting_trait[homes] = stress, parenting
        families.stress[homes] = stress
        families.parenting[homes] = h.parenting_stress * stress + parenting
        families.supervision[homes] = h.supervision_stress * stress

    def _record_lone_births(self, arrivals: Arrivals, month: int) -> None:
        born = arrivals.newborns[self.people.partner[arrivals.mothers] == NOBODY]
        share = self.tools.parameters["families.lone_birth_separation"]
        self._by_chance(born, "lone_birth", float(share), month)

    def _record_separations(self, parted: Array, month: int) -> None:
        children = parted[self.people.age_sex[parted] < 2 * ADULT_YEARS]
        share = self.tools.parameters["families.separation_ace_share"]
        self._by_chance(children, "separation", float(share), month)

    def _by_chance(self, children: Array, decision: str, share: float, month: int) -> None:
        keys = self.people.key[children]
        chance = self.tools.chance.uniforms(EVENTS, EVENTS.word(decision), keys, month)
        self.experience(children[chance < share], SEPARATION, month)

    def _count_aces(self, rows: Array, number: Array, month: int) -> None:
        people = self.people
        age_months = month - people.birth_month[rows].astype(np.int64)
        self.tools.ledger.add("aces", people.community[rows], age_months, people.sex[rows], number)
