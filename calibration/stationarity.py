"""Whether a place to which nothing happens stays as it is: what drifts over decades, and by how much.

``python -m calibration.stationarity --years 50 --seeds 3 --plot drift.png`` lives a few communities of Middlesbrough
through their burn-in and fifty years without a scenario, prints what changed, and draws it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from calibration.expected_rates import STREAM_NAMES, expected_rates
from sim.core.columns import Columns
from sim.core.ledger import Ledger
from sim.parameters.registry import Registry
from sim.place import DEFAULT_BURN_IN_YEARS, Place
from sim.population import cross_section
from sim.population.columns import NEET, PUPIL
from sim.population.places import PlaceData, resolve
from sim.run import MEASURE_NAMES, MONTHS_PER_YEAR

Array = npt.NDArray[Any]

TOWN, FEW = "Middlesbrough", 9
YEARS_AVERAGED = 5
AGE_BAND_YEARS = 5
MEASURED = ("incidents", "expected_ed_attendances", "expected_admissions", "sanctions", "aces", "exclusions")
DRAWN = (
    *("population", "incidents", "expected_ed_attendances", "violence from composition", "violence from risk"),
    *("age structure", "household mix", "NEET 16-24", "low qualification 17-24", "heavier drinking 18+"),
    *("ACEs at 17", "4+ ACEs at 17", "looked after", "gang 10-24", "weapon 16-29"),
    *("propensity 10+", "spread of propensity 10+", "self-control 10-24", "acceptance 10+", "likeness of partners"),
)
DRAWN_COLUMNS = 5


def small_place(town: str = TOWN, communities: int = FEW) -> PlaceData:
    """Return the first communities of a town as a place."""
    return resolve([str(code) for code in resolve(town).codes[:communities]])


def variation(shares: Array, start: Array) -> float:
    """Return the total variation between two distributions: the share that would have to change its group."""
    now, then = shares / shares.sum(), start / start.sum()
    return float(0.5 * np.abs(now - then).sum())


def composition(place: Place) -> tuple[Array, Array]:
    """Count residents by five-year age band, and households by kind."""
    dependent = place.parameters["population.dependent_below_age"]
    counts = cross_section.take(place.people, place.families, place.communities.n, place.month, dependent)
    starts = np.arange(0, cross_section.AGES, AGE_BAND_YEARS)
    return np.add.reduceat(counts.residents.sum(axis=1), starts), counts.by_kind[:-1]


def states(place: Place) -> dict[str, float]:
    """Return the shares of people in the states that change in a life."""
    people = place.people
    age = np.where(people.present == 1, people.age_sex >> 1, np.uint8(255))

    def share(found: Array, youngest: int, oldest: int = 110) -> float:
        return float(found[(age >= youngest) & (age <= oldest)].mean())

    low = people.qualification == 1
    finished = people.work != PUPIL
    return {
        "population": float((age < 255).sum()),
        "NEET 16-24": share(people.work == NEET, 16, 24),
        "low qualification 17-24": share(low & finished, 17, 24),
        "heavier drinking 18+": share(people.alcohol, 18),
        "drugs 16+": share(people.drugs, 16),
        "ACEs at 17": share(people.ace_count, 17, 17),
        "4+ ACEs at 17": share(people.ace_count >= 4, 17, 17),
        "4+ ACEs 18+": share(people.ace_count >= 4, 18),
        "looked after": share(people.care, 0, 17),
        "gang 10-24": share(people.gang, 10, 24),
        "weapon 16-29": share(people.weapon, 16, 29),
        "trusted adult 10-24": share(people.trusted_adult, 10, 24),
        "self-control 10-24": share(people.self_control, 10, 24),
        "propensity 10+": share(people.propensity, 10),
        "acceptance 10+": share(people.acceptance_of_violence, 10),
        "trauma 10+": share(people.trauma, 10),
        "vulnerability 10+": share(people.vulnerability, 10),
    }


def violence(place: Place) -> dict[str, float]:
    """Return the expected rate of violence by stream, and what it is made of.

    It is a product: composition (the rate if everybody had average risk for their age and sex) times risk.
    """
    people = place.people
    there = people.age_sex != 255
    from_ten = there & (people.age_sex >= 20)
    rates = expected_rates(place)
    average = float(place.violence.base[:5][:, people.age_sex[there]].sum())
    partnered = np.flatnonzero(there & (people.partner >= 0))
    propensity = people.propensity
    return {
        "violence from composition": average / there.sum(),
        "violence from risk": float(rates[:5].sum()) / average,
        "spread of risk 10+": float(people.risk_log[from_ten].std()),
        "spread of propensity 10+": float(propensity[from_ten].std()),
        "spread of transitory risk 10-17": float(people.transitory_risk[from_ten & (people.age_sex < 36)].std()),
        "likeness of partners": float(np.corrcoef(propensity[partnered], propensity[people.partner[partnered]])[0, 1]),
        "collective efficacy": float(place.communities.collective_efficacy.mean()),
        "legitimacy": float(place.communities.legitimacy.mean()),
        "stress": float(place.families.stress[place.families.present == 1].mean()),
        **{f"rate {name}": float(rate.sum() / there.sum()) for name, rate in zip(STREAM_NAMES, rates, strict=True)},
    }


def columns_at_fault(columns: Columns) -> list[str]:
    """Return the columns that hold numbers that are not finite, and counters at the end of their range."""
    faults = []
    for name, spec in columns.specs.items():
        values = np.asarray(getattr(columns, name))
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            faults.append(f"{name} is not finite")
        # Counters of months stop at their last month, and 255 stands for never.
        counted = values.dtype == np.uint8 and spec.unit not in ("", "bits", "months", "row")
        if counted and (values == 255).any():
            faults.append(f"{name} is at its largest")
    return faults


def array_bytes(place: Place) -> int:
    """Return the memory of every array the place holds, each block once; without the ledger, which grows by year."""
    blocks: dict[int, int] = {}
    waiting: list[Any] = [place]
    seen = set()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, Ledger):
            continue
        seen.add(id(thing))
        if isinstance(thing, np.ndarray):
            owner = thing
            while isinstance(owner.base, np.ndarray):
                owner = owner.base
            blocks[id(owner)] = int(owner.nbytes)
        elif isinstance(thing, dict):
            waiting += thing.values()
        elif isinstance(thing, list | tuple | set):
            waiting += thing
        elif type(thing).__module__.startswith("sim."):
            waiting.append(getattr(thing, "__dict__", {}))
    return sum(blocks.values())


def live(
    place_data: PlaceData,
    years: int,
    seed: int = 1,
    parameters: Registry | None = None,
    burn_in_years: int = DEFAULT_BURN_IN_YEARS,
) -> pd.DataFrame:
    """Live a place without a scenario and return what is observed at the end of each year (0: the decision date).

    Counts of events are per 1,000 person-years. ``attrs["faults"]`` lists columns at fault at the end.
    """
    place = Place(
        place_data, seed=seed, parameters=parameters, burn_in_years=burn_in_years, measures=MEASURE_NAMES
    )  # fmt: skip
    place.burn_in()
    start = composition(place)
    rows = []
    for year in range(years + 1):
        if year:
            place.run(MONTHS_PER_YEAR)
        ages, kinds = composition(place)
        changed = {"age structure": variation(ages, start[0]), "household mix": variation(kinds, start[1])}
        rows.append(states(place) | violence(place) | changed | {"bytes": array_bytes(place)})
    table = pd.DataFrame(rows)
    result = place.result()
    counted = dict(zip(result.measures, result.by_year_fifth.sum(axis=2), strict=True))
    for name in MEASURED:
        table[name] = np.r_[np.nan, 1000.0 * counted[name] / counted["person_years"]]
    parts = (place.people, place.families, place.communities)
    table.attrs["faults"] = [fault for columns in parts for fault in columns_at_fault(columns)]
    place.close()
    return table


def drift(tables: Sequence[pd.DataFrame], averaged: int = YEARS_AVERAGED) -> pd.DataFrame:
    """Return for every measure its mean in the first and the last years, the change, and its standard error."""
    first = pd.DataFrame([table.iloc[1 : averaged + 1].mean() for table in tables])
    last = pd.DataFrame([table.iloc[-averaged:].mean() for table in tables])
    change = last - first
    return pd.DataFrame(
        {
            "first": first.mean(),
            "last": last.mean(),
            "change": change.mean(),
            "standard error": change.std() / np.sqrt(len(tables)),
            "change, %": 100.0 * change.mean() / first.mean(),
        }
    )


def draw(tables: Sequence[pd.DataFrame], path: Path) -> None:
    """Draw the course of the main measures: a grey line a seed, and their mean."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rows = -(-len(DRAWN) // DRAWN_COLUMNS)
    figure, axes = plt.subplots(rows, DRAWN_COLUMNS, figsize=(17, 11), sharex=True)
    for axis, name in zip(axes.ravel(), DRAWN, strict=False):
        for table in tables:
            axis.plot(table.index, table[name], color="0.75", linewidth=0.8)
        axis.plot(tables[0].index, np.mean([table[name] for table in tables], axis=0), color="C0")
        axis.set_title(name, fontsize=10)
        low, high = axis.get_ylim()
        axis.set_ylim(min(0.0, low), max(0.0, high))
    for axis in axes[-1]:
        axis.set_xlabel("years after the decision date")
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    plt.close(figure)


def main() -> None:
    """Print what drifts in a place to which nothing happens."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--place", default=TOWN)
    parser.add_argument("--communities", type=int, default=FEW, help="the first so many of the place")
    parser.add_argument("--years", type=int, default=50)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--table", type=Path, help="write the years of all seeds as CSV")
    chosen = parser.parse_args()
    place_data = small_place(chosen.place, chosen.communities)
    tables = [live(place_data, chosen.years, seed) for seed in range(1, chosen.seeds + 1)]
    sys.stdout.write(drift(tables).to_string(float_format=lambda value: f"{value:.4g}") + "\n")
    sys.stdout.write(f"faults: {sorted({fault for table in tables for fault in table.attrs['faults']}) or 'none'}\n")
    if chosen.table:
        pd.concat(tables, keys=range(1, chosen.seeds + 1), names=["seed", "year"]).to_csv(chosen.table)
    if chosen.plot:
        draw(tables, chosen.plot)


if __name__ == "__main__":
    main()
