# mypy: disable-error-code="no-untyped-def"
"""Sweep many rare decisions of a month with one block of chance a person.

A sheet of *lanes* gives each of its four words to one decision, or to several that exclude each other: up to four have
a quarter of the word each, up to eight an eighth. A decision in a part happens when what the word is past the start of
its part is under its probability, so that probability ends at the size of the part. Where a lane starts never changes:
no decision moves another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import CHUNK_ROWS, NO_STRATUM, STRATA, Candidates, Chance, Sheet, block, declare_sheet
from sim.core.compiling import kernel

Array = npt.NDArray[Any]
LANES = 8
WORD_BITS = np.uint64(32)
WORD_SIZE = 4294967296.0
STRATUM_BITS, TWO = np.uint64(8), np.uint64(2)
BITS_OF_WORD = 32


@dataclass(frozen=True)
class Lanes:
    """Name the decisions of each word: one for the whole word, up to four for quarters, up to eight for eighths."""

    sheet: Sheet
    words: tuple[tuple[str, ...], ...]

    def lane(self, decision: str) -> int:
        """Return the number of a decision's lane: 8 x word + part."""
        for word, names in enumerate(self.words):
            if decision in names:
                return LANES * word + names.index(decision)
        raise KeyError(f"no decision called {decision!r} on the sheet {self.sheet.name}")

    def most(self, decision: str) -> float:
        """Return the largest probability the lane of a decision holds."""
        return float(0.5 ** (BITS_OF_WORD - self._bits[self.word(decision)]))

    def word(self, decision: str) -> int:
        """Return the word of a decision."""
        return self.lane(decision) // LANES

    @property
    def _bits(self) -> list[int]:
        """Bits of each part of each word."""
        return [BITS_OF_WORD if len(names) == 1 else 30 if len(names) <= 4 else 29 for names in self.words]

    @property
    def names(self) -> tuple[str, ...]:
        """The decision of every lane, empty for the parts nobody uses."""
        return tuple(name for names in self.words for name in (*names, *[""] * (LANES - len(names))))

    @property
    def masks(self) -> Array:
        return np.array([(1 << bits) - 1 for bits in self._bits], np.uint32)

    @property
    def shifts(self) -> Array:
        return np.array(self._bits, np.uint64)


def declare_lanes(name: str, words: tuple[tuple[str, ...], ...]) -> Lanes:
    """Register a sheet of lanes; see `sim.core.chance.declare_sheet`."""
    decisions = [decision for names in words for decision in names]
    if len(set(decisions)) != len(decisions) or any(not 1 <= len(names) <= LANES for names in words):
        raise ValueError(f"sheet {name}: one to eight different decisions a word, not {words}")
    return Lanes(declare_sheet(name, tuple("|".join(names) for names in words)), words)


@kernel
def _sweep_lanes(keys, strata, others, by_other, limits, masks, shifts, sheet, month, k0, k1, rows, uniforms, counts):
    drawn = np.empty((2, CHUNK_ROWS), np.uint64)
    first_two, last_two = drawn[0], drawn[1]
    halves = drawn.view(np.uint32)
    near = np.empty(CHUNK_ROWS + 1, np.uint32)
    capacity = rows.shape[1]
    for begin in range(0, keys.size, CHUNK_ROWS):
        size = min(CHUNK_ROWS, keys.size - begin)
        chunk = keys[begin : begin + size]
        for i in range(size):
            w0, w1, w2, w3 = block(chunk[i], sheet, month, 0, k0, k1)
            first_two[i] = w0 | (w1 << WORD_BITS)
            last_two[i] = w2 | (w3 << WORD_BITS)
        for w in range(masks.size):
            of_word, side, mask, shift = halves[w >> 1], np.uint64(w & 1), masks[w], shifts[w]
            limit = limits[LANES * w : LANES * (w + 1)].reshape(LANES * STRATA)
            stratum_of = others[begin : begin + size] if by_other[w] else strata[begin : begin + size]
            # Indices are unsigned: the compiler need not ask each time whether they count from the end.
            found = np.uint64(0)
            for i in range(np.uint64(size)):
                # Written in any case and kept if near: no branch that nobody can foresee.
                near[found] = i
                word = of_word[TWO * i + side]
                cell = ((np.uint64(word) >> shift) << STRATUM_BITS) | np.uint64(stratum_of[i])
                found += np.uint64((word & mask) < limit[cell])
            for j in range(found):
                row = np.uint64(near[j])
                word = of_word[TWO * row + side]
                lane = np.uint64(LANES * w) + (np.uint64(word) >> shift)
                count = counts[lane]
                if count < capacity:
                    rows[lane, count] = np.uint64(begin) + row
                    uniforms[lane, count] = (np.float64(word & mask) + 0.5) / WORD_SIZE
                counts[lane] = count + 1


def sweep_lanes(
    chance: Chance,
    lanes: Lanes,
    keys: Array,
    strata: Array,
    others: Array,
    by_other: Array,
    ceilings: Array,
    month: int,
) -> Candidates:
    """Return, for each decision, the rows under its ceiling (in row order) and their uniforms.

    Parameters
    ----------
    keys
        uint64, one a row.
    strata, others
        uint8, one a row: the stratum for most words, and for the words marked in ``by_other`` (bool[words]); 255 is
        nobody.
    ceilings
        float64 of shape (8 x words, 256): the largest probability of each lane in each stratum.
    """
    names = lanes.names
    used = [lane for lane, name in enumerate(names) if name]
    limits = np.zeros((len(names), STRATA), np.uint32)
    limits[used] = np.minimum(np.ceil(np.clip(ceilings[used], 0.0, 1.0) * WORD_SIZE), WORD_SIZE - 1.0)
    limits[:, NO_STRATUM] = 0
    room = keys.size // 16 + 1024
    while True:
        rows, uniforms = np.empty((len(names), room), np.int32), np.empty((len(names), room))
        counts = np.zeros(len(names), np.int64)
        _sweep_lanes(
            keys, strata, others, by_other, limits, lanes.masks, lanes.shifts, lanes.sheet.number, month,
            chance.k0, chance.k1, rows, uniforms, counts,
        )  # fmt: skip
        if counts.max() <= room:
            break
        room = int(counts.max() * 1.2)
    # Parts of what was swept into, not copies: a month's candidates are let go when it ends.
    found = [rows[lane, :count] for lane, count in enumerate(counts)]
    return Candidates(names, found, [uniforms[lane, :count] for lane, count in enumerate(counts)])


def no_ceilings(lanes: Lanes) -> Array:
    """Return ceilings of zero for every lane (float64[8 x words, 256])."""
    return np.zeros((LANES * len(lanes.words), STRATA))
