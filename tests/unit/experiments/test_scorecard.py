"""The scorecard of a few communities: every target with a verdict, every chart, and the same as JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from calibration.london import HELD_OUT, read_records
from calibration.reference import reference_codes
from calibration.targets import read_causes, read_targets
from experiments.forecast_scores import judge
from experiments.gradient import MEASURES, WORLDS, GradientTask, gradient, gradient_tasks, one_world
from experiments.held_out import MODES, YEARS, HeldOutRun
from experiments.report.scorecard_page import scorecard_page
from experiments.validation import ValidationResult, validate
from experiments.validation_tables import causes_text, forecast_table, gradient_table, validation_table


@pytest.fixture(scope="module")
def card() -> ValidationResult:
    found = validate(", ".join(reference_codes(6)), runs=2, years=2, workers=1, burn_in_years=1)
    records = read_records()
    held = records.held_out()
    sizes = {borough: np.count_nonzero(held.borough == borough) for borough in HELD_OUT}
    runs = [
        HeldOutRun(borough, mode, np.full((size, YEARS), 6.0), np.ones(size), np.ones(size))
        for borough, size in sizes.items()
        for mode in MODES
    ]
    by_fifth = [{name: [factor * 2.0, 1.0, 1.0, 1.0, 1.0] for name in MEASURES} for factor in (1.0, 1.1, 2.2)]
    return found.model_copy(update={"held_out": judge(records, runs), "gradient": gradient(by_fifth)})


def test_every_target_has_a_line_and_a_verdict(card):
    assert [line.id for line in card.targets] == [target.id for target in read_targets()]
    assert {line.verdict for line in card.targets} <= {"inside", "near", "far", "not computed"}
    assert sum(of for _, of in card.inside.values()) == len(card.targets)
    assert all(line.definition for line in card.targets)


def test_a_cause_is_given_where_the_mean_is_outside_and_nowhere_else(card):
    causes = read_causes()
    for line in card.targets:
        assert line.cause == ("" if line.verdict == "inside" else causes.get(line.id, "")), line.id
    assert all(line.cause in causes_text(card.targets) for line in card.targets)


def test_profiles_agree_with_the_statistics_they_belong_to(card):
    means = {line.statistic: line.mean for line in card.targets}
    rates = dict(zip(("all", "injury", "reported", "recorded"), card.profiles["pyramid"]["rate"], strict=False))
    assert rates["all"] > rates["injury"] > rates["reported"] * 0.2 and rates["reported"] > rates["recorded"] > 0
    assert 1.0 - card.profiles["repeat"]["teens"][0] == pytest.approx(means["repeat_victims"], abs=1e-9)
    assert card.profiles["lorenz"]["violence"][-1] == pytest.approx(1.0)
    assert np.mean(card.profiles["season"]["ratio"]) == pytest.approx(1.0)


def test_the_gradient_is_the_product_of_what_its_sources_add(card):
    assert [line.world for line in card.gradient] == list(WORLDS)
    assert np.prod([line.adds for line in card.gradient]) == pytest.approx(card.gradient[-1].admissions)
    assert [line.adds for line in card.gradient] == pytest.approx([2.0, 1.1, 2.0])


def test_the_page_says_in_words_where_a_naive_forecast_wins_and_needs_no_other_file(card):
    page = scorecard_page(card)
    assert "A naive forecast wins." in page and "Metropolitan Police Service" in page
    assert page.count("<svg") == 10
    assert "<script" not in page and "src=" not in page


def test_the_card_survives_json_and_prints(card):
    again = ValidationResult.model_validate(json.loads(card.to_json()))
    assert again == card
    assert validation_table(card.targets).row_count == len(card.targets)
    assert forecast_table(card.held_out.scores).row_count == 21
    assert gradient_table(card.gradient).row_count == len(WORLDS)


def test_the_verb_writes_the_card_as_json_and_as_a_page(tmp_path):
    from typer.testing import CliRunner

    from experiments.cli import app

    files = {kind: str(tmp_path / f"card.{kind}") for kind in ("json", "html")}
    given = ["--place", ", ".join(reference_codes(5)), "--runs", "1", "--years", "1", "--workers", "1"]
    ran = CliRunner().invoke(
        app, ["validate", *given, "--json", files["json"], "--html", files["html"], "--progress", "none"]
    )
    assert ran.exit_code == 0, ran.output
    written = ValidationResult.model_validate_json((tmp_path / "card.json").read_text(encoding="utf-8"))
    assert written.runs == 1 and written.held_out is None and written.gradient == []
    assert "Scorecard" in (tmp_path / "card.html").read_text(encoding="utf-8")


def test_worlds_of_the_gradient_share_people_and_differ_by_what_is_switched_off():
    from sim.population.places import resolve

    place = resolve(reference_codes(5))
    assert len(gradient_tasks(place, 40)) == 4 * len(WORLDS)
    found = {}
    for world in (next(iter(WORLDS)), next(reversed(WORLDS))):
        found[world] = one_world(GradientTask(place, world, 0), lambda months: None)
    flat, steep = found.values()
    assert flat["fifth"] == steep["fifth"]
    ratio = [world["attendances"][0] / world["attendances"][-1] for world in (flat, steep)]
    assert ratio[1] > ratio[0]
