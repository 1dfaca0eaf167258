"""Power by formula: what a trial of a given size could see. Effects are in standard deviations of the outcome.

Individual and cluster trials: Bloom 2005, as in Dong and Maynard 2013. Unequal clusters: Eldridge 2006. A fixed number
of clusters: Hemming 2011. Rates of events: Hayes and Bennett 1999. Stepped wedges: generalised least squares on means
of clusters in periods (Hussey and Hughes 2007; a cluster's level may drift between periods, Hooper 2016).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MOST_CLUSTERS = 20_000
FEWEST_CLUSTERS = 4


@dataclass(frozen=True)
class Sizes:
    """Describe a trial in two arms.

    Attributes
    ----------
    clusters, per_cluster
        Units randomised in both arms, and people randomised in each; people themselves are clusters of one.
    icc
        Share of the variance of the outcome that lies between clusters.
    size_cv
        Coefficient of variation of the sizes of clusters, for an analysis in which every person counts the same.
    attrition
        Share of people lost.
    r2_within, r2_between
        Share of the variance within and between clusters that covariates explain.
    covariates
        Covariates of clusters; each takes a degree of freedom.
    treated_share
        Share of clusters in the treated arm.
    """

    clusters: int
    per_cluster: float = 1.0
    icc: float = 0.0
    size_cv: float = 0.0
    attrition: float = 0.0
    r2_within: float = 0.0
    r2_between: float = 0.0
    covariates: int = 0
    treated_share: float = 0.5

    @property
    def followed(self) -> float:
        """People followed up in each cluster."""
        return self.per_cluster * (1.0 - self.attrition)

    @property
    def design_effect(self) -> float:
        """Factor by which clusters inflate the variance of the effect, covariates aside."""
        return 1.0 + ((1.0 + self.size_cv**2) * self.followed - 1.0) * self.icc

    @property
    def degrees(self) -> float:
        """Degrees of freedom of a test between clusters."""
        return max(float(self.clusters - 2 - self.covariates), 1.0)

    @property
    def standard_error(self) -> float:
        """Standard error of the effect."""
        between = self.icc * (1.0 + self.size_cv**2) * (1.0 - self.r2_between)
        within = (1.0 - self.icc) * (1.0 - self.r2_within) / max(self.followed, 1e-9)
        return math.sqrt((between + within) / (self.treated_share * (1.0 - self.treated_share) * self.clusters))


def individual(people: int, attrition: float = 0.0, r2: float = 0.0, covariates: int = 0) -> Sizes:
    """Return the sizes of a trial that randomises people."""
    return Sizes(round(people * (1.0 - attrition)), 1.0, r2_within=r2, covariates=covariates)


def multiplier(degrees: float, power: float, alpha: float) -> float:
    """Return how many standard errors an effect must have to be seen with this power in a two-sided test."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 1.0 - alpha / 2.0) + stdtrit(degrees, power))


def detectable(sizes: Sizes, power: float, alpha: float) -> float:
    """Return the minimum detectable effect."""
    return multiplier(sizes.degrees, power, alpha) * sizes.standard_error


def power_at(errors: float, degrees: float, alpha: float) -> float:
    """Return the power of a two-sided t test for a true effect of so many standard errors."""
    from scipy.special import nctdtr, stdtrit

    critical, size = float(stdtrit(degrees, 1.0 - alpha / 2.0)), abs(errors)
    below, far_below = float(nctdtr(degrees, size, critical)), float(nctdtr(degrees, size, -critical))
    # The library gives up on the far tail, where the normal is as good.
    below = below if math.isfinite(below) else NormalDist(size).cdf(critical)
    return 1.0 - below + (far_below if math.isfinite(far_below) else 0.0)


def power_of(sizes: Sizes, effect: float, alpha: float) -> float:
    """Return the power of a trial for a true effect."""
    return power_at(effect / sizes.standard_error, sizes.degrees, alpha)


def clusters_for(sizes: Sizes, effect: float, power: float, alpha: float) -> int | None:
    """Return the fewest clusters, an even number, with which the power is reached; None where none is enough."""

    def enough(halves: int) -> bool:
        return power_of(replace(sizes, clusters=2 * halves), effect, alpha) >= power

    return None if (halves := fewest(enough, FEWEST_CLUSTERS // 2, MOST_CLUSTERS // 2)) is None else 2 * halves


def fewest(enough: Any, low: int, high: int) -> int | None:
    """Return the smallest whole number from ``low`` to ``high`` for which a growing condition holds, or None."""
    if not enough(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


@dataclass(frozen=True)
class FixedClusters:
    """Say whether a fixed number of clusters can be enough.

    Attributes
    ----------
    feasible
        Whether any size of cluster is enough.
    per_cluster
        People in each cluster that are needed; None where no number is enough.
    smallest_effect
        The smallest effect that so many clusters could ever detect, were they endless.
    clusters_at_least
        The fewest clusters with which some size of cluster is enough; None where no number is.
    """

    feasible: bool
    per_cluster: float | None
    smallest_effect: float
    clusters_at_least: int | None


def fixed_clusters(sizes: Sizes, effect: float, power: float, alpha: float) -> FixedClusters:
    """Return what a fixed number of clusters allows: enough only where they are more than ``n * icc``.

    ``n`` is the number of people that a trial without clusters would need.
    """
    shares = sizes.treated_share * (1.0 - sizes.treated_share)
    between = sizes.icc * (1.0 + sizes.size_cv**2) * (1.0 - sizes.r2_between)
    within = (1.0 - sizes.icc) * (1.0 - sizes.r2_within)

    def people(clusters: int) -> float:
        factor = multiplier(max(clusters - 2.0 - sizes.covariates, 1.0), power, alpha)
        return factor**2 / (shares * effect**2) if effect else math.inf

    alone = people(sizes.clusters)
    feasible = sizes.clusters > alone * between
    followed = alone * within / (sizes.clusters - alone * between) if feasible else None
    smallest = multiplier(sizes.degrees, power, alpha) * math.sqrt(between / (shares * sizes.clusters))
    return FixedClusters(
        feasible,
        None if followed is None else followed / (1.0 - sizes.attrition),
        smallest,
        fewest(lambda clusters: clusters > people(clusters) * between, FEWEST_CLUSTERS, MOST_CLUSTERS),
    )


def clusters_for_rates(
    control: float, treated: float, person_years: float, variation: float, power: float, alpha: float
) -> float:
    """Return the clusters needed in each arm to tell two rates of events apart.

    Parameters
    ----------
    control, treated : events in a person-year.
    person_years : of one cluster.
    variation : coefficient of variation of the true rates of clusters of one arm.
    """
    if control == treated:
        return math.inf
    return 1.0 + _normal_multiplier(power, alpha) ** 2 * _rate_variance(control, treated, person_years, variation) / (
        (control - treated) ** 2
    )


def detectable_reduction(
    control: float, person_years: float, variation: float, per_arm: float, power: float, alpha: float
) -> float | None:
    """Return the smallest relative reduction of a rate that so many clusters in each arm detect; None where none."""
    low, high = 0.0, 1.0
    if clusters_for_rates(control, 0.0, person_years, variation, power, alpha) > per_arm:
        return None
    for _ in range(60):
        middle = (low + high) / 2.0
        needed = clusters_for_rates(control, control * (1.0 - middle), person_years, variation, power, alpha)
        low, high = (low, middle) if needed <= per_arm else (middle, high)
    return high


def _rate_variance(control: float, treated: float, person_years: float, variation: float) -> float:
    return (control + treated) / person_years + variation**2 * (control**2 + treated**2)


def _normal_multiplier(power: float, alpha: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(1.0 - alpha / 2.0) + ndtri(power))


def share_effect(control: float, treated: float) -> float:
    """Return the difference between two shares of people in standard deviations of the control arm's outcome."""
    return (treated - control) / math.sqrt(control * (1.0 - control))


def wedge_error(sizes: Sizes, steps: int, autocorrelation: float = 1.0) -> float:
    """Return the standard error of the effect in a stepped wedge in which new people are seen in each period.

    Parameters
    ----------
    sizes : ``per_cluster`` people in each period; clusters cross over in ``steps`` groups as even as can be.
    steps : periods less one; nobody is treated in the first, everybody in the last.
    autocorrelation : of a cluster's level between any two periods.
    """
    periods = steps + 1
    crossing = np.arange(sizes.clusters) * steps // sizes.clusters + 1
    between = sizes.icc * (1.0 - sizes.r2_between)
    within = (1.0 - sizes.icc) * (1.0 - sizes.r2_within) / sizes.followed
    noise = within + between * (1.0 - autocorrelation)
    variance = np.full((periods, periods), between * autocorrelation) + noise * np.eye(periods)
    inverse = np.linalg.inv(variance)
    information = np.zeros((periods + 1, periods + 1))
    for first in crossing:
        design = np.column_stack([np.eye(periods), np.arange(periods) >= first])
        information += design.T @ inverse @ design
    return math.sqrt(float(np.linalg.inv(information)[-1, -1]))
