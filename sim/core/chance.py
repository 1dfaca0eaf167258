# mypy: disable-error-code="no-untyped-def"
"""Chance as a pure function of (seed, key, month, decision): Philox 4x32-10.

A *sheet* holds up to four named decisions at fixed words of one Philox block. The counter is
(key low, key high, sheet, month | index << 16) and the Philox key is the seed, so order, chunks, processes and
the content of a scenario cannot change anybody's chance. Index 0 is the monthly sweep; 1, 2, ... are follow-ups.

*Draw first, look later*: a sweep compares every uniform with the largest hazard its decision can have in the
row's stratum (the ceiling) and returns the few rows under it; a room then tests ``uniform < hazard`` for those.

Source: Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.compiling import inline, kernel
from sim.core.keys import (
    code_key,
    migrant_key,
    migrant_key_scalar,
    mix64,
    newborn_key,
    newborn_key_scalar,
    pair_key,
    pair_key_scalar,
)

__all__ = [
    "CHUNK_ROWS",
    "MOST_MONTHS",
    "NO_STRATUM",
    "SHEETS",
    "STRATA",
    "WORDS",
    "Candidates",
    "Chance",
    "Sheet",
    "age_sex_ceilings",
    "block",
    "code_key",
    "declare_sheet",
    "migrant_key",
    "migrant_key_scalar",
    "mix64",
    "newborn_key",
    "newborn_key_scalar",
    "normal_pair",
    "pair_key",
    "pair_key_scalar",
    "philox",
    "philox_numpy",
    "threshold_words",
    "uniform",
]

Array = npt.NDArray[Any]
WORDS = 4
STRATA = 256
NO_STRATUM = 255
MOST_MONTHS = 65_535
CHUNK_ROWS = 1024

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_TWO = np.uint64(2)


@inline
def philox(c0, c1, c2, c3, k0, k1):
    """Return the four 32-bit words of one Philox 4x32-10 block, held in 64 bits so that loops vectorise."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _SHIFT) ^ c1 ^ k0
        c2 = (p0 >> _SHIFT) ^ c3 ^ k1
        c1 = p1 & _LOW
        c3 = p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@inline
def block(key, sheet, month, index, k0, k1):
    """Return the four words of a key's sheet in a month (index 0) or of follow-up ``index``."""
    key = np.uint64(key)
    return philox(
        key & _LOW,
        key >> _SHIFT,
        np.uint64(sheet),
        np.uint64(month) | (np.uint64(index) << np.uint64(16)),
        np.uint64(k0),
        np.uint64(k1),
    )


@inline
def uniform(word):
    """Turn a word into a uniform in (0, 1)."""
    return (np.float64(word) + 0.5) / 4294967296.0


@inline
def normal_pair(word0, word1):
    """Turn two words into two independent standard normals (Box-Muller)."""
    radius = np.sqrt(-2.0 * np.log(uniform(word0)))
    angle = 2.0 * np.pi * uniform(word1)
    return radius * np.cos(angle), radius * np.sin(angle)


@dataclass(frozen=True)
class Sheet:
    """Name up to four decisions that share one Philox block, each at a fixed word."""

    name: str
    names: tuple[str, ...]
    number: np.uint32

    def word(self, decision: str) -> int:
        return self.names.index(decision)


SHEETS: dict[str, Sheet] = {}


def declare_sheet(name: str, decisions: tuple[str, ...]) -> Sheet:
    """Register a sheet. Its number is a hash of its name, so a new sheet moves nobody else's chance.

    Raises ``ValueError`` when the name stands for other decisions already, holds more than four, or collides.
    """
    if not 1 <= len(decisions) <= WORDS or len(set(decisions)) != len(decisions):
        raise ValueError(f"sheet {name}: one to four different decisions, not {decisions}")
    number = np.uint32(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little"))
    sheet = Sheet(name, decisions, number)
    known = SHEETS.get(name)
    if known is not None and known != sheet:
        raise ValueError(f"sheet {name} is declared twice with different decisions")
    if any(other.number == number and other.name != name for other in SHEETS.values()):
        raise ValueError(f"sheet {name} has the number of another sheet: rename it")
    SHEETS[name] = sheet
    return sheet


@kernel
def _sweep(keys, strata, thresholds, sheet, month, k0, k1, rows, words, counts):
    drawn = np.empty((2, CHUNK_ROWS), np.uint64)
    first_two, last_two = drawn[0], drawn[1]
    halves = drawn.view(np.uint32)
    near = np.empty(CHUNK_ROWS + 1, np.uint32)
    capacity = rows.shape[1]
    largest = np.zeros(WORDS, np.uint32)
    for w in range(thresholds.shape[0]):
        for limit in thresholds[w]:
            largest[w] = max(largest[w], limit)
    for begin in range(0, keys.size, CHUNK_ROWS):
        size = min(CHUNK_ROWS, keys.size - begin)
        chunk = keys[begin : begin + size]
        for i in range(size):
            # Two words to an entry: storing them apart costs more than reading every second one.
            w0, w1, w2, w3 = block(chunk[i], sheet, month, 0, k0, k1)
            first_two[i] = w0 | (w1 << _SHIFT)
            last_two[i] = w2 | (w3 << _SHIFT)
        for w in range(thresholds.shape[0]):
            of_decision, side, limits, most = halves[w >> 1], np.uint64(w & 1), thresholds[w], largest[w]
            # Indices are unsigned: the compiler need not ask each time whether they count from the end.
            found = np.uint64(0)
            for i in range(np.uint64(size)):
                # Written in any case and kept if near: a branch here is foreseen only where ceilings are very low.
                near[found] = i
                found += np.uint64(of_decision[_TWO * i + side] < most)
            count = counts[w]
            for j in range(found):
                row = np.uint64(near[j])
                word = of_decision[_TWO * row + side]
                if word < limits[np.uint64(strata[np.uint64(begin) + row])]:
                    if count < capacity:
                        rows[w, count] = np.uint64(begin) + row
                        words[w, count] = word
                    count += 1
            counts[w] = count


@kernel
def _uniforms(keys, sheet, month, index, word, k0, k1):
    out = np.empty(keys.size, np.float64)
    for i in range(keys.size):
        w0, w1, w2, w3 = block(keys[i], sheet, month, index, k0, k1)
        chosen = w0
        if word == 1:
            chosen = w1
        elif word == 2:
            chosen = w2
        elif word == 3:
            chosen = w3
        out[i] = uniform(chosen)
    return out


@dataclass(frozen=True)
class Candidates:
    """Hold, for each decision, the rows under its ceiling (in row order) and their uniforms."""

    names: tuple[str, ...]
    rows: list[Array]
    uniforms: list[Array]

    def of(self, decision: str) -> tuple[Array, Array]:
        position = self.names.index(decision)
        return self.rows[position], self.uniforms[position]


class Chance:
    """Answer every question of luck in one run: a pure function of the seed and what is asked."""

    def __init__(self, seed: int) -> None:
        self.seed = int(seed)
        self.k0 = np.uint32(self.seed & 0xFFFFFFFF)
        self.k1 = np.uint32((self.seed >> 32) & 0xFFFFFFFF)

    def __deepcopy__(self, memo: dict[int, Any]) -> Chance:
        return Chance(self.seed)

    def __getstate__(self) -> dict[str, Any]:
        return {"seed": self.seed}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["seed"])  # type: ignore[misc]

    def uniforms(self, sheet: Sheet, word: int, keys: Array, month: int, index: int = 0) -> Array:
        """Return one uniform in (0, 1) a key."""
        if not 0 <= month <= MOST_MONTHS:
            raise ValueError(f"month {month} is outside 0 to {MOST_MONTHS}")
        keys = np.ascontiguousarray(keys, np.uint64)
        drawn: Array = _uniforms(keys, sheet.number, month, index, word, self.k0, self.k1)
        return drawn

    def normals(self, sheet: Sheet, word: int, keys: Array, month: int, index: int = 0) -> Array:
        """Return one standard normal a key from two words (``word`` is 0 or 2)."""
        first = self.uniforms(sheet, word, keys, month, index)
        second = self.uniforms(sheet, word + 1, keys, month, index)
        normal: Array = np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * second)
        return normal

    def sweep(self, sheet: Sheet, keys: Array, strata: Array, ceilings: Array, month: int) -> Candidates:
        """Return the rows whose uniform is under their ceiling, for each decision of the sheet.

        Parameters
        ----------
        keys
            uint64, one a row.
        strata
            uint8, one a row; 255 is nobody.
        ceilings
            float64 of shape (decisions, 256): the largest probability a decision can have in each stratum.
        """
        if not 0 <= month <= MOST_MONTHS:
            raise ValueError(f"month {month} is outside 0 to {MOST_MONTHS}")
        decisions = len(sheet.names)
        thresholds = threshold_words(ceilings[:decisions])
        room = keys.size // 10 + 1024
        while True:
            rows, words = np.empty((2, decisions, room), np.uint32)
            counts = np.zeros(decisions, np.int64)
            _sweep(
                keys, strata, thresholds, sheet.number, month, self.k0, self.k1, rows.view(np.int32), words, counts
            )  # fmt: skip
            if counts.max() <= room:
                break
            room = int(counts.max() * 1.2)
        found = [rows[w, : counts[w]].view(np.int32).copy() for w in range(decisions)]
        uniforms = [(words[w, : counts[w]] + 0.5) / 4294967296.0 for w in range(decisions)]
        return Candidates(sheet.names, found, uniforms)


def threshold_words(ceilings: Array) -> Array:
    """Turn ceilings into 32-bit thresholds: ``word < threshold`` whenever the uniform is under the ceiling."""
    words = np.ceil(np.clip(ceilings, 0.0, 1.0) * 4294967296.0)
    out: Array = np.ascontiguousarray(np.minimum(words, 4294967295.0).astype(np.uint32))
    out[:, NO_STRATUM] = 0
    return out


def age_sex_ceilings(*ceilings: Array | float) -> Array:
    """Lay out ceilings by age in years and sex for the ``age_sex`` strata.

    Each argument is one decision: a number (everybody), an array by age in years (0, 1, ...; the last value holds
    for older ages), or an array of shape (ages, 2) by age and sex (0 female, 1 male).
    """
    out = np.zeros((len(ceilings), STRATA))
    years = np.arange(120)
    for decision, ceiling in enumerate(ceilings):
        table = np.asarray(ceiling, np.float64)
        if table.ndim == 0:
            table = np.full((1, 2), float(table))
        elif table.ndim == 1:
            table = np.repeat(table[:, None], 2, axis=1)
        out[decision, : 2 * years.size] = table[np.minimum(years, len(table) - 1)].ravel()
    return out


def philox_numpy(counter: Array, key: Array) -> Array:
    """Compute Philox 4x32-10 in NumPy: the oracle the compiled version is tested against.

    ``counter`` is uint32 of shape (..., 4), ``key`` uint32 of shape (..., 2).
    """
    c = [counter[..., i].astype(np.uint64) for i in range(4)]
    k = [key[..., i].astype(np.uint64) for i in range(2)]
    for _ in range(10):
        p0, p1 = _M0 * c[0], _M1 * c[2]
        c = [(p1 >> _SHIFT) ^ c[1] ^ k[0], p1 & _LOW, (p0 >> _SHIFT) ^ c[3] ^ k[1], p0 & _LOW]
        k = [(k[0] + _W0) & _LOW, (k[1] + _W1) & _LOW]
    return np.stack(c, axis=-1).astype(np.uint32)
