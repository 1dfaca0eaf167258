"""A comparison pairs runs, keys scenarios by stem, and does not depend on workers or order."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from experiments.comparison import Comparison
from experiments.executor import working_on
from experiments.manifest import manifest_of
from experiments.results import json_schema
from sim.core.errors import InputError
from sim.outcomes.measures import OUTCOMES
from tests.unit.experiments.fake_place import FakePlace, build_fake

Compared = Callable[..., Comparison]
Write = Callable[..., Path]


def test_every_headline_outcome_is_compared(compared: Compared) -> None:
    result = compared().result
    assert set(result.scenarios) == {"small", "large"}
    for scenario in result.scenarios.values():
        assert tuple(scenario.outcomes) == OUTCOMES
        assert [year.year for year in scenario.by_year] == [1, 2, 3]
        assert list(scenario.by_quintile) == ["1", "2", "5"]
    small, large = result.scenarios["small"], result.scenarios["large"]
    assert large.outcomes["incidents"].difference.mean < small.outcomes["incidents"].difference.mean < 0


def test_numbers_do_not_depend_on_workers_or_order(compared: Compared, scenario_file: Write) -> None:
    small, large = scenario_file("small", 50), scenario_file("large", 400)
    first = compared(small, large).result.to_json()
    assert compared(large, small).result.to_json() == first
    assert compared(small, large, workers=2).result.to_json() == first


def test_no_places_change_nothing_at_all(compared: Compared, scenario_file: Write) -> None:
    found = compared(scenario_file("none", 0)).result.scenarios["none"]
    for outcome in found.outcomes.values():
        assert outcome.difference.model_dump() == {"mean": 0.0, "low": 0.0, "high": 0.0, "monte_carlo_se": 0.0}
    assert found.economics.benefit.mean == 0.0
    assert found.economics.chance_benefit_exceeds_cost == 0.0


def test_the_result_validates_against_its_published_schema(compared: Compared) -> None:
    import json

    document = json.loads(compared().result.to_json())
    jsonschema.validate(document, json_schema())
    assert document["schema"] == "placewise.compare/1"
    assert document["baseline"] == "baseline" and "baseline" not in document["scenarios"]


def test_a_baseline_file_is_the_baseline(compared: Compared, scenario_file: Write) -> None:
    own = scenario_file("baseline", 50)
    found = compared(own, scenario_file("small", 50)).result
    assert list(found.scenarios) == ["small"]
    assert found.scenarios["small"].outcomes["incidents"].difference.mean == 0.0
    assert found.scenarios["small"].economics.programme_cost.mean == 0.0


def test_two_files_of_one_stem_are_refused(compared: Compared, scenario_file: Write) -> None:
    with pytest.raises(InputError, match='Two scenarios are called "small"'):
        compared(scenario_file("small"), scenario_file("small", folder="other"))


def test_scenarios_share_the_decision_date(compared: Compared, scenario_file: Write) -> None:
    with pytest.raises(InputError, match="different decision dates"):
        compared(scenario_file("small"), scenario_file("late", date="2027-04"))


def test_an_unknown_scenario_is_named(compared: Compared) -> None:
    with pytest.raises(InputError, match="early_years"):
        compared("erly_years")


def test_settings_reach_programmes_and_parameters(compared: Compared, scenario_file: Write) -> None:
    path = scenario_file("small", 50)
    settings = {"interventions.mentoring.places_per_year": "0"}
    found = compared(path, settings=settings).result.scenarios["small"]
    assert found.outcomes["incidents"].difference.mean == 0.0
    cheap = compared(path, settings={"parameters.economics.optimism_bias_programme_cost": "0.0"})
    usual = compared(path).result.scenarios["small"].economics.programme_cost.mean
    assert usual == pytest.approx(1.1 * cheap.result.scenarios["small"].economics.programme_cost.mean)


@pytest.mark.parametrize("path", ["interventions.mentorng.uptake", "interventions.mentoring.uptak", "partnership.x"])
def test_settings_that_fit_nothing_are_refused(compared: Compared, scenario_file: Write, path: str) -> None:
    with pytest.raises(InputError, match="There is no"):
        compared(scenario_file("small"), settings={path: "0.5"})


def test_payers_add_up_to_the_total(compared: Compared) -> None:
    money = compared().result.scenarios["large"].economics
    for parts, total in (
        (money.benefit_by_payer, money.benefit),
        (money.benefit_by_component, money.benefit),
        (money.programme_cost.by_payer, money.programme_cost),
        (money.programme_cost.by_programme, money.programme_cost),
        (money.net_benefit_by_payer, money.net_present_social_value),
    ):
        assert sum(_mean(part) for part in parts.values()) == pytest.approx(total.mean)


def _mean(part: Any) -> float:
    assert part.mean is not None
    return float(part.mean)


def test_the_running_sum_ends_at_the_net_present_value(compared: Compared) -> None:
    found = compared().result.scenarios["large"]
    assert found.by_year[-1].economics.cumulative_net.mean == pytest.approx(
        found.economics.net_present_social_value.mean
    )


def test_provisional_strengths_are_marked_first_and_matched_ones_are_not(compared: Compared, by_hand: Path) -> None:
    assert "provisional" in compared(by_hand).result.scenarios["by_hand"].warnings[0]
    assert not any("provisional" in each for each in compared().result.scenarios["small"].warnings)


def test_run_r_takes_draw_r_and_seed_r(compared: Compared) -> None:
    specs: list[Any] = []

    def build(spec: Any, parameters: Any) -> FakePlace:
        specs.append(spec)
        return build_fake(spec, parameters)

    compared(runs=3, seed=1000, build=build, burn_in_years=2)
    assert [(spec.draw, spec.seed, spec.burn_in_years) for spec in specs] == [(0, 1000, 2), (1, 1001, 2), (2, 1002, 2)]


def test_auto_goes_on_until_the_difference_is_known(compared: Compared, scenario_file: Write) -> None:
    path = scenario_file("small", 50)
    found = compared(path, runs="auto")
    assert found.precise and found.result.runs in (20, 30, 40)

    def build(spec: Any, parameters: Any) -> FakePlace:
        return LuckyPlace(spec.place, spec.seed, parameters)

    unsure = compared(scenario_file("large", 3000), runs="auto", build=build)
    assert not unsure.precise and unsure.result.runs == 200


class LuckyPlace(FakePlace):
    """A place where a scenario does harm in every other run."""

    def fork(self, scenario: Any) -> FakePlace:
        world = LuckyPlace(self.place, self.seed, self.parameters)
        world.scenario = scenario
        return world

    def _enrolled(self) -> float:
        return super()._enrolled() * (-1) ** self.seed


def test_the_ledger_adds_up_to_the_headline(compared: Compared) -> None:
    for scenario in compared().result.scenarios.values():
        money = scenario.economics
        total = math.fsum(gbp for line in money.ledger for gbp in line.gbp_by_year)
        assert total == pytest.approx(money.net_present_social_value.mean, abs=0.005)
        by_payer: dict[str, float] = {}
        for line in money.ledger:
            by_payer[line.payer] = by_payer.get(line.payer, 0.0) + math.fsum(line.gbp_by_year)
        for payer, net in money.net_benefit_by_payer.items():
            assert by_payer.get(payer, 0.0) == pytest.approx(net.mean, abs=0.005)


def test_a_choice_is_made_among_all_options(compared: Compared) -> None:
    result = compared().result
    decision = result.decision
    assert decision.options == ["baseline", *result.scenarios]
    for at_value in zip(*decision.acceptability.probability_best.values(), strict=True):
        assert math.fsum(at_value) == pytest.approx(1.0)
    own = len(decision.acceptability.gbp_per_qaly) - 1
    losses = [loss[own] for loss in decision.acceptability.expected_loss.values()]
    assert min(losses) == pytest.approx(decision.value_of_perfect_information.gbp)
    assert {each.option for each in decision.incremental["qalys"]} == set(decision.options)


def test_the_manifest_names_what_the_runs_really_ran_on(compared: Compared) -> None:
    def where(found: Comparison) -> tuple[Any, ...]:
        manifest = manifest_of(found, [])
        return manifest["engine"], manifest["workers"], manifest["cluster"]

    assert where(compared(workers=1)) == ("this process", 1, None)
    assert where(compared(workers=2)) == ("processes", 2, None)
    pytest.importorskip("distributed")
    with working_on("local:1"):
        assert where(compared(workers=2)) == ("dask", 1, "local:1")
