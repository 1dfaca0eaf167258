"""The clock around the rooms of a month."""

from __future__ import annotations

import pytest

from experiments.bench_rooms import OF_THE_PLACE, REST, ROOMS, seconds_by_room
from sim.place import Place
from sim.population.places import from_codes, resolve

MONTHS = 2


@pytest.fixture(scope="module")
def world() -> Place:
    codes = [str(code) for code in resolve("Rutland").codes[:3]]
    return Place(from_codes(codes), seed=1, burn_in_years=0)


def test_parts_of_a_month_add_up_to_all_of_it_and_leave_no_clock_behind(world: Place) -> None:
    total, spent = seconds_by_room(world, MONTHS)
    assert world.month == MONTHS
    assert sum(spent.values()) == pytest.approx(total)
    assert list(spent.values()) == sorted(spent.values(), reverse=True)
    lived_every_month = {name for name, _, _ in ROOMS} | {name for name, _ in OF_THE_PLACE} - {"compacting"}
    assert lived_every_month | {REST} == set(spent)
    assert "turn" not in vars(world.demography) and "compact" not in vars(world)


def test_the_clock_is_taken_away_when_a_month_fails(world: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(world), "_support", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seconds_by_room(world, 1)
    assert "turn" not in vars(world.norms) and "_support" not in vars(world)
