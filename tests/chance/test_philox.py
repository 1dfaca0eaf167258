"""Keyed chance: published answers, the NumPy twin, and independence of order, chunks and company."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.chance import (
    NO_STRATUM,
    STRATA,
    Chance,
    age_sex_ceilings,
    code_key,
    declare_sheet,
    newborn_key,
    pair_key,
    philox_numpy,
)

SHEET = declare_sheet("tests.sheet", ("first", "second", "third", "fourth"))
KEYS = (np.arange(5000, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)

# Known answers of Philox 4x32-10, from the kat_vectors file of the Random123 library.
PUBLISHED = [
    ([0, 0, 0, 0], [0, 0], [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), PUBLISHED)
def test_the_numpy_twin_gives_the_published_answers(counter, key, words):
    assert philox_numpy(np.array(counter, np.uint32), np.array(key, np.uint32)).tolist() == words


def twin_words(seed: int, keys: np.ndarray, sheet: int, month: int, index: int) -> np.ndarray:
    counter = np.stack(
        [
            (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32),
            (keys >> np.uint64(32)).astype(np.uint32),
            np.full(keys.size, sheet, np.uint32),
            np.full(keys.size, month | index << 16, np.uint32),
        ],
        axis=-1,
    )
    key = np.array([seed & 0xFFFFFFFF, seed >> 32], np.uint32)
    return philox_numpy(counter, np.broadcast_to(key, (keys.size, 2)))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**64 - 1),
    month=st.integers(0, 65535),
    index=st.integers(0, 65535),
    keys=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20),
)
def test_compiled_uniforms_equal_the_twin(seed, month, index, keys):
    keys = np.array(keys, np.uint64)
    words = twin_words(seed, keys, int(SHEET.number), month, index)
    for word in range(4):
        expected = (words[:, word] + 0.5) / 2**32
        assert np.array_equal(Chance(seed).uniforms(SHEET, word, keys, month, index), expected)


def test_a_sweep_returns_exactly_the_rows_under_their_ceiling():
    strata = (np.arange(KEYS.size) % 7).astype(np.uint8)
    strata[::11] = NO_STRATUM
    ceilings = np.zeros((4, STRATA))
    ceilings[:, :7] = np.array([0.001, 0.02, 0.3, 0.0])[:, None] * np.arange(7)
    found = Chance(9).sweep(SHEET, KEYS, strata, ceilings, 17)
    words = twin_words(9, KEYS, int(SHEET.number), 17, 0)
    for word, name in enumerate(SHEET.names):
        under = (words[:, word] < np.ceil(ceilings[word, strata] * 2**32)) & (strata != NO_STRATUM)
        rows, uniforms = found.of(name)
        assert np.array_equal(rows, np.flatnonzero(under))
        assert np.array_equal(uniforms, (words[under, word] + 0.5) / 2**32)
    assert found.of("third")[0].size > 500


def test_a_sweep_grows_its_room_when_everybody_is_a_candidate():
    found = Chance(1).sweep(SHEET, KEYS, np.zeros(KEYS.size, np.uint8), np.ones((4, STRATA)), 0)
    assert [rows.size for rows in found.rows] == [KEYS.size] * 4


def test_chance_depends_on_neither_order_nor_company():
    chance, order = Chance(3), np.argsort(KEYS % np.uint64(97), kind="stable")
    together = chance.uniforms(SHEET, 2, KEYS, 40)
    assert np.array_equal(chance.uniforms(SHEET, 2, KEYS[order], 40), together[order])
    assert np.array_equal(chance.uniforms(SHEET, 2, KEYS[100:101], 40), together[100:101])


def test_raising_a_ceiling_changes_nobody_who_was_found():
    strata = np.zeros(KEYS.size, np.uint8)
    low, high = (Chance(3).sweep(SHEET, KEYS, strata, np.full((4, STRATA), c), 5) for c in (0.01, 0.1))
    rows, uniforms = high.of("second")
    kept = uniforms < 0.01
    assert np.array_equal(rows[kept], low.of("second")[0])
    assert np.array_equal(uniforms[kept], low.of("second")[1])


def test_uniforms_are_uniform_and_normals_normal():
    many = np.arange(200_000, dtype=np.uint64)
    uniforms = Chance(11).uniforms(SHEET, 0, many, 1)
    counts = np.bincount((uniforms * 100).astype(int), minlength=100)
    assert ((counts - 2000) ** 2 / 2000).sum() < 160
    normals = Chance(11).normals(SHEET, 0, many, 1)
    assert abs(normals.mean()) < 0.01 and abs(normals.std() - 1) < 0.01
    assert abs(np.corrcoef(normals, Chance(11).normals(SHEET, 2, many, 1))[0, 1]) < 0.01


def test_months_beyond_the_counter_are_refused():
    with pytest.raises(ValueError, match="month"):
        Chance(0).uniforms(SHEET, 0, KEYS[:1], 65_536)
    with pytest.raises(ValueError, match="month"):
        Chance(0).sweep(SHEET, KEYS[:1], np.zeros(1, np.uint8), np.ones((4, STRATA)), -1)


def test_a_sheet_keeps_its_decisions():
    assert declare_sheet("tests.sheet", SHEET.names) == SHEET
    with pytest.raises(ValueError, match="twice"):
        declare_sheet("tests.sheet", ("other",))
    with pytest.raises(ValueError, match="four"):
        declare_sheet("tests.five", ("a", "b", "c", "d", "e"))


def test_keys_of_pairs_and_newborns_are_distinct():
    mothers = KEYS[:1000]
    newborns = np.concatenate([newborn_key(mothers, np.full(1000, parity)) for parity in range(4)])
    pairs = np.concatenate([pair_key(mothers, mothers[::-1]), pair_key(mothers[::-1][:500], mothers[:500])])
    everything = np.concatenate([mothers, newborns, np.unique(pairs)])
    assert np.unique(everything).size == everything.size
    assert pair_key(np.array([5], np.uint64), np.array([6], np.uint64)) != pair_key(
        np.array([6], np.uint64), np.array([5], np.uint64)
    )
    assert code_key("E01000001") != code_key("E01000002")


def test_ceilings_by_age_and_sex():
    by_age = np.where(np.arange(50) < 16, 0.0, 0.5)
    ceilings = age_sex_ceilings(0.1, by_age, np.array([[0.0, 0.2], [0.3, 0.4]]))
    assert ceilings[0, 2 * 80] == 0.1
    assert ceilings[1, 2 * 15 + 1] == 0.0 and ceilings[1, 2 * 90] == 0.5
    assert ceilings[2, 1] == 0.2 and ceilings[2, 2 * 60] == 0.3
    assert not ceilings[:, NO_STRATUM].any()
