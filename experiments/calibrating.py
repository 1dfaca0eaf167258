"""Fit the model to its targets, on the cores of this machine, in a folder that a broken-off fit is taken up from."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from experiments.executor import Progress, default_workers, run_many
from experiments.progress import Mode, progress_of

DEFAULT_BUDGET_RUNS, QUICK_BUDGET_RUNS = 600, 80
COMMUNITIES, QUICK_COMMUNITIES = 48, 12
YEARS, BURN_IN_YEARS = 3, 5


class _After:
    """Show progress behind what earlier stages have done."""

    def __init__(self, shown: Progress) -> None:
        self.shown, self.before, self.stage = shown, 0, 0

    def update(self, done: int) -> None:
        """Show the steps of this stage on top of those before it."""
        self.stage = done
        self.shown.update(self.before + done)

    def next_stage(self, steps: int) -> None:
        """Count a stage of so many steps as finished."""
        self.before += steps
        self.stage = 0


def calibrate(
    out: Path,
    budget_runs: int | None = None,
    communities: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    *,
    quick: bool = False,
    update_shipped: bool = False,
    progress: Mode = "none",
) -> dict[str, Any]:
    """Fit the model to its targets and return what was found, which ``out/fit.json`` holds too.

    Parameters
    ----------
    out
        Folder of the fit. Called again with the same settings, the fit goes on where it was broken off.
    budget_runs
        Runs in all, from screening to the last check.
    communities
        Size of a run: LSOAs in each sample.
    update_shipped
        Make this fit the one that the package uses.

    Raises
    ------
    InputError
        If the folder holds something else, or a fit with other settings.
    """
    from calibration.fitting.driver import FitSettings, steps_left
    from calibration.fitting.driver import calibrate as run_fit
    from calibration.fitting.one_run import Size
    from calibration.fitting.shipping import ship
    from calibration.fitting.witnesses import keep_witnesses

    budget = budget_runs or (QUICK_BUDGET_RUNS if quick else DEFAULT_BUDGET_RUNS)
    size = Size(communities or (QUICK_COMMUNITIES if quick else COMMUNITIES), YEARS, BURN_IN_YEARS)
    settings = FitSettings(budget, size, seed)
    runs, months = steps_left(out, settings)
    say: Callable[[str], None] = {"none": _silent, "json": _tell_as_json}.get(progress, _tell)
    with progress_of(f"fit, {runs} runs left", months, progress) as shown:
        after = _After(shown)

        def live(work: Callable[..., Any], tasks: Sequence[Any]) -> list[Any]:
            results = run_many(work, tasks, workers or default_workers(), after) if tasks else []
            after.next_stage(sum(task.size.months for task in tasks))
            return results

        found = run_fit(live, out, settings, say)
    if update_shipped:
        ship(out)
        keep_witnesses()
    return found


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _tell_as_json(text: str) -> None:
    _tell(json.dumps({"event": "found", "what": text}))


def _silent(text: str) -> None:
    pass
