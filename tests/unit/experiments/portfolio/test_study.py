"""A portfolio from file to page, on a stand-in for a place whose effects are known."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from experiments.checking import check_files
from experiments.portfolio.form import read_portfolio
from experiments.portfolio.keeping import store_advice
from experiments.portfolio.study import find_mix
from sim.core.errors import InputError
from tests.unit.experiments.fake_place import FakeData, build_fake

FILE = """schema: placewise.portfolio/1
title: Which mix
decision_date: 2026-04
horizon_years: 3
candidates:
  mentoring: {levels: [50, 100]}
  summer_jobs: {levels: [80]}
  ae_navigators: {places_per_year: 20}
budget: {gbp_per_year: 400000}
"""
SHIPPED = Path(__file__).parents[4] / "scenarios" / "portfolios" / "middlesbrough_2m.yaml"


def write(folder: Path, text: str = FILE) -> Path:
    path = folder / "mix.yaml"
    path.write_text(text)
    return path


def advised(folder: Path, registry: Any, text: str = FILE, runs: int = 6, seed: int = 0):
    return find_mix(
        write(folder, text),
        FakeData(),
        runs,
        workers=1,
        seed=seed,
        parameters=registry,
        build=build_fake,
        burn_in_years=1,
    )


def test_effects_that_add_are_predicted_without_error(tmp_path: Path, registry: Any) -> None:
    found = advised(tmp_path, registry)
    result = found.result
    assert result.mixes_possible == 12
    assert result.chosen is not None
    assert all(line.lived for line in result.ranked)
    scale = max(abs(line.predicted_value) for line in result.ranked)
    assert result.prediction_error_gbp < 0.02 * scale
    assert {line.label for line in result.ranked} >= {result.chosen.mix.label}


def test_chosen_mix_keeps_the_budget_in_simulation(tmp_path: Path, registry: Any) -> None:
    for pounds in (50_000, 200_000, 900_000):
        text = FILE.replace("400000", str(pounds))
        chosen = advised(tmp_path, registry, text).result.chosen
        assert chosen is not None
        for each in chosen.spending_by_year.get("all", []):
            assert each <= pounds * 1.02


def test_more_budget_never_lowers_the_best_predicted_value(tmp_path: Path, registry: Any) -> None:
    best = [
        advised(tmp_path, registry, FILE.replace("400000", str(pounds))).result.views["mean"].mean
        for pounds in (0, 100_000, 300_000, 1_000_000)
    ]
    assert best == sorted(best)
    assert best[0] == 0.0


def test_rules_of_the_file_hold(tmp_path: Path, registry: Any) -> None:
    text = FILE + "must_have: [ae_navigators]\nnot_together: [[mentoring, summer_jobs]]\n"
    result = advised(tmp_path, registry, text.replace("400000", "2000000")).result
    assert result.ranked
    for line in result.ranked:
        assert line.levels["ae_navigators"] == 1
        assert not (line.levels["mentoring"] and line.levels["summer_jobs"])


def test_fairness_that_cannot_be_had_leaves_nothing_to_buy(tmp_path: Path, registry: Any) -> None:
    text = FILE + "poorest_fifth_at_least: 0.99\nmust_have: [mentoring]\n"
    result = advised(tmp_path, registry, text).result
    assert result.chosen is None
    assert any("No mix keeps all the rules" in warning for warning in result.warnings)


def test_same_runs_give_the_same_advice(tmp_path: Path, registry: Any) -> None:
    assert advised(tmp_path, registry).result == advised(tmp_path, registry).result


def test_half_of_the_runs_report_what_the_other_half_chose(tmp_path: Path, registry: Any) -> None:
    found = advised(tmp_path, registry)
    chosen = found.result.chosen
    assert chosen is not None and chosen.mix.reported_on is not None
    column = found.lived.mixes.index(tuple(chosen.mix.levels.values()))
    assert chosen.mix.reported_on.mean == pytest.approx(found.lived.value[1::2, column].mean())
    assert chosen.mix.chosen_on == pytest.approx(found.lived.value[::2, column].mean())


def test_least_cost_says_when_a_goal_is_out_of_reach(tmp_path: Path, registry: Any) -> None:
    near = advised(tmp_path, registry, FILE + "goal: {outcome: incidents, cut: 0.001}\n").result.cheapest
    far = advised(tmp_path, registry, FILE + "goal: {outcome: incidents, cut: 0.9}\n").result.cheapest
    assert near is not None and near.reaches and near.averted >= near.wanted
    assert far is not None and not far.reaches and far.averted < far.wanted


def test_folder_holds_page_tables_and_workbook_that_agree(tmp_path: Path, registry: Any) -> None:
    advice = advised(tmp_path, registry)
    folder = tmp_path / "kept"
    store_advice(advice, folder, ["placewise", "portfolio"])
    stored = json.loads((folder / "result.json").read_text())
    page = (folder / "report.html").read_text()
    assert advice.result.chosen is not None
    assert advice.result.chosen.mix.label in page
    assert not re.search(r"""(?:src|href)=["']https?:|url\(https?:""", page)
    book = openpyxl.load_workbook(folder / "workbook.xlsx")
    ranked = list(book["Ranked"].iter_rows(values_only=True))
    header = next(row for row in ranked if row[0] == "mix")
    first = ranked[ranked.index(header) + 1]
    assert first[header.index("mean gbp")] == pytest.approx(stored["ranked"][0]["reported_on"]["mean"])
    manifest = json.loads((folder / "manifest.json").read_text())
    assert "workbook.xlsx" in manifest["outputs"]


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = (
        FILE.replace("summer_jobs: {", "summer_job: {").replace("[50, 100]", "[100, 50]")
        + "must_have: [ae_navigator]\nnot_together: [[mentoring]]\nbudgit: 3\n"
    )
    with pytest.raises(InputError) as caught:
        read_portfolio(write(tmp_path, text))
    told = {problem.path: (problem.line, problem.message, problem.fix) for problem in caught.value.problems}
    assert told["candidates.summer_job"][0] == 7
    assert 'Did you mean "summer_jobs"?' in told["candidates.summer_job"][2]
    assert any("budgit" in message for _, message, _ in told.values())


def test_rules_that_name_no_candidate_are_told(tmp_path: Path) -> None:
    text = FILE.replace("[50, 100]", "[100, 50]") + "must_have: [ae_navigator]\nnot_together: [[mentoring]]\n"
    with pytest.raises(InputError) as caught:
        read_portfolio(write(tmp_path, text))
    told = {problem.path: problem.fix for problem in caught.value.problems}
    assert told["must_have[0]"] == 'Did you mean "ae_navigators"?'
    assert {"candidates.mentoring.levels", "not_together[0]"} <= told.keys()


def test_too_few_runs_are_refused(tmp_path: Path, registry: Any) -> None:
    with pytest.raises(InputError, match="half of them choose"):
        advised(tmp_path, registry, runs=3)


def test_shipped_portfolio_is_valid_and_its_levels_differ_in_places_alone() -> None:
    assert not check_files([SHIPPED])[0].problems
    portfolio = read_portfolio(SHIPPED)
    half, whole = portfolio.options[portfolio.names.index("mentoring")].levels
    assert np.isclose(half[0].places_per_year * 2, whole[0].places_per_year)
    assert half[0].levers == whole[0].levers


def test_programmes_take_turns_in_the_order_of_the_file_whatever_their_names() -> None:
    portfolio = read_portfolio(SHIPPED)
    scenario = portfolio.scenario(tuple(1 for _ in portfolio.options))
    names = [programme.id for programme in scenario.programmes]
    assert names == sorted(names)
    assert [names[turn] for turn in scenario.turns(names)] == portfolio.names
