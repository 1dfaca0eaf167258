"""Score forecasts of held-out communities and say in words which is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from calibration.benchmarks import Scores, score
from calibration.london import HELD_OUT, Records
from calibration.recorded import overdispersion, rank_correlation, top_share
from experiments.forecasts import BENCHMARKS, MODELS, REGRESSION, SHRUNKEN, UPDATED, model_forecasts, naive_forecasts
from experiments.held_out import ANCHORED, PER_1000, STRUCTURAL, HeldOutRun, runs_of
from experiments.results import Part

Array = npt.NDArray[Any]

EVERYWHERE, RECORDS_SHOWN, RECORDS_HIDDEN = "all communities", "records shown", "records hidden"
LEAST_COVERAGE, MOST_COVERAGE = 0.85, 0.99
LOW, HIGH = 0.025, 0.975
RESAMPLES, SEED = 400, 1
LINES = ((UPDATED, SHRUNKEN), (STRUCTURAL, REGRESSION))
"""Of each mode of the model, the naive forecast that knows no more."""


class Forecast(Part):
    """Scores of one forecast of one set of communities."""

    name: str = Field(description="structural or anchored (the model), or a naive forecast")
    kind: str = Field(description="model or naive")
    communities: str = Field(description="all communities, records shown (to the anchored model), or records hidden")
    rank_correlation: float | None = Field(description="Spearman's, of mean forecast and record")
    coverage: float = Field(description="Share of communities inside their 95% interval")
    coverage_80: float = Field(description="Share of communities inside their 80% interval")
    coverage_50: float = Field(description="Share of communities inside their 50% interval")
    crps: float = Field(description="Mean continuous ranked probability score, in offences; 0 is perfect")
    level: float = Field(description="Total forecast over total recorded")


class RankLine(Part):
    """Whether the model ranks communities at least as well as a naive forecast that knows as much."""

    model: str
    naive: str
    gap: float = Field(description="Rank correlation of the model less that of the naive forecast")
    gap_low: float
    gap_high: float = Field(description="95% interval of the gap, over resampled communities")


class Pattern(Part):
    """One statistic of violence by community, in the records and in the two modes."""

    statistic: str
    recorded: float | None
    structural: float | None
    anchored: float | None


class Points(Part):
    """Forecast and record of each community, for the chart."""

    forecast: str
    mean: list[float]
    low: list[float]
    high: list[float]
    recorded: list[float]


class HeldOut(Part):
    """Forecasts of held-out communities and their scores."""

    boroughs: list[str]
    population: int
    communities: int
    runs: int = Field(description="Runs of each borough in each mode, at least")
    forecast: str = "violence with injury recorded from March 2025 to February 2026, by place of the offence"
    scores: list[Forecast]
    lines: list[RankLine]
    patterns: list[Pattern]
    points: list[Points]
    words: list[str] = Field(description="What the scores say, naive forecasts that win included")
    attribution: str = "Metropolitan Police Service, London Datastore, OGL v2"


def judge(records: Records, found: Sequence[HeldOutRun]) -> HeldOut:
    """Score the model, from its runs of held-out boroughs, and the naive forecasts."""
    held = records.held_out()
    samples = model_forecasts(held, found) | naive_forecasts(held, records.for_benchmarks())
    hidden = held.hidden()
    sets = {EVERYWHERE: np.ones(hidden.size, bool), RECORDS_SHOWN: ~hidden, RECORDS_HIDDEN: hidden}
    scores = [
        _forecast(name, communities, score(samples[name][:, chosen], held.second[chosen]))
        for communities, chosen in sets.items()
        for name in (*MODELS, *BENCHMARKS)
    ]
    lines = [rank_line(model, naive, samples, held.second) for model, naive in LINES]
    return HeldOut(
        boroughs=list(HELD_OUT),
        population=int(held.population.sum()),
        communities=int(held.codes.size),
        runs=min(len(runs_of(found, name, STRUCTURAL)) for name in HELD_OUT),
        scores=scores,
        lines=lines,
        patterns=_patterns(held, found),
        points=[_points(name, samples[name], held.second) for name in (STRUCTURAL, UPDATED)],
        words=[*(line_in_words(line) for line in lines), coverage_in_words(scores), *words(scores)],
    )


def rank_line(model: str, naive: str, samples: dict[str, Array], recorded: Array) -> RankLine:
    """Compare the rank correlations of two forecasts, with an interval from communities drawn anew."""
    ours, theirs = (samples[name].mean(axis=0) for name in (model, naive))
    luck = np.random.default_rng(SEED)
    gaps = []
    for _ in range(RESAMPLES):
        drawn = luck.integers(0, recorded.size, recorded.size)
        gaps.append(_rank(ours[drawn], recorded[drawn]) - _rank(theirs[drawn], recorded[drawn]))
    low, high = np.quantile(gaps, (LOW, HIGH))
    return RankLine(
        model=model,
        naive=naive,
        gap=_rank(ours, recorded) - _rank(theirs, recorded),
        gap_low=float(low),
        gap_high=float(high),
    )


def _rank(forecast: Array, recorded: Array) -> float:
    """Return the rank correlation; 0 where one of them does not vary."""
    found = rank_correlation(forecast, recorded)
    return found if np.isfinite(found) else 0.0


def _points(name: str, sample: Array, recorded: Array) -> Points:
    low, high = np.quantile(sample, (LOW, HIGH), axis=0)
    mean = np.round(sample.mean(axis=0), 2)
    return Points(forecast=name, mean=mean.tolist(), low=low.tolist(), high=high.tolist(), recorded=recorded.tolist())


def _forecast(name: str, communities: str, found: Scores) -> Forecast:
    return Forecast(
        name=name,
        kind="model" if name in MODELS else "naive",
        communities=communities,
        rank_correlation=found.rank_correlation if np.isfinite(found.rank_correlation) else None,
        coverage=found.coverage,
        coverage_80=found.coverage_80,
        coverage_50=found.coverage_50,
        crps=found.crps,
        level=found.level,
    )


def _patterns(held: Records, found: Sequence[HeldOutRun]) -> list[Pattern]:
    """Compute the same statistics of records and runs of each borough; means over boroughs, and of runs over runs."""
    makers: dict[str, Callable[[Array, Records], float]] = {
        "share of the 5% of communities with most": lambda years, of: top_share(years.sum(axis=1), 0.05),
        "share of the 10% of communities with most": lambda years, of: top_share(years.sum(axis=1), 0.10),
        "share of the 20% of communities with most": lambda years, of: top_share(years.sum(axis=1), 0.20),
        "rank correlation from one year to the next": lambda years, of: rank_correlation(years[:, 0], years[:, 1]),
        "overdispersion of a year": lambda years, of: overdispersion(years[:, 0]),
        "rank correlation with income deprivation": lambda years, of: rank_correlation(
            years.sum(axis=1) / of.population, of.deprivation
        ),
    }
    boroughs = {name: held.of(held.borough == name) for name in HELD_OUT}
    patterns = [_pattern(name, boroughs, found, make) for name, make in makers.items()]
    for name, of in boroughs.items():
        text = f"offences per 1,000 residents a year, {name}"
        patterns.append(_pattern(text, {name: of}, found, _rate))
    return patterns


def _rate(years: Array, of: Records) -> float:
    return float(PER_1000 * years.mean(axis=1).sum() / of.population.sum())


def _pattern(
    text: str, boroughs: dict[str, Records], found: Sequence[HeldOutRun], make: Callable[[Array, Records], float]
) -> Pattern:
    def simulated(mode: str) -> float | None:
        each = [np.mean([make(run.counts, of) for run in runs_of(found, name, mode)]) for name, of in boroughs.items()]
        return _finite(np.mean(each))

    recorded = np.mean([make(np.stack([of.first, of.second], axis=1), of) for of in boroughs.values()])
    return Pattern(
        statistic=text, recorded=_finite(recorded), structural=simulated(STRUCTURAL), anchored=simulated(ANCHORED)
    )


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def line_in_words(line: RankLine) -> str:
    """Say whether the model ranks communities at least as well as the naive forecast that knows no more."""
    interval = f"{line.gap:+.2f}, 95% interval {line.gap_low:+.2f} to {line.gap_high:+.2f}"
    if line.gap >= 0.0:
        return f"Ranking: the {line.model} model is at least as good as {line.naive} ({interval})."
    doubt = "" if line.gap_high < 0.0 else " The interval holds none."
    naive = line.naive[0].upper() + line.naive[1:]
    return f"Ranking: a naive forecast wins. {naive} is better than the {line.model} model ({interval}).{doubt}"


def coverage_in_words(scores: Sequence[Forecast]) -> str:
    """Say whether the 95% intervals of the model hold as many communities as they should."""
    ours = [each for each in scores if each.kind == "model" and each.communities == EVERYWHERE]
    said = ", ".join(
        f"{each.name} {each.coverage:.0%} (of 80% intervals {each.coverage_80:.0%}, of 50% {each.coverage_50:.0%})"
        for each in ours
    )
    off = [each.name for each in ours if not LEAST_COVERAGE <= each.coverage <= MOST_COVERAGE]
    verdict = f"Out of the range of 85 to 99%: {' and '.join(off)}." if off else "All lie within 85 to 99%."
    return f"Coverage of 95% intervals by the model: {said}. {verdict}"


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
    what = f"{communities[0].upper()}{communities[1:]}, {label}"
    if not better:
        return f"{what}: {ours} does at least as well as {' and '.join(others)}."
    rest = f", which does at least as well as {' and '.join(others)}" if others else ""
    verb = "do" if len(better) > 1 else "does"
    first = " and ".join(better)
    return f"{what}: a naive forecast wins. {first[0].upper()}{first[1:]} {verb} better than {ours}{rest}."


def _by_rank(each: Forecast) -> float:
    return -1.0 if each.rank_correlation is None else each.rank_correlation


JUDGED: dict[str, tuple[Callable[[Forecast], float], Callable[[Forecast], str]]] = {
    "rank correlation": (_by_rank, lambda each: f"{_by_rank(each):.2f}"),
    "continuous ranked probability score": (lambda each: -each.crps, lambda each: f"{each.crps:.2f}"),
}
"""By the words for a score: how good a forecast is by it, and how it is written."""
