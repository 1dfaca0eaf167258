from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.parameters import Registry, load_registry
from sim.parameters.draws import DRAWS, quantile, uniform_of
from tests.unit.parameters.conftest import HEAD, Write, row, table_row

MANY = [uniform_of("families.stress", number) for number in range(DRAWS)]


def test_a_number_always_gives_the_same_values(registry: Registry) -> None:
    assert registry.draw(7).digest() == registry.draw(7).digest() == registry.draw(7 + DRAWS).digest()
    assert registry.draw(7).digest() == registry.draw(3).draw(7).digest()
    assert registry.draw(7).digest() != registry.draw(8).digest()


def test_the_uniform_of_a_parameter_is_pinned() -> None:
    assert uniform_of("families.stress", 0) == pytest.approx(0.9877059390198585, abs=1e-12)


def test_draw_zero_is_not_the_central_values(registry: Registry) -> None:
    assert registry.draw(0)["families.stress"] != registry["families.stress"]


def test_only_evidence_varies(registry: Registry) -> None:
    drawn = registry.draw(5)
    changed = {identifier for identifier in registry if not np.array_equal(drawn[identifier], registry[identifier])}
    assert changed == {"families.stress", "families.by_age"}


def test_a_table_is_multiplied_by_one_factor(registry: Registry) -> None:
    ratio = registry.draw(5)["families.by_age"] / registry["families.by_age"]
    assert np.ptp(ratio) == pytest.approx(0.0, abs=1e-12)
    assert not registry.draw(5)["families.by_age"].flags.writeable


def test_a_table_of_probabilities_never_exceeds_one(write: Write) -> None:
    text = table_row().replace("[1.0, 2.0, 3.0]", "[0.2, 0.9, 1.0]").replace("per month", "probability")
    tables = np.array([load_registry(write(HEAD + text)).draw(number)["families.by_age"] for number in range(20)])
    assert tables.max() == 1.0
    assert len(np.unique(tables[:, 0])) == 20


def test_adding_a_parameter_moves_no_other(write: Write) -> None:
    before = load_registry(write(HEAD + row("one") + row("two")))
    after = load_registry(write(HEAD + row("between") + row("two") + row("another") + row("one")))
    for number in range(0, DRAWS, 17):
        for identifier in before:
            assert before.draw(number)[identifier] == after.draw(number)[identifier]


def test_uniforms_fill_the_interval_and_are_independent_of_each_other() -> None:
    assert stats.kstest(MANY, "uniform").pvalue > 0.001
    others = [uniform_of("families.by_age", number) for number in range(DRAWS)]
    assert abs(np.corrcoef(MANY, others)[0, 1]) < 0.2


@pytest.mark.parametrize("shape", ["normal", "lognormal"])
@given(
    low=st.floats(0.01, 0.45),
    central=st.floats(0.5, 0.9),
    high=st.floats(1.0, 9.0),
)
def test_range_is_the_central_95_percent_and_the_value_the_median(
    shape: str, low: float, central: float, high: float
) -> None:
    found = [quantile(shape, central, low, high, share) for share in (0.025, 0.5, 0.975)]
    assert found == pytest.approx([low, central, high], rel=1e-9)


@given(mean=st.floats(0.05, 0.95), reach=st.floats(0.2, 0.9))
def test_beta_has_its_mean_at_the_value_and_95_percent_within_the_range(mean: float, reach: float) -> None:
    half = reach * min(mean, 1.0 - mean)
    low, high = mean - half, mean + half
    shares = (np.arange(4000) + 0.5) / 4000
    sample = np.array([quantile("beta", mean, low, high, float(share)) for share in shares[::10]])
    assert sample.mean() == pytest.approx(mean, abs=0.01)
    assert np.mean((sample >= low) & (sample <= high)) == pytest.approx(0.95, abs=0.01)


@given(uniform=st.floats(1e-9, 1 - 1e-9))
def test_draws_stay_where_the_whole_range_lies(uniform: float) -> None:
    assert 0.0 <= quantile("normal", 0.9, 0.5, 1.0, uniform) <= 1.0
    assert quantile("normal", -0.1, -0.3, 0.0, uniform) <= 0.0
    assert quantile("normal", 2.0, 0.1, 9.0, uniform) >= 0.0
    assert 3.0 <= quantile("uniform", 4.0, 3.0, 7.0, uniform) <= 7.0


@given(
    first=st.floats(1e-6, 1 - 1e-6),
    second=st.floats(1e-6, 1 - 1e-6),
    shape=st.sampled_from(["uniform", "normal", "lognormal", "beta"]),
)
def test_quantiles_rise_with_the_uniform(first: float, second: float, shape: str) -> None:
    lower, upper = (quantile(shape, 0.4, 0.2, 0.7, share) for share in sorted((first, second)))
    assert lower <= upper
    assert math.isfinite(upper)
