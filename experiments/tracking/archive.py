"""Make a dated forecast from a stored comparison and, if given, earlier counts of the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from experiments.runs import BASELINE
from experiments.small_numbers import SMALLEST, is_small
from experiments.tracking.assumptions import Assumption, read_assumptions
from experiments.tracking.control_chart import overdispersion_of
from experiments.tracking.counts import RECORDED, TRACKED, ByMonth, Counts
from experiments.tracking.distribution import PROBABILITIES, Expected, quantiles
from experiments.tracking.forecast import Forecast, ForecastPlace, OutcomeForecast, Selection, WorldForecast
from experiments.tracking.levels import SHORTEST_REFERENCE, Level, Variation, level_of, variation_of
from experiments.tracking.months import after, calendar_position, index_of, months_between
from experiments.tracking.selection import check_history, level_with_chosen, without_programme
from experiments.tracking.simulated import MEMBERS, Simulated
from experiments.version import placewise_version
from sim.core.time import MONTHS_PER_YEAR
from sim.outcomes.measures import measure
from sim.parameters import load_registry

Array = npt.NDArray[np.float64]

SEASON = "society.season"
FIGURES = 6
LEVEL_SEED = 3
SECURE_RUNS = 20
LONGEST_GAP = 6


@dataclass(frozen=True)
class Ingredients:
    """Hold what every outcome of one forecast is made from."""

    simulated: Simulated
    season: tuple[float, ...]
    months: list[str]
    assumed: Mapping[str, Assumption]
    history: Counts
    chosen: Selection | None


def make_forecast(
    simulated: Simulated,
    history: Counts | None = None,
    chosen: Selection | None = None,
    season: Sequence[float] | None = None,
) -> Forecast:
    """Make a sealed forecast.

    Parameters
    ----------
    simulated
        What a stored comparison says.
    history
        Counts of the place before the decision date. Outcomes in it are forecast from their own level; the model then
        gives the trend and the effect of programmes alone.
    chosen
        That the place, or communities of it, were chosen because counts were high.
    season
        Ratio of each calendar month to an average one; of the model if not given.

    Raises
    ------
    InputError
        When the history is not before the decision, or says too little of what the place was chosen on.
    """
    result = simulated.result
    given = history or Counts()
    check_history(given, chosen, result.decision_date)
    last = after(result.decision_date, MONTHS_PER_YEAR * result.years - 1)
    usual = np.asarray(load_registry()[SEASON] if season is None else season, np.float64)
    made = Ingredients(
        simulated=simulated,
        season=tuple((usual / usual.mean()).tolist()),
        months=months_between(result.decision_date, last),
        assumed=read_assumptions(),
        history=given,
        chosen=chosen,
    )
    members = simulated.members()
    outcomes = {name: _outcome(made, name, members[:, :, column]) for column, name in enumerate(TRACKED)}
    manifest = simulated.manifest
    titles = {BASELINE: "Without the programme"} | {stem: each.title for stem, each in result.scenarios.items()}
    return Forecast(
        archived_utc=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        placewise=placewise_version(),
        place=ForecastPlace(
            name=result.place.name,
            population=result.place.population,
            communities=[str(code) for code in manifest["communities"]],
        ),
        decision_date=result.decision_date,
        years=result.years,
        runs=result.runs,
        run_id=str(manifest["run_id"]),
        study_sha256=str(manifest["outputs"]["result.json"]),
        parameters_sha256=str(manifest["parameters_sha256"]),
        worlds=titles,
        season=list(made.season),
        probabilities=list(PROBABILITIES),
        chosen=chosen,
        outcomes=outcomes,
        assumptions=list(made.assumed.values()),
        warnings=_warnings(made, outcomes),
        limits_of_use=[str(each) for each in manifest["limits_of_use"]],
    ).sealed()


def _outcome(made: Ingredients, name: str, members: Array) -> OutcomeForecast:
    simulated, column = made.simulated, TRACKED.index(name)
    counted = made.history.place.get(name, {})
    anchored = len(counted) >= SHORTEST_REFERENCE
    variation = variation_of(made.assumed, counted, made.season)
    if anchored:
        level = level_with_chosen(made.history, name, made.season, variation, made.chosen)
        members = _at_level(members, level, float(simulated.year_shares[0, column, 0]), column)
    shares, spreads = _communities(made, name, variation, anchored)
    worlds = {}
    for row, stem in enumerate(simulated.worlds):
        expected = Expected(
            members=_rounded(members[:, row]),
            year_shares=simulated.year_shares[row, column].tolist(),
            season=made.season,
            months=made.months,
            month_spread=variation.month_spread,
            year_spread=variation.year_spread,
        )
        worlds[stem] = _world(expected, shares[row])
    latest = [counted[month] for month in sorted(counted)[-MONTHS_PER_YEAR:]]
    return OutcomeForecast(
        label=measure(name).label,
        anchored_on=made.history.sources.get(name) if anchored else None,
        month_spread=variation.month_spread,
        year_spread=variation.year_spread,
        community_spread=_rounded(spreads).tolist(),
        history={month: None if is_small(counted[month]) else counted[month] for month in sorted(counted)},
        history_mean=float(np.mean(latest)) if latest else None,
        overdispersion=_overdispersion(counted, made.season),
        without_programme=without_programme(made.history, name, made.season, variation, made.chosen, made.assumed),
        worlds=worlds,
    )


def _at_level(members: Array, level: Level, first_share: float, column: int) -> Array:
    """Give the baseline a level known from counts, and keep what scenarios change against it in each member."""
    spread = np.log1p(level.relative_variance)
    luck = np.random.default_rng((LEVEL_SEED, column))
    levels = level.month * np.exp(np.sqrt(spread) * luck.standard_normal(MEMBERS) - spread / 2)
    return np.asarray((levels / max(first_share, 1e-6))[:, None] * members / members[:, :1])


def _communities(made: Ingredients, name: str, variation: Variation, anchored: bool) -> tuple[Array, Array]:
    """Return expected shares (worlds, communities) and spreads of communities, from their own counts where these do."""
    shares = made.simulated.community_shares[:, TRACKED.index(name)].copy()
    spreads = np.full(shares.shape[1], made.assumed["community_spread"].value)
    if not anchored:
        return shares, spreads
    place = level_with_chosen(made.history, name, made.season, variation, made.chosen)
    for row, code in enumerate(made.simulated.manifest["communities"]):
        counted = made.history.communities.get(name, {}).get(str(code), {})
        if len(counted) < SHORTEST_REFERENCE or sum(counted.values()) * MONTHS_PER_YEAR < SMALLEST * len(counted):
            continue
        spike = made.chosen.months if made.chosen and _is_chosen(made.chosen, str(code)) else ()
        level = level_of(counted, made.season, variation, spike)
        change = shares[:, row] / shares[0, row] if shares[0, row] > 0 else 1.0
        shares[:, row] = change * level.month / place.month
        spreads[row] = level.relative_variance
    return shares, spreads


def _is_chosen(chosen: Selection, code: str) -> bool:
    return not chosen.communities or code in chosen.communities


def _world(expected: Expected, shares: Array) -> WorldForecast:
    drawn = expected.sample()
    by_year = drawn.reshape(len(drawn), -1, MONTHS_PER_YEAR).sum(axis=2)
    return WorldForecast(
        members=list(expected.members),
        year_shares=list(expected.year_shares),
        months=quantiles(drawn).T.tolist(),
        years=quantiles(by_year).T.tolist(),
        communities=_rounded(shares).tolist(),
    )


def _overdispersion(counted: ByMonth, season: Sequence[float]) -> float | None:
    months = sorted(counted)
    usual = np.array([season[calendar_position(month)] for month in months])
    counts = np.array([counted[month] for month in months])
    if not counts.sum():
        return None
    mean = usual * counts.sum() / usual.sum()
    return overdispersion_of(((counts - mean) / np.sqrt(mean)).tolist())


def _rounded(values: Array) -> Array:
    return np.array([float(f"{value:.{FIGURES}g}") for value in values])


def _warnings(made: Ingredients, outcomes: Mapping[str, OutcomeForecast]) -> list[str]:
    result = made.simulated.result
    found = []
    if result.runs < SECURE_RUNS:
        found.append(f"The forecast rests on {result.runs} runs; its ranges are wide for that reason alone.")
    free = [each.label for each in outcomes.values() if each.anchored_on is None]
    if free:
        found.append(
            f"{', '.join(free)}: the level is the model's own, since no year of earlier counts was given. Observed "
            "counts may differ in level because they are defined otherwise, and that says nothing of the programme."
        )
    for name in made.history.place:
        months = made.history.months(name)
        gap = index_of(result.decision_date) - index_of(months[-1]) - 1 if months else 0
        if gap > LONGEST_GAP:
            found.append(f"{measure(name).label}: earlier counts end {gap} months before the decision date.")
    if RECORDED in made.history.place:
        found.append("Recorded violence moves with reporting and recording as well as with violence.")
    found += made.history.notes
    return list(dict.fromkeys(found + [each for world in result.scenarios.values() for each in world.warnings]))
