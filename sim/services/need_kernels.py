# mypy: disable-error-code="no-untyped-def"
"""Test people one by one against what a service is there for."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.compiling import kernel
from sim.population.columns import DOMESTIC_ABUSE, HEAD, NEET
from sim.services.names import (
    CHILD_MENTAL_HEALTH,
    EMPLOYMENT_SUPPORT,
    HEALTH_VISITING,
    HOUSING,
    LAST_INCIDENT_SERVICE,
    PROBATION,
    SOCIAL_CARE,
    SUBSTANCE_SERVICES,
    VIOLENCE_REDUCTION_UNIT,
    YOUTH_JUSTICE,
    YOUTH_SERVICES,
)

Array = npt.NDArray[Any]

TRAUMA, ACES, STRESS, HURT, ENGAGEMENT = range(5)


class Asking(NamedTuple):
    """Bundle the columns of people that services look at when somebody comes to them."""

    age_sex: Array
    present: Array
    custody: Array
    family: Array
    role: Array
    trauma: Array
    ace_count: Array
    care: Array
    work: Array
    alcohol: Array
    drugs: Array
    sanctions: Array
    trusted_adult: Array
    recent_suspensions: Array
    school_engagement: Array
    months_since_victim: Array


@kernel
def homes_parted_from_abuse(states, lone_parent, homes):
    """List in ``homes`` (an entry a home and one more) with abuse where a couple parted; return how many."""
    count = np.int64(0)
    for home in range(states.size):
        homes[count] = home
        count += np.int64((states[home] & DOMESTIC_ABUSE > 0) & (lone_parent[home] > 0))
    return count


@kernel
def meet_needs(rows, services, m, stress, states, lone_parent, youngest, oldest, limits, met):
    """Note in ``met`` who of ``rows`` has the need their service is there for. An incident is no need.

    ``limits``: trauma of a child, serious harm (ACEs), high parental stress, months since being hurt, disengagement.
    """
    for n in range(rows.size):
        i, service = np.uint64(rows[n]), services[n]
        years = m.age_sex[i] >> 1
        able = (m.present[i] == 1) & (m.custody[i] == 0) & (years >= youngest[service]) & (years <= oldest[service])
        met[n] = able & (service > LAST_INCIDENT_SERVICE)
        if not met[n]:
            continue
        home, hurt = m.family[i], m.months_since_victim[i] <= limits[HURT]
        if service == HEALTH_VISITING:
            met[n] = home >= 0 and stress[home] > limits[STRESS]
        elif service == SOCIAL_CARE:
            met[n] = hurt or m.care[i] > 0 or m.ace_count[i] >= limits[ACES]
        elif service == CHILD_MENTAL_HEALTH:
            met[n] = m.trauma[i] > limits[TRAUMA]
        elif service == SUBSTANCE_SERVICES:
            met[n] = m.alcohol[i] > 0 or m.drugs[i] > 0
        elif service in (YOUTH_JUSTICE, PROBATION):
            met[n] = m.sanctions[i] > 0
        elif service == YOUTH_SERVICES:
            adrift = m.recent_suspensions[i] > 0 or m.school_engagement[i] < limits[ENGAGEMENT]
            met[n] = adrift or m.trusted_adult[i] == 0 or m.sanctions[i] > 0
        elif service == EMPLOYMENT_SUPPORT:
            met[n] = m.work[i] == NEET
        elif service == HOUSING:
            met[n] = home >= 0 and m.role[i] == HEAD and lone_parent[home] > 0 and states[home] & DOMESTIC_ABUSE > 0
        elif service == VIOLENCE_REDUCTION_UNIT:
            met[n] = hurt
