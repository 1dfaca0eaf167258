from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from experiments.explain import (
    UnknownName,
    explain,
    explanation_data,
    explanation_table,
    explanation_text,
    list_parameters,
    parameter_table,
)


def printed(renderable: object) -> str:
    """Return what a console of 120 columns shows."""
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(renderable)
    return console.export_text()


def test_a_parameter_is_explained_with_its_sources() -> None:
    text = explanation_text(explain("economics.unit_cost_violence_without_injury"))
    assert "Home Office Research Report 99" in text
    assert "EC03" in text
    assert "not verified" in text


def test_a_source_lists_the_parameters_that_cite_it() -> None:
    facts = dict(explain("EC03").facts)
    assert "economics.unit_cost_violence_without_injury" in facts["cited by"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("parenting", "lever"),
        ("incidents", "measure"),
        ("collaboration", "partnership dial"),
        ("rr99", "source (document)"),
    ],
)
def test_each_kind_of_name_is_known(name: str, kind: str) -> None:
    assert explain(name).kind == kind


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"economics\.discount_rate") as caught:
        explain("economics.discount_rat")
    assert caught.value.exit_code == 3


def test_lists_are_filtered_by_words_and_kind() -> None:
    rows = list_parameters("homicide cost")
    assert "economics.unit_cost_homicide" in {row.id for row in rows}
    assert len(rows) < len(list_parameters())
    assert {row.kind for row in list_parameters(kind="fixed")} == {"fixed"}


def test_tables_and_data_hold_what_was_found() -> None:
    explanation = explain("economics.discount_rate")
    assert "Social time preference" in printed(explanation_table(explanation))
    assert json.loads(json.dumps(explanation_data(explanation)))["identifier"] == "economics.discount_rate"
    assert "economics.discount_rate" in printed(parameter_table(list_parameters("discount")))
