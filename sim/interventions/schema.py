"""The form of a catalogue entry: one intervention, as data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sim.core.levers import COMMUNITY, LEVERS
from sim.interventions.conditions import SERVICES, ConditionRule
from sim.interventions.fields import AgeRange, Months, Number, Share, Text, Word, refuse, written
from sim.interventions.vocabulary import DELIVERERS, LEVELS, PAYERS, SHAPES, STRANDS, TIERS

SHARES_ADD_UP_WITHIN = 0.001
MOVABLE_LEVERS = tuple(name for name, lever in LEVERS.items() if lever.level != COMMUNITY)


def require_whole(parts: dict[str, float], what: str) -> dict[str, float]:
    """Return the parts when they add to 1, or say what they add to."""
    total = sum(parts.values())
    if parts and abs(total - 1) > SHARES_ADD_UP_WITHIN:
        raise refuse("parts", f"{what} add to {total:g}; they must add to 1.", "")
    return parts


class Form(BaseModel):
    """Base of all parts of a file: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Who(Form):
    """Say who an intervention is for. Everybody who meets all of it is eligible."""

    age: Annotated[tuple[int, int], AgeRange("Age")] = Field(description="youngest and oldest, both included")
    sex: Annotated[str | None, Word("Sex", ("female", "male"))] = None
    all_of: list[Annotated[tuple[str, Any], ConditionRule()]] = Field(default_factory=list)
    any_of: list[Annotated[tuple[str, Any], ConditionRule()]] = Field(default_factory=list)
    none_of: list[Annotated[tuple[str, Any], ConditionRule()]] = Field(default_factory=list)


class Reach(Form):
    """Say how many people an intervention reaches and how many of them stay."""

    places_per_10000_eligible_per_year: Annotated[float, Number("The number of places", 0, 10_000)]
    uptake: Annotated[float, Share("Uptake")] = Field(description="share of offers that are taken up")
    completion: Annotated[float, Share("Completion")] = Field(description="share of participants who stay to the end")
    months: Annotated[int, Months("The length of the programme", 1, 120)]
    calendar_months: list[Annotated[int, Number("A calendar month", 1, 12, whole=True)]] = Field(default_factory=list)
    start_up_months: Annotated[int | None, Months("start_up_months", 0, 60)] = None
    again_after_months: Annotated[int | None, Months("again_after_months", 0, 600)] = Field(
        default=None, description="months after the end before the same person can take part again; never if left out"
    )


class Strength(Form):
    """Say how far a lever moves at full dose: solved by a virtual trial, or provisional with the reason."""

    provisional: Annotated[float | None, Number("A strength", -5, 5)] = None
    trial_matched: Annotated[float | None, Number("A strength", -5, 5)] = None
    monte_carlo_se: Annotated[float | None, Number("monte_carlo_se", 0, 5)] = None
    per_sd: Annotated[float | None, Number("per_sd", -5, 5)] = Field(
        default=None, description="change of the strength for one standard deviation of the transported effect"
    )
    because: Annotated[str | None, Text("because")] = None

    @model_validator(mode="after")
    def _one_number(self) -> Strength:
        if (self.provisional is None) == (self.trial_matched is None):
            raise refuse("strength", "A strength is either provisional or trial_matched.", "Write one of the two.")
        if self.provisional is not None and self.because is None:
            raise refuse("strength", "A provisional strength needs its reason.", "Add: because: ...")
        return self

    @property
    def is_provisional(self) -> bool:
        return self.provisional is not None

    @property
    def value(self) -> float:
        number = self.provisional if self.provisional is not None else self.trial_matched
        return float(number or 0.0)


class LeverPush(Form):
    """Say how an intervention moves one lever."""

    shape: Annotated[str, Word("The shape of a lever", tuple(SHAPES))]
    strength: Strength
    half_life_months: Annotated[float | None, Number("half_life_months", 0.1, 1200)] = None
    lag_months: Annotated[int, Months("lag_months", 0, 240)] = 0

    @field_validator("strength", mode="before")
    @classmethod
    def _strength_form(cls, value: Any) -> Any:
        if value == "trial_matched":
            message = "The strength is to be matched to the trial, and no number is stored yet."
            raise refuse("strength", message, "Write {provisional: 0.1, because: ...} until it is matched.")
        if not isinstance(value, dict | Strength):
            message = f"A strength says where its number comes from. You wrote {written(value)}."
            raise refuse("strength", message, "Write {provisional: 0.1, because: ...} or {trial_matched: 0.1}.")
        return value

    @model_validator(mode="after")
    def _half_life_belongs(self) -> LeverPush:
        if self.shape == "while_enrolled" and self.half_life_months is not None:
            message = "A lever that acts only while somebody is enrolled has no half-life."
            raise refuse("half_life", message, "Remove half_life_months, or write shape: fades.")
        if self.shape != "while_enrolled" and self.half_life_months is None:
            message = f'A lever of shape "{self.shape}" needs half_life_months.'
            raise refuse("half_life", message, "For example: half_life_months: 12")
        return self


class Effect(Form):
    """Hold a published effect: central value, low and high end of its 95% interval (null where not reported)."""

    population: Annotated[str, Text("population")]
    outcome: Annotated[str, Text("outcome")]
    estimand: Literal["intention_to_treat", "treated", "place"]
    effect_log_rr: list[float | None] | None = Field(default=None, min_length=3, max_length=3)
    effect_sd: list[float | None] | None = Field(default=None, min_length=3, max_length=3)
    follow_up_months: Annotated[int, Months("follow_up_months", 1, 600)]
    note: Annotated[str | None, Text("note")] = None

    @model_validator(mode="after")
    def _one_effect(self) -> Effect:
        if (self.effect_log_rr is None) == (self.effect_sd is None):
            message = "A trial reports its effect once, as effect_log_rr or as effect_sd."
            raise refuse("effect", message, "For 20% less violence: effect_log_rr: [-0.223, null, null]")
        return self


class Transport(Form):
    """Hold the effect expected in routine delivery in England: a normal with 5th and 95th centile."""

    log_rr: tuple[float, float, float] = Field(description="central value, 5th and 95th centile, log rate ratio")
    factor: Annotated[float | None, Number("factor", 0, 2)] = None
    why: Annotated[str, Text("why")]

    @model_validator(mode="after")
    def _in_order(self) -> Transport:
        central, low, high = self.log_rr
        if not low <= central <= high:
            raise refuse("transport", "log_rr holds the central value, then the low and the high end.", "")
        return self


class Security(Form):
    """Hold ratings as their makers published them; null means not rated, never guessed."""

    yef: Annotated[str | float | None, Field(description="Youth Endowment Fund evidence security, 1 to 5")] = None
    eif: str | None = None


class Evidence(Form):
    """Say what is known about an intervention, and how sure it is."""

    trial: Effect
    transport: Transport
    security: Security = Security()
    unverified: Annotated[str | None, Text("unverified")] = Field(
        default=None, description="which figures were not read in a published source"
    )
    sources: list[Annotated[str, Text("A source")]] = Field(min_length=1)


class Money(Form):
    """Hold an amount of money with its range and price year."""

    gbp: Annotated[float, Number("gbp", 0)]
    low: Annotated[float, Number("low", 0)]
    high: Annotated[float, Number("high", 0)]
    price_year: Annotated[int, Number("price_year", 1990, 2100, whole=True)]

    @model_validator(mode="after")
    def _in_order(self) -> Money:
        if not self.low <= self.gbp <= self.high:
            raise refuse("money", f"low, gbp and high must rise: {self.low:g}, {self.gbp:g}, {self.high:g}.", "")
        return self


class Cost(Form):
    """Say what an intervention costs and who pays for it."""

    per_participant: Money
    set_up: Money | None = None
    payers: dict[Annotated[str, Word("A payer", tuple(PAYERS))], Annotated[float, Share("A payer's part")]]

    @field_validator("payers")
    @classmethod
    def _adds_up(cls, value: dict[str, float]) -> dict[str, float]:
        return require_whole(value, "The parts in payers")


class CatalogueEntry(Form):
    """One intervention: who it is for, how it reaches them, which levers it moves, its evidence and its cost."""

    schema_: Literal["placewise.intervention/1"] = Field(alias="schema")
    id: Annotated[str, Text("id")]
    name: Annotated[str, Text("name")]
    about: Annotated[str, Text("about")]
    strand: Annotated[str, Word("Strand", tuple(STRANDS))]
    level: Annotated[str, Word("Level", tuple(LEVELS))]
    tier: Annotated[str, Word("Tier", tuple(TIERS))]
    who: Who
    identified_by: list[Annotated[str, Word("An identifying service", tuple(SERVICES))]] = Field(min_length=1)
    delivered_by: Annotated[str, Word("The delivering service", tuple(DELIVERERS))]
    reach: Reach
    levers: dict[Annotated[str, Word("A lever", MOVABLE_LEVERS)], LeverPush]
    evidence: Evidence
    cost: Cost
    harms: list[Annotated[str, Text("A harm")]]
    equity: Annotated[str, Text("equity")]

    @property
    def is_provisional(self) -> bool:
        return any(push.strength.is_provisional for push in self.levers.values())
