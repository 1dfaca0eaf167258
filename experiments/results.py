"""The published form of a comparison: ``placewise.compare/1``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA = "placewise.compare/1"


class Part(BaseModel):
    """Refuse keys that the schema does not name."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Interval(Part):
    """Mean over runs and the 95% interval; null where undefined or, for the interval, with one run."""

    mean: float | None
    low: float | None
    high: float | None


class Difference(Interval):
    """Scenario less baseline of the same run; negative means fewer."""

    monte_carlo_se: float | None = Field(description="Standard error of the mean difference over runs")


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


class Quintile(Part):
    """One national fifth of income deprivation; the first is the most deprived."""

    label: str
    person_years: float
    outcomes: dict[str, Outcome]


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


class Increment(Part):
    """One option in the order of rising effect."""

    option: str
    effect: float
    cost_gbp: float
    standing: str = Field(description="on the frontier, dominated or extendedly dominated")
    gbp_per_unit: float | None = Field(description="Against the frontier option before it")


class Acceptability(Part):
    """What is best at each value of a quality-adjusted life year."""

    gbp_per_qaly: list[float]
    probability_best: dict[str, list[float]] = Field(description="Share of runs with the largest net benefit")
    expected_loss: dict[str, list[float]] = Field(description="Mean net benefit given up by choosing the option, GBP")
    best_on_average: list[str]


class PerfectInformation(Part):
    """What it would be worth to know everything uncertain before choosing, GBP."""

    gbp: float
    standard_error: float | None


class KnownFirst(Part):
    """What it would be worth to know one thing perfectly before choosing, GBP."""

    what: str
    kind: Literal["programme", "prices"]
    gbp: float
    standard_error: float


class PartialInformation(Part):
    """Value of single things, the most valuable first."""

    runs_needed: int | None = Field(description="Runs without which nothing is estimated; null where there are enough")
    items: list[KnownFirst]


class AppraisalProfile(Part):
    """The rates, values and perspective behind the money."""

    id: str
    title: str
    dated: str = Field(description="Month of the rules it follows")
    perspective: str = Field(description="Whose money counts")
    values: dict[str, float] = Field(description="Parameters as the profile sets them")
    unchecked: dict[str, str] = Field(description="Figures a person must check, with the reason")


class Decision(Part):
    """All options side by side, the baseline among them."""

    options: list[str]
    incremental: dict[str, list[Increment]]
    acceptability: Acceptability
    value_of_perfect_information: PerfectInformation
    value_of_partial_information: PartialInformation = PartialInformation(runs_needed=None, items=[])


class Stressed(Part):
    """One scenario delivered less well than planned, against the baseline."""

    label: str
    outcomes: dict[str, Difference]
    programme_cost: Interval
    net_present_social_value: Difference


class Pathway(Part):
    """One way by which a scenario works."""

    label: str
    kind: Literal["lever", "carrier"]
    basis: Literal["assumed", "found"]
    change_without: Interval = Field(description="Relative change of violence with injury with this way closed")
    share: float | None = Field(description="Part of the change that goes this way; null where nothing changes")


class Pathways(Part):
    """Every way by which a scenario works, the largest part first within levers and within carriers."""

    change: Interval = Field(description="Relative change of violence with injury with every way open")
    ways: list[Pathway]


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
    pathways: dict[str, Pathways] = Field(default={}, description="By scenario; empty if not asked")
    manifest: str = Field(description="Path of the manifest")

    def to_json(self) -> str:
        """Return the result as JSON text, keys in a fixed order, ending in a newline."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a comparison."""
    schema = CompareResult.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema}
