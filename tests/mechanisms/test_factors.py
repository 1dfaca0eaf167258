"""Every factor of individual risk moves those who have it, by its coefficient, and nothing before violence."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.columns import EDUCATION, EMPLOYED, NEET, NEVER
from sim.violence.factors import FACTORS
from tests.mechanisms.paired import (
    a_month_of_violence,
    aged,
    differing_before_violence,
    every_second,
    rates,
    risk,
    with_violence,
)

# Factor: column, value without it, value with it, ages at which it counts.
STATES = {
    "propensity": ("propensity", 0.0, 1.0, (0, 110)),
    "transitory": ("transitory_risk", 0.0, 1.0, (0, 110)),
    "self_control": ("self_control", 0.0, 1.0, (0, 110)),
    "ace_one": ("ace_count", 0, 1, (0, 110)),
    "ace_two_or_three": ("ace_count", 0, 3, (0, 110)),
    "ace_four_or_more": ("ace_count", 0, 4, (0, 110)),
    "trauma": ("trauma", 0.0, 1.0, (0, 110)),
    "acceptance": ("acceptance_of_violence", 0.0, 1.0, (0, 110)),
    "alcohol": ("alcohol", 0, 1, (0, 110)),
    "alcohol_with_four_aces": ("alcohol", 0, 1, (0, 110)),
    "drugs": ("drugs", 0, 1, (0, 110)),
    "gang": ("gang", 0, 1, (0, 110)),
    "weapon": ("weapon", 0, 1, (0, 110)),
    "exclusion": ("exclusion", NEVER, 0, (0, 110)),
    "neet": ("work", EDUCATION, NEET, (0, 110)),
    "employment": ("work", EDUCATION, EMPLOYED, (0, 110)),
    "supervision": ("supervision", 0.0, 1.0, (0, 17)),
    "school_engagement": ("school_engagement", 0.0, 1.0, (5, 15)),
    "trusted_adult": ("trusted_adult", 0, 1, (0, 24)),
}


def give(world, factor, rows):
    """Take the factor from everybody and give it to ``rows``."""
    column, without, with_it, _ = STATES[factor]
    people = world.people
    if factor == "alcohol_with_four_aces":
        people.ace_count[:] = 4
    elif factor == "alcohol":
        people.ace_count[:] = 0
    elif factor.startswith("ace"):
        people.alcohol[:] = 0
    columns = world.families if column == "supervision" else people
    getattr(columns, column)[:] = without
    if column == "supervision":
        people.care[:] = 0
        homes = np.unique(people.family[rows])
        columns.supervision[homes[homes >= 0]] = with_it
    else:
        getattr(columns, column)[rows] = with_it


def holders(world, factor):
    """Choose half of the people; for factors of the home, everybody in half of the homes."""
    if STATES[factor][0] == "supervision":
        home = world.people.family
        chosen = (home >= 0) & (world.families.key[np.maximum(home, 0)] % np.uint64(2) == 0)
        return np.flatnonzero(chosen)
    return np.flatnonzero(every_second(world))


def test_every_factor_has_a_case() -> None:
    assert set(STATES) == set(FACTORS)


@pytest.mark.mechanism(
    "factor_propensity", "factor_transitory", "factor_self_control", "factor_ace_one", "factor_ace_two_or_three",
    "factor_ace_four_or_more", "factor_trauma", "factor_acceptance", "factor_alcohol",
    "factor_alcohol_with_four_aces", "factor_drugs", "factor_gang", "factor_weapon", "factor_exclusion", "factor_neet",
    "factor_employment", "factor_supervision", "factor_school_engagement", "factor_trusted_adult",
)  # fmt: skip
@pytest.mark.parametrize("factor", FACTORS)
def test_a_factor_moves_those_who_have_it_by_its_coefficient_and_nobody_else(poor, factor) -> None:
    off = {f"violence.factor_{factor}": 0.0}
    without, with_it, indifferent = poor.fork(), poor.fork(), with_violence(poor, off)
    rows = holders(poor, factor)
    nobody = np.empty(0, np.int64)
    for world, chosen in ((without, nobody), (with_it, rows), (indifferent, rows)):
        give(world, factor, chosen)
    beta = float(poor.parameters[f"violence.factor_{factor}"])
    if factor == "alcohol_with_four_aces":
        beta += float(poor.parameters["violence.factor_alcohol"])
    concerned = np.zeros(poor.people.n, bool)
    concerned[rows] = True
    concerned &= aged(poor, *STATES[factor][3])
    assert concerned.any()
    change = risk(with_it) - risk(without)
    assert change[concerned] == pytest.approx(beta, abs=2e-5)
    assert not change[~concerned].any()
    # Switched off, the state is there and does nothing.
    unmoved = risk(indifferent) - risk(without)
    expected = 0.0 if factor != "alcohol_with_four_aces" else float(poor.parameters["violence.factor_alcohol"])
    assert unmoved[concerned] == pytest.approx(expected, abs=2e-5)
    before, after = rates(without), rates(with_it)
    of_age = concerned & (before[0] > 0)
    assert np.sign(after[0][of_age] - before[0][of_age]).min() == np.sign(beta)
    ratio = after[0][of_age] / before[0][of_age]
    assert np.median(np.log(ratio)) == pytest.approx(beta, abs=0.02)
    assert np.array_equal(after[:, ~concerned], before[:, ~concerned])
    for world in (without, with_it, indifferent):
        world.close()


@pytest.mark.parametrize("factor", FACTORS)
def test_switching_a_factor_off_changes_nothing_before_violence_in_the_first_month(poor, factor) -> None:
    usual, off = poor.fork(), with_violence(poor, {f"violence.factor_{factor}": 0.0})
    usual.step(), off.step()
    assert differing_before_violence(usual, off) == []
    assert not np.array_equal(usual.people.risk_log, off.people.risk_log)
    usual.close(), off.close()


@pytest.mark.mechanism("community_effects")
def test_the_home_community_moves_its_residents_and_nobody_else(poor) -> None:
    for name, column in (
        ("deprivation", "deprivation"),
        ("community_residual", "residual"),
        ("collective_efficacy", "collective_efficacy"),
    ):
        usual, moved = poor.fork(), poor.fork()
        getattr(moved.communities, column)[0] += 1.0
        change = risk(moved) - risk(usual)
        at_home = poor.people.community == 0
        assert change[at_home] == pytest.approx(float(poor.parameters[f"violence.factor_{name}"]), abs=2e-5)
        assert not change[~at_home].any()
        usual.close(), moved.close()


@pytest.mark.mechanism("labelling")
def test_a_sanction_raises_risk_and_fades(poor) -> None:
    levels = []
    for months in (NEVER, 0, 23, 200):
        world = poor.fork()
        world.people.months_since_sanction[:] = months
        levels.append(risk(world))
        world.close()
    never, fresh, later, old = levels
    p = poor.parameters
    assert fresh - never == pytest.approx(p["violence.factor_labelling"], abs=2e-5)
    assert later - never == pytest.approx(
        p["violence.factor_labelling"] * (1 - p["violence.labelling_decay"]) ** 23, abs=2e-5
    )
    assert (old - never).max() < 0.001


@pytest.mark.mechanism("centring")
def test_centring_takes_a_constant_off_each_age_and_sex(poor) -> None:
    twin = with_violence(poor, {"centring.risk": np.zeros(26)})
    usual = poor.fork()
    lower = risk(twin) - risk(usual)
    for stratum in np.unique(poor.people.age_sex[poor.people.present == 1]):
        assert np.ptp(lower[poor.people.age_sex == stratum]) < 1e-4
    assert lower[aged(poor, 16, 40)].min() > 0.2
    assert len(a_month_of_violence(twin)) > len(a_month_of_violence(usual))
    twin.close(), usual.close()
