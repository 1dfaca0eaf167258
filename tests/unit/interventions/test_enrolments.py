"""The table of participants: nobody is lost or counted twice, whatever happens in whatever order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sim.interventions.enrolments import COMPLETED, DECLINED, DROPPED_OUT, ENROLLED, Enrolments
from sim.interventions.resolved import Lever

PEOPLE = 40
FADES = Lever("violence_hazard", "fades", -0.2, 0.0, 12.0, 0, True)


class Life(RuleBasedStateMachine):
    """Offer, end, forget and compact at random; keep a plain list beside the table."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Enrolments()
        self.month = 0
        self.people = list(range(PEOPLE))
        self.expected: dict[int, int] = {}

    @rule(chosen=st.sets(st.integers(0, PEOPLE - 1), max_size=6), status=st.sampled_from([ENROLLED, DECLINED]))
    def offer(self, chosen, status):
        rows = np.array(sorted(self.people.index(p) for p in chosen if p in self.people), np.int32)
        rows = rows[[self.expected.get(self.people[r]) != ENROLLED for r in rows]] if rows.size else rows
        self.table.add(rows, rows, np.zeros(rows.size, bool), self.month, status)
        self.expected.update({self.people[row]: status for row in rows})

    @rule(part=st.floats(0, 1), status=st.sampled_from([COMPLETED, DROPPED_OUT]))
    def end(self, part, status):
        rows = self.table.enrolled
        rows = rows[: int(part * rows.size)]
        for row in rows:
            self.expected[self.people[self.table.person[row]]] = status
        self.table.end(rows, self.month, status)

    @rule()
    def forget_the_declined(self):
        self.table.keep(self.table.status != DECLINED)
        self.expected = {person: status for person, status in self.expected.items() if status != DECLINED}

    @rule(gone=st.sets(st.integers(0, PEOPLE - 1), max_size=4))
    def compact(self, gone):
        kept = [person for person in self.people if person not in gone]
        new_row = np.array([kept.index(p) if p in kept else -1 for p in self.people], np.int32)
        self.table.remap(new_row, new_row)
        self.people = kept
        self.expected = {person: status for person, status in self.expected.items() if person in kept}

    @rule()
    def wait(self):
        self.month += 1

    @invariant()
    def table_holds_exactly_these_people(self):
        found = {
            self.people[row]: int(status) for row, status in zip(self.table.person, self.table.status, strict=True)
        }
        assert len(found) == len(self.table)
        assert found == self.expected

    @invariant()
    def only_the_enrolled_have_no_end(self):
        assert np.array_equal(self.table.ended == -1, self.table.status == ENROLLED)

    @invariant()
    def weights_are_shares(self):
        weights = self.table.weights(FADES, 6, self.month)
        assert ((weights >= 0) & (weights <= 1)).all()
        assert (weights[self.table.status == DECLINED] == 0).all()


Life.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase


def one(status: int, started: int, ended: int) -> Enrolments:
    table = Enrolments()
    table.add(np.array([0]), np.array([0]), np.array([False]), started, ENROLLED)
    if status != ENROLLED:
        table.end(np.array([0]), ended, status)
    return table


@pytest.mark.parametrize(
    ("lever", "month", "weight"),
    [
        (FADES, 0, 1.0),
        (FADES, 5, 1.0),
        (FADES, 6, 1.0),
        (FADES, 18, 0.5),
        (FADES, 42, 0.125),
        (Lever("a", "while_enrolled", 1, 0, 0, 0, True), 5, 1.0),
        (Lever("a", "while_enrolled", 1, 0, 0, 0, True), 6, 0.0),
        (Lever("a", "builds", 1, 0, 12.0, 0, True), 0, 1 / 6),
        (Lever("a", "builds", 1, 0, 12.0, 0, True), 2, 0.5),
        (Lever("a", "builds", 1, 0, 12.0, 0, True), 30, 0.25),
        (Lever("a", "fades", 1, 0, 12.0, 12, True), 11, 0.0),
        (Lever("a", "fades", 1, 0, 12.0, 12, True), 12, 1.0),
        (Lever("a", "fades", 1, 0, 12.0, 12, True), 24, 0.5),
    ],
)
def test_weights_of_somebody_who_completes_six_months(lever, month, weight):
    table = one(ENROLLED, 0, 0) if month < 6 else one(COMPLETED, 0, 6)
    assert table.weights(lever, 6, month).tolist() == pytest.approx([weight])


def test_dropping_out_after_two_of_six_months_keeps_a_third():
    assert one(DROPPED_OUT, 0, 2).weights(FADES, 6, 2).tolist() == pytest.approx([1 / 3])
    assert one(DROPPED_OUT, 0, 2).weights(FADES, 6, 14).tolist() == pytest.approx([1 / 6])


def test_somebody_who_returns_has_one_row():
    table = one(COMPLETED, 0, 6)
    table.add(np.array([0, 3]), np.array([0, 1]), np.array([False, True]), 30, ENROLLED)
    assert table.person.tolist() == [0, 3]
    assert table.started.tolist() == [30, 30]
