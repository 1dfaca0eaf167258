"""Write numbers and findings for people: ranges before points, two significant figures, modelled estimates."""

from __future__ import annotations

import math
from collections.abc import Callable

from experiments.result_parts import Interval
from experiments.results import Outcome, Scenario

MINUS = "\N{MINUS SIGN}"
UNKNOWN = "not defined"
PER_PEOPLE = 10_000
MODEL = "modelled estimate"


def two_figures(value: float) -> float:
    """Round to two significant figures."""
    return round(value, 1 - math.floor(math.log10(abs(value)))) if value else 0.0


def number(value: float | None, signed: bool = False) -> str:
    """Write a number to two significant figures, with thousands separated.

    Examples
    --------
    >>> number(-12345.6), number(0.0371), number(250, signed=True)
    ('−12,000', '0.037', '+250')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    rounded = two_figures(value)
    digits = max(0, 1 - math.floor(math.log10(abs(rounded)))) if rounded else 0
    return _sign(rounded, signed) + f"{abs(rounded):,.{digits}f}"


def level(value: float | None) -> str:
    """Write a count as a whole number of three significant figures."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    rounded = round(value, 2 - math.floor(math.log10(abs(value))))
    return f"{rounded:,.0f}" if abs(rounded) >= 10 else f"{rounded:,.1f}"


def money(value: float | None, signed: bool = False) -> str:
    """Write pounds to two significant figures, in thousands, millions or billions.

    Examples
    --------
    >>> money(1234567), money(-8900), money(0)
    ('£1.2m', '−£8,900', '£0')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    rounded = two_figures(value)
    size = abs(rounded)
    for limit, unit in ((1e9, "bn"), (1e6, "m")):
        if size >= limit:
            return f"{_sign(rounded, signed)}£{size / limit:,.{0 if size >= 10 * limit else 1}f}{unit}"
    return f"{_sign(rounded, signed)}£{size:,.0f}"


def percent(value: float | None, signed: bool = True) -> str:
    """Write a share as a percentage of two significant figures."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return number(100 * value, signed) + "%"


def chance(share: float, runs: int) -> str:
    """Write the share of runs in which something holds, never as certainty."""
    held = round(share * runs)
    return f"{held} of {runs} runs"


def span(interval: Interval, write: object = number) -> str:
    """Write the 95% range and then the central estimate; with one run, the estimate alone."""
    assert callable(write)
    if interval.mean is None:
        return UNKNOWN
    if interval.low is None or interval.high is None:
        return f"{write(interval.mean)} (one run, no range)"
    if interval.low == interval.high == 0:
        return "exactly 0"
    return f"{write(interval.low)} to {write(interval.high)} (central {write(interval.mean)})"


def ends(interval: Interval, write: Callable[[float], str] = number) -> str:
    """Write the 95% range alone."""
    if interval.low is None or interval.high is None:
        return "no range"
    return f"{write(interval.low)} to {write(interval.high)}"


def signed_span(interval: Interval) -> str:
    """Write the range of a difference, with signs."""
    return span(interval, lambda value: number(value, signed=True))


def verdict(difference: Interval) -> str:
    """Say which way an outcome moves, and how surely."""
    low, high, mean = difference.low, difference.high, difference.mean
    if mean is None:
        return "cannot be compared"
    if mean == 0 and not (low or high):
        return "does not change"
    direction = "fall" if mean < 0 else "rise"
    return f"is estimated to {direction}" if clear(difference) else f"may {direction}, or not change"


def clear(difference: Interval) -> bool:
    """Say whether the range of a difference leaves out zero."""
    low, high = difference.low, difference.high
    return low is not None and high is not None and not low <= 0 <= high


def lower(label: str) -> str:
    """Write a label inside a sentence."""
    return label if label.startswith("A&E") else label[0].lower() + label[1:]


def finding(scenario: Scenario, place: str, years: int) -> str:
    """Say in a sentence what a scenario is estimated to do to violence with injury."""
    outcome = scenario.outcomes["incidents_with_injury"]
    period = f"over {years} {'year' if years == 1 else 'years'}"
    if outcome.difference.mean == 0 and not outcome.difference.low:
        return f"{scenario.title}: no change at all in violence with injury in {place} {period}."
    return (
        f"{scenario.title}: violence with injury in {place} {verdict(outcome.difference)} {period}; {MODEL} "
        f"{signed_span(outcome.difference)} incidents, {percent(outcome.relative.mean)}."
    )


def natural_frequency(outcome: Outcome, population: int) -> str:
    """Say a change in the number of people as a frequency among residents."""
    mean = outcome.difference.mean
    if mean is None or population <= 0:
        return UNKNOWN
    scale = PER_PEOPLE / population
    before = outcome.baseline.mean or 0.0
    return (
        f"Of every {PER_PEOPLE:,} residents about {level(before * scale)} are harmed over the period in the baseline, "
        f"and {number(abs(mean) * scale)} {'fewer' if mean <= 0 else 'more'} with the scenario."
    )


def pairing_words(scenario: Scenario) -> str:
    """Say how many times the runs it would take without pairing, for all violence and for A&E."""
    told = []
    for name, words in (("incidents", "violent incidents"), ("ed_attendances", "A&E attendances")):
        factor = scenario.variance_reduction[name].factor
        told.append(f"{words} {number(factor)} times" if factor is not None else f"{words}: no luck is left at all")
    return f"Runs saved by pairing each scenario with the baseline of the same run: {', '.join(told)}."


def _sign(value: float, signed: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""
