"""Levels of violence in the national reference population are in the range of England, before any calibration."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.reference import reference_place
from sim.place import Place
from sim.run import MEASURE_NAMES

YEARS = 2
CHILDREN, TEENS = 0, 1
FEMALE, MALE = 0, 1


@pytest.fixture(scope="module")
def england():
    place = Place(reference_place(), seed=11, measures=MEASURE_NAMES)
    place.burn_in()
    place.run(YEARS * 12)
    yield place.result()
    place.close()


def by_band_and_sex(result, measure):
    return result.by_year_band_sex[result.measures.index(measure)].sum(axis=0)


def rates_by_fifth(result, measure):
    totals = result.by_year_fifth.sum(axis=1)
    return totals[result.measures.index(measure)] / totals[result.measures.index("person_years")]


@pytest.mark.slow
def test_adult_victimisation_and_hospital_use_are_in_range(england):
    adults = slice(2, None)
    victims, people = by_band_and_sex(england, "victims_in_year"), by_band_and_sex(england, "person_years")
    assert 0.01 < victims[adults].sum() / people[adults].sum() < 0.04
    assert 1.5 < 1000 * england.total("ed_attendances") / england.total("person_years") < 6
    assert 25 < 1e5 * england.total("expected_admissions") / england.total("person_years") < 60
    assert 5 < 1e6 * england.total("expected_homicides") / england.total("person_years") < 15
    assert england.total("homicides") < england.total("admissions") < england.total("ed_attendances")
    assert england.total("recorded") < england.total("reported") < 0.6 * england.total("incidents")


@pytest.mark.slow
def test_sex_and_age_have_the_known_shapes(england):
    treated, people = by_band_and_sex(england, "expected_ed_attendances"), by_band_and_sex(england, "person_years")
    admitted = by_band_and_sex(england, "expected_admissions")
    assert 1.7 < treated[:, MALE].sum() / treated[:, FEMALE].sum() < 3.0
    assert 3.5 < admitted[:, MALE].sum() / admitted[:, FEMALE].sum() < 6.0
    rate = (admitted / people)[:, MALE]
    assert np.argmax(rate) in (2, 3)
    assert (np.diff(rate[3:]) < 0).all() and rate[CHILDREN] < 0.05 * rate[2]
    incidents = by_band_and_sex(england, "incidents") / people
    assert incidents[TEENS].mean() == incidents.mean(axis=1).max()


@pytest.mark.slow
def test_the_most_deprived_fifth_suffers_most(england):
    admissions, incidents = (rates_by_fifth(england, name) for name in ("expected_admissions", "incidents"))
    assert 3 < admissions[0] / admissions[4] < 8
    assert (np.diff(incidents) < 0).all()
    # Admissions are few, so that neighbouring fifths of one sample may change places; the ends may not.
    assert admissions.argmax() == 0 and admissions.argmin() == 4
