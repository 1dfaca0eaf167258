"""Records: which needs each service knows of. Programmes can only target what their identifying services know."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.services.record_kernels import note_needs

Array = npt.NDArray[Any]

SIGHT = declare_sheet("services.sight", ("school", "social_care", "health_visiting", "youth_justice"))
MORE_SIGHT = declare_sheet("services.sight_more", ("police", "emergency_department", "jobcentre"))


class Records:
    """Work out each service's records from what has happened and from what the service can see.

    Whether a service sees a person is a lasting property of that pair, keyed by person and calendar year, so a
    need stays known or unknown while it lasts.
    """

    def __init__(self, people: Columns, families: Columns, tools: Tools) -> None:
        self.people, self.families, self.tools = people, families, tools
        p = tools.parameters
        self.sight = np.array(
            [
                p["services.seen_by_school"],
                p["services.seen_by_social_care"],
                p["services.seen_by_health_visiting"],
                p["services.seen_by_youth_justice"],
                p["services.seen_by_police"],
                p["services.seen_by_emergency_department"],
                p["services.seen_by_jobcentre"],
            ]
        )
        self.limits = np.array(
            [
                p["services.conduct_problems"],
                p["services.disengaged_pupil"],
                p["services.high_parental_stress"],
                p["services.serious_harm_aces"],
                p["services.record_months"],
            ]
        )

    def update(self, month: int) -> None:
        """Rewrite who is known to whom."""
        self.note(month, self.sight, self.people.known_to)

    def needs(self, month: int) -> Array:
        """Return the bits of the services that would know of each person if they saw everything (uint16)."""
        needs = np.empty(self.people.n, np.uint16)
        self.note(month, np.ones(self.sight.size), needs)
        return needs

    def note(self, month: int, sight: Array, known_to: Array) -> None:
        """Write into ``known_to`` whom each service knows if it sees needs with the probabilities ``sight``."""
        people, chance = self.people, self.tools.chance
        sheets = np.array([SIGHT.number, MORE_SIGHT.number], np.uint64)
        note_needs(
            people.key, people.age_sex, people.self_control, people.recent_suspensions, people.exclusion,
            people.school_engagement, people.care, people.ace_count, people.months_since_sanction,
            people.months_since_ed, people.work, people.family, self.families.stress, self.limits, sight, sheets,
            month // MONTHS_PER_YEAR, chance.k0, chance.k1, known_to,
        )  # fmt: skip
