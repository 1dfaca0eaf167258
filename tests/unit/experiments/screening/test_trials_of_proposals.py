"""A screening that asks what a trial of each proposal is worth, on a stand-in for the model."""

from __future__ import annotations

from pathlib import Path

import experiments.power.of_proposals as of_proposals
from experiments.power.of_proposals import TrialsOfProposals
from experiments.power.valuing import Terms
from experiments.screening.deciding import RULES
from experiments.screening.storing import store_screening
from sim.core.errors import InputError, Problem
from tests.unit.experiments.power.test_plan import power_result
from tests.unit.experiments.screening.conftest import changed


def valued(monkeypatch, screened, power, residents=None):
    monkeypatch.setattr(of_proposals, "power_of_design", power)
    worth = TrialsOfProposals(terms=Terms(residents))
    return worth, screened(changed(), value_of_trial=worth)


def test_the_value_of_a_trial_takes_the_place_of_the_ladder(monkeypatch, screened, tmp_path: Path):
    asked = []

    def power(entry, usual, place, question, *_, **__):
        asked.append(question)
        return power_result()

    worth, found = valued(monkeypatch, screened, power)
    [one] = found.result.proposals.values()
    assert one.recommendation.rule == RULES[3]
    assert "Expected net value" in one.recommendation.because[0]
    assert (asked[0].design, asked[0].unit, asked[0].clusters) == ("cluster", "school", 18)
    folder = tmp_path / "screen"
    store_screening(found, folder, ["placewise"], plans=worth.plans)
    [stem] = worth.plans
    assert f'href="../plans/{stem}.html"' in (folder / "proposals" / f"{stem}.html").read_text()
    for ending in ("html", "md", "json"):
        assert (folder / "plans" / f"{stem}.{ending}").is_file()


def test_a_trial_is_worth_more_where_more_would_follow_its_result(monkeypatch, screened):
    worth = {}
    for residents in (1_000.0, 50_000_000.0):
        trials, _ = valued(monkeypatch, screened, lambda *_, **__: power_result(), residents)
        [plan] = trials.plans.values()
        worth[residents] = plan.value.trial_result_gbp
    assert worth[50_000_000.0] > worth[1_000.0] >= 0.0


def test_a_size_that_cannot_be_had_is_said_and_one_that_can_is_studied(monkeypatch, screened):
    def power(entry, usual, place, question, *_, **__):
        if question.clusters is not None:
            raise InputError(Problem("", 0, 0, "--clusters", "Too many are asked for.", ""))
        return power_result()

    trials, _ = valued(monkeypatch, screened, power)
    [plan] = trials.plans.values()
    assert any("Too many are asked for." in words for words in plan.power.warnings)


def test_where_no_trial_can_be_had_the_ladder_stands(monkeypatch, screened):
    def power(*_, **__):
        raise InputError(Problem("", 0, 0, "place", "Nobody would be recruited.", ""))

    worth, found = valued(monkeypatch, screened, power)
    [one] = found.result.proposals.values()
    assert one.recommendation.rule != RULES[3] and not worth.plans
