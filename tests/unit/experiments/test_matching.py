"""Matching from a catalogue file to its store: known answers, harm, nothing, resuming, checking."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from experiments.matching import Setting
from experiments.matching_request import confirm, run_request, store_of
from experiments.matching_store import store_text, write_store
from experiments.trial_text import match_table
from sim.core.errors import InputError
from sim.interventions.catalogue import CATALOGUE_FOLDER, Catalogue
from sim.interventions.model_hash import model_hash
from sim.interventions.strength_store import CENTILES, STORE_FILE, Solved, Strengths, entry_hash, read_strengths
from sim.parameters import load_registry
from sim.population.places import from_codes, resolve

LEVERS = """levers:
  violence_hazard: {shape: while_enrolled, push: PUSH, because: "the whole effect"}

"""


def write_entry(folder, name, push, log_rr, published="[-0.25, null, null]"):
    """An intervention that everybody known to school has for good and that multiplies the hazard of violence."""
    text = Catalogue().files["mentoring"].read_text(encoding="utf-8").replace("id: mentoring", f"id: {name}")
    text = re.sub(r"levers:.*?\n\n(?=evidence:)", LEVERS.replace("PUSH", str(push)), text, flags=re.S)
    text = text.replace("[-0.128, -0.236, 0.030]", str(log_rr)).replace("[-0.236, null, null]", published)
    text = re.sub(r"uptake: \S+", "uptake: 1.0", text)
    text = re.sub(r"completion: \S+", "completion: 1.0", text)
    text = re.sub(r"months: 9\n", "months: 100\n", text).replace("follow_up_months: 12", "follow_up_months: 4")
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def setting():
    poor = resolve("Middlesbrough")
    order = np.argsort(-poor.z)
    place = from_codes([str(code) for code in poor.codes[order[:8]]])
    return Setting(place, load_registry(), seeds=2, burn_in_years=1, workers=1)


@pytest.fixture(scope="module")
def matched(tmp_path_factory, setting):
    folder = tmp_path_factory.mktemp("catalogue")
    write_entry(folder, "helps", -0.2, [-0.2, -0.4, 0.03])
    write_entry(folder, "harms", 0.1, [0.15, 0.0, 0.3], "[0.2, null, null]")
    write_entry(folder, "nothing", -0.2, [0.0, -0.1, 0.1], "[null, null, null]")
    files = [folder / f"{name}.yaml" for name in ("helps", "harms", "nothing")]
    return folder, files, run_request(files, setting=setting)


def test_a_pure_multiplier_is_matched_to_its_closed_form(matched):
    folder, _, result = matched
    stored = read_strengths(folder)["helps"]
    for name, solved in stored.effects:
        # Recruits are at high risk, where the hazard saturates, and violence at home follows risk less closely: more is
        # asked of the lever than the effect itself, and never less.
        if abs(solved.log_rr) > 0.02:
            assert 0.85 < solved.scale * -0.2 / solved.log_rr < 2.0, name
        assert solved.achieved == pytest.approx(solved.log_rr, abs=0.03)
    assert {name for name, _ in stored.effects} == {"p05", "p25", "central", "p75", "p95", "published"}
    assert {row.verdict for row in result.rows} == {"matched"}
    assert result.store == str(folder / STORE_FILE)


def test_harm_comes_out_harmful_and_nothing_needs_no_strength(matched):
    stored = read_strengths(matched[0])
    harms, nothing = stored["harms"].by_name, stored["nothing"].by_name
    assert harms["central"].scale > 0.5 and harms["central"].achieved > 0.1
    assert harms["p05"].scale == pytest.approx(0.0, abs=0.05)
    assert nothing["central"].scale == nothing["central"].achieved == 0.0
    assert nothing["p05"].scale > 0.0 > nothing["p95"].scale
    assert "published" not in nothing


def test_stored_strengths_hold_when_nothing_has_changed_and_not_when_they_were_altered(matched, setting):
    folder, files, _ = matched
    found = run_request(files, verify=True, setting=setting)
    assert found.passed and {row.verdict for row in found.rows} == {"holds"}
    for row in found.rows:
        solved = read_strengths(folder)[row.intervention].by_name
        assert row.scales == {name: solved[name].scale for name in CENTILES}
    wide = io.StringIO()
    Console(file=wide, width=200).print(match_table(found))
    for row in found.rows:
        [line] = [each for each in wide.getvalue().splitlines() if each.startswith(row.intervention)]
        assert all(f"{value:+.2f}" in line for value in row.scales.values())
        assert all(f"{value:+.3f}" in line for value in (row.target, row.achieved, row.achieved_se))
        assert line.rstrip().endswith(row.verdict)
    kept = (folder / STORE_FILE).read_text(encoding="utf-8")
    stored = read_strengths(folder)["helps"]
    wrong = [(name, Solved(e.log_rr, 3 * e.scale, 0.0, e.achieved, 0.0)) for name, e in stored.effects]
    write_store(folder / STORE_FILE, {"helps": Strengths(stored.model, stored.entry, tuple(wrong), 2)})
    found = run_request(files[:1], verify=True, setting=setting)
    assert not found.passed and found.rows[0].verdict.startswith("out by")
    short = [(name, replace(e, bound="no strength gives it")) for name, e in stored.effects]
    write_store(folder / STORE_FILE, {"helps": Strengths(stored.model, stored.entry, tuple(short), 2)})
    found = run_request(files[:1], verify=True, setting=setting)
    assert found.passed and found.rows[0].verdict == "holds: no strength gives it"
    (folder / STORE_FILE).write_text(kept, encoding="utf-8")


def test_work_that_was_cut_off_goes_on_where_it_was(tmp_path, setting, monkeypatch):
    path = write_entry(tmp_path, "helps", -0.2, [-0.2, -0.4, 0.03])
    import experiments.matching as matching

    evaluate, calls = matching.run_many, []

    def cut_off(work, tasks, workers, progress):
        calls.append(sum(len(job.scales) for task in tasks for job in task.jobs))
        found = evaluate(work, tasks[: 1 if len(calls) == 1 else None], workers, progress)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(matching, "run_many", cut_off)
    with pytest.raises(KeyboardInterrupt):
        run_request([path], setting=setting)
    assert not (tmp_path / STORE_FILE).exists()
    run_request([path], setting=setting)
    assert calls[0] == 2 and calls[1] == 1
    assert (tmp_path / STORE_FILE).exists()
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_matching_another_entry_keeps_what_is_stored(tmp_path):
    one, other = (Strengths("m", "e", (("central", Solved(-0.1, scale)),), 4) for scale in (1.0, 2.0))
    write_store(tmp_path / STORE_FILE, {"one": one})
    write_store(tmp_path / STORE_FILE, {"other": other})
    assert read_strengths(tmp_path) == {"one": one, "other": other}
    assert "central: {log_rr: -0.1, scale: 2.0" in store_text({"other": other})


def test_the_store_lies_beside_a_file_of_ones_own_and_the_shipped_one_is_written_only_when_asked(tmp_path):
    own, shipped = tmp_path / "mine.yaml", CATALOGUE_FOLDER / "mentoring.yaml"
    assert store_of([own], None, False) == tmp_path / STORE_FILE
    assert str(store_of([shipped], None, False)) == STORE_FILE
    assert store_of([shipped], None, True) == CATALOGUE_FOLDER / STORE_FILE
    assert store_of([own], tmp_path / "x.yaml", False) == tmp_path / "x.yaml"
    for files, out in (([own], None), ([shipped], tmp_path / "x.yaml")):
        with pytest.raises(InputError):
            store_of(files, out, True)
    with pytest.raises(InputError, match="several folders"):
        store_of([own, tmp_path / "deeper" / "other.yaml"], None, False)


def test_an_unknown_entry_is_named_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean mentoring"):
        run_request(["mentorng"])


def test_strengths_set_by_hand_are_left_alone(tmp_path, setting):
    path = write_entry(tmp_path, "helps", -0.2, [-0.2, -0.4, 0.03])
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('push: -0.2, because: "the whole effect"', "strength: {provisional: -0.2, because: x}")
    )
    result = run_request([path], setting=setting)
    assert [row.verdict for row in result.rows] == ["strengths are set by hand in its file"]
    assert not (tmp_path / STORE_FILE).exists()


def test_what_still_holds_in_a_changed_model_is_no_longer_stale(tmp_path):
    text = Catalogue().files["mentoring"].read_text(encoding="utf-8")
    (tmp_path / "mentoring.yaml").write_text(text, encoding="utf-8")
    entry = Catalogue().entry("mentoring")
    effects = tuple((name, Solved(-0.1, 1.0, 0.1, -0.1, 0.01)) for name in ("p05", "p25", "central", "p75", "p95"))
    store = tmp_path / STORE_FILE
    for verdict, expected in (("out by 0.300", "before"), ("holds, stale", model_hash())):
        write_store(store, {"mentoring": Strengths("before", entry_hash(entry), effects, 2)})
        row = SimpleNamespace(intervention="mentoring", verdict=verdict)
        confirm(SimpleNamespace(rows=[row]), store)
        assert read_strengths(tmp_path)["mentoring"].model == expected
