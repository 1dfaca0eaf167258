"""Attributable fractions: arithmetic, published form, ranking and folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from experiments import terminal
from experiments.factors import HEADLINE, OUTCOMES, FactorsFound, attributable_fraction, factors, json_schema
from experiments.factors_store import store_factors
from experiments.levels import prepare
from sim.outcomes.risk_factors import RISK_FACTORS, RiskFactor
from sim.population.places import from_codes
from tests.unit.experiments.fake_place import FakePlace


class Holdable(FakePlace):
    """A fake place in which a hold spares a share of violence given by its place in the list."""

    def __init__(self, *details: Any) -> None:
        super().__init__(*details)
        self.holds: list[Any] = []

    def fork(self, scenario: Any) -> Holdable:
        world = Holdable(self.place, self.seed, self.parameters)
        world.scenario = scenario
        return world

    def result(self) -> Any:
        found = super().result()
        share = 0.1 * sum(len(hold.steps) for hold in self.holds)
        found.total = lambda name: (1 - share) * found.by_year_fifth[found.measures.index(name)].sum()
        return found


@pytest.fixture
def found(registry: Any) -> FactorsFound:
    place = from_codes(["E01012007", "E01012011", "E01012066"], name="Testford")
    build: Callable[..., Any] = lambda spec, parameters: Holdable(spec.place, spec.seed, parameters)  # noqa: E731
    question = prepare("baseline", place, 3, 2, parameters=registry, build=build)
    return factors(question, workers=1)


def test_a_fraction_is_the_share_of_the_mean_that_is_spared() -> None:
    fraction = attributable_fraction(np.array([100.0, 200.0]), np.array([80.0, 130.0]))
    assert fraction.mean == pytest.approx(0.3)
    assert fraction.low is not None and fraction.high is not None and fraction.low < 0.3 < fraction.high
    assert fraction.monte_carlo_se == pytest.approx(np.std([20 - 0.3 * 100, 70 - 0.3 * 200]) / 150)


def test_holding_nothing_accounts_for_exactly_nothing() -> None:
    same = np.array([103.0, 97.0, 111.0])
    fraction = attributable_fraction(same, same)
    assert (fraction.mean, fraction.low, fraction.high, fraction.monte_carlo_se) == (0.0, 0.0, 0.0, 0.0)


def test_a_fraction_of_no_violence_is_undefined() -> None:
    nobody = np.zeros(3)
    assert attributable_fraction(nobody, nobody).model_dump() == dict.fromkeys(
        ("mean", "low", "high", "monte_carlo_se")
    )


def test_factors_are_ranked_and_match_the_published_schema(found: FactorsFound) -> None:
    result = found.result
    jsonschema.validate(json.loads(result.to_json()), json_schema())
    assert json.loads(result.to_json())["schema"] == "placewise.factors/1"
    shares = [factor.outcomes[HEADLINE].mean or 0.0 for factor in result.factors.values()]
    assert shares == sorted(shares, reverse=True) and shares[0] == pytest.approx(0.2)
    assert set(result.factors) == {factor.name for factor in RISK_FACTORS}
    assert any("do not add up" in note for note in result.notes)


def test_the_folder_holds_table_chart_and_manifest(found: FactorsFound, tmp_path: Path) -> None:
    result = store_factors(found, tmp_path / "out", ["placewise", "factors"])
    manifest = json.loads(Path(result.manifest).read_text())
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert files == {*manifest["outputs"], "manifest.json"}
    assert {"figures/factors.svg", "figures/factors.txt", "tables/factors.csv"} <= files
    with (tmp_path / "out" / "tables" / "factors.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["factor"] for row in rows] == list(result.factors)
    assert set(OUTCOMES) <= {name.removesuffix("_mean") for name in rows[0]}
    chart = (tmp_path / "out" / "figures" / "factors.svg").read_text()
    assert all(factor.label.replace("'", "") in chart.replace("'", "") for factor in result.factors.values())


@pytest.mark.parametrize("width", [60, 100, 200])
def test_the_table_fits(
    found: FactorsFound, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    monkeypatch.setattr(terminal, "WIDTH_WITHOUT_TERMINAL", width)
    terminal.print_factors(found.result)
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= width and "…" not in text


def test_every_factor_says_how_it_is_held() -> None:
    def words(factor: RiskFactor) -> list[str]:
        return [step.words() for step in factor.steps]

    assert all(words(factor) and all(words(factor)) and factor.held for factor in RISK_FACTORS)
