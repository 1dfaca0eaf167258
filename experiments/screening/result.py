"""The published form of a screening."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from experiments.results import Difference, Interval, Outcome, Part, PlaceSummary

SCHEMA = "placewise.screen/1"


class Completeness(Part):
    """How much of what it should say a proposal says."""

    answered: int
    asked: int
    missing: list[str]


class ClaimResult(Part):
    """The claimed effect beside the evidence; log rate ratios."""

    claimed: float | None
    outcome: str | None
    basis: str | None
    standard_error: float | None = Field(description="Of the claim, by its basis; null where it brings nothing new")
    prior_mean: float
    prior_sd: float
    prior_basis: str
    weight: float = Field(description="Weight of the claim in the posterior")
    posterior_mean: float
    posterior_sd: float
    surprise_sd: float | None = Field(
        description="Standard deviations of the prior by which the claim is better than expected"
    )
    surprise: str
    chance_as_large: float | None = Field(description="Probability by the prior of a true effect at least that large")
    verdict: str
    words: str


class Reach(Part):
    """Whom the proposal reaches when it is delivered in the model; people."""

    planned: float | None = Field(description="Who are to start in the period that is simulated")
    eligible: Interval = Field(description="In need of it in one year, mean over years of delivery")
    known: Interval = Field(description="Of these, known to the services that are to find them")
    starts: Interval = Field(description="Who start, over all years of delivery")
    completed: Interval
    share_of_plan: float | None


class Money(Part):
    """What it costs and what that buys, GBP; the catalogue's price where the proposal states none."""

    stated: bool
    per_participant_stated: float | None
    catalogue_low: float | None
    catalogue_high: float | None
    programme_cost: Interval = Field(description="Present value over the horizon")
    per_start: float | None = Field(description="Present value of all costs for each person who starts")
    per_incident_averted: Interval
    per_injury_averted: Interval
    net_present_social_value: Difference
    benefit_cost_ratio: Interval
    chance_benefit_exceeds_cost: float


class Equity(Part):
    """Who gains."""

    gap_change: Interval = Field(description="Change of the gap in violence with injury, poorest less richest fifth")
    relative_by_fifth: dict[str, float | None] = Field(description="Relative change of violence with injury")
    words: str


class Harm(Part):
    """The chance that more violence follows."""

    by_evidence: float = Field(
        description="Probability, by the evidence prior, that the effect on participants is harm"
    )
    by_model: float = Field(
        description="Share of runs with more violence with injury in the whole place, luck included"
    )
    words: str


class Badges(Part):
    """Three ratings, kept apart; no sum is made of them."""

    impact: str
    security: str
    security_by: str
    cost: str


class FlagResult(Part):
    """One thing that a reader should know."""

    code: str
    weight: Literal["reject", "ask", "watch"]
    words: str


class RecommendationResult(Part):
    """What the rules say, and why."""

    decision: Literal["reject", "ask for more", "pilot", "trial", "roll out"]
    because: list[str]
    rule: str


class ProposalResult(Part):
    """One proposal screened."""

    id: str
    organisation: str
    title: str
    programme: str
    programme_name: str
    own_entry: bool
    borrowed_from: list[str] = Field(description="Entries whose evidence and strength an own programme borrows")
    place: PlaceSummary
    file: str
    completeness: Completeness
    claim: ClaimResult
    reach: Reach
    effect: dict[str, Outcome] = Field(description="Over the horizon in the whole place")
    money: Money
    equity: Equity
    harm: Harm
    badges: Badges
    flags: list[FlagResult]
    recommendation: RecommendationResult
    warnings: list[str]


class ScreenResult(Part):
    """Result of ``placewise screen``."""

    form: Literal["placewise.screen/1"] = Field(default="placewise.screen/1", alias="schema")
    pack: dict[str, Any] = Field(description="What every proposal is judged by; digest tells it")
    runs: int
    years: int
    proposals: dict[str, ProposalResult] = Field(description="By id in letters and figures")
    rules: list[str]
    manifest: str = ""

    def to_json(self) -> str:
        """Return the result as JSON text, ending in a newline."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"
