"""Who is hurt, how often and how badly."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.observation import Observation, Table, count_by_key
from calibration.statistics.registry import statistic

Array = npt.NDArray[Any]

SURVEY_FROM_AGE, ADULT_FROM_AGE = 16, 18
SERIES_CAP = 5
TEEN_AGES = (13, 17)
PER_1000, PER_100_000, PER_MILLION = 1e3, 1e5, 1e6


def surveyed(incidents: Table) -> Array:
    """Return which incidents a crime survey asks adults about: victim 16 or over, robbery left out."""
    return np.asarray((incidents["victim_age"] >= SURVEY_FROM_AGE) & (incidents["context"] != "acquisitive"))


def teens(people: Table) -> Array:
    """Return who is 13 to 17."""
    return np.asarray((people["age"] >= TEEN_AGES[0]) & (people["age"] <= TEEN_AGES[1]))


def all_surveyed(seen: Observation) -> Table:
    """Return all incidents of the survey's kind."""
    rows = np.flatnonzero(surveyed(seen.incidents))
    return {name: column[rows] for name, column in seen.incidents.items()}


@statistic
def adult_victimisation_prevalence(seen: Observation) -> float:
    """Residents of 16 and over hurt at least once in the year (robbery left out), per resident of 16 and over."""
    hurt, asked = 0, 0
    for people, incidents in seen.survey_years:
        adults = people["person"][people["age"] >= SURVEY_FROM_AGE]
        hurt += int(np.count_nonzero(count_by_key(adults, incidents["victim"][surveyed(incidents)])))
        asked += adults.size
    return hurt / asked


@statistic
def adult_incidents_per_1000(seen: Observation) -> float:
    """Incidents with a victim of 16 or over a year, at most five of one victim, 16-17 only if injured, per 1,000."""
    counted, asked = 0, 0
    for people, incidents in seen.survey_years:
        counts = surveyed(incidents) & ((incidents["victim_age"] >= ADULT_FROM_AGE) | incidents["injury"])
        _, number = np.unique(incidents["victim"][counts], return_counts=True)
        counted += int(np.minimum(number, SERIES_CAP).sum())
        asked += int(np.count_nonzero(people["age"] >= SURVEY_FROM_AGE))
    return PER_1000 * counted / asked


@statistic
def share_without_injury(seen: Observation) -> float:
    """Share of incidents with a victim of 16 or over (robbery left out) that leave no injury."""
    return float(1.0 - np.mean(all_surveyed(seen)["injury"]))


@statistic
def share_alcohol(seen: Observation) -> float:
    """Share of incidents with a victim of 16 or over (robbery left out) whose perpetrator had been drinking."""
    return float(np.mean(all_surveyed(seen)["alcohol"]))


def _rate(seen: Observation, what: str, per: float, extra: Array | None = None) -> float:
    events = seen.events(what) if extra is None else seen.events(what)[extra]
    return per * float(events.sum()) / seen.person_years(lambda people: people["age"] >= 0)


@statistic
def ed_attendances_per_1000(seen: Observation) -> float:
    """Emergency-department attendances for violence a year per 1,000 residents."""
    return _rate(seen, "ed_treated", PER_1000)


@statistic
def admissions_per_100000(seen: Observation) -> float:
    """Hospital admissions for violence a year per 100,000 residents."""
    return _rate(seen, "admitted", PER_100_000)


@statistic
def sharp_admissions_per_100000(seen: Observation) -> float:
    """Hospital admissions for violence with a sharp object a year per 100,000 residents."""
    return _rate(seen, "admitted", PER_100_000, seen.incidents["weapon"])


@statistic
def homicides_per_million(seen: Observation) -> float:
    """Homicides a year per million residents."""
    return _rate(seen, "fatal", PER_MILLION)


def _sex_ratio(seen: Observation, what: str) -> float:
    rates = [
        seen.events(what)[seen.incidents["victim_sex"] == sex].sum()
        / seen.person_years(lambda people, sex=sex: people["sex"] == sex)
        for sex in ("male", "female")
    ]
    return float(rates[0] / max(rates[1], 1e-12))


@statistic
def ed_male_to_female(seen: Observation) -> float:
    """Rate of emergency-department attendances for violence of males over that of females."""
    return _sex_ratio(seen, "ed_treated")


@statistic
def admissions_male_to_female(seen: Observation) -> float:
    """Rate of hospital admissions for violence of males over that of females."""
    return _sex_ratio(seen, "admitted")


@statistic
def admissions_peak_age(seen: Observation) -> float:
    """Year of age with most admissions for violence per resident, as a mean over three years of age."""
    ages = np.arange(100)
    admitted = np.bincount(seen.incidents["victim_age"], seen.events("admitted"), minlength=100)[:100]
    people = sum(np.bincount(np.minimum(p["age"], 99), minlength=100) for p, _ in seen.survey_years)
    window = np.ones(3)
    smooth = np.convolve(admitted, window, "same") / np.maximum(np.convolve(people, window, "same"), 1.0)
    return float(ages[np.argmax(smooth[:80])])


@statistic
def teen_victims(seen: Observation) -> float:
    """Residents of 13 to 17 hurt at least once in the year, as a share."""
    return _teens_in(seen, "victim")


@statistic
def teen_perpetrators(seen: Observation) -> float:
    """Residents of 13 to 17 who hurt somebody at least once in the year, as a share."""
    return _teens_in(seen, "perpetrator")


def _teens_in(seen: Observation, side: str) -> float:
    found, asked = 0, 0
    for people, incidents in seen.survey_years:
        keys = people["person"][teens(people)]
        found += int(np.count_nonzero(count_by_key(keys, incidents[side])))
        asked += keys.size
    return found / asked


@statistic
def victim_offender_overlap(seen: Observation) -> float:
    """Risk of being hurt in the year of 13 to 17 year olds who hurt somebody in it, over that of the others."""
    table = np.zeros((2, 2))
    for people, incidents in seen.survey_years:
        keys = people["person"][teens(people)]
        violent = count_by_key(keys, incidents["perpetrator"]) > 0
        hurt = count_by_key(keys, incidents["victim"]) > 0
        np.add.at(table, (violent.astype(int), hurt.astype(int)), 1)
    risk = table[:, 1] / table.sum(axis=1)
    return float(risk[1] / risk[0])


def _times_hurt(seen: Observation) -> Array:
    times = [
        count_by_key(people["person"][teens(people)], incidents["victim"]) for people, incidents in seen.survey_years
    ]
    hurt = np.concatenate(times)
    return np.asarray(hurt[hurt > 0])


@statistic
def repeat_victims(seen: Observation) -> float:
    """Of 13 to 17 year olds hurt in the year, the share hurt more than once."""
    return float(np.mean(_times_hurt(seen) > 1))


@statistic
def chronic_victims(seen: Observation) -> float:
    """Of 13 to 17 year olds hurt in the year, the share hurt more than five times."""
    return float(np.mean(_times_hurt(seen) > SERIES_CAP))
