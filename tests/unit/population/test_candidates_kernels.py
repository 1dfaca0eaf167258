"""Candidates of demography: what happens to them is what the tables say, looked up one by one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.population import candidates_kernels as kernels
from sim.population.columns import CHILD, FEMALE, HEAD, INSTITUTION, PARTNER, RELATIVE, SHARER

ROWS = 4000
AGES = 101


@pytest.fixture(scope="module")
def world() -> SimpleNamespace:
    draw = np.random.default_rng(3)
    return SimpleNamespace(
        rows=np.sort(draw.permutation(ROWS)[: ROWS // 2]).astype(np.int32),
        uniforms=draw.uniform(size=ROWS // 2),
        age_sex=draw.integers(0, 240, ROWS).astype(np.uint8),
        present=(draw.uniform(size=ROWS) < 0.9).astype(np.uint8),
        partner=draw.integers(-1, ROWS, ROWS).astype(np.int32) * (draw.uniform(size=ROWS) < 0.5) - 1,
        role=draw.integers(0, 6, ROWS).astype(np.uint8),
        custody=draw.integers(0, 2, ROWS).astype(np.uint8),
        community=draw.integers(0, 5, ROWS).astype(np.uint16),
        by_age=draw.uniform(size=AGES),
        by_age_sex=draw.uniform(size=2 * AGES),
        factor=draw.uniform(0.5, 2.0, 5),
    )


def capped(age_sex: np.ndarray) -> np.ndarray:
    return np.minimum(age_sex // 2, AGES - 1).astype(np.int64) * 2 + age_sex % 2


def test_the_dying_are_those_under_their_own_hazard(world):
    hazard = world.by_age_sex[capped(world.age_sex)] * world.factor[world.community]
    died = kernels.dying(world.rows, world.uniforms, world.age_sex, world.community, world.by_age_sex, world.factor)
    assert died.tolist() == world.rows[world.uniforms < hazard[world.rows]].tolist()


def test_seekers_are_free_and_present(world):
    columns = world.age_sex, world.present, world.partner.astype(np.int32), world.role, world.custody
    found, luck, years = kernels.seeking(world.rows, world.uniforms, columns, world.by_age_sex)
    free = (world.present == 1) & (world.partner < 0) & (world.role != INSTITUTION) & (world.custody == 0)
    wanted = free[world.rows] & (world.uniforms < world.by_age_sex[capped(world.age_sex)][world.rows])
    assert found.tolist() == world.rows[wanted].tolist()
    assert luck.tolist() == world.uniforms[wanted].tolist()
    assert years.tolist() == (capped(world.age_sex) // 2)[found].tolist()


def test_who_leaves_alone_depends_on_the_role(world):
    by_role = {}
    for role in (CHILD, HEAD, PARTNER, RELATIVE, SHARER, INSTITUTION):
        columns = np.full(ROWS, role, np.uint8), world.present, world.age_sex
        tables = world.by_age_sex, world.by_age, 16, 25, 0.3
        by_role[role] = set(kernels.leaving_alone(world.rows, world.uniforms, columns, *tables).tolist())
    rows, uniforms = world.rows, world.uniforms
    here, years = world.present[rows] == 1, (capped(world.age_sex) // 2)[rows]
    moving = here & (years >= 16) & (uniforms < world.by_age[years])
    assert by_role[HEAD] == by_role[PARTNER] == set()
    assert by_role[CHILD] == set(rows[here & (uniforms < world.by_age_sex[capped(world.age_sex)[rows]])].tolist())
    assert by_role[SHARER] == set(rows[moving].tolist())
    assert by_role[RELATIVE] == set(rows[moving & (years < 25)].tolist())
    assert by_role[INSTITUTION] == set(rows[here & (uniforms < 0.3)].tolist())


def test_households_without_a_head_or_without_a_couple_do_nothing(world):
    heads = np.arange(ROWS, dtype=np.int32)
    heads[::3] = -1
    partner = world.partner.astype(np.int32)
    sex = world.age_sex % 2
    moved = kernels.moving(world.rows, world.uniforms, world.present, heads, world.age_sex, world.by_age)
    years = capped(world.age_sex) // 2
    there = (world.present == 1) & (heads >= 0)
    assert (
        moved.tolist()
        == world.rows[(there & (years >= 0))[world.rows] & (world.uniforms < world.by_age[years[world.rows]])].tolist()
    )
    families, people = (world.present, heads), (world.present, partner, sex, world.age_sex)
    rows, women = kernels.separating(world.rows, world.uniforms, families, people, world.by_age)
    woman = np.where(sex == FEMALE, np.arange(ROWS), partner)
    happens = (there & (partner >= 0))[world.rows] & (world.uniforms < world.by_age[years[woman[world.rows]]])
    assert rows.tolist() == world.rows[happens].tolist()
    assert women.tolist() == woman[rows].tolist()


@pytest.mark.parametrize(
    ("changed", "births"),
    [
        ({}, 0.1 * 1.5 * 0.8),
        ({"partner": -1}, 0.1 * 1.5 * 0.8 * 0.4),
        ({"sex": 1}, 0.0),
        ({"role": INSTITUTION}, 0.0),
        ({"last_birth_month": 95}, 0.0),
        ({"parity": 9}, 0.1 * 1.5 * 0.2),
        ({"birth_month": 100 - 12 * 130}, 0.0),
    ],
)
def test_births_a_year_of_one_woman(changed, births):
    woman = {
        "birth_month": 100 - 12 * 30,
        "sex": FEMALE,
        "role": HEAD,
        "partner": 0,
        "parity": 1,
        "last_birth_month": 0,
    }
    types = (np.int16, np.uint8, np.uint8, np.int32, np.uint8, np.int16)
    people = tuple(np.array([v], kind) for v, kind in zip((woman | changed).values(), types, strict=True))
    fertility, unpartnered = np.zeros(AGES), np.full(AGES, 0.4)
    fertility[30] = 0.1
    by_parity = np.array([1.0, 0.8, 0.2])
    annual = kernels.births_a_year(np.array([0]), 100, people, fertility, 1.5, by_parity, unpartnered, 10)
    assert annual == pytest.approx([births])
