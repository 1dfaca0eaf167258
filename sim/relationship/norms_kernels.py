"""Move norms one month towards those of friends, household and community."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import block, mix64, uniform
from sim.core.compiling import inline, kernel
from sim.population.columns import WORKLESS

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

MOST_FRIENDS = 6
ADULT_YEARS = 18
SCHOOL_LEAVING_YEARS = 16
SPEED, FRIENDS, FAMILY, COMMUNITY, OWN, MESSAGES = range(6)
PROPENSITY, SELF_CONTROL, GANG, TRUSTED_A, DISPOSITION_A, CENTRE_A = range(6)
ENGAGEMENT, ABILITY, WORKLESS_HOME, TRUSTED_S, DISPOSITION_S, CENTRE_S = range(6, 12)
TRUSTED_MEAN, CLIMATE = 12, 13

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
    present: Bytes,
    age_sex: Bytes,
    community: npt.NDArray[np.uint16],
    acceptance: Floats,
    aspiration: Floats,
    fast: Bytes,
    due_fast: Bytes,
    due: Bytes,
    of_community: npt.NDArray[np.float64],
    rows: npt.NDArray[np.int32],
) -> np.int64:
    """Fill ``rows`` with those who move this month and return how many; renew the means of communities that are due.

    Parameters
    ----------
    fast
        uint8[256]: 1 for the values of ``age_sex`` at ages of fast change.
    due_fast, due
        uint8 by community: 1 where those at these ages, and where everybody else, move this month.
    of_community
        float64[communities, 2]: mean of both norms over adults; communities without adults keep their values.
    """
    count = np.int64(0)
    totals = np.zeros((due.size, 3), np.float64)
    for row in range(acceptance.size):
        there = community[row]
        rows[count] = row
        is_fast = fast[age_sex[row]]
        count += np.int64(present[row] & ((is_fast & due_fast[there]) | ((is_fast ^ np.uint8(1)) & due[there])))
        if due[there] and present[row] and age_sex[row] >= np.uint8(2 * ADULT_YEARS):
            totals[there, 0] += acceptance[row]
            totals[there, 1] += aspiration[row]
            totals[there, 2] += 1.0
    for there in range(due.size):
        if totals[there, 2] > 0.0:
            of_community[there, 0] = totals[there, 0] / totals[there, 2]
            of_community[there, 1] = totals[there, 1] / totals[there, 2]
    return count


@inline
def _friends_means(row, count, own_a, own_s, friends, acceptance, aspiration):  # type: ignore[no-untyped-def]
    if count == 0:
        return own_a, own_s
    total_a, total_s = np.float32(0.0), np.float32(0.0)
    for slot in range(MOST_FRIENDS):
        friend = friends[row, slot]
        total_a += acceptance[friend]
        total_s += aspiration[friend]
    padding = np.float32(MOST_FRIENDS - count)
    return (total_a - padding * own_a) / np.float32(count), (total_s - padding * own_s) / np.float32(count)


@inline
def _family_means(row, own_a, own_s, partner, mother, father, acceptance, aspiration):  # type: ignore[no-untyped-def]
    first, second = np.int64(partner[row]), np.int64(partner[row])
    if first < 0:
        first, second = np.int64(mother[row]), np.int64(father[row])
    if first < 0 and second < 0:
        return own_a, own_s
    first, second = (first if first >= 0 else second), (second if second >= 0 else first)
    half = np.float32(0.5)
    return half * (acceptance[first] + acceptance[second]), half * (aspiration[first] + aspiration[second])


@inline
def _drawn_to(by_age, age, friends, family, community, own):  # type: ignore[no-untyped-def]
    return (
        by_age[age, FRIENDS] * friends
        + by_age[age, FAMILY] * family
        + by_age[age, COMMUNITY] * np.float32(community)
        + by_age[age, OWN] * own
    )


@kernel
def spread_norms(
    rows: npt.NDArray[np.int32],
    steps_by_age_sex: Floats,
    people: tuple[Any, ...],
    states: Bytes,
    of_community: npt.NDArray[np.float64],
    tables: tuple[Floats, Floats, Floats, Floats],
    b: Floats,
    seed: np.uint64,
    levers: tuple[Floats, Floats, Floats],
    acceptance: Floats,
    aspiration: Floats,
) -> None:
    """Move acceptance of violence and aspiration one step towards where they are drawn.

    x += speed x (f F + h H + c C + o T + lever - x), with F and C the means of friends and of the community's
    adults, H of the partner or else of the parents, and T what own traits and recent experience draw towards. All are
    read before anybody moves.

    Parameters
    ----------
    rows
        Who moves.
    steps_by_age_sex
        float32[256]: months since those of this ``age_sex`` moved last.
    people
        Columns key, age_sex, family, community, partner, mother, father, friends, friend_count, gang, propensity,
        self_control, ability, school_engagement, qualification, work, trusted_adult, months_since_victim.
    tables
        By age (float32[120, 6]: speed, weights of friends, family, community and own traits, reach of messages), by
        months since victimised, qualification and work state.
    b
        float32[14]: coefficients in the order of the constants of this module.
    levers
        Acceptance of violence, aspiration, trusted adult; a single 0 when nobody pushes them.
    """
    key, age_sex, family, community, partner, mother, father, friends, friend_count = people[:9]
    gang, propensity, self_control, ability, engagement, qualification, work, trusted_adult, since = people[9:]
    by_age, since_victim, by_qualification, by_work = tables
    push_a, push_s, push_trusted = levers
    # A single 0 is read at row 0 x row: a test in the loop would make the compiler write the loop eight times.
    step_a, step_s, step_trusted = np.int64(push_a.size > 1), np.int64(push_s.size > 1), np.int64(push_trusted.size > 1)
    one = np.float32(1.0)
    moved = np.empty((rows.size, 2), np.float32)
    for i in range(rows.size):
        row = np.int64(rows[i])
        age = min(np.int64(age_sex[row]) >> 1, by_age.shape[0] - 1)
        trusted = min(max(np.float32(trusted_adult[row]), push_trusted[row * step_trusted]), one) - b[TRUSTED_MEAN]
        hashed = mix64(key[row] + seed)
        own_a = b[PROPENSITY] * propensity[row] + b[SELF_CONTROL] * self_control[row] + b[GANG] * np.float32(gang[row])
        own_a += b[TRUSTED_A] * trusted + b[DISPOSITION_A] * _disposition(hashed) - b[CENTRE_A]
        own_a += since_victim[since[row]] + b[CLIMATE] * by_age[age, MESSAGES]
        own_s = b[ABILITY] * ability[row] + b[TRUSTED_S] * trusted - b[CENTRE_S]
        own_s += b[DISPOSITION_S] * _disposition(mix64(hashed + _SECOND))
        if age < SCHOOL_LEAVING_YEARS:
            own_s += b[ENGAGEMENT] * engagement[row]
        else:
            own_s += by_qualification[qualification[row]] + by_work[work[row]]
        if age < ADULT_YEARS and family[row] >= 0 and states[family[row]] & np.uint8(WORKLESS):
            own_s += b[WORKLESS_HOME]
        now_a, now_s = acceptance[row], aspiration[row]
        friends_a, friends_s = _friends_means(row, friend_count[row], now_a, now_s, friends, acceptance, aspiration)
        home_a, home_s = _family_means(row, now_a, now_s, partner, mother, father, acceptance, aspiration)
        there = community[row]
        to_a = _drawn_to(by_age, age, friends_a, home_a, of_community[there, 0], own_a) + push_a[row * step_a]
        to_s = _drawn_to(by_age, age, friends_s, home_s, of_community[there, 1], own_s) + push_s[row * step_s]
        speed = min(by_age[age, SPEED] * steps_by_age_sex[age_sex[row]], one)
        moved[i, 0] = now_a + speed * (to_a - now_a)
        moved[i, 1] = now_s + speed * (to_s - now_s)
    for i in range(rows.size):
        acceptance[rows[i]] = moved[i, 0]
        aspiration[rows[i]] = moved[i, 1]


@kernel
def renew_trusted_adults(
    month: int,
    rows: npt.NDArray[np.int32],
    due_community: Bytes,
    people: tuple[Any, ...],
    parenting: Floats,
    chance_by_age: npt.NDArray[np.float64],
    log_odds: tuple[float, float, float],
    most_aces: int,
    luck: tuple[np.uint32, np.uint32, np.uint32],
    trusted_adult: Bytes,
) -> None:
    """Decide anew, with a chance by age, whether children and young people have a trusted adult.

    P(has one) = logistic(a + b min(ACEs, most) + c parenting): the share of a steady state.

    Parameters
    ----------
    rows, due_community
        Who may be looked at, and uint8: 1 for communities whose residents are.
    people
        Columns key, age_sex, family, community, ace_count.
    chance_by_age
        float64: chance that the state is decided anew at a look, by age in years; nobody older is looked at.
    """
    key, age_sex, family, community, ace_count = people
    intercept, per_ace, per_parenting = log_odds
    sheet, k0, k1 = luck
    for i in range(rows.size):
        row = rows[i]
        age = np.int64(age_sex[row]) >> 1
        if age >= chance_by_age.size or due_community[community[row]] == 0:
            continue
        word0, word1, _, _ = block(key[row], sheet, month, 0, k0, k1)
        if uniform(word0) >= chance_by_age[age]:
            continue
        odds = intercept + per_ace * min(float(ace_count[row]), float(most_aces))
        if family[row] >= 0:
            odds += per_parenting * parenting[family[row]]
        trusted_adult[row] = np.uint8(uniform(word1) < 1.0 / (1.0 + np.exp(-odds)))
