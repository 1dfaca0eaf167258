"""The published form of a portfolio: ``placewise.portfolio-result/1``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from experiments.results import Interval, Part, PlaceSummary

RESULT_SCHEMA = "placewise.portfolio-result/1"


class MixLine(Part):
    """One mix: what it consists of, and what it is worth on the draws that chose it and on those that did not."""

    label: str
    levels: dict[str, int] = Field(description="Candidate to its level; 0 is off")
    lived: bool = Field(description="Whether the mix was simulated, or only predicted from others")
    keeps_rules: bool = Field(description="Whether its simulated spending and fairness keep every rule, on mean")
    predicted_value: float = Field(description="Net present value predicted on the draws that chose, GBP")
    chosen_on: float | None = Field(description="The same as simulated")
    reported_on: Interval | None = Field(description="As simulated on the other draws: the honest figure")


class Chosen(Part):
    """The mix to buy, from simulations on the draws that did not choose it."""

    mix: MixLine
    spending_by_year: dict[str, list[float]] = Field(description="Payer to GBP by year before discounting, mean")
    averted: dict[str, Interval]
    averted_share_of_baseline: dict[str, float]
    poorest_fifth_share: float | None = Field(description="Share of the goal's outcome averted in the poorest fifth")
    chance_worth_its_cost: float = Field(description="Share of those draws in which it gains more than it costs")


class View(Part):
    """The best mix under one way of looking at uncertainty, with its score under each."""

    label: str
    levels: dict[str, int]
    mean: float
    tail: float = Field(description="Mean of the worst fifth of draws, GBP")
    largest_regret: float = Field(description="Most that it falls short of the best mix in any named future, GBP")


class Core(Part):
    """How much a candidate belongs to the best mixes."""

    name: str
    verdict: str = Field(description="always, depends or never")
    share_of_near_best: float
    best_with: float | None
    best_without: float | None


class Step(Part):
    """The best mix at one total budget over the horizon."""

    budget_gbp: float
    label: str
    value: float


class Cheapest(Part):
    """The least-cost way to the goal, or the most that can be averted."""

    outcome: str
    wanted_share: float
    wanted: float
    reaches: bool
    label: str
    cost_gbp: float
    averted: float


class PortfolioResult(Part):
    """What is advised, what it rests on, and what would change it."""

    schema_: Literal["placewise.portfolio-result/1"] = Field(RESULT_SCHEMA, alias="schema")
    title: str
    place: PlaceSummary
    runs: int
    years: int
    seed: int
    profile: str
    mixes_possible: int
    mixes_lived: int
    chosen: Chosen | None = Field(description="None when no mix keeps the rules")
    ranked: list[MixLine]
    prediction_error_gbp: float = Field(
        description="Root mean square difference of predicted and simulated mean value over the verified mixes"
    )
    views: dict[str, View]
    futures: dict[str, str] = Field(description="Named future to the best mix in it")
    core: dict[str, Core]
    frontier: list[Step]
    next_100k_gbp: float | None = Field(description="What GBP 100,000 more a year would add to the best value, GBP")
    cheapest: Cheapest | None
    warnings: list[str]
    manifest: str = ""
