"""Where violence is, and what services see of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.observation import Observation
from calibration.statistics.registry import statistic
from calibration.statistics.victims import all_surveyed

Array = npt.NDArray[Any]
FIFTHS = 5


def rates_by_fifth(seen: Observation, what: str) -> Array:
    """Return the yearly rate per resident of each fifth of deprivation of the victim's home, most deprived first."""
    events = np.bincount(seen.fifth_of(seen.incidents["victim_community"]), seen.events(what), minlength=FIFTHS)
    people = sum(np.bincount(seen.fifth_of(p["community"]), minlength=FIFTHS) for p, _ in seen.survey_years)
    return np.asarray(events / np.maximum(people, 1))


@statistic
def admissions_poorest_to_richest(seen: Observation) -> float:
    """Rate of admissions for violence of residents of the most deprived fifth over that of the least deprived."""
    rates = rates_by_fifth(seen, "admitted")
    return float(rates[0] / max(rates[-1], 1e-12))


@statistic
def admissions_step_per_fifth(seen: Observation) -> float:
    """Factor by which admissions for violence grow from one fifth of deprivation to the next (log-linear slope)."""
    rates = np.maximum(rates_by_fifth(seen, "admitted"), 1e-12)
    return float(np.exp(-np.polyfit(np.arange(FIFTHS), np.log(rates), 1)[0]))


def _top_share(seen: Observation, share: float) -> float:
    chosen = seen.incidents["recorded"] & seen.incidents["injury"]
    places = np.array(sorted(seen.fifth))
    counts = np.bincount(
        np.searchsorted(places, seen.incidents["community"][chosen].astype(str)), minlength=places.size
    )
    ordered = np.sort(counts)[::-1]
    top = round(share * places.size)
    return float(ordered[:top].sum() / max(ordered.sum(), 1))


@statistic
def recorded_in_top_5_percent_of_lsoas(seen: Observation) -> float:
    """Share of recorded violence with injury that takes place in the 5% of LSOAs with most of it."""
    return _top_share(seen, 0.05)


@statistic
def recorded_in_top_10_percent_of_lsoas(seen: Observation) -> float:
    """Share of recorded violence with injury that takes place in the 10% of LSOAs with most of it."""
    return _top_share(seen, 0.10)


@statistic
def recorded_in_top_20_percent_of_lsoas(seen: Observation) -> float:
    """Share of recorded violence with injury that takes place in the 20% of LSOAs with most of it."""
    return _top_share(seen, 0.20)


@statistic
def reported_to_police(seen: Observation) -> float:
    """Share of incidents with a victim of 16 or over (robbery left out) that come to the notice of the police."""
    return float(np.mean(all_surveyed(seen)["reported"]))


@statistic
def treated_unknown_to_police(seen: Observation) -> float:
    """Share of emergency-department attendances for violence with no police record."""
    treated = seen.incidents["ed_treated"]
    return float(1.0 - np.mean(seen.incidents["recorded"][treated]))


@statistic
def contagion_all(seen: Observation) -> float:
    """Incidents brought about by recent violence against the perpetrator or a friend, per incident (R)."""
    return float(np.mean(seen.incidents["retaliation"]))


@statistic
def contagion_peer(seen: Observation) -> float:
    """Incidents of peer violence brought about by recent violence, per incident of peer violence (R among peers)."""
    peer = seen.incidents["context"] == "peer"
    return float(np.mean(seen.incidents["retaliation"][peer]))
