"""Places chosen because their counts were high: what the history must hold, and what to expect without a programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from experiments.small_numbers import is_small
from experiments.tracking.assumptions import Assumption
from experiments.tracking.counts import ByMonth, Counts
from experiments.tracking.forecast import Selection, WithoutProgramme
from experiments.tracking.levels import SHORTEST_REFERENCE, Level, Variation, level_of
from experiments.tracking.months import months_between
from sim.core.errors import InputError, Problem
from sim.core.time import MONTHS_PER_YEAR
from sim.outcomes.measures import measure

WHOLE_PLACE = "the whole place"


def read_selection(window: str, communities: str | None, codes: Sequence[str]) -> Selection:
    """Read the months on which places were chosen, ``YYYY-MM..YYYY-MM``, and the communities chosen.

    Raises
    ------
    InputError
        When the window is not two months, or a community is not one of the place.
    """
    first, _, last = window.partition("..")
    try:
        months = months_between(first, last)
    except ValueError:
        months = []
    if not months:
        message = f'"{window}" is not a first and a last month.'
        raise InputError(Problem("", 0, 0, "--chosen-on", message, "Write 2025-04..2026-03."))
    chosen = [code.strip() for code in (communities or "").split(",") if code.strip()]
    for code in chosen:
        if code not in codes:
            message = f'"{code}" is not a community of the place.'
            raise InputError(Problem("", 0, 0, "--chosen", message, "Write LSOA codes with commas between."))
    return Selection(months=months, communities=chosen)


def check_history(history: Counts, chosen: Selection | None, decision_date: str) -> None:
    """Refuse a history that reaches beyond the decision, or that does not cover what a place was chosen on."""
    for name in history.place:
        later = [month for month in history.months(name) if month >= decision_date]
        if later:
            message = f"{measure(name).label} of {later[0]} is not before the decision date, {decision_date}."
            fix = "Give earlier counts here, and later ones to placewise track score."
            raise InputError(Problem("", 0, 0, "--history", message, fix))
    if chosen is None:
        return
    if not any(covers(_chosen_counts(history, name, chosen), chosen) for name in history.place):
        message = (
            f"No outcome of the history covers {chosen.months[0]} to {chosen.months[-1]} and "
            f"{SHORTEST_REFERENCE} months before them, so the fall to expect without a programme is unknown."
        )
        fix = "Give a longer history; a forecast for a place chosen on a spike is not made without it."
        raise InputError(Problem("", 0, 0, "--chosen-on", message, fix))


def covers(counted: ByMonth, chosen: Selection) -> bool:
    """Say whether counts hold every month chosen on, and a year before them."""
    before = [month for month in counted if month < chosen.months[0]]
    return len(before) >= SHORTEST_REFERENCE and all(month in counted for month in chosen.months)


def level_with_chosen(
    history: Counts, name: str, season: Sequence[float], variation: Variation, chosen: Selection | None
) -> Level:
    """Return the level of the place, with those chosen on a spike taken back towards their usual level."""
    place = history.place[name]
    if chosen is None:
        return level_of(place, season, variation)
    counted = _chosen_counts(history, name, chosen)
    if not covers(counted, chosen):
        return level_of(place, season, variation)
    high = level_of(counted, season, variation, chosen.months)
    rest = {month: max(place[month] - counted[month], 0.0) for month in counted if month in place}
    if not chosen.communities or not sum(rest.values()):
        return high
    other = level_of(rest, season, variation)
    month = high.month + other.month
    variance = (high.relative_variance * high.month**2 + other.relative_variance * other.month**2) / month**2
    return Level(month, variance)


def without_programme(
    history: Counts,
    name: str,
    season: Sequence[float],
    variation: Variation,
    chosen: Selection | None,
    assumed: Mapping[str, Assumption],
) -> list[WithoutProgramme]:
    """Return what to expect of those chosen if nothing is done; nothing where no history says."""
    if chosen is None or not covers(counted := _chosen_counts(history, name, chosen), chosen):
        return []
    found = level_of(counted, season, variation, chosen.months)
    ends = [
        level_of(counted, season, replace(variation, persistent_share=share), chosen.months).expected_change or 0.0
        for share in assumed["persistent_share"].range
    ]
    change = found.expected_change or 0.0
    number = len(chosen.communities)
    if number and is_small(MONTHS_PER_YEAR * (found.chosen_on or 0.0)):
        return []
    return [
        WithoutProgramme(
            who=f"the {number} chosen communities together" if number else WHOLE_PLACE,
            before_a_month=found.before or 0.0,
            chosen_on_a_month=found.chosen_on or 0.0,
            expected_a_month=found.month,
            change=change,
            change_low=min(*ends, change),
            change_high=max(*ends, change),
        )
    ]


def _chosen_counts(history: Counts, name: str, chosen: Selection) -> ByMonth:
    """Return the counts by month of those chosen, in months in which all of them were counted."""
    if not chosen.communities:
        return history.place.get(name, {})
    held = history.communities.get(name, {})
    if any(code not in held for code in chosen.communities):
        return {}
    months = set.intersection(*(set(held[code]) for code in chosen.communities))
    return {month: sum(held[code][month] for code in chosen.communities) for month in months}
