# mypy: disable-error-code="no-untyped-def"
"""Let time pass since everybody's last sanction and last treatment, and find those who offend often."""

from __future__ import annotations

import numpy as np

from sim.core.compiling import kernel

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

    What is compared is log-risk and ``steeper`` times its passing part.
    """
    bound = start.astype(np.float32)
    found = 0
    for i in range(age_sex.size):
        if risk[i] + steeper * passing[i] >= bound[age_sex[i]]:
            rows[found] = i
            found += 1
    return found
