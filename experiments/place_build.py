"""Build the synthetic population of a place and say how it fits every published margin."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from experiments.files import csv_text, write_text
from sim.population.fit import Margin
from sim.population.places import PlaceData, resolve

FIT_FILE = "fit_to_margins.csv"
COLUMNS = tuple(Margin.__dataclass_fields__)


@dataclass(frozen=True)
class BuildReport:
    """Say what was built and how it fits.

    ``seconds`` is the time to build everyone and their households once compiled; traits and burn-in come on top.
    """

    name: str
    kind: str
    seed: int
    communities: int
    people: int
    households: int
    seconds: float
    margins: list[Margin]

    @property
    def seconds_per_100_000_people(self) -> float:
        return self.seconds / max(self.people, 1) * 100_000


def build(
    place: PlaceData | str | Path | Sequence[str],
    seed: int = 0,
    *,
    parameters: Mapping[str, Any] | None = None,
    out_dir: str | Path | None = None,
) -> BuildReport:
    """Build the population of a place and compare it with its margins.

    Parameters
    ----------
    place : what `resolve` accepts, or its result.
    seed : of the population; another seed gives other people with the same margins.
    parameters : registry to build with; the central values by default.
    out_dir : folder for the table of margins as CSV; None writes nothing.
    """
    from sim.parameters.registry import load_registry
    from sim.population.fit import fit_to_margins
    from sim.population.synthesis import synthesise

    data = place if isinstance(place, PlaceData) else resolve(place)
    registry = load_registry() if parameters is None else parameters
    _compile(data, registry)
    start = time.perf_counter()
    population = synthesise(data, registry, seed)
    seconds = time.perf_counter() - start
    report = BuildReport(
        name=data.title,
        kind=data.kind,
        seed=seed,
        communities=data.n,
        people=population.people.n,
        households=population.families.n,
        seconds=seconds,
        margins=fit_to_margins(population, data, registry),
    )
    if out_dir is not None:
        write_text(Path(out_dir) / FIT_FILE, fit_csv(report))
    return report


def _compile(place: PlaceData, parameters: Mapping[str, Any]) -> None:
    """Build the smallest possible place first, so that the time measured holds no compiling."""
    from sim.population.synthesis import synthesise

    synthesise(resolve([str(place.codes[0])]), parameters, 0)


def build_data(report: BuildReport) -> dict[str, Any]:
    """Return a report as plain data for JSON; what is not published is None."""
    plain = asdict(report)
    plain["seconds_per_100_000_people"] = report.seconds_per_100_000_people
    for margin in plain["margins"]:
        for key, value in margin.items():
            margin[key] = None if isinstance(value, float) and math.isnan(value) else value
    return plain


def fit_csv(report: BuildReport) -> str:
    """Return the fit to every margin as CSV text."""
    return csv_text(COLUMNS, [[getattr(margin, column) for column in COLUMNS] for margin in report.margins])


def build_table(report: BuildReport) -> RenderableType:
    """Lay out a report for the terminal: margins by community first, then those of the whole place."""
    local = [margin for margin in report.margins if margin.worst_community]
    whole = [margin for margin in report.margins if not margin.worst_community]
    rate = report.seconds_per_100_000_people
    return Group(
        Text(report.name, style="bold"),
        Text(
            f"{report.people:,} people in {report.households:,} households and {report.communities:,} communities, "
            f"built in {report.seconds:.2f} s ({rate:.2f} s per 100,000 people), seed {report.seed}"
        ),
        _local_table(local),
        _whole_table([margin for margin in whole if not math.isnan(margin.target)]),
        _free_table([margin for margin in whole if math.isnan(margin.target)]),
        Text(
            "\nPublished ages are estimates with decimals: a difference of up to one person in a cell is rounding. "
            "A margin marked as not fitted is compared and nothing more.",
            style="dim",
        ),
    )


def _local_table(margins: Sequence[Margin]) -> Table:
    table = _table(
        "Margins of every community", "margin", "published", "built", "total absolute error", "worst community"
    )
    for margin in margins:
        worst = f"{margin.worst_error:+,.1f} in {margin.worst_community}" if margin.worst_error else "exact everywhere"
        error = f"{margin.total_absolute_error:,.0f} {margin.unit.replace('%', 'people')}"
        table.add_row(margin.name, _number(margin, margin.target), _number(margin, margin.modelled), error, worst)
    return table


def _whole_table(margins: Sequence[Margin]) -> Table:
    table = _table("Margins of the whole place", "margin", "published", "built", "difference", "source")
    for margin in margins:
        difference = f"{margin.modelled - margin.target:+,.2f}"
        table.add_row(
            margin.name, _number(margin, margin.target), _number(margin, margin.modelled), difference, margin.note
        )
    return table


def _free_table(margins: Sequence[Margin]) -> Table:
    table = _table("Not published for this place, shown for judgement", "what", "built")
    for margin in margins:
        table.add_row(
            margin.name, f"{_number(margin, margin.modelled)} {margin.unit.removeprefix('%').strip()}".strip()
        )
    return table


def _table(title: str, *headings: str) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in headings:
        numeric = heading in ("published", "built", "difference", "total absolute error")
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    return table


def _number(margin: Margin, value: float) -> str:
    whole = margin.unit in ("people", "households") and "mean" not in margin.name
    return f"{value:,.0f}" if whole else f"{value:,.1f}{'%' if margin.unit.startswith('%') else ''}"
