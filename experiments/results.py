"""The published form of a comparison: ``placewise.compare/1``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from experiments.choice_results import AppraisalProfile, Decision, Pathways, Register, Stressed
from experiments.result_parts import Difference, Interval, Part
from experiments.structure_results import Structure

SCHEMA = "placewise.compare/1"


class Outcome(Part):
    """One outcome over a period."""

    baseline: Interval
    scenario: Interval
    difference: Difference
    relative: Interval = Field(description="Difference as a share of the baseline mean")


class Gap(Part):
    """Inequality of one outcome, per 1,000 person-years."""

    baseline: Interval
    scenario: Interval
    difference: Interval


class Inequality(Part):
    """Absolute and relative gap between the most and least deprived fifth, and the slope index."""

    absolute_gap: Gap
    relative_gap: Gap
    slope_index: Gap
    relative_index: Gap | None = Field(default=None, description="Slope index over the mean rate of the place")


class Quintile(Part):
    """One national fifth of income deprivation; the first is the most deprived."""

    label: str
    person_years: float
    outcomes: dict[str, Outcome]


class Group(Part):
    """One sex, age band or national fifth of income deprivation."""

    kind: Literal["sex", "age", "fifth"]
    label: str
    person_years: float
    outcomes: dict[str, Outcome]
    worse_off: float = Field(description="Share of runs with more violence with injury than in the baseline")


class YearEconomics(Part):
    """Discounted amounts of one year and the running net sum, GBP."""

    programme_cost: Interval
    benefit: Interval
    cumulative_net: Interval


class Year(Part):
    """One year after the decision date."""

    year: int = Field(description="1 is the first year after the decision date")
    starts: str = Field(description="First month, year-month")
    outcomes: dict[str, Outcome]
    economics: YearEconomics


class ProgrammeCost(Interval):
    """Present value of programme cost, GBP."""

    by_payer: dict[str, Interval]
    by_programme: dict[str, Interval]


class LedgerLine(Part):
    """Mean discounted amount that one payer gains on one account, by year; negative is a cost."""

    payer: str
    account: str
    kind: str = Field(description="fiscal, economic, social or transfer")
    source: str
    cashable_share: float = Field(description="Share that changes what is actually paid")
    gbp_by_year: list[float]


class Switching(Part):
    """By what factor a mean would have to change for the net present social value to be zero; null where none does."""

    cost_factor: float | None
    benefit_factor: float | None


class Economics(Part):
    """Present values over the horizon, GBP in the price year; benefits are costs of violence avoided."""

    price_year: str
    programme_cost: ProgrammeCost
    benefit: Interval
    benefit_by_payer: dict[str, Interval]
    benefit_by_component: dict[str, Interval]
    net_benefit_by_payer: dict[str, Interval]
    net_present_social_value: Difference
    net_value_in_perspective: Interval = Field(description="Gain less cost of those whose money the profile counts")
    net_public_value: Interval = Field(description="Public budgets alone, without victims, families and employers")
    qalys_gained: Interval
    cost_per_unit: dict[str, Interval] = Field(description="Programme cost for each unit; null where nothing is gained")
    switching: Switching
    ledger: list[LedgerLine]
    benefit_cost_ratio: Interval = Field(description="Read with the net present social value, never alone")
    chance_benefit_exceeds_cost: float = Field(description="Share of runs")
    break_even_year: int | None = Field(description="Year after the decision date, from the mean over runs")
    chance_break_even_within_horizon: float = Field(description="Share of runs")


class Participants(Part):
    """Whom one programme reached, mean and interval over runs."""

    eligible: Interval = Field(description="Different people in an average year")
    known: Interval = Field(description="Eligible and known to a service that refers, in an average year")
    offered: Interval = Field(description="Different people offered a place, in an average year")
    enrolled: Interval = Field(description="Different people who ever take part over the horizon")
    starts: Interval = Field(description="Places started over the horizon; each costs money")
    completed: Interval
    dropped_out: Interval
    missed_unknown: Interval = Field(
        description="Eligible and unknown to every service that refers, in an average year"
    )
    missed_not_offered: Interval = Field(description="Eligible, known, and never offered a place, in an average year")
    wrongly_targeted: Interval = Field(description="Starts of people whom records wrongly put in need")
    drawn_in: Interval = Field(description="Starts of people who would otherwise have had no such contact")
    waiting: Interval = Field(description="Mean number of people on the waiting list")
    turned_away: Interval = Field(description="People turned away after too long a wait, over the horizon")
    not_funded: Interval = Field(description="Starts, or communities in a month, that the budget could not pay for")
    no_service_time: Interval = Field(description="Starts for which the service that delivers had no time")
    sessions: Interval = Field(description="Sessions attended over the horizon")
    community_years: Interval = Field(description="Communities served, times the years of it")


class Pairing(Part):
    """What sharing parameters and chance with the baseline does for one outcome."""

    correlation: float | None = Field(description="Over runs, between baseline and scenario; null without variation")
    factor: float | None = Field(
        description="Runs needed for the same precision without pairing, over those needed with it; null where the "
        "difference does not vary"
    )


class Scenario(Part):
    """One scenario against the baseline."""

    title: str
    outcomes: dict[str, Outcome]
    by_quintile: dict[str, Quintile]
    inequality: dict[str, Inequality]
    by_group: list[Group] = Field(default=[], description="By sex, age band and deprivation")
    by_year: list[Year]
    economics: Economics
    participants: dict[str, Participants]
    variance_reduction: dict[str, Pairing] = Field(default={}, description="By outcome; empty below 10 runs")
    warnings: list[str]


class PlaceSummary(Part):
    """The place compared."""

    name: str
    kind: str
    population: int
    communities: int


class CompareResult(Part):
    """Result of ``placewise compare``."""

    form: Literal["placewise.compare/1"] = Field(default="placewise.compare/1", alias="schema")
    place: PlaceSummary
    runs: int
    years: int
    seed: int
    decision_date: str
    baseline: Literal["baseline"] = "baseline"
    scenarios: dict[str, Scenario]
    profile: AppraisalProfile
    decision: Decision
    stress: dict[str, dict[str, Stressed]] = Field(
        default={}, description="Scenario to what goes wrong to its result; empty if not asked"
    )
    register_of_assumptions: Register = Register(runs_needed=None, items=[])
    pathways: dict[str, Pathways] = Field(default={}, description="By scenario; empty if not asked")
    structure: Structure | None = Field(
        default=None, description="If the model were built otherwise; null if not asked"
    )
    manifest: str = Field(description="Path of the manifest")

    def to_json(self) -> str:
        """Return the result as JSON text, keys in a fixed order, ending in a newline."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a comparison."""
    schema = CompareResult.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema}
