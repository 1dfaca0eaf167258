"""Books balance, transfers cancel in society, and nothing inside the unit costs is posted twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.economics.books import FISCAL, INSIDE_UNIT_COSTS, SOCIAL, Books

ONE = np.ones(2)


def amount(first: float, second: float = 0.0) -> np.ndarray:
    return np.array([first, second])


def test_a_transfer_moves_money_and_adds_none() -> None:
    books = Books()
    books.transfer("treasury", "families", amount(100), ONE, "benefit paid")
    assert books.net("treasury") == pytest.approx([-100, 0])
    assert books.net("families") == pytest.approx([100, 0])
    assert not books.net().any()
    assert books.payers() == ["families", "treasury"]


def test_what_a_payer_gains_is_discounted_and_its_cashable_part_told_apart() -> None:
    books = Books()
    books.post("violence:lost_output", "nhs", amount(10, 20), amount(1.0, 0.5), FISCAL, 0.1, "hand")
    books.post("programme:mentoring", "nhs", amount(-4), ONE, FISCAL, 1.0, "hand")
    assert books.net("nhs") == pytest.approx([6, 10])
    assert books.net("nhs", cashable_only=True) == pytest.approx([-3, 1])


@pytest.mark.parametrize("item", INSIDE_UNIT_COSTS)
def test_a_cost_inside_the_unit_costs_is_refused(item: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        Books().post(f"violence:{item}", "nhs", amount(250), ONE, FISCAL, 1.0, "hand")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.floats(-1e9, 1e9)), max_size=20))
def test_books_always_balance_and_payers_add_up_to_society(lines: list[tuple[str, str, float]]) -> None:
    books = Books()
    for payer, other, gbp in lines:
        if payer == other:
            books.post("programme:x", payer, amount(gbp), ONE, SOCIAL, 0.5, "any")
        else:
            books.transfer(other, payer, amount(gbp), ONE, "any")
    assert books.balance() == 0.0
    together = sum((books.net(payer) for payer in books.payers()), np.zeros(2))
    np.testing.assert_allclose(together, np.resize(books.net(), 2) if books.postings else np.zeros(2), atol=1e-3)
