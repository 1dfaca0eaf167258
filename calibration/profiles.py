"""Profiles of a simulated world for the charts of the scorecard: rates by age, by fifth, by place, by month."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.observation import Observation, count_by_key
from calibration.recorded import MONTHS_PER_YEAR
from calibration.statistics.places import FIFTHS, rates_by_fifth
from calibration.statistics.records import recorded_by_month
from calibration.statistics.victims import teens

Array = npt.NDArray[Any]
Profile = dict[str, list[float]]

PER_1000, PER_100_000 = 1e3, 1e5
AGES = np.arange(10, 71)
PYRAMID = ("all", "injury", "reported", "recorded", "arrested", "sanctioned", "ed_treated", "admitted", "fatal")
LORENZ_STEPS = 20
TIMES = ("once", "twice", "3 to 5 times", "more than 5 times")
TIMES_FROM = (1, 2, 3, 6)
ADULT_FROM_AGE = 18


def profiles(seen: Observation) -> dict[str, Profile]:
    """Return every profile by name; each is a few lists of numbers of equal length by name."""
    return {
        "age": age_profile(seen),
        "fifths": fifth_profile(seen),
        "lorenz": lorenz(seen),
        "pyramid": pyramid(seen),
        "repeat": repeat_profile(seen),
        "season": season(seen),
    }


def age_profile(seen: Observation) -> Profile:
    """Return incidents as perpetrator, and admissions, a year per 1,000 (per 100,000) residents by age and sex."""
    out: Profile = {"age": AGES.astype(float).tolist()}
    for sex in ("male", "female"):
        people = np.zeros(120)
        for table, _ in seen.survey_years:
            people += np.bincount(table["age"][table["sex"] == sex], minlength=120)[:120]
        for name, who, events, scale in (
            ("perpetrators", "perpetrator", np.ones(seen.incidents["month"].size), PER_1000),
            ("admissions", "victim", seen.events("admitted"), PER_100_000),
        ):
            chosen = seen.incidents[f"{who}_sex"] == sex
            age = np.minimum(seen.incidents[f"{who}_age"][chosen], 119)
            counts = np.bincount(age, events[chosen], minlength=120)
            out[f"{name}_{sex}"] = (scale * counts / np.maximum(people, 1.0))[AGES].tolist()
    return out


def fifth_profile(seen: Observation) -> Profile:
    """Return rates by fifth of income deprivation, most deprived first, over the rate of all residents.

    Hospital figures are by home of the victim; what the police record is given by home and by place of the incident.
    """
    out: Profile = {"fifth": [float(fifth + 1) for fifth in range(FIFTHS)]}
    people = sum(np.bincount(seen.fifth_of(p["community"]), minlength=FIFTHS) for p, _ in seen.survey_years)
    for name, what in (("admissions", "admitted"), ("attendances", "ed_treated")):
        rates = rates_by_fifth(seen, what)
        out[name] = (rates / max(float((rates * people).sum() / np.sum(people)), 1e-12)).tolist()
    recorded = seen.incidents["recorded"] & seen.incidents["injury"]
    for name, where in (("recorded_by_home", "victim_community"), ("recorded_by_place", "community")):
        counts = np.bincount(seen.fifth_of(seen.incidents[where][recorded]), minlength=FIFTHS)
        rates = counts / np.maximum(people, 1)
        out[name] = (rates / max(float(counts.sum() / np.sum(people)), 1e-12)).tolist()
    return out


def lorenz(seen: Observation) -> Profile:
    """Return the share of recorded violence with injury in the communities with most of it, by their share."""
    ordered = np.sort(recorded_by_month(seen).sum(axis=1))[::-1]
    share = np.linspace(0.0, 1.0, LORENZ_STEPS + 1)
    reached = np.r_[0.0, np.cumsum(ordered)] / max(ordered.sum(), 1.0)
    of_violence = np.interp(share, np.arange(ordered.size + 1) / ordered.size, reached)
    return {"communities": share.tolist(), "violence": of_violence.tolist()}


def pyramid(seen: Observation) -> Profile:
    """Return incidents a year per 1,000 residents: all, injured, known to police, and treated, step by step."""
    residents = seen.person_years(lambda people: people["age"] >= 0)
    rates = [float(seen.incidents["month"].size)]
    rates += [float(seen.events(step).sum()) for step in PYRAMID[1:]]
    return {"rate": [PER_1000 * rate / residents for rate in rates]}


def repeat_profile(seen: Observation) -> Profile:
    """Return, of people hurt in a year, the share hurt once, twice, 3 to 5 times and more, at 13-17 and from 18."""
    out: Profile = {}
    for name, chosen in (("teens", teens), ("adults", lambda people: people["age"] >= ADULT_FROM_AGE)):
        times = [
            count_by_key(people["person"][chosen(people)], incidents["victim"])
            for people, incidents in seen.survey_years
        ]
        hurt = np.concatenate(times)
        hurt = hurt[hurt > 0]
        group = np.searchsorted(TIMES_FROM, hurt, "right") - 1
        out[name] = (np.bincount(group, minlength=len(TIMES)) / max(hurt.size, 1)).tolist()
    return out


def season(seen: Observation) -> Profile:
    """Return recorded violence with injury by calendar month, over the mean month."""
    totals = np.zeros(MONTHS_PER_YEAR)
    chosen = seen.incidents["recorded"] & seen.incidents["injury"]
    calendar = np.array([int(str(text)[-2:]) for text in seen.incidents["calendar_month"][chosen]], np.int64)
    totals += np.bincount(calendar - 1, minlength=MONTHS_PER_YEAR)
    return {"ratio": (totals / max(totals.mean(), 1e-12)).tolist()}


def mean_profiles(runs: list[dict[str, Profile]]) -> dict[str, Profile]:
    """Return the mean of profiles over runs."""
    first = runs[0]
    return {
        name: {line: np.mean([run[name][line] for run in runs], axis=0).tolist() for line in first[name]}
        for name in first
    }
