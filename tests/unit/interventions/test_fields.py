"""Values that files may and may not hold, and what is said of those they may not."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from sim.interventions.fields import AgeRange, CommunityCode, Dial, Month, Months, Number, Share, Word, month_words


def fault(field, value) -> str:
    with pytest.raises(PydanticCustomError) as caught:
        field.check(value)
    context = caught.value.context
    return " ".join(text for text in (context["message"], context["fix"]) if text)


@pytest.mark.parametrize("value", [0, 1, 0.6, 1.0])
def test_shares(value):
    assert Share("Uptake").check(value) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (60, "Uptake is a share between 0 and 1. You wrote 60. If you meant 60%, write 0.60."),
        (62.5, "Uptake is a share between 0 and 1. You wrote 62.5. If you meant 62.5%, write 0.625."),
        ("60 %", 'Uptake is a share between 0 and 1. You wrote "60 %". If you meant 60%, write 0.60.'),
        (1.7, "Uptake is a share between 0 and 1. You wrote 1.7."),
        (-0.1, "Uptake is a share between 0 and 1. You wrote -0.1."),
        (True, "Uptake is a share between 0 and 1. You wrote true."),
        (None, "Uptake is a share between 0 and 1. You wrote nothing."),
        ([0.5], "Uptake is a share between 0 and 1. You wrote a list."),
    ],
)
def test_what_is_not_a_share(value, said):
    assert fault(Share("Uptake"), value) == said


def test_months_of_the_calendar():
    assert Month("The start").check("2026-04") == (2026, 4)
    assert month_words((2026, 4)) == "April 2026"
    assert "Leave the day out: 2026-04." in fault(Month("The start"), "2026-04-30")
    assert "there is no month 13" in fault(Month("The start"), "2026-13")
    assert "Add the month, as in 2026-04." in fault(Month("The start"), 2026)
    assert "For April 2026 write 2026-04." in fault(Month("The start"), "04/2026")


def test_lengths_in_months():
    assert [Months("It").check(value) for value in (6, "6 months", "1 month", "2 years", 6.0)] == [6, 6, 1, 24, 6]
    assert "You wrote 6.5." in fault(Months("It"), 6.5)
    assert "between 1 and 12 months" in fault(Months("It", 1, 12), 13)


def test_numbers():
    assert Number("Places", 0).check(3) == 3.0
    assert "Write 1000," in fault(Number("Places", 0), "£1,000")
    assert "Write 8." in fault(Number("Years", 1, 50, whole=True), 7.5)
    assert "lies between 1 and 50" in fault(Number("Years", 1, 50, whole=True), 0)


def test_ages_words_dials_and_communities():
    assert AgeRange("Age").check([10, 18]) == (10, 18)
    assert "[18, 10]" in fault(AgeRange("Age"), [18, 10])
    assert "Did you mean" in fault(Word("Strand", ("place", "justice")), "plase")
    assert fault(Dial(), 50).endswith("If you meant 50%, write 0.50.")
    assert CommunityCode().check("E01000001") == "E01000001"
    assert "You wrote" in fault(CommunityCode(), "W01000001")
