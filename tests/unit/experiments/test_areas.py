"""A country is lived area by area: areas cut it cleanly, add up to it, and are kept like the runs of any study."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.areas.borders import borders_of, friendships
from experiments.areas.grouping import Area, areas_of
from experiments.areas.living import KEPT, live_area, weights_of
from experiments.areas.resources import peak_bytes, workers_within
from experiments.areas.result import national_targets
from experiments.areas.sampling import sample_of
from experiments.areas.sharing import notes_of, part_of
from experiments.areas.simulating import AreaQuestion, in_areas, values_of
from experiments.areas.store import AreasFailed, live_and_store_areas
from experiments.cli import app
from experiments.engine import executor_of
from experiments.levels import prepare
from experiments.runs import BASELINE, RunTask, one_run
from experiments.study.folder import StudyFolder
from sim.core.errors import InputError
from sim.interventions.resolved import Shock
from sim.outcomes.measures import MEASURE_NAMES
from sim.place import Place
from sim.population.place_names import COUNTRY
from sim.population.places import from_codes, resolve
from tests.small_world import mentoring, scenario
from tests.unit.experiments.fake_place import FakePlace

FEW = 3


class Lived(FakePlace):
    """A fake place that goes on by itself; a few people, two of whom are friends across communities."""

    def __init__(self, place: Any, seed: int = 0, parameters: Any = None) -> None:
        super().__init__(place, seed, parameters)
        self.place_data = place
        friends = np.arange(4, dtype=np.int32)[:, None].repeat(2, axis=1)
        friends[0, 0], friends[1, 0], friends[1, 1] = 1, 0, 3
        community = np.array([0, 0, 0, min(1, place.n - 1)])
        self.people = SimpleNamespace(present=np.array([1, 1, 1, 1], np.uint8), friends=friends, community=community)

    def begin(self, scenario: Any) -> None:
        self.scenario = scenario


def build_lived(spec: Any, parameters: Any) -> Lived:
    if FAULT.exists() and "Rutland" not in spec.place.name:
        raise MemoryError("no room for this area")
    return Lived(spec.place, spec.seed, parameters)


FAULT = Path("/nowhere")


def communities(*authorities: str, each: int = FEW) -> list[str]:
    return [str(code) for name in authorities for code in resolve(name).codes[:each]]


@pytest.fixture(scope="module")
def midlands() -> Any:
    return resolve("East Midlands")


@pytest.fixture
def asked(registry: Any) -> AreaQuestion:
    place = from_codes(communities("Rutland", "Melton", "Southwark"))
    return in_areas(prepare("baseline", place, 2, 2, parameters=registry, build=build_lived), most=6_000)


def test_areas_hold_every_community_once_and_no_more_people_than_asked(midlands: Any) -> None:
    areas = areas_of(midlands, None, 900_000)
    rows = np.concatenate([area.rows for area in areas])
    assert np.array_equal(np.sort(rows), np.arange(midlands.n))
    assert sum(area.people for area in areas) == midlands.population
    assert all(area.people <= 900_000 for area in areas)
    assert 5 < len(areas) < 12


def test_authorities_are_never_cut_and_regions_never_joined() -> None:
    place = from_codes(communities("Rutland", "South Kesteven", "Peterborough"))
    areas = areas_of(place, None, 10_000_000)
    assert sorted({area.region for area in areas}) == ["East Midlands", "East of England"]
    tiny = areas_of(place, None, 1)
    assert sorted(area.authorities for area in tiny) == [("Peterborough",), ("Rutland",), ("South Kesteven",)]


def test_authorities_that_share_most_border_come_together() -> None:
    place = row_of_authorities("A", "A", "B", "B", "C", "C")
    place.adjacency = neighbours_of([(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5)], 6)
    assert [area.authorities for area in areas_of(place, None, 400)] == [("A", "B"), ("C",)]
    assert [area.authorities for area in areas_of(place, None, 600)] == [("A", "B", "C")]


def test_borders_are_counted_by_hand() -> None:
    place = row_of_authorities("A", "A", "B", "B")
    whole, cut = areas_of(place, None, 400), areas_of(place, None, 200)
    assert borders_of(place, whole).neighbours_left_out == 0.0
    found = borders_of(place, cut)
    assert found.neighbours_left_out == pytest.approx((0 + 1 / 2 + 1 / 2 + 0) / 4)
    assert found.people_at_borders == pytest.approx(2 / 4)
    taken = np.array([True, False, True, True])
    left = borders_of(place, areas_of(place, taken, 400))
    assert left.neighbours_left_out == pytest.approx((1 + 1 / 2 + 0) / 3)


def test_friends_of_another_community_are_counted() -> None:
    place = SimpleNamespace(fifth=np.array([1, 4]), n=2)
    named, elsewhere = friendships(Lived(place))
    assert named.tolist() == [0, 3, 0, 0, 0]
    assert elsewhere.tolist() == [0, 1, 0, 0, 0]


def test_a_sample_stands_for_everybody_of_its_stratum(midlands: Any) -> None:
    sample = sample_of(midlands, 0.1, seed=3)
    people = midlands.lsoa["population"].astype(float)
    for fifth in range(5):
        here = midlands.fifth == fifth
        assert (sample.weight * people)[here].sum() == pytest.approx(people[here].sum())
        assert sample.taken[here].mean() == pytest.approx(0.1, abs=0.01)
    assert (sample.weight[sample.taken] > 5).all() and not sample.weight[~sample.taken].any()


def test_a_smaller_sample_lies_within_a_larger_one_and_another_seed_takes_others(midlands: Any) -> None:
    small, large, other = sample_of(midlands, 0.05), sample_of(midlands, 0.3), sample_of(midlands, 0.05, seed=1)
    assert (large.taken >= small.taken).all()
    assert (small.taken & other.taken).sum() < 0.3 * small.taken.sum()
    everybody = sample_of(midlands, 1.0)
    assert everybody.taken.all() and (everybody.weight == 1.0).all()


def test_places_and_money_are_shared_out_and_rates_are_not() -> None:
    place = from_codes(communities("Rutland", "Melton"))
    first = (str(place.codes[0]),)
    plan = scenario(
        mentoring(places_per_year=100.0),
        mentoring(id="by_rate", places_per_year=None),
        mentoring(id="listed", places_per_year=50.0, communities=first),
    )
    plan = replace(plan, budget={"health": 1000.0})
    parts = [part_of(plan, place, rows) for rows in (np.arange(3), np.arange(3, 6))]
    shared, rated, listed = ([part.programmes[i].places_per_year for part in parts] for i in range(3))
    assert sum(shared) == pytest.approx(100.0) and min(shared) > 30
    assert rated == [None, None] and listed == [50.0, 0.0]
    assert sum(part.budget["health"] for part in parts) == pytest.approx(1000.0)


def test_what_is_decided_area_by_area_is_said() -> None:
    assert notes_of(scenario(mentoring(places_per_year=None)), 5) == []
    assert notes_of(scenario(mentoring(communities=0.2)), 1) == []
    worst = replace(scenario(), shocks=(Shock("x", 0, None, 1.0, 0.2),))
    assert "within each area" in notes_of(worst, 2)[0]
    assert "shared out" in notes_of(scenario(mentoring()), 2)[0]


def test_an_area_is_lived_as_the_same_place_in_one_piece_is() -> None:
    place = from_codes(communities("Rutland"))
    question = prepare("employment_pathways", place, 1, 1, burn_in_years=1)
    asked = in_areas(question)
    [task] = asked.tasks
    steps: list[int] = []
    found = live_area(replace(question.plan, place=None), task, steps.append)
    whole = one_run(RunTask(question.plan, 0), steps.append).worlds[BASELINE].by_year_fifth
    values = found["value"].reshape(len(KEPT), 1, 5)
    assert np.array_equal(values[: len(MEASURE_NAMES)], whole)
    named, elsewhere = values[len(MEASURE_NAMES) :, 0].sum(axis=1)
    assert 0 < elsewhere < named


def test_cutting_a_place_leaves_everybody_who_lives_in_it_the_same() -> None:
    codes = communities("Rutland", "Melton", each=2)
    whole, first, second = (Place(from_codes(some), seed=4) for some in (codes, codes[:2], codes[2:]))
    for column in ("key", "birth_month", "sex"):
        found = np.sort(np.concatenate([getattr(place.people, column) for place in (first, second)]))
        assert np.array_equal(np.sort(getattr(whole.people, column)), found)


def test_areas_add_up_with_their_weights(asked: AreaQuestion, tmp_path: Path) -> None:
    assert len(asked.areas) == 3 and len(asked.tasks) == 6
    result = live_and_store_areas(asked, tmp_path / "whole", executor_of(1))
    values = values_of(asked, StudyFolder(tmp_path / "whole"))
    fifths = [np.unique(asked.question.plan.place.fifth[area.rows]).size for area in asked.areas]
    years = values[:, KEPT.index("person_years")].sum(axis=2)
    assert (years == 1000 * sum(fifths)).all()
    assert result.rates["incidents"].mean == pytest.approx(1000 * result.yearly["incidents"].mean / years[0, 0])
    assert result.areas == 3 and result.people_lived == asked.question.plan.place.population
    assert result.friends_elsewhere == pytest.approx(1 / 3)
    header, *rows = (tmp_path / "whole" / "tables" / "areas.csv").read_text().splitlines()
    assert header.startswith("area,residents,incidents,") and len(rows) == 3


def test_weights_multiply_what_an_area_counts(registry: Any, tmp_path: Path) -> None:
    place = resolve("Rutland")
    asked = in_areas(prepare("baseline", place, 1, 1, parameters=registry, build=build_lived), 0.25)
    [area] = asked.areas
    live_and_store_areas(asked, tmp_path / "tenth", executor_of(1))
    values = values_of(asked, StudyFolder(tmp_path / "tenth"))
    weights = np.array(weights_of(place, area, asked.sample))
    assert values[0, KEPT.index("person_years"), 0] == pytest.approx(1000 * weights)
    assert area.people < 0.4 * place.population


def test_broken_off_and_resumed_it_is_the_same(asked: AreaQuestion, tmp_path: Path) -> None:
    whole = live_and_store_areas(asked, tmp_path / "whole", executor_of(1))
    other = live_and_store_areas(asked, tmp_path / "other", executor_of(1))
    study = StudyFolder(tmp_path / "other")
    parts = list(study.parts().values())
    parts[0].unlink()
    parts[1].write_bytes(b"damaged")
    with pytest.raises(InputError, match="--resume"):
        live_and_store_areas(asked, tmp_path / "other", executor_of(1))
    resumed = live_and_store_areas(asked, tmp_path / "other", executor_of(1), resume=True)
    assert whole.digest == other.digest == resumed.digest
    names = [path.name for path in sorted((tmp_path / "whole" / "tables").iterdir())]
    assert names
    for name in names:
        texts = {(tmp_path / folder / "tables" / name).read_bytes() for folder in ("whole", "other")}
        assert len(texts) == 1, name


def test_resuming_another_question_is_refused(asked: AreaQuestion, tmp_path: Path) -> None:
    live_and_store_areas(asked, tmp_path / "whole", executor_of(1))
    other = in_areas(asked.question, 0.3)
    with pytest.raises(InputError, match="differs in areas, population_scale"):
        live_and_store_areas(other, tmp_path / "whole", executor_of(1), resume=True)


def test_an_area_that_fails_is_named_and_the_others_are_kept(
    asked: AreaQuestion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = tmp_path / "fault"
    fault.touch()
    monkeypatch.setattr("tests.unit.experiments.test_areas.FAULT", fault)
    with pytest.raises(AreasFailed, match=r"4 of 6 areas failed.*Southwark") as failure:
        live_and_store_areas(asked, tmp_path / "whole", executor_of(1), command=("placewise", "run"))
    assert failure.value.exit_code == 1
    assert len(StudyFolder(tmp_path / "whole").parts()) == 2
    assert not (tmp_path / "whole" / "result.json").exists()
    fault.unlink()
    assert live_and_store_areas(asked, tmp_path / "whole", executor_of(1), resume=True).failed == 0


def test_national_figures_are_computed_from_totals_by_hand() -> None:
    values = np.zeros((2, len(KEPT), 2, 5))
    values[:, KEPT.index("person_years")] = 1000.0
    values[:, KEPT.index("expected_ed_attendances")] = 3.0
    values[:, KEPT.index("expected_admissions")] = 0.1 * 2.0 ** np.arange(4, -1, -1)
    values[:, KEPT.index("custody_months")] = 12.0
    found = {target.id: target for target in national_targets(values)}
    assert found["T04"].model.mean == pytest.approx(3.0) and found["T04"].inside and found["T04"].fitted
    assert found["T09"].model.mean == pytest.approx(16.0) and not found["T09"].inside
    assert found["T10"].model.mean == pytest.approx(2.0) and not found["T10"].fitted
    assert found["ST12"].model.mean == pytest.approx(100.0)
    assert found["T06"].model.mean == pytest.approx(1e5 * 0.62 / 1000)


def test_a_country_is_set_beside_national_figures(asked: AreaQuestion, tmp_path: Path) -> None:
    asked.question.plan.place.kind = COUNTRY
    result = live_and_store_areas(asked, tmp_path / "whole", executor_of(1))
    assert {"T04", "T06", "T08"} <= {target.id for target in result.targets}


def test_workers_keep_within_memory(asked: AreaQuestion) -> None:
    two = peak_bytes(asked, 2) / 1e9
    assert workers_within(asked, 8, two) == 2
    with pytest.raises(InputError, match="needs about"):
        workers_within(asked, 8, 0.1)


def test_the_command_lives_areas_and_says_what_borders_leave_out(tmp_path: Path) -> None:
    codes = ",".join(communities("Rutland", "Melton", each=2))
    words = ["run", "baseline", "--place", codes, "--population-scale", "1", "--area-people", "4000", "--runs", "1"]
    words += ["--years", "1", "--burn-in-years", "0", "--workers", "1", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*words, "--json", str(tmp_path / "result.json")])
    assert done.exit_code == 0, done.output
    assert "Lived in 2 areas, each by itself" in done.stdout and "Nothing passes between areas" in done.stdout
    assert done.stdout.splitlines()[-1] == str(tmp_path / "out")
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["schema"] == "placewise.run-areas/1" and result["areas"] == 2
    asked_by_sql = CliRunner().invoke(app, ["query", str(tmp_path / "out"), "select count(*) as n from inputs"])
    assert asked_by_sql.exit_code == 0 and "2" in asked_by_sql.stdout
    assert CliRunner().invoke(app, words).exit_code == 3
    assert CliRunner().invoke(app, [*words, "--resume"]).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--place", "Rutland", "--resume"], 2, "--population-scale"),
        (["--place", "Rutland", "--population-scale", "1.5"], 3, "above 0 and at most 1"),
        (["--place", "Rutland", "--population-scale", "1", "--events"], 2, "area by area"),
        (["--place", "Rutland", "--population-scale", "1", "--memory-gb", "0.1"], 3, "needs about"),
    ],
)
def test_what_cannot_be_done_is_refused(words: list[str], code: int, said: str) -> None:
    done = CliRunner().invoke(app, ["run", "baseline", *words])
    assert done.exit_code == code
    assert said in " ".join(done.output.split())


def test_a_place_with_figures_of_its_own_is_refused() -> None:
    place = replace(from_codes(communities("Rutland")), structural_only=True)
    with pytest.raises(InputError, match="figures of its own"):
        in_areas(prepare("baseline", place, 1, 1))


def row_of_authorities(*names: str) -> Any:
    """A row of communities of 100 people, each next to the one before and the one after."""
    number = len(names)
    lsoa = {
        "region": np.array(["R"] * number),
        "la": np.array(names),
        "la_name": np.array(names),
        "population": np.full(number, 100),
    }
    adjacency = neighbours_of([(i, i + 1) for i in range(number - 1)], number)
    return SimpleNamespace(lsoa=lsoa, n=number, adjacency=adjacency)


def neighbours_of(pairs: list[tuple[int, int]], number: int) -> tuple[np.ndarray, np.ndarray]:
    """Adjacency of communities as index pointers and indices, each pair in both directions."""
    next_to = [sorted({b for a, b in pairs if a == i} | {a for a, b in pairs if b == i}) for i in range(number)]
    return np.cumsum([0, *map(len, next_to)]), np.concatenate([np.array(each) for each in next_to])


def test_an_area_knows_its_name() -> None:
    [area] = areas_of(row_of_authorities("A", "B"), None, 1000)
    assert isinstance(area, Area) and area.name == "R: A and 1 authority near it"
