"""Unit costs of crime by component, and the payers who bear each component.

Unit costs are averages per offence under crime-survey counting rules, so they multiply counted incidents and
never raw or recorded ones. Health, police and justice are components: emergency care, police time or prison must
not be added on top. Homicides enter as expected numbers, because one death more or less by chance would
otherwise drown every other amount in a small place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.economics.prices import inflator

FloatArray = npt.NDArray[np.float64]

COSTED_MEASURES: tuple[str, ...] = (
    "expected_homicides",
    "counted_with_injury",
    "counted_without_injury",
    "counted_robbery",
)

COMPONENTS: tuple[str, ...] = (
    "anticipation",
    "property",
    "physical_and_emotional_harm",
    "lost_output",
    "health",
    "victim_services",
    "police",
    "other_criminal_justice",
)
HARM = COMPONENTS.index("physical_and_emotional_harm")

PAYERS: tuple[str, ...] = (
    "nhs",
    "police",
    "other_criminal_justice",
    "local_authority",
    "education",
    "dwp_hmt",
    "employers",
    "victims_and_families",
)

PAYER_LABELS: dict[str, str] = {
    "nhs": "NHS",
    "police": "Police",
    "other_criminal_justice": "Courts, prisons and probation",
    "local_authority": "Local authority",
    "education": "Education",
    "dwp_hmt": "DWP and HM Treasury",
    "employers": "Employers",
    "victims_and_families": "Victims and families",
}


def payer_label(payer: str) -> str:
    """Return the name of a payer for tables and charts; a payer of a catalogue file reads as it is written."""
    return PAYER_LABELS.get(payer, payer.replace("_", " ").capitalize())


def in_sentence(payer: str) -> str:
    """Return the name of a payer for the middle of a sentence."""
    label = payer_label(payer)
    return f"the {label}" if label.isupper() else label if label.startswith("DWP") else f"{label[0].lower()}{label[1:]}"


def unit_costs(parameters: Mapping[str, Any]) -> FloatArray:
    """Return the cost of one offence by component in the price year of results.

    Parameters
    ----------
    parameters
        The registry.

    Returns
    -------
    ndarray of shape (4, 8), GBP; rows follow ``COSTED_MEASURES``, columns ``COMPONENTS``
    """
    rows = (
        parameters["economics.unit_cost_homicide"],
        parameters["economics.unit_cost_violence_with_injury"],
        parameters["economics.unit_cost_violence_without_injury"],
        parameters["economics.unit_cost_robbery"],
    )
    published = np.array([np.asarray(row, dtype=np.float64) for row in rows])
    return published * inflator(float(parameters["economics.price_year_unit_costs"]), parameters)


def payer_shares(parameters: Mapping[str, Any]) -> FloatArray:
    """Return the share of each component that each payer bears; every row sums to one.

    Returns
    -------
    ndarray of shape (8, 8); rows follow ``COMPONENTS``, columns ``PAYERS``
    """
    rows = (
        parameters["economics.payer_share_anticipation"],
        parameters["economics.payer_share_property"],
        parameters["economics.payer_share_physical_and_emotional_harm"],
        parameters["economics.payer_share_lost_output"],
        parameters["economics.payer_share_health"],
        parameters["economics.payer_share_victim_services"],
        parameters["economics.payer_share_police"],
        parameters["economics.payer_share_other_criminal_justice"],
    )
    return np.array([np.asarray(row, dtype=np.float64) for row in rows])


def cost_of_violence(counts: FloatArray, parameters: Mapping[str, Any]) -> FloatArray:
    """Return what counted violence costs, by component and year, before discounting.

    Parameters
    ----------
    counts
        Shape (4, years): offences by costed measure and year; may be negative for a difference.
    parameters
        The registry.

    Returns
    -------
    ndarray of shape (8, years), GBP in the price year of results
    """
    cost: FloatArray = np.einsum("tc,ty->cy", unit_costs(parameters), np.asarray(counts, dtype=np.float64))
    return cost
