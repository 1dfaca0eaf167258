"""Months and communities are kept where they are asked for, beside parts that stay as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from experiments import query
from experiments.small_numbers import SMALLEST
from experiments.study.folder import StudyFolder
from experiments.study.parts import find_parts
from experiments.sweeps.estimating import estimate
from experiments.sweeps.sweep_file import read_sweep
from experiments.sweeps.sweeping import prepare
from sim.core.errors import InputError
from tests.unit.experiments.fake_place import FakeData, FakePlace
from tests.unit.experiments.sweep_world import KnownData, SweepWorld, build_known, sweep_world

BOTH = "detail: [months, communities]\n"


@pytest.fixture
def world(tmp_path: Path, registry: Any) -> SweepWorld:
    return sweep_world(tmp_path, registry)


def ask_for(world: SweepWorld, detail: str = BOTH) -> None:
    world.write(world.file.read_text().replace("design:", f"{detail}design:", 1))


def parts_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "parts").iterdir()}


def test_detail_leaves_parts_and_digest_as_they_are(world: SweepWorld) -> None:
    plain = world.live("plain")
    assert not (plain.folder / "detail").exists()
    ask_for(world)
    detailed = world.live("detailed")
    assert detailed.digest == plain.digest and parts_of(detailed.folder) == parts_of(plain.folder)
    for name in ("months", "communities"):
        assert find_parts(detailed.folder / "detail" / name).keys() == StudyFolder(plain.folder).parts().keys()
    assert set(json.loads((detailed.folder / "finished.json").read_text())["detail"]) == {"months", "communities"}
    with pytest.raises(InputError, match="differs in detail"):
        world.live("plain", resume=True)


def test_damaged_detail_is_done_again(world: SweepWorld) -> None:
    ask_for(world)
    found = world.live()
    finished = (found.folder / "finished.json").read_bytes()
    months = sorted(find_parts(found.folder / "detail" / "months").values())
    communities = sorted(find_parts(found.folder / "detail" / "communities").values())
    before = months[1].read_bytes()
    months[1].write_bytes(before[:40])
    communities[3].unlink()
    (found.folder / "detail" / "months" / ".partial-left").write_bytes(b"begun")
    world.live(resume=True)
    assert months[1].read_bytes() == before and communities[3].exists()
    assert (found.folder / "finished.json").read_bytes() == finished
    assert not (found.folder / "detail" / "months" / ".partial-left").exists()


def test_detail_adds_up_to_the_totals(world: SweepWorld) -> None:
    ask_for(world)
    found = world.live()
    total = query(found.folder, "select sum(value) t from results").iloc[0, 0]
    for name in ("months", "communities"):
        files = str(found.folder / "detail" / name / "*.parquet")
        [(stored,)] = duckdb.execute("select sum(value) from read_parquet(?)", [files]).fetchall()
        # Communities are whole periods of the fake place, months yearly totals in twelve parts.
        np.testing.assert_allclose(stored, total)
    change = query(found.folder, "select sum(difference) t from months").iloc[0, 0]
    np.testing.assert_allclose(change, query(found.folder, "select sum(difference) t from results").iloc[0, 0])


class Quiet(FakePlace):
    def fork(self, scenario: Any) -> Quiet:
        world = Quiet(self.place, self.seed, self.parameters)
        world.scenario = scenario
        return world

    def result(self) -> Any:
        found = super().result()
        found.by_month = np.full_like(found.by_month, SMALLEST - 1)
        found.by_month[:, 3], found.by_month[:, 4] = 0, 12
        found.by_community = np.tile([0.0, 2 * (SMALLEST - 1), 2 * 12], (len(found.measures), 1))
        return found


def build_quiet(spec: Any, parameters: Any) -> FakePlace:
    return Quiet(spec.place, spec.seed, parameters)


def test_small_numbers_are_withheld_from_what_is_shown(world: SweepWorld) -> None:
    ask_for(world)
    found = world.live(build=build_quiet)
    where = "where run = 0 and outcome = 'incidents' and world = 'baseline' order by month"
    months = query(found.folder, f"select value, withheld from months {where}")
    assert months["value"].dropna().tolist() == [0.0, 12.0] and months["withheld"].sum() == 22
    rows = query(found.folder, "select * from communities where outcome = 'incidents' and point = 0 order by lsoa")
    assert rows["lsoa"].tolist() == FakeData.codes.tolist() and rows["runs"].tolist() == [3, 3, 3]
    assert rows["value"].dropna().tolist() == [0.0, 10.0] and rows["withheld"].tolist() == [False, True, False]
    assert rows["difference"].dropna().tolist() == [0.0, 0.0]


def test_a_study_without_detail_says_how_to_keep_it(world: SweepWorld) -> None:
    found = world.live()
    with pytest.raises(InputError, match="detail: \\[months\\]"):
        query(found.folder, "select * from months")


def test_what_detail_takes_is_said_before(world: SweepWorld) -> None:
    def estimated() -> Any:
        return estimate(prepare(world.file, KnownData(), parameters=world.registry, build=build_known), 1)

    plain = estimated()
    assert plain.detail_bytes == 0
    ask_for(world)
    found = estimated()
    assert found.study_bytes == plain.study_bytes
    lived = world.live()
    size = sum(path.stat().st_size for path in (lived.folder / "detail").rglob("*.parquet"))
    assert 0.5 < found.detail_bytes / size < 2


@pytest.mark.parametrize(("detail", "why"), [("detail: [weeks]\n", "months"), ("detail: months\n", "detail")])
def test_detail_that_there_is_not_is_refused(world: SweepWorld, detail: str, why: str) -> None:
    ask_for(world, detail)
    with pytest.raises(InputError, match=why):
        read_sweep(world.file, world.registry)


def test_a_function_has_no_detail(tmp_path: Path, registry: Any) -> None:
    text = Path("experiments/studies/known_answer.yaml").read_text().replace("design:", f"{BOTH}design:", 1)
    (tmp_path / "known.yaml").write_text(text)
    with pytest.raises(InputError, match="not of a function"):
        read_sweep(tmp_path / "known.yaml", registry)
