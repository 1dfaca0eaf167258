"""A claim beside the evidence: hand-worked shrinkage, verdicts, and own entries that borrow evidence."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.screening.evidence import MODEST, OPTIMISTIC, OUTSIDE, PLAUSIBLE, Prior, judge
from experiments.screening.form import Claim
from experiments.screening.reading import read_file
from experiments.screening.reference import evidence_on, reference_of, with_reference
from sim.interventions.catalogue import SCENARIOS_FOLDER, Catalogue
from sim.interventions.resolved import resolve_programme
from sim.interventions.strengths import drawn_strengths

PRIOR = Prior(-0.1, 0.1, "evidence for a test")
OWN = SCENARIOS_FOLDER / "proposals" / "boxing_club_own_entry.yaml"


def claim(reduction: float | None, basis: str = "randomised_trial", outcome: str = "violence") -> Claim:
    return Claim(outcome=outcome, relative_reduction=reduction, basis=basis)


def test_shrinkage_is_that_of_two_normals() -> None:
    found = judge(claim(1 - math.exp(-0.4)), PRIOR)
    assert found.error == 0.2
    assert found.weight == pytest.approx(0.01 / (0.01 + 0.04))
    assert found.mean == pytest.approx(-0.1 + 0.2 * (-0.4 + 0.1))
    assert found.sd == pytest.approx(0.1 * math.sqrt(0.8))
    assert found.surprise_sd == pytest.approx(3.0)
    assert found.chance_as_large == pytest.approx(0.00135, abs=1e-5)


def test_weaker_bases_weigh_less_and_published_trials_bring_nothing_new() -> None:
    bases = ("randomised_trial", "controlled_study", "before_after", "opinion", "published_trials")
    weights = [judge(claim(0.3, basis), PRIOR).weight for basis in bases]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] == 0.0


@pytest.mark.parametrize(
    ("log_rr", "verdict"), [(0.1, MODEST), (-0.05, MODEST), (-0.2, PLAUSIBLE), (-0.3, OPTIMISTIC), (-0.5, OUTSIDE)]
)
def test_verdicts_follow_the_ranges_of_the_prior(log_rr: float, verdict: str) -> None:
    assert judge(claim(1 - math.exp(log_rr)), PRIOR).verdict == verdict


def test_what_a_trial_has_published_is_not_outside_all_trials() -> None:
    assert judge(claim(1 - math.exp(-0.5)), Prior(-0.1, 0.1, "", -0.6)).verdict == OPTIMISTIC


@given(st.floats(-1.0, 0.98), st.sampled_from(["randomised_trial", "before_after", "opinion", "published_trials"]))
def test_the_posterior_lies_between_prior_and_claim(reduction: float, basis: str) -> None:
    found = judge(claim(reduction, basis), PRIOR)
    low, high = sorted((PRIOR.mean, found.log_rr))
    assert low - 1e-12 <= found.mean <= high + 1e-12
    assert found.sd <= PRIOR.sd


def test_a_claim_about_something_else_says_nothing_of_violence() -> None:
    found = judge(claim(0.9, outcome="attitudes"), PRIOR)
    assert found.mean == PRIOR.mean and found.surprise_sd is None and "not about violence" in found.words
    assert judge(Claim(), PRIOR).mean == PRIOR.mean


def test_an_own_entry_borrows_evidence_and_strength_of_the_entry_with_its_levers() -> None:
    [own] = read_file(OWN).proposals
    reference = reference_of(own.entry)
    assert [each.id for each in reference.entries] == ["sports_programme"]
    assert reference.likeness == 1.0
    donor = Catalogue().entry("sports_programme")
    assert reference.prior.mean == pytest.approx(donor.evidence.transport.log_rr[0])
    ours = drawn_strengths(with_reference(resolve_programme(own.entry), reference), None, 1.0)
    theirs = drawn_strengths(resolve_programme(donor), None, 1.0)
    assert ours == pytest.approx(theirs, rel=0.01)


def test_pushes_twice_the_size_take_half_the_scale() -> None:
    [own] = read_file(OWN).proposals
    twice = {name: push.model_copy(update={"push": 2 * push.push}) for name, push in own.entry.levers.items()}
    larger = own.entry.model_copy(update={"levers": twice})
    strengths = [
        drawn_strengths(with_reference(resolve_programme(each), reference_of(each)), None, 1.0)
        for each in (own.entry, larger)
    ]
    assert strengths[0] == pytest.approx(strengths[1])


def test_the_effect_an_applicant_writes_into_an_own_entry_changes_nothing(tmp_path: Path) -> None:
    text = OWN.read_text(encoding="utf-8")
    bolder = tmp_path / "bolder.yaml"
    bolder.write_text(
        text.replace("[-0.357, -0.600, -0.100]", "[-1.5, -2.0, -1.0]").replace("[-0.357, null", "[-2.0, null")
    )
    [one], [other] = read_file(OWN).proposals, read_file(bolder).proposals
    assert one.entry != other.entry
    (prior, reference), (bold_prior, bold_reference) = evidence_on(one.entry, True), evidence_on(other.entry, True)
    assert prior == bold_prior
    assert reference.strengths == bold_reference.strengths


def test_an_entry_with_levers_that_nothing_else_moves_is_credited_with_nothing() -> None:
    [own] = read_file(OWN).proposals
    push = next(iter(own.entry.levers.values()))
    alone = own.entry.model_copy(update={"levers": {"a_lever_of_its_own": push}})
    reference = reference_of(alone)
    assert reference.entries == () and reference.likeness == 0.0
    programme = with_reference(resolve_programme(own.entry), reference)
    assert set(drawn_strengths(programme, 3, 1.0).values()) == {0.0}
