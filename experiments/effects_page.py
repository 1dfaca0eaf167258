"""Write ``scenarios/catalogue/EFFECTS.md``: what single programmes change in a whole place, and whether they add up.

``python -m experiments.effects_page --write`` measures anew, which takes a quarter of an hour; without ``--write`` the
page is printed. Every world of a run has the same people and the same luck, and programmes have the strengths that
give their central expected effect.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.comparison import BURN_IN_YEARS, run_plan
from experiments.describe import table
from experiments.files import write_text
from experiments.interactions import JOINT, PARTNERSHIP, PARTNERSHIP_NAME, parts_of
from experiments.intervals import interval, monte_carlo_error
from experiments.progress import Mode
from experiments.runs import BASELINE, Plan, RunRecord
from experiments.summaries import Stack
from sim.interventions.catalogue import CATALOGUE_FOLDER, Catalogue, bundled_scenarios
from sim.interventions.checking import read_scenario
from sim.interventions.model_hash import model_hash
from sim.interventions.resolved import Dials, Programme, Scenario, resolve_programme
from sim.interventions.strengths import at_scale, matched_scale

FILE = CATALOGUE_FOLDER / "EFFECTS.md"
RENEW = "python -m experiments.effects_page --write"
WHOLE = "whole_system"
PLACE, RUNS, YEARS = "Middlesbrough", 3, 5
SINGLES = (
    "anti_bullying", "becoming_a_man", "focused_deterrence", "hot_spot_policing", "prison_awareness",
    "whole_family_keyworker", "youth_clubs",
)  # fmt: skip
OVERLAP, TOGETHER, MORE_PLACES = ("becoming_a_man", "mentoring", "social_skills_training"), "same_recipients", 10
"""Programmes for much the same children, lived alone and together with many times their places, so that they meet."""
MEASURES = ("incidents", "incidents_with_injury", "expected_admissions")
LARGE = -0.05
STANDARD_ERRORS = 3.0
HEADINGS = ("programme", "reached in a year", "all violence", "violence with injury", "expected admissions")


@dataclass(frozen=True)
class Measured:
    """Hold the runs of the page, and which of its worlds are the parts of the whole system."""

    plan: Plan
    records: list[RunRecord]
    parts: tuple[str, ...]

    @property
    def singles(self) -> list[str]:
        """Worlds that have a row of their own."""
        others = {BASELINE, JOINT, TOGETHER, *map(_wide, OVERLAP)}
        return [name for name in self.plan.worlds if name not in others]


def central(programme: Programme) -> Programme:
    """Return a programme whose levers have the strengths of its central expected effect in every draw."""
    return programme if programme.matched is None else at_scale(programme, matched_scale(programme, 0.0))


def worlds_of(singles: Sequence[str]) -> tuple[dict[str, Scenario], tuple[str, ...]]:
    """Return every world by stem, the baseline first, and the parts of the whole system."""
    whole = read_scenario(bundled_scenarios()[WHOLE])
    whole = replace(whole, programmes=tuple(central(each) for each in whole.programmes))
    parts = parts_of(whole)
    empty = replace(whole, programmes=(), dials=Dials())
    others = {
        name: replace(empty, programmes=(central(resolve_programme(Catalogue().entry(name))),))
        for name in singles
        if name not in parts
    }
    wide = [_with_more_places(central(resolve_programme(Catalogue().entry(name)))) for name in OVERLAP]
    overlap = {_wide(each.id): replace(empty, programmes=(each,)) for each in wide}
    together = replace(empty, programmes=tuple(wide))
    return {BASELINE: empty, JOINT: whole, **parts, **others, **overlap, TOGETHER: together}, tuple(parts)


def _wide(name: str) -> str:
    return f"{name}_wide"


def _with_more_places(programme: Programme) -> Programme:
    places = min(MORE_PLACES * programme.places_per_10000_eligible_per_year, 10_000.0)
    return replace(programme, places_per_10000_eligible_per_year=places)


def measured(
    place: Any,
    runs: int,
    years: int,
    singles: Sequence[str] = SINGLES,
    *,
    burn_in_years: int = BURN_IN_YEARS,
    workers: int = 1,
    progress: Mode = "none",
) -> Measured:
    """Live every world of the page."""
    from sim.parameters import load_registry
    from sim.population.places import resolve

    worlds, parts = worlds_of(singles)
    plan = Plan(
        place=resolve(place) if isinstance(place, str) else place,
        parameters=load_registry(),
        worlds=worlds,
        decision_date=worlds[BASELINE].decision_date,
        years=years,
        burn_in_years=burn_in_years,
    )
    return Measured(plan, run_plan(plan, range(runs), workers, progress), parts)


def page(found: Measured) -> str:
    """Return the whole page."""
    names = found.singles
    return (
        "\n\n".join(
            [
                _introduction(found),
                "## One programme at a time",
                table(HEADINGS, [_row(found, name) for name in names]),
                _outside(found, names),
                "## Together",
                _together(found),
                "## Together, for the same children",
                _same_recipients(found),
            ]
        )
        + "\n"
    )


def _introduction(found: Measured) -> str:
    plan, runs = found.plan, len(found.records)
    return f"""# What programmes change in a whole place

Measured in the model by `{RENEW}`: {plan.place.name} ({plan.place.population:,} residents), {plan.years} years after
{plan.decision_date}, {runs} runs (seeds and draws 0 to {runs - 1}), model `{model_hash()}`. Not edited by hand.

Programmes run as they ship: their own number of places, uptake and completion, at the strengths that give the central
effect expected in England on those who take part. All worlds of a run share people and luck; runs differ in both and
in the parameters of the model. Numbers are changes over the period in percent of the violence there is without any
programme, negative is less: the mean of the runs, the 95% range of one more run in brackets, and the standard error
of the mean. A programme that reaches few of those who are violent changes little of a place's violence, however much
it does for them."""


def _row(found: Measured, name: str) -> tuple[str, ...]:
    return (_name(found, name), _reached(found, name), *(_percent(_change(found, name, each)) for each in MEASURES))


def _name(found: Measured, world: str) -> str:
    if world == PARTNERSHIP:
        return f"{PARTNERSHIP_NAME} of the whole system"
    return found.plan.worlds[world].programmes[0].name


def _change(found: Measured, world: str, measure: str) -> Any:
    """Return the change against the baseline by run, as a share of the baseline."""
    before = Stack(found.records, BASELINE).total(measure)
    return (Stack(found.records, world).total(measure) - before) / before


def _percent(change: Any) -> str:
    range_, error = interval(100.0 * change), monte_carlo_error(100.0 * change)
    if range_.low is None or range_.high is None or error is None:
        return f"{range_.mean:+.2f}"
    return f"{range_.mean:+.2f} ({range_.low:+.2f} to {range_.high:+.2f}; s.e. {error:.2f})"


def _outside(found: Measured, names: Sequence[str]) -> str:
    """Say why a place has more violence, or over a twentieth less, where it does."""
    said = [f"- {_name(found, name)}: {why}" for name in names if (why := _why_outside(found, name))]
    return (
        "\n".join(["Outside 0 to 5% less violence:", "", *said]) if said else "None lies outside 0 to 5% less violence."
    )


def _why_outside(found: Measured, world: str) -> str:
    change, programmes = _change(found, world, "incidents"), found.plan.worlds[world].programmes
    mean, error = float(change.mean()), monte_carlo_error(change)
    if LARGE <= mean <= 0.0:
        return ""
    expected = programmes[0].expected_log_rr if programmes else 0.0
    if mean > 0.0 and expected > 0.0:
        return "is expected to do harm to those who take part, and does."
    if mean > 0.0 and error is not None and mean < STANDARD_ERRORS * error:
        return "cannot be told from no change, which is within three standard errors."
    if mean < LARGE and programmes:
        first, last = _first_and_last_year(found, world)
        less = 100.0 * (1.0 - math.exp(expected))
        return (
            f"reaches many: {_reached(found, world)}. The {less:.0f}% less expected where it works is of a trial's "
            f"follow-up. Here it goes on: {first:+.1f}% in the first year, {last:+.1f}% in the last, as norms and "
            "contagion follow. What comes after the follow-up rests on the model alone."
        )
    return "not explained by how many it reaches: look into it before relying on it."


def _first_and_last_year(found: Measured, world: str) -> tuple[float, float]:
    before, after = (Stack(found.records, each).by_year("incidents").mean(axis=0) for each in (BASELINE, world))
    change = 100.0 * (after / before - 1.0)
    return float(change[0]), float(change[-1])


def _reached(found: Measured, world: str) -> str:
    programmes = found.plan.worlds[world].programmes
    if not programmes:
        return ""
    counts = [record.worlds[world].programmes[programmes[0].id] for record in found.records]
    people, places = (
        float(np.mean([each[what].sum() for each in counts])) / found.plan.years
        for what in ("participants", "community_years")
    )
    if people:
        return f"{people:,.0f} people, {10_000 * people / found.plan.place.population:,.0f} in 10,000 residents"
    return f"{places:,.1f} of {found.plan.place.n} neighbourhoods"


def _together(found: Measured) -> str:
    words = (
        f"The scenario `{WHOLE}` against its parts, each lived alone: {len(found.parts)} parts, the partnership dials "
        "as one of them. Above 0, the parts get in each other's way; below, they help each other. A difference whose "
        "range holds 0 is not shown to be either."
    )
    return f"{words}\n\n{_adding(found, JOINT, found.parts)}"


def _same_recipients(found: Measured) -> str:
    parts = [_wide(name) for name in OVERLAP]
    names = ", ".join(f"{_name(found, part)} ({_reached(found, part)} a year)" for part in parts)
    words = (
        f"Three programmes for much the same children, with {MORE_PLACES} times their places so that many take part in "
        f"more than one: {names}. Their recipients overlap and share what can be gained, so "
        "that together they are expected to do less than the sum of each alone."
    )
    return f"{words}\n\n{_adding(found, TOGETHER, parts)}"


def _adding(found: Measured, joint: str, parts: Sequence[str]) -> str:
    """Return the table of a world against the sum of its parts."""
    change = {each: _change(found, joint, each) for each in MEASURES}
    total = {each: np.sum([_change(found, part, each) for part in parts], axis=0) for each in MEASURES}
    rows = [
        ("Sum of the parts, each alone", *(_percent(total[each]) for each in MEASURES)),
        ("All together", *(_percent(change[each]) for each in MEASURES)),
        ("Together less sum", *(_percent(change[each] - total[each]) for each in MEASURES)),
    ]
    return table(("", *HEADINGS[2:]), rows)


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    parser.add_argument("--place", default=PLACE)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--years", type=int, default=YEARS)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args(arguments)
    text = page(measured(given.place, given.runs, given.years, workers=given.workers, progress="plain"))
    if given.write:
        write_text(FILE, text)
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
