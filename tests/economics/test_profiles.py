"""Appraisal profiles are complete, change only money, and count the right payers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.economics.appraisal import Appraisal
from sim.economics.books import FISCAL, Books
from sim.economics.profile import bundled_profiles, read_profile
from sim.parameters import load_registry


@pytest.mark.parametrize("name", bundled_profiles())
def test_a_bundled_profile_names_parameters_that_exist(name: str) -> None:
    profile = read_profile(name)
    assert profile.id == name
    changed = load_registry().replace(profile.values)
    for identifier, value in profile.values.items():
        assert changed[identifier] == value
    assert set(profile.unchecked) <= set(profile.values)


def test_all_profiles_set_the_same_parameters() -> None:
    assert len({tuple(read_profile(name).values) for name in bundled_profiles()}) == 1


def test_whose_money_counts() -> None:
    books = Books()
    for payer, gbp in (("nhs", 10.0), ("local_authority", -4.0), ("victims_and_families", 100.0)):
        books.post("violence:health", payer, np.array([gbp]), np.ones(1), FISCAL, 0.5, "hand")
    payers = ("nhs", "local_authority", "victims_and_families")
    gains = np.array([[10.0], [-4.0], [100.0]])
    found = Appraisal(payers, gains, np.zeros((3, 1)), {}, np.zeros(8), 0.0, books)
    assert read_profile("green_book").net_value(found) == 106
    assert read_profile("local").net_value(found) == 6
    assert read_profile("nice").net_value(found) == 6


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(InputError, match="green_book"):
        read_profile("green_bok")


def test_every_fault_of_a_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    text = bundled_profiles()["nice"].read_text()
    path.write_text(text.replace("nhs,", "nhss,").replace("economics.value_of_qaly: 30000", "violence.base_peer: 1"))
    with pytest.raises(InputError) as caught:
        read_profile(path)
    assert [problem.path for problem in caught.value.problems] == ["perspective[0]", "values.violence.base_peer"]
