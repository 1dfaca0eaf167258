"""What every published result is made of: strict parts and intervals over runs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


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
