# mypy: disable-error-code="no-untyped-def"
"""Write down which services see a need of whom."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.chance import CHUNK_ROWS, NO_STRATUM, block, uniform
from sim.core.compiling import inline, kernel
from sim.population.columns import NEET, NEVER

Array = npt.NDArray[Any]

YEAR_MONTHS = np.uint64(12)
CONDUCT_FROM, CONDUCT_BELOW = 2 * 3, 2 * 11
PUPIL_FROM, PUPIL_BELOW = 2 * 5, 2 * 16
EARLY_YEARS_BELOW, ADULT_FROM, HABITS_FROM = 2 * 5, 2 * 18, 2 * 16
SEEING = 10
(
    SCHOOL, SOCIAL_CARE, HEALTH_VISITING, YOUTH_JUSTICE, POLICE, EMERGENCY_DEPARTMENT, JOBCENTRE, AMBULANCE,
    CHILD_MENTAL_HEALTH, SUBSTANCE_SERVICES,
) = range(SEEING)  # fmt: skip
WORDS, BLOCK_ROWS = 4, np.uint64(16)
ON_SHEET = np.array(
    [
        sum(1 << bit for bit in (SCHOOL, SOCIAL_CARE, HEALTH_VISITING, CHILD_MENTAL_HEALTH, YOUTH_JUSTICE)),
        sum(1 << bit for bit in (POLICE, EMERGENCY_DEPARTMENT, JOBCENTRE, SUBSTANCE_SERVICES)),
        1 << AMBULANCE,
    ],
    np.uint16,
)
"""The bits of the services whose luck is on each of the three sheets of a record."""
CONDUCT, ENGAGEMENT, STRESS, ACES, MONTHS, TRAUMA = range(6)


class Known(NamedTuple):
    """Bundle the columns of people from which services recognise a need."""

    age_sex: Array
    self_control: Array
    trauma: Array
    recent_suspensions: Array
    exclusion: Array
    school_engagement: Array
    care: Array
    ace_count: Array
    months_since_sanction: Array
    months_since_ed: Array
    work: Array
    alcohol: Array
    drugs: Array
    family: Array


@inline
def _bit(service, need):
    return np.int64(need) << service


@inline
def _school_need(stratum, self_control, suspensions, exclusion, engagement, conduct_limit, engagement_limit):
    """Return whether a child has conduct problems, or is a pupil suspended, excluded or disengaged."""
    conduct = (stratum >= CONDUCT_FROM) & (stratum < CONDUCT_BELOW) & (self_control < conduct_limit)
    trouble = (suspensions > 0) | (exclusion != NEVER) | (engagement < engagement_limit)
    return conduct | ((stratum >= PUPIL_FROM) & (stratum < PUPIL_BELOW) & trouble)


@inline
def _seen(needs, service, sight, word):
    """Return the bit of a service that sees a need there is."""
    return needs & _bit(service, uniform(word) < sight)


@inline
def _seen_on(sheet, needs, sight, word0, word1, word2, word3):
    """Return the bits of the services whose luck is on a sheet, and that see a need there is."""
    if sheet == 0:
        bits = _seen(needs, SCHOOL, sight[SCHOOL], word0)
        bits |= _seen(needs, SOCIAL_CARE, sight[SOCIAL_CARE], word1)
        bits |= _seen(needs, HEALTH_VISITING, sight[HEALTH_VISITING], word2)
        bits |= _seen(needs, CHILD_MENTAL_HEALTH, sight[CHILD_MENTAL_HEALTH], word2)
        return bits | _seen(needs, YOUTH_JUSTICE, sight[YOUTH_JUSTICE], word3)
    if sheet == 1:
        bits = _seen(needs, POLICE, sight[POLICE], word0)
        bits |= _seen(needs, EMERGENCY_DEPARTMENT, sight[EMERGENCY_DEPARTMENT], word1)
        bits |= _seen(needs, JOBCENTRE, sight[JOBCENTRE], word2)
        return bits | _seen(needs, SUBSTANCE_SERVICES, sight[SUBSTANCE_SERVICES], word3)
    return _seen(needs, AMBULANCE, sight[AMBULANCE], word0)


@kernel
def rows_in_turn(due, community, rows):
    """List in ``rows`` (an entry a person and one more) the residents of communities that are due; return how many.

    Neighbours mostly have neighbouring rows: a block of one community that is not due is passed over at once.
    """
    count, blocks = np.uint64(0), np.uint64(community.size) // BLOCK_ROWS
    for number in range(blocks):
        begin, others = number * BLOCK_ROWS, np.uint16(0)
        here = community[begin]
        for i in range(BLOCK_ROWS):
            others |= np.uint16(community[begin + i]) ^ here
        if others == 0 and not due[np.uint64(here)]:
            continue
        for i in range(BLOCK_ROWS):
            rows[count] = begin + i
            count += np.uint64(due[np.uint64(community[begin + i])])
    for row in range(blocks * BLOCK_ROWS, np.uint64(community.size)):
        rows[count] = row
        count += np.uint64(due[np.uint64(community[row])])
    return count


@kernel
def add_bits(person, bits, known_to):
    """Add ``bits`` to the records of people, each of whom may be listed several times."""
    for i in range(person.size):
        known_to[np.uint64(person[i])] |= bits[i]


@kernel
def list_needs(rows, m, stress, limits, needs_of):
    """Write into ``needs_of`` the bits of every need of the people in ``rows``, in the order of the record's bits.

    ``limits``: conduct problems, disengagement, high parental stress, serious harm (ACEs), months a record is used,
    trauma of a child.
    """
    months = limits[MONTHS]
    for j in range(rows.size):
        i = np.uint64(rows[j])
        stratum = np.int64(m.age_sex[i])
        minor = stratum < ADULT_FROM
        sanctioned, treated = m.months_since_sanction[i] < months, m.months_since_ed[i] < months
        needs = _bit(YOUTH_JUSTICE, sanctioned & minor) | _bit(POLICE, sanctioned)
        needs |= _bit(EMERGENCY_DEPARTMENT, treated) | _bit(AMBULANCE, treated)
        needs |= _bit(JOBCENTRE, m.work[i] == NEET)
        needs |= _bit(SUBSTANCE_SERVICES, (stratum >= HABITS_FROM) & ((m.alcohol[i] | m.drugs[i]) > 0))
        if minor:
            needs |= _bit(SOCIAL_CARE, (m.care[i] > 0) | (m.ace_count[i] >= limits[ACES]))
            school = (m.self_control[i], m.recent_suspensions[i], m.exclusion[i], m.school_engagement[i])
            needs |= _bit(SCHOOL, _school_need(stratum, *school, limits[CONDUCT], limits[ENGAGEMENT]))
            if stratum >= EARLY_YEARS_BELOW:
                needs |= _bit(CHILD_MENTAL_HEALTH, m.trauma[i] > limits[TRAUMA])
            elif m.family[i] >= 0:
                needs |= _bit(HEALTH_VISITING, stress[np.uint64(m.family[i])] > limits[STRESS])
        needs_of[j] = needs if stratum != NO_STRATUM else 0


@kernel
def note_needs(rows, needs_of, key, sight, sheets, month, k0, k1, known_to, fresh):
    """Set the bits of the services that see a need of the people in ``rows``; note in ``fresh`` which bits are new.

    ``sight`` is the probability that each service sees a need of its kind. Luck is keyed by person and year, which
    for each person begins in a month of their own. Health visitors and child mental health services take children of
    different ages, so they share their luck. A sheet is only looked at for those with a need of its services.
    """
    few, keys, years = np.empty(CHUNK_ROWS, np.int64), np.empty(CHUNK_ROWS, np.uint64), np.empty(CHUNK_ROWS, np.uint64)
    words = np.empty((WORDS, CHUNK_ROWS), np.uint32)
    for begin in range(0, rows.size, CHUNK_ROWS):
        end = min(begin + CHUNK_ROWS, rows.size)
        for j in range(begin, end):
            fresh[j] = known_to[np.uint64(rows[j])]
            known_to[np.uint64(rows[j])] = 0
        for sheet in range(sheets.size):
            count = np.int64(0)
            for j in range(begin, end):
                few[count] = j
                count += np.int64((needs_of[j] & ON_SHEET[sheet]) != 0)
            for n in range(count):
                key_of = key[np.uint64(rows[few[n]])]
                keys[n], years[n] = key_of, (np.uint64(month) + key_of % YEAR_MONTHS) // YEAR_MONTHS
            w0, w1, w2, w3 = words[0], words[1], words[2], words[3]
            for n in range(count):
                w0[n], w1[n], w2[n], w3[n] = block(keys[n], sheets[sheet], years[n], 0, k0, k1)
            for n in range(count):
                needs = np.int64(needs_of[few[n]])
                known_to[np.uint64(rows[few[n]])] |= _seen_on(sheet, needs, sight, w0[n], w1[n], w2[n], w3[n])
        for j in range(begin, end):
            fresh[j] = known_to[np.uint64(rows[j])] & ~np.int64(fresh[j])
