"""One index of one factor, and tables of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

import pandas as pd

CONSTANT = "the outcome does not vary"
ABOUT_ZERO = "about 0: the estimate is below zero, which no true index is; it cannot be told from none"
SPANS_ZERO = "suppressed: the interval spans zero"
COLUMNS = ("target", "method", "measure", "factor", "partner", "value", "low", "high", "note")


@dataclass(frozen=True)
class Index:
    """Hold one index.

    Attributes
    ----------
    target, method, measure
        What it is an index of, how it was found and which it is, such as ``S1``.
    factor, partner
        The factor, and the other one for an index of a pair.
    value, low, high
        Estimate and 95% interval; None where it is not defined or was suppressed.
    note
        What must be read with it.
    """

    target: str
    method: str
    measure: str
    factor: str
    partner: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


def index(method: str, measure: str, factor: str, value: float, half: float | None = None, partner: str = "") -> Index:
    """Return an index with a symmetric interval; what is not finite is undefined, with the reason."""
    if not math.isfinite(value):
        return Index("", method, measure, factor, partner, note=CONSTANT)
    if half is None or not math.isfinite(half):
        return Index("", method, measure, factor, partner, float(value))
    return Index("", method, measure, factor, partner, float(value), float(value - half), float(value + half))


def told_honestly(found: Index) -> Index:
    """Suppress an index of a pair whose interval spans zero, and say that a negative one is about zero."""
    if found.value is None:
        return found
    if found.measure == "S2" and (found.low is None or found.high is None or found.low <= 0.0 <= found.high):
        return replace(found, value=None, low=None, high=None, note=SPANS_ZERO)
    if found.measure in ("S1", "ST", "delta") and found.value < 0.0:
        return replace(found, note=ABOUT_ZERO)
    return found


def frame(found: Iterable[Index]) -> pd.DataFrame:
    """Return indices as a table, one row an index."""
    table = pd.DataFrame([asdict(each) for each in found], columns=list(COLUMNS))
    return table.astype({"value": float, "low": float, "high": float})
