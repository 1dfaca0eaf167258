"""The small-number rule: counts of small cells are withheld below five and rounded to five."""

from __future__ import annotations

from typing import Any

SMALLEST = 5
STEP = 5
WITHHELD = f"fewer than {SMALLEST}"
RULE = (
    f"Counts of parts of the place are withheld below {SMALLEST} a year and rounded to the nearest {STEP} above; "
    "totals of the place are shown as they are."
)


def is_small(count: float | None) -> bool:
    """Return whether a count is withheld: above zero and below the smallest that is shown."""
    return count is not None and 0 < count < SMALLEST


def rounded(count: float) -> float:
    """Return a count to the nearest multiple that is shown."""
    return float(STEP * round(count / STEP))


def protected(interval: dict[str, float | None]) -> dict[str, Any]:
    """Apply the rule to the interval of a count: all of it is withheld where its mean is small.

    Examples
    --------
    >>> protected({"mean": 12.4, "low": 7.0, "high": 18.0})
    {'mean': 10.0, 'low': 5.0, 'high': 20.0, 'withheld': False}
    """
    if is_small(interval["mean"]):
        return {"mean": None, "low": None, "high": None, "withheld": True}
    shown = {name: None if value is None else rounded(value) for name, value in interval.items()}
    return {**shown, "withheld": False}


def written(count: float | None) -> str:
    """Write a count under the rule for people."""
    return WITHHELD if count is None else f"{count:,.0f}"
