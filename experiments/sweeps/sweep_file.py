"""Read a sweep file and say what is wrong with it, all at once, with lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from experiments.runs import BASELINE
from experiments.settings import DIALS, INTERVENTIONS, PARAMETERS, PARTNERSHIP
from experiments.study.detail import DETAILS
from experiments.sweeps.factor import (
    Factor,
    check_ends,
    is_whole,
    parameter_range,
    scenario_range,
    scenario_value,
)
from experiments.sweeps.form import SCHEMA, Design, SweepFile, Vary
from experiments.sweeps.known_functions import FUNCTIONS, OUTCOME, KnownFunction
from experiments.worlds import World, read_world, read_worlds
from sim.core.errors import InputError, Problem, suggest
from sim.core.yaml_files import Document, read_yaml
from sim.interventions.wording import problems_of
from sim.outcomes.measures import MEASURE_NAMES, OUTCOMES
from sim.parameters import Registry

LEVELLED = ("grid", "factorial", "one_at_a_time")
"""Designs whose factors may have levels of their own rather than a range."""
RANGE_EXAMPLE = "For example [50, 400], or {low: 50, high: 400}, or {values: [50, 100, 400]}."


@dataclass(frozen=True)
class Sweep:
    """Hold a sweep as read.

    Attributes
    ----------
    file
        What the file says, defaults filled in.
    path, text
        The file.
    worlds
        Baseline first; then the scenarios, if there are any.
    factors
        What is varied, in the order of the file.
    outcomes
        Measures that are kept.
    """

    file: SweepFile
    path: Path
    text: str
    worlds: Mapping[str, World]
    factors: tuple[Factor, ...]
    outcomes: tuple[str, ...]

    @property
    def design(self) -> Design:
        """Which points are lived."""
        return self.file.design

    @property
    def function(self) -> KnownFunction | None:
        """The function that is swept instead of a place."""
        return FUNCTIONS.get(self.file.model)

    @property
    def detail(self) -> tuple[str, ...]:
        """The kinds of detail that are kept beside yearly totals."""
        return tuple(name for name in DETAILS if name in self.file.detail)

    @property
    def shares_burn_in(self) -> bool:
        """Whether points differ only after the decision date, so that they share burnt-in places and baselines."""
        return not any(factor.is_parameter for factor in self.factors)


def read_sweep(path: str | Path, registry: Registry) -> Sweep:
    """Read a sweep file; a scenario or place file that it names is looked for beside it first.

    Raises
    ------
    InputError
        With every problem of the file, each with its line.
    """
    document = read_yaml(path)
    data = document.data
    if data.get("schema") != SCHEMA:
        message = f"This is not a sweep file: its first line must be schema: {SCHEMA}."
        raise InputError(document.problem(("schema",), message, f"Write: schema: {SCHEMA}"))
    try:
        file = SweepFile.model_validate(data)
    except ValidationError as error:
        raise InputError(problems_of(error, SweepFile, document)) from None
    function = FUNCTIONS.get(file.model)
    worlds = function.worlds() if function else _worlds(document, file, Path(path))
    factors, problems = _factors(document, file, worlds, function.registry() if function else registry)
    outcomes = tuple(dict.fromkeys(file.outcomes or (OUTCOMES if function is None else (OUTCOME,))))
    problems += _outcome_problems(document, file) + _design_problems(document, file, factors)
    if problems:
        raise InputError(problems)
    text = Path(path).read_text(encoding="utf-8")
    return Sweep(file, Path(path), text, worlds, tuple(factors), outcomes)


def _worlds(document: Document, file: SweepFile, path: Path) -> dict[str, World]:
    if not file.scenarios:
        return {BASELINE: read_world(BASELINE, {})}
    found = [path.parent / each if (path.parent / each).is_file() else each for each in file.scenarios]
    try:
        return read_worlds(found, {})
    except InputError as error:
        line, column = document.where("scenario")
        raise InputError(
            [each if each.line else replace(each, file=document.file, line=line, column=column, path="scenario")
             for each in error.problems]
        ) from None  # fmt: skip


def _factors(
    document: Document, file: SweepFile, worlds: Mapping[str, World], registry: Registry
) -> tuple[list[Factor], list[Problem]]:
    scenarios = {stem: world.scenario for stem, world in worlds.items()}
    factors: list[Factor] = []
    problems: list[Problem] = []
    if not file.vary:
        problems.append(document.problem(("vary",), "Nothing is varied.", "Name a parameter or a scenario value."))
    for key, given in file.vary.items():
        try:
            factors.append(_factor(document, str(key), given, scenarios, registry))
        except InputError as error:
            problems += error.problems
    names = [factor.name for factor in factors]
    for name in sorted({name for name in names if names.count(name) > 1 or name == "point"}):
        problems.append(document.problem(("vary",), f'More than one column would be called "{name}".', "Rename one."))
    return factors, problems


def _factor(document: Document, key: str, given: Any, scenarios: Mapping[str, Any], registry: Registry) -> Factor:
    path = f"{PARAMETERS}.{key}" if key in registry else key
    _check_path(document, key, path, scenarios, registry)
    vary = _vary(document, key, given)
    known = _known_range(path, scenarios, registry)
    low, high = vary.low, vary.high
    if known is not None:
        low, high = (known[0] if low is None else low), (known[1] if high is None else high)
    if vary.values:
        low, high = min(vary.values), max(vary.values)
    if low is None or high is None:
        raise InputError(document.problem(("vary", key), "This has no range of its own: give one.", RANGE_EXAMPLE))
    if not low < high:
        message = f"The range must run from low to high. You wrote {low:g} and {high:g}."
        raise InputError(document.problem(("vary", key), message, RANGE_EXAMPLE))
    base = vary.base if vary.base is not None else known[2] if known and known[2] is not None else (low + high) / 2
    factor = Factor(path, vary.name or key, low, high, tuple(vary.values or ()), float(base), is_whole(path))
    line, column = document.where("vary", key)
    problems = check_ends(scenarios, factor)
    if problems:
        raise InputError([replace(each, file=document.file, line=line, column=column) for each in problems])
    return factor


def _check_path(document: Document, key: str, path: str, scenarios: Mapping[str, Any], registry: Registry) -> None:
    """Refuse what is neither a parameter nor a value of the scenario, with the nearest that is."""
    first, *rest = path.split(".")
    identifier = ".".join(rest)
    if first == PARAMETERS and identifier in registry:
        return
    if first == PARTNERSHIP and identifier in DIALS and len(scenarios) > 1:
        return
    programmes = {each.id for scenario in scenarios.values() for each in scenario.programmes}
    if first == INTERVENTIONS and len(rest) == 2 and rest[0] in programmes:
        return
    if first in (INTERVENTIONS, PARTNERSHIP) and len(scenarios) == 1:
        message, fix = "This sweep has no scenario whose values could vary.", "Add: scenario: <name or file>"
        raise InputError(document.problem(("vary", key), message, fix))
    if first == INTERVENTIONS:
        known = [f"{INTERVENTIONS}.{programme}.{'.'.join(rest[1:])}" for programme in sorted(programmes)]
    else:
        known = [f"{PARTNERSHIP}.{dial}" for dial in DIALS] if first == PARTNERSHIP else [*registry]
    near = suggest(path.removeprefix(f"{PARAMETERS}."), known, 2)
    fix = f"Did you mean {' or '.join(near)}?" if near else "See: placewise list parameters"
    raise InputError(document.problem(("vary", key), f'There is nothing called "{key}" to vary.', fix))


def _vary(document: Document, key: str, given: Any) -> Vary:
    if isinstance(given, list) and len(given) == 2:
        given = {"low": given[0], "high": given[1]}
    try:
        return Vary.model_validate({} if given is None else given)
    except ValidationError as error:
        faults = problems_of(error, Vary, document)
        line, column = document.where("vary", key)
        raise InputError(
            [
                replace(each, line=line, column=column, path=f"vary.{key}", fix=each.fix or RANGE_EXAMPLE)
                for each in faults
            ]
        ) from None


def _known_range(
    path: str, scenarios: Mapping[str, Any], registry: Registry
) -> tuple[float, float, float | None] | None:
    """Return low, high and the value where nothing is varied, as far as they are known."""
    if path.startswith(f"{PARAMETERS}."):
        return parameter_range(registry, path.removeprefix(f"{PARAMETERS}."))
    limits = scenario_range(path)
    return (*limits, scenario_value(scenarios, path)) if limits else None


def _outcome_problems(document: Document, file: SweepFile) -> list[Problem]:
    problems = []
    known = MEASURE_NAMES if file.model == "place" else (OUTCOME,)
    for index, name in enumerate(file.outcomes or ()):
        if name not in known:
            near = suggest(name, known, 2)
            fix = f"Did you mean {' or '.join(near)}?" if near else "See: placewise list measures"
            problems.append(document.problem(("outcomes", index), f'There is no outcome "{name}".', fix))
    if file.detail and file.model != "place":
        message = "Months and communities are kept of a place, not of a function."
        problems.append(document.problem(("detail",), message, "Leave out: detail"))
    return problems


def _design_problems(document: Document, file: SweepFile, factors: list[Factor]) -> list[Problem]:
    design, problems = file.design, []
    method = design.method
    if method in ("latin_hypercube", "sobol") and design.points is None:
        problems.append(document.problem(("design",), f"A {method} design needs points.", "For example points: 64"))
    if method == "sobol" and design.points and design.points & (design.points - 1):
        near = 1 << (design.points.bit_length() - 1)
        message = f"The base sample of a Sobol design is a power of two. You wrote {design.points}."
        problems.append(document.problem(("design", "points"), message, f"Write {near} or {2 * near}."))
    if method == "morris" and design.trajectories is None:
        problems.append(document.problem(("design",), "A morris design needs trajectories.", "Write trajectories: 20"))
    if method == "morris" and design.levels % 2:
        problems.append(document.problem(("design", "levels"), "A morris design has an even number of levels.", ""))
    for factor in factors:
        if factor.values and method not in LEVELLED:
            message = f"A {method} design needs a range, not levels."
            key = factor.path if factor.path in file.vary else factor.path.removeprefix(f"{PARAMETERS}.")
            problems.append(document.problem(("vary", key), message, "Write {low: ..., high: ...}"))
    return problems
