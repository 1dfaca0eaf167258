"""Read the scenarios of a study: files or bundled names, and what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.runs import BASELINE
from experiments.settings import apply_settings
from sim.core.errors import InputError, Problem
from sim.economics.catalogue_prices import price_of
from sim.economics.programmes import ProgrammePrice
from sim.interventions.catalogue import bundled_scenarios
from sim.interventions.checking import check_scenario
from sim.interventions.resolved import Scenario


@dataclass(frozen=True)
class World:
    """Hold one scenario as read.

    Attributes
    ----------
    stem
        Name of the file without its ending: the key of the scenario in results.
    path
        The file.
    scenario
        Its contents, every default filled in.
    notes
        What a reader should know although the file is valid.
    """

    stem: str
    path: Path
    scenario: Scenario
    notes: tuple[str, ...] = ()

    @property
    def prices(self) -> dict[str, ProgrammePrice]:
        """Price of each programme, with the scenario's own funding split and stress on cost."""
        funded_by, factor = self.scenario.funded_by, self.scenario.cost_factor
        return {each.id: price_of(each.cost, funded_by, factor) for each in self.scenario.programmes}


def read_worlds(scenarios: Sequence[str | Path], settings: Mapping[str, str]) -> dict[str, World]:
    """Read scenarios and the baseline, the baseline first and the others in alphabetical order of their stems.

    Parameters
    ----------
    scenarios
        Paths or bundled names. One whose stem is ``baseline`` takes the place of the bundled baseline.
    settings
        Values set from outside the files; see `experiments.settings`.

    Raises
    ------
    InputError
        With every problem: unknown names, two files of one stem, mistakes in files, different decision dates.
    """
    paths, problems = _paths(scenarios)
    own_baseline = BASELINE in paths
    if not problems and not set(paths) - {BASELINE}:
        problems.append(Problem("", 0, 0, "", "There is no scenario to compare with the baseline.", "Name one."))
    paths.setdefault(BASELINE, bundled_scenarios()[BASELINE])
    worlds: dict[str, World] = {}
    for stem in (BASELINE, *sorted(set(paths) - {BASELINE})):
        checked = check_scenario(paths[stem])
        problems += checked.problems
        if checked.scenario is not None:
            worlds[stem] = World(stem, paths[stem], checked.scenario, tuple(p.message for p in checked.warnings))
    if not problems:
        problems += _different_dates(worlds if own_baseline else without_baseline(worlds))
    if problems:
        raise InputError(problems)
    changed = apply_settings({stem: world.scenario for stem, world in worlds.items()}, settings)
    return {stem: World(stem, world.path, changed[stem], world.notes) for stem, world in worlds.items()}


def read_world(scenario: str | Path, settings: Mapping[str, str]) -> World:
    """Read one scenario by itself."""
    paths, _ = _paths([scenario])
    [(stem, path)] = paths.items()
    checked = check_scenario(path)
    found = apply_settings({stem: checked.require()}, settings)
    return World(stem, path, found[stem], tuple(problem.message for problem in checked.warnings))


def without_baseline(worlds: Mapping[str, World]) -> dict[str, World]:
    """Return the scenarios that are compared with the baseline."""
    return {stem: world for stem, world in worlds.items() if stem != BASELINE}


def decision_month(worlds: Mapping[str, World]) -> str:
    """Return the decision date that the scenarios share, as year-month."""
    return next(iter(without_baseline(worlds).values())).scenario.decision_date


def longest_horizon(worlds: Mapping[str, World]) -> int:
    """Return the longest horizon of the scenarios in years."""
    return max(world.scenario.horizon_years for world in without_baseline(worlds).values())


def _paths(scenarios: Sequence[str | Path]) -> tuple[dict[str, Path], list[Problem]]:
    bundled = bundled_scenarios()
    paths: dict[str, Path] = {}
    problems: list[Problem] = []
    for scenario in scenarios:
        path = Path(scenario)
        if not path.exists() and str(scenario) in bundled:
            path = bundled[str(scenario)]
        if path.stem in paths:
            clash = f'Two scenarios are called "{path.stem}": {paths[path.stem]} and {path}.'
            problems.append(Problem(str(path), 0, 0, "", clash, "Rename one file: results are keyed by file name."))
        paths.setdefault(path.stem, path)
    return paths, problems


def _different_dates(worlds: Mapping[str, World]) -> list[Problem]:
    dates = {stem: world.scenario.decision_date for stem, world in worlds.items()}
    if len(set(dates.values())) <= 1:
        return []
    listed = ", ".join(f"{stem} {date}" for stem, date in dates.items())
    message = f"The scenarios have different decision dates: {listed}."
    return [Problem("", 0, 0, "decision_date", message, "Scenarios of one comparison share the decision date.")]
