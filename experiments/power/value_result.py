"""The published form of what a trial is worth before a decision."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from experiments.results import Part


class TrialValueResult(Part):
    """What a trial is worth, GBP over all who would follow its result, and what to do."""

    decision: Literal["adopt", "adopt and evaluate", "pilot", "reject"]
    rule: str
    words: list[str]
    runs: int
    method: str = Field(description="How the value of the trial's result was worked out")
    residents_affected: float
    decision_years: float
    years_until_result: float
    net_benefit_gbp: float = Field(description="Expected from adopting now")
    perfect_information_gbp: float = Field(description="Knowing everything, luck included: an upper bound")
    effect_known_gbp: float = Field(description="Knowing the true effect")
    trial_result_gbp: float = Field(description="Knowing the result of the trial, were it had at once")
    trial_cost_gbp: float
    forgone_gbp: float = Field(description="Benefit forgone while waiting for the trial, where adopting is worth it")
    net_gain_gbp: float = Field(description="Of the better option with a trial over the better one without")
    options_gbp: dict[str, float]
    chance_of_change: float = Field(description="Probability that the result turns today's choice round")
    residents_for_trial: float | None = Field(description="From how many residents on a trial pays")
    best_size: int | None = Field(description="Units with which a trial gains most; null where none gains anything")
    best_size_gain_gbp: float | None = Field(description="What a trial of that size gains over deciding now")
    effect_mean: float = Field(description="Expected true effect, log rate ratio")
    effect_sd: float
    trial_standard_error: float = Field(description="Of the true effect as the trial would find it, log rate ratio")
    adopt_from: float | None = Field(description="Adopting is worth more than not from this result on")
    scale_from: float | None = Field(description="Scale up from this result on")
    stop_from: float | None = Field(description="Stop from this result on; between the two, adapt and try again")
