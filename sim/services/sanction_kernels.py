# mypy: disable-error-code="no-untyped-def"
"""Let time pass since everybody's last sanction and last treatment, and find those who offend often."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.compiling import kernel
from sim.core.levers_kernels import pushed

Array = npt.NDArray[Any]
BLOCK_ROWS, ONE_ROW = np.uint64(8), np.uint64(1)
A_HAIR_MORE = 1.0 + 1e-6
LAST_MONTH = np.uint8(254)
ONE = np.uint8(1)
ZERO = np.uint8(0)


@kernel
def recede(months_since_sanction, months_since_ed):
    """Add a month to both, up to the last that is counted; never (255) stays never."""
    for i in range(months_since_sanction.size):
        since = months_since_sanction[i]
        months_since_sanction[i] = since + (ONE if since < LAST_MONTH else ZERO)
        since = months_since_ed[i]
        months_since_ed[i] = since + (ONE if since < LAST_MONTH else ZERO)


@kernel
def find_frequent(age_sex, risk, passing, steeper, start, rows):
    """List in ``rows`` who is above ``start`` (float64[256] by stratum); return how many.

    What is compared is log-risk and ``steeper`` times its passing part. Blocks of rows of which none is above the
    lowest of all starts are passed over.
    """
    bound, found = start.astype(np.float32), np.uint64(0)
    lowest, size = bound.min(), np.uint64(age_sex.size)
    for block in range((size + BLOCK_ROWS - ONE_ROW) // BLOCK_ROWS):
        begin, near = block * BLOCK_ROWS, np.int64(0)
        end = min(begin + BLOCK_ROWS, size)
        for i in range(begin, end):
            near += np.int64(risk[i] + steeper * passing[i] >= lowest)
        if near == 0:
            continue
        for i in range(begin, end):
            if risk[i] + steeper * passing[i] >= bound[np.uint64(age_sex[i])]:
                rows[found] = i
                found += ONE_ROW
    return found


class Offending(NamedTuple):
    """Bundle the columns of people that bear on other offending."""

    age_sex: Array
    risk_log: Array
    transitory_risk: Array
    months_since_sanction: Array


@kernel
def screen_other_offending(rows, uniforms, m, push, level, steeper, mean, known, record_months, near):
    """List in ``near`` the positions in ``rows`` that may be sanctioned for another offence; return how many.

    ``level`` (float64[256] by stratum) is the largest rate at average risk. A rate is taken a hair too large, so that
    nobody is left out whom a more careful sum would keep.
    """
    count = np.int64(0)
    for n in range(rows.size):
        i = np.uint64(rows[n])
        log = m.risk_log[i] + steeper * m.transitory_risk[i] - mean + pushed(push, i)
        if m.months_since_sanction[i] < record_months:
            log += known
        near[count] = n
        count += np.int64(uniforms[n] < level[m.age_sex[i]] * np.exp(log) * A_HAIR_MORE)
    return count
