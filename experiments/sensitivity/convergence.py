"""How indices move as more of a design is used: whether the study was large enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments.sensitivity import direct
from experiments.sensitivity.emulated import can_emulate, emulate, mean_at, sobol_units, unit_problem
from experiments.sensitivity.reading import StudyData

Array = npt.NDArray[np.float64]

SHARES = (0.25, 0.5, 1.0)
SAMPLE = 1024


@dataclass(frozen=True)
class Step:
    """Hold the leading index of every factor when some points of the design are used."""

    points: int
    values: dict[str, float]


def convergence(data: StudyData, method: str, values: Array, seed: int) -> list[Step]:
    """Return the leading index of one method from a quarter, half and all of the blocks of a design."""
    steps = []
    blocks = len(data.points) // data.block
    for share in SHARES:
        count = _count(data, blocks, share) * data.block
        part, known = first_points(data, count), values[:count]
        if method == "emulator":
            if not can_emulate(part, known):
                continue
            found = _emulated(part, known, seed)
        else:
            usable = int((part.independent & np.isfinite(known)).sum())
            if method not in ("morris", "sobol") and usable < direct.fewest_points():
                continue
            rows = direct.ANALYSES[method](part, known, seed)
            found = {
                row.factor: row.value for row in rows if row.measure == direct.LEADING[method] and row.value is not None
            }
        steps.append(Step(count, {name: found[name] for name in data.names if name in found}))
    return steps


def first_points(data: StudyData, count: int) -> StudyData:
    """Return a study as if only the first points of its design had been lived."""
    part = object.__new__(StudyData)
    part.__dict__.update(
        {key: value for key, value in data.__dict__.items() if key not in ("points", "units", "independent")}
    )
    part.inputs = data.inputs.iloc[:count]
    return part


def _count(data: StudyData, blocks: int, share: float) -> int:
    """Return how many blocks to use: a power of two of a Sobol design, whose balance rests on it."""
    count = max(2, int(blocks * share))
    return 1 << (count.bit_length() - 1) if data.method == "sobol" else count


def _emulated(data: StudyData, values: Array, seed: int) -> dict[str, float]:
    emulator = emulate(data, values, seed, refits=0).emulator
    units = sobol_units(len(data.names), SAMPLE, False, seed)
    rows = direct.sobol_rows(
        unit_problem(len(data.names), data.names), mean_at(emulator, units), False, seed, "emulator"
    )
    return {row.factor: row.value for row in rows if row.measure == "ST" and row.value is not None}
