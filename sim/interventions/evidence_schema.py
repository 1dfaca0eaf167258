"""What a catalogue entry says about its evidence, and how strongly it moves each lever."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from sim.interventions.fields import Months, Number, Share, Text, Word, refuse, written
from sim.interventions.form import Form
from sim.interventions.trial_words import RANDOMISED, RATED, TRIAL_MEASURES
from sim.interventions.vocabulary import SHAPES

Estimand = Literal["intention_to_treat", "treated", "place"]


class Strength(Form):
    """Say how far a lever moves at full dose, as a guess with its reason: for entries not matched to a trial."""

    provisional: Annotated[float, Number("A strength", -5, 5)]
    per_sd: Annotated[float | None, Number("per_sd", -5, 5)] = Field(
        default=None, description="change of the strength for one standard deviation of the transported effect"
    )
    because: Annotated[str | None, Text("because")] = None

    @model_validator(mode="after")
    def _has_reason(self) -> Strength:
        if self.because is None:
            raise refuse("strength", "A provisional strength needs its reason.", "Add: because: ...")
        return self


class LeverPush(Form):
    """Say how an intervention moves one lever.

    ``push`` is the part of this lever in the effect, in the lever's own unit: a virtual trial solves for one scale by
    which the pushes of an entry are multiplied. A provisional ``strength`` is taken as it stands.
    """

    shape: Annotated[str, Word("The shape of a lever", tuple(SHAPES))]
    push: Annotated[float | None, Number("A push", -5, 5)] = None
    because: Annotated[str | None, Text("because")] = Field(default=None, description="the reason for the push")
    strength: Strength | None = None
    half_life_months: Annotated[float | None, Number("half_life_months", 0.1, 1200)] = None
    lag_months: Annotated[int, Months("lag_months", 0, 240)] = 0

    @field_validator("strength", mode="before")
    @classmethod
    def _strength_form(cls, value: Any) -> Any:
        if value is not None and not isinstance(value, dict | Strength):
            message = f"A strength says where its number comes from. You wrote {written(value)}."
            raise refuse("strength", message, "Write push: 0.1, or strength: {provisional: 0.1, because: ...}.")
        return value

    @model_validator(mode="after")
    def _one_size(self) -> LeverPush:
        if (self.push is None) == (self.strength is None):
            message = "A lever has one size: a push, which a virtual trial scales, or a provisional strength."
            raise refuse("strength", message, "Write: push: 0.1 and because: ...")
        if self.push is not None and self.because is None:
            raise refuse("strength", "A push needs the reason for its size.", "Add: because: ...")
        return self

    @model_validator(mode="after")
    def _half_life_belongs(self) -> LeverPush:
        if self.shape == "while_enrolled" and self.half_life_months is not None:
            message = "A lever that acts only while somebody is enrolled has no half-life."
            raise refuse("half_life", message, "Remove half_life_months, or write shape: fades.")
        if self.shape != "while_enrolled" and self.half_life_months is None:
            message = f'A lever of shape "{self.shape}" needs half_life_months.'
            raise refuse("half_life", message, "For example: half_life_months: 12")
        return self

    @property
    def is_provisional(self) -> bool:
        return self.strength is not None

    @property
    def size(self) -> float:
        """The push at scale 1, or the provisional strength."""
        return float(self.push if self.strength is None else self.strength.provisional)  # type: ignore[arg-type]

    @property
    def reason(self) -> str:
        return str(self.because if self.strength is None else self.strength.because)


def of_one_kind(levers: dict[str, LeverPush]) -> dict[str, LeverPush]:
    """Return the levers of an entry when all have pushes, or all have provisional strengths."""
    if len({push.is_provisional for push in levers.values()}) > 1:
        message = "Some levers have a push and some a provisional strength, so one scale cannot move them together."
        raise refuse("strength", message, "Give every lever a push, or every lever a provisional strength.")
    return levers


class Effect(Form):
    """Hold a published effect: central value, low and high end of its 95% interval (null where not reported).

    The outcome is counted from ``follow_up_from_months`` to ``follow_up_months`` after enrolment.
    """

    population: Annotated[str, Text("population")]
    outcome: Annotated[str, Text("outcome")]
    estimand: Estimand
    randomised: Annotated[str, Word("What is randomised", tuple(RANDOMISED))] = "person"
    measure: Annotated[str, Word("A measure of a trial", tuple(TRIAL_MEASURES))] = Field(
        default="true_violence", description="the outcome in terms of the model"
    )
    mapping: Annotated[str | None, Text("mapping")] = Field(
        default=None, description="why the measure stands for the published outcome, such as bullying or reoffending"
    )
    effect_log_rr: list[float | None] | None = Field(default=None, min_length=3, max_length=3)
    effect_sd: list[float | None] | None = Field(default=None, min_length=3, max_length=3)
    follow_up_from_months: Annotated[int, Months("follow_up_from_months", 0, 600)] = 0
    follow_up_months: Annotated[int, Months("follow_up_months", 1, 600)]
    attrition: Annotated[float | None, Share("Attrition")] = Field(
        default=None, description="share lost before the end of follow-up; the usual share if left out"
    )
    note: Annotated[str | None, Text("note")] = None

    @model_validator(mode="after")
    def _one_effect(self) -> Effect:
        if (self.effect_log_rr is None) == (self.effect_sd is None):
            message = "A trial reports its effect once, as effect_log_rr or as effect_sd."
            raise refuse("effect", message, "For 20% less violence: effect_log_rr: [-0.223, null, null]")
        return self

    @model_validator(mode="after")
    def _window(self) -> Effect:
        require_window(self.follow_up_from_months, self.follow_up_months)
        return self


def require_window(first: int, last: int) -> None:
    """Refuse a follow-up that ends before it begins."""
    if first >= last:
        message = f"Follow-up runs from {first} to {last} months, so it ends before it begins."
        raise refuse("follow_up", message, "follow_up_months counts from enrolment to the end of follow-up.")


class Transport(Form):
    """Hold the effect expected in routine delivery in England: a normal with 5th and 95th centile.

    Estimand, measure and follow-up are those of the trial unless they are stated here.
    """

    log_rr: tuple[float, float, float] = Field(description="central value, 5th and 95th centile, log rate ratio")
    factor: Annotated[float | None, Number("factor", 0, 2)] = None
    why: Annotated[str, Text("why")]
    estimand: Estimand | None = None
    measure: Annotated[str | None, Word("A measure of a trial", tuple(TRIAL_MEASURES))] = None
    follow_up_from_months: Annotated[int | None, Months("follow_up_from_months", 0, 600)] = None
    follow_up_months: Annotated[int | None, Months("follow_up_months", 1, 600)] = None

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

    @model_validator(mode="after")
    def _transport_is_a_rate_ratio(self) -> Evidence:
        measure, first, last = self.transported_outcome
        require_window(first, last)
        if TRIAL_MEASURES[measure][0] == RATED:
            message = f"The effect expected in England is a log rate ratio, and {measure} is not counted."
            raise refuse("transport", message, "Add to transport: measure: true_violence")
        if self.trial.effect_sd is None and TRIAL_MEASURES[self.trial.measure][0] == RATED:
            message = f"An effect on {self.trial.measure} is given as effect_sd."
            raise refuse("effect", message, "Or name a measure that is counted.")
        return self

    @property
    def transported_outcome(self) -> tuple[str, int, int]:
        """The measure of the transported effect, and the months of follow-up it is counted from and to."""
        trial, transport = self.trial, self.transport
        first, last = transport.follow_up_from_months, transport.follow_up_months
        return (
            transport.measure or trial.measure,
            trial.follow_up_from_months if first is None else first,
            trial.follow_up_months if last is None else last,
        )

    @property
    def transported_estimand(self) -> str:
        return self.transport.estimand or self.trial.estimand
