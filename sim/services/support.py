"""What being served does: each month's support, as short lists of people and homes for the rooms that own them.

Support acts through the same equations as levers do, but not through levers: those belong to the programmes of a
scenario, which push them anew each month. Nobody supported: every list is empty and nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.rows import distinct
from sim.core.tools import Tools
from sim.population.columns import NEET
from sim.services.names import (
    CHILD_MENTAL_HEALTH,
    EMPLOYMENT_SUPPORT,
    HEALTH_VISITING,
    HOUSING,
    PROBATION,
    SCHOOLS,
    SERVICES,
    SOCIAL_CARE,
    SUBSTANCE_SERVICES,
    VIOLENCE_REDUCTION_UNIT,
    YOUTH_JUSTICE,
    YOUTH_SERVICES,
)
from sim.services.queues import Table

Array = npt.NDArray[Any]

HELPED = declare_sheet("services.helped", ("quit", "work", "trusted_adult"))


@dataclass(frozen=True)
class Support:
    """List the rows that services support this month, with how much.

    Attributes
    ----------
    recovering, recovery : people whose trauma eases faster, by this log rate.
    quitting : people who stop heavier drinking and drug use.
    starting_work : people out of work and learning who find work.
    pupils, engagement : pupils whose level of engagement with school is this many standard deviations higher.
    homes, stress : homes whose level of parental stress is shifted by this, each home once.
    befriended : people who gain a trusted adult.
    supervised, acceptance : people whose acceptance of violence changes by this in the month.
    calmed, retaliation_kept : people whose urge to retaliate falls to this share.
    inside : people in custody, whom nobody looks after elsewhere.
    """

    recovering: Array
    recovery: float
    quitting: Array
    starting_work: Array
    pupils: Array
    engagement: float
    homes: Array
    stress: Array
    befriended: Array
    supervised: Array
    acceptance: float
    calmed: Array
    retaliation_kept: float
    inside: Array


def by_service(table: Table) -> dict[int, Array]:
    """Return the rows of the people of each service that has any; nobody is twice with the same one."""
    service = table.service.astype(np.uint8)
    persons = table.person[np.argsort(service, kind="stable")]
    numbers = np.bincount(service, minlength=len(SERVICES))
    ends = np.cumsum(numbers).tolist()
    return {
        number: persons[end - count : end]
        for number, (end, count) in enumerate(zip(ends, numbers.tolist(), strict=True))
        if count
    }


class Supporting:
    """Work out what a month of the caseloads does for the people in them."""

    def __init__(self, people: Columns, tools: Tools) -> None:
        self.people, self.tools = people, tools
        p = tools.parameters
        self.monthly = {
            "quit": float(p["services.help_quit"]),
            "work": float(p["services.help_job_entry"]),
            "trusted_adult": float(p["services.help_trusted_adult"]),
        }
        relief = (
            (HEALTH_VISITING, float(p["services.help_stress_health_visiting"])),
            (SOCIAL_CARE, float(p["services.help_stress_social_care"])),
            (HOUSING, float(p["services.help_stress_housing"])),
        )
        self.relief = tuple(sorted(relief, key=lambda each: each[1]))

    def of(self, month: int, caseload: Table, seen: Table, inside: Array) -> Support:
        """Return the support of a month.

        Parameters
        ----------
        seen
            Cases seen for the first time this month; some help is given then and not again.
        inside
            Rows of people in custody.
        """
        people, p = self.people, self.tools.parameters
        of, nobody = by_service(caseload), np.zeros(0, np.int32)
        begun = seen.service
        neet = of.get(EMPLOYMENT_SUPPORT, nobody)
        homes, stress = self._relieved_homes(of)
        return Support(
            recovering=of.get(CHILD_MENTAL_HEALTH, nobody),
            recovery=p["services.help_trauma_recovery"],
            quitting=self._by_chance("quit", month, of.get(SUBSTANCE_SERVICES, nobody)),
            starting_work=self._by_chance("work", month, neet[people.work[neet] == NEET]),
            pupils=of.get(SCHOOLS, nobody),
            engagement=p["services.help_engagement"],
            homes=homes,
            stress=stress,
            befriended=self._by_chance("trusted_adult", month, of.get(YOUTH_SERVICES, nobody)),
            supervised=np.concatenate([of.get(YOUTH_JUSTICE, nobody), of.get(PROBATION, nobody)]),
            acceptance=p["services.help_acceptance"],
            calmed=distinct(seen.person[begun == VIOLENCE_REDUCTION_UNIT]),
            retaliation_kept=1.0 - p["services.help_retaliation"],
            inside=inside,
        )

    def _by_chance(self, decision: str, month: int, rows: Array) -> Array:
        keys = self.people.key[rows]
        uniforms = self.tools.chance.uniforms(HELPED, HELPED.word(decision), keys, month)
        return np.asarray(rows[uniforms < self.monthly[decision]])

    def _relieved_homes(self, of: dict[int, Array]) -> tuple[Array, Array]:
        """Return each home that is helped once, with the strongest relief that anybody in it brings."""
        persons = [of.get(service, np.zeros(0, np.int32)) for service, _ in self.relief]
        home = self.people.family[np.concatenate(persons)]
        service = np.repeat(np.arange(len(persons)), [person.size for person in persons])
        # The services stand in the order of their relief, so the first of a home is the strongest.
        place = np.sort((home.astype(np.int64) * len(persons) + service)[home >= 0])
        home = place // len(persons)
        first = np.flatnonzero(np.diff(home, prepend=-1))
        shifts = np.array([shift for _, shift in self.relief])
        return home[first].astype(np.int32), shifts[place[first] - home[first] * len(persons)]
