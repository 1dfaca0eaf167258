# mypy: disable-error-code="no-untyped-def"
"""Keys: who somebody is in every scenario. Each is 64 bits, made from other keys by a two-step hash."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.compiling import inline, kernel

Array = npt.NDArray[Any]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1, _MIX2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@inline
def mix64(value):
    """Scramble 64 bits (the SplitMix64 finaliser)."""
    value = np.uint64(value)
    value = (value ^ (value >> np.uint64(30))) * _MIX1
    value = (value ^ (value >> np.uint64(27))) * _MIX2
    return value ^ (value >> np.uint64(31))


@inline
def pair_key_scalar(first, second):
    """Return the key of an ordered pair."""
    return mix64(np.uint64(first) + _GOLDEN * mix64(second))


_NEWBORN, _MIGRANT = np.uint64(0x6E6577626F726E00), np.uint64(0x6D696772616E7400)


@inline
def newborn_key_scalar(mother_key, parity):
    """Return a child's key from the mother's key and her parity before the birth."""
    return mix64(pair_key_scalar(mother_key, np.uint64(parity)) ^ _NEWBORN)


@inline
def migrant_key_scalar(slot_key, member, month):
    """Return the key of a member of an in-migrant household."""
    return mix64(pair_key_scalar(slot_key, np.uint64(member) | (np.uint64(month) << np.uint64(16))) ^ _MIGRANT)


@kernel
def _pair_keys(first, second):
    out = np.empty(first.size, np.uint64)
    for i in range(first.size):
        out[i] = pair_key_scalar(first[i], second[i])
    return out


def pair_key(first: Array, second: Array) -> Array:
    """Return the keys of ordered pairs (arrays of the same length, or one scalar side)."""
    a, b = np.asarray(first, np.uint64), np.asarray(second, np.uint64)
    if a.shape != b.shape:
        a, b = np.broadcast_arrays(a, b)
    keys: Array = _pair_keys(np.ascontiguousarray(a).ravel(), np.ascontiguousarray(b).ravel())
    return keys


def newborn_key(mother_keys: Array, parity: Array) -> Array:
    """Vectorised :func:`newborn_key_scalar`."""
    return _finish(pair_key(mother_keys, np.asarray(parity, np.uint64)), _NEWBORN)


def migrant_key(slot_keys: Array, member: Array, month: int) -> Array:
    """Vectorised :func:`migrant_key_scalar`."""
    second = np.asarray(member, np.uint64) | (np.uint64(month) << np.uint64(16))
    return _finish(pair_key(slot_keys, second), _MIGRANT)


@kernel
def _finish(keys, domain):
    out = np.empty(keys.size, np.uint64)
    for i in range(keys.size):
        out[i] = mix64(keys[i] ^ domain)
    return out


def code_key(text: str) -> int:
    """Return a 64-bit key for a text such as an LSOA code."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
