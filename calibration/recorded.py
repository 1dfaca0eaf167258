"""Statistics of recorded violence by community and month, the same for published records and for a simulation."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

MONTHS_PER_YEAR = 12


def top_share(counts: Array, share: float) -> float:
    """Return the share of all events in the ``share`` of communities that have most of them."""
    ordered = np.sort(np.asarray(counts, np.float64))[::-1]
    return float(ordered[: round(share * ordered.size)].sum() / max(ordered.sum(), 1.0))


def ranks(values: Array) -> Array:
    """Return ranks from 0, the mean rank for ties."""
    _, inverse, number = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(number) - (number + 1) / 2.0)[inverse])


def rank_correlation(first: Array, second: Array) -> float:
    """Return Spearman's rank correlation; nan where either does not vary."""
    one, other = ranks(first), ranks(second)
    if one.size < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def overdispersion(counts: Array) -> float:
    """Return (variance - mean) / mean^2 of counts: 0 for Poisson, 1/k for a negative binomial with k."""
    counts = np.asarray(counts, np.float64)
    mean = counts.mean()
    return float((counts.var(ddof=1) - mean) / max(mean, 1e-12) ** 2)


def residuals(monthly: Array) -> Array:
    """Return Pearson residuals of counts (communities x months) from the product of community and month means."""
    monthly = np.asarray(monthly, np.float64)
    expected = monthly.mean(axis=1, keepdims=True) * monthly.mean(axis=0, keepdims=True) / max(monthly.mean(), 1e-12)
    return np.asarray((monthly - expected) / np.sqrt(np.maximum(expected, 1e-12)))


def month_to_month(monthly: Array) -> float:
    """Return the correlation of residuals of one month with the next, above the -1/M that M months of chance give."""
    left = residuals(monthly)
    months = left.shape[1]
    lagged = (left[:, :-1] * left[:, 1:]).sum() / (months - 1)
    return float(lagged / ((left**2).sum() / months) + 1.0 / months)


def seasonal_swing(totals: Array, calendar_month: Array) -> float:
    """Return the mean of May to August over that of November to February, of monthly totals per day.

    ``calendar_month`` is 1 to 12.
    """
    days = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[np.asarray(calendar_month) - 1]
    per_day = np.asarray(totals, np.float64) / days
    summer = np.isin(calendar_month, (5, 6, 7, 8))
    winter = np.isin(calendar_month, (11, 12, 1, 2))
    return float(per_day[summer].mean() / per_day[winter].mean())
