"""Structure: the comparison again with the model built otherwise, and where uncertainty comes from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.comparison import Comparison, compare
from experiments.report.structure_section import structure_section
from experiments.runs import Plan
from experiments.store import store
from experiments.structures import AS_BUILT, FEWEST_PAIRS, MONEY, Alternative, alternatives, parts_of_variance
from sim.outcomes.measures import OUTCOMES
from sim.parameters import load_registry
from sim.parameters.structure import CHOICES, COMBINATION
from sim.population.places import from_codes, resolve
from tests.unit.experiments.fake_place import FakePlace, build_fake

Write = Callable[..., Path]
Compared = Callable[..., Comparison]
OTHER_FORMS = ["own_only", "no_contagion", "standing_pairs", "effects_overlap", "no_spread", "violence_moves"]


@pytest.fixture(scope="module")
def whole() -> Any:
    return load_registry()


def build_sensitive(spec: Any, parameters: Any) -> Any:
    """Build a fake place with other luck in every form of the model."""
    place = build_fake(spec, parameters)
    place.seed += 7 * int(sum(parameters[choice.parameter] for choice in CHOICES))
    assert isinstance(place, FakePlace)
    return place


@pytest.fixture
def asked(compared: Compared, whole: Any) -> Comparison:
    return compared(parameters=whole, structures=True, build=build_sensitive)


def test_structure_is_added_and_nothing_else_changes(compared: Compared, whole: Any, asked: Comparison) -> None:
    plain = compared(parameters=whole, build=build_sensitive).result
    assert plain.structure is None
    assert asked.result.model_copy(update={"structure": None}) == plain


def test_every_form_is_there_and_the_model_as_it_is_comes_first(asked: Comparison) -> None:
    found = asked.result.structure
    assert found is not None and list(found.forms) == [AS_BUILT, *OTHER_FORMS]
    assert found.runs == asked.result.runs
    for stem, scenario in asked.result.scenarios.items():
        built = found.forms[AS_BUILT].scenarios[stem]
        assert built.net_present_social_value == scenario.economics.net_present_social_value
        assert built.outcomes == {name: scenario.outcomes[name].difference for name in OUTCOMES}
        other = found.forms["standing_pairs"].scenarios[stem]
        assert other.net_present_social_value != built.net_present_social_value


def test_forms_that_cannot_matter_are_not_run(asked: Comparison) -> None:
    found = asked.result.structure
    assert found is not None
    not_run = [name for name, form in found.forms.items() if not form.applies]
    assert not_run == ["effects_overlap", "no_spread", "violence_moves"]
    assert all(not found.forms[name].scenarios for name in not_run)
    words = " ".join(structure_section(asked.result, []).words)
    assert "Not lived" in words and "Effects of programmes overlap" in words


def test_the_range_over_structure_holds_every_mean(asked: Comparison) -> None:
    found = asked.result.structure
    assert found is not None
    for stem, quantities in found.uncertainty.items():
        assert set(quantities) == {*OUTCOMES, MONEY}
        means = [form.scenarios[stem].net_present_social_value.mean for form in found.forms.values() if form.scenarios]
        assert quantities[MONEY].structure_low == min(means)
        assert quantities[MONEY].structure_high == max(means)
        assert quantities[MONEY].mean == found.forms[AS_BUILT].scenarios[stem].net_present_social_value.mean


def test_few_runs_do_not_tell_luck_from_parameters(compared: Compared, whole: Any) -> None:
    for runs, told in ((FEWEST_PAIRS - 1, False), (FEWEST_PAIRS, True)):
        found = compared(parameters=whole, structures=True, runs=runs).result.structure
        assert found is not None
        for each in found.uncertainty["small"].values():
            assert (each.parameter_sd is not None) == (each.luck_sd is not None) == told


def test_programmes_alone_do_not_overlap(whole: Any, compared: Compared) -> None:
    plan: Plan = compared(parameters=whole).plan
    assert [each.form.name for each in alternatives(plan)] == OTHER_FORMS
    overlap = Alternative(COMBINATION, 1)
    [programme] = plan.worlds["small"].programmes
    alone = [plan.worlds["small"]]
    assert not overlap.matters(alone) and overlap.plan(plan).parameters[COMBINATION.parameter] == 1.0
    twice = type(alone[0])(**{**vars(alone[0]), "programmes": (programme, programme)})
    assert overlap.matters([twice])


@settings(max_examples=20, deadline=None)
@given(st.floats(0.0, 5.0), st.floats(0.1, 5.0), st.integers(0, 1000))
def test_variance_is_split_as_it_was_made(between: float, within: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    level = random.normal(0, between, 4000)
    values, again = (level + random.normal(0, within, level.size) for _ in range(2))
    parameter, luck = parts_of_variance(values, again)
    assert parameter is not None and luck is not None
    assert luck == pytest.approx(within**2, rel=0.15)
    assert parameter == pytest.approx(between**2, abs=0.15 * (between**2 + within**2))


def test_luck_alone_leaves_nothing_to_parameters_and_parameters_alone_nothing_to_luck() -> None:
    values = np.arange(1.0, FEWEST_PAIRS + 1)
    assert parts_of_variance(values, values) == (np.var(values, ddof=1), 0.0)
    assert parts_of_variance(values, values[::-1])[0] == 0.0
    assert parts_of_variance(values, values[:-1]) == (None, None)


def test_report_workbook_and_tables_tell_of_structure(compared: Compared, whole: Any, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    place = from_codes(["E01012007", "E01012011", "E01012066"], name="Testford")
    asked = compared(place=place, parameters=whole, structures=True, build=build_sensitive)
    folder = store(asked, tmp_path / "out", ["placewise"])
    page = (folder / "report.html").read_text()
    assert "If the model were built otherwise" in page and "Where uncertainty comes from" in page
    assert "Repeats come from pairs who keep clashing" in page and "structure_value" in page
    rows = list(csv.DictReader(io.StringIO((folder / "tables" / "structure.csv").read_text())))
    assert {row["form"] for row in rows} == {AS_BUILT, *OTHER_FORMS[:3]}
    sources = list(csv.DictReader(io.StringIO((folder / "tables" / "uncertainty.csv").read_text())))
    assert {row["quantity"] for row in sources} == {*OUTCOMES, MONEY}
    sheets = load_workbook(folder / "workbook.xlsx").sheetnames
    assert "Structure" in sheets and "Uncertainty" in sheets


@pytest.fixture(scope="module")
def quarter() -> Any:
    """Return a poor community of Middlesbrough and those next to it."""
    town = resolve("Middlesbrough")
    row = int(np.argmax(town.z))
    indptr, indices = town.adjacency
    rows = sorted({row, *(int(each) for each in indices[indptr[row] : indptr[row + 1]])})
    return from_codes([str(town.codes[each]) for each in rows], name="Testford")


def test_a_real_place_built_otherwise(scenario_file: Write, quarter: Any) -> None:
    both, alone = scenario_file("both", None), scenario_file("alone", 40)
    programmes = "interventions:\n  becoming_a_man: {}\n  mentoring: {places_per_year: 400}\n  place_remediation: {}\n"
    both.write_text(both.read_text() + programmes, "utf-8")
    found = compare([both, alone], quarter, 1, 1, workers=1, burn_in_years=1, structures=True).result.structure
    assert found is not None

    def changed(stem: str) -> list[str]:
        built = found.forms[AS_BUILT].scenarios[stem]
        return [name for name, form in found.forms.items() if form.scenarios and form.scenarios[stem] != built]

    assert all(form.applies for form in found.forms.values())
    assert set(OTHER_FORMS[:3]) <= set(changed("both"))
    assert changed("alone") == OTHER_FORMS[:3]
