"""Runs of a survey made by hand: a few kinds of incident in known numbers, so that every share can be counted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from experiments.survey import CURRENT, FULL, SurveyRun
from sim.core.result import RunResult
from sim.outcomes.factor_levels import FACTOR_LEVELS
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.shared_picture import PictureRecorder
from sim.services.names import EMERGENCY_DEPARTMENT, POLICE, SCHOOLS, SERVICES
from sim.violence.incidents import NO_INJURY, PEER, PUBLIC, TREATED
from tests.unit.experiments.fake_place import FakeData

NUMBER = len(SERVICES)
NAMES = ("North", "Middle", "South")
LEVELS = {"incidents": 120.0, "reported": 80.0, "recorded": 60.0, "ed_attendances": 20.0, "admissions": 10.0}

Kind = tuple[int, int, int, tuple[int, ...], tuple[int, ...], bool]
"""How many, context, severity, services that hold a record, those whose record can be linked, passed on or not."""
USUAL: tuple[Kind, ...] = (
    (40, PEER, NO_INJURY, (POLICE,), (POLICE,), False),
    (20, PUBLIC, TREATED, (POLICE, EMERGENCY_DEPARTMENT), (POLICE,), False),
    (10, PUBLIC, TREATED, (EMERGENCY_DEPARTMENT,), (EMERGENCY_DEPARTMENT,), True),
    (3, PEER, NO_INJURY, (SCHOOLS,), (), False),
    (47, PEER, NO_INJURY, (), (), False),
)
NOTHING_RECORDED: tuple[Kind, ...] = ((120, PEER, NO_INJURY, (), (), False),)
ALL_RECORDED: tuple[Kind, ...] = ((120, PUBLIC, TREATED, tuple(range(NUMBER)), tuple(range(NUMBER)), True),)


class SurveyedData(FakeData):
    """The fake place with the columns that a survey reads."""

    lsoa: ClassVar = {
        "population": np.array([1000, 1000, 1000]),
        "lsoa_name": np.array(["North", "Middle", "South"], object),
    }


def picture(kinds: tuple[Kind, ...], sharing: bool) -> PictureRecorder:
    """Count incidents of these kinds; records are passed on only where data are shared."""
    found = PictureRecorder(3)
    for number, context, severity, holds, links, passed_on in kinds:
        held, linkable = np.zeros((number, NUMBER), bool), np.zeros((number, NUMBER), bool)
        held[:, list(holds)] = True
        linkable[:, list(links)] = True
        shared = held | (passed_on and sharing)
        found.count(np.full(number, context), np.full(number, severity), held, linkable, shared)
    found.location[:] = 2, 60, 58
    return found


def result(scale: float) -> RunResult:
    """Return totals of one year that stand in known ratios, in three fifths of a thousand people each."""
    years = np.zeros((len(MEASURE_NAMES), 1, 5))
    for name, total in LEVELS.items():
        years[MEASURE_NAMES.index(name), 0, [0, 1, 4]] = scale * total / 3
    years[MEASURE_NAMES.index("expected_homicides"), 0, 0] = 0.25
    years[MEASURE_NAMES.index("counted_with_injury"), 0, 0] = 10 * scale
    years[MEASURE_NAMES.index("person_years"), 0, [0, 1, 4]] = 1000.0
    bands = np.zeros((len(MEASURE_NAMES), 1, 7, 2))
    bands[MEASURE_NAMES.index("person_years")] = 200.0
    bands[MEASURE_NAMES.index("victims_in_year"), 0, 1, 1] = 10.0
    months = np.full((len(MEASURE_NAMES), 12), 10.0)
    months[MEASURE_NAMES.index("incidents"), 0] = 20.0
    communities = np.zeros((len(MEASURE_NAMES), 3))
    communities[MEASURE_NAMES.index("incidents")] = 3.0, 80.0, 37.0
    used = {"social_care_referred": 30.0, "social_care_seen": 20.0, "social_care_waited_months": 10.0,
            "social_care_waiting_months": 24.0, "schools_seen": 3.0}  # fmt: skip
    resources = {name: np.array([amount]) for name, amount in used.items()}
    return RunResult(list(MEASURE_NAMES), years, bands, communities, months, 1, {}, resources)


def surveyed(kinds: tuple[Kind, ...] = USUAL, runs: int = 2, reference: bool = True) -> list[SurveyRun]:
    """Return runs of a survey that differ in nothing but the level of violence, 10% a run."""
    return [
        SurveyRun(
            number=number,
            results={CURRENT: result(1 + 0.1 * number), FULL: result(1 + 0.1 * number)},
            pictures={CURRENT: picture(kinds, False), FULL: picture(kinds, True)},
            shared_share={CURRENT: 0.0, FULL: 0.5},
            levels={each.factor: 2.0 + number for each in FACTOR_LEVELS},
            reference_levels={each.factor: 1.0 + number for each in FACTOR_LEVELS} if reference else None,
            capacity=np.full(NUMBER, 100.0),
            unit_cost_gbp=np.full(NUMBER, 50.0),
        )
        for number in range(runs)
    ]


def question(parameters: Any) -> Any:
    """Return the question these runs answer."""
    plan = SimpleNamespace(
        place=SurveyedData(),
        years=1,
        seed=0,
        decision_date="2026-04",
        parameters=parameters,
        worlds={"baseline": SimpleNamespace(dials=SimpleNamespace(data_sharing=0.0))},
    )
    return SimpleNamespace(plan=plan, runs=2)
