"""Records: which needs each service knows of. Programmes can only target what their identifying services know."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.columns import KNOWN_TO, NEET, NEVER

Array = npt.NDArray[Any]

SIGHT = declare_sheet("services.sight", ("school", "social_care", "health_visiting", "youth_justice"))
MORE_SIGHT = declare_sheet("services.sight_more", ("police", "emergency_department", "jobcentre"))
PUPIL_STRATA = (2 * 5, 2 * 16)
ADULT_STRATUM = 2 * 18
EARLY_YEARS_STRATUM = 2 * 5
CONDUCT_STRATA = (2 * 3, 2 * 11)


class Records:
    """Work out each service's records from what has happened and from what the service can see.

    Whether a service sees a person is a lasting property of that pair, keyed by person and calendar year, so a
    need stays known or unknown while it lasts.
    """

    def __init__(self, people: Columns, families: Columns, tools: Tools) -> None:
        self.people, self.families, self.tools = people, families, tools
        p = tools.parameters
        self.sight = {
            "school": p["services.seen_by_school"],
            "social_care": p["services.seen_by_social_care"],
            "health_visiting": p["services.seen_by_health_visiting"],
            "youth_justice": p["services.seen_by_youth_justice"],
            "police": p["services.seen_by_police"],
            "emergency_department": p["services.seen_by_emergency_department"],
            "jobcentre": p["services.seen_by_jobcentre"],
        }

    def needs(self) -> dict[str, Array]:
        """Return, by service, the rows with a need that the service could know of."""
        people, p = self.people, self.tools.parameters
        age_sex = people.age_sex
        months = p["services.record_months"]
        pupil = (age_sex >= PUPIL_STRATA[0]) & (age_sex < PUPIL_STRATA[1])
        minor = age_sex < ADULT_STRATUM
        here = age_sex != NEVER
        conduct = (age_sex >= CONDUCT_STRATA[0]) & (age_sex < CONDUCT_STRATA[1])
        conduct &= people.self_control < np.float32(p["services.conduct_problems"])
        trouble = (people.recent_suspensions > 0) | (people.exclusion != NEVER)
        trouble |= people.school_engagement < np.float32(p["services.disengaged_pupil"])
        stressed = self.families.stress[people.family] > np.float32(p["services.high_parental_stress"])
        sanctioned = people.months_since_sanction < months
        found = {
            "school": (pupil & trouble) | conduct,
            "social_care": minor & ((people.care > 0) | (people.ace_count >= p["services.serious_harm_aces"])),
            "health_visiting": (age_sex < EARLY_YEARS_STRATUM) & stressed,
            "youth_justice": minor & sanctioned,
            "police": here & sanctioned,
            "emergency_department": here & (people.months_since_ed < months),
            "jobcentre": here & (people.work == NEET),
        }
        return {service: np.flatnonzero(mask) for service, mask in found.items()}

    def update(self, month: int) -> None:
        """Rewrite who is known to whom."""
        people, chance = self.people, self.tools.chance
        people.known_to[:] = 0
        year = month // MONTHS_PER_YEAR
        for service, rows in self.needs().items():
            sheet = SIGHT if service in SIGHT.names else MORE_SIGHT
            uniforms = chance.uniforms(sheet, sheet.word(service), people.key[rows], year)
            seen = rows[uniforms < self.sight[service]]
            people.known_to[seen] |= np.uint16(1 << KNOWN_TO.index(service))
