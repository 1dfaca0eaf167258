"""The levers on violence that act in some contexts only."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.levers import Levers, Push
from sim.violence.incidents import CONTEXTS, PEER

Array = npt.NDArray[Any]

LEVERS_OF_CONTEXTS = (
    "violence_hazard_peer",
    "violence_hazard_public",
    "violence_hazard_partner",
    "violence_hazard_family",
    "violence_hazard_acquisitive",
)
SCHOOL_SETTING = "school_setting"
NOT_PUSHED = Push(np.zeros(0, np.uint32), np.zeros((len(CONTEXTS), 0), np.float32))


def push_by_context(levers: Levers, age_sex: Array, pupil: Array, school_part: float) -> Push:
    """Return what levers push each context by: ``value`` has a row for each context.

    Parameters
    ----------
    pupil
        1 at school age, by ``age_sex``.
    school_part
        Share of this month's violence among peers that is tied to school; the lever ``school_setting`` moves that.
    """
    pushes = [levers.person(name) for name in LEVERS_OF_CONTEXTS]
    school = levers.person(SCHOOL_SETTING)
    in_use = [push for push in (*pushes, school) if push.value.size]
    if not in_use:
        return NOT_PUSHED
    seat, value = in_use[0].seat, np.zeros((len(CONTEXTS), in_use[0].value.size), np.float32)
    for context, push in enumerate(pushes):
        if push.value.size:
            value[context] = push.value
    rows = levers.pushed_rows(SCHOOL_SETTING) if school.value.size else np.zeros(0, np.int64)
    rows = rows[pupil[age_sex[rows]] > 0]
    value[PEER, seat[rows]] += part_pushed(school.of(rows), school_part)
    return Push(seat, value)


def part_pushed(push: Array, share: float) -> Array:
    """Return the push on a whole of a push on a ``share`` of it, on the log scale."""
    return np.log1p(share * np.expm1(push))


def largest_ratio(*pushes: Push) -> np.float32:
    """Return the largest ratio by which pushes together raise a rate of violence, at least one."""
    return np.float32(np.exp(sum(push.largest for push in pushes)))
