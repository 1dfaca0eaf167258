"""The conditions a catalogue entry may set on the people it is for, each with its words and its test on columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.core.errors import suggest
from sim.core.time import MONTHS_PER_YEAR
from sim.interventions.fields import Months, Number, Word, plain_schema, refuse, written
from sim.population.columns import (
    DOMESTIC_ABUSE,
    EDUCATION,
    EMPLOYED,
    KNOWN_TO,
    MENTAL_ILLNESS,
    NEET,
    NOBODY,
    PUPIL,
    SUBSTANCE_USE,
    WORKLESS,
)

if TYPE_CHECKING:
    from sim.core.columns import Columns

Array = npt.NDArray[Any]

WORK: dict[str, int] = {"pupil": PUPIL, "education": EDUCATION, "employed": EMPLOYED, "neet": NEET}
FAMILY_STATES: dict[str, int] = {
    "domestic_abuse": DOMESTIC_ABUSE,
    "substance_use": SUBSTANCE_USE,
    "mental_illness": MENTAL_ILLNESS,
    "workless": WORKLESS,
}
SERVICES: dict[str, int] = {name: 1 << bit for bit, name in enumerate(KNOWN_TO)}


@dataclass(frozen=True)
class Registers:
    """Hand eligibility tests the columns they may read."""

    people: Columns
    families: Columns
    communities: Columns


@dataclass(frozen=True)
class Yes:
    """Accept only ``true``: a condition that is either there or not."""

    what: str

    def check(self, value: Any) -> bool:
        """Return True, or say how the condition is written."""
        if value is True or (isinstance(value, str) and value.lower() in ("on", "true")):
            return True
        raise refuse("condition", f"{self.what} is written with the value true. You wrote {written(value)}.", "")


@dataclass(frozen=True)
class Condition:
    """Describe one condition: what values it takes, how to say it, and which of some people meet it.

    ``test(registers, rows, value)`` returns one boolean for each person row. Services can be wrong about a condition
    that is not ``exact``: what they hold is out of date or was never asked.
    """

    value: Any
    words: str
    test: Callable[[Registers, Array, Any], Array]
    exact: bool = True


def _known_to(registers: Registers, rows: Array, service: str) -> Array:
    return (registers.people.known_to[rows] & SERVICES[service]) != 0


def _in_state(registers: Registers, rows: Array, state: str) -> Array:
    family = registers.people.family[rows]
    return (family != NOBODY) & ((registers.families.states[family] & FAMILY_STATES[state]) != 0)


def _lone_parent_home(registers: Registers, rows: Array, value: bool) -> Array:
    family = registers.people.family[rows]
    return (family != NOBODY) & (registers.families.lone_parent[family] != 0)


def _deprived(registers: Registers, rows: Array, fifths: int) -> Array:
    return np.asarray(registers.communities.fifth[registers.people.community[rows]] < fifths)


def _young_mother(registers: Registers, rows: Array, years: int) -> Array:
    people = registers.people
    mother = people.mother[rows]
    age_months = people.birth_month[rows].astype(np.int32) - people.birth_month[mother]
    return np.asarray((mother != NOBODY) & (age_months < MONTHS_PER_YEAR * (years + 1)))


def _within(column: str) -> Callable[[Registers, Array, Any], Array]:
    return lambda registers, rows, months: getattr(registers.people, column)[rows] <= months


def _at_least(column: str) -> Callable[[Registers, Array, Any], Array]:
    return lambda registers, rows, value: getattr(registers.people, column)[rows] >= value


def _below(column: str) -> Callable[[Registers, Array, Any], Array]:
    return lambda registers, rows, value: getattr(registers.people, column)[rows] < np.float32(value)


def _above(column: str) -> Callable[[Registers, Array, Any], Array]:
    return lambda registers, rows, value: getattr(registers.people, column)[rows] > np.float32(value)


def _flag(column: str, wanted: int = 1) -> Callable[[Registers, Array, Any], Array]:
    return lambda registers, rows, value: (getattr(registers.people, column)[rows] != 0) == bool(wanted)


CONDITIONS: dict[str, Condition] = {
    "known_to": Condition(Word("The service in known_to", tuple(SERVICES)), "known to {value}", _known_to),
    "recent_victim": Condition(
        Months("recent_victim", 1, 60),
        "treated in an emergency department for violence in the last {value} months",
        _within("months_since_ed"),
        exact=False,
    ),
    "hurt_somebody": Condition(
        Months("hurt_somebody", 1, 240),
        "violent in the last {value} months",
        _within("months_since_perpetrator"),
        exact=False,
    ),
    "hurt_by_somebody": Condition(
        Months("hurt_by_somebody", 1, 240),
        "hurt by violence in the last {value} months",
        _within("months_since_victim"),
        exact=False,
    ),
    "excluded": Condition(
        Months("excluded", 1, 60), "permanently excluded from school in the last {value} months", _within("exclusion")
    ),
    "suspensions_at_least": Condition(
        Number("suspensions_at_least", 1, 50, whole=True),
        "suspended from school at least {value} time(s)",
        _at_least("suspensions"),
    ),
    "sanctioned": Condition(
        Months("sanctioned", 1, 240),
        "cautioned or convicted in the last {value} months",
        _within("months_since_sanction"),
    ),
    "aces_at_least": Condition(
        Number("aces_at_least", 1, 10, whole=True),
        "with at least {value} kind(s) of adverse childhood experience",
        _at_least("ace_count"),
        exact=False,
    ),
    "work": Condition(
        Word("The state in work", tuple(WORK)),
        "whose state in school or work is {value}",
        lambda registers, rows, state: registers.people.work[rows] == WORK[state],
    ),
    "months_in_work_state_at_least": Condition(
        Months("months_in_work_state_at_least", 1, 240),
        "for at least {value} months in the same school or work state",
        _at_least("months_in_work_state"),
    ),
    "family_state": Condition(
        Word("The state in family_state", tuple(FAMILY_STATES)),
        "living with {value} in the family",
        _in_state,
        exact=False,
    ),
    "mother_at_most": Condition(
        Number("mother_at_most", 12, 60, whole=True), "whose mother was {value} or younger at the birth", _young_mother
    ),
    "lone_parent_home": Condition(Yes("lone_parent_home"), "living with one parent only", _lone_parent_home),
    "looked_after": Condition(Yes("looked_after"), "looked after by the council", _flag("care")),
    "no_trusted_adult": Condition(
        Yes("no_trusted_adult"), "without a trusted adult", _flag("trusted_adult", 0), exact=False
    ),
    "gang": Condition(Yes("gang"), "in a gang or exploited by one", _flag("gang"), exact=False),
    "carries_weapon": Condition(Yes("carries_weapon"), "carrying a weapon", _flag("weapon"), exact=False),
    "heavy_drinking": Condition(Yes("heavy_drinking"), "drinking heavily", _flag("alcohol"), exact=False),
    "drug_use": Condition(Yes("drug_use"), "using drugs frequently", _flag("drugs"), exact=False),
    "self_control_below": Condition(
        Number("self_control_below", -4, 4),
        "with self-control below {value} standard deviations (conduct problems)",
        _below("self_control"),
        exact=False,
    ),
    "school_engagement_below": Condition(
        Number("school_engagement_below", -4, 4),
        "with school engagement below {value} standard deviations",
        _below("school_engagement"),
        exact=False,
    ),
    "trauma_above": Condition(
        Number("trauma_above", -4, 8), "with trauma above {value} standard deviations", _above("trauma"), exact=False
    ),
    "acceptance_above": Condition(
        Number("acceptance_above", -4, 4),
        "accepting violence more than {value} standard deviations above the mean",
        _above("acceptance_of_violence"),
        exact=False,
    ),
    "most_deprived_fifths": Condition(
        Number("most_deprived_fifths", 1, 5, whole=True),
        "living in the poorest {value} fifth(s) of England's neighbourhoods",
        _deprived,
    ),
}


@dataclass(frozen=True)
class ConditionRule:
    """Accept one condition written as ``name: value`` and return (name, value)."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        one = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False}
        return plain_schema(self.check, {**one, "properties": {name: {} for name in CONDITIONS}})

    def check(self, value: Any) -> tuple[str, Any]:
        """Return (name, value) of the condition, or say what is wrong with it."""
        if not isinstance(value, dict) or len(value) != 1:
            rule = f"A condition is written as one name and its value. You wrote {written(value)}."
            raise refuse("condition", rule, "For example: known_to: school")
        name, wanted = next(iter(value.items()))
        condition = CONDITIONS.get(name)
        if condition is None:
            near = suggest(str(name), CONDITIONS, 1)
            fix = f'Did you mean "{near[0]}"?' if near else "Choose one of: " + ", ".join(CONDITIONS) + "."
            raise refuse("condition", f'There is no condition called "{name}".', fix)
        return str(name), condition.value.check(wanted)


def condition_words(name: str, value: Any) -> str:
    """Say a condition in plain words."""
    shown = str(value).replace("_", " ") if isinstance(value, str) else f"{value:g}" if value is not True else ""
    return CONDITIONS[name].words.format(value=shown)
