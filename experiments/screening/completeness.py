"""What a proposal should say, and what of it is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.core.yaml_files import as_switch
from sim.interventions.meaning import UNFINISHED

Path = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """Name one thing a proposal should say: where it stands, in words, an example, and whether it can go on without."""

    path: Path
    words: str
    example: str
    essential: bool = True


QUESTIONS: tuple[Question, ...] = (
    Question(("cohort", "ages"), "the ages of those who take part", "ages: [11, 16]"),
    Question(("cohort", "n"), "how many people are to start", "n: 240"),
    Question(("cohort", "how_identified"), "who finds them", "how_identified: school referral"),
    Question(("dose", "sessions"), "how many sessions one of them gets", "sessions: 24", False),
    Question(("dose", "weeks"), "over how many weeks", "weeks: 26", False),
    Question(("claimed_effect", "outcome"), "what the claim is about", "outcome: violent_offence", False),
    Question(("claimed_effect", "relative_reduction"), "the effect that is claimed", "relative_reduction: 0.15"),
    Question(("claimed_effect", "basis"), "what the claim rests on", "basis: published trials"),
    Question(("cost", "setup"), "what it costs to set up", "setup: 60000", False),
    Question(("cost", "recurrent_per_child"), "what one participant costs", "recurrent_per_child: 1900"),
    Question(("cost", "years"), "for how many years", "years: 2"),
    Question(("trial", "design"), "how its effect will be found out", "design: cluster"),
    Question(("safeguarding", "lead_named"), "that somebody answers for safeguarding", "lead_named: true"),
)
OF_PLACES: frozenset[Path] = frozenset(
    {("cohort", "ages"), ("cohort", "n"), ("cohort", "how_identified"), ("dose", "sessions"), ("dose", "weeks")}
)
"""What a programme for places, not for people, need not say."""


def asked(of_places: bool) -> tuple[Question, ...]:
    """Return what a proposal of this kind should say."""
    return tuple(each for each in QUESTIONS if not (of_places and each.path in OF_PLACES))


def missing(data: Mapping[Any, Any], of_places: bool) -> tuple[Question, ...]:
    """Return what a proposal should say and does not, given its data as written."""
    return tuple(each for each in asked(of_places) if not _is_answered(data, each.path))


def unfinished(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where a text still says that it is to be filled in."""
    if isinstance(data, dict):
        return [found for key, value in data.items() for found in unfinished(value, (*path, str(key)))]
    if isinstance(data, list):
        return [found for index, value in enumerate(data) for found in unfinished(value, (*path, index))]
    return [path] if isinstance(data, str) and UNFINISHED.search(data) else []


def _is_answered(data: Mapping[Any, Any], path: Path) -> bool:
    if path == ("cost", "recurrent_per_child"):
        return any(_value(data, ("cost", name)) is not None for name in (path[1], "recurrent_per_year"))
    value = _value(data, path)
    if path == ("safeguarding", "lead_named"):
        return as_switch(value) is not False and value is not None
    return value is not None


def _value(part: Any, path: Sequence[str]) -> Any:
    for name in path:
        part = part.get(name) if isinstance(part, Mapping) else None
    return part
