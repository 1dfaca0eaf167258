"""Sweep files say what is wrong with them; designs are the points they promise; points share what they can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import experiments
from experiments.checking import check_files
from experiments.cli import app
from experiments.pickle_cache import PickleCache
from experiments.sweeps.designs import design_points, salib_problem
from experiments.sweeps.estimating import estimate
from experiments.sweeps.factor import Factor, parameter_range
from experiments.sweeps.form import Design
from experiments.sweeps.sweep_file import read_sweep
from experiments.sweeps.sweeping import prepare, sweep
from sim.core.errors import InputError
from sim.parameters import load_registry
from sim.population.places import resolve
from tests.unit.experiments.fake_place import FakePlace
from tests.unit.experiments.sweep_world import KnownData, SweepWorld, build_known, sweep_world

EXAMPLES = Path(experiments.__file__).parent / "studies"
LARGER_EXAMPLES = ("sobol_of_fifteen", "two_thousand_runs")
FACTORS = (Factor("parameters.a", "a", 0.0, 3.0, base=1.0), Factor("interventions.m.months", "b", 2.0, 8.0, whole=True))


@pytest.fixture
def world(tmp_path: Path, registry: Any) -> SweepWorld:
    return sweep_world(tmp_path, registry)


def points(method: str, **options: Any) -> np.ndarray:
    return design_points(Design(method=method, **options), FACTORS)


def test_a_grid_has_every_combination() -> None:
    found = points("grid", levels=3)
    assert found.shape == (9, 2)
    assert {tuple(row) for row in found} == {(a, b) for a in (0.0, 1.5, 3.0) for b in (2.0, 5.0, 8.0)}


def test_a_factorial_has_every_corner() -> None:
    assert {tuple(row) for row in points("factorial")} == {(a, b) for a in (0.0, 3.0) for b in (2.0, 8.0)}


def test_one_at_a_time_leaves_the_others_at_their_base() -> None:
    factors = (FACTORS[0], Factor("partnership.data_sharing", "c", 0.0, 1.0, base=0.2))
    found = design_points(Design(method="one_at_a_time", levels=4), factors)
    assert found[0].tolist() == [1.0, 0.2]
    assert found[1:4].tolist() == [[0.0, 0.2], [2.0, 0.2], [3.0, 0.2]]
    assert set(found[4:, 0]) == {1.0} and len(found) == 8


def test_a_latin_hypercube_fills_every_stratum() -> None:
    found = points("latin_hypercube", points=20)
    assert sorted(np.floor(found[:, 0] / 3.0 * 20).astype(int)) == list(range(20))
    assert (found[:, 1] == np.rint(found[:, 1])).all()
    assert not np.array_equal(found, points("latin_hypercube", points=20, seed=1))
    assert np.array_equal(found, points("latin_hypercube", points=20))


def test_designs_of_salib_are_analysed_to_known_indices() -> None:
    """A linear function of two factors has first-order indices in the ratio of the squares of its slopes."""
    from SALib.analyze import morris, sobol

    factors = (FACTORS[0], Factor("parameters.b", "b", 2.0, 8.0))
    found = design_points(Design(method="sobol", points=256), factors)
    assert found.shape == (256 * 4, 2)
    answer = sobol.analyze(salib_problem(factors), 2 * found[:, 0] + found[:, 1], calc_second_order=False, seed=1)
    np.testing.assert_allclose(answer["S1"], [0.5, 0.5], atol=0.03)
    found = design_points(Design(method="morris", trajectories=8), factors)
    assert found.shape == (8 * 3, 2)
    effects = morris.analyze(salib_problem(factors), found, 2 * found[:, 0] + found[:, 1], num_levels=4, seed=1)
    np.testing.assert_allclose(effects["mu_star"], [6.0, 6.0])


def test_ranges_default_to_the_registry(world: SweepWorld) -> None:
    registry = load_registry()
    row = next(each for each in registry.parameters() if each.shape == "uniform" and each.range_is != "factor")
    assert parameter_range(registry, row.id) == (row.low, row.high, row.value)
    table = next(each for each in registry.parameters() if each.range_is == "factor" and each.is_table)
    assert parameter_range(registry, table.id) == (table.low, table.high, 1.0)
    text = world.file.read_text()
    world.write(text[: text.index("vary:")] + f"vary:\n  {row.id}:\n  parameters.{table.id}: {{high: 1.01}}\n")
    found = read_sweep(world.file, registry)
    assert [(each.low, each.high) for each in found.factors] == [(row.low, row.high), (table.low, 1.01)]
    assert not found.shares_burn_in


@pytest.mark.parametrize(
    ("before", "after", "line", "why", "fix"),
    [
        ("placewise.sweep/1", "placewise.swep/1", 1, "not a sweep file", "placewise.sweep/1"),
        ("runs: 3", "rums: 3", 6, "no key called", "runs"),
        ("method: grid", "method: gird", 7, "grid, factorial", ""),
        ("mentors.yaml", "mentor", 3, "mentor", ""),
        ("interventions.mentoring.places", "interventions.mentorin.places", 9, "nothing called", "mentoring"),
        ("mentoring.places_per_year", "mentoring.place_per_year", 9, 'no "place_per_year"', "places_per_year"),
        ("partnership.data_sharing", "partnership.data_sharin", 10, "nothing called", "partnership.data_sharing"),
        ("partnership.data_sharing", "economics.discount_rat", 10, "nothing called", "economics.discount"),
        ("low: 10, high: 100", "low: 100, high: 10", 9, "from low to high", ""),
        ("low: 10, high: 100, ", "", 9, "no range of its own", "low: 50"),
        ("low: 10, high: 100", "low: -10, high: 100", 9, "", ""),
        ("low: 10", "lo: 10", 9, "no key called", "low"),
        ("values: [0, 1]", "values: [0, 2]", 10, "0", ""),
        ("[incidents, admissions]", "[incidents, admisions]", 11, 'no outcome "admisions"', "admissions"),
        ("method: grid, levels: 4", "method: sobol, points: 48", 7, "power of two", "32 or 64"),
        ("method: grid, levels: 4", "method: morris, trajectories: 4", 10, "needs a range", ""),
        ("method: grid, levels: 4", "method: latin_hypercube", 7, "needs points", ""),
        ("runs: 3", "runs: 0", 6, "", ""),
        ("name: places", "name: point", 8, '"point"', "Rename"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(
    world: SweepWorld, before: str, after: str, line: int, why: str, fix: str
) -> None:
    text = world.file.read_text()
    assert before in text
    world.write(text.replace(before, after, 1))
    with pytest.raises(InputError) as caught:
        read_sweep(world.file, world.registry)
    assert line in [problem.line for problem in caught.value.problems]
    [problem] = [problem for problem in caught.value.problems if problem.line == line]
    assert why in problem.message and fix in problem.fix
    assert problem.file == str(world.file)


def test_points_that_differ_after_the_decision_date_share_burn_ins_and_baselines(world: SweepWorld) -> None:
    found = prepare(world.file, KnownData(), parameters=world.registry, build=build_known)
    assert len(found.tasks) == 3 + 3 * 8
    assert [task.worlds for task in found.tasks[:4]] == [("baseline",)] * 3 + [("mentors",)]
    lived = world.live()
    assert len(list((world.home / "worlds").iterdir())) == 3
    assert lived.runs == 27


def test_a_parameter_is_varied_in_both_worlds(world: SweepWorld, registry: Any) -> None:
    text = world.file.read_text()
    name = next(each.id for each in registry.parameters() if not each.is_table and 0 < each.low < each.high)
    world.write(text[: text.index("vary:")] + f"vary:\n  {name}:\n")
    lived = world.live(build=build_scaled)
    assert not (world.home / "worlds").exists()
    levels, changes = lived.totals("incidents"), lived.totals("incidents", paired=True)
    scale = lived.inputs()[name].to_numpy()
    assert lived.runs == 12 and len(set(scale)) == 4
    for table in (levels, changes):
        ratio = table.div(scale, axis=0)
        np.testing.assert_allclose(ratio, ratio.iloc[[0]].to_numpy().repeat(4, axis=0))


class Scaled(FakePlace):
    """Count violence in proportion to the first parameter that has a range."""

    def fork(self, scenario: Any) -> Scaled:
        world = Scaled(self.place, self.seed, self.parameters)
        world.scenario = scenario
        return world

    def result(self) -> Any:
        found = super().result()
        name = next(each.id for each in self.parameters.parameters() if not each.is_table and 0 < each.low < each.high)
        found.by_year_fifth = found.by_year_fifth * self.parameters[name]
        return found


def build_scaled(spec: Any, parameters: Any) -> FakePlace:
    return Scaled(spec.place, spec.seed, parameters)


def test_an_estimate_counts_what_will_be_done(world: SweepWorld) -> None:
    found = estimate(prepare(world.file, KnownData(), parameters=world.registry, build=build_known), 1)
    assert (found.points, found.runs, found.simulated_years) == (8, 27, 3 * (1 + 2) + 24 * 2)
    assert world.live().folder.exists()
    size = sum(path.stat().st_size for path in (world.home / "study" / "parts").iterdir())
    assert 0.5 < found.study_bytes / size < 2


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_examples_are_small(path: Path) -> None:
    found = estimate(prepare(path), 2)
    if path.stem not in LARGER_EXAMPLES:
        assert 10 <= found.runs <= 400 and found.seconds < 60


def test_the_largest_example_shares_twenty_burnt_in_places_and_fits_its_folder() -> None:
    found = prepare(EXAMPLES / "two_thousand_runs.yaml")
    reckoned = estimate(found, 2)
    assert found.common.plan.place.population > 150_000
    assert (reckoned.points, reckoned.runs) == (100, 2_000 + 20)
    assert sum(not task.values for task in found.tasks) == 20
    assert reckoned.study_bytes < 50e6 and reckoned.seconds < 3600


def test_the_example_of_fifteen_suits_an_emulator_in_a_small_place() -> None:
    found = prepare(EXAMPLES / "sobol_of_fifteen.yaml")
    assert len(found.sweep.factors) == 15 and found.common.plan.place.population <= 20_000
    assert len(found.asked.inputs["point"]) >= 3 * 15


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_examples_say_what_they_take(path: Path) -> None:
    said = CliRunner().invoke(app, ["sweep", str(path), "--dry-run", "--workers", "2"])
    assert said.exit_code == 0, said.stderr
    assert "simulated years" in said.stdout and "MB for the study" in said.stdout


def test_a_sweep_of_several_scenarios_lives_each_beside_the_baseline(world: SweepWorld) -> None:
    (world.home / "others.yaml").write_text((world.home / "mentors.yaml").read_text().replace("50", "20"))
    text = world.file.read_text().replace("scenario: mentors.yaml", "scenario: [mentors.yaml, others.yaml]")
    world.write(text[: text.index("vary:")] + "vary:\n  partnership.data_sharing: {values: [0, 1]}\n")
    lived = world.live()
    assert lived.query("select distinct world from results order by world")["world"].tolist() == [
        "baseline",
        "mentors",
        "others",
    ]
    assert (lived.totals("incidents", "mentors", True) < lived.totals("incidents", "others", True)).all(axis=None)
    kept = {path.name for path in (lived.folder / "inputs").iterdir()}
    assert {"sweep.yaml", "mentors.yaml", "others.yaml"} <= kept
    again = prepare(lived.folder / "inputs" / "sweep.yaml", KnownData(), parameters=world.registry, build=build_known)
    assert list(again.sweep.worlds) == ["baseline", "mentors", "others"]


def test_the_real_model_gives_the_same_parts_with_and_without_snapshots(world: SweepWorld) -> None:
    text = world.file.read_text().replace("runs: 3", "runs: 1").replace("years: 2", "years: 1")
    world.write(text.replace("levels: 4", "levels: 2"))
    codes = [str(code) for code in resolve("Middlesbrough").codes[:2]]
    first = sweep(world.file, world.home / "a", codes, 1, snapshots=PickleCache(world.home / "kept"))
    again = sweep(world.file, world.home / "b", codes, 1, snapshots=PickleCache(world.home / "kept"))
    without = sweep(world.file, world.home / "c", codes, 1, snapshots=PickleCache(world.home / "none", most_bytes=0))
    assert first.digest == again.digest == without.digest
    assert len(list((world.home / "kept").iterdir())) == 1 and not (world.home / "none").exists()
    assert first.totals("incidents").to_numpy().min() > 0


def test_the_commands(world: SweepWorld) -> None:
    run = CliRunner().invoke
    text = world.file.read_text().replace("runs: 3", "runs: 1").replace("levels: 4", "levels: 2")
    world.write(text.replace("title:", "place: [E01012083]\ntitle:"))
    study = str(world.home / "study")
    dry = run(app, ["sweep", str(world.file), "--dry-run", "--json", "-"])
    assert json.loads(dry.stdout)["runs"] == 5
    lived = run(app, ["sweep", str(world.file), "--out", study, "--workers", "1", "--progress", "json"])
    assert lived.exit_code == 0, lived.stderr
    assert lived.stdout.splitlines()[-1] == study
    assert json.loads(lived.stderr.splitlines()[-1])["event"] == "progress"
    assert run(app, ["sweep", str(world.file), "--out", study]).exit_code == 3
    assert run(app, ["sweep", str(world.file)]).exit_code == 2
    rows = run(app, ["query", study, "select task, point from runs order by point", "--json", "-"])
    task, point = json.loads(rows.stdout)["rows"][1]
    assert point == 0
    one = run(app, ["sweep", f"{study}/inputs/sweep.yaml", "--only", task, "--json", "-"])
    total = "select sum(value) from results join runs using (point, run)"
    again = run(app, ["query", study, f"{total} where task = '{task}' and outcome = 'incidents'", "--csv", "-"])
    assert json.loads(one.stdout)["totals"][0]["value"] == float(again.stdout.splitlines()[1])
    assert run(app, ["query", study, "select nothing"]).exit_code == 3
    shown = run(app, ["query", study, "select * from inputs"])
    assert "places" in shown.stdout


def test_check_reads_sweep_files_and_tells_their_mistakes(tmp_path: Path) -> None:
    shipped = Path(experiments.__file__).parent / "studies" / "grid.yaml"
    assert check_files([shipped])[0].problems == ()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(shipped.read_text(encoding="utf-8").replace("\nruns:", "\nrunz:"), encoding="utf-8")
    told = check_files([wrong])[0].problems
    assert any("runz" in problem.message or "runz" in problem.path for problem in told)
