"""Parts of a programme as the model reads them: its cost, whom it is for, where, and how much of it people get."""

from __future__ import annotations

from dataclasses import dataclass

from sim.interventions.conditions import condition_words


@dataclass(frozen=True)
class StaffLoss:
    """Say that part of the staff is missing from ``start_month`` to before ``stop_month`` after the decision date."""

    start_month: int
    stop_month: int
    share_left: float

    def share_at(self, month: int) -> float:
        """Return the share of staff there is ``month`` months after the decision date."""
        return self.share_left if self.start_month <= month < self.stop_month else 1.0


@dataclass(frozen=True)
class Amount:
    """Hold an amount of money with its 95% range and price year."""

    gbp: float
    low: float
    high: float
    price_year: int


@dataclass(frozen=True)
class Cost:
    """Hold the cost of one participant, of setting up once, and each payer's part.

    ``per_community_year`` is the cost of one community served for a year, ``per_year`` that of the whole programme
    for each 100,000 residents; None is no such cost.
    """

    per_participant: Amount | None
    set_up: Amount | None
    payers: dict[str, float]
    per_community_year: Amount | None = None
    per_year: Amount | None = None


@dataclass(frozen=True)
class Eligibility:
    """Say who a programme is for: ages both included, in years; conditions as (name, value)."""

    youngest: int
    oldest: int
    sex: str | None
    all_of: tuple[tuple[str, object], ...]
    any_of: tuple[tuple[str, object], ...]
    none_of: tuple[tuple[str, object], ...]

    def words(self) -> str:
        """Say it in one plain sentence part."""
        people = {"female": "girls and women", "male": "boys and men", None: "people"}[self.sex]
        parts = [", ".join([f"{people} aged {self.youngest} to {self.oldest}", *_words_of(self.all_of)])]
        if self.any_of:
            parts.append("any of: " + ", ".join(_words_of(self.any_of)))
        if self.none_of:
            parts.append("none of: " + ", ".join(_words_of(self.none_of)))
        return "; ".join(parts)


@dataclass(frozen=True)
class WherePlan:
    """Say which communities a programme serves when the scenario does not: the ``share`` with most ``need``."""

    need: str
    share: float


@dataclass(frozen=True)
class PlacePlan:
    """Say how much of a place programme communities get.

    ``communities_per_100000`` residents are served instead of a share; ``full_hours`` a month give the full effect,
    None where hours do not matter.
    """

    communities_per_100000: float | None = None
    full_hours: float | None = None


@dataclass(frozen=True)
class SessionPlan:
    """Say how many sessions a month are planned, what share is attended, and how many give half of the effect.

    ``half_effect_sessions`` of None means an effect in proportion to the sessions attended.
    """

    per_month: float
    attendance: float
    half_effect_sessions: float | None = None


def _words_of(conditions: tuple[tuple[str, object], ...]) -> list[str]:
    return [condition_words(name, value) for name, value in conditions]
