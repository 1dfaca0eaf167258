"""The form of a proposal. Nearly everything may be missing: what is missing is named, and a screening says so."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from experiments.screening.vocabulary import (
    BASES,
    BASIS_PHRASES,
    DESIGN_PHRASES,
    DESIGNS,
    OUTCOME_PHRASES,
    OUTCOMES,
    PROPOSAL_SCHEMA,
    Phrase,
    Reduction,
    Routes,
)
from sim.core.yaml_files import as_switch
from sim.interventions.cost_schema import require_whole
from sim.interventions.fields import AgeRange, Number, Share, Text, Word, refuse, written
from sim.interventions.form import Form
from sim.interventions.vocabulary import PAYERS

RISKS = ("low", "medium", "high")


class Cohort(Form):
    """Say who takes part: ages, how many over the whole grant, and how they are found."""

    ages: Annotated[tuple[int, int] | None, AgeRange("ages")] = Field(default=None, description="both included")
    n: Annotated[int | None, Number("n", 1, 1_000_000, whole=True)] = Field(
        default=None, description="people who are to start over all years of the grant"
    )
    how_identified: Annotated[tuple[str, ...] | None, Routes()] = Field(
        default=None, description="services that find them, such as school referral"
    )
    selection_risk: Annotated[str | None, Word("selection_risk", RISKS)] = Field(
        default=None, description="the risk that those are picked who would do well anyway"
    )


class Dose(Form):
    """Say how much of it one participant gets."""

    sessions: Annotated[float | None, Number("sessions", 1, 1000)] = None
    weeks: Annotated[float | None, Number("weeks", 1, 520)] = None


class Claim(Form):
    """Hold the effect that the applicant claims, and what the claim rests on."""

    outcome: Annotated[str | None, Phrase("The outcome", tuple(OUTCOMES), OUTCOME_PHRASES)] = None
    relative_reduction: Annotated[float | None, Reduction()] = None
    basis: Annotated[str | None, Phrase("The basis of a claim", tuple(BASES), BASIS_PHRASES)] = None


class Price(Form):
    """Hold what the applicant asks for, in pounds."""

    setup: Annotated[float | None, Number("setup", 0)] = Field(default=None, description="GBP, once")
    recurrent_per_child: Annotated[float | None, Number("recurrent_per_child", 0)] = Field(
        default=None, description="GBP for each person who starts"
    )
    recurrent_per_year: Annotated[float | None, Number("recurrent_per_year", 0)] = Field(
        default=None, description="GBP a year for the whole programme, besides"
    )
    years: Annotated[float | None, Number("years", 0.25, 20)] = Field(default=None, description="years of delivery")
    price_year: Annotated[int | None, Number("price_year", 1990, 2100, whole=True)] = None
    paid_by: dict[Annotated[str, Word("A payer", tuple(PAYERS))], Annotated[float, Share("A payer's part")]] = Field(
        default_factory=dict, description="each payer's part; the funder's alone if left out"
    )

    @field_validator("paid_by")
    @classmethod
    def _adds_up(cls, value: dict[str, float]) -> dict[str, float]:
        return require_whole(value, "The parts in paid_by")

    @property
    def is_stated(self) -> bool:
        """Whether an amount stands for what goes on, not for setting up alone."""
        return self.recurrent_per_child is not None or self.recurrent_per_year is not None


class Icc(Form):
    """Hold an assumed intra-cluster correlation and where it comes from."""

    value: Annotated[float | None, Share("An ICC")] = None
    source: Annotated[str | None, Text("source")] = None


class Study(Form):
    """Say how the applicant would find out whether it works."""

    design: Annotated[str | None, Phrase("The design", tuple(DESIGNS), DESIGN_PHRASES)] = None
    unit: Annotated[str | None, Text("unit")] = Field(default=None, description="what is randomised, such as school")
    clusters: Annotated[int | None, Number("clusters", 1, 100_000, whole=True)] = None
    attrition: Annotated[float | None, Share("attrition")] = None
    icc: Icc = Icc()
    pretest_r2: Annotated[float | None, Share("pretest_r2")] = None


class Safeguarding(Form):
    """Say whether somebody answers for the safety of children; a name does not belong in the file."""

    lead_named: bool | None = None

    @field_validator("lead_named", mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        if value is None or (switch := as_switch(value)) is not None:
            return None if value is None else switch
        rule = f"lead_named is true or false, never a person's name. You wrote {written(value)}."
        raise refuse("switch", rule, "Write lead_named: true")


class Proposal(Form):
    """One proposal to a funder.

    ``programme`` is the id of a catalogue entry, the path of a file of one's own, or such an entry written out here.
    """

    schema_: Literal["placewise.proposal/1"] = Field(alias="schema", default=PROPOSAL_SCHEMA)  # type: ignore[arg-type]
    id: Annotated[str, Text("id")]
    organisation: Annotated[str, Text("organisation")]
    title: Annotated[str | None, Text("title")] = None
    programme: str | dict[str, Any]
    place: Annotated[str | None, Text("place")] = Field(default=None, description="the place of the pack if left out")
    cohort: Cohort = Cohort()
    dose: Dose = Dose()
    claimed_effect: Claim = Claim()
    cost: Price = Price()
    trial: Study = Study()
    safeguarding: Safeguarding = Safeguarding()
    note: Annotated[str | None, Text("note")] = None

    @field_validator("id", mode="before")
    @classmethod
    def _number_as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    @field_validator("programme", mode="before")
    @classmethod
    def _names_one(cls, value: Any) -> Any:
        if (isinstance(value, str) and value.strip()) or (isinstance(value, dict) and value):
            return value
        rule = f"programme is the id of an intervention, a file, or an entry written out. You wrote {written(value)}."
        raise refuse("programme", rule, "See: placewise list interventions")

    @model_validator(mode="after")
    def _says_who_it_is(self) -> Proposal:
        if not any(character.isalnum() for character in self.id):
            raise refuse("id", f'The id "{self.id}" has neither a letter nor a figure in it.', "")
        return self
