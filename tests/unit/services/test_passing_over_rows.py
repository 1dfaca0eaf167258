"""Rows passed over in blocks are those a comparison leaves out."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.levers import NOT_PUSHED
from sim.services.record_kernels import rows_in_turn
from sim.services.sanction_kernels import Offending, find_frequent, screen_other_offending


@pytest.mark.parametrize("people", [0, 1, 15, 16, 17, 500])
@pytest.mark.parametrize("movers", [0.0, 0.3])
def test_residents_of_communities_in_turn(people: int, movers: float) -> None:
    rng = np.random.default_rng(people)
    community = np.sort(rng.integers(0, 8, people)).astype(np.uint16)
    moved = rng.random(people) < movers
    community[moved] = rng.integers(0, 8, moved.sum())
    due = np.arange(8) % 3 == 1
    rows = np.empty(people + 1, np.int32)
    assert np.array_equal(rows[: rows_in_turn(due, community, rows)], np.flatnonzero(due[community]))


@pytest.mark.parametrize("people", [0, 7, 8, 9, 400])
def test_frequent_offenders_are_those_above_the_start_of_their_stratum(people: int) -> None:
    rng = np.random.default_rng(people)
    stratum = rng.integers(0, 200, people).astype(np.uint8)
    risk, passing = rng.normal(size=(2, people)).astype(np.float32)
    start = np.where(np.arange(256) < 100, 1.0, np.inf)
    rows = np.empty(people + 1, np.int32)
    found = rows[: find_frequent(stratum, risk, passing, np.float32(0.5), start, rows)]
    assert np.array_equal(found, np.flatnonzero(risk + np.float32(0.5) * passing >= start.astype(np.float32)[stratum]))


def test_screening_leaves_out_nobody_under_the_rate_and_nearly_all_others() -> None:
    rng = np.random.default_rng(3)
    people = 2000
    stratum = rng.integers(20, 60, people).astype(np.uint8)
    risk, passing = rng.normal(size=(2, people)).astype(np.float32)
    since = rng.choice(np.array([3, 255], np.uint8), people)
    rows = np.flatnonzero(rng.random(people) < 0.5).astype(np.uint32)
    uniforms, level = rng.random(rows.size), np.full(256, 0.1)
    bundle, near = Offending(stratum, risk, passing, since), np.empty(rows.size + 1, np.int64)
    near = near[: screen_other_offending(rows, uniforms, bundle, NOT_PUSHED, level, 0.5, 0.2, 1.0, 24.0, near)]
    rate = 0.1 * np.exp(risk.astype(float) + 0.5 * passing - 0.2 + (since < 24))[rows]
    assert np.isin(np.flatnonzero(uniforms < rate), near).all()
    assert (uniforms[near] < rate[near] * 1.001).all()
