"""What a catalogue entry says about its cost."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from sim.interventions.fields import Number, Share, Word, refuse
from sim.interventions.form import Form
from sim.interventions.vocabulary import PAYERS

SHARES_ADD_UP_WITHIN = 0.001


def require_whole(parts: dict[str, float], what: str) -> dict[str, float]:
    """Return the parts when they add to 1, or say what they add to."""
    total = sum(parts.values())
    if parts and abs(total - 1) > SHARES_ADD_UP_WITHIN:
        raise refuse("parts", f"{what} add to {total:g}; they must add to 1.", "")
    return parts


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
    """Say what an intervention costs and who pays for it; what is left out costs nothing."""

    per_participant: Money | None = None
    per_community_year: Money | None = Field(default=None, description="for each community served, a year")
    per_year: Money | None = Field(default=None, description="for each 100,000 residents, a year")
    set_up: Money | None = None
    payers: dict[Annotated[str, Word("A payer", tuple(PAYERS))], Annotated[float, Share("A payer's part")]]

    @field_validator("payers")
    @classmethod
    def _adds_up(cls, value: dict[str, float]) -> dict[str, float]:
        return require_whole(value, "The parts in payers")

    @model_validator(mode="after")
    def _some_amount(self) -> Cost:
        if not any((self.per_participant, self.per_community_year, self.per_year, self.set_up)):
            rule = "A cost needs an amount: per_participant, per_community_year, per_year or set_up."
            raise refuse(
                "cost", rule, "For example: per_participant: {gbp: 1500, low: 1000, high: 2500, price_year: 2023}"
            )
        return self
