# mypy: disable-error-code="no-untyped-def"
"""Write down which services know of whom, in one pass over everybody."""

from __future__ import annotations

import numpy as np

from sim.core.chance import NO_STRATUM, block, uniform
from sim.core.compiling import kernel

NEET = 3
NEVER = 255
CONDUCT_FROM, CONDUCT_BELOW = 2 * 3, 2 * 11
PUPIL_FROM, PUPIL_BELOW = 2 * 5, 2 * 16
EARLY_YEARS_BELOW, ADULT_FROM = 2 * 5, 2 * 18
SERVICES = 7


@kernel
def note_needs(
    keys, age_sex, self_control, recent_suspensions, exclusion, school_engagement, care, ace_count,
    months_since_sanction, months_since_ed, work, family, stress, limits, sight, sheets, year, k0, k1, known_to,
):  # fmt: skip
    """Set the bits of the services that know of a need, in the order of ``KNOWN_TO``.

    ``limits``: conduct problems, disengagement, high parental stress, serious harm (ACEs), months a record is used.
    ``sight`` is the probability that each service sees a need of its kind; luck is keyed by person and ``year``.
    """
    needs = np.zeros(SERVICES, np.bool_)
    for i in range(keys.size):
        known_to[i] = 0
        stratum = np.int64(age_sex[i])
        if stratum == NO_STRATUM:
            continue
        conduct = CONDUCT_FROM <= stratum < CONDUCT_BELOW and self_control[i] < limits[0]
        trouble = recent_suspensions[i] > 0 or exclusion[i] != NEVER or school_engagement[i] < limits[1]
        minor = stratum < ADULT_FROM
        sanctioned = months_since_sanction[i] < limits[4]
        needs[0] = conduct or (PUPIL_FROM <= stratum < PUPIL_BELOW and trouble)
        needs[1] = minor and (care[i] > 0 or ace_count[i] >= limits[3])
        needs[2] = stratum < EARLY_YEARS_BELOW and family[i] >= 0 and stress[family[i]] > limits[2]
        needs[3] = minor and sanctioned
        needs[4] = sanctioned
        needs[5] = months_since_ed[i] < limits[4]
        needs[6] = work[i] == NEET
        if not (needs[0] or needs[1] or needs[2] or needs[3] or needs[4] or needs[5] or needs[6]):
            continue
        first = block(keys[i], sheets[0], year, 0, k0, k1)
        second = block(keys[i], sheets[1], year, 0, k0, k1)
        words = (first[0], first[1], first[2], first[3], second[0], second[1], second[2])
        bits = 0
        for service in range(SERVICES):
            if needs[service] and uniform(words[service]) < sight[service]:
                bits |= 1 << service
        known_to[i] = bits
