"""Who gains and who is worse off: change by sex, age and deprivation, and in how many runs a group fares worse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.intervals import paired
from experiments.runs import BASELINE, RunRecord
from sim.core.ledger import AGE_BANDS
from sim.outcomes.measures import FIFTHS, MEASURE_NAMES

Array = npt.NDArray[np.float64]

SEXES = ("female", "male")
HARMS = ("incidents_with_injury", "ed_attendances", "victims")
HARM = "incidents_with_injury"


def groups(records: Sequence[RunRecord], world: str) -> list[dict[str, Any]]:
    """Compare harm in each sex, age band and deprivation fifth that has residents.

    Parameters
    ----------
    records
        All runs.
    world
        The scenario.
    """
    cells = [_table(records, each, "by_year_band_sex") for each in (BASELINE, world)]
    fifths = [_table(records, each, "by_year_fifth") for each in (BASELINE, world)]
    found = []
    for kind, labels, (before, after) in (
        ("sex", SEXES, [each.sum(axis=2) for each in cells]),
        ("age", AGE_BANDS, [each.sum(axis=3) for each in cells]),
        ("fifth", FIFTHS, fifths),
    ):
        lived = before[:, MEASURE_NAMES.index("person_years")].mean(axis=0)
        found += [
            _group(kind, label, float(lived[i]), before[:, :, i], after[:, :, i])
            for i, label in enumerate(labels)
            if lived[i] > 0
        ]
    return found


def worse_share(before: Array, after: Array) -> Array:
    """Return the share of runs in which there is more harm than in the baseline of the same run.

    Parameters
    ----------
    before, after
        Shape (runs, ...).

    Examples
    --------
    >>> float(worse_share(np.array([3.0, 3.0, 3.0, 3.0]), np.array([4.0, 3.0, 2.0, 2.0])))
    0.25
    """
    return np.asarray((after > before).mean(axis=0))


def _group(kind: str, label: str, person_years: float, before: Array, after: Array) -> dict[str, Any]:
    row = MEASURE_NAMES.index(HARM)
    return {
        "kind": kind,
        "label": label,
        "person_years": person_years,
        "outcomes": {
            name: paired(before[:, MEASURE_NAMES.index(name)], after[:, MEASURE_NAMES.index(name)]) for name in HARMS
        },
        "worse_off": float(worse_share(before[:, row], after[:, row])),
    }


def _table(records: Sequence[RunRecord], world: str, name: str) -> Array:
    """Return a table of a world summed over years, measures in their declared order; shape (runs, measures, ...)."""
    found = []
    for record in records:
        result = record.worlds[world]
        rows = [result.measures.index(each) for each in MEASURE_NAMES]
        found.append(np.asarray(getattr(result, name), dtype=np.float64)[rows].sum(axis=1))
    return np.stack(found)
