"""The societal level: season, national trend, labour market, alcohol, messages, drug markets, funding, and shocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import code_key
from sim.core.errors import suggest
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.places import PlaceData
from sim.population.serving import CommunityChoice, chosen_rows

Array = npt.NDArray[Any]
SERIES = (
    "drug_market",
    "labour_market",
    "alcohol_affordability",
    "message_climate",
    "violence_trend",
    "youth_provision",
    "service_funding",
)


@dataclass(frozen=True)
class Shock:
    """Change one series by ``change`` standard deviations from month ``start`` (simulated) for some months.

    After its last month a shock fades with a half-life; with ``months`` None it lasts. ``communities`` limits a shock
    to youth provision to LSOA codes or to the most deprived share of the place; None is everywhere.
    """

    series: str
    start: int
    change: float
    months: int | None = None
    communities: CommunityChoice = None

    def __post_init__(self) -> None:
        if self.series not in SERIES:
            near = suggest(self.series, SERIES) or SERIES
            raise ValueError(f"no series called {self.series!r}; did you mean {', '.join(near)}?")

    def size(self, month: int, half_life_months: float) -> float:
        """Return its size in a month, in standard deviations."""
        if month < self.start:
            return 0.0
        after = 0 if self.months is None else month - (self.start + self.months - 1)
        return self.change * (0.5 ** (max(after, 0) / half_life_months))


class Society:
    """Hold what a place cannot change by itself; read by the other rooms through plain numbers set each month.

    Attributes
    ----------
    season : ratio of recorded violence in this calendar month to an average month (mean 1 over a year).
    school_term : share of the weekdays of this month on which schools are open.
    school_part : share of violence among young people this month that is tied to school.
    peer_season, other_season : what the season is for violence among young people, and for all other violence.
    violence_trend : log ratio of all violence to that of the decision date.
    labour_market : log ratio of the monthly chance of finding work; negative in a recession.
    alcohol_affordability : log ratio of the monthly chance of starting to drink heavily.
    message_climate : standard deviations by which the acceptance of violence that young people tend towards is lowered.
    drug_market : log ratio of recruitment into gangs and exploitation, and of acquisitive violence.
    youth_provision : standard deviations by which youth provision differs from what it was, one value a community.
    service_funding : ratio of what services can afford to what they could at the decision date; 1 is unchanged.
    """

    season: float = 1.0
    school_term: float = 0.0
    school_part: float = 0.0
    peer_season: float = 1.0
    other_season: float = 1.0
    violence_trend: float = 0.0
    labour_market: float = 0.0
    alcohol_affordability: float = 0.0
    message_climate: float = 0.0
    drug_market: float = 0.0
    service_funding: float = 1.0

    def __init__(self, tools: Tools, place: PlaceData, shocks: Sequence[Shock] = ()) -> None:
        self.tools = tools
        self.place = place
        self.youth_provision: Array = np.zeros(len(place.codes), np.float32)
        self._peer_by_month, self._school_parts = peer_factors(tools.parameters)
        self.schedule(shocks)

    def schedule(self, shocks: Sequence[Shock]) -> None:
        """Replace the shocks to come by those of a scenario."""
        self.shocks = tuple(shocks)
        keys = np.array([code_key(str(code)) for code in self.place.codes], np.uint64)
        self._where = [chosen_rows(keys, np.asarray(self.place.z), shock.communities) for shock in self.shocks]

    @property
    def violence_level(self) -> float:
        """Ratio by which season and national trend move hazards of violence this month, other than among peers."""
        return self.other_season * exp(self.violence_trend)

    @property
    def peer_level(self) -> float:
        """The same for violence among young people, which follows the school year too."""
        return self.peer_season * exp(self.violence_trend)

    @property
    def acquisitive_level(self) -> float:
        """The same for acquisitive violence, which drug markets drive too."""
        return self.violence_level * exp(self.drug_market)

    def advance(self, month: int) -> None:
        """Set every series for simulated month ``month``."""
        p, clock = self.tools.parameters, self.tools.clock
        self._set_season(clock.calendar_month(month) - 1)
        years = max(0, month - clock.decision_month) / MONTHS_PER_YEAR
        self.violence_trend = float(p["society.trend_log_per_year"]) * years
        self.violence_trend += self._shocked("violence_trend", month) * float(p["society.violence_trend_per_sd"])
        self.labour_market = self._shocked("labour_market", month) * float(p["society.labour_market_per_sd"])
        self.alcohol_affordability = self._shocked("alcohol_affordability", month) * float(
            p["society.alcohol_affordability_per_sd"]
        )
        self.message_climate = self._shocked("message_climate", month) * float(p["society.message_climate_per_sd"])
        self.drug_market = self._shocked("drug_market", month) * float(p["society.drug_market_per_sd"])
        self.service_funding = exp(self._shocked("service_funding", month) * float(p["society.service_funding_per_sd"]))
        self._set_youth_provision(month)

    def _set_season(self, calendar: int) -> None:
        p = self.tools.parameters
        self.season = float(p["society.season"][calendar])
        self.school_term = min(1.0, float(p["society.school_term"][calendar]))
        self.school_part = float(self._school_parts[calendar])
        among_peers = float(self._peer_by_month[calendar])
        share = float(p["society.peer_share_recorded"])
        self.peer_season = self.season * among_peers
        self.other_season = self.season * (1.0 - share * among_peers) / (1.0 - share)

    def _set_youth_provision(self, month: int) -> None:
        p = self.tools.parameters
        half_life = float(p["society.shock_half_life_months"])
        # What councils must do by law is paid for first, so clubs and workers for the young feel a cut most.
        everywhere = float(p["society.youth_provision_by_funding"]) * log(self.service_funding)
        self.youth_provision = np.full(len(self.place.codes), everywhere, np.float32)
        for shock, where in zip(self.shocks, self._where, strict=True):
            if shock.series == "youth_provision":
                change = shock.size(month, half_life) * float(p["society.youth_provision_per_sd"])
                self.youth_provision[slice(None) if where is None else where] += np.float32(change)

    def _shocked(self, series: str, month: int) -> float:
        half_life = float(self.tools.parameters["society.shock_half_life_months"])
        return sum(shock.size(month, half_life) for shock in self.shocks if shock.series == series)


def peer_factors(p: Any) -> tuple[Array, Array]:
    """Return how far violence among young people departs from the season of all violence, by calendar month.

    The second table is the share of it that is tied to school in each month.

    A share of it is tied to school days, the rest grows with unstructured time when schools are shut:
    s T_m / mean(T) + (1 - s) U_m / mean(U), with T the share of weekdays in term and U = 1 + u (1 - T).
    Scaled so that the season among peers has mean 1: the school year moves violence between months and not its level.
    The season of all violence was measured on records that hold the school year already. It is therefore left as it
    is, and all *other* violence takes the opposite part (``other_season``), by the share of peers in the records.
    """
    season = np.asarray(p["society.season"], np.float64)
    term = np.minimum(np.asarray(p["society.school_term"], np.float64), 1.0)
    free = 1.0 + float(p["society.unstructured_out_of_term"]) * (1.0 - term)
    share = float(p["society.peer_tied_to_school"])
    at_school = share * term / term.mean()
    factor = at_school + (1.0 - share) * free / free.mean()
    part = np.divide(at_school, factor, out=np.zeros_like(factor), where=factor > 0.0)
    return factor / np.mean(season * factor), part
