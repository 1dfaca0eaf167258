"""Say what a reader of a comparison must know before using its numbers."""

from __future__ import annotations

from typing import Any

from experiments.worlds import World
from sim.interventions.schema import PLACE

FEW_RUNS = 10
FEW_DEATHS_PER_YEAR = 20.0

PROVISIONAL = "provisional"
PROVISIONAL_MEANING = (
    "Strengths of programmes are provisional: assumed, not yet matched to a trial. Effects and benefits show how the "
    "model works and are not evidence for a decision."
)
NATIONAL = (
    "Levels are fitted to national figures. In this place they follow from its people, its deprivation and where crime "
    "is recorded; they are not fitted to its own hospital or police totals."
)
SCOPE = (
    "Sexual violence is not simulated and no programme treats current domestic abuse; a partnership's own definition "
    "of serious violence may include both."
)
HOMICIDE = (
    "Homicides are too few here for a difference between scenarios to be told from chance; money uses the expected "
    "number instead."
)
FEW = "Fewer than 50 runs: ranges are rough, and which option is best may change. Use --runs 50 or more."
FEWEST_FOR_A_DECISION = 50
PAYERS = "How the cost of violence falls on payers rests on stated assumptions, listed under parameters economics.*."


def cautions_of(
    world: World,
    outcomes: dict[str, Any],
    economics: dict[str, Any],
    reached: dict[str, Any],
    runs: int,
    years: int,
) -> list[str]:
    """Return warnings about one scenario's results, the most important first.

    Parameters
    ----------
    world
        The scenario as read.
    outcomes, economics, reached
        The parts of its published result; ``reached`` is whom each programme reached.
    runs, years
        How many runs and years.
    """
    found = [
        f"Nobody was eligible for {each.name}: it changes nothing here."
        for each in world.scenario.programmes
        if each.mode != PLACE and each.id in reached and not reached[each.id]["eligible"]["mean"]
    ]
    names = sorted(world.scenario.provisional)
    if names:
        found += [PROVISIONAL_MEANING, f"Provisional here: {', '.join(names)}."]
    found += [note for note in world.notes if PROVISIONAL not in note]
    found.append(NATIONAL)
    if runs == 1:
        found.append("One run gives no interval. Use --runs 20 or more.")
    elif runs < FEW_RUNS:
        found.append(f"{runs} runs give wide and unsteady intervals. Use --runs 50 or more for a decision.")
    elif runs < FEWEST_FOR_A_DECISION:
        found.append(FEW)
    deaths = outcomes["homicides"]["baseline"]["mean"]
    if deaths is not None and deaths < FEW_DEATHS_PER_YEAR * years:
        found.append(HOMICIDE)
    if economics["programme_cost"]["mean"]:
        found.append(PAYERS)
    found.append(SCOPE)
    return found
