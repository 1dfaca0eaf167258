"""Hold observed counts against an archived forecast and naive ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.benchmarks import crps, sample_counts
from experiments.runs import BASELINE
from experiments.small_numbers import is_small, protected, rounded
from experiments.tracking.control_chart import signals, u_chart
from experiments.tracking.counts import Counts
from experiments.tracking.forecast import Forecast
from experiments.tracking.months import after, calendar_position, index_of
from experiments.tracking.result import (
    Benchmark,
    CommunityLine,
    ControlChart,
    MonthLine,
    OutcomeScore,
    SignalLine,
    Spread,
    WorldScore,
)
from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[Any]

LOW, MIDDLE, HIGH = 0.025, 0.5, 0.975
LAST_YEAR, FLAT = "same month a year before", "flat at the last year known"
HALF = 0.5
PER = 10_000
UNIT = f"for every {PER:,} residents, a month"


@dataclass(frozen=True, eq=False)
class Held:
    """Hold the counts of one outcome beside samples of its forecast.

    Attributes
    ----------
    months, counts
        Months observed within the forecast, and the count of each.
    positions
        Where these months are in the forecast.
    samples
        World to counts drawn, shape (members, months observed).
    """

    forecast: Forecast
    outcome: str
    months: list[str]
    counts: Array
    positions: Array
    samples: Mapping[str, Array]

    @property
    def total(self) -> float:
        return float(self.counts.sum())


def hold(forecast: Forecast, observed: Counts, outcome: str) -> Held | None:
    """Set the counts of an outcome beside its forecast; None where no month of the forecast was observed."""
    counted, months = observed.place.get(outcome, {}), forecast.months
    inside = [month for month in months if month in counted]
    if not inside:
        return None
    positions = np.array([months.index(month) for month in inside])
    samples = {world: forecast.expected(outcome, world).sample()[:, positions] for world in forecast.worlds}
    return Held(forecast, outcome, inside, np.array([counted[month] for month in inside]), positions, samples)


def score_world(held: Held, world: str, communities: list[CommunityLine]) -> WorldScore:
    """Score one world's forecast of one outcome."""
    sample = held.samples[world]
    totals = sample.sum(axis=1)
    total = spread_of(totals)
    intervals = np.array(held.forecast.outcomes[held.outcome].worlds[world].months)[held.positions]
    known = [line.inside[world] for line in communities if line.inside[world] is not None]
    return WorldScore(
        total=total,
        inside=total.low <= held.total <= total.high,
        exceedance=float((totals > held.total).mean() + HALF * (totals == held.total).mean()),
        crps=float(crps(sample, held.counts).mean()),
        coverage=float(np.mean((held.counts >= intervals[:, 0]) & (held.counts <= intervals[:, -1]))),
        community_coverage=float(np.mean(np.array(known, float))) if known else None,
    )


def spread_of(sample: Array) -> Spread:
    """Return the median and the 95% interval of counts drawn."""
    low, median, high = np.quantile(sample, (LOW, MIDDLE, HIGH), method="inverted_cdf")
    return Spread(median=float(median), low=float(low), high=float(high))


def chance_to_see(held: Held, world: str) -> float:
    """Return how likely a programme that works as forecast is to show: a total below all that is usual without it."""
    low = np.quantile(held.samples[BASELINE].sum(axis=1), LOW, method="inverted_cdf")
    return float((held.samples[world].sum(axis=1) < low).mean())


def benchmarks(held: Held, observed: Counts) -> list[Benchmark]:
    """Score naive forecasts on the months for which they have one."""
    forecast = held.forecast.outcomes[held.outcome]
    known = {month: count for month, count in forecast.history.items() if count is not None}
    # What was archived wins over figures revised since: a naive forecast would have been made from it.
    earlier = observed.place[held.outcome] | known
    last_year = [earlier.get(after(month, -MONTHS_PER_YEAR)) for month in held.months]
    flat = [_flat(observed.place[held.outcome], held) for _ in held.months]
    spread = forecast.month_spread + forecast.year_spread
    return [
        _benchmark(name, values, doubt, held)
        for name, values, doubt in ((LAST_YEAR, last_year, 2 * spread), (FLAT, flat, spread))
        if any(value is not None for value in values)
    ]


def _flat(counted: Mapping[str, float], held: Held) -> float | None:
    """Return the mean of the twelve months before the decision, from the archive or from what was observed since."""
    archived = held.forecast.outcomes[held.outcome].history_mean
    if archived is not None:
        return archived
    before = [counted[month] for month in sorted(counted) if month < held.forecast.decision_date][-MONTHS_PER_YEAR:]
    return float(np.mean(before)) if len(before) == MONTHS_PER_YEAR else None


def _benchmark(name: str, values: list[float | None], spread: float, held: Held) -> Benchmark:
    where = np.array([position for position, value in enumerate(values) if value is not None])
    mean = np.array([value for value in values if value is not None]) + (HALF if name == LAST_YEAR else 0.0)
    sample = sample_counts(mean, spread + float(np.mean(1 / np.maximum(mean, 1.0))) * (name == LAST_YEAR), seed=1)
    counts = held.counts[where]
    low, high = np.quantile(sample, (LOW, HIGH), axis=0, method="inverted_cdf")
    return Benchmark(
        name=name,
        months=len(where),
        crps=float(crps(sample, counts).mean()),
        coverage=float(np.mean((counts >= low) & (counts <= high))),
        forecast_crps={world: float(crps(sample[:, where], counts).mean()) for world, sample in held.samples.items()},
    )


def month_lines(held: Held) -> list[MonthLine]:
    """Return every month under the small-number rule, with its archived intervals."""
    forecast = held.forecast.outcomes[held.outcome]
    ends = [held.forecast.probabilities.index(each) for each in (MIDDLE, LOW, HIGH)]
    lines = []
    for month, count, position in zip(held.months, held.counts, held.positions, strict=True):
        archived = {world: [forecast.worlds[world].months[position][end] for end in ends] for world in held.samples}
        lines.append(
            MonthLine(
                month=month,
                observed=None if is_small(count) else float(count),
                forecast={
                    world: Spread(median=cells[0], low=cells[1], high=cells[2]) for world, cells in archived.items()
                },
            )
        )
    return lines


def community_lines(held: Held, observed: Counts) -> list[CommunityLine]:
    """Return the communities counted in all of the months, under the small-number rule."""
    forecast, found = held.forecast.outcomes[held.outcome], []
    counted = observed.communities.get(held.outcome, {})
    for row, code in enumerate(held.forecast.place.communities):
        months = counted.get(code, {})
        if not months or any(month not in months for month in held.months):
            continue
        total = sum(months[month] for month in held.months)
        shown = protected({"mean": total})
        inside: dict[str, bool | None] = {}
        expected = {}
        for world in held.samples:
            drawn = held.forecast.expected(held.outcome, world).sample_part(
                forecast.worlds[world].communities[row], forecast.community_spread[row], held.positions, seed=row
            )
            spread = spread_of(drawn)
            expected[world] = rounded(spread.median)
            inside[world] = None if shown["withheld"] else spread.low <= total <= spread.high
        found.append(
            CommunityLine(
                lsoa=code, observed=shown["mean"], withheld=shown["withheld"], expected=expected, inside=inside
            )
        )
    return found


def control_chart(held: Held) -> ControlChart:
    """Return a u-chart of counts for each resident about the forecast without the programme."""
    forecast = held.forecast.outcomes[held.outcome]
    seen = np.array([not is_small(count) for count in held.counts], bool)
    exposure = np.full(int(seen.sum()), held.forecast.place.population / PER)
    means = {world: _expected(held, world)[seen] for world in held.samples}
    centre = means[BASELINE]
    wide = (
        np.full(centre.shape, forecast.overdispersion)
        if forecast.overdispersion is not None
        else np.sqrt(1 + centre * (forecast.month_spread + forecast.year_spread))
    )
    chart = u_chart(held.counts[seen], centre, exposure, wide)
    months = [month for month, shown in zip(held.months, seen, strict=True) if shown]
    return ControlChart(
        kind="u",
        unit=UNIT,
        overdispersion=forecast.overdispersion,
        months=months,
        values=chart.values.tolist(),
        centre=chart.centre.tolist(),
        low=chart.low.tolist(),
        high=chart.high.tolist(),
        programme={world: (mean / exposure).tolist() for world, mean in means.items() if world != BASELINE},
        signals=signal_lines(months, chart.standardised),
    )


def signal_lines(months: list[str], standardised: Array) -> list[SignalLine]:
    """Return the rules that points complete, by month."""
    return [
        SignalLine(month=months[each.position], rule=each.rule, side=each.side)
        for each in signals(standardised.tolist())
    ]


def _expected(held: Held, world: str) -> Array:
    return np.asarray(held.forecast.expected(held.outcome, world).means().mean(axis=0)[held.positions])


def missing_months(held: Held) -> int:
    """Return how many months between the first and the last observed have no count."""
    return index_of(held.months[-1]) - index_of(held.months[0]) + 1 - len(held.months)


def shown_total(held: Held) -> float:
    """Return the observed total, rounded where a month is withheld so that the month cannot be worked out."""
    return rounded(held.total) if any(is_small(count) for count in held.counts) else held.total


def change_since_chosen(held: Held, observed: Counts) -> float | None:
    """Return the observed change of those chosen on a spike, in seasonal terms; None where it is not known."""
    forecast, chosen = held.forecast, held.forecast.chosen
    expected = forecast.outcomes[held.outcome].without_programme
    if chosen is None or not expected:
        return None
    months = held.months
    counts = [observed.place[held.outcome]]
    if chosen.communities:
        counts = [observed.communities.get(held.outcome, {}).get(code, {}) for code in chosen.communities]
    if any(month not in each for each in counts for month in months):
        return None
    total = sum(each[month] for each in counts for month in months)
    usual = sum(forecast.season[calendar_position(month)] for month in months)
    return None if is_small(total) else total / usual / expected[0].chosen_on_a_month - 1.0


def outcome_score(held: Held, observed: Counts, verdict: str, words: list[str]) -> OutcomeScore:
    """Return everything that is published of one outcome."""
    lines = community_lines(held, observed)
    forecast = held.forecast.outcomes[held.outcome]
    return OutcomeScore(
        label=forecast.label,
        source=observed.sources[held.outcome],
        months=month_lines(held),
        missing_months=missing_months(held),
        observed_total=shown_total(held),
        worlds={world: score_world(held, world, lines) for world in held.samples},
        chance_to_see={world: chance_to_see(held, world) for world in held.samples if world != BASELINE},
        benchmarks=benchmarks(held, observed),
        chart=control_chart(held),
        communities=lines,
        without_programme=forecast.without_programme,
        change_since_chosen=change_since_chosen(held, observed),
        verdict=verdict,
        words=words,
    )
