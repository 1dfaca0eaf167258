"""Who gains and who is worse off: measures of inequality on a toy table, groups and the two planes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.comparison import Comparison
from experiments.decisions.planes import CHOICE_COLUMNS
from experiments.fairness import groups, worse_share
from experiments.report.fairness import worse_off_section
from experiments.report.plane_charts import cost_plane, equity_plane
from experiments.runs import RunRecord
from experiments.store import Stored
from experiments.summaries import Stack, gaps_of, inequalities
from sim.core.ledger import AGE_BANDS
from sim.outcomes.measures import MEASURE_NAMES

INJURY, YEARS_LIVED = MEASURE_NAMES.index("incidents_with_injury"), MEASURE_NAMES.index("person_years")
TOY = (50.0, 40.0, 30.0, 20.0, 10.0)


def world_of(by_fifth: Any, by_band_sex: Any = None) -> Any:
    """Return one year of a world in which 1,000 people live in each fifth, band and sex."""
    fifths = np.zeros((len(MEASURE_NAMES), 1, 5))
    fifths[INJURY, 0], fifths[YEARS_LIVED, 0] = by_fifth, 1000.0
    cells = np.zeros((len(MEASURE_NAMES), 1, len(AGE_BANDS), 2))
    cells[YEARS_LIVED] = 1000.0
    if by_band_sex is not None:
        cells[INJURY, 0] = by_band_sex
    return SimpleNamespace(measures=list(MEASURE_NAMES), by_year_fifth=fifths, by_year_band_sex=cells)


def runs_of(*pairs: tuple[Any, Any]) -> list[RunRecord]:
    return [RunRecord(i, {"baseline": before, "plan": after}) for i, (before, after) in enumerate(pairs)]


def test_gaps_of_a_toy_table() -> None:
    # Rates 50 to 10 in steps of ten: gap 40, ratio 5, slope 50 over the whole population, mean 30, 50 / 30.
    records = runs_of((world_of(TOY), world_of(np.array(TOY) / 2)))
    gaps = gaps_of(Stack(records, "baseline"), "incidents_with_injury")
    assert {name: float(values[0]) for name, values in gaps.items()} == pytest.approx(
        {"absolute_gap": 40.0, "relative_gap": 5.0, "slope_index": 50.0, "relative_index": 50 / 30}
    )
    found = inequalities(Stack(records, "baseline"), Stack(records, "plan"))["incidents_with_injury"]
    assert found["absolute_gap"]["difference"]["mean"] == pytest.approx(-20.0)
    # Halving every rate halves the absolute measures and leaves the relative ones alone.
    assert found["slope_index"]["difference"]["mean"] == pytest.approx(-25.0)
    assert found["relative_gap"]["difference"]["mean"] == pytest.approx(0.0)
    assert found["relative_index"]["difference"]["mean"] == pytest.approx(0.0)


def test_a_group_is_worse_off_in_the_runs_that_harm_it() -> None:
    calm, rough = np.zeros((len(AGE_BANDS), 2)), np.zeros((len(AGE_BANDS), 2))
    calm[2, 0], rough[2, 1] = 8.0, 9.0
    same = world_of(TOY, calm)
    fewer = np.array(TOY) - (5, 0, 0, 0, 0)
    records = runs_of((same, world_of(fewer, rough)), (same, world_of(fewer, calm)), (same, world_of(TOY, calm)))
    found = {(group["kind"], group["label"]): group for group in groups(records, "plan")}
    assert found["sex", "male"]["worse_off"] == pytest.approx(1 / 3)
    assert found["sex", "female"]["worse_off"] == 0.0
    assert found["age", AGE_BANDS[2]]["worse_off"] == pytest.approx(1 / 3)
    assert found["fifth", "1 (most deprived)"]["worse_off"] == 0.0
    assert found["fifth", "1 (most deprived)"]["outcomes"]["incidents_with_injury"]["difference"]["mean"] == (
        pytest.approx(-10 / 3)
    )
    assert len(found) == 2 + len(AGE_BANDS) + 5


def test_who_is_equal_is_not_worse_off() -> None:
    assert worse_share(np.array([2.0, 2.0]), np.array([2.0, 3.0])) == 0.5


def stored(found: Comparison) -> Stored:
    return Stored(found.result, {}, {}, None, runs=found.runs, choices=found.choices)


def test_the_planes_hold_every_run_and_agree_with_the_money(compared: Callable[..., Comparison]) -> None:
    found = compared(runs=5)
    for stem, choice in found.choices.items():
        assert tuple(choice) == CHOICE_COLUMNS
        assert all(values.shape == (5,) for values in choice.values())
        money = found.result.scenarios[stem].economics
        assert choice["net_present_social_value_gbp"].mean() == pytest.approx(money.net_present_social_value.mean)
        assert choice["programme_cost_gbp"].mean() == pytest.approx(money.programme_cost.mean)
        gap = found.result.scenarios[stem].inequality["incidents_with_injury"].absolute_gap.difference.mean
        assert choice["gap_change"].mean() == pytest.approx(gap)
        value = found.result.decision.acceptability.gbp_per_qaly[-1]
        worth = value * choice["qalys_gained"] - choice["net_cost_gbp"]
        assert worth == pytest.approx(choice["net_present_social_value_gbp"], rel=1e-6)


def test_titles_of_the_planes_say_what_was_found(compared: Callable[..., Comparison]) -> None:
    kept = stored(compared())
    cost, equity = cost_plane(kept), equity_plane(kept)
    share = [row[3] for row in cost.rows]
    worth = sum(int(each.split()[0]) > 2 for each in share)
    assert cost.title.startswith(f"{worth} of 2 scenarios ")
    assert "of 2 scenarios" in equity.title
    for drawn in (cost, equity):
        assert len(drawn.rows) == 2 and len(drawn.header) == len(drawn.rows[0])
        assert drawn.description and drawn.png is not None


def test_the_report_names_who_is_worse_off(compared: Callable[..., Comparison], tmp_path: Path) -> None:
    [section] = worse_off_section(stored(compared()))
    assert section.heading == "Who is worse off"
    assert section.words[1:] == [
        "Large: no group is worse off in any run.",
        "Small: no group is worse off in any run.",
    ]
