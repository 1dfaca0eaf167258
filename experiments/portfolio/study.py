"""Find the best mix for a budget in one place: live a design, search, live the best few, and advise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.comparison import BURN_IN_YEARS
from experiments.finding import find_parameters, find_place, place_file_of
from experiments.portfolio.advice import Advisor
from experiments.portfolio.design import design_of
from experiments.portfolio.form import Portfolio, read_portfolio
from experiments.portfolio.living import Lived, live_mixes
from experiments.portfolio.result import MixLine, PortfolioResult
from experiments.progress import Mode
from experiments.results import PlaceSummary
from experiments.runs import Plan
from sim.core.errors import InputError, Problem
from sim.economics.profile import DEFAULT, read_profile

DEFAULT_RUNS, LEAST_RUNS = 12, 4
FEW_RUNS = 40


@dataclass(frozen=True)
class Advice:
    """Hold a result with what it rests on; the files are those of the appraisal profile and of the place, if any."""

    result: PortfolioResult
    portfolio: Portfolio
    plan: Plan
    lived: Lived
    profile_file: Path | None = None
    place_file: Path | None = None


def find_mix(
    file: str | Path,
    place: Any = None,
    runs: int = DEFAULT_RUNS,
    years: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    *,
    profile: str | Path = DEFAULT,
    progress: Mode = "none",
    parameters: Any = None,
    build: Any = None,
    burn_in_years: int = BURN_IN_YEARS,
) -> Advice:
    """Find the best mix of the candidates in a portfolio file.

    Parameters
    ----------
    file
        The portfolio file.
    place
        Name, code or place file; the one that the file names if None.
    runs
        Joint draws and seeds; at least four, since half choose and half report.
    years
        Years after the decision date; those of the file if None.
    seed, workers, profile, progress, parameters, build, burn_in_years
        As for `experiments.compare`.

    Raises
    ------
    InputError
        With every problem of the file; when no place is named; with fewer than four runs.
    """
    portfolio = read_portfolio(file)
    if runs < LEAST_RUNS:
        rule = f"A portfolio needs {LEAST_RUNS} runs or more: half of them choose, the others report."
        raise InputError(Problem("", 0, 0, "--runs", rule, f"Use --runs {DEFAULT_RUNS} or more."))
    place = portfolio.file.place if place is None else place
    chosen_profile = read_profile(profile)
    plan = Plan(
        place=find_place(place, {}),
        parameters=find_parameters(parameters, {}, chosen_profile),
        worlds={},
        decision_date=portfolio.decision_date,
        years=years or portfolio.file.horizon_years,
        burn_in_years=burn_in_years,
        seed=seed,
        build=build,
    )
    mixes = design_of([len(option.levels) for option in portfolio.options])

    def live(these: list[tuple[int, ...]], what: str) -> Lived:
        return live_mixes(portfolio, plan, these, runs, chosen_profile, workers=workers, progress=progress, what=what)

    lived = live(mixes, "mixes of the design")
    advisor = Advisor(portfolio, lived)
    best = [each.mix for each in advisor.candidates()]
    new = [mix for mix in best if mix not in lived.mixes]
    real = lived.joined(live(new, "best mixes")) if new else lived
    lines = {mix: advisor.line(mix, real) for mix in best}
    result = PortfolioResult(
        title=portfolio.file.title,
        place=PlaceSummary(
            name=plan.place.name, kind=plan.place.kind, population=plan.place.population, communities=plan.place.n
        ),
        runs=runs,
        years=plan.years,
        seed=seed,
        profile=chosen_profile.id,
        mixes_possible=portfolio.terms.count,
        mixes_lived=len(real.mixes) - 1,
        chosen=advisor.chosen(lines, real),
        ranked=sorted(lines.values(), key=lambda line: -(line.chosen_on or 0.0)),
        prediction_error_gbp=_prediction_error(list(lines.values())),
        views=advisor.views(),
        futures=advisor.best_in_futures(),
        core=advisor.core(),
        frontier=advisor.frontier(),
        next_100k_gbp=advisor.next_money(),
        cheapest=advisor.cheapest(),
        warnings=_warnings(portfolio, lines, runs),
    )
    return Advice(result, portfolio, plan, real, chosen_profile.path, place_file_of(place, {}))


def _prediction_error(lines: list[MixLine]) -> float:
    errors = [line.predicted_value - line.chosen_on for line in lines if line.chosen_on is not None]
    return float(np.sqrt(np.mean(np.square(errors)))) if errors else 0.0


def _warnings(portfolio: Portfolio, lines: dict[tuple[int, ...], MixLine], runs: int) -> list[str]:
    found = []
    if runs < FEW_RUNS:
        found.append(f"Chosen on {runs // 2 + runs % 2} runs: another set of runs may well choose another mix.")
    broken = [line.label for line in lines.values() if not line.keeps_rules]
    if broken:
        found.append(f"In simulation {len(broken)} of the {len(lines)} best mixes break a rule; they are not chosen.")
    if not lines:
        found.append("No mix keeps all the rules: raise a budget, or drop a rule.")
    return found
