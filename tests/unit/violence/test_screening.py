"""Screening for offenders is generous: it loses nobody who would be violent."""

from __future__ import annotations

import numpy as np

from sim.core.chance import mix64
from sim.violence.exposure_kernels import fill_margins, screening_bounds

WORDS_IN_ALL = 2.0**32
STRATA, PEOPLE = 256, 20_000
EXPONENT = 0.6
DOMESTIC_RATIOS = (0.5, 3.0, 0.8, 2.5)


def made_up() -> tuple[np.ndarray, ...]:
    """Return strata, log-risks, words outside and at home (uint64), and rates by context and stratum."""
    hashed = np.array([int(mix64(np.uint64(i))) for i in range(4 * PEOPLE)], np.uint64).reshape(4, PEOPLE)
    strata = (hashed[0] % np.uint64(STRATA)).astype(np.uint8)
    risk = ((hashed[1] % np.uint64(1200)).astype(np.float64) / 100.0 - 6.0).astype(np.float32)
    # Words of all sizes, so that many lie near their bounds.
    outside, at_home = (hashed[i] >> (np.uint64(32) + hashed[i] % np.uint64(14)) for i in (2, 3))
    rates = np.abs(np.sin(np.arange(6 * STRATA))).reshape(6, STRATA) * 0.02
    rates[:, ::9] = 0.0
    return strata, risk, outside, at_home, rates


def test_whoever_is_under_a_bound_has_a_margin_and_few_others_have() -> None:
    strata, risk, outside, at_home, rates = made_up()
    constants = np.zeros(12)
    constants[7:11], constants[11] = DOMESTIC_RATIOS, EXPONENT
    bounds = screening_bounds(rates, np.float32(1.5), constants)
    word_at_home = at_home & np.uint64(2**31 - 1)
    lowest = np.stack([(outside >> np.uint64(1)).astype(np.float32), word_at_home.astype(np.float32)])
    margin = np.empty(PEOPLE, np.float32)
    fill_margins(lowest, strata, risk, bounds, np.float32(EXPONENT * np.log2(np.e)), margin)
    most = 1.5 * rates[[0, 1, 4]].max(axis=0)[strata] * np.exp(risk.astype(np.float64))
    most_home = 1.5 * max(DOMESTIC_RATIOS) * rates[[2, 3]].max(axis=0)[strata] * np.exp(EXPONENT * risk)
    under = (outside < most * WORDS_IN_ALL) | (word_at_home < most_home * WORDS_IN_ALL)
    assert 0.2 < under.mean() < 0.8
    assert (margin[under] > 0).all()
    # A logarithm that is up to 0.09 too low passes words up to 7% above the bound.
    assert (margin[~under] > 0).mean() < 0.05
