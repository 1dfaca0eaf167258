"""Look at places: list them, describe one in figures and maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.files import csv_text, new_folder, write_text
from experiments.locations import LocationSummary, summarise_location
from sim.core.errors import InputError, Problem, suggest
from sim.core.ledger import AGE_BAND_STARTS_YEARS, AGE_BANDS
from sim.population import open_data
from sim.population.attributes import AGE_BAND_STARTS, AGE_COLUMNS, MAPPABLE, SHARE, Attribute
from sim.population.place_names import COUNTRY
from sim.population.places import FIFTHS, PlaceData, list_places, resolve

Array = npt.NDArray[Any]

__all__ = ["PlaceSummary", "list_places", "resolve", "show", "summarise", "summary_data"]

DEFAULT_ATTRIBUTES = ("income_deprivation", "violence_with_injury_rate", "population_10_24")
RATES = (
    "violence_with_injury_rate",
    "violence_without_injury_rate",
    "stalking_harassment_rate",
    "public_order_weapons_rate",
    "anti_social_behaviour_rate",
)
DEPRIVATION = ("income_deprivation", "imd_score")
FIFTH_WORDS = ("most deprived fifth", "second fifth", "middle fifth", "fourth fifth", "least deprived fifth")
RATES_CAUTION = (
    "Recorded rates are by place of offence, per 1,000 residents and visitors at risk, and smoothed: they understate "
    "hot spots, and they hold what was recorded, not what happened."
)
YOUTH_CAUTION = "Youth indicators of shire districts are those of their region."
YOUTH_INDICATORS = {
    "first_time_entrants_youth_justice": ("First-time entrants to youth justice", "per 100,000 aged 10-17"),
    "secondary_permanent_exclusion": ("Permanent exclusions, secondary", "% of pupils"),
    "secondary_suspension": ("Suspensions, secondary", "per 100 pupils"),
    "persistent_absence": ("Persistent absence", "% of pupils"),
    "neet_16_17": ("Not in education, employment or training", "% aged 16-17"),
    "looked_after_children": ("Children looked after", "per 10,000 children"),
    "children_in_need": ("Children in need", "per 10,000 children"),
    "child_protection_plans": ("Child protection plans", "per 10,000 children"),
    "under_18_conceptions": ("Under-18 conceptions", "per 1,000 girls aged 15-17"),
    "youth_reoffending": ("Youth reoffending", "% reoffending"),
}


@dataclass(frozen=True)
class Figure:
    """Hold one figure of a place beside that of England; ``low`` and ``high`` are those of single communities."""

    name: str
    label: str
    unit: str
    place: float
    england: float
    low: float | None = None
    high: float | None = None
    highest: str = ""


@dataclass(frozen=True)
class PlaceSummary:
    """Describe a place in figures: what ``placewise place show`` prints."""

    name: str
    kind: str
    population: int
    communities: int
    authorities: list[str]
    households: int
    people_aged_10_24: int
    ages: list[Figure]
    fifths: list[Figure]
    deprivation: list[Figure]
    recorded: list[Figure]
    youth: list[Figure]
    schools: int
    overridden: list[str]
    assets: dict[str, int]
    filled: dict[str, int]
    cautions: list[str]
    location: LocationSummary
    maps: list[str] = field(default_factory=list)
    folder: str = ""


def show(
    place: PlaceData | str | Path | Sequence[str],
    out_dir: str | Path | None = None,
    *,
    attributes: Sequence[str] = DEFAULT_ATTRIBUTES,
    force: bool = False,
) -> PlaceSummary:
    """Describe a place and, given a folder, draw it.

    Parameters
    ----------
    place : what `resolve` accepts, or its result.
    out_dir : a new folder for the maps (``.png``, ``.svg``, and ``.txt`` with a description) and ``communities.csv``,
        the table behind them; None writes nothing.
    attributes : names of the attributes to map, see ``sim.population.attributes.MAPPABLE``.
    force : replace the folder if it exists.
    """
    data = place if isinstance(place, PlaceData) else resolve(place)
    chosen = [attribute_called(name) for name in attributes]
    summary = summarise(data)
    if out_dir is None:
        return summary
    folder = Path(out_dir)
    with new_folder(folder, force) as partial:
        names = [_draw(data, attribute, partial) for attribute in chosen]
        write_text(partial / "communities.csv", communities_csv(data, chosen))
    maps = [str(folder / name) for name in names]
    return PlaceSummary(**{**summary.__dict__, "maps": maps, "folder": str(folder)})


def attribute_called(name: str) -> Attribute:
    """Return the attribute of that name; the error lists the nearest names."""
    if name in MAPPABLE:
        return MAPPABLE[name]
    near = suggest(name, MAPPABLE) or list(DEFAULT_ATTRIBUTES)
    message = f'There is no attribute called "{name}".'
    raise InputError(Problem("", 0, 0, "attributes", message, f"Did you mean {' or '.join(near)}?"))


def values_of(place: PlaceData, attribute: Attribute) -> Array:
    """Return the values of an attribute as shown: one per community, shares in per cent."""
    lsoa = place.lsoa
    people = np.maximum(lsoa["population"], 1)
    aged_10_24 = np.sum([lsoa[f"age_{age}"] for age in range(10, 25)], axis=0, dtype=np.float64)
    computed = {
        "population_10_24": lambda: aged_10_24,
        "share_10_24": lambda: np.minimum(aged_10_24 / people, 1.0),
        "violence_rate": lambda: lsoa["violence_with_injury_rate"] + lsoa["violence_without_injury_rate"],
        "population_density": lambda: people / lsoa["area_ha"],
    }
    values = computed[attribute.name]() if attribute.name in computed else lsoa[attribute.name]
    return np.asarray(values, dtype=np.float64) * (100.0 if attribute.kind == SHARE else 1.0)


def unit_of(attribute: Attribute) -> str:
    """Return the unit in which `values_of` gives an attribute."""
    return attribute.unit.replace("share", "%", 1) if attribute.kind == SHARE else attribute.unit


def communities_csv(place: PlaceData, attributes: Sequence[Attribute]) -> str:
    """Return the table behind the maps: one line per community."""
    header = ["lsoa", "lsoa_name", "ward_name", "local_authority", "population", "fifth_1_most_deprived"]
    columns = [values_of(place, attribute) for attribute in attributes]
    lsoa = place.lsoa
    plain = (lsoa["lsoa"], lsoa["lsoa_name"], lsoa["ward_name"], lsoa["la_name"], lsoa["population"], place.fifth + 1)
    rows = [
        [*(column[row] for column in plain), *(f"{column[row]:.6g}" for column in columns)] for row in range(place.n)
    ]
    return csv_text([*header, *(attribute.name for attribute in attributes)], rows)


def _draw(place: PlaceData, attribute: Attribute, folder: Path) -> str:
    from experiments.maps import draw_map

    note = RATES_CAUTION if attribute.name in (*RATES, "violence_rate") else ""
    name = f"map_{attribute.name}"
    draw_map(place, values_of(place, attribute), attribute.label, folder / name, unit=unit_of(attribute), note=note)
    return f"{name}.png"


def summarise(place: PlaceData) -> PlaceSummary:
    """Describe a place in figures, beside England."""
    england = open_data.read_lsoa_columns(["population", "income_rank", *DEPRIVATION, *RATES, *AGE_COLUMNS])
    lsoa = place.lsoa
    return PlaceSummary(
        name=place.title,
        kind=place.kind,
        population=place.population,
        communities=place.n,
        authorities=place.authorities,
        households=int(lsoa["households"].sum()),
        people_aged_10_24=round(float(sum(lsoa[f"age_{age}"].sum(dtype=np.float64) for age in range(10, 25)))),
        ages=_ages(lsoa, england),
        fifths=_fifths(place, england),
        deprivation=[
            _compared("income_deprivation", "Income deprivation", "% of residents", place, england, 100.0),
            _compared("imd_score", "Index of Multiple Deprivation", "score", place, england),
        ],
        recorded=[_compared(name, MAPPABLE[name].label, "per 1,000 at risk", place, england) for name in RATES],
        youth=_youth(place),
        schools=count_schools(place),
        overridden=sorted(place.overrides),
        assets={kind: int(counts.sum()) for kind, counts in place.assets.items()},
        filled=place.filled,
        cautions=[RATES_CAUTION, YOUTH_CAUTION],
        location=summarise_location(place),
    )


def summary_data(summary: PlaceSummary) -> dict[str, Any]:
    """Return a summary as plain data for JSON."""
    return asdict(summary)


def _ages(lsoa: dict[str, Array], england: dict[str, Array]) -> list[Figure]:
    here, there = (_people_by_band(table) for table in (lsoa, england))
    return [
        Figure(f"age_{band}", f"Aged {band}", "% of residents", 100 * h / here.sum(), 100 * t / there.sum())
        for band, h, t in zip(AGE_BANDS, here, there, strict=True)
    ]


def _people_by_band(lsoa: dict[str, Array]) -> Array:
    band = np.searchsorted(AGE_BAND_STARTS_YEARS, AGE_BAND_STARTS, side="right") - 1
    people = np.array([lsoa[column].sum(dtype=np.float64) for column in AGE_COLUMNS])
    return np.bincount(band, weights=people, minlength=len(AGE_BANDS))


def _fifths(place: PlaceData, england: dict[str, Array]) -> list[Figure]:
    national = (england["income_rank"] - 1) * FIFTHS // england["income_rank"].size
    here = np.bincount(place.fifth, weights=place.lsoa["population"], minlength=FIFTHS) / place.population
    there = np.bincount(national, weights=england["population"], minlength=FIFTHS) / england["population"].sum()
    return [
        Figure(f"fifth_{number + 1}", f"In the {word} of England", "% of residents", 100 * h, 100 * t)
        for number, (word, h, t) in enumerate(zip(FIFTH_WORDS, here, there, strict=True))
    ]


def _compared(
    name: str, label: str, unit: str, place: PlaceData, england: dict[str, Array], scale: float = 1.0
) -> Figure:
    values = place.lsoa[name].astype(np.float64) * scale
    top = int(np.argmax(values))
    return Figure(
        name=name,
        label=label,
        unit=unit,
        place=float(np.average(values, weights=place.lsoa["population"])),
        england=float(np.average(england[name].astype(np.float64) * scale, weights=england["population"])),
        low=float(values.min()),
        high=float(values.max()),
        highest=str(place.lsoa["lsoa_name"][top]),
    )


def _youth(place: PlaceData) -> list[Figure]:
    authorities = open_data.read_authorities()
    people = np.asarray(authorities["population"], dtype=np.float64)
    weights = place.lsoa["population"]
    figures = []
    for name, (label, unit) in YOUTH_INDICATORS.items():
        known = ~np.isnan(authorities[name])
        england = float(np.average(authorities[name][known], weights=people[known]))
        figures.append(Figure(name, label, unit, float(np.average(place.authority[name], weights=weights)), england))
    return figures


def count_schools(place: PlaceData) -> int:
    """Count the secondary schools that stand inside the outlines of a place."""
    from experiments.outlines import contains

    if place.kind == COUNTRY:
        return len(open_data.read_secondary_schools((0.0, 0.0), (np.inf, np.inf))["urn"])
    rings = [ring for outline in place.outlines() for ring in outline]
    low = np.array([ring.min(axis=0) for ring in rings])
    high = np.array([ring.max(axis=0) for ring in rings])
    schools = open_data.read_secondary_schools(tuple(low.min(axis=0)), tuple(high.max(axis=0)))
    inside = 0
    for point in np.column_stack([schools["easting"], schools["northing"]]):
        near = np.flatnonzero(((low <= point) & (high >= point)).all(axis=1))
        inside += any(contains(rings[number], point) for number in near)
    return inside
