"""Which services see which incidents, and what they know together.

A service *holds* a record of an incident it sees. A record may be impossible to *link* with those of others, as when
a name is misspelt. What two services seem not to share is therefore part truly unrecorded, part failed linkage; only
a record that can be linked is of use to the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.hazards import logistic
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.services.names import AMBULANCE, EMERGENCY_DEPARTMENT, POLICE, SERVICES

Array = npt.NDArray[Any]

INCIDENT_SIGHT = declare_sheet("services.incident_sight", ("record", "link", "share"))
TREATED = 2


class IncidentsSeen(Protocol):
    """What services need to know of a month's incidents (arrays, one element an incident)."""

    month: int
    key: Array
    offender: Array
    accomplice: Array
    victim: Array
    context: Array
    location: Array
    severity: Array
    reported: Array
    recorded: Array
    arrested: Array
    sanctioned: Array

    @property
    def together(self) -> Array: ...
    @property
    def stranger(self) -> Array: ...
    @property
    def injured(self) -> Array: ...
    @property
    def treated(self) -> Array: ...


@dataclass(frozen=True)
class Sights:
    """Hold which services see which incidents: boolean arrays of shape (incidents, services).

    Attributes
    ----------
    holds : the service has a record of the incident.
    linkable : it has one that can be linked with the records of others.
    shared : the service knows of the incident, from its own record or from a linkable one that reached it.
    """

    holds: Array
    linkable: Array
    shared: Array


class Visibility:
    """Say which services see an incident, by its context and severity, the victim's age, and legitimacy."""

    def __init__(self, people: Columns, communities: Columns, tools: Tools) -> None:
        self.people, self.communities, self.tools = people, communities, tools
        p = tools.parameters
        number = len(SERVICES)
        self.by_context = np.asarray(p["services.incident_sight"], np.float64).reshape(number, -1)
        self.youngest, self.oldest = np.asarray(p["services.incident_sight_ages"]).reshape(number, 2).T
        self.ambulance = np.asarray(p["services.ambulance_by_severity"], np.float64)
        self.link = np.asarray(p["services.linkage"], np.float64)
        self.recognised = float(p["services.seen_by_emergency_department"])
        self.injury, self.legitimacy = p["services.incident_sight_injury"], p["services.incident_sight_legitimacy"]

    def holds(self, incidents: IncidentsSeen, service: int) -> Array:
        """Return which incidents a service has a record of."""
        if service == POLICE:
            return np.asarray(incidents.recorded, bool)
        chance = self.tools.chance
        uniforms = chance.uniforms(INCIDENT_SIGHT, 0, incidents.key, incidents.month, service)
        if service == EMERGENCY_DEPARTMENT:
            return np.asarray(incidents.treated & (uniforms < self.recognised))
        if service == AMBULANCE:
            return np.asarray(uniforms < self.ambulance[incidents.severity])
        victim = incidents.victim
        years = (incidents.month - self.people.birth_month[victim]) / MONTHS_PER_YEAR
        of_age = (years >= self.youngest[service]) & (years < self.oldest[service] + 1)
        share = self.by_context[service][incidents.context]
        with np.errstate(divide="ignore"):
            odds = np.log(share / (1.0 - share))
        odds += self.injury * incidents.injured
        odds += self.legitimacy * self.communities.legitimacy[self.people.community[victim]]
        return np.asarray(of_age & (uniforms < logistic(odds)))

    def linkable(self, incidents: IncidentsSeen, service: int) -> Array:
        """Return which records of a service could be linked with the records of others, if it has them."""
        chance = self.tools.chance
        uniforms = chance.uniforms(INCIDENT_SIGHT, 1, incidents.key, incidents.month, service)
        return np.asarray(uniforms < self.link[service])

    def of(self, incidents: IncidentsSeen, shared_share: float = 0.0) -> Sights:
        """Return what every service knows of a month's incidents after services have responded to them.

        Parameters
        ----------
        shared_share
            Probability that a linkable record of one service reaches the others.
        """
        numbers = range(len(SERVICES))
        holds = np.stack([self.holds(incidents, service) for service in numbers], axis=1)
        linkable = holds & np.stack([self.linkable(incidents, service) for service in numbers], axis=1)
        uniforms = self.tools.chance.uniforms(INCIDENT_SIGHT, 2, incidents.key, incidents.month)
        passed_on = linkable.any(axis=1) & (uniforms < shared_share)
        return Sights(holds, linkable, holds | passed_on[:, None])
