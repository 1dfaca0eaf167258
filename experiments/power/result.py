"""The published form of a study of power: ``placewise.power/1``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from experiments.results import Interval, Part, PlaceSummary

SCHEMA = "placewise.power/1"


class IccResult(Part):
    """The intra-cluster correlation of the untreated outcome as it emerges in the model."""

    value: float
    low: float
    high: float
    clusters: int = Field(description="In one place like this one")
    people_per_cluster: float
    size_cv: float = Field(description="Coefficient of variation of the sizes of clusters")


class VirtualResult(Part):
    """What many virtual trials of this design find; effects are shares of the control mean, or standard deviations."""

    trials: int
    test: str
    power: float
    power_error: float = Field(description="Monte-Carlo standard error")
    type_one: float = Field(description="Share of trials of a programme without any effect that show one")
    type_one_low: float = Field(description="Type-I error is as it should be from here")
    type_one_high: float = Field(description="to here, at this number of trials")
    coverage: float = Field(description="Share of intervals that hold the mean effect on the outcome as it is seen")
    true_effect: float = Field(description="Mean effect on what truly happens")
    mean_estimate: float = Field(description="Mean of what trials find")
    bias: float = Field(description="Mean estimate less the true effect")
    detectable: float = Field(description="Smallest effect seen with the usual power, by the spread of these trials")
    standard_errors: float = Field(description="Standard errors that the mean estimate is from no effect")


class FormulaRow(Part):
    """What a formula says of one design."""

    design: str
    icc: float
    icc_from: str
    clusters: int
    people_per_cluster: float = Field(description="Followed up")
    detectable_sd: float = Field(description="Minimum detectable effect, standard deviations of the outcome")
    detectable_relative: float | None = Field(description="The same as a share of the control mean")
    power: float = Field(description="For the effect that trials of this design see on average")
    clusters_for_usual: int | None
    clusters_for_high: int | None


class RatesResult(Part):
    """Hayes and Bennett's formula for rates of events in clusters."""

    rate: float = Field(description="Events in a person-year, untreated, as they are seen")
    person_years: float = Field(description="Of one cluster")
    variation: float = Field(description="Coefficient of variation of rates between clusters")
    clusters_per_arm: float | None = Field(description="For the usual power; null where no number is enough")
    detectable_reduction: float | None


class FixedResult(Part):
    """Whether the number of clusters can be enough, whatever their size."""

    feasible: bool
    people_per_cluster: float | None
    smallest_effect_sd: float
    clusters_at_least: int | None


class SpillResult(Part):
    """What trials lived whole say of spill-over from those treated to others."""

    runs: int
    retained: float = Field(description="Part of the effect that the contrast between arms keeps")
    low: float | None
    high: float | None
    shared: float = Field(description="Part of the effect that the control arm has too")
    control_change: float = Field(description="Change in the control arm, in the units of effects")
    power: float = Field(description="Power with that part of the effect")


class CurvePoint(Part):
    """Power at one size; simulated only where the populations lived hold so many clusters."""

    clusters: int
    simulated: float | None
    formula: float


class FlowStep(Part):
    """One step of the expected flow of participants; means over trials."""

    step: str
    treated: float | None
    control: float | None
    total: float


class CostRow(Part):
    """One part of the cost of the trial, GBP."""

    what: str
    gbp: float
    basis: str


class PowerResult(Part):
    """Result of ``placewise trial --power``."""

    form: Literal["placewise.power/1"] = Field(default="placewise.power/1", alias="schema")
    place: PlaceSummary
    intervention: str
    name: str
    effect: str = Field(description="transported or published: whose effect is put in")
    measure: str
    measure_id: str
    scale: Literal["share of the control mean", "standard deviations"]
    follow_up_from_months: int
    follow_up_months: int
    recruiting_months: int
    design: Literal["individual", "cluster", "stepped_wedge"]
    unit: str = Field(description="What is randomised")
    clusters: int
    people_per_cluster: float = Field(description="Randomised")
    places: int = Field(description="Places like this one that a trial of so many clusters takes in")
    attrition: float = Field(description="Expected share lost, leavers included")
    icc_assumed: float
    icc_source: str
    pretest_r2: float
    runs: int = Field(description="Populations lived")
    seed: int
    people: Interval = Field(description="Recruits that one place yields")
    units: Interval = Field(description="Units that one place yields")
    outcome_mean: float = Field(description="Of a person or place untreated, as it is seen")
    outcome_sd: float
    seen_share: float | None = Field(description="Part of what happens that the trial sees")
    icc: IccResult | None
    virtual: VirtualResult
    formulas: list[FormulaRow]
    rates: RatesResult | None
    fixed: FixedResult | None
    spill: SpillResult | None
    curve: list[CurvePoint]
    clusters_for_usual: int | None = Field(description="For 80% power, by virtual trials and spill-over")
    clusters_for_high: int | None = Field(description="For 90% power")
    assurance: float | None = Field(description="Power averaged over what the evidence leaves open of the effect")
    flow: list[FlowStep]
    cost: list[CostRow]
    cost_gbp: float
    differences: list[str] = Field(description="Why virtual trials and the formula differ, or that they do not")
    advice: list[str] = Field(description="What design, and why")
    warnings: list[str]

    def to_json(self) -> str:
        """Return the result as JSON text, ending in a newline."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"
