"""The fit of the shipped model: what it moves, which files it opens, breaking off, and shipping."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from calibration.fitting import shipping
from calibration.fitting.driver import FitSettings, calibrate
from calibration.fitting.one_run import Size
from calibration.fitting.space import read_space, registry_with
from calibration.samples import LEFT_OUT, pools, sample
from calibration.targets import reading
from sim.core.errors import InputError
from sim.parameters import load_registry, posterior, registry
from sim.population import open_data
from tests.unit.calibration.fake_runs import FakeRuns, few_directions

SETTINGS = FitSettings(100, Size(5, 1, 0), 0)


@pytest.fixture(scope="module")
def small():
    with few_directions():
        yield


@pytest.fixture(scope="module")
def done(small, tmp_path_factory):
    """Fit once, and note the files of targets opened and the runs lived."""
    folder, opened, runs = tmp_path_factory.mktemp("fits") / "fit", [], FakeRuns()
    read = reading.read_shipped_yaml
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "read_shipped_yaml", lambda path: opened.append(path.name) or read(path))
        found = calibrate(runs, folder, SETTINGS)
    return folder, found, set(opened), runs.lived


def test_the_fit_never_opens_the_targets_of_validation(done):
    folder, found, opened, _ = done
    assert opened == {"calibrate.yaml"}
    validated = {target.statistic for target in reading.read_validation_targets()}
    lived = json.loads(next((folder / "runs").iterdir()).read_text())
    assert validated.isdisjoint(lived["statistics"])
    assert validated.isdisjoint(row["statistic"] for row in found["targets"])


def test_a_fit_broken_off_goes_on_where_it_was(done, tmp_path):
    folder, wanted, _, lived = done
    first, second = FakeRuns(break_after=43), FakeRuns()
    with pytest.raises(KeyboardInterrupt):
        calibrate(first, tmp_path / "broken", SETTINGS)
    found = calibrate(second, tmp_path / "broken", SETTINGS)
    assert first.lived == 43 and second.lived == lived - 43
    assert found["directions"] == wanted["directions"]
    assert (tmp_path / "broken" / "draws.csv").read_text() == (folder / "draws.csv").read_text()


def test_a_folder_of_another_fit_is_refused(done, tmp_path):
    folder, *_ = done
    with pytest.raises(InputError, match="differs in budget_runs"):
        calibrate(FakeRuns(), folder, FitSettings(101, SETTINGS.size, 0))
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(InputError, match="something else"):
        calibrate(FakeRuns(), tmp_path, SETTINGS)


def test_shipping_makes_the_centre_the_central_values_and_the_draws_the_joint_draws(done, monkeypatch, tmp_path):
    folder, found, *_ = done
    parameters, draws, readme = tmp_path / "parameters", tmp_path / "posterior" / "draws.csv", tmp_path / "README.md"
    shutil.copytree(registry.HERE, parameters, ignore=shutil.ignore_patterns("__pycache__"))
    readme.write_text(f"Before\n{shipping.BEGIN}\nold\n{shipping.END}\nafter\n")
    shipping.ship(folder, parameters, draws, readme)
    table = posterior.read_draws(draws)
    monkeypatch.setattr("sim.parameters.draws.read_draws", lambda: table)
    centre, start = load_registry(parameters), load_registry()
    rows = {row["name"]: row for row in found["directions"]}
    assert centre["violence.base_peer"] == pytest.approx(rows["peer_level"]["centre"][0], rel=1e-3)
    ratio = centre["services.sanction"] / start["services.sanction"]
    assert ratio == pytest.approx(np.full(2, rows["sanctions"]["centre"][0]), rel=1e-3)
    drawn = [centre.draw(number)["violence.base_peer"] for number in range(200)]
    assert drawn == pytest.approx(table["violence.base_peer"].tolist())
    factors = [centre.draw(n)["services.sanction"][0] / centre["services.sanction"][0] for n in (0, 7, 199)]
    assert factors == pytest.approx(table["services.sanction"][[0, 7, 199]].tolist())
    text = readme.read_text()
    assert text.startswith("Before") and "old" not in text and "peer level" in text


def test_without_shipped_draws_fitted_parameters_stand_still(tmp_path):
    assert posterior.read_draws(tmp_path / "none.csv") == {}


def test_draws_out_of_order_are_refused(tmp_path):
    path = tmp_path / "draws.csv"
    path.write_text("draw,violence.base_peer\n1,0.02\n0,0.03\n")
    with pytest.raises(ValueError, match="numbered from 0"):
        posterior.read_draws(path)


@pytest.mark.parametrize(
    "text,changed",
    [
        ("  a: {value: 1.0, unit: x}\n", "  a: {value: 2, unit: x}\n"),
        ("  a:\n    value: 1.0\n    unit: x\n", "  a:\n    value: 2\n    unit: x\n"),
    ],
)
def test_one_value_of_a_parameter_file_is_changed_and_nothing_else(text, changed):
    assert shipping.with_value("  ab: {value: 1.0}\n" + text, "a", "2") == "  ab: {value: 1.0}\n" + changed
    with pytest.raises(ValueError, match="no_such"):
        shipping.with_value(text, "no_such", "2")


def test_the_corners_of_the_cube_are_the_ends_of_the_ranges():
    space, rows = read_space(), load_registry()
    low, high = (space.moved(np.full(len(space.free), end)) for end in (0.0, 1.0))
    for free in space.free:
        for name in free.moves:
            assert low[name] == pytest.approx(rows.parameter(name).low)
            assert high[name] == pytest.approx(rows.parameter(name).high)


def test_the_start_of_the_fit_is_the_registry_as_it_stands():
    space, rows = read_space(), load_registry()
    moved = space.moved(space.start)
    for free in space.free:
        first = free.moves[0]
        wanted = 1.0 if rows.parameter(first).is_table else rows[first]
        assert moved[first] == pytest.approx(wanted, rel=1e-4, abs=1e-4), first


def test_tables_are_multiplied_and_numbers_replaced():
    found = registry_with(load_registry(), {"services.sanction": 1.2, "violence.base_peer": 0.03})
    assert found["services.sanction"] == pytest.approx(load_registry()["services.sanction"] * 1.2)
    assert found["violence.base_peer"] == 0.03


def test_a_direction_that_moves_what_may_not_be_fitted_is_refused(tmp_path):
    path = tmp_path / "free.yaml"
    line = "{{moves: [{}], scale: linear, informs: T01}}"
    path.write_text(
        "schema: placewise.free/1\nfree:\n  a: " + line.format("violence.factor_alcohol")
        + "\n  b: " + line.format("violence.base_pear") + "\nevidence: [violence.base_peer]\n"
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_space(path)
    text = str(caught.value)
    assert "kind evidence" in text and "Did you mean violence.base_peer" in text and "no parameter that varies" in text


def test_fit_and_validation_use_different_lsoas_and_neither_uses_the_boroughs_left_out():
    fitted, apart = pools()
    assert not set(fitted) & set(apart)
    table = open_data.read_lsoa_columns(("lsoa", "la_name"))
    outside = set(table["lsoa"][np.isin(table["la_name"].astype(str), LEFT_OUT)].astype(str))
    assert len(outside) > 2000 and not outside & (set(fitted) | set(apart))
    assert apart.size / (apart.size + fitted.size) == pytest.approx(0.2, abs=0.001)


def test_every_fifth_of_deprivation_has_its_share_of_a_sample_and_samples_differ():
    pool = pools()[0]
    at = {code: number for number, code in enumerate(pool)}
    ranks = np.array([at[code] for code in sample(pool, 50, 3)])
    assert np.bincount(ranks * 5 // pool.size).tolist() == [10] * 5
    everybody = set().union(*(sample(pool, 50, number) for number in range(100)))
    assert len(everybody) > 4500


def test_every_value_that_the_fit_moves_can_be_written_into_its_file():
    for free in read_space().free:
        for name in free.moves:
            room, row = name.split(".")
            text = (registry.HERE / f"{room}.yaml").read_text()
            assert shipping.with_value(text, row, "123.25").count("value: 123.25") == 1
