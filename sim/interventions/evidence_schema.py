"""What a catalogue entry says about its evidence, and how strongly it moves each lever."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from sim.interventions.fields import Months, Number, Text, Word, refuse, written
from sim.interventions.form import Form
from sim.interventions.vocabulary import SHAPES


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
