"""The published form of a score: ``placewise.track/1``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from experiments.results import Part
from experiments.tracking.forecast import WithoutProgramme


class Spread(Part):
    """Median and 95% interval of a forecast count."""

    median: float
    low: float
    high: float


class MonthLine(Part):
    """One month of one outcome; counts below five are withheld (null)."""

    month: str
    observed: float | None
    forecast: dict[str, Spread] = Field(description="By world")


class WorldScore(Part):
    """One world's forecast of one outcome held against what was observed."""

    total: Spread = Field(description="Count forecast over the months observed")
    inside: bool = Field(description="Whether the observed total is inside the 95% interval")
    exceedance: float = Field(description="Chance of a total above the observed one, half of an equal one included")
    crps: float = Field(description="Mean continuous ranked probability score of months; 0 is perfect")
    coverage: float = Field(description="Share of months inside their 95% interval")
    community_coverage: float | None = Field(description="Share of communities whose total is inside; null if unknown")


class Benchmark(Part):
    """A naive forecast, and the forecast held against it on the same months."""

    name: str
    months: int
    crps: float
    coverage: float
    forecast_crps: dict[str, float] = Field(description="By world, on the months of the benchmark")


class SignalLine(Part):
    """A rule of the control chart that a month completes."""

    month: str
    rule: str
    side: str


class ControlChart(Part):
    """A control chart about the forecast without the programme; months with small counts are left out."""

    kind: Literal["u", "p"]
    unit: str
    overdispersion: float | None
    months: list[str]
    values: list[float]
    centre: list[float]
    low: list[float]
    high: list[float]
    programme: dict[str, list[float]] = Field(description="Expected value with each programme")
    signals: list[SignalLine]


class CommunityLine(Part):
    """One community over the months observed, under the small-number rule."""

    lsoa: str
    observed: float | None
    withheld: bool
    expected: dict[str, float] = Field(description="Median by world, rounded")
    inside: dict[str, bool | None] = Field(description="Whether inside the 95% interval, by world; null if withheld")


class OutcomeScore(Part):
    """One outcome."""

    label: str
    source: str
    months: list[MonthLine]
    missing_months: int = Field(description="Months between the first and last observed without a count")
    observed_total: float = Field(description="Rounded to five where a month is withheld")
    worlds: dict[str, WorldScore]
    chance_to_see: dict[str, float] = Field(
        description="By scenario: chance, if it works as forecast, of a total below the 95% interval without it"
    )
    benchmarks: list[Benchmark]
    chart: ControlChart
    communities: list[CommunityLine]
    without_programme: list[WithoutProgramme]
    change_since_chosen: float | None = Field(description="Observed change of the chosen from the months chosen on")
    verdict: str = Field(description="withheld, not comparable, with, without, either, lower, higher")
    words: list[str]


class RecordingCheck(Part):
    """Whether recording changed, as far as can be told."""

    changed: bool
    known: bool = Field(description="False where nothing was given by which to tell")
    declared_factor: float | None
    observed_share: float | None = Field(description="Recorded over recorded and A&E attendances, months observed")
    forecast_share: Spread | None = Field(description="The same share, in the forecasts of all worlds")
    chart: ControlChart | None
    words: list[str]


class TrackResult(Part):
    """Result of ``placewise track score``."""

    form: Literal["placewise.track/1"] = Field(default="placewise.track/1", alias="schema")
    place: str
    population: int
    forecast_sha256: str
    archived_utc: str
    decision_date: str
    worlds: dict[str, str]
    first_month: str
    last_month: str
    months_before_archiving: int = Field(description="Months observed that were over when the forecast was archived")
    recording: RecordingCheck
    outcomes: dict[str, OutcomeScore]
    words: list[str] = Field(description="What can and cannot be concluded")
    warnings: list[str]
    small_numbers: str

    def to_json(self) -> str:
        """Return the result as JSON text."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"
