"""Screening in the model itself, in a small place: routes, numbers and harm come out of delivery, not of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.screening.reading import read_file
from experiments.screening.result import ProposalResult
from experiments.screening.screening import screen
from sim.interventions.catalogue import SCENARIOS_FOLDER
from sim.population.places import from_codes, resolve
from tests.unit.experiments.screening.conftest import changed, write_yaml

COMMUNITIES = 12
EXAMPLES = SCENARIOS_FOLDER / "proposals"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ProposalResult]:
    folder: Path = tmp_path_factory.mktemp("proposals")
    cohort = {"cohort": {"n": 20}, "cost": {"years": 1}}
    files = {
        "sound": changed(id="sound", **cohort),
        "bold": changed(id="bold", claimed_effect={"relative_reduction": 0.95, "basis": "opinion"}, **cohort),
        "crowded": changed(id="crowded", cohort={"n": 5000}, cost={"years": 1}),
        "half": changed(id="half", dose={"sessions": 12}, **cohort),
    }
    loaded = [
        one for name, data in files.items() for one in read_file(write_yaml(folder / f"{name}.yaml", data)).proposals
    ]
    for name in (
        "parenting_by_youth_justice",
        "prison_awareness_days",
        "boxing_club_own_entry",
        "knife_crime_assemblies",
    ):
        # Examples name a place of their own, a whole town; here they are sifted in a part of it.
        example = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8").replace("place: Middlesbrough\n", "")
        (folder / f"{name}.yaml").write_text(example, encoding="utf-8")
        loaded += read_file(folder / f"{name}.yaml").proposals
    place = from_codes([str(code) for code in resolve("Middlesbrough").codes[:COMMUNITIES]], name="Testford")
    return dict(screen(loaded, place, runs=1, years=2, workers=1, burn_in_years=1).result.proposals)


def codes(one: ProposalResult) -> set[str]:
    return {flag.code for flag in one.flags}


def test_a_sound_proposal_reaches_people_whom_its_route_knows(results: dict[str, ProposalResult]) -> None:
    one = results["sound"]
    assert 0 < one.reach.known.mean <= one.reach.eligible.mean
    assert 0 < one.reach.starts.mean <= 20
    assert "cannot_be_delivered" not in codes(one) and "route_does_not_know_them" not in codes(one)


def test_a_bolder_claim_for_the_same_programme_changes_no_life(results: dict[str, ProposalResult]) -> None:
    assert results["bold"].effect == results["sound"].effect
    assert results["bold"].money == results["sound"].money
    assert results["bold"].recommendation.decision == "ask for more"


def test_a_shorter_dose_starts_the_same_people_and_is_questioned(results: dict[str, ProposalResult]) -> None:
    assert results["half"].reach.starts == results["sound"].reach.starts
    assert "dose_short" in codes(results["half"])


def test_more_people_than_are_in_need_are_never_found(results: dict[str, ProposalResult]) -> None:
    one = results["crowded"]
    assert {"too_few_eligible", "cannot_be_delivered"} <= codes(one)
    assert one.reach.starts.mean < 500 and one.recommendation.decision == "reject"


def test_youth_justice_knows_no_children_of_three_to_seven(results: dict[str, ProposalResult]) -> None:
    one = results["ex-10"]
    assert one.reach.eligible.mean > 0 and one.reach.known.mean == one.reach.starts.mean == 0
    assert one.effect["incidents"].difference.mean == 0
    assert "route_does_not_know_them" in codes(one) and one.recommendation.decision == "reject"


def test_prison_awareness_is_rejected_as_harmful(results: dict[str, ProposalResult]) -> None:
    one = results["ex-07"]
    assert one.recommendation.decision == "reject" and "prison_awareness" in codes(one)
    assert one.harm.by_evidence > 0.9 and one.badges.impact == "harmful"


def test_an_own_programme_is_delivered_with_borrowed_strength(results: dict[str, ProposalResult]) -> None:
    one = results["ex-04"]
    assert one.own_entry and one.borrowed_from == ["sports_programme"]
    assert one.reach.starts.mean > 0
    assert one.badges.security == "very_low"


def test_a_universal_programme_covers_as_many_as_it_plans_for_where_there_are_so_many(
    results: dict[str, ProposalResult],
) -> None:
    one = results["ex-06"]
    assert one.reach.eligible.mean == one.reach.known.mean
    assert 0 < one.reach.starts.mean < one.reach.planned
    assert one.recommendation.decision == "reject" and "no_effect" in codes(one)
