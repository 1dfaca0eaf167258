"""What came of a place lived area by area: levels of the whole, beside national figures, and what borders left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from experiments.areas.living import FRIENDS, FRIENDS_ELSEWHERE, KEPT
from experiments.areas.sharing import notes_of
from experiments.areas.simulating import AreaQuestion
from experiments.intervals import interval
from experiments.levels import LevelsResult, summarise_levels
from experiments.result_parts import Interval, Part
from experiments.runs import BASELINE, RunRecord
from sim.core.result import RunResult
from sim.core.time import MONTHS_PER_YEAR
from sim.outcomes.measures import MEASURE_NAMES
from sim.population.place_names import COUNTRY

Array = npt.NDArray[np.float64]
Totals = Mapping[str, Array]

RICHEST = -1


class Target(Part):
    """One published national figure beside what the model gives."""

    id: str = Field(description="Identifier of the target in calibration/targets")
    statistic: str
    definition: str
    published: float
    low: float
    high: float
    model: Interval
    inside: bool = Field(description="Whether the mean of the model lies within the published range")
    fitted: bool = Field(description="Whether the model was fitted to this figure")


class AreasResult(LevelsResult):
    """Result of ``placewise run`` where a place is lived area by area; levels are those of the whole place."""

    form: Literal["placewise.run-areas/1"] = Field(default="placewise.run-areas/1", alias="schema")  # type: ignore[assignment]
    population_scale: float = Field(description="Share of communities lived in")
    areas: int
    communities_lived: int
    people_lived: int = Field(description="Residents simulated; levels are weighted up to the whole place")
    neighbours_left_out: float = Field(
        description="Share of neighbouring communities that are in another area or in no sample"
    )
    people_at_borders: float = Field(description="Share of residents whose community has such a neighbour")
    friends_elsewhere: float = Field(description="Share of friends who live in another community, on this side")
    friends_cut: float = Field(
        description="Share of all friends who would be on the other side, if they were found there as on this side"
    )
    targets: list[Target] = Field(description="National figures; empty where the place is not a country")
    failed: int = Field(default=0, description="Areas that failed")
    digest: str = Field(default="", description="Of everything that is kept")


def summarise_areas(asked: AreaQuestion, values: Array, digest: str) -> AreasResult:
    """Summarise the added-up areas of every run.

    Parameters
    ----------
    values
        float64[runs, outcomes of KEPT, years, fifths].
    """
    question = asked.question
    measures = len(MEASURE_NAMES)
    records = [RunRecord(run, {BASELINE: _result(values[run, :measures])}) for run in range(question.runs)]
    levels = summarise_levels(question, records)
    ends = values[:, measures:, -1].sum(axis=(0, 2))
    friends = dict(zip((FRIENDS, FRIENDS_ELSEWHERE), ends, strict=True))
    elsewhere = float(friends[FRIENDS_ELSEWHERE] / max(friends[FRIENDS], 1.0))
    cut = asked.borders.neighbours_left_out
    return AreasResult(
        **{**levels.model_dump(exclude={"form", "warnings"}), "warnings": [*levels.warnings, *_notes(asked)]},
        population_scale=asked.scale,
        areas=len(asked.areas),
        communities_lived=sum(area.rows.size for area in asked.areas),
        people_lived=asked.people,
        neighbours_left_out=cut,
        people_at_borders=asked.borders.people_at_borders,
        friends_elsewhere=elsewhere,
        friends_cut=elsewhere * cut,
        targets=national_targets(values) if question.plan.place.kind == COUNTRY else [],
        digest=digest,
    )


def _result(by_year_fifth: Array) -> RunResult:
    nothing = np.zeros(0)
    return RunResult(list(MEASURE_NAMES), by_year_fifth, nothing, nothing, nothing, by_year_fifth.shape[1])


def _notes(asked: AreaQuestion) -> list[str]:
    notes = notes_of(asked.question.world.scenario, len(asked.areas))
    if asked.scale < 1.0:
        notes.append(
            f"{asked.scale:.0%} of communities are lived in. Most of their neighbours are not, so violence, friends "
            "and programmes that reach next door reach less far than in the whole place."
        )
    return notes


@dataclass(frozen=True)
class _Form:
    """Compute the statistic of a target from yearly totals by fifth; every array has the shape (runs, fifths)."""

    of: Callable[[Totals], Array]


def _rate(measure: str, per: float) -> _Form:
    return _Form(lambda totals: per * totals[measure].sum(axis=1) / totals["person_years"].sum(axis=1))


def _by_fifth(totals: Totals) -> Array:
    return np.maximum(totals["expected_admissions"] / np.maximum(totals["person_years"], 1e-12), 1e-12)


def _poorest_to_richest(totals: Totals) -> Array:
    rates = _by_fifth(totals)
    return np.asarray(rates[:, 0] / rates[:, RICHEST])


def _step_per_fifth(totals: Totals) -> Array:
    rates = np.log(_by_fifth(totals))
    slopes = np.polyfit(np.arange(rates.shape[1]), rates.T, 1)[0]
    return np.asarray(np.exp(-slopes))


FORMS: dict[str, _Form] = {
    "ed_attendances_per_1000": _rate("expected_ed_attendances", 1e3),
    "admissions_per_100000": _rate("expected_admissions", 1e5),
    "sharp_admissions_per_100000": _rate("sharp_admissions", 1e5),
    "homicides_per_million": _rate("expected_homicides", 1e6),
    "admissions_poorest_to_richest": _Form(_poorest_to_richest),
    "admissions_step_per_fifth": _Form(_step_per_fifth),
    "in_custody_per_100000": _rate("custody_months", 1e5 / MONTHS_PER_YEAR),
}
"""Statistics of targets that follow from yearly totals by deprivation fifth.

Attendances, admissions and homicides are counted by their expected number, as the fit counts them; custody as its mean
over the year, where the target counts it on a day.
"""


def national_targets(values: Array) -> list[Target]:
    """Set every national figure that follows from totals beside the mean of the model over the period."""
    from calibration.targets.reading import read_targets

    totals = {name: values[:, KEPT.index(name)].sum(axis=1) for name in KEPT}
    found = []
    for target in read_targets():
        if target.statistic in FORMS:
            spread: dict[str, Any] = interval(FORMS[target.statistic].of(totals), floor=True).plain()
            model = Interval(**spread)
            inside = model.mean is not None and target.low <= model.mean <= target.high
            found.append(
                Target(
                    id=target.id,
                    statistic=target.statistic,
                    definition=target.definition,
                    published=target.value,
                    low=target.low,
                    high=target.high,
                    model=model,
                    inside=inside,
                    fitted=target.use == "calibrate",
                )
            )
    return found
