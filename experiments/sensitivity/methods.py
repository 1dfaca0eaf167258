"""Which analyses there are, and which of them suit a design."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.sensitivity import direct
from experiments.sensitivity.emulated import can_emulate
from experiments.sensitivity.reading import SPREAD, StudyData
from experiments.sensitivity.swings import DESIGNS
from sim.core.errors import InputError, Problem, suggest

EMULATOR, SWINGS, AUTO = "emulator", "swings", "auto"
METHODS = (*direct.ANALYSES, EMULATOR, SWINGS)
LEADING = direct.LEADING | {EMULATOR: "ST", SWINGS: "change"}
ANY_SPREAD = ("pawn", "delta", "regional")


def default_methods(data: StudyData) -> tuple[str, ...]:
    """Return the methods that suit the design of a study, the one to lead with first."""
    if data.method == "morris":
        return ("morris",)
    found: list[str] = []
    if data.method == "sobol":
        found.append("sobol")
    if can_emulate(data):
        found.append(EMULATOR)
    if data.method in DESIGNS:
        found.append(SWINGS)
    if data.method in SPREAD and int(data.independent.sum()) >= direct.fewest_points():
        found += ANY_SPREAD
    return tuple(found)


def chosen_methods(data: StudyData, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the methods asked for, refusing those that do not exist or do not suit the design."""
    suited = default_methods(data)
    chosen: list[str] = []
    for name in asked:
        if name == AUTO:
            chosen += suited
        elif name not in METHODS:
            near = suggest(name, METHODS, 2)
            fix = f"Did you mean {' or '.join(near)}?" if near else f"Analyses: {', '.join((AUTO, *METHODS))}."
            raise InputError(Problem(str(data.folder), 0, 0, "--analyse", f'There is no analysis "{name}".', fix))
        elif name not in suited:
            message = f"A {data.method} design of {len(data.points)} points does not suit the analysis {name}."
            fix = f"It suits {', '.join(suited)}." if suited else "Sweep a larger design."
            raise InputError(Problem(str(data.folder), 0, 0, "--analyse", message, fix))
        else:
            chosen.append(name)
    if not chosen:
        message = f"A {data.method} design of {len(data.points)} points is too small for any analysis."
        fix = f"Sweep at least {direct.fewest_points()} points."
        raise InputError(Problem(str(data.folder), 0, 0, "--analyse", message, fix))
    return tuple(dict.fromkeys(chosen))
