"""Many virtual trials from few simulations, by lots drawn again over the same paired outcomes.

Every recruit has lived both worlds: the one in which nobody is treated, and the one in which every recruit is. A trial
takes some clusters, gives each an arm by lot, and sees each cluster in the world of its arm. That is exact where nobody
in the control arm is touched by those treated; what touches them is measured by worlds that are lived whole (`joint`).
A trial of more clusters than one population holds takes in several, as a trial in several such places would.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, declare_sheet, mix64
from sim.core.hazards import logistic

Array = npt.NDArray[Any]

DRAWN = declare_sheet("power.trial", ("cluster", "arm", "person", "lost"))
SHUFFLED = declare_sheet("power.permutation", ("arm",))
FEWEST_CLUSTERS = 4


@dataclass(frozen=True)
class Paired:
    """Hold both outcomes of every recruit of one population: ``0`` in the world untreated, ``1`` in that treated.

    Attributes
    ----------
    key, unit
        Who, and what each is randomised with; different in different populations.
    seen0, seen1
        Outcome as a trialist sees it, of those not lost.
    truth0, truth1
        Outcome expected before luck, seen or not.
    stayed0, stayed1
        Whether there at the end of follow-up.
    completed
        Whether the recruit takes part to the end when treated.
    risk
        Individual log-risk of violence, less its mean.
    asked
        People whom the route found, willing or not.
    """

    key: Array
    unit: Array
    seen0: Array
    seen1: Array
    truth0: Array
    truth1: Array
    stayed0: Array
    stayed1: Array
    completed: Array
    risk: Array
    asked: int = 0

    def __len__(self) -> int:
        return int(self.key.size)

    @property
    def units(self) -> int:
        """Number of units of randomisation."""
        return int(np.unique(self.unit).size)

    def null(self) -> Paired:
        """Return the same people with a programme that changes nothing."""
        return replace(self, seen1=self.seen0, truth1=self.truth0, stayed1=self.stayed0)


def told_apart(keys: Array, population: int) -> Array:
    """Return keys that differ from those of other populations."""
    return np.asarray(keys, np.uint64) ^ np.uint64(mix64(np.uint64(population + 1)))


@dataclass(frozen=True)
class Rules:
    """Say how each trial is made and analysed.

    Attributes
    ----------
    clusters, per_cluster
        Units in both arms; the most people taken in from each, all when None.
    attrition
        Share of people lost, besides those who leave; None where nobody has to be found.
    attrition_by_risk
        Log odds of being lost for one unit of log-risk.
    alpha
        Two-sided level of the test.
    rated
        Effects are relative to the spread of people's outcome, not to its mean.
    permutations
        Shuffled allocations of a permutation test; 0 for Student's t between cluster means.
    """

    clusters: int
    per_cluster: int | None = None
    attrition: float | None = 0.0
    attrition_by_risk: float = 0.0
    alpha: float = 0.05
    rated: bool = False
    permutations: int = 0


@dataclass(frozen=True)
class Found:
    """Hold what each of many trials found, arrays of shape (trials,).

    ``estimate`` and ``error`` are of the difference between means of clusters; ``control`` is the mean of clusters of
    the control arm. ``people`` were randomised and ``analysed`` followed up, both arms together.
    """

    estimate: Array
    error: Array
    degrees: Array
    significant: Array
    control: Array
    clusters: Array
    people: Array
    analysed: Array
    truth: float
    scale: float

    @property
    def power(self) -> float:
        """Share of trials that show an effect."""
        return float(self.significant.mean())

    @property
    def power_error(self) -> float:
        """Monte-Carlo standard error of that share."""
        return math.sqrt(max(self.power * (1.0 - self.power), 1.0 / self.significant.size) / self.significant.size)

    @property
    def errors(self) -> float:
        """How many standard errors the effect has in a trial of this size: mean estimate over its own spread."""
        spread = float(self.estimate.std(ddof=1))
        usual = math.sqrt(float(np.mean(self.error**2)))
        # Lots drawn over all clusters of one population spread less than trials of other clusters would.
        return float(self.estimate.mean()) / max(spread, usual) if max(spread, usual) > 0 else 0.0

    @property
    def relative(self) -> float:
        """Mean estimate as a share of the control arm's mean, or in standard deviations."""
        return float(self.estimate.mean()) / self.scale if self.scale else math.nan

    @property
    def coverage(self) -> float:
        """Share of trials whose interval holds the mean effect on the outcome that is seen."""
        from scipy.special import stdtrit

        half = stdtrit(self.degrees, 0.975) * self.error
        return float(np.mean(np.abs(self.estimate - self.truth) <= half))


class Pool:
    """Hold the populations that trials draw from, laid out for drawing quickly."""

    def __init__(self, populations: Sequence[Paired]) -> None:
        self.populations = [each for each in populations if each.units >= 2]
        self.units: list[tuple[Array, Array]] = []
        for each in self.populations:
            keys, of = np.unique(each.unit, return_inverse=True)
            self.units.append((keys, of))
        self.clusters = sum(keys.size for keys, _ in self.units)
        self.smallest = min((keys.size for keys, _ in self.units), default=0)

    def drawn_from(self, clusters: int, number: int) -> list[int]:
        """Return the populations that trial ``number`` of so many clusters takes in, as few as can be."""
        size = len(self.populations)
        taken: list[int] = []
        room = 0
        while room < clusters and len(taken) < size:
            taken.append((number + len(taken)) % size)
            room += self.units[taken[-1]][0].size
        return taken

    def truth_seen(self) -> float:
        """Return the mean over all clusters of the effect on the outcome that is seen, nobody lost."""
        parts = [
            _means(each.seen1 - each.seen0, of, keys.size)
            for each, (keys, of) in zip(self.populations, self.units, strict=True)
        ]
        return float(np.concatenate(parts).mean())

    def scale(self, rated: bool) -> float:
        """Return what effects are relative to: the mean over clusters untreated, or the spread of people."""
        if rated:
            return float(np.std(np.concatenate([each.seen0 for each in self.populations])))
        parts = [
            _means(each.seen0, of, keys.size) for each, (keys, of) in zip(self.populations, self.units, strict=True)
        ]
        return float(np.concatenate(parts).mean())


def _means(values: Array, of: Array, units: int) -> Array:
    return np.bincount(of, values, units) / np.bincount(of, minlength=units)


def many_trials(pool: Pool, rules: Rules, trials: int, seed: int = 0) -> Found:
    """Draw trials again and again, each with lots of its own.

    The lots of trial ``t`` are keyed by person, cluster and ``t``, so that one more trial changes no other.
    """
    chance = Chance(seed)
    rows = np.array([_one(pool, rules, chance, number) for number in range(trials)])
    estimate, error, degrees, significant, control, clusters, people, analysed = rows.T
    return Found(
        *(estimate, error, degrees, significant > 0, control, clusters, people, analysed),
        truth=pool.truth_seen(),
        scale=pool.scale(rules.rated),
    )


def _one(pool: Pool, rules: Rules, chance: Chance, number: int) -> tuple[float, ...]:
    """Return estimate, error, degrees, significance, control mean, clusters, people and analysed of one trial."""
    taken = pool.drawn_from(rules.clusters, number)
    keys = np.concatenate([pool.units[each][0] for each in taken])
    lots = chance.uniforms(DRAWN, DRAWN.word("cluster"), keys, number)
    chosen = np.zeros(keys.size, bool)
    chosen[np.argsort(lots, kind="stable")[: rules.clusters]] = True
    arm = _arms(chance.uniforms(DRAWN, DRAWN.word("arm"), keys, number), chosen)
    sums, sizes, people, start = np.zeros(keys.size), np.zeros(keys.size), 0, 0
    for each in taken:
        population, (own, of) = pool.populations[each], pool.units[each]
        here = slice(start, start + own.size)
        start += own.size
        kept = chosen[here][of]
        if rules.per_cluster is not None:
            kept &= _first_few(chance, population.key, of, rules.per_cluster, number)
        treated = arm[here][of]
        people += int(kept.sum())
        kept &= _followed(chance, population, treated, rules, number)
        seen = np.where(treated, population.seen1, population.seen0)
        sums[here] += np.bincount(of[kept], seen[kept], own.size)
        sizes[here] += np.bincount(of[kept], minlength=own.size)
    there = chosen & (sizes > 0)
    means = sums[there] / sizes[there]
    return (*_tested(means, arm[there], keys[there], rules, chance, number), int(there.sum()), people, int(sizes.sum()))


def _arms(lots: Array, chosen: Array) -> Array:
    """Return which clusters are treated: half of those chosen, by lot."""
    arm = np.zeros(lots.size, bool)
    rows = np.flatnonzero(chosen)
    arm[rows[np.argsort(lots[rows], kind="stable")[: rows.size // 2]]] = True
    return arm


def _first_few(chance: Chance, keys: Array, of: Array, most: int, number: int) -> Array:
    """Return which people are among the first ``most`` of their cluster by lot."""
    lots = chance.uniforms(DRAWN, DRAWN.word("person"), keys, number)
    order = np.lexsort((lots, of))
    size = np.bincount(of)
    first = np.cumsum(size) - size
    rank = np.empty(of.size, np.int64)
    rank[order] = np.arange(of.size) - first[of[order]]
    return np.asarray(rank < most)


def _followed(chance: Chance, population: Paired, treated: Array, rules: Rules, number: int) -> Array:
    if rules.attrition is None:
        return np.ones(len(population), bool)
    stayed = np.where(treated, population.stayed1, population.stayed0)
    if rules.attrition <= 0.0:
        return stayed
    odds = math.log(rules.attrition / (1.0 - rules.attrition)) if rules.attrition < 1.0 else math.inf
    lost = logistic(odds + rules.attrition_by_risk * population.risk)
    return np.asarray(stayed & (chance.uniforms(DRAWN, DRAWN.word("lost"), population.key, number) >= lost))


def _tested(
    means: Array, arm: Array, keys: Array, rules: Rules, chance: Chance, number: int
) -> tuple[float, float, float, float, float]:
    """Compare the means of clusters: difference, its error, degrees of freedom, significance, control mean."""
    from scipy.special import stdtrit

    one, other = means[arm], means[~arm]
    degrees = float(one.size + other.size - 2)
    if min(one.size, other.size) < 1 or degrees < 1:
        return 0.0, math.inf, 1.0, 0.0, math.nan
    difference = float(one.mean() - other.mean())
    squares = float(((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum())
    error = math.sqrt(squares / degrees * (1.0 / one.size + 1.0 / other.size))
    if rules.permutations:
        rejected = _permuted(means, arm, keys, rules, chance, number) <= rules.alpha
    else:
        rejected = abs(difference) > float(stdtrit(degrees, 1.0 - rules.alpha / 2.0)) * error
    return difference, error, degrees, float(rejected), float(other.mean())


def _permuted(means: Array, arm: Array, keys: Array, rules: Rules, chance: Chance, number: int) -> float:
    """Return the probability of a difference at least as large among shuffled allocations, this one among them."""
    treated = int(arm.sum())
    found = abs(means[arm].mean() - means[~arm].mean())
    total, count = float(means.sum()), 1
    for index in range(rules.permutations):
        order = np.argsort(chance.uniforms(SHUFFLED, 0, keys, number, index), kind="stable")
        above = float(means[order[:treated]].sum())
        count += abs(above / treated - (total - above) / (means.size - treated)) >= found - 1e-12
    return count / (rules.permutations + 1)
