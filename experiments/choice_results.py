"""The published form of what a comparison says about choosing: options, information, stress, ways and assumptions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from experiments.result_parts import Difference, Interval, Part


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


class Assumption(Part):
    """One thing assumed: a parameter without a source that the runs read, or a strength not matched to a trial."""

    id: str
    kind: Literal["parameter", "strength"]
    meaning: str
    value: str
    unit: str
    range: str
    varies: bool = Field(description="Whether runs differ in it")
    reason: str
    rank_correlation: dict[str, float | None] = Field(
        description="Scenario to correlation over runs with its net present social value; empty where not estimated"
    )
    gbp: float | None = Field(description="Value of knowing it before choosing; for the ten that correlate most")
    standard_error: float | None


class Register(Part):
    """Everything assumed, the most telling parameters first, then strengths."""

    runs_needed: int | None = Field(description="Runs without which no sensitivity is estimated; null where enough")
    items: list[Assumption]


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

    runs: int = Field(default=0, description="Runs it was found from, fewer than those of the comparison")
    change: Interval = Field(description="Relative change of violence with injury with every way open")
    ways: list[Pathway]
