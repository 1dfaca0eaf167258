"""Two files of targets, their words, and the scales on which model and target are compared."""

from __future__ import annotations

import math

import pytest

from calibration.targets import (
    from_scale,
    read_calibration_targets,
    read_causes,
    read_targets,
    read_validation_targets,
    reading,
    to_scale,
)


def test_no_statistic_is_both_fitted_to_and_validated_against():
    fitted = {target.statistic for target in read_calibration_targets()}
    assert fitted.isdisjoint(target.statistic for target in read_validation_targets())
    assert {target.use for target in read_calibration_targets()} == {"calibrate"}
    assert {target.use for target in read_validation_targets()} <= {"validate", "check"}


def test_every_target_says_whom_it_describes_and_how_sure_it_is():
    for target in read_targets():
        assert target.population and target.error > 0.0, target.id


@pytest.mark.parametrize("scale,value,expected", [("log", math.e, 1.0), ("logit", 0.5, 0.0), ("identity", 3.0, 3.0)])
def test_scales_go_there_and_back(scale, value, expected):
    assert to_scale(scale, value) == pytest.approx(expected)
    assert from_scale(scale, expected) == pytest.approx(value)


@pytest.mark.parametrize("scale,value", [("log", 0.0), ("logit", 1.0), ("logit", math.nan)])
def test_what_has_no_place_on_a_scale_is_not_a_number(scale, value):
    assert math.isnan(to_scale(scale, value))


@pytest.mark.parametrize(
    "field,wrong", [("statistic", "no_such"), ("value", 9), ("scale", "cubic"), ("where", "moon"), ("error", 0)]
)
def test_a_fault_in_a_target_is_refused_by_name(tmp_path, field, wrong):
    row = {"statistic": "teen_victims", "value": 0.18, "low": 0.15, "high": 0.21, "scale": "logit", "error": 0.1}
    row |= {"use": "check", "population": "teenagers", "source": "T21", "verified": "no", field: wrong}
    path = tmp_path / "targets.yaml"
    inside = ", ".join(f"{key}: {value}" for key, value in row.items())
    path.write_text(f"schema: placewise.targets/1\ntargets:\n  X: {{{inside}}}\n")
    with pytest.raises(ValueError, match="target X"):
        reading.read_file(path)


def test_causes_of_misses_belong_to_targets():
    assert set(read_causes()) <= {target.id for target in read_targets()}
    assert all(len(text) > 40 for text in read_causes().values())
