"""Name the services, the routes by which they refer people to one another, and the bits of their records."""

from __future__ import annotations

import numpy as np

from sim.population.columns import KNOWN_TO

SERVICES = (
    "police",
    "emergency_department",
    "ambulance",
    "schools",
    "health_visiting",
    "social_care",
    "child_mental_health",
    "substance_services",
    "youth_justice",
    "probation",
    "youth_services",
    "employment_support",
    "housing",
    "violence_reduction_unit",
)
(
    POLICE, EMERGENCY_DEPARTMENT, AMBULANCE, SCHOOLS, HEALTH_VISITING, SOCIAL_CARE, CHILD_MENTAL_HEALTH,
    SUBSTANCE_SERVICES, YOUTH_JUSTICE, PROBATION, YOUTH_SERVICES, EMPLOYMENT_SUPPORT, HOUSING,
    VIOLENCE_REDUCTION_UNIT,
) = range(len(SERVICES))  # fmt: skip

LAST_INCIDENT_SERVICE = AMBULANCE
"""Up to here the cases of services are incidents; the cases of all others are people."""

EDGES: tuple[tuple[int, int], ...] = (
    (POLICE, SOCIAL_CARE),
    (POLICE, YOUTH_JUSTICE),
    (POLICE, PROBATION),
    (POLICE, HOUSING),
    (POLICE, VIOLENCE_REDUCTION_UNIT),
    (AMBULANCE, EMERGENCY_DEPARTMENT),
    (EMERGENCY_DEPARTMENT, SOCIAL_CARE),
    (EMERGENCY_DEPARTMENT, CHILD_MENTAL_HEALTH),
    (EMERGENCY_DEPARTMENT, SUBSTANCE_SERVICES),
    (EMERGENCY_DEPARTMENT, VIOLENCE_REDUCTION_UNIT),
    (SCHOOLS, SOCIAL_CARE),
    (SCHOOLS, CHILD_MENTAL_HEALTH),
    (SCHOOLS, YOUTH_SERVICES),
    (HEALTH_VISITING, SOCIAL_CARE),
    (HEALTH_VISITING, HOUSING),
    (SOCIAL_CARE, HEALTH_VISITING),
    (SOCIAL_CARE, CHILD_MENTAL_HEALTH),
    (SOCIAL_CARE, HOUSING),
    (CHILD_MENTAL_HEALTH, SOCIAL_CARE),
    (SUBSTANCE_SERVICES, EMPLOYMENT_SUPPORT),
    (SUBSTANCE_SERVICES, HOUSING),
    (YOUTH_JUSTICE, CHILD_MENTAL_HEALTH),
    (YOUTH_JUSTICE, SUBSTANCE_SERVICES),
    (YOUTH_JUSTICE, YOUTH_SERVICES),
    (PROBATION, SUBSTANCE_SERVICES),
    (PROBATION, EMPLOYMENT_SUPPORT),
    (PROBATION, HOUSING),
    (YOUTH_SERVICES, EMPLOYMENT_SUPPORT),
    (YOUTH_SERVICES, VIOLENCE_REDUCTION_UNIT),
    (VIOLENCE_REDUCTION_UNIT, CHILD_MENTAL_HEALTH),
    (VIOLENCE_REDUCTION_UNIT, YOUTH_SERVICES),
    (VIOLENCE_REDUCTION_UNIT, EMPLOYMENT_SUPPORT),
)
"""Referral routes, from and to, in the order of ``services.referral_completion``."""

SENTENCE_EDGES = ((POLICE, YOUTH_JUSTICE), (POLICE, PROBATION))
"""Routes of people sanctioned or released, not of the victims police see."""

RECORD_NAMES = {"school": "schools", "jobcentre": "employment_support"}
SERVICE_OF_BIT = tuple(SERVICES.index(RECORD_NAMES.get(name, name)) for name in KNOWN_TO)
"""The service behind each bit of ``known_to``."""

BIT_OF_SERVICE = np.array([1 << SERVICE_OF_BIT.index(service) for service in range(len(SERVICES))], np.uint16)
"""The bit of each service in ``known_to``."""

NOTICED_BY_CONTACT = (POLICE, YOUTH_JUSTICE, EMERGENCY_DEPARTMENT, AMBULANCE)
"""Services that note people at once, by an event."""
