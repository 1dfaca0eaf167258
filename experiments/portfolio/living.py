"""Live mixes of programmes in paired worlds, and bring what they change into arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.appraisals import appraise_runs, programme_spending
from experiments.executor import default_workers, run_many
from experiments.portfolio.form import Portfolio
from experiments.portfolio.surrogate import Array, Mix
from experiments.progress import Mode, progress_of
from experiments.runs import BASELINE, Plan, RunRecord, RunTask, one_run
from experiments.summaries import Stack
from sim.economics.profile import Profile
from sim.interventions.scenario import ALL_PAYERS
from sim.outcomes.measures import FIFTHS, OUTCOMES
from sim.parameters.draws import DRAWS


@dataclass(frozen=True)
class Lived:
    """Hold what mixes changed against the baseline of the same run.

    Attributes
    ----------
    mixes
        The mixes lived, the empty one first.
    payers
        All payers together first, then those who pay for any candidate.
    benefit, cost
        Present value of violence avoided and of programmes, from the profile's perspective where it has payers;
        shape (draws, mixes).
    value
        Benefit less cost, shape (draws, mixes).
    spending
        Programme cost before discounting, shape (payers, years, draws, mixes).
    averted
        Number of the goal's outcome averted by deprivation fifth, shape (5, draws, mixes).
    outcomes
        Outcome to how many are averted, shape (draws, mixes).
    baseline
        Outcome to its number without programmes, shape (draws,).
    """

    mixes: tuple[Mix, ...]
    payers: tuple[str, ...]
    benefit: Array
    cost: Array
    value: Array
    spending: Array
    averted: Array
    outcomes: Mapping[str, Array]
    baseline: Mapping[str, Array]

    def joined(self, other: Lived) -> Lived:
        """Return these mixes and those of another study of the same runs that are not among them."""
        new = [place for place, mix in enumerate(other.mixes) if mix not in self.mixes]

        def both(mine: Array, theirs: Array) -> Array:
            return np.concatenate([mine, theirs[..., new]], axis=-1)

        return replace(
            self,
            mixes=(*self.mixes, *(other.mixes[place] for place in new)),
            benefit=both(self.benefit, other.benefit),
            cost=both(self.cost, other.cost),
            value=both(self.value, other.value),
            spending=both(self.spending, other.spending),
            averted=both(self.averted, other.averted),
            outcomes={name: both(each, other.outcomes[name]) for name, each in self.outcomes.items()},
        )


def world_of(mix: Mix) -> str:
    """Name the world of a mix."""
    return "mix-" + "-".join(str(level) for level in mix)


def live_mixes(
    portfolio: Portfolio,
    plan: Plan,
    mixes: Sequence[Mix],
    runs: int,
    profile: Profile,
    *,
    workers: int | None = None,
    progress: Mode = "none",
    what: str = "mixes",
) -> Lived:
    """Live mixes in ``runs`` runs, each run burnt in once and forked into the baseline and every mix.

    Parameters
    ----------
    portfolio, plan
        The file, and what runs have in common; the plan's worlds are replaced.
    mixes
        Those to live; the empty one is the baseline and is always there.
    runs
        Number of runs: of joint draws and seeds.
    profile
        Whose perspective counts.
    workers, progress, what
        As elsewhere; a few words for the progress bar.
    """
    nothing = tuple(0 for _ in portfolio.options)
    lived = [mix for mix in mixes if mix != nothing]
    worlds: dict[str, Any] = {BASELINE: portfolio.scenario(nothing, BASELINE)}
    worlds |= {world_of(mix): portfolio.scenario(mix, world_of(mix)) for mix in lived}
    mine = replace(plan, worlds=worlds)
    with progress_of(f"{len(lived)} {what} in {plan.place.name}", runs * mine.steps_per_run, progress) as shown:
        records = run_many(
            one_run, [RunTask(mine, number) for number in range(runs)], min(workers or default_workers(), runs), shown
        )
    return _arrays(portfolio, mine, [nothing, *lived], records, profile)


def _arrays(
    portfolio: Portfolio, plan: Plan, mixes: Sequence[Mix], records: Sequence[RunRecord], profile: Profile
) -> Lived:
    prices = portfolio.prices()
    payers = (ALL_PAYERS, *sorted({payer for price in prices.values() for payer in price.payers}))
    before = Stack(records, BASELINE)
    drawn = [plan.parameters.draw(record.number % DRAWS) for record in records]
    goal = portfolio.file.goal.outcome
    shape = (len(records), len(mixes))
    benefit, cost, value = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    spending = np.zeros((len(payers), plan.years, *shape))
    averted = np.zeros((len(FIFTHS), *shape))
    outcomes = {name: np.zeros(shape) for name in OUTCOMES}
    for column, mix in enumerate(mixes):
        if not any(mix):
            continue
        world = world_of(mix)
        after = Stack(records, world)
        appraisals = appraise_runs(records, world, prices, plan.parameters)
        value[:, column] = [profile.net_value(each) for each in appraisals]
        cost[:, column] = [each.total_cost for each in appraisals]
        benefit[:, column] = value[:, column] + cost[:, column]
        averted[:, :, column] = (before.by_fifth(goal) - after.by_fifth(goal)).T
        for name, each in outcomes.items():
            each[:, column] = before.total(name) - after.total(name)
        for row, record in enumerate(records):
            for by_payer in programme_spending(record, world, prices, drawn[row], plan.years).values():
                for payer, by_year in by_payer.items():
                    spending[[0, payers.index(payer)], :, row, column] += by_year
    return Lived(
        mixes=tuple(mixes),
        payers=payers,
        benefit=benefit,
        cost=cost,
        value=value,
        spending=spending,
        averted=averted,
        outcomes=outcomes,
        baseline={name: before.total(name) for name in OUTCOMES},
    )
