"""Bundles, modes, dials and budgets: what a file may say, and what it resolves to."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.interventions.catalogue import Catalogue, with_parts
from sim.interventions.checking import check_catalogue, check_scenario, read_scenario
from sim.interventions.possible import is_impossible
from sim.interventions.resolved import Eligibility
from sim.interventions.resolving import resolve_entry

ABOUT = """schema: placewise.intervention/1
id: {id}
name: {id}
about: x
strand: system
level: societal
tier: secondary
delivered_by: violence_reduction_unit
harms: [x]
equity: x
"""
EVIDENCE = """evidence:
  trial: {population: x, outcome: violence, estimand: place, effect_log_rr: [-0.1, null, null], follow_up_months: 12}
  transport: {log_rr: [-0.1, -0.2, 0.03], why: x}
  sources: [I02]
"""
MONEY = "{gbp: 100, low: 50, high: 200, price_year: 2023}"
HOT = f"""mode: place
where: {{need: recorded_violence, share: 0.05}}
place_reach: {{hours_per_month: 30, neighbours: -0.2, start_up_months: 2}}
levers:
  opportunity: {{shape: while_enrolled, strength: {{provisional: -0.1, because: x}}}}
cost: {{per_community_year: {MONEY}, payers: {{police: 1.0}}}}
{EVIDENCE}"""
BUNDLE = f"""parts: {{mentoring: {{places_factor: 0.5, uptake: 0.9}}, hot: on}}
cost: {{set_up: {MONEY}, per_year: {MONEY}, payers: {{police: 1.0}}}}
"""
LESSONS = f"""mode: universal
who: {{age: [11, 15]}}
reach: {{coverage: 0.6, lottery: school_year, uptake: 0.95, completion: 0.9, months: 6}}
sessions: {{per_month: 2, attendance: 0.8, half_effect_sessions: 6}}
uptake_by: {{need: -0.2}}
group: true
levers:
  acceptance_of_violence: {{shape: while_enrolled, strength: {{provisional: -0.1, because: x}}}}
cost: {{per_participant: {MONEY}, payers: {{education: 1.0}}}}
{EVIDENCE}"""
SHARING = f"""mode: place
dials: {{data_sharing: 0.5}}
cost: {{per_year: {MONEY}, payers: {{nhs: 1.0}}}}
{EVIDENCE}"""
HEAD = "schema: placewise.scenario/1\ntitle: x\ndecision_date: 2026-04\nhorizon_years: 5\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalogue").mkdir()
    for name, text in (("hot", HOT), ("bundle", BUNDLE), ("lessons", LESSONS), ("sharing", SHARING)):
        entry(tmp_path, name, text)
    return tmp_path


def entry(folder: Path, name: str, text: str) -> Path:
    path = folder / "catalogue" / f"{name}.yaml"
    path.write_text(ABOUT.format(id=name) + text, encoding="utf-8")
    return path


def scenario(folder: Path, text: str):
    path = folder / "mine.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read_scenario(path)


@pytest.mark.parametrize("name", ["hot", "bundle", "lessons", "sharing"])
def test_new_kinds_of_entries_are_valid(folder, name):
    assert check_catalogue(folder / "catalogue" / f"{name}.yaml").problems == ()


def test_a_bundle_becomes_its_parts_set_up_once(folder):
    found = scenario(folder, "interventions:\n  bundle: {start: 2027-04}\n").programmes
    whole, hot, mentoring = found
    assert [each.id for each in found] == ["bundle", "bundle_hot", "bundle_mentoring"]
    assert [each.entry for each in found] == ["bundle", "hot", "mentoring"]
    assert {each.start_month for each in found} == {12}
    assert mentoring.places_per_10000_eligible_per_year == 400
    assert (mentoring.uptake, mentoring.completion) == (0.9, 0.55)
    assert mentoring.cost.set_up is None
    assert whole.cost.set_up.gbp == whole.cost.per_year.gbp == 100
    assert (hot.mode, hot.neighbours, hot.place.full_hours, hot.start_up_months) == ("place", -0.2, 30.0, 2)
    assert (whole.levers, whole.mode) == ((), "place")


def test_a_bundle_without_costs_of_its_own_is_only_its_parts(folder):
    entry(folder, "plain", "parts: {mentoring: on}\n")
    (mentoring,) = scenario(folder, "interventions:\n  plain: on\n").programmes
    assert mentoring.cost.set_up is not None


def test_universal_programmes_and_settings(folder):
    (lessons,) = scenario(folder, "interventions:\n  lessons: {coverage: 0.2, effect: published}\n").programmes
    assert (lessons.coverage, lessons.lottery, lessons.effect) == (0.2, "school_year", "published")
    assert lessons.identified_by == ()
    assert (lessons.sessions.attendance, lessons.uptake_by_need, lessons.uptake_by_trust) == (0.8, -0.2, None)


def test_budgets_by_payer_and_in_total(folder):
    found = scenario(folder, "budget: {gbp_per_year: 500000, police: {gbp_per_year: 1000}}\n")
    assert found.budget == {"all": 500_000.0, "police": 1000.0}


def test_a_scenario_keeps_the_order_in_which_it_lists_programmes(folder):
    found = scenario(folder, "interventions:\n  lessons: on\n  hot: on\n  bundle: on\n")
    assert found.listed == ("lessons", "hot", "bundle", "bundle_hot", "bundle_mentoring")
    assert found.turns(["bundle", "hot", "lessons", "unlisted"]) == [2, 1, 0, 3]


def test_the_offer_of_a_violence_reduction_unit_moves_the_dial_for_data_sharing():
    catalogue = Catalogue()
    entries = with_parts("violence_reduction_unit_offer", catalogue)
    parts = resolve_entry(entries["violence_reduction_unit_offer"], entries)
    assert [each.dials for each in parts if each.dials] == [{"data_sharing": 0.5}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("budget: 5\n", "A budget is a mapping"),
        ("budget: {polic: {gbp_per_year: 5}}\n", "A payer cannot be"),
        ("budget: {police: 5}\n", "The budget of"),
        ("budget: {police: {gbp_per_year: -5}}\n", "cannot be below 0"),
        ("interventions:\n  bundle: {places_per_year: 5}\n", "no meaning for a bundle"),
        ("interventions:\n  hot: {neighbours: 2}\n", "between -0.5 and 0.5"),
    ],
)
def test_mistakes_in_scenarios_are_named(folder, text, said):
    with pytest.raises(InputError) as error:
        scenario(folder, text)
    assert any(said in problem.message for problem in error.value.problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BUNDLE.replace("mentoring", "mentorin"), "There is no intervention called"),
        ("parts: {bundle: on}\n", "is a bundle"),
        (BUNDLE + "who: {age: [1, 2]}\n", "no meaning in a bundle"),
        (HOT.replace("opportunity", "violence_hazard"), "does not fit"),
        (HOT + "who: {age: [1, 2]}\n", "no meaning in a place programme"),
        (LESSONS.replace("acceptance_of_violence", "opportunity"), "does not fit"),
        (LESSONS.replace("mode: universal\n", ""), "needs services that find people"),
        (LESSONS.replace("coverage: 0.6", "places_per_10000_eligible_per_year: 5"), "A universal programme has"),
        (LESSONS.replace("coverage: 0.6, ", ""), "how many once"),
        (SHARING.replace("dials", "levers").replace("data_sharing: 0.5", ""), "moves levers of communities"),
        (HOT.replace("hours_per_month: 30, ", "") + "shares_capacity_of: police\n", "by the hour"),
        (SHARING.replace(f"per_year: {MONEY}, ", ""), "A cost needs an amount"),
    ],
)
def test_mistakes_in_entries_are_named(folder, text, said):
    found = check_catalogue(entry(folder, "wrong", text))
    assert any(said in problem.message for problem in found.problems), [p.message for p in found.problems]


def test_an_entry_nobody_can_be_eligible_for_says_so(folder):
    text = LESSONS.replace("age: [11, 15]", "age: [17, 20], all_of: [work: pupil]")
    found = check_catalogue(entry(folder, "nobody", text))
    assert [warning.code for warning in found.warnings] == ["W08"]
    path = folder / "mine.yaml"
    path.write_text(HEAD + "interventions:\n  nobody: on\n", encoding="utf-8")
    assert "W08" in [warning.code for warning in check_scenario(path).warnings]


@pytest.mark.parametrize(
    ("age", "all_of", "none_of", "impossible"),
    [
        ((17, 20), (("work", "pupil"),), (), True),
        ((11, 14), (("work", "neet"),), (), True),
        ((18, 20), (("looked_after", True),), (), True),
        ((10, 20), (("work", "pupil"),), (), False),
        ((10, 20), (("gang", True),), (("gang", True),), True),
        ((10, 20), (("work", "pupil"), ("work", "neet")), (), True),
    ],
)
def test_conditions_that_exclude_each_other(age, all_of, none_of, impossible):
    assert is_impossible(Eligibility(*age, None, all_of, (), none_of)) == impossible


def test_shipped_entries_are_valid_and_possible():
    for path in Catalogue().files.values():
        found = check_catalogue(path)
        assert (found.problems, found.warnings) == ((), ())
