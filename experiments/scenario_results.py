"""The published result of one scenario: outcomes, fairness, money, people reached and warnings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from experiments import results
from experiments.appraisals import economics, economics_of_year
from experiments.cautions import cautions_of
from experiments.fairness import groups
from experiments.intervals import interval
from experiments.runs import BASELINE, Plan, RunRecord
from experiments.summaries import Stack, inequalities, outcomes, outcomes_by_year, participants, quintiles
from experiments.variance import variance_reduction
from experiments.worlds import World
from sim.economics.appraisal import Appraisal
from sim.economics.profile import Profile


def scenario_result(
    plan: Plan, world: World, records: Sequence[RunRecord], appraisals: Sequence[Appraisal], profile: Profile
) -> results.Scenario:
    """Summarise one scenario against the baseline.

    Parameters
    ----------
    plan, world, records
        What was run, the scenario as read, and all runs.
    appraisals
        Of the scenario, in each run.
    profile
        Whose perspective counts, and which figures a person must check.
    """
    before, after = Stack(records, BASELINE), Stack(records, world.stem)
    headline = outcomes(before, after)
    money = economics(appraisals, before, after, int(plan.parameters["economics.price_year"]))
    money["net_value_in_perspective"] = interval(np.array([profile.net_value(each) for each in appraisals])).plain()
    reached = participants(records, world.stem)
    start_year, start_month = (int(part) for part in plan.decision_date.split("-"))
    return results.Scenario.model_validate(
        {
            "title": world.scenario.title,
            "outcomes": headline,
            "by_quintile": quintiles(before, after),
            "inequality": inequalities(before, after),
            "by_group": groups(records, world.stem),
            "by_year": [
                {
                    "year": year + 1,
                    "starts": f"{start_year + year}-{start_month:02d}",
                    "outcomes": outcomes_by_year(before, after, year),
                    "economics": economics_of_year(appraisals, year),
                }
                for year in range(plan.years)
            ],
            "economics": money,
            "participants": reached,
            "variance_reduction": variance_reduction(before, after),
            "warnings": cautions_of(world, headline, money, reached, len(records), plan.years),
        }
    )
