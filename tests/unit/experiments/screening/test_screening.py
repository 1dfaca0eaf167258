"""Screening on a stand-in for the model: one pack, the rules, and claims that earn nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from experiments.screening.deciding import DECISIONS, RULES, Flag, Reasons, ValueOfTrial, decide
from experiments.screening.numbers import number_rows, numbers
from experiments.screening.pack import Pack, require_same
from experiments.screening.result import ProposalResult, ScreenResult
from experiments.screening.screening import Screened
from experiments.screening.storing import PACK, PAGE, store_screening
from experiments.screening.text import print_screening
from sim.core.errors import InputError
from tests.unit.experiments.screening.conftest import changed

Screen = Callable[..., Screened]


def only(found: Screened) -> ProposalResult:
    [one] = found.result.proposals.values()
    return one


def test_the_same_pack_twice_gives_the_same_bytes_however_many_share_it(screened: Screen) -> None:
    once, again = screened(changed()), screened(changed())
    assert once.result.to_json() == again.result.to_json()
    beside = screened(changed(), changed(id="P-2", programme="mentoring"), changed(id="A-0", programme="diversion"))
    assert beside.result.proposals["p-1"] == only(once)
    assert beside.pack.digest == once.pack.digest
    assert screened(changed(), seed=1).pack.digest != once.pack.digest


@pytest.mark.parametrize("basis", ["randomised_trial", "before_after", "published_trials"])
@pytest.mark.parametrize("programme", ["cognitive_behavioural_therapy", "mentoring", "summer_jobs"])
def test_raising_a_claim_improves_nothing(screened: Screen, programme: str, basis: str) -> None:
    claims = [changed(id=f"P-{r}", programme=programme, claimed_effect={"relative_reduction": r / 100, "basis": basis})
              for r in (5, 12, 25, 60, 90)]  # fmt: skip
    results = screened(*claims, runs=2).result.proposals
    found = [results[each["id"].lower()] for each in claims]
    for modest, bolder in pairwise(found):
        assert bolder.badges == modest.badges
        assert bolder.effect == modest.effect and bolder.money == modest.money and bolder.harm == modest.harm
        order = [DECISIONS.index(each.recommendation.decision) for each in (modest, bolder)]
        assert order == sorted(order)
    assert found[-1].recommendation.decision in ("ask for more", "reject")
    assert found[-1].claim.verdict == "outside all trials"


@pytest.mark.parametrize(
    ("parts", "code", "decision"),
    [
        ({"programme": "prison_awareness"}, "prison_awareness", "reject"),
        ({"programme": "boot_camp"}, "harmful", "reject"),
        ({"programme": "multisystemic_therapy", "claimed_effect": {"relative_reduction": 0.45}}, "no_effect", "reject"),
        ({"cost": {"recurrent_per_child": None}}, "cost_missing", "ask for more"),
        ({"safeguarding": {"lead_named": False}}, "safeguarding_missing", "ask for more"),
        ({"programme": "summer_jobs", "trial": {"design": "before after"}}, "no_comparison_group", "ask for more"),
        ({"claimed_effect": {"relative_reduction": 0.9}}, "outside_all_trials", "ask for more"),
        ({"cohort": {"ages": [30, 40]}}, "ages_outside_evidence", "ask for more"),
        ({"dose": {"sessions": 3}}, "dose_short", "ask for more"),
        ({"cost": {"recurrent_per_child": 20}}, "price_too_low", "ask for more"),
        ({"cost": {"recurrent_per_child": 90000}}, "price_too_high", "ask for more"),
        ({"cohort": {"n": None}}, "incomplete", "ask for more"),
        ({"claimed_effect": None}, "incomplete", "ask for more"),
    ],
)
def test_flaws_are_found_for_the_right_reason(screened: Screen, parts: Any, code: str, decision: str) -> None:
    sound, flawed = only(screened(changed())), only(screened(changed(**parts)))
    assert sound.recommendation.decision == "roll out", sound.recommendation.because
    assert sound.flags == []
    flag = next(each for each in flawed.flags if each.code == code)
    assert flawed.recommendation.decision == decision
    assert flag.words in flawed.recommendation.because


def test_details_that_are_missing_are_named_and_stop_nothing(screened: Screen) -> None:
    one = only(screened(changed(dose=None, cost={"setup": None})))
    assert [flag.code for flag in one.flags] == ["details_missing"]
    assert one.recommendation.decision == "roll out"
    assert (one.completeness.answered, one.completeness.asked) == (10, 13)


def test_what_a_trial_is_worth_is_asked_for_each_proposal_with_its_runs(screened: Screen) -> None:
    seen = []

    def value(each: Any, plan: Any, records: Any) -> ValueOfTrial:
        seen.append((each.stem, len(records), each.stem in plan.worlds))
        return ValueOfTrial(1.0, "A trial is worth more than it costs.")

    one = only(screened(changed(), value_of_trial=value))
    assert seen == [("p-1", 4, True)]
    assert one.recommendation.decision == "trial" and one.recommendation.rule == RULES[3]


def test_a_programme_for_places_has_no_people_to_count(screened: Screen, tmp_path: Path) -> None:
    price = {"recurrent_per_child": None, "recurrent_per_year": 6000}
    found = screened(changed(programme="street_lighting", cost=price, cohort=None, dose=None))
    one = only(found)
    assert one.reach.share_of_plan is None and one.completeness.asked == 8
    assert one.recommendation.decision == "trial"
    store_screening(found, tmp_path / "out", ["placewise"])


def test_rules_say_which_of_them_held() -> None:
    def reasons(security: str = "high", harm: float = 0.05, net: float = 1e6, error: float | None = 1e5, *flags: Flag):
        return Reasons(flags, security, harm, net, error)

    reject, ask = Flag("a", "reject", "one"), Flag("b", "ask", "two")
    both = decide(reasons("high", 0.05, 1e6, 1e5, ask, reject))
    assert (both.decision, both.because, both.rule) == ("reject", ("one",), RULES[0])
    assert decide(reasons("high", 0.05, 1e6, 1e5, ask)).decision == "ask for more"
    assert decide(reasons("high", 0.05, -1e6, 1e5)).rule == RULES[2]
    assert decide(reasons("high", 0.05, -1e6, 1e6)).decision == "trial"
    assert decide(reasons("high", 0.2)).decision == "trial"
    assert decide(reasons()).decision == "roll out"
    assert decide(reasons("moderate")).decision == decide(reasons("low")).decision == "trial"
    assert decide(reasons("very_low")).decision == decide(reasons("not rated")).decision == "pilot"


def test_the_value_of_a_trial_takes_the_place_of_the_ladder_and_of_nothing_else() -> None:
    worth, not_worth = ValueOfTrial(1e5, "worth it"), ValueOfTrial(-1e5, "not worth it")
    secure = Reasons((), "high", 0.05, 1e6, 1e5)
    assert decide(secure, worth).decision == "trial"
    assert decide(secure, not_worth).decision == "roll out"
    assert decide(Reasons((), "very_low", 0.05, 1e6, 1e5), worth).decision == "pilot"
    assert decide(Reasons((), "high", 0.05, -1.0, 1e5), not_worth).decision == "reject"
    assert decide(Reasons((), "very_low", 0.05, 1e6, 1e5), not_worth).decision == "ask for more"
    assert decide(Reasons((), "high", 0.30, 1e6, 1e5), not_worth).decision == "ask for more"
    flawed = Reasons((Flag("b", "ask", "two"),), "high", 0.05, 1e6, 1e5)
    assert decide(flawed, worth) == decide(flawed)


def test_a_missing_cost_lends_the_price_of_the_catalogue_and_is_not_rated(screened: Screen) -> None:
    one = only(screened(changed(cost={"recurrent_per_child": None})))
    assert one.badges.cost == "not stated" and not one.money.stated
    assert one.money.programme_cost.mean > 0


def test_costs_are_those_the_proposal_states(screened: Screen) -> None:
    dear, cheap = (only(screened(changed(cost={"recurrent_per_child": gbp, "setup": 0}))) for gbp in (2000, 1000))
    assert dear.money.programme_cost.mean == pytest.approx(2 * cheap.money.programme_cost.mean)
    assert dear.effect == cheap.effect
    yearly = only(screened(changed(cost={"recurrent_per_child": None, "recurrent_per_year": 5000, "setup": 10000})))
    once = only(screened(changed(cost={"recurrent_per_child": 0, "setup": 20000})))
    assert yearly.money.programme_cost.mean == pytest.approx(once.money.programme_cost.mean)


def test_a_pack_is_kept_and_refused_when_it_cannot_be_reproduced(screened: Screen, tmp_path: Path) -> None:
    first = screened(changed())
    store_screening(first, tmp_path / "out", ["placewise"])
    path = tmp_path / "out" / PACK
    later = screened(changed(id="P-9", programme="mentoring"), pack=path)
    assert later.pack.digest == first.pack.digest == json.loads(path.read_text())["digest"]
    with pytest.raises(InputError, match="What differs: seed"):
        screened(changed(), pack=path, seed=5)
    data = json.loads(path.read_text())
    assert require_same(Pack(first.pack.parts | {"places": {}}), first.pack, path).digest == data["digest"]
    with pytest.raises(InputError, match="Elsewhere, which is no place of that pack"):
        require_same(Pack(first.pack.parts | {"places": {"Elsewhere": "x"}}), first.pack, path)
    path.write_text(path.read_text().replace('"runs": 4', '"runs": 5'))
    with pytest.raises(InputError, match="digest does not fit"):
        screened(changed(), pack=path)
    path.write_text("{}")
    with pytest.raises(InputError, match="not a pack"):
        screened(changed(), pack=path)


def test_a_proposal_without_a_place_or_with_an_unknown_one_is_refused(proposals: Callable[..., Path]) -> None:
    from experiments.screening.screening import screen

    with pytest.raises(InputError) as raised:
        screen(proposals(changed(), changed(id="P-2", place="Rutlnd")))
    text = str(raised.value)
    assert "names no place" in text and "Rutland" in text


def test_the_folder_holds_a_table_pages_a_workbook_and_all_of_it_agrees(screened: Screen, tmp_path: Path) -> None:
    titles = ("Fair <b>play</b> & more", "Second")
    found = screened(changed(title=titles[0]), changed(id="P-2", title=titles[1], programme="prison_awareness"))
    folder = tmp_path / "out"
    result = store_screening(found, folder, ["placewise"])
    assert ScreenResult.model_validate_json((folder / "result.json").read_text()) == result
    page = (folder / PAGE).read_text()
    assert found.pack.digest in page and "Fair &lt;b&gt;play&lt;/b&gt; &amp; more" in page
    assert page.index("p-1.html") < page.index("p-2.html"), "what may be funded comes first"
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    without_script = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert all(word in without_script for word in ("roll out", "reject", "Security of evidence", "Expected to do harm"))
    for stem in ("p-1", "p-2"):
        assert found.pack.digest in (folder / "proposals" / f"{stem}.html").read_text()
    book = load_workbook(folder / "workbook.xlsx")
    rows = list(book["Proposals"].iter_rows(min_row=5, values_only=True))
    assert [row[0] for row in rows] == ["P-1", "P-2"]
    assert [row[5] for row in rows] == ["roll out", "reject"]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["pack"]["digest"] == found.pack.digest and "proposals/p-1.html" in manifest["outputs"]


def test_the_terminal_shows_every_proposal_and_its_reasons(
    screened: Screen, capsys: pytest.CaptureFixture[str]
) -> None:
    print_screening(screened(changed(), changed(id="P-2", programme="prison_awareness")).result)
    text = capsys.readouterr().out
    assert all(word in text for word in ("P-1", "P-2", "roll out", "Expected to do harm"))


def test_every_number_has_a_unit_a_meaning_and_a_reason_and_is_read() -> None:
    code = "".join(path.read_text() for path in Path("experiments/screening").glob("*.py"))
    for name, row in number_rows().items():
        assert row["unit"] and row["meaning"] and row["source"]
        assert f'"{name}"' in code
        assert numbers()[name] == float(row["value"])
