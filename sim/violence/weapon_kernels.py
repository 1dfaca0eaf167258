# mypy: disable-error-code="no-untyped-def"
"""Decide anew, for a few people, whether they carry a weapon."""

from __future__ import annotations

import numpy as np

from sim.core.chance import block, uniform
from sim.core.compiling import inline, kernel
from sim.core.levers_kernels import pushed
from sim.core.screening import above_exp


@inline
def _friends_armed(row, friends, weapon):
    """Return how many friends somebody has, and how many of them carry a weapon."""
    others, armed = 0, 0
    for slot in range(friends.shape[1]):
        friend = friends[row, slot]
        if friend >= 0 and friend != row:
            others += 1
            armed += weapon[friend]
    return others, armed


@kernel
def reconsider(
    rows, keys, sex, propensity, acceptance, gang, victim_count, friends, weapon, community, fear, age_sex, by_age,
    beta, lever, sheet, month, k0, k1, carries,
):  # fmt: skip
    """Write into ``carries`` whether each of ``rows`` carries: keyed luck under the logistic of its log odds.

    ``victim_count`` is how often each of ``rows`` was hurt this year,
    ``by_age`` is the level and age curve by age-sex stratum. ``beta``: propensity, acceptance, gang, each incident
    suffered this year, the most of these that count, share of friends who carry, fear.
    """
    luck, odds, most_by_friends = np.empty(rows.size, np.float64), np.empty(rows.size, np.float64), max(beta[5], 0.0)
    for position in range(np.uint64(rows.size)):
        w0, _, _, _ = block(keys[np.uint64(rows[position])], sheet, month, 0, k0, k1)
        luck[position] = uniform(np.int64(w0))
    # Without a branch, so that what one row waits for in memory does not hold up the next.
    for position in range(np.uint64(rows.size)):
        i = np.uint64(rows[position])
        odds[position] = (
            by_age[np.uint64(age_sex[i])]
            + beta[0] * propensity[i]
            + beta[1] * acceptance[i]
            + beta[2] * (gang[i] > 0)
            + beta[3] * min(np.float64(victim_count[position]), beta[4])
            + beta[6] * fear[np.uint64(community[i])]
        )
    for position in range(np.uint64(rows.size)):
        row = np.int64(rows[position])
        push = pushed(lever, row)
        carries[position] = 0
        # Most are seen to carry nothing without a look at their friends.
        if luck[position] < above_exp(np.float32(odds[position] + most_by_friends + push)):
            others, armed = _friends_armed(row, friends, weapon)
            if others > 0:
                odds[position] += beta[5] * armed / others
            odds[position] += push
            carries[position] = luck[position] < 1.0 / (1.0 + np.exp(-odds[position]))
