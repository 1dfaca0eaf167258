"""What the terminal and lists show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from experiments import terminal
from experiments.comparison import Comparison
from experiments.levels import simulate
from experiments.listing import LISTS, SCHEMAS, listing, schema_of
from experiments.settings import parse_settings
from experiments.worlds import read_world, read_worlds
from sim.core.errors import InputError
from tests.unit.experiments.fake_place import FakeData, build_fake


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_comparison_prints_whole_numbers_at_any_width(
    compared: Callable[..., Comparison], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    monkeypatch.setattr(terminal, "WIDTH_WITHOUT_TERMINAL", width)
    terminal.print_comparison(compared().result)
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= width
    squeezed = " ".join(text.split())
    for words in ("Small:", "Large:", "fitted to national figures", "modelled estimate"):
        assert words in squeezed
    for word in ("present", "exceeds", "attendances"):
        assert word in squeezed
    assert "…" not in text


def test_levels_of_one_scenario(registry: Any) -> None:
    found = simulate("baseline", FakeData(), 3, 2, workers=1, parameters=registry, build=build_fake)
    assert found.runs == 3 and [year.year for year in found.by_year] == [1, 2]
    assert found.scenario == "baseline"
    mean = found.by_year[0].outcomes["incidents"].mean
    rate = found.rates["incidents"].mean
    assert mean is not None and rate is not None
    assert rate == pytest.approx(1000 * mean / 3000)


@pytest.mark.parametrize("what", ["interventions", "scenarios", "measures", "levers", "conditions"])
def test_lists_can_be_searched(what: str) -> None:
    everything, _ = listing(what)
    assert everything
    assert listing(what, "surely nothing is called this")[0] == []
    assert set(LISTS) == {"parameters", "interventions", "scenarios", "places", "measures", "levers", "conditions"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_published(name: str) -> None:
    assert schema_of(name)["properties"]


def test_settings_are_read_and_refused_with_reasons() -> None:
    assert parse_settings(["partnership.collaboration=0.5"]) == {"partnership.collaboration": "0.5"}
    with pytest.raises(InputError) as caught:
        parse_settings(["uptake", "mentoring.uptake=1"])
    assert [problem.path for problem in caught.value.problems] == ["mentoring.uptake", "uptake"]


def test_a_dial_is_set_in_a_baseline_that_is_run_by_itself_and_not_in_one_of_a_comparison() -> None:
    settings = {"partnership.data_sharing": "0.5"}
    assert read_world("baseline", settings).scenario.dials.data_sharing == 0.5
    compared = read_worlds(["whole_system"], settings)
    assert [compared[stem].scenario.dials.data_sharing for stem in ("baseline", "whole_system")] == [0.0, 0.5]
    assert [read_world(stem, {}).scenario.dials.data_sharing for stem in ("baseline", "whole_system")] == [0.0, 0.5]
