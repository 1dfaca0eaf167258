"""What health, police and justice do because of violence, and what less of it would save.

The unit costs of crime hold average costs of health, police and other criminal justice for each offence. Here these
three components are replaced, not supplemented: they are scaled so that the baseline costs the same in total, and then
follow what the simulated services do. Recording more crime costs police time although no more people are hurt;
diversion saves court and prison although as many are arrested.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.economics.unit_costs import COMPONENTS

FloatArray = npt.NDArray[np.float64]

REPLACED: tuple[int, ...] = tuple(COMPONENTS.index(name) for name in ("health", "police", "other_criminal_justice"))
RESOURCE_MEASURES: tuple[str, ...] = (
    "expected_ed_attendances",
    "expected_admissions",
    "recorded",
    "arrests",
    "charged",
    "diverted",
    "community_sentences",
    "custody_months",
)


def resource_use(counts: Mapping[str, FloatArray], parameters: Mapping[str, Any]) -> FloatArray:
    """Return the relative cost of what services do because of violence, by year, before scaling.

    Justice counts arrests for violence times the mean cost of what follows a charge, taken over all years, because the
    sentences of a year also answer offences other than violence.

    Parameters
    ----------
    counts
        Each of ``RESOURCE_MEASURES`` by year, shape (years,).
    parameters
        The registry.

    Returns
    -------
    ndarray of shape (3, years); rows follow ``REPLACED``
    """
    health = (
        counts["expected_ed_attendances"] * parameters["economics.resource_ed_attendance"]
        + counts["expected_admissions"] * parameters["economics.resource_admission"]
    )
    police = (
        counts["recorded"] * parameters["economics.resource_recorded_incident"]
        + counts["arrests"] * parameters["economics.resource_arrest"]
    )
    total = {name: counts[name].sum() for name in ("charged", "diverted", "community_sentences", "custody_months")}
    followed = (
        total["diverted"] * parameters["economics.resource_diversion"]
        + (total["charged"] - total["diverted"]) * parameters["economics.resource_court_case"]
        + total["community_sentences"] * parameters["economics.resource_community_sentence"]
        + total["custody_months"] * parameters["economics.resource_custody_month"]
    )
    justice = counts["arrests"] * (followed / total["charged"] if total["charged"] > 0 else 0.0)
    return np.stack([health, police, justice])


def savings(baseline_cost: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
    """Return what less resource use saves, by replaced component and year, before discounting.

    Parameters
    ----------
    baseline_cost
        Cost of the baseline's violence by component and year, shape (8, years).
    before, after
        Resource use of baseline and scenario, shape (3, years).

    Returns
    -------
    ndarray of shape (3, years), GBP: all of a component's baseline cost when nothing is used any more, nothing where
    the baseline uses nothing
    """
    used = before.sum(axis=1)
    scale = np.divide(baseline_cost[list(REPLACED)].sum(axis=1), used, out=np.zeros_like(used), where=used > 0)
    return np.asarray(scale[:, None] * (before - after))
