"""The form of a catalogue entry: one intervention, as data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, field_validator, model_validator

from sim.core.levers import COMMUNITY, LEVERS
from sim.interventions.conditions import SERVICES, ConditionRule
from sim.interventions.evidence_schema import Evidence, LeverPush, of_one_kind
from sim.interventions.fields import AgeRange, Months, Number, Share, Text, Word, refuse
from sim.interventions.form import Form
from sim.interventions.strength_store import Strengths
from sim.interventions.vocabulary import DELIVERERS, LEVELS, PAYERS, STRANDS, TIERS

SHARES_ADD_UP_WITHIN = 0.001
MOVABLE_LEVERS = tuple(name for name, lever in LEVERS.items() if lever.level != COMMUNITY)


def require_whole(parts: dict[str, float], what: str) -> dict[str, float]:
    """Return the parts when they add to 1, or say what they add to."""
    total = sum(parts.values())
    if parts and abs(total - 1) > SHARES_ADD_UP_WITHIN:
        raise refuse("parts", f"{what} add to {total:g}; they must add to 1.", "")
    return parts


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

    @field_validator("levers")
    @classmethod
    def _one_kind(cls, value: dict[str, LeverPush]) -> dict[str, LeverPush]:
        return of_one_kind(value)

    _matched: Strengths | None = PrivateAttr(default=None)

    def matched_to(self, strengths: Strengths | None) -> CatalogueEntry:
        """Return this entry with the strengths solved for it."""
        entry = self.model_copy()
        entry._matched = strengths
        return entry

    @property
    def matched(self) -> Strengths | None:
        """The strengths solved for this entry; None when it has not been matched to its trial."""
        return None if any(push.is_provisional for push in self.levers.values()) else self._matched

    @property
    def is_provisional(self) -> bool:
        """Whether the levers move by hand-set sizes, because they have not been matched to a trial."""
        return bool(self.levers) and self.matched is None
