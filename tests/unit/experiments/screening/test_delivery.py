"""A proposal as the model delivers it: people, route, years, dose and price, and nothing of what it claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from experiments.screening.badges import impact_of, rate
from experiments.screening.delivery import Delivered, residents_of
from experiments.screening.reading import read_file
from experiments.screening.reference import evidence_on
from sim.interventions.catalogue import Catalogue
from sim.interventions.resolved import Eligibility, Programme, resolve_programme
from tests.unit.experiments.screening.conftest import PlaceOfProposals, changed, write_yaml

YEARS, PRICE_YEAR = 5, 2024


def delivered(tmp_path: Path, **parts: Any) -> Delivered:
    [loaded] = read_file(write_yaml(tmp_path / "a.yaml", changed(**parts))).proposals
    return Delivered(loaded, PlaceOfProposals(), "2026-04", YEARS, PRICE_YEAR)


def programme(tmp_path: Path, **parts: Any) -> Programme:
    return delivered(tmp_path, **parts).programme


def test_people_route_and_years_are_those_of_the_proposal(tmp_path: Path) -> None:
    one = programme(tmp_path)
    assert one.places_per_year == 100 and one.stop_month == 24
    assert (one.who.youngest, one.who.oldest) == (10, 17)
    assert one.identified_by == ("school", "youth_justice")
    longer = programme(tmp_path, cost={"years": 10})
    assert longer.stop_month == 12 * YEARS and longer.places_per_year == 20
    assert delivered(tmp_path, cost={"years": 10}).planned_people == 100


def test_uptake_completion_and_strength_are_those_of_the_evidence_whatever_is_claimed(tmp_path: Path) -> None:
    plain = resolve_programme(delivered(tmp_path).loaded.entry)
    for reduction in (0.05, 0.9):
        one = programme(tmp_path, claimed_effect={"relative_reduction": reduction, "basis": "randomised trial"})
        assert (one.uptake, one.completion, one.months) == (plain.uptake, plain.completion, plain.months)
        assert (one.levers, one.matched, one.expected_log_rr) == (plain.levers, plain.matched, plain.expected_log_rr)


def test_half_the_dose_is_half_the_strength_and_more_is_not_credited(tmp_path: Path) -> None:
    full, half, double = (programme(tmp_path, dose={"sessions": n, "weeks": None}) for n in (24, 12, 48))
    assert [lever.strength for lever in half.levers] == pytest.approx([lever.strength / 2 for lever in full.levers])
    assert double.levers == full.levers
    assert delivered(tmp_path, dose={"sessions": 24, "weeks": 13}).dose_share == pytest.approx(0.498, abs=0.001)
    assert delivered(tmp_path, dose=None).dose_share is None


def test_a_universal_programme_covers_the_share_that_gives_the_number_planned(tmp_path: Path) -> None:
    one = programme(
        tmp_path, programme="knife_crime_education", cohort={"ages": [11, 15], "n": 300, "how_identified": None}
    )
    uptake = one.uptake
    assert one.coverage == pytest.approx(300 / (5 * 150 * uptake * (1 + 1 / 5)))
    assert programme(tmp_path, programme="knife_crime_education", cohort={"n": 10**6}).coverage == 1.0


def test_residents_are_counted_by_age_and_sex() -> None:
    place = PlaceOfProposals()
    assert residents_of(place, Eligibility(10, 17, None, (), (), ())) == 8 * 150
    assert residents_of(place, Eligibility(24, 34, "male", (), (), ())) == (150 + 150 + 150) / 2


@pytest.mark.parametrize(
    ("price", "badge"),
    [
        ({"recurrent_per_child": 100}, "low"),
        ({"recurrent_per_child": 1000}, "medium"),
        ({"recurrent_per_child": 9000}, "high"),
        ({"recurrent_per_child": 0, "recurrent_per_year": 300_000}, "high"),
        ({"recurrent_per_child": None}, "not stated"),
    ],
)
def test_the_badge_of_cost_follows_what_is_stated(tmp_path: Path, price: Any, badge: str) -> None:
    assert rate(delivered(tmp_path, cost=price), 3000).cost == badge


def test_impact_is_the_badge_of_the_catalogue() -> None:
    for entry in Catalogue().entries().values():
        if entry.levers and not entry.parts:
            prior, reference = evidence_on(entry, own=False)
            assert reference is None
            assert impact_of(prior) == entry.badges.impact, entry.id


def test_a_programme_for_places_is_priced_by_year(tmp_path: Path) -> None:
    given = {"recurrent_per_child": None, "recurrent_per_year": 6000}
    one = delivered(tmp_path, programme="street_lighting", cost=given, cohort=None, dose=None)
    assert one.programme.cost.per_year.gbp == 6000 * 100_000 / 3000
    assert one.programme.who == one.planned.who
    assert one.loaded.missing == ()
    assert rate(one, 3000).cost == "medium" and rate(one, 300_000).cost == "low"


def test_who_pays_is_the_funder_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert programme(tmp_path).cost.payers == {"funders": 1.0}
    shared = {"paid_by": {"funders": 0.5, "police": 0.5}}
    assert programme(tmp_path, cost=shared).cost.payers == shared["paid_by"]
