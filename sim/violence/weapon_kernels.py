# mypy: disable-error-code="no-untyped-def"
"""Decide anew, for a few people, whether they carry a weapon."""

from __future__ import annotations

import numpy as np

from sim.core.chance import block, uniform
from sim.core.compiling import kernel
from sim.core.levers_kernels import pushed


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
    for position in range(rows.size):
        i = rows[position]
        others, armed = 0, 0
        for slot in range(friends.shape[1]):
            friend = friends[i, slot]
            if friend >= 0 and friend != i:
                others += 1
                armed += weapon[friend]
        odds = (
            by_age[age_sex[i]]
            + beta[0] * propensity[i]
            + beta[1] * acceptance[i]
            + beta[2] * (gang[i] > 0)
            + beta[3] * min(np.float64(victim_count[position]), beta[4])
            + beta[6] * fear[community[i]]
        )
        if others > 0:
            odds += beta[5] * armed / others
        odds += pushed(lever, i)
        w0, _, _, _ = block(keys[i], sheet, month, 0, k0, k1)
        carries[position] = uniform(w0) < 1.0 / (1.0 + np.exp(-odds))
