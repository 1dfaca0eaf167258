"""The published form of a survey: ``placewise.survey/1``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from experiments.results import Interval, Part, PlaceSummary

SCHEMA = "placewise.survey/1"


class Count(Interval):
    """A count a year of a small cell, under the small-number rule: withheld below five, rounded to five."""

    withheld: bool


class Change(Interval):
    """Full data sharing less present, of the same run."""

    monte_carlo_se: float | None = Field(description="Standard error of the mean difference over runs")


class PyramidStep(Part):
    """One step of the reporting pyramid, a year."""

    label: str
    meaning: str
    current: Interval
    full: Interval
    change: Change
    per_1000: Interval = Field(description="Of true incidents, at present data sharing")
    by_year: list[Interval] = Field(description="At present data sharing")


class Combination(Part):
    """Incidents of which these services, and no others, hold a record; a year, at present data sharing."""

    services: list[str] = Field(description="Empty: no service holds a record")
    held: Count
    linked: Count = Field(description="Incidents that linked data would show with these records")


class Group(Part):
    """What is known of some true incidents."""

    label: str
    incidents: Count = Field(description="A year")
    parts: dict[str, Interval] = Field(description="Share of true incidents in each part; they add up to 1")
    police: Interval = Field(description="Share that police recorded themselves")
    police_knows: Interval = Field(description="Share that police know, shared records included")
    any_service: Interval = Field(description="Share of which at least one service holds a record")
    linkable: Interval = Field(description="Share that police recorded or perfect sharing could reveal to them")


class Picture(Part):
    """What is known at one level of data sharing."""

    data_sharing: float = Field(description="Position of the dial")
    shared_share: Interval = Field(description="Probability that a record that can be linked reaches the others")
    all: Group
    by_context: dict[str, Group]
    by_severity: dict[str, Group]
    own: dict[str, Interval] = Field(description="Share of true incidents with a record of the service's own")
    known: dict[str, Interval] = Field(description="The same, with records that reached the service")
    links: dict[str, Interval] = Field(
        description="Of incidents that emergency departments know as violence: share linked to a police record, "
        "recorded by police but not linked, and not recorded by police"
    )


class People(Part):
    """People harmed and people who used violence, per 1,000 a year, by age and sex."""

    age: str
    sex: str
    harmed: Interval
    used_violence: Interval


class Fifth(Part):
    """A national fifth of income deprivation."""

    label: str
    residents: int
    neighbourhoods: int
    incidents_with_injury: Interval = Field(description="Per 1,000 residents of the fifth a year")
    ed_attendances: Interval


class Neighbourhood(Part):
    """A neighbourhood with much violence; modelled, and far less certain than figures for the place."""

    code: str
    name: str
    count: Count


class Level(Part):
    """How common a factor is here and in the national reference population; both modelled."""

    label: str
    among: str
    level: str
    unit: str
    higher_is_worse: bool
    place: Interval
    england: Interval | None
    difference: Interval | None = Field(description="Place less England, of the same run")


class ServiceYear(Part):
    """What one service does in a year."""

    label: str
    capacity: Interval = Field(description="Cases it could begin")
    referred: Count
    seen: Count
    turned_away: Count
    mean_wait_months: Interval = Field(description="Of those seen; null where they are withheld")
    waiting: Count = Field(description="Mean number on its list")
    unit_cost_gbp: float = Field(description="2023/24 prices")
    cost_gbp: Interval = Field(description="Of the cases begun, 2023/24 prices; null where they are withheld")


class SurveyResult(Part):
    """Result of ``placewise survey``."""

    form: Literal["placewise.survey/1"] = Field(default="placewise.survey/1", alias="schema")
    place: PlaceSummary
    runs: int
    years: int
    seed: int
    decision_date: str
    pyramid: dict[str, PyramidStep]
    sharp_admissions: Interval = Field(description="Admissions for assault with a sharp object, a year")
    overlap: list[Combination] = Field(description="Most frequent first; rarer ones are withheld")
    other_combinations: int = Field(description="Number of combinations that are withheld")
    other_overlap: Count = Field(description="Incidents in the combinations that are withheld, a year")
    held_by_one: Interval = Field(
        description="Share known to one service alone of the incidents of which any service holds a record"
    )
    incidents_seen_twice: Interval = Field(
        description="Incidents that linked data would show, per incident of which any service holds a record"
    )
    picture: dict[str, Picture] = Field(description="current and full data sharing")
    people: list[People]
    fifths: list[Fifth]
    residence: list[Neighbourhood] = Field(description="Where those harmed live: most incidents first")
    location: list[Neighbourhood] = Field(description="Where violence takes place: most incidents first")
    season: dict[str, Interval] = Field(description="Violence in each calendar month; 100 is an average month")
    levels: dict[str, Level]
    services: dict[str, ServiceYear]
    cost_price_year: str
    cost_by_payer: dict[str, Interval] = Field(description="Cost of violence a year, GBP, not discounted")
    notes: list[str]
    manifest: str = Field(default="", description="Path of the manifest; empty when nothing was stored")

    def to_json(self) -> str:
        """Return the result as JSON text."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the result."""
    schema = SurveyResult.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema}
