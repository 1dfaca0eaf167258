"""Move norms one month towards those of friends, household and community."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import block, mix64, uniform
from sim.core.compiling import inline, kernel
from sim.core.levers import Push
from sim.population.columns import WORKLESS

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

ADULT_YEARS = 18
SCHOOL_LEAVING_YEARS = 16
SPEED, FRIENDS, FAMILY, COMMUNITY, OWN, MESSAGES, PUPIL, LEAVER, MINOR = range(9)
PROPENSITY, SELF_CONTROL, GANG, TRUSTED_A, DISPOSITION_A, CENTRE_A = range(6)
ENGAGEMENT, ABILITY, WORKLESS_HOME, TRUSTED_S, DISPOSITION_S, CENTRE_S, TRUSTED_MEAN = range(6, 13)
NOBODY_DUE, FAST_DUE, ALL_DUE = range(3)

_LANE = np.uint64(0xFFFF)
_SIXTEEN = np.uint64(16)
_SECOND = np.uint64(0x9E3779B97F4A7C15)
_HALF_SUM = np.float32(2.0 * 65535.0)
_UNIT = np.float32(np.sqrt(3.0) / 65536.0)


@inline
def _disposition(hashed):  # type: ignore[no-untyped-def]
    # The sum of four uniforms, scaled to variance 1: near enough to normal, and without logarithms.
    total = (hashed & _LANE) + ((hashed >> _SIXTEEN) & _LANE)
    hashed = hashed >> np.uint64(32)
    total += (hashed & _LANE) + ((hashed >> _SIXTEEN) & _LANE)
    return (np.float32(total) - _HALF_SUM) * _UNIT


@kernel
def list_due(
    people: tuple[Any, ...],
    ages: tuple[Bytes, Bytes],
    due: Bytes,
    of_community: Floats,
    rows: npt.NDArray[np.int32],
) -> tuple[np.int64, np.int64]:
    """List who moves this month and renew the means of communities where everybody does.

    Parameters
    ----------
    people
        Columns present, age_sex, community, acceptance_of_violence, aspiration.
    ages
        Twice uint8[256], 1 for the values of ``age_sex`` at ages of fast change, and where trusted adults change.
    due
        uint8 by community: nobody, only those at ages of fast change, or everybody moves this month.
    of_community
        float32[communities, 2]: mean of both norms over adults; communities without adults keep their values.
    rows
        int32[2, people + 1]: receives those who move, and those of them whose trusted adults are looked at.

    Returns
    -------
    How many of either were listed.
    """
    present, age_sex, community, acceptance, aspiration = people
    fast, young = ages
    moving, looked_at = rows[0], rows[1]
    count, young_count = np.uint64(0), np.uint64(0)
    totals = np.zeros((due.size, 3), np.float64)
    for row in range(np.uint64(community.size)):
        there = np.uint64(community[row])
        if due[there] == NOBODY_DUE:
            continue
        age, here = np.uint64(age_sex[row]), present[row]
        moving[count] = row
        if due[there] == FAST_DUE:
            count += np.uint64(fast[age] & here)
            continue
        count += np.uint64(here)
        looked_at[young_count] = row
        young_count += np.uint64(young[age] & here)
        adult = np.float64(here & np.uint8(age >= np.uint64(2 * ADULT_YEARS)))
        totals[there, 0] += adult * acceptance[row]
        totals[there, 1] += adult * aspiration[row]
        totals[there, 2] += adult
    for place in range(due.size):
        if totals[place, 2] > 0.0:
            of_community[place, 0] = np.float32(totals[place, 0] / totals[place, 2])
            of_community[place, 1] = np.float32(totals[place, 1] / totals[place, 2])
    return np.int64(count), np.int64(young_count)


@inline
def _household(row, partner, mother, father):  # type: ignore[no-untyped-def]
    # Whose norms the household stands for: the partner's, else both parents', else one parent's, else the own.
    first = partner if partner >= 0 else mother
    second = partner if partner >= 0 else father
    first = first if first >= 0 else second
    first = first if first >= 0 else row
    second = second if second >= 0 else first
    return np.uint64(first), np.uint64(second)


@inline
def _hear(rows, people, by_age_sex, acceptance, aspiration, moved):  # type: ignore[no-untyped-def]
    # Friends and household in a loop of their own, so that many far-away values are fetched at a time.
    age_sex, partner, mother, father, friends, friend_count = people
    half, one = np.float32(0.5), np.float32(1.0)
    for i in range(rows.size):
        row = np.uint64(rows[i])
        at_age = by_age_sex[np.uint64(age_sex[row])]
        now_a, now_s = acceptance[row], aspiration[row]
        apart_a, apart_s = np.float32(0.0), np.float32(0.0)
        # An unused slot holds the own row and adds nothing.
        for slot in range(friends.shape[1]):
            friend = np.uint64(friends[row, slot])
            apart_a += acceptance[friend] - now_a
            apart_s += aspiration[friend] - now_s
        share = one / np.float32(max(friend_count[row], np.uint8(1)))
        first, second = _household(np.int32(rows[i]), partner[row], mother[row], father[row])
        home_a = half * (acceptance[first] + acceptance[second])
        home_s = half * (aspiration[first] + aspiration[second])
        moved[i, 0] = at_age[FRIENDS] * (now_a + share * apart_a) + at_age[FAMILY] * home_a
        moved[i, 1] = at_age[FRIENDS] * (now_s + share * apart_s) + at_age[FAMILY] * home_s


@kernel
def spread_norms(
    rows: npt.NDArray[np.int32],
    people: tuple[Any, ...],
    states: Bytes,
    of_community: Floats,
    tables: tuple[Floats, Floats, Floats, Floats],
    b: Floats,
    seed: np.uint64,
    levers: tuple[Push, Push, Push],
    acceptance: Floats,
    aspiration: Floats,
) -> None:
    """Move acceptance of violence and aspiration of ``rows`` one step towards where they are drawn.

    x += speed x (f F + h H + c C + o T + lever - x), with F and C the means of friends and of the community's
    adults, H of the partner or else of the parents, and T what own traits and recent experience draw towards. All are
    read before anybody moves. Without branches, which nobody's age foretells, the loop takes a fraction of the time.

    Parameters
    ----------
    people
        Columns age_sex, partner, mother, father, friends, friend_count, key, family, community, gang, propensity,
        self_control, ability, school_engagement, qualification, work, trusted_adult, months_since_victim.
    tables
        By age_sex (float32[256, 9]: share of the gap closed in this step, weights of friends, family, community and
        own traits, reach of messages times their climate, 1 for pupils, for school leavers, and for minors), by months
        since victimised, qualification and work state.
    b
        float32[13]: coefficients in the order of the constants of this module.
    levers
        Acceptance of violence, aspiration, trusted adult; a single 0 when nobody pushes them.
    """
    heard, age_sex, (key, family, community, gang, propensity, self_control) = people[:6], people[0], people[6:12]
    ability, engagement, qualification, work, trusted_adult, since = people[12:]
    by_age_sex, since_victim, by_qualification, by_work = tables
    push_a, push_s, push_trusted = levers
    # A single 0 is read at row 0 x row: a test in the loop would make the compiler write the loop eight times.
    step_a, step_s = np.uint64(push_a.seat.size > 1), np.uint64(push_s.seat.size > 1)
    step_trusted = np.uint64(push_trusted.seat.size > 1)
    one = np.float32(1.0)
    moved = np.empty((rows.size, 2), np.float32)
    _hear(rows, heard, by_age_sex, acceptance, aspiration, moved)
    for i in range(rows.size):
        row = np.uint64(rows[i])
        at_age = by_age_sex[np.uint64(age_sex[row])]
        trusted = (
            min(max(np.float32(trusted_adult[row]), push_trusted.value[push_trusted.seat[row * step_trusted]]), one)
            - b[TRUSTED_MEAN]
        )
        hashed = mix64(key[row] + seed)
        own_a = b[PROPENSITY] * propensity[row] + b[SELF_CONTROL] * self_control[row] + b[GANG] * np.float32(gang[row])
        own_a += b[TRUSTED_A] * trusted + b[DISPOSITION_A] * _disposition(hashed) - b[CENTRE_A]
        own_a += since_victim[np.uint64(since[row])] + at_age[MESSAGES]
        own_s = b[ABILITY] * ability[row] + b[TRUSTED_S] * trusted - b[CENTRE_S]
        own_s += b[DISPOSITION_S] * _disposition(mix64(hashed + _SECOND))
        own_s += at_age[PUPIL] * b[ENGAGEMENT] * engagement[row]
        own_s += at_age[LEAVER] * (by_qualification[np.uint64(qualification[row])] + by_work[np.uint64(work[row])])
        workless = family[row] >= 0 and states[np.uint64(max(family[row], 0))] & np.uint8(WORKLESS) > 0
        own_s += at_age[MINOR] * b[WORKLESS_HOME] * np.float32(workless)
        there = np.uint64(community[row])
        to_a = moved[i, 0] + at_age[COMMUNITY] * of_community[there, 0] + at_age[OWN] * own_a
        to_s = moved[i, 1] + at_age[COMMUNITY] * of_community[there, 1] + at_age[OWN] * own_s
        to_a += push_a.value[push_a.seat[row * step_a]]
        to_s += push_s.value[push_s.seat[row * step_s]]
        acceptance[row] += at_age[SPEED] * (to_a - acceptance[row])
        aspiration[row] += at_age[SPEED] * (to_s - aspiration[row])


@kernel
def renew_trusted_adults(
    month: int,
    rows: npt.NDArray[np.int32],
    people: tuple[Any, ...],
    parenting: Floats,
    of_community: Floats,
    chance_by_age: npt.NDArray[np.float64],
    log_odds: tuple[float, float, float],
    most_aces: int,
    luck: tuple[np.uint32, np.uint32, np.uint32],
    trusted_adult: Bytes,
) -> None:
    """Decide anew, with a chance by age, whether the children and young people in ``rows`` have a trusted adult.

    P(has one) = logistic(a + b min(ACEs, most) + c parenting + d youth provision): the share of a steady state.

    Parameters
    ----------
    people
        Columns key, age_sex, family, ace_count, community.
    of_community
        float32: log odds that youth provision adds, by community.
    chance_by_age
        float64: chance that the state is decided anew at a look, by age in years.
    """
    key, age_sex, family, ace_count, community = people
    intercept, per_ace, per_parenting = log_odds
    sheet, k0, k1 = luck
    for i in range(rows.size):
        row = rows[i]
        age = np.int64(age_sex[row]) >> 1
        word0, word1, _, _ = block(key[row], sheet, month, 0, k0, k1)
        if uniform(word0) >= chance_by_age[age]:
            continue
        odds = intercept + per_ace * min(float(ace_count[row]), float(most_aces))
        odds += of_community[community[row]]
        if family[row] >= 0:
            odds += per_parenting * parenting[family[row]]
        trusted_adult[row] = np.uint8(uniform(word1) < 1.0 / (1.0 + np.exp(-odds)))
