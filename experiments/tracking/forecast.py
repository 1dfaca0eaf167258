"""The archived form of a forecast: ``placewise.forecast/1``. Dated, sealed with a hash, and never changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from experiments.files import write_text
from experiments.results import Part
from experiments.tracking.assumptions import Assumption
from experiments.tracking.distribution import Expected
from experiments.tracking.months import after, months_between
from sim.core.errors import InputError, Problem
from sim.core.time import MONTHS_PER_YEAR

SCHEMA = "placewise.forecast/1"
READ_ONLY = 0o444


class ForecastPlace(Part):
    """The place forecast."""

    name: str
    population: int
    communities: list[str] = Field(description="LSOA codes, in the order of every list by community")


class Selection(Part):
    """That the place, or communities of it, were chosen because counts were high."""

    months: list[str] = Field(description="Months on whose counts the choice rested")
    communities: list[str] = Field(description="Communities chosen; empty where the whole place was")


class WithoutProgramme(Part):
    """What to expect of those chosen on a spike if nothing is done: regression to the mean."""

    who: str
    before_a_month: float
    chosen_on_a_month: float
    expected_a_month: float
    change: float = Field(description="From the months chosen on; negative is a fall")
    change_low: float = Field(description="The lower of the changes at the two ends of what is assumed to persist")
    change_high: float = Field(description="The higher of them")


class WorldForecast(Part):
    """One outcome in one world."""

    members: list[float] = Field(description="Equally likely levels, counts in an average month over all years")
    year_shares: list[float] = Field(description="Level of each year over that of all years")
    months: list[list[float]] = Field(description="By month, the quantiles of the forecast's probabilities")
    years: list[list[float]] = Field(description="The same by year after the decision date")
    communities: list[float] = Field(description="Expected count a month over that of the place, by community")


class OutcomeForecast(Part):
    """One outcome, recorded or true, in every world."""

    label: str
    anchored_on: str | None = Field(description="Source of the earlier counts that set the level; null if none did")
    month_spread: float
    year_spread: float
    community_spread: list[float] = Field(description="Squared coefficient of variation about its share, by community")
    history: dict[str, float | None] = Field(description="Earlier counts of the place by month; null where small")
    history_mean: float | None = Field(description="Mean of the latest twelve of them")
    overdispersion: float | None = Field(description="Of the earlier counts about their season, for control limits")
    without_programme: list[WithoutProgramme]
    worlds: dict[str, WorldForecast]


class Forecast(Part):
    """A dated forecast."""

    form: Literal["placewise.forecast/1"] = Field(default="placewise.forecast/1", alias="schema")
    archived_utc: str
    placewise: str
    place: ForecastPlace
    decision_date: str
    years: int
    runs: int
    run_id: str
    study_sha256: str = Field(description="Of the result that the forecast was made from")
    parameters_sha256: str
    worlds: dict[str, str] = Field(description="Title by world; the first is without the programme")
    season: list[float] = Field(description="Ratio of each calendar month to an average one")
    probabilities: list[float]
    chosen: Selection | None
    outcomes: dict[str, OutcomeForecast]
    assumptions: list[Assumption]
    warnings: list[str]
    limits_of_use: list[str]
    sha256: str = Field(default="", description="Of all the rest, as canonical JSON")

    @property
    def months(self) -> list[str]:
        """Months forecast, in order."""
        return months_between(self.decision_date, after(self.decision_date, MONTHS_PER_YEAR * self.years - 1))

    def expected(self, outcome: str, world: str) -> Expected:
        """Return the distribution of one outcome in one world."""
        found = self.outcomes[outcome]
        return Expected(
            members=np.asarray(found.worlds[world].members),
            year_shares=found.worlds[world].year_shares,
            season=self.season,
            months=self.months,
            month_spread=found.month_spread,
            year_spread=found.year_spread,
        )

    def sealed(self) -> Forecast:
        """Return the forecast with its hash."""
        return self.model_copy(update={"sha256": seal_of(self.model_dump(by_alias=True))})


def seal_of(data: dict[str, Any]) -> str:
    """Return the hash of everything in a forecast but the hash."""
    rest = {name: value for name, value in data.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def write_forecast(forecast: Forecast, path: Path) -> None:
    """Write a sealed forecast as a file that cannot be written again.

    Raises
    ------
    InputError
        When the file exists: an archived forecast is never replaced.
    """
    if path.exists():
        message = "The file exists, and an archived forecast is never replaced."
        raise InputError(Problem(str(path), 0, 0, "--out", message, "Choose another name, such as one with the date."))
    write_text(path, json.dumps(forecast.model_dump(by_alias=True), separators=(",", ":"), ensure_ascii=False) + "\n")
    path.chmod(READ_ONLY)


def read_forecast(path: Path, published: str | None = None) -> Forecast:
    """Read an archived forecast.

    Parameters
    ----------
    path
        The file.
    published
        The hash as it was made known when the forecast was archived, or its beginning; checked if given.

    Raises
    ------
    InputError
        When the file is no forecast, or was changed since it was archived.
    """
    fix = "Name a file that placewise track archive wrote."
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(Problem(str(path), 0, 0, "", f"The file cannot be read: {reason}.", fix)) from None
    except json.JSONDecodeError as error:
        message = f"The file is not JSON: {error.msg.lower()}."
        raise InputError(Problem(str(path), error.lineno, error.colno, "", message, fix)) from None
    except UnicodeDecodeError:
        raise InputError(Problem(str(path), 0, 0, "", "The file is not UTF-8 text.", fix)) from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise InputError(Problem(str(path), 0, 0, "schema", f'The file is not a "{SCHEMA}".', fix))
    if data.get("sha256") != seal_of(data):
        message = "The forecast was changed after it was archived: its contents do not have the hash it is sealed with."
        raise InputError(Problem(str(path), 0, 0, "sha256", message, "Use the file as it was archived."))
    if published is not None and not (published and data["sha256"].startswith(published.casefold())):
        message = f"The forecast has the hash {data['sha256'][:12]}, which is not the one given."
        raise InputError(Problem(str(path), 0, 0, "--sha256", message, "Use the forecast that was made known then."))
    try:
        return Forecast.model_validate(data)
    except ValidationError as error:
        reason = "; ".join(str(each["loc"]) for each in error.errors()[:3])
        raise InputError(Problem(str(path), 0, 0, "", f"The forecast is not complete: {reason}.", fix)) from None
