"""Formulas of power against values worked out by hand and published closed forms."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from experiments.power.formula import (
    Sizes,
    clusters_for,
    clusters_for_rates,
    detectable,
    detectable_reduction,
    fixed_clusters,
    individual,
    multiplier,
    power_of,
    share_effect,
    wedge_error,
)

USUAL = (0.8, 0.05)


def test_the_multiplier_is_that_of_tables_of_students_t() -> None:
    # Tables of t: 2.024 + 0.851 at 38 degrees, 2.306 + 0.889 at 8; 1.960 + 0.842 without end (Bloom's 2.8).
    assert multiplier(38, *USUAL) == pytest.approx(2.875, abs=0.001)
    assert multiplier(8, *USUAL) == pytest.approx(3.195, abs=0.001)
    assert multiplier(1e6, *USUAL) == pytest.approx(2.802, abs=0.001)
    assert multiplier(1e6, 0.9, 0.05) == pytest.approx(3.242, abs=0.001)


def test_a_trial_of_people_by_hand() -> None:
    # 400 people, half treated: 2.8086 * sqrt(4 / 400); half of the variance explained: less by sqrt(0.5).
    plain = detectable(individual(400), *USUAL)
    assert plain == pytest.approx(0.2809, abs=0.0002)
    assert detectable(individual(400, r2=0.5), *USUAL) == pytest.approx(plain * math.sqrt(0.5), rel=1e-9)
    assert detectable(individual(500, attrition=0.2), *USUAL) == pytest.approx(plain, rel=1e-9)


def test_a_trial_of_clusters_by_hand() -> None:
    # 40 clusters of 60, ICC 0.20: 2.875 * sqrt(0.2 / 10 + 0.8 / 600) = 0.420; level-2 R2 0.5: * sqrt(0.01 + 0.00133).
    sizes = Sizes(40, 60, 0.20)
    assert detectable(sizes, *USUAL) == pytest.approx(0.4200, abs=0.0003)
    explained = replace(sizes, r2_between=0.5, covariates=1)
    assert detectable(explained, *USUAL) == pytest.approx(2.8775 * math.sqrt(0.01 + 0.8 / 600), abs=0.0005)
    # Attrition divides the people of a cluster.
    assert detectable(replace(sizes, per_cluster=75, attrition=0.2), *USUAL) == pytest.approx(detectable(sizes, *USUAL))


def test_unequal_clusters_have_eldridges_design_effect() -> None:
    # 1 + ((1 + 0.65^2) * 30 - 1) * 0.05 = 3.0838
    sizes = Sizes(20, 30, 0.05, size_cv=0.65)
    assert sizes.design_effect == pytest.approx(3.08375)
    assert sizes.standard_error == pytest.approx(math.sqrt(sizes.design_effect * 4 / (20 * 30)))


def test_without_correlation_clusters_are_people() -> None:
    assert Sizes(20, 30, 0.0).standard_error == pytest.approx(individual(600).standard_error)


def test_power_and_detectable_effect_agree() -> None:
    for sizes in (individual(200), Sizes(18, 25, 0.05), Sizes(60, 10, 0.1, size_cv=0.4)):
        # The multiplier takes the distance between two t quantiles; the power is exact, a little apart for few.
        assert power_of(sizes, detectable(sizes, *USUAL), 0.05) == pytest.approx(0.8, abs=0.012)
        assert power_of(sizes, 0.0, 0.05) == pytest.approx(0.05, abs=1e-9)


def test_clusters_needed_are_the_fewest_that_are_enough() -> None:
    sizes = Sizes(2, 25, 0.05)
    needed = clusters_for(sizes, 0.3, 0.8, 0.05)
    assert needed is not None and needed % 2 == 0
    assert power_of(replace(sizes, clusters=needed), 0.3, 0.05) >= 0.8
    assert power_of(replace(sizes, clusters=needed - 2), 0.3, 0.05) < 0.8
    assert clusters_for(sizes, 0.0, 0.8, 0.05) is None


def test_a_fixed_number_of_clusters_is_feasible_by_hemmings_rule() -> None:
    # With 28 clusters 0.25 needs (2.056 + 0.856)^2 * 4 / 0.25^2 = 542 people, and 542 * 0.05 = 27.1 is less than 28;
    # with 27 it is 27.2.
    found = fixed_clusters(Sizes(1_000, 20, 0.05), 0.25, *USUAL)
    assert found.feasible and found.clusters_at_least == 28
    few = fixed_clusters(Sizes(20, 20, 0.05), 0.25, *USUAL)
    assert not few.feasible and few.per_cluster is None and few.smallest_effect > 0.25
    enough = Sizes(40, 1, 0.05)
    size = fixed_clusters(enough, 0.25, *USUAL).per_cluster
    assert size is not None
    assert detectable(replace(enough, per_cluster=size), *USUAL) == pytest.approx(0.25)


def test_rates_of_events_by_hayes_and_bennett() -> None:
    # 1 + 7.849 * ((0.010 + 0.005) / 2000 + 0.25^2 * (0.010^2 + 0.005^2)) / 0.005^2 = 5.81 clusters in each arm
    needed = clusters_for_rates(0.010, 0.005, 2000, 0.25, *USUAL)
    assert needed == pytest.approx(5.807, abs=0.003)
    assert detectable_reduction(0.010, 2000, 0.25, needed, *USUAL) == pytest.approx(0.5, abs=1e-6)
    assert detectable_reduction(0.010, 2000, 2.0, 2, *USUAL) is None
    assert clusters_for_rates(0.01, 0.01, 2000, 0.25, *USUAL) == math.inf


def test_shares_are_put_in_standard_deviations() -> None:
    assert share_effect(0.2, 0.15) == pytest.approx(-0.125)


def test_a_stepped_wedge_has_hussey_and_hughes_variance() -> None:
    # I s2 (s2 + T t2) / ((I U - W) s2 + (U^2 + I T U - T W - I V) t2), s2 the variance of a mean, t2 between clusters.
    clusters, steps, people, icc = 12, 4, 20, 0.05
    periods = steps + 1
    treated = [[period >= cluster * steps // clusters + 1 for period in range(periods)] for cluster in range(clusters)]
    total = sum(map(sum, treated))
    by_period = sum(sum(column) ** 2 for column in zip(*treated, strict=True))
    by_cluster = sum(sum(row) ** 2 for row in treated)
    s2, t2 = (1 - icc) / people, icc
    top = clusters * s2 * (s2 + periods * t2)
    bottom = (clusters * total - by_period) * s2 + (
        total**2 + clusters * periods * total - periods * by_period - clusters * by_cluster
    ) * t2
    assert wedge_error(Sizes(clusters, people, icc), steps) == pytest.approx(math.sqrt(top / bottom))
    # Drift between periods takes away part of what a cluster tells of itself.
    assert wedge_error(Sizes(clusters, people, icc), steps, 0.5) > math.sqrt(top / bottom)
