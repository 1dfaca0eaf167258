"""Directions and extremes of family life, development and work."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.columns import EMPLOYED, NEET
from tests.life_world import LifeWorld

HOMES = 1500
NO_ACES = {
    "families.ace_hazards": np.zeros(5),
    "families.domestic_abuse_onset": 0.0,
    "families.substance_use_onset": 0.0,
    "families.mental_illness_onset": 0.0,
    "history.separation_lone": 0.0,
    "history.separation_couple": 0.0,
    "history.custody_hazard": 0.0,
}


def lived(lever: str = "", value: float = 0.0, months: int = 24, market: float = 1.0, **options: object) -> LifeWorld:
    world = LifeWorld(HOMES, **options)  # type: ignore[arg-type]
    if lever:
        world.push(lever, value)
    return world.live(months, market)


@pytest.fixture(scope="module")
def plain() -> LifeWorld:
    return lived()


def with_children(world: LifeWorld) -> np.ndarray:
    return world.families.children > 0


def mean_at(world: LifeWorld, column: str, low: int, high: int) -> float:
    return float(getattr(world.people, column)[(world.age >= low) & (world.age < high)].mean())


@pytest.mark.mechanism("family_stress", "parenting", "ace_abuse_and_neglect")
def test_stress_lowers_parenting_and_supervision_and_raises_adversity(plain: LifeWorld) -> None:
    stressed = lived("parental_stress", 0.5)
    homes = with_children(plain)
    for name, direction in (("stress", 1), ("parenting", -1), ("supervision", -1)):
        change = getattr(stressed.families, name)[homes] - getattr(plain.families, name)[homes]
        assert (direction * change > 0).mean() > 0.99, name
    assert stressed.total("aces") > 1.3 * plain.total("aces")
    assert mean_at(stressed, "self_control", 3, 10) < mean_at(plain, "self_control", 3, 10)


@pytest.mark.mechanism("parenting", "self_control", "school_engagement", "suspension")
def test_better_parenting_lowers_adversity_and_raises_self_control_and_engagement(plain: LifeWorld) -> None:
    helped = lived("parenting", 0.5)
    assert helped.total("aces") < 0.85 * plain.total("aces")
    assert mean_at(helped, "self_control", 3, 10) > mean_at(plain, "self_control", 3, 10) + 0.05
    assert mean_at(helped, "school_engagement", 6, 16) > mean_at(plain, "school_engagement", 6, 16)
    assert helped.total("suspensions") < plain.total("suspensions")


def test_a_lower_hazard_of_adversity_only_prevents(plain: LifeWorld) -> None:
    protected = lived("ace_hazard", -3.0)
    assert protected.total("aces") < plain.total("aces")
    drawn = 0b11111
    fewer = plain.people.aces & drawn
    assert not (protected.people.aces & drawn & ~fewer)[plain.age < 16].any()


@pytest.mark.mechanism("ace_abuse_and_neglect", "ace_home_states")
def test_no_hazard_means_no_adversity_and_no_care_from_it() -> None:
    world = lived(changes=NO_ACES)
    assert not world.people.aces.any()
    assert world.total("aces") == 0


@pytest.mark.mechanism("suspension", "attainment")
def test_adversity_raises_care_suspension_and_lowers_qualification() -> None:
    world = LifeWorld(6000)
    people = world.people
    young = (world.age >= 17) & (world.age < 30)
    many, none = young & (people.ace_count >= 4), young & (people.ace_count == 0)
    assert people.qualification[many].mean() < people.qualification[none].mean()
    assert people.suspensions[many].mean() > 2 * people.suspensions[none].mean()
    assert people.self_control[many].mean() < people.self_control[none].mean() - 0.3
    assert (people.sanctions[many] > 0).mean() > 2 * (people.sanctions[none] > 0).mean()


def test_deprived_communities_have_more_adversity_neet_and_low_qualification() -> None:
    world = LifeWorld(6000)
    people = world.people
    place = world.communities.deprivation[people.community]
    poor, rich, adult = place > 0.8, place < -0.8, (world.age >= 18) & (world.age < 66)
    for name in ("ace_count",):
        column = getattr(people, name)
        assert column[adult & poor].mean() > 1.15 * column[adult & rich].mean()
    assert (people.work[adult & poor] == NEET).mean() > 1.5 * (people.work[adult & rich] == NEET).mean()
    assert (people.qualification[adult & poor] == 1).mean() > 1.4 * (people.qualification[adult & rich] == 1).mean()


@pytest.mark.mechanism("school_exclusion")
def test_exclusion_lever_at_its_floor_prevents_nearly_all_exclusions() -> None:
    changes = {"individuals.suspension_hazard": 3e-3, "individuals.exclusion_probability": 0.05}
    usual, kept = lived(changes=changes), lived("exclusion_hazard", -3.0, changes=changes)
    assert usual.total("exclusions") > 20
    assert kept.total("exclusions") < 0.2 * usual.total("exclusions")
    assert kept.total("suspensions") >= usual.total("suspensions")


@pytest.mark.mechanism("job_entry", "job_loss", "labour_market")
def test_job_levers_and_the_labour_market_move_neet(plain: LifeWorld) -> None:
    months = plain.total("neet_months")
    assert lived("job_entry", 0.5).total("neet_months") < 0.9 * months
    assert lived("job_retention", 0.5).total("neet_months") < 0.95 * months
    assert lived(market=0.5).total("neet_months") > 1.1 * months
    adults = (plain.age >= 25) & (plain.age < 60)
    boom, bust = lived(market=2.0), lived(market=0.5)
    assert (boom.people.work[adults] == EMPLOYED).mean() > (bust.people.work[adults] == EMPLOYED).mean() + 0.02


@pytest.mark.mechanism("drinking", "trauma_decay")
def test_alcohol_lever_lowers_drinking_and_trauma_lever_speeds_recovery(plain: LifeWorld) -> None:
    adults = plain.age >= 16
    assert lived("alcohol_start", -2.0).people.alcohol[adults].sum() < plain.people.alcohol[adults].sum()
    slow, fast = LifeWorld(50), LifeWorld(50)
    fast.push("trauma_recovery", 0.5)
    for world in (slow, fast):
        world.people.trauma[:] = 1.0
        world.live(3)
    grown = slow.age >= 18
    assert (fast.people.trauma[grown] < slow.people.trauma[grown]).all()


@pytest.mark.mechanism("self_control")
def test_self_control_is_rank_stable_after_ten_and_open_to_parenting_before() -> None:
    usual, helped = LifeWorld(3000), LifeWorld(3000)
    helped.push("parenting", 1.0)
    ages = usual.age.copy()
    start = usual.people.self_control.copy()
    usual.live(72), helped.live(72)
    gain = helped.people.self_control - usual.people.self_control
    assert gain[ages == 1].mean() > 5 * gain[ages == 11].mean() > 0
    assert 0.8 < np.corrcoef(start[ages == 10], usual.people.self_control[ages == 10])[0, 1] < 0.95


@pytest.mark.mechanism("disadvantage_at_work")
def test_a_record_an_exclusion_and_low_qualification_make_neet_likelier() -> None:
    world = LifeWorld(3000)
    young = np.flatnonzero((world.age >= 17) & (world.age < 24))
    people = world.people
    half = people.key[young] % 2 == 0
    people.qualification[young] = np.where(half, 1, 3)
    people.sanctions[young] = np.where(half, 1, 0)
    world.live(12)
    neet = people.work[young] == NEET
    assert neet[half].mean() > 2 * neet[~half].mean()
