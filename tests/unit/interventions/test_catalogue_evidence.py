"""The shipped catalogue says what the evidence says: every row once, priors as written, badges by their rule."""

from __future__ import annotations

import math
import re
from collections import Counter

import pytest

from sim.core.levers import LEVERS
from sim.interventions import catalogue as catalogue_module
from sim.interventions.catalogue import CATALOGUE_FOLDER, SCENARIOS_FOLDER, Catalogue
from sim.interventions.checking import check_catalogue, check_scenario
from sim.interventions.model_hash import model_hash
from sim.interventions.strength_store import CENTILES, Solved, Strengths, entry_hash
from sim.parameters import load_sources

ENTRIES = Catalogue().entries()
EVIDENCED = {name: entry for name, entry in ENTRIES.items() if not entry.parts}
ROWS = {identifier: source for identifier, source in load_sources().items() if source.kind == "intervention"}
MORE_IS_BETTER = {
    *("parenting", "supervision", "parental_substance_recovery", "self_control", "school_engagement", "qualification"),
    *("aspiration", "job_entry", "job_retention", "alcohol_stop", "drug_stop", "trauma_recovery", "gang_exit"),
    *("diversion", "trusted_adult", "collective_efficacy", "legitimacy", "youth_provision", "reporting", "recording"),
}
MATTER_OF_COURSE = {"cardiff_data_sharing", "minimum_unit_price"}
"""Entries without a fading lever: one sets a dial, the other is a law that stays."""
IMPACTS = {"harmful": 0.0101, "none": -0.01, "low": -0.05, "moderate": -0.15, "high": -1.0}
"""Impact by the least change of violence that is expected in England."""
SECURITY_OF_RATING = ("very_low", "very_low", "low", "moderate", "high", "very_high")
COST_LIMITS = {"per_participant": (250, 2500), "per_community_year": (5000, 20000), "per_year": (50000, 200000)}
SHARE_CONCERNED = {"exclusion_prevention": 1 / 3}
"""Share of those who take part whom the figure of the evidence is about, where it is not about all of them."""
SCENARIOS = (
    *("baseline", "early_years", "counter_narrative", "employment_pathways", "whole_system", "hard_times"),
    *("universal_family_support", "targeted_family_support", "school_counter_narrative", "mentoring_and_role_models"),
    *("neet_employment_pathways", "ae_navigators", "hot_spot_policing", "focused_deterrence", "cardiff_data_sharing"),
    *("youth_provision_restored", "whole_system_2m_a_year", "one_thing_2m_a_year"),
)


def row_of(entry):
    """Return the row of evidence an entry rests on."""
    return ROWS[entry.evidence.sources[0]]


def test_every_programme_of_the_evidence_has_exactly_one_entry():
    cited = Counter(source for entry in EVIDENCED.values() for source in entry.evidence.sources if source in ROWS)
    assert set(cited) == set(ROWS)
    assert set(cited.values()) == {1}
    assert len(ROWS) == 42


@pytest.mark.parametrize("name", EVIDENCED)
def test_the_effect_expected_is_that_of_the_evidence(name):
    prior = row_of(EVIDENCED[name]).details["prior"]
    share = SHARE_CONCERNED.get(name, 1.0)
    expected = [share * math.log1p(float(prior[key])) for key in ("central", "low", "high")]
    assert EVIDENCED[name].evidence.transport.log_rr == pytest.approx(expected, abs=0.0006)


@pytest.mark.parametrize("name", EVIDENCED)
def test_effects_last_as_long_as_the_evidence_says(name):
    half_life = float(row_of(EVIDENCED[name]).details["prior"]["half_life_months"])
    stated = {push.half_life_months for push in EVIDENCED[name].levers.values()}
    assert half_life in stated or name in MATTER_OF_COURSE or (half_life <= 1 and stated == {None})


@pytest.mark.parametrize("name", EVIDENCED)
def test_what_was_not_checked_against_a_source_is_said(name):
    entry, row = EVIDENCED[name], row_of(EVIDENCED[name])
    assert entry.evidence.unverified or (row.verified and not row.note)
    rating = entry.evidence.security.yef
    shown = f"{rating:g}" if isinstance(rating, float) else rating
    assert shown == row.details.get("yef_evidence_security")


@pytest.mark.parametrize("name", EVIDENCED)
def test_prices_are_of_the_year_of_the_evidence(name):
    cost = EVIDENCED[name].cost
    amounts = (cost.per_participant, cost.per_community_year, cost.per_year)
    assert [amount.price_year for amount in amounts if amount] == [int(row_of(EVIDENCED[name]).details["price_year"])]


@pytest.mark.parametrize("name", EVIDENCED)
def test_levers_are_pushed_the_way_the_effect_goes(name):
    central = EVIDENCED[name].evidence.transport.log_rr[0]
    for lever, push in EVIDENCED[name].levers.items():
        assert push.size != 0
        assert not push.is_provisional
        good = (push.size > 0) == (lever in MORE_IS_BETTER)
        assert good == (central <= 0) or (name, lever) == ("stop_and_search", "legitimacy")


def test_the_list_of_levers_of_which_more_is_better_is_up_to_date():
    assert set(LEVERS) >= MORE_IS_BETTER


@pytest.mark.parametrize("name", EVIDENCED)
def test_badges_follow_their_rule(name):
    entry = EVIDENCED[name]
    change = SHARE_CONCERNED.get(name, 1.0) * float(row_of(entry).details["prior"]["central"])
    assert entry.badges.impact == next(word for word, least in IMPACTS.items() if change >= least)
    if entry.evidence.security.yef is not None:
        assert entry.badges.security == SECURITY_OF_RATING[int(str(entry.evidence.security.yef)[0])]
    assert entry.badges.security_by == ("ours" if entry.evidence.security.yef is None else "yef")
    name_of, amount = next((each, getattr(entry.cost, each)) for each in COST_LIMITS if getattr(entry.cost, each))
    low, high = COST_LIMITS[name_of]
    assert entry.badges.cost == ("low" if amount.gbp <= low else "medium" if amount.gbp <= high else "high")


@pytest.mark.parametrize("name", EVIDENCED)
def test_need_and_being_known_are_two_things(name):
    who = EVIDENCED[name].who
    conditions = [*who.all_of, *who.any_of, *who.none_of] if who else []
    assert "known_to" not in {condition for condition, _ in conditions}


def test_null_and_harmful_programmes_are_there_and_say_so():
    found = {name for name, entry in EVIDENCED.items() if entry.badges.impact in ("none", "harmful")}
    assert found == {
        *("multisystemic_therapy", "family_nurse_partnership", "knife_crime_education", "minimum_unit_price"),
        *("media_campaign", "stop_and_search", "prison_awareness", "boot_camp"),
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_ready_scenarios_pass_the_strict_check_once_strengths_are_solved(name, monkeypatch):
    effects = tuple((label, Solved(0.01 * z, 1.0 - 0.1 * z)) for label, z in CENTILES.items())
    solved = {each: Strengths(model_hash(), entry_hash(entry), effects) for each, entry in EVIDENCED.items()}
    monkeypatch.setattr(catalogue_module, "read_strengths", lambda folder: solved)
    path = SCENARIOS_FOLDER / f"{name}.yaml"
    found = check_scenario(path, strict=True)
    assert found.problems == ()
    assert {warning.code for warning in found.warnings} <= {"W02", "W06"}
    assert path.read_text(encoding="utf-8").startswith("# ")
    assert found.scenario.about


def test_no_ready_scenario_is_left_out_of_the_list():
    assert {path.stem for path in SCENARIOS_FOLDER.glob("*.yaml")} == set(SCENARIOS)


def test_every_part_of_a_bundle_is_an_entry_of_its_own():
    bundles = {name: entry for name, entry in ENTRIES.items() if entry.parts}
    assert set(bundles) == {"violence_reduction_unit_offer", "family_hub", "exclusion_prevention_offer"}
    for entry in bundles.values():
        assert set(entry.parts) <= set(EVIDENCED)
        assert entry.cost.payers


def test_the_example_of_the_page_on_adding_an_intervention_is_valid(tmp_path):
    page = (CATALOGUE_FOLDER / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "boxing_club.yaml"
    path.write_text(example, encoding="utf-8")
    assert check_catalogue(path).problems == ()
