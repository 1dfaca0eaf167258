"""Statistics of a log worked by hand, and the scorecard's verdicts."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.observation import Observation, count_by_key
from calibration.scorecard import CLOSE, FAR, INSIDE, UNKNOWN, scorecard, shares_inside
from calibration.statistics import STATISTICS
from calibration.statistics.lives import odds_ratio
from calibration.targets import Target, read_targets
from sim.parameters.sources import load_sources

TEENS = 10


def observation(pairs, people=TEENS, age=15, **columns) -> Observation:
    """Observe one year of ``people`` of one age, with an incident for each (perpetrator, victim)."""
    perpetrator, victim = (np.array(side, np.uint64) for side in zip(*pairs, strict=True))
    size = perpetrator.size
    incidents = {
        "month": np.zeros(size, np.uint16),
        "perpetrator": perpetrator,
        "victim": victim,
        "victim_age": np.full(size, age),
        "context": np.full(size, "peer", object),
        "retaliation": np.zeros(size, bool),
    } | columns
    everybody = {
        "year": np.ones(people, np.uint16),
        "person": np.arange(1, people + 1, dtype=np.uint64),
        "age": np.full(people, age),
        "sex": np.full(people, "male", object),
    }
    return Observation(incidents, everybody, 1, {"E01": 0})


def test_counts_follow_the_order_of_the_keys():
    assert count_by_key(np.array([5, 1, 9]), np.array([1, 9, 9, 4])).tolist() == [0, 1, 2]
    assert count_by_key(np.array([5]), np.array([], int)).tolist() == [0]


def test_overlap_of_victims_and_perpetrators_by_hand():
    # Perpetrators 1 and 2, of whom 1 is hurt (risk 1/2); of the eight others, 3 and 4 are hurt (risk 2/8).
    seen = observation([(1, 3), (1, 4), (2, 1)])
    assert STATISTICS["victim_offender_overlap"](seen) == pytest.approx(2.0)
    assert STATISTICS["teen_victims"](seen) == pytest.approx(0.3)
    assert STATISTICS["teen_perpetrators"](seen) == pytest.approx(0.2)


def test_repeat_victims_by_hand():
    seen = observation([(1, 3)] * 6 + [(1, 4)] * 2 + [(2, 5)])
    assert STATISTICS["repeat_victims"](seen) == pytest.approx(2 / 3)
    assert STATISTICS["chronic_victims"](seen) == pytest.approx(1 / 3)


def test_the_survey_counts_at_most_five_of_one_victim_and_only_the_injured_at_16_and_17():
    of_adults = observation([(1, 3)] * 8 + [(1, 4)], age=30, injury=np.zeros(9, bool))
    assert STATISTICS["adult_incidents_per_1000"](of_adults) == pytest.approx(1000 * 6 / TEENS)
    at_17 = observation([(1, 3), (1, 4)], age=17, injury=np.array([True, False]))
    assert STATISTICS["adult_incidents_per_1000"](at_17) == pytest.approx(1000 * 1 / TEENS)


def test_contagion_is_the_share_brought_about():
    seen = observation([(1, 3), (3, 1), (1, 4), (2, 5)], retaliation=np.array([False, True, False, False]))
    assert STATISTICS["contagion_all"](seen) == STATISTICS["contagion_peer"](seen) == 0.25


def test_odds_ratio_crude_and_within_strata():
    # Within each stratum exposure makes no difference; mixing the strata makes it look harmful.
    exposed = np.repeat([1, 1, 0, 0, 1, 1, 0, 0], [8, 8, 2, 2, 1, 3, 4, 12]).astype(bool)
    outcome = np.repeat([1, 0, 1, 0, 1, 0, 1, 0], [8, 8, 2, 2, 1, 3, 4, 12]).astype(bool)
    strata = np.repeat([0, 1], [20, 20])
    assert odds_ratio(exposed, outcome) == pytest.approx(9 * 14 / (11 * 6))
    assert odds_ratio(exposed, outcome, strata) == pytest.approx(1.0)


def target(statistic="teen_victims", use="calibrate"):
    return Target("X", statistic, 0.2, 0.1, 0.3, use, "T21", False)


@pytest.mark.parametrize(
    ("values", "expected"), [([0.2, 0.3], INSIDE), ([0.5], CLOSE), ([0.9], FAR), ([np.nan], UNKNOWN)]
)
def test_verdicts(values, expected):
    (line,) = scorecard([target()], [{"teen_victims": value} for value in values])
    assert line.verdict == expected


def test_shares_inside_are_counted_by_use():
    lines = scorecard([target(), target(use="check")], [{"teen_victims": 0.2}])
    assert shares_inside(lines) == {"calibrate": (1, 1), "check": (1, 1)}


def test_every_target_names_a_statistic_with_a_definition_and_a_known_source():
    for found in read_targets():
        assert found.definition.endswith(")") or found.definition.endswith("."), found.id
        assert found.source in load_sources(), found.id


def test_expected_events_stand_for_those_that_happened():
    seen = observation([(1, 3), (1, 4)], ed_treated=np.array([True, False]))
    assert STATISTICS["ed_attendances_per_1000"](seen) == pytest.approx(1000 * 1 / TEENS)
    seen = observation([(1, 3), (1, 4)], ed_treated=np.array([True, False]), expected_ed_treated=np.array([0.2, 0.3]))
    assert STATISTICS["ed_attendances_per_1000"](seen) == pytest.approx(1000 * 0.5 / TEENS)
