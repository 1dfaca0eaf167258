# mypy: disable-error-code="no-untyped-def"
"""Kernel of the monthly census: who lives in each household."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.chance import NO_STRATUM
from sim.core.compiling import inline, kernel
from sim.population.columns import EDUCATION, EMPLOYED, HEAD, INSTITUTION, PARTNER, RETIRED, ROLES, WORK_STATES
from sim.population.home_rates import ADULT_YEARS

Array = npt.NDArray[Any]

TALLY_BITS = 8
ADULTS, CHILDREN, WORKERS, PARENTS, WORKING_AGE, IN_CUSTODY, CHILD_YEARS = range(7)


class Members(NamedTuple):
    """Bundle the columns of people that family life reads or writes."""

    key: Array
    present: Array
    age_sex: Array
    family: Array
    role: Array
    work: Array
    custody: Array
    propensity: Array
    community: Array
    aces: Array
    ace_count: Array
    care: Array
    known_to: Array


@inline
def count_of(tally, field):
    """Return one of the numbers a tally holds."""
    return np.int64((tally >> np.uint64(TALLY_BITS * field)) & np.uint64(0xFF))


def census_entries() -> Array:
    """Return what a person adds to the tally of their household.

    uint64 by ``((in custody x roles + role) x 2 + adult) x work states + work``. People in custody count as absent.
    """
    entries = np.zeros((2, len(ROLES), 2, len(WORK_STATES)), np.uint64)
    for inside, role, adult, work in np.ndindex(entries.shape):
        parent = role in (HEAD, PARTNER)
        fields = [] if adult else [CHILDREN]
        if inside:
            fields += [IN_CUSTODY]
        else:
            fields += [ADULTS] if adult else []
            fields += [PARENTS] if parent else []
            if adult or parent:
                fields += [WORKERS] if work == EMPLOYED else []
                fields += [WORKING_AGE] if work not in (RETIRED, EDUCATION) else []
        absent = role == INSTITUTION and not inside
        entries[inside, role, adult, work] = 0 if absent else sum(1 << TALLY_BITS * field for field in fields)
    return entries.ravel()


@kernel
def take_census(m, entries, tally, propensity_sum, children):
    """Count each household's members into eight-bit fields of ``tally``, by ``census_entries``, and end care at 18.

    ``tally`` and ``propensity_sum`` (one entry a family) must hold zeros. ``children`` (an entry a person and one
    more) receives the rows of those under 18 at home; how many is returned.
    """
    count = np.uint64(0)
    for person in range(np.uint64(m.family.size)):
        age_sex, home = m.age_sex[person], m.family[person]
        adult = np.int64(age_sex >= 2 * ADULT_YEARS)
        if m.care[person] > 0 and adult:
            m.care[person] = 0
        if home < 0 or m.present[person] == 0 or age_sex == NO_STRATUM:
            continue
        inside = np.int64(m.custody[person] > 0)
        kind = np.uint64(((inside * len(ROLES) + m.role[person]) * 2 + adult) * len(WORK_STATES) + m.work[person])
        years = np.uint64(age_sex >> 1) * np.uint64(1 - adult)
        tally[np.uint64(home)] += entries[kind] + (years << np.uint64(TALLY_BITS * CHILD_YEARS))
        propensity_sum[np.uint64(home)] += m.propensity[person] * np.float32(count_of(entries[kind], PARENTS))
        children[count] = person
        count += np.uint64(1 - adult)
    return np.int64(count)
