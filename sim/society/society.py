"""The societal level: season, national trend, labour market, alcohol, messages, drug markets and shocks to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from sim.core.errors import suggest
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.places import PlaceData

SERIES = ("drug_market", "labour_market", "alcohol_affordability", "message_climate", "violence_trend")


@dataclass(frozen=True)
class Shock:
    """Change one series by ``change`` standard deviations from month ``start`` (simulated) for some months.

    After its last month a shock fades with a half-life; with ``months`` None it lasts.
    """

    series: str
    start: int
    change: float
    months: int | None = None

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
    season : ratio of violence in this calendar month to an average month (mean 1 over a year).
    school_term : share of the weekdays of this month on which schools are open.
    violence_trend : log ratio of all violence to that of the decision date.
    labour_market : log ratio of the monthly chance of finding work; negative in a recession.
    alcohol_affordability : log ratio of the monthly chance of starting to drink heavily.
    message_climate : standard deviations by which the acceptance of violence that young people tend towards is lowered.
    drug_market : log ratio of recruitment into gangs and exploitation, and of acquisitive violence.
    """

    season: float = 1.0
    school_term: float = 0.0
    violence_trend: float = 0.0
    labour_market: float = 0.0
    alcohol_affordability: float = 0.0
    message_climate: float = 0.0
    drug_market: float = 0.0

    def __init__(self, tools: Tools, place: PlaceData, shocks: Sequence[Shock] = ()) -> None:
        self.tools = tools
        self.place = place
        self.schedule(shocks)

    def schedule(self, shocks: Sequence[Shock]) -> None:
        """Replace the shocks to come by those of a scenario."""
        self.shocks = tuple(shocks)

    @property
    def violence_level(self) -> float:
        """Ratio by which season and national trend move every hazard of violence this month."""
        return self.season * exp(self.violence_trend)

    def advance(self, month: int) -> None:
        """Set every series for simulated month ``month``."""
        parameters, clock = self.tools.parameters, self.tools.clock
        calendar = clock.calendar_month(month) - 1
        self.season = float(parameters["society.season"][calendar])
        self.school_term = min(1.0, float(parameters["society.school_term"][calendar]))
        years = max(0, month - clock.decision_month) / MONTHS_PER_YEAR
        self.violence_trend = float(parameters["society.trend_log_per_year"]) * years
        self.violence_trend += self._shocked("violence_trend", month) * float(
            parameters["society.violence_trend_per_sd"]
        )
        self.labour_market = self._shocked("labour_market", month) * float(parameters["society.labour_market_per_sd"])
        self.alcohol_affordability = self._shocked("alcohol_affordability", month) * float(
            parameters["society.alcohol_affordability_per_sd"]
        )
        self.message_climate = self._shocked("message_climate", month) * float(
            parameters["society.message_climate_per_sd"]
        )
        self.drug_market = self._shocked("drug_market", month) * float(parameters["society.drug_market_per_sd"])

    def _shocked(self, series: str, month: int) -> float:
        half_life = float(self.tools.parameters["society.shock_half_life_months"])
        return sum(shock.size(month, half_life) for shock in self.shocks if shock.series == series)
