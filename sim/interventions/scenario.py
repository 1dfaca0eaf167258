"""The form of a scenario file: what is done in a place, from when, and what else changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, ValidationInfo, field_validator
from pydantic_core import CoreSchema

from sim.interventions.cost_schema import require_whole
from sim.interventions.fields import (
    AgeRange,
    CommunityCode,
    Dial,
    Month,
    Months,
    Number,
    Share,
    Text,
    Word,
    plain_schema,
    refuse,
    written,
)
from sim.interventions.form import Form
from sim.interventions.vocabulary import EFFECTS, LOCAL_SHOCKS, PAYERS, SHOCKS, VIOLENCE_SETTINGS, VIOLENCE_TYPES

LONGEST_HORIZON_YEARS = 50
YEARLY, ALL_PAYERS = "gbp_per_year", "all"


@dataclass(frozen=True)
class CommunityChoice:
    """Accept a list of LSOA codes, or ``{most_deprived: share}`` for that part of the place's communities."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        codes = {"type": "array", "items": {"type": "string", "pattern": r"^E01\d{6}$"}, "minItems": 1}
        part = {"type": "object", "properties": {"most_deprived": {"type": "number", "minimum": 0, "maximum": 1}}}
        return plain_schema(self.check, {"anyOf": [codes, {**part, "required": ["most_deprived"]}]})

    def check(self, value: Any) -> tuple[str, ...] | float:
        """Return the codes, or the part of communities, or say how communities are chosen."""
        if isinstance(value, list) and value:
            return tuple(CommunityCode().check(code) for code in value)
        if isinstance(value, dict) and list(value) == ["most_deprived"]:
            return Share("most_deprived").check(value["most_deprived"])
        rule = f"Communities are a list of LSOA codes or a part of the place. You wrote {written(value)}."
        raise refuse("communities", rule, "For the poorest fifth write {most_deprived: 0.2}.")


@dataclass(frozen=True)
class BudgetRule:
    """Accept ``{gbp_per_year: amount}`` for all payers together, or amounts by payer, and return them by payer.

    The total stands under ``ALL_PAYERS``.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        amount = {"type": "object", "properties": {"gbp_per_year": {"type": "number", "minimum": 0}}}
        payers = {"gbp_per_year": {"type": "number", "minimum": 0}, **dict.fromkeys(PAYERS, amount)}
        return plain_schema(self.check, {"type": "object", "properties": payers, "additionalProperties": False})

    def check(self, value: Any) -> dict[str, float]:
        """Return the amounts, or say how a budget is written."""
        example = "For example: budget: {violence_reduction_unit: {gbp_per_year: 500000}}"
        if not isinstance(value, dict):
            raise refuse("budget", f"A budget is a mapping. You wrote {written(value)}.", example)
        amounts = {}
        for name, given in value.items():
            if name == YEARLY:
                amounts[ALL_PAYERS] = float(Number(YEARLY, 0).check(given))
            elif isinstance(given, dict) and list(given) == [YEARLY]:
                amounts[Word("A payer", tuple(PAYERS)).check(name)] = float(Number(YEARLY, 0).check(given[YEARLY]))
            else:
                raise refuse("budget", f'The budget of "{name}" is {{gbp_per_year: amount}}.', example)
        return amounts


class ProgrammeSettings(Form):
    """Settings of one programme; everything left out is taken from the catalogue."""

    start: Annotated[tuple[int, int] | None, Month("The start")] = None
    stop: Annotated[tuple[int, int] | None, Month("The stop")] = None
    places_per_year: Annotated[float | None, Number("The number of places", 0)] = Field(
        default=None, description="people who may start in a year, in the whole place"
    )
    uptake: Annotated[float | None, Share("Uptake")] = None
    completion: Annotated[float | None, Share("Completion")] = None
    months: Annotated[int | None, Months("The length of the programme", 1, 120)] = None
    communities: Annotated[tuple[str, ...] | float | None, CommunityChoice()] = None
    effect: Annotated[str | None, Word("The effect", tuple(EFFECTS))] = Field(
        default=None, description="which effect the strengths rest on: transported to England, or as published"
    )
    coverage: Annotated[float | None, Share("Coverage")] = None
    hours_per_month: Annotated[float | None, Number("hours_per_month", 0)] = Field(
        default=None, description="place programmes: hours given to each community served"
    )
    neighbours: Annotated[float | None, Number("The share of neighbours", -0.5, 0.5)] = None


class Partnership(Form):
    """Positions of the five partnership dials: 0 as things stand, 1 as good as it can get."""

    collaboration: Annotated[float, Dial()] = 0.0
    co_production: Annotated[float, Dial()] = 0.0
    data_sharing: Annotated[float, Dial()] = 0.0
    counter_narrative: Annotated[float, Dial()] = 0.0
    community_consensus: Annotated[float, Dial()] = 0.0


class ShockSettings(Form):
    """A change from outside, for a time."""

    what: Annotated[str, Word("A shock", tuple(SHOCKS))]
    start: Annotated[tuple[int, int], Month("The start")]
    months: Annotated[int | None, Months("The length of a shock", 1, 600)] = None
    change: Annotated[float, Number("The change of a shock", -5, 5)] = Field(description="standard deviations")
    communities: Annotated[tuple[str, ...] | float | None, CommunityChoice()] = None

    @field_validator("communities")
    @classmethod
    def _is_local(cls, value: tuple[str, ...] | float | None, info: ValidationInfo) -> tuple[str, ...] | float | None:
        if value is not None and info.data.get("what", LOCAL_SHOCKS[0]) not in LOCAL_SHOCKS:
            rule = f"A shock to {info.data['what']} reaches the whole place."
            raise refuse("communities", rule, f"Leave communities out; only {LOCAL_SHOCKS[0]} can be limited to some.")
        return value


class ViolenceDefinition(Form):
    """The partners' own definition of serious violence."""

    ages: Annotated[tuple[int, int] | None, AgeRange("ages")] = None
    types: list[Annotated[str, Word("A type of violence", tuple(VIOLENCE_TYPES))]] = Field(default_factory=list)
    settings: list[Annotated[str, Word("A setting of violence", tuple(VIOLENCE_SETTINGS))]] = Field(
        default_factory=list
    )


class Stress(Form):
    """Ask what happens if delivery goes less well than planned."""

    uptake_factor: Annotated[float, Number("uptake_factor", 0, 2)] = 1.0
    effect_factor: Annotated[float, Number("effect_factor", 0, 2)] = 1.0
    cost_factor: Annotated[float, Number("cost_factor", 0, 5)] = 1.0
    delay_months: Annotated[int, Months("delay_months", 0, 120)] = 0


class Conversation(Form):
    """One line of the co-production log."""

    when: Annotated[str, Text("when")]
    who: Annotated[str, Text("who")]
    said: Annotated[str, Text("said")]
    changed: Annotated[str | None, Text("changed")] = None


class Decision(Form):
    """One line of the log of decisions."""

    when: Annotated[str, Text("when")]
    what: Annotated[str, Text("what")]
    why: Annotated[str, Text("why")]
    who: Annotated[str | None, Text("who")] = None


class ScenarioFile(Form):
    """A scenario: a decision date, a horizon, and what is switched on."""

    schema_: Literal["placewise.scenario/1"] = Field(alias="schema")
    title: Annotated[str, Text("The title")]
    decision_date: Annotated[tuple[int, int], Month("The decision date")]
    horizon_years: Annotated[int, Number("The horizon in years", 1, LONGEST_HORIZON_YEARS, whole=True)]
    about: Annotated[str | None, Text("about")] = None
    question: Annotated[str | None, Text("question")] = None
    place: Annotated[str | None, Text("place")] = None
    interventions: dict[str, ProgrammeSettings] = Field(default_factory=dict)
    partnership: Partnership = Partnership()
    shocks: list[ShockSettings] = Field(default_factory=list)
    serious_violence_definition: ViolenceDefinition | None = None
    funded_by: dict[Annotated[str, Word("A payer", tuple(PAYERS))], Annotated[float, Share("A payer's part")]] = Field(
        default_factory=dict
    )
    budget: Annotated[dict[str, float], BudgetRule()] = Field(
        default_factory=dict, description="most that payers spend in a year on programmes, GBP at 2024/25 prices"
    )
    stress: Stress = Stress()
    coproduction: list[Conversation] = Field(default_factory=list)
    decisions: list[Decision] = Field(default_factory=list)

    @field_validator("funded_by")
    @classmethod
    def _adds_up(cls, value: dict[str, float]) -> dict[str, float]:
        return require_whole(value, "The parts in funded_by")
