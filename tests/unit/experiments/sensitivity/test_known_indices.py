"""Known functions, lived through a sweep, are analysed to their known indices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments import sensitivity
from experiments.sensitivity import direct
from experiments.sensitivity.direct import DUMMY
from experiments.sensitivity.emulated import sobol_units
from experiments.sensitivity.methods import default_methods
from experiments.sensitivity.noise import noise_of
from experiments.sensitivity.reading import StudyData
from experiments.sensitivity.rows import ABOUT_ZERO, SPANS_ZERO, Index, index, told_honestly
from experiments.sweeps.known_functions import FUNCTIONS
from sim.core.errors import InputError
from tests.unit.experiments.sensitivity.studies import known_study

FIRST, TOTAL = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]
"""Of the function of Ishigami and Homma with a = 7 and b = 0.1."""
LINEAR = np.array([16, 4, 1, 0]) / 21


@pytest.fixture(scope="module")
def ishigami(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return known_study(tmp_path_factory.mktemp("ishigami"), "ishigami", "method: sobol, points: 128")


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return known_study(tmp_path_factory.mktemp("options"), "options", "method: latin_hypercube, points: 60", 3)


def values_of(found: sensitivity.Analysis, method: str, measure: str, target: int = 0) -> list[float]:
    rows = [row for row in found.targets[target].rows if (row.method, row.measure) == (method, measure)]
    return [np.nan if row.value is None else row.value for row in rows]


def test_the_path_of_a_sweep_leaves_a_known_function_as_it_is(ishigami: Path) -> None:
    data = StudyData(ishigami)
    [target] = data.targets()
    x = data.points
    known = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    np.testing.assert_allclose(target.means, known, atol=1e-8)


def test_ishigami_is_analysed_to_its_known_indices(ishigami: Path) -> None:
    found = sensitivity.analyse(ishigami, ["sobol", "emulator"], base_sample=2048, refits=3)
    direct_rows = {(row.measure, row.factor): row for row in found.targets[0].rows if row.method == "sobol"}
    for measure, known in (("S1", FIRST), ("ST", TOTAL)):
        for at, each in enumerate(known):
            row = direct_rows[measure, f"x{at + 1}"]
            assert row.low is not None and row.high is not None
            assert row.low <= each <= row.high
        np.testing.assert_allclose(values_of(found, "emulator", measure), known, atol=0.06)
    emulated = found.targets[0].emulated
    assert emulated is not None and emulated.trusted and 0.9 < emulated.q2 <= 1
    assert emulated.points == 256, "only points drawn independently of one another train it"
    pairs = {(row.factor, row.partner): row for row in found.targets[0].rows if row.measure == "S2"}
    assert pairs["x1", "x3"].value == pytest.approx(0.2437, abs=0.06)
    assert pairs["x1", "x2"].value is None and pairs["x1", "x2"].note == SPANS_ZERO


def test_a_large_sample_comes_as_near_as_it_should() -> None:
    """The estimator itself, on 4,096 base points, is within a hundredth of the known indices."""
    bounds = [[-np.pi, np.pi]] * 3
    x = sobol_units(3, 4096, False, 1) * 2 * np.pi - np.pi
    y = np.array([FUNCTIONS["ishigami"].level(row) for row in x])
    rows = direct.sobol_rows({"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": bounds}, y, False, 0, "sobol")
    np.testing.assert_allclose([row.value for row in rows], [*FIRST, *TOTAL], atol=0.01)


def test_a_linear_function_has_known_effects_by_every_design(tmp_path: Path) -> None:
    morris = sensitivity.analyse(known_study(tmp_path / "m", "linear", "method: morris, trajectories: 6"))
    np.testing.assert_allclose(values_of(morris, "morris", "mu_star"), [4, 2, 1, 0], atol=1e-8)
    np.testing.assert_allclose(values_of(morris, "morris", "sigma"), 0, atol=1e-8)
    corners = sensitivity.analyse(known_study(tmp_path / "f", "linear", "method: factorial"))
    np.testing.assert_allclose(values_of(corners, "swings", "change"), [4, 2, 1, 0], atol=1e-8)
    np.testing.assert_allclose(values_of(corners, "swings", "interaction"), 0, atol=1e-8)
    single = sensitivity.analyse(known_study(tmp_path / "o", "linear", "method: one_at_a_time, levels: 3"))
    np.testing.assert_allclose(values_of(single, "swings", "change"), [4, 2, 1, 0], atol=1e-8)
    assert [swing.factor for swing in single.targets[0].swings] == ["x1", "x2", "x3", "x4"]
    sobol = sensitivity.analyse(known_study(tmp_path / "s", "linear", "method: sobol, points: 32"), "sobol")
    np.testing.assert_allclose(values_of(sobol, "sobol", "ST"), LINEAR, atol=0.06)
    assert list(sobol.indices.columns[:4]) == ["target", "method", "measure", "factor"]
    page = sensitivity.store_analysis(single, tmp_path / "page").read_text(encoding="utf-8")
    assert "x1 moves it most: from 1.5 to 5.5" in page and "flip the choice" not in page
    assert "mean size of elementary effects" in sensitivity.store_analysis(morris, tmp_path / "mu").read_text("utf-8")


def test_every_method_ranks_factors_of_a_noisy_level_and_of_a_difference(options: Path) -> None:
    found = sensitivity.analyse(options, base_sample=256, refits=2)
    assert found.methods == ("emulator", "pawn", "delta", "regional")
    level, with_a, with_b = found.targets
    for method in found.methods:
        assert level.leading(method)[0].factor == "x1"
        assert with_a.leading(method)[0].factor == "x3", "drivers of an effect differ from drivers of a level"
        assert all(row.value is None for row in with_b.leading(method)), "option b adds the same everywhere"
    assert {row.factor for row in level.leading("pawn")} == {"x1", "x2", "x3", "x4", DUMMY}
    assert values_of(found, "emulator", "ST", 1) == pytest.approx([0, 0, 1, 0], abs=0.02)
    assert with_b.emulated is None and with_b.swings == ()


def test_noise_is_told_from_the_effect_of_factors(options: Path) -> None:
    """The variance of 4 x1 + 2 x2 + x3 is 21/12, and the noise of a run 1."""
    level, with_a, _ = (noise_of(np.asarray(target.values)) for target in StudyData(options).targets())
    assert level.share == pytest.approx(1 / (1 + 21 / 12), abs=0.08)
    assert level.shared_luck == pytest.approx(0, abs=0.05)
    assert level.left_in_mean == pytest.approx((1 / 3) / (1 / 3 + 21 / 12), abs=0.06)
    assert with_a.share == pytest.approx(0, abs=1e-9), "noise that is the same in both worlds cancels in the difference"
    assert noise_of(np.ones((5, 1))).share is None


def test_luck_that_points_share_is_told_from_luck_that_disturbs_comparisons() -> None:
    points, runs = np.linspace(0, 1, 50)[:, None], np.array([[-1.0, 0.0, 1.0]])
    found = noise_of(points + runs)
    assert found.share == pytest.approx(found.shared_luck) and found.share > 0.5
    assert found.left_in_mean == pytest.approx(0, abs=1e-9)


def test_what_cannot_be_told_from_none_is_said_to_be_so() -> None:
    assert told_honestly(index("sobol", "S1", "a", -0.02, 0.05)).note == ABOUT_ZERO
    pair = told_honestly(index("sobol", "S2", "a", 0.02, 0.05, "b"))
    assert pair.value is None and pair.note == SPANS_ZERO
    clear = index("sobol", "S2", "a", 0.2, 0.05, "b")
    assert told_honestly(clear) == clear
    assert told_honestly(Index("", "sobol", "S1", "a")).value is None
    assert index("sobol", "S1", "a", float("nan")).value is None


def test_a_method_that_does_not_suit_a_design_is_refused(options: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not suit the analysis morris"):
        sensitivity.analyse(options, "morris")
    with pytest.raises(InputError, match="no analysis"):
        sensitivity.analyse(options, "sobel")
    with pytest.raises(InputError, match="no outcome"):
        sensitivity.analyse(options, outcomes=["z"])
    small = known_study(tmp_path / "small", "linear", "method: latin_hypercube, points: 12")
    assert default_methods(StudyData(small)) == ()
    with pytest.raises(InputError, match="too small"):
        sensitivity.analyse(small)


def test_a_run_that_is_missing_takes_its_block_with_it(ishigami: Path) -> None:
    data = StudyData(ishigami)
    values = data.targets()[0].means.copy()
    values[7] = np.nan
    keep = direct.whole_blocks(data, values)
    assert keep.sum() == values.size - 5 and not keep[5:10].any()
    assert all(row.value is not None for row in direct.sobol(data, values, 0))
