"""Boxes and trees find where cases were put; the choice flips where it is known to."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import sensitivity
from experiments.cli import app
from experiments.sensitivity.boxes import find_boxes
from experiments.sensitivity.choices import choice
from experiments.sensitivity.discovery import discover, limits_words, weakest
from experiments.sensitivity.reading import StudyData
from experiments.sensitivity.tree import grow_tree
from tests.unit.experiments.sensitivity.studies import known_study

NAMES = ["a", "b", "c"]


def cube(count: int = 400, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 3))


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return known_study(tmp_path_factory.mktemp("options"), "options", "method: latin_hypercube, points: 60", 2)


def test_a_box_is_found_where_it_was_put() -> None:
    points = cube()
    inside = (points[:, 0] > 0.6) & (points[:, 1] < 0.4)
    [box] = find_boxes(points, inside, NAMES)
    assert set(box.limits) == {"a", "b"}, "a factor that does nothing has no limits"
    low, high = box.limits["a"]
    assert low == pytest.approx(0.6, abs=0.06) and high is None
    assert box.limits["b"][0] is None and box.limits["b"][1] == pytest.approx(0.4, abs=0.06)
    assert box.held_out and box.density > 0.8 and box.coverage > 0.8
    assert max(box.chance.values()) < 0.01


def test_two_places_give_two_boxes() -> None:
    points = cube(1000)
    cases = (points[:, 0] > 0.8) | (points[:, 0] < 0.15)
    boxes = find_boxes(points, cases, NAMES)
    assert len(boxes) == 2
    assert sum(box.coverage for box in boxes) > 0.85


def test_where_cases_are_chance_no_box_and_no_tree_is_found() -> None:
    found = [
        discover(cube(seed=seed), np.random.default_rng(seed + 50).random(400) < 0.3, NAMES, "x", seed)
        for seed in range(8)
    ]
    assert sum(bool(each.boxes) for each in found) <= 2
    assert sum(each.tree is not None and each.tree.helps for each in found) <= 1
    assert np.mean([min(p for _, p in each.separating.values()) > 0.05 for each in found]) > 0.7


def test_a_tree_finds_a_threshold_and_says_how_often_it_is_right() -> None:
    points = cube()
    tree = grow_tree(points, points[:, 2] > 0.7, NAMES)
    assert tree is not None and tree.helps and tree.right > 0.95
    assert tree.leaves[0].limits["c"][0] == pytest.approx(0.7, abs=0.02) and tree.leaves[0].share == 1.0
    assert sum(leaf.points for leaf in tree.leaves) == 400
    assert grow_tree(points, np.zeros(400, dtype=bool), NAMES) is None


def test_few_cases_are_not_described() -> None:
    cases = np.zeros(400, dtype=bool)
    cases[:3] = True
    found = discover(cube(), cases, NAMES, "it happens")
    assert found.boxes == () and "too few" in found.words[0]


def test_limits_are_written_as_words() -> None:
    assert limits_words({"a": (0.25, None), "b": (None, 3.0), "c": (1.0, 2.0)}) == (
        "a is above 0.25 and b is below 3 and c is between 1 and 2"
    )


def test_the_weakest_quarter_is_the_highest_differences() -> None:
    cases, what = weakest(np.arange(100.0) - 90, "change")
    assert cases.sum() == 25 and cases[75:].all() and "highest quarter" in what


def test_the_choice_flips_where_it_is_known_to(options: Path) -> None:
    """Option a adds -2 x3 and option b -0.6: b is preferred where x3 is below 0.3."""
    data = StudyData(options)
    found = choice(data, data.targets())
    assert found is not None
    assert found.preferred == "option_a"
    assert found.flips == pytest.approx(0.3, abs=0.03) and found.shares["baseline"] == 0
    assert found.unclear == 0, "noise is the same in all worlds of a run"
    assert next(iter(found.where.separating)) == "x3"
    assert set(found.where.boxes[0].limits) == {"x3"}
    assert any("x3 is below 0.2" in sentence or "x3 is below 0.3" in sentence for sentence in found.words)


def test_an_option_must_be_worth_having(options: Path) -> None:
    data = StudyData(options)
    worth = choice(data, data.targets(), worth=3.0)
    assert worth is not None and worth.preferred == "baseline" and worth.flips == 0
    some = choice(data, data.targets(), worth=1.0)
    assert some is not None and some.shares["option_b"] == 0 and 0.4 < some.shares["option_a"] < 0.6


def test_luck_that_decides_the_choice_is_counted(options: Path) -> None:
    data = StudyData(options)
    targets = data.targets()
    noise = np.random.default_rng(0)
    for target in targets:
        target.values.iloc[:, :] = noise.normal(size=target.values.shape)
    found = choice(data, targets)
    assert found is not None and found.unclear is not None and found.unclear > 0.5


def test_points_with_a_run_missing_still_count(options: Path) -> None:
    data = StudyData(options)
    targets = data.targets()
    for target in targets:
        target.values.iloc[3, 1] = np.nan
        target.values.iloc[5, :] = np.nan
    found = choice(data, targets)
    assert found is not None and found.preferred == "option_a" and found.where.points == 59
    assert found.unclear is None


def test_a_study_of_the_baseline_alone_has_no_choice(tmp_path: Path) -> None:
    data = StudyData(known_study(tmp_path, "linear", "method: factorial"))
    assert choice(data, data.targets()) is None


def test_the_command_writes_a_page_tables_and_json(options: Path) -> None:
    run = CliRunner().invoke
    asked = ["sweep", str(options), "--analyse", "pawn,regional", "--progress", "none"]
    done = run(app, asked)
    assert done.exit_code == 0, done.stderr
    page = Path(done.stdout.splitlines()[-1])
    text = page.read_text(encoding="utf-8")
    assert page.parent.name == f"{options.name}-analysis"
    assert "<script" not in text and "http-equiv" not in text and 'src="http' not in text
    assert text.count('role="img"') == text.count("Data of this chart") >= 5
    assert "Which assumptions flip the choice" in text and "matters most" in text
    header = (page.parent / "tables" / "indices.csv").read_text().splitlines()[0]
    assert header == "target,method,measure,factor,partner,value,low,high,note"
    told = json.loads((page.parent / "sensitivity.json").read_text())
    assert told["schema"] == "placewise.sensitivity/1" and told["choice"]["preferred"] == "option_a"
    assert run(app, asked).exit_code == 3, "an analysis is never overwritten by itself"
    again = run(app, [*asked, "--force", "--json", "-"])
    assert json.loads(again.stdout) == told
    assert run(app, ["sweep", str(options), "--analyse", "sobol", "--force"]).exit_code == 3


def test_an_analysis_is_the_same_again(options: Path) -> None:
    first, again = (sensitivity.analyse(options, ["emulator", "delta"], base_sample=64, refits=2) for _ in range(2))
    assert first.indices.equals(again.indices)
    assert first.swings.equals(again.swings) and first.convergence.equals(again.convergence)
