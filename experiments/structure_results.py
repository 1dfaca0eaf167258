"""The published form of a comparison repeated with the model built otherwise."""

from __future__ import annotations

from pydantic import Field

from experiments.result_parts import Difference, Part


class FormResult(Part):
    """One scenario against the baseline with the model built in one form."""

    outcomes: dict[str, Difference]
    net_present_social_value: Difference


class OtherForm(Part):
    """The comparison with the model built in one form."""

    title: str
    what: str
    applies: bool = Field(description="False where the form can change nothing here, so that it was not run")
    scenarios: dict[str, FormResult]


class Sources(Part):
    """Where the uncertainty of one figure comes from; null where there are too few runs to tell."""

    mean: float
    monte_carlo_se: float | None = Field(description="Number of runs: standard error of the mean over them")
    luck_sd: float | None = Field(description="Luck of one run")
    parameter_sd: float | None = Field(description="Parameters: spread between draws without luck")
    structure_low: float | None = Field(description="Structure: lowest mean over the forms of the model")
    structure_high: float | None


class Structure(Part):
    """The comparison with the model built otherwise."""

    runs: int = Field(description="Runs in each form")
    forms: dict[str, OtherForm] = Field(description="By form, the model as it is first")
    uncertainty: dict[str, dict[str, Sources]] = Field(description="By scenario and quantity")
