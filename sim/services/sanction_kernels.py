# mypy: disable-error-code="no-untyped-def"
"""Let time pass since everybody's last sanction and last treatment."""

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
