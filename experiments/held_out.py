"""Forecast recorded violence of held-out London communities, and hold the forecasts against naive ones.

Two boroughs are simulated to which nothing was ever fitted. In *structural* mode the model is told nothing of recorded
crime. In *anchored* mode it is told an earlier year (of disorder, the national rates before that): of four communities
in five their own records, which set the pull of a location and never the propensity of residents, and the total, which
sets the level. Both forecast the later year.
The naive forecasts are last year's value, and a Poisson regression on income deprivation and age fitted to the earlier
year of the other boroughs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from calibration.benchmarks import Scores, fit_poisson, sample_counts, score, spread_about
from calibration.london import HELD_OUT, Records
from calibration.recorded import overdispersion, rank_correlation, top_share
from experiments.results import Part

Array = npt.NDArray[Any]

STRUCTURAL, ANCHORED = "structural", "anchored"
MODES = (STRUCTURAL, ANCHORED)
LAST_YEAR, REGRESSION = "last year's value", "regression on deprivation and age"
BENCHMARKS = (LAST_YEAR, REGRESSION)
EVERYWHERE, RECORDS_SHOWN, RECORDS_HIDDEN = "all communities", "records shown", "records hidden"
BURN_IN_YEARS, YEARS, MONTHS_PER_YEAR = 1, 2, 12
SAMPLES_OF_A_RUN = 10
WANTED_COVERAGE = 0.95
PER_1000 = 1e3
LEAST = 0.5
EARLIER_MONTHS = "2024-03 to 2025-02"
SEED = 1


class Forecast(Part):
    """Scores of one forecast of one set of communities."""

    name: str = Field(description="structural or anchored (the model), or a naive forecast")
    kind: str = Field(description="model or naive")
    communities: str = Field(description="all communities, records shown (to the anchored model), or records hidden")
    rank_correlation: float | None = Field(description="Spearman's, of mean forecast and record")
    coverage: float = Field(description="Share of communities inside their 95% interval")
    crps: float = Field(description="Mean continuous ranked probability score, in offences; 0 is perfect")
    level: float = Field(description="Total forecast over total recorded")


class Pattern(Part):
    """One statistic of violence by community, in the records and in the two modes."""

    statistic: str
    recorded: float | None
    structural: float | None
    anchored: float | None


class HeldOut(Part):
    """Forecasts of held-out communities and their scores."""

    boroughs: list[str]
    population: int
    communities: int
    runs: int
    forecast: str = "violence with injury recorded from March 2025 to February 2026, by place of the offence"
    scores: list[Forecast]
    patterns: list[Pattern]
    words: list[str] = Field(description="What the scores say, naive forecasts that win included")
    attribution: str = "Metropolitan Police Service, London Datastore, OGL v2"


@dataclass(frozen=True)
class HeldOutTask:
    """Name one run of the held-out communities: the place in one mode, and the number of draw and seed."""

    place: Any
    mode: str
    number: int


def held_out_tasks(records: Records, runs: int) -> list[HeldOutTask]:
    """Return the runs to live, the two modes of a draw one after the other."""
    places = {mode: held_out_place(records, mode) for mode in MODES}
    return [HeldOutTask(places[mode], mode, number) for number in range(runs) for mode in MODES]


def months_of_a_run() -> int:
    """Return the months one run lives."""
    return MONTHS_PER_YEAR * (BURN_IN_YEARS + YEARS)


def held_out_place(records: Records, mode: str) -> Any:
    """Return held-out communities as a place that knows nothing of recorded crime, or an earlier year of it."""
    from sim.parameters.registry import load_registry
    from sim.population.places import resolve
    from sim.population.police_files import TYPES, Dropped, PoliceCounts

    place = resolve([str(code) for code in records.codes])
    if mode == STRUCTURAL:
        return replace(place, structural_only=True)
    shown = ~records.hidden()
    p = load_registry()
    disorder = np.asarray(place.lsoa["public_order_weapons_rate"], np.float64) * records.population / PER_1000
    counts = np.zeros((records.codes.size, 1, len(TYPES)))
    for column, line, kind in (
        (records.first, p["communities.violence_by_deprivation"], "Violence and sexual offences"),
        (disorder * p["communities.recorded_years"], p["communities.disorder_by_deprivation"], "Public order"),
    ):
        # A community that hides its records is taken for what its deprivation would lead one to expect.
        expected = records.population * np.exp(line[0] * np.asarray(place.z, np.float64))
        expected *= column[shown].sum() / expected[shown].sum()
        counts[:, 0, TYPES.index(kind)] = np.where(shown, column, expected)
    police = PoliceCounts((EARLIER_MONTHS,), counts, 0, 0, Dropped())
    return replace(place, police=police)


def one_held_out(task: HeldOutTask, tick: Callable[[int], None]) -> Array:
    """Live one run and return recorded violence with injury by community and year."""
    from sim.outcomes.recorder import InMemory, TableRecorder
    from sim.run import RunSpec, build

    spec = RunSpec(task.place, draw=task.number, seed=task.number, years=YEARS, burn_in_years=BURN_IN_YEARS)
    world = build(spec)
    try:
        for _ in range(BURN_IN_YEARS):
            world.run(MONTHS_PER_YEAR)
            tick(MONTHS_PER_YEAR)
        tables = InMemory()
        world.recorder = TableRecorder(tables, people=False)
        world.recorder.begin(world)
        for _ in range(YEARS):
            world.run(MONTHS_PER_YEAR)
            tick(MONTHS_PER_YEAR)
    finally:
        world.close()
    incidents = tables.table("incidents")
    chosen = np.flatnonzero(incidents["recorded"] & incidents["injury"])
    codes = np.asarray(task.place.codes).astype(str)
    counts = np.zeros((codes.size, YEARS))
    year = incidents["month"][chosen].astype(np.int64) // MONTHS_PER_YEAR
    np.add.at(counts, (np.searchsorted(codes, incidents["community"][chosen].astype(str)), year), 1.0)
    return counts


def judge(records: Records, found: Sequence[Array]) -> HeldOut:
    """Score the runs of `held_out_tasks`, in their order, and the naive forecasts, on held-out communities."""
    held, learning = records.held_out(), records.for_benchmarks()
    by_mode = {mode: np.stack(found[position :: len(MODES)]) for position, mode in enumerate(MODES)}
    samples = naive_forecasts(held, learning)
    for mode, counts in by_mode.items():
        samples[mode] = model_forecast(counts, held, anchored=mode == ANCHORED)
    hidden = held.hidden()
    sets = {EVERYWHERE: np.ones(hidden.size, bool), RECORDS_SHOWN: ~hidden, RECORDS_HIDDEN: hidden}
    scores = [
        _forecast(name, communities, score(samples[name][:, chosen], held.second[chosen]))
        for communities, chosen in sets.items()
        for name in (*MODES, *BENCHMARKS)
    ]
    return HeldOut(
        boroughs=list(HELD_OUT),
        population=int(held.population.sum()),
        communities=int(held.codes.size),
        runs=len(found) // len(MODES),
        scores=scores,
        patterns=_patterns(held, by_mode),
        words=words(scores),
    )


def model_forecast(counts: Array, records: Records, anchored: bool) -> Array:
    """Return a sample (draws, communities) of one year's counts from simulated ones (runs, communities, years).

    The anchored forecast has the level of the earlier year where records are shown.
    """
    rate = counts.mean(axis=2)
    if anchored:
        shown = ~records.hidden()
        rate = rate * records.first[shown].sum() / max(float(rate[:, shown].mean(axis=0).sum()), LEAST)
    luck = np.random.default_rng(SEED)
    return np.asarray(luck.poisson(np.repeat(rate, SAMPLES_OF_A_RUN, axis=0)))


def naive_forecasts(held: Records, learning: Records) -> dict[str, Array]:
    """Return samples of the naive forecasts, with intervals as wide as their errors in the other boroughs."""
    hidden = held.hidden()
    last_year = np.where(hidden, _borough_mean(held), np.maximum(held.first, LEAST))
    design, exposure = _design(learning), learning.population
    beta = fit_poisson(design, learning.first, exposure)
    explained = np.exp(design @ beta) * exposure
    own = spread_about(np.maximum(learning.first, LEAST), learning.second)
    of_borough = spread_about(_borough_mean(learning), learning.second)
    regression = np.exp(_design(held) @ beta) * held.population
    after_own, after_mean = (sample_counts(last_year, spread, SEED) for spread in (own, of_borough))
    return {
        LAST_YEAR: np.where(hidden, after_mean, after_own),
        REGRESSION: sample_counts(regression, spread_about(explained, learning.first), SEED),
    }


def _design(records: Records) -> Array:
    return np.column_stack([np.ones(records.codes.size), records.deprivation, records.young])


def _borough_mean(records: Records) -> Array:
    """Return what each community would have at the earlier rate of the shown communities of its borough."""
    shown, rate = ~records.hidden(), np.zeros(records.codes.size)
    for borough in np.unique(records.borough):
        inside = records.borough == borough
        rate[inside] = records.first[inside & shown].sum() / records.population[inside & shown].sum()
    return np.asarray(rate * records.population)


def _forecast(name: str, communities: str, found: Scores) -> Forecast:
    return Forecast(
        name=name,
        kind="model" if name in MODES else "naive",
        communities=communities,
        rank_correlation=found.rank_correlation if np.isfinite(found.rank_correlation) else None,
        coverage=found.coverage,
        crps=found.crps,
        level=found.level,
    )


def _patterns(held: Records, by_mode: dict[str, Array]) -> list[Pattern]:
    """Compute the same statistics of the records and of each run; of runs, the mean."""
    both_years = np.stack([held.first, held.second], axis=1)
    makers: dict[str, Callable[[Array], float]] = {
        "share of the 5% of communities with most": lambda years: top_share(years.sum(axis=1), 0.05),
        "share of the 10% of communities with most": lambda years: top_share(years.sum(axis=1), 0.10),
        "share of the 20% of communities with most": lambda years: top_share(years.sum(axis=1), 0.20),
        "rank correlation from one year to the next": lambda years: rank_correlation(years[:, 0], years[:, 1]),
        "overdispersion of a year": lambda years: overdispersion(years[:, 0]),
        "rank correlation with income deprivation": lambda years: rank_correlation(
            years.sum(axis=1) / held.population, held.deprivation
        ),
    }
    for borough in np.unique(held.borough):
        makers[f"offences per 1,000 residents a year, {borough}"] = lambda years, inside=held.borough == borough: float(
            PER_1000 * years[inside].mean(axis=1).sum() / held.population[inside].sum()
        )
    return [
        Pattern(
            statistic=name,
            recorded=_finite(make(both_years)),
            structural=_finite(np.mean([make(run) for run in by_mode[STRUCTURAL]])),
            anchored=_finite(np.mean([make(run) for run in by_mode[ANCHORED]])),
        )
        for name, make in makers.items()
    ]


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def words(scores: Sequence[Forecast]) -> list[str]:
    """Say in words, for each set of communities and score, which naive forecasts do better than the model."""
    return [
        _sentence(communities, label, [each for each in scores if each.communities == communities])
        for communities in dict.fromkeys(each.communities for each in scores)
        for label in JUDGED
    ]


def _sentence(communities: str, label: str, scores: Sequence[Forecast]) -> str:
    good, shown = JUDGED[label]
    model = max((each for each in scores if each.kind == "model"), key=good)
    naive = [each for each in scores if each.kind == "naive"]
    better = [f"{each.name} ({shown(each)})" for each in naive if good(each) > good(model)]
    others = [f"{each.name} ({shown(each)})" for each in naive if good(each) <= good(model)]
    ours = f"the {model.name} model ({shown(model)})"
    if not better:
        return f"{communities}, {label}: {ours} does at least as well as {' and '.join(others)}."
    rest = f", which does at least as well as {' and '.join(others)}" if others else ""
    verb = "do" if len(better) > 1 else "does"
    return f"{communities}, {label}: a naive forecast wins. {' and '.join(better)} {verb} better than {ours}{rest}."


def _by_rank(each: Forecast) -> float:
    return -1.0 if each.rank_correlation is None else each.rank_correlation


JUDGED: dict[str, tuple[Callable[[Forecast], float], Callable[[Forecast], str]]] = {
    "rank correlation": (_by_rank, lambda each: f"{_by_rank(each):.2f}"),
    "continuous ranked probability score": (lambda each: -each.crps, lambda each: f"{each.crps:.2f}"),
    "coverage of 95% intervals": (
        lambda each: -abs(each.coverage - WANTED_COVERAGE),
        lambda each: f"{each.coverage:.2f}",
    ),
}
"""By the words for a score: how good a forecast is by it, and how it is written."""
