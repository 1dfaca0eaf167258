"""Forecast recorded violence of held-out London communities, and hold the forecasts against naive ones.

Forecasts of the model, from the runs of `experiments.held_out`:

* *structural*: the simulated mean, of a model that knows nothing of recorded crime;
* *anchored*: the simulated mean of the model that was told an earlier year, at the level of that year;
* *anchored and updated*: the same, with what each community's own record still says that the simulation does not.

Intervals hold the spread of the joint draws, and negative binomial counts about the mean whose spread, like the weight
of the own record, is learnt in the *other* held-out boroughs (see `calibration.predictive`).

Naive forecasts: last year's value; the same, shrunk towards the rate of the borough; a Poisson regression on income
deprivation and age fitted to the earlier year of ten other boroughs; the same, updated by the own record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.benchmarks import DRAWS, fit_poisson, sample_counts
from calibration.london import Records
from calibration.predictive import learnt_weight, mean_counts, spread_of, updated
from experiments.held_out import ANCHORED, MODES, STRUCTURAL, HeldOutRun, runs_of

Array = npt.NDArray[Any]

UPDATED = "anchored and updated"
MODELS = (STRUCTURAL, ANCHORED, UPDATED)
LAST_YEAR, SHRUNKEN = "last year's value", "last year's shrunken value"
REGRESSION, REGRESSION_UPDATED = "regression on deprivation and age", "regression, updated by last year"
BENCHMARKS = (LAST_YEAR, SHRUNKEN, REGRESSION, REGRESSION_UPDATED)
LEAST = 0.5
SEED = 1


@dataclass(frozen=True, eq=False)
class Simulated:
    """Hold what the runs of one mode say of every held-out community.

    Attributes
    ----------
    mean
        Mean yearly count, at the level that the mode forecasts.
    level
        Of each community, the level of its borough in some runs over their mean (samples, communities).
    """

    mean: Array
    level: Array


def model_forecasts(held: Records, found: Sequence[HeldOutRun]) -> dict[str, Array]:
    """Return samples (draws, communities) of the later year by the model, of communities in the order of ``held``."""
    modes = {mode: simulated(held, found, mode) for mode in MODES}
    hidden = held.hidden()
    samples = {name: np.zeros((DRAWS, held.codes.size)) for name in MODELS}
    for number, borough in enumerate(np.unique(held.borough)):
        own, others = held.borough == borough, held.borough != borough
        shown_elsewhere = others & ~hidden
        for mode, says in modes.items():
            spread = spread_of(says.mean[others], held.second[others])
            mean = says.mean[own] * says.level[:, own]
            samples[mode][:, own] = sample_counts(mean, spread, SEED + number)
        anchored = modes[ANCHORED].mean
        weight, left = learnt_weight(
            anchored[shown_elsewhere], held.first[shown_elsewhere], held.second[shown_elsewhere]
        )
        for who, mean, spread in (
            (own & ~hidden, updated(anchored, held.first, weight), left),
            (own & hidden, anchored, spread_of(anchored[others & hidden], held.second[others & hidden])),
        ):
            samples[UPDATED][:, who] = sample_counts(mean[who], spread, SEED + number)
    return samples


def simulated(held: Records, found: Sequence[HeldOutRun], mode: str) -> Simulated:
    """Return the means of one mode.

    The anchored mode knows the level of the earlier year where records are shown, and takes it.
    """
    mean, level = np.zeros(held.codes.size), np.ones((DRAWS, held.codes.size))
    shown = ~held.hidden()
    for borough in np.unique(held.borough):
        own = held.borough == borough
        runs = runs_of(found, str(borough), mode)
        counts = np.stack([run.counts.mean(axis=1) for run in runs])
        mean[own] = mean_counts(
            counts, np.stack([run.pull for run in runs]), np.stack([run.usual_pull for run in runs])
        )
        if mode == ANCHORED:
            mean[own] *= held.first[own & shown].sum() / mean[own & shown].sum()
        else:
            totals = counts.sum(axis=1)
            level[:, own] = np.resize(totals / totals.mean(), DRAWS)[:, None]
    return Simulated(mean, level)


def naive_forecasts(held: Records, learning: Records) -> dict[str, Array]:
    """Return samples of the naive forecasts, with spreads and weights learnt in the boroughs that are not held out."""
    hidden = held.hidden()
    beta = fit_poisson(_design(learning), learning.first, learning.population)
    samples = {}
    for plain, better, mean, elsewhere in (
        (LAST_YEAR, SHRUNKEN, _borough_mean(held), _borough_mean(learning)),
        (REGRESSION, REGRESSION_UPDATED, _explained(held, beta), _explained(learning, beta)),
    ):
        weight, left = learnt_weight(elsewhere, learning.first, learning.second)
        unseen = sample_counts(mean, spread_of(elsewhere, learning.second), SEED)
        samples[better] = np.where(hidden, unseen, sample_counts(updated(mean, held.first, weight), left, SEED))
        samples[plain] = unseen
    own = sample_counts(
        np.maximum(held.first, LEAST), spread_of(np.maximum(learning.first, LEAST), learning.second), SEED
    )
    samples[LAST_YEAR] = np.where(hidden, samples[LAST_YEAR], own)
    return {name: samples[name] for name in BENCHMARKS}


def _design(records: Records) -> Array:
    return np.column_stack([np.ones(records.codes.size), records.deprivation, records.young])


def _explained(records: Records, beta: Array) -> Array:
    return np.asarray(np.exp(_design(records) @ beta) * records.population)


def _borough_mean(records: Records) -> Array:
    """Return what each community would have at the earlier rate of the shown communities of its borough."""
    shown, rate = ~records.hidden(), np.zeros(records.codes.size)
    for borough in np.unique(records.borough):
        inside = records.borough == borough
        rate[inside] = records.first[inside & shown].sum() / records.population[inside & shown].sum()
    return np.asarray(rate * records.population)
