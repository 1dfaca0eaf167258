"""What a catalogue entry says about whom and where it reaches, and how much of it they get."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from sim.interventions.conditions import ConditionRule
from sim.interventions.fields import AgeRange, Months, Number, Share, Word, refuse
from sim.interventions.form import Form
from sim.interventions.vocabulary import COST_BADGES, IMPACT_BADGES, LOTTERIES, NEEDS, SECURITY_BADGES, SECURITY_RATERS


class Who(Form):
    """Say who an intervention is for. Everybody who meets all of it is eligible."""

    age: Annotated[tuple[int, int], AgeRange("Age")] = Field(description="youngest and oldest, both included")
    sex: Annotated[str | None, Word("Sex", ("female", "male"))] = None
    all_of: list[Annotated[tuple[str, Any], ConditionRule()]] = Field(default_factory=list)
    any_of: list[Annotated[tuple[str, Any], ConditionRule()]] = Field(default_factory=list)
    none_of: list[Annotated[tuple[str, Any], ConditionRule()]] = Field(default_factory=list)


class Where(Form):
    """Say which communities an intervention serves: the part of them with most need, as far as need is known."""

    need: Annotated[str, Word("need", tuple(NEEDS))] = "recorded_violence"
    share: Annotated[float, Share("share")] = Field(default=0.1, description="part of the communities of the place")


class Reach(Form):
    """Say how many people an intervention reaches and how many of them stay."""

    places_per_10000_eligible_per_year: Annotated[float | None, Number("The number of places", 0, 10_000)] = Field(
        default=None, description="targeted programmes: people who may start in a year"
    )
    coverage: Annotated[float | None, Share("Coverage")] = Field(
        default=None, description="universal programmes: share of eligible people, classes or communities offered it"
    )
    lottery: Annotated[str, Word("The lottery", tuple(LOTTERIES))] = Field(
        default="person", description="universal programmes: what is drawn, each person or a whole group of people"
    )
    uptake: Annotated[float, Share("Uptake")] = Field(description="share of offers that are taken up")
    completion: Annotated[float, Share("Completion")] = Field(description="share of participants who stay to the end")
    months: Annotated[int, Months("The length of the programme", 1, 120)]
    calendar_months: list[Annotated[int, Number("A calendar month", 1, 12, whole=True)]] = Field(default_factory=list)
    start_up_months: Annotated[int | None, Months("start_up_months", 0, 60)] = None
    again_after_months: Annotated[int | None, Months("again_after_months", 0, 600)] = Field(
        default=None, description="months after the end before the same person can take part again; never if left out"
    )

    @model_validator(mode="after")
    def _one_size(self) -> Reach:
        if (self.places_per_10000_eligible_per_year is None) == (self.coverage is None):
            rule = "Reach says how many once: places_per_10000_eligible_per_year (targeted) or coverage (universal)."
            raise refuse("reach", rule, "Write one of the two.")
        return self


class PlaceReach(Form):
    """Say how much of a place programme the communities that ``where`` chooses get."""

    communities_per_100000: Annotated[float | None, Number("The number of communities", 0, 100)] = Field(
        default=None, description="communities served for each 100,000 residents, instead of where.share"
    )
    hours_per_month: Annotated[float | None, Number("hours_per_month", 0)] = Field(
        default=None, description="hours in each community served that give the full effect; fewer give a part of it"
    )
    neighbours: Annotated[float | None, Number("The share of neighbours", -0.5, 0.5)] = Field(
        default=None,
        description="part of the effect that reaches the adjacent communities together; below 0 violence moves there",
    )
    start_up_months: Annotated[int | None, Months("start_up_months", 0, 60)] = None


class Sessions(Form):
    """Say how much is planned and attended, and what part of the effect follows from it."""

    per_month: Annotated[float, Number("per_month", 0.1, 31)]
    attendance: Annotated[float, Share("Attendance")] = Field(description="share of planned sessions attended")
    half_effect_sessions: Annotated[float | None, Number("half_effect_sessions", 0.1, 1000)] = Field(
        default=None, description="sessions that give half of the effect of very many; in proportion if left out"
    )


class UptakeBy(Form):
    """Say how uptake differs between people; its mean stays what ``reach`` says. Defaults are parameters."""

    need: Annotated[float | None, Number("need", -3, 3)] = Field(
        default=None, description="log odds of uptake for one standard deviation of need (trauma)"
    )
    trust: Annotated[float | None, Number("trust", -3, 3)] = Field(
        default=None, description="log odds of uptake for one standard deviation of trust in services (community)"
    )


class Badges(Form):
    """Rate an intervention at a glance, three things apart: how much it does, how sure that is, what it costs."""

    impact: Annotated[str, Word("impact", tuple(IMPACT_BADGES))] = "unknown"
    security: Annotated[str | None, Word("security", tuple(SECURITY_BADGES))] = None
    security_by: Annotated[str, Word("security_by", tuple(SECURITY_RATERS))] = "ours"
    cost: Annotated[str | None, Word("cost", tuple(COST_BADGES))] = None


class PartSettings(Form):
    """Settings of one part of a bundle; everything left out is taken from that part's own entry."""

    places_factor: Annotated[float, Number("places_factor", 0, 10)] = Field(
        default=1.0, description="factor on the part's own places or coverage"
    )
    uptake: Annotated[float | None, Share("Uptake")] = None
    completion: Annotated[float | None, Share("Completion")] = None
    months: Annotated[int | None, Months("The length of the programme", 1, 120)] = None
