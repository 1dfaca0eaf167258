"""What is made of the runs of a survey, from incidents made by hand."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from experiments.report.survey_charts import draw_survey
from experiments.survey import CURRENT, FULL, prepare_survey, scenarios_of
from experiments.survey_form import SurveyResult, json_schema
from experiments.survey_summary import summarise
from sim.outcomes.shared_picture import PARTS
from tests.unit.experiments.hand_made_survey import (
    ALL_RECORDED,
    NOTHING_RECORDED,
    SurveyedData,
    question,
    surveyed,
)


@pytest.fixture
def found(registry: Any) -> SurveyResult:
    return summarise(question(registry), surveyed())


def test_the_pyramid_gives_levels_a_year_and_per_1000_true(found: SurveyResult) -> None:
    steps = found.pyramid
    assert list(steps) == ["true", "reported", "recorded", "ed_treated", "admitted", "fatal"]
    assert steps["true"].current.mean == pytest.approx(126.0)
    assert steps["recorded"].per_1000.mean == pytest.approx(500.0)
    assert steps["fatal"].current.mean == pytest.approx(0.25)
    assert all(step.change.mean == step.change.low == 0.0 for step in steps.values())
    assert all(step.current.low is not None and step.current.low >= 0 for step in steps.values())


def test_overlap_shows_frequent_combinations_and_withholds_rare_ones(found: SurveyResult) -> None:
    held = {"+".join(each.services): each.held.mean for each in found.overlap}
    assert held == {"": 45.0, "police": 40.0, "police+emergency_department": 20.0, "emergency_department": 10.0}
    linked = {"+".join(each.services): each.linked.mean for each in found.overlap}
    assert linked == {"": 0.0, "police": 60.0, "police+emergency_department": 0.0, "emergency_department": 30.0}
    assert found.other_combinations == 1 and found.other_overlap.withheld
    assert found.held_by_one.mean == pytest.approx(53 / 73)
    assert found.incidents_seen_twice.mean == pytest.approx(93 / 73)


def test_the_shared_picture_adds_what_can_be_linked_and_is_passed_on(found: SurveyResult) -> None:
    now, full = found.picture[CURRENT].all, found.picture[FULL].all
    assert now.police.mean == now.police_knows.mean == full.police.mean == pytest.approx(60 / 120)
    assert full.police_knows.mean == pytest.approx(70 / 120)
    assert now.any_service.mean == full.any_service.mean == pytest.approx(73 / 120)
    assert now.linkable.mean == pytest.approx(70 / 120)
    for group in (now, full):
        assert sum(part.mean or 0.0 for part in group.parts.values()) == pytest.approx(1.0)
        assert group.parts["not_linkable"].mean == pytest.approx(3 / 120)
        assert group.parts["unrecorded"].mean == pytest.approx(47 / 120)
    assert found.picture[FULL].known["schools"].mean == pytest.approx(13 / 120)
    assert found.picture[CURRENT].known["schools"].mean == pytest.approx(3 / 120)
    links = {name: share.mean for name, share in found.picture[CURRENT].links.items()}
    assert links == pytest.approx({"linked": 0.0, "not_linked": 2 / 3, "not_recorded": 1 / 3})


def test_groups_without_incidents_have_no_shares(found: SurveyResult) -> None:
    picture = found.picture[CURRENT]
    assert picture.by_context["public"].police.mean == pytest.approx(2 / 3)
    assert picture.by_context["partner"].incidents.mean == 0.0
    assert picture.by_severity["fatal"].any_service.mean is None


@pytest.mark.parametrize(
    ("kinds", "any_service", "part"), [(NOTHING_RECORDED, 0.0, "unrecorded"), (ALL_RECORDED, 1.0, "police")]
)
def test_extremes_can_be_summarised_and_drawn(registry: Any, kinds: Any, any_service: float, part: str) -> None:
    result = summarise(question(registry), surveyed(kinds))
    everything = result.picture[FULL].all
    assert everything.any_service.mean == any_service
    assert {name: everything.parts[name].mean for name in PARTS} == {name: float(name == part) for name in PARTS}
    assert all("<svg" in drawing.svg for drawing in draw_survey(result))
    assert len(result.overlap) == 1
    alone = "No service" if any_service == 0.0 else "0% is known to one service alone"
    assert alone in draw_survey(result)[1].title


def test_neighbourhoods_with_small_counts_are_left_out_and_kinds_of_place_kept_apart(found: SurveyResult) -> None:
    assert [(each.name, each.count.mean) for each in found.residence] == [("Middle", 80.0), ("South", 35.0)]
    assert [(each.name, each.count.mean) for each in found.location] == [("Middle", 60.0), ("South", 60.0)]


def test_rates_season_services_and_costs(found: SurveyResult) -> None:
    boys = next(each for each in found.people if (each.age, each.sex) == ("10-17", "male"))
    assert boys.harmed.mean == pytest.approx(50.0) and boys.used_violence.mean == 0.0
    assert [fifth.label[0] for fifth in found.fifths] == ["1", "2", "5"]
    assert found.season["April"].mean == pytest.approx(100 * 20 / (130 / 12))
    care = found.services["social_care"]
    assert (care.seen.mean, care.mean_wait_months.mean, care.cost_gbp.mean) == (20, 0.5, 1000)
    assert care.waiting.withheld and not care.turned_away.withheld
    few = found.services["schools"]
    assert few.seen.withheld and few.mean_wait_months.mean is few.cost_gbp.mean is None
    assert found.services["housing"].mean_wait_months.mean is None
    assert all(cost.mean is not None and cost.mean >= 0 for cost in found.cost_by_payer.values())
    assert (found.cost_by_payer["victims_and_families"].mean or 0.0) > 0


def test_levels_are_compared_run_by_run(registry: Any, found: SurveyResult) -> None:
    level = found.levels["neet"]
    assert level.place.mean == 2.5 and level.difference is not None
    assert (level.difference.mean, level.difference.low, level.difference.high) == (1.0, 1.0, 1.0)
    alone = summarise(question(registry), surveyed(reference=False)).levels["neet"]
    assert alone.england is None and alone.difference is None


def test_one_run_has_no_interval_and_the_form_is_as_published(registry: Any, found: SurveyResult) -> None:
    alone = summarise(question(registry), surveyed(runs=1))
    assert alone.pyramid["true"].current.low is None
    for result in (found, alone):
        jsonschema.validate(result.model_dump(by_alias=True), json_schema())
        assert SurveyResult.model_validate_json(result.to_json()) == result


def test_charts_say_in_words_what_they_show(found: SurveyResult) -> None:
    pyramid, overlap, picture = draw_survey(found)
    assert "police record about 500" in pyramid.title and "Fatal (expected number) 0.25" in pyramid.description
    assert "Police + Emergency department 20" in overlap.description and "73% is known to one" in overlap.title
    assert "45 incidents a year that no service records" in overlap.note
    assert any(row[:2] == ["Police + Emergency department", "20"] for row in overlap.rows)
    assert "58%" in picture.title and "39%" in picture.title
    assert [row[0] for row in picture.rows if row[1] == "present sharing"] == [
        "All violence", "Between people who know each other", "Strangers in public", "No injury",
        "Treated in an emergency department",
    ]  # fmt: skip


def test_a_place_that_shares_data_already_is_surveyed_as_it_stands(registry: Any) -> None:
    asked = prepare_survey(SurveyedData(), 2, 1, settings={"partnership.data_sharing": "0.3"}, parameters=registry)
    positions = {name: scenario.dials.data_sharing for name, scenario in scenarios_of(asked.plan).items()}
    assert positions == {CURRENT: 0.3, FULL: 1.0}
    assert asked.world.scenario.dials.data_sharing == 0.3
    assert scenarios_of(prepare_survey(SurveyedData(), parameters=registry).plan)[CURRENT].dials.data_sharing == 0.0
