"""Whatever a file holds, a check answers: no crash, and every problem has a line."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sim.interventions.checking import check_file
from sim.interventions.scenario import ScenarioFile
from sim.interventions.schema import CatalogueEntry

KEYS = sorted(
    {field.alias or name for form in (ScenarioFile, CatalogueEntry) for name, field in form.model_fields.items()}
)
INNER = ("mentoring", "start", "stop", "uptake", "communities", "on", "true", "what", "age", "any_of", "payers", "x")
WORDS = ("on", "off", "yes", "2026-04", "2026-13", "60%", "placewise.scenario/1", "placewise.intervention/1", "")
leaf = st.one_of(st.none(), st.booleans(), st.integers(-100, 3000), st.floats(-2, 100), st.sampled_from(WORDS))
value = st.recursive(
    leaf,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(INNER), inner, max_size=3)),
    max_leaves=8,
)
GOOD = {"schema": "placewise.scenario/1", "title": "x", "decision_date": "2026-04", "horizon_years": 5}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(KEYS), value, max_size=6), st.booleans())
@example({"interventions": {"mentoring": {"start": "2026-04", "stop": 3}}}, True)
@example({"shocks": [None, 3, {"what": []}], "funded_by": {"x": None}}, True)
@example({"who": None, "levers": [], "cost": 3}, False)
def test_any_mapping_is_answered(tmp_path, data, whole):
    path = tmp_path / "any.yaml"
    path.write_text(json.dumps({**GOOD, **data} if whole else data), encoding="utf-8")
    found = check_file(path, strict=True)
    assert found.problems or found.scenario is not None or found.programme is not None
    assert all(problem.line >= 1 for problem in found.problems)
    assert all(problem.message for problem in found.problems)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
@example(b"\xff\xfe")
@example(b"true: on\nnull: 3\n1: 2\n? [a]\n: b\n")
@example(b"a: &x 1\nb: *x\n")
def test_any_bytes_are_answered(tmp_path, content):
    path = tmp_path / "any.yaml"
    path.write_bytes(content)
    assert check_file(path).problems
