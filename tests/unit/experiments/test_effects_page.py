"""The page of population effects: every world and every row, measured at strengths that do not vary."""

from __future__ import annotations

import numpy as np
import pytest

from experiments import effects_page
from experiments.effects_page import OVERLAP, SINGLES, TOGETHER, measured, page, worlds_of
from experiments.interactions import JOINT, PARTNERSHIP
from experiments.runs import BASELINE
from sim.interventions.strengths import drawn_strengths
from sim.population.places import from_codes, resolve


@pytest.fixture(scope="module")
def found():
    town = resolve("Middlesbrough")
    codes = [str(code) for code in town.codes[np.flatnonzero(town.fifth == 0)[:3]]]
    return measured(from_codes(codes), 2, 1, ("hot_spot_policing",), burn_in_years=1)


def test_worlds_are_the_whole_its_parts_and_single_programmes_at_central_strength():
    worlds, parts = worlds_of(SINGLES)
    assert list(worlds)[:2] == [BASELINE, JOINT]
    wide = {f"{name}_wide" for name in OVERLAP}
    assert set(worlds) - {BASELINE, JOINT} == {*parts, *SINGLES, *wide, TOGETHER}
    assert {each.id for each in worlds[TOGETHER].programmes} == set(OVERLAP)
    assert PARTNERSHIP in parts
    assert worlds[BASELINE].programmes == ()
    assert {each.id for each in worlds[JOINT].programmes} == set(parts) - {PARTNERSHIP}
    for world in worlds.values():
        for programme in world.programmes:
            assert drawn_strengths(programme, 3, 1.0) == drawn_strengths(programme, None, 1.0)


def test_the_page_has_a_row_for_every_world_and_says_how_it_was_measured(found):
    text = page(found)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    headings, ruled, sums = 3, 3, 6
    assert len(rows) == headings + ruled + len(found.singles) + sums
    assert "2 runs (seeds and draws 0 to 1)" in text
    assert "of 3 neighbourhoods" in text
    assert "nan" not in text


def test_what_lies_outside_the_usual_range_is_explained(found, monkeypatch):
    def told(*changes: float) -> str:
        monkeypatch.setattr(effects_page, "_change", lambda *_: np.array(changes))
        return page(found)

    assert "look into it before" in told(0.02, 0.02)
    assert "cannot be told from no change" in told(-0.01, 0.02)
    assert "The 12% less expected where it works" in told(-0.06, -0.06)
    assert "None lies outside" in told(-0.02, -0.03)
