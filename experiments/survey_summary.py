"""Summarise the runs of a survey: pyramid, overlap, shared picture, people, places, season, services and costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.cautions import FEW_RUNS
from experiments.intervals import interval, monte_carlo_error
from experiments.levels import Question
from experiments.results import Interval, PlaceSummary
from experiments.small_numbers import RULE, is_small
from experiments.survey import CURRENT, FULL, SurveyRun
from experiments.survey_form import (
    Change,
    Fifth,
    Level,
    Neighbourhood,
    People,
    PyramidStep,
    ServiceYear,
    SurveyResult,
)
from experiments.survey_picture import overlap, picture_at
from experiments.survey_values import NOT_SHOWN, count_of, interval_of, ratio_of
from sim.core.ledger import AGE_BANDS
from sim.core.time import MONTHS_PER_YEAR, parse_year_month
from sim.economics.unit_costs import COSTED_MEASURES, PAYERS, cost_of_violence, payer_shares
from sim.outcomes.factor_levels import FACTOR_LEVELS
from sim.outcomes.measures import FIFTHS, measure
from sim.outcomes.risk_factors import RISK_FACTORS
from sim.parameters.draws import DRAWS
from sim.services.names import SERVICES

Array = npt.NDArray[np.float64]

PYRAMID: dict[str, str] = {
    "true": "incidents",
    "reported": "reported",
    "recorded": "recorded",
    "ed_treated": "ed_attendances",
    "admitted": "admissions",
    "fatal": "expected_homicides",
}
"""Steps of the reporting pyramid and what they count; deaths by their expected number."""
CALENDAR = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December")  # fmt: skip
MOST_COMBINATIONS = 15
MOST_NEIGHBOURHOODS = 10
PER_PEOPLE = 1000
NOTES = (
    "The steps of the pyramid are not nested: much of what hospitals treat is never reported to police.",
    "Which services hold a record of an incident, and whether it can be linked, rests on assumptions where no study "
    "says: see the parameters services.incident_sight, services.linkage and programmes.data_sharing_reach.",
    "Sharing can reveal only what some service has recorded and can link. An incident that nobody recorded stays "
    "unknown.",
    "Levels are in a plausible range for England and are not fitted to this place.",
    RULE,
)


def service_label(name: str) -> str:
    """Return the name of a service for tables and charts."""
    return name.replace("_", " ").capitalize()


def summarise(question: Question, runs: Sequence[SurveyRun]) -> SurveyResult:
    """Summarise all runs of a survey."""
    plan, place = question.plan, question.plan.place
    years = plan.years
    price_year = int(plan.parameters["economics.price_year"])
    return SurveyResult(
        place=PlaceSummary(name=place.name, kind=place.kind, population=place.population, communities=place.n),
        runs=len(runs),
        years=years,
        seed=plan.seed,
        decision_date=plan.decision_date,
        pyramid=_pyramid(runs, years),
        sharp_admissions=interval_of(_totals(runs, "sharp_admissions") / years),
        **overlap(runs, years),
        picture={CURRENT: picture_at(runs, CURRENT, years, question), FULL: picture_at(runs, FULL, years, question)},
        people=_people(runs),
        fifths=_fifths(runs, place),
        residence=_neighbourhoods(place, np.array([_table(run, "by_community", "incidents") for run in runs]) / years),
        location=_neighbourhoods(place, np.array([run.pictures[CURRENT].location for run in runs]) / years),
        season=_season(runs, plan.decision_date),
        levels=_levels(runs),
        services={name: _service(runs, number, years) for number, name in enumerate(SERVICES)},
        cost_price_year=f"{price_year}/{(price_year + 1) % 100:02d}",
        cost_by_payer=_costs(runs, plan.parameters, years),
        notes=[*NOTES, *_few_runs(len(runs))],
    )


def _few_runs(runs: int) -> list[str]:
    if runs == 1:
        return ["One run gives no interval. Use --runs 20 or more."]
    return [f"{runs} runs give wide and unsteady intervals. Use --runs 20 or more."] if runs < FEW_RUNS else []


def _pyramid(runs: Sequence[SurveyRun], years: int) -> dict[str, PyramidStep]:
    true = _totals(runs, "incidents")
    found = {}
    for step, name in PYRAMID.items():
        by_year = np.array([_table(run, "by_year_fifth", name).sum(axis=1) for run in runs])
        current = by_year.sum(axis=1)
        full = _totals(runs, name, FULL)
        change = (full - current) / years
        found[step] = PyramidStep(
            label=measure(name).label,
            meaning=measure(name).meaning,
            current=interval_of(current / years),
            full=interval_of(full / years),
            change=Change(**interval(change).plain(), monte_carlo_se=monte_carlo_error(change)),
            per_1000=ratio_of(PER_PEOPLE * current, true),
            by_year=[interval_of(by_year[:, year]) for year in range(years)],
        )
    return found


def _people(runs: Sequence[SurveyRun]) -> list[People]:
    def table(name: str) -> Array:
        return np.array([_table(run, "by_year_band_sex", name).sum(axis=0) for run in runs])

    lived, harmed, used = table("person_years"), table("victims_in_year"), table("perpetrators_in_year")
    return [
        People(
            age=age,
            sex=sex,
            harmed=ratio_of(PER_PEOPLE * harmed[:, band, column], lived[:, band, column]),
            used_violence=ratio_of(PER_PEOPLE * used[:, band, column], lived[:, band, column]),
        )
        for band, age in enumerate(AGE_BANDS)
        for column, sex in enumerate(("female", "male"))
    ]


def _fifths(runs: Sequence[SurveyRun], place: Any) -> list[Fifth]:
    def table(name: str) -> Array:
        return np.array([_table(run, "by_year_fifth", name).sum(axis=0) for run in runs])

    lived = table("person_years")
    names = ("incidents_with_injury", "ed_attendances")
    people = np.bincount(place.fifth, weights=place.lsoa["population"], minlength=len(FIFTHS))
    return [
        Fifth(
            label=label,
            residents=round(float(people[fifth])),
            neighbourhoods=int((place.fifth == fifth).sum()),
            **{name: ratio_of(PER_PEOPLE * table(name)[:, fifth], lived[:, fifth]) for name in names},
        )
        for fifth, label in enumerate(FIFTHS)
        if lived[:, fifth].any()
    ]


def _neighbourhoods(place: Any, counts: Array) -> list[Neighbourhood]:
    """Return those with most incidents a year, given shape (runs, communities); small counts are left out."""
    mean = counts.mean(axis=0)
    order = np.lexsort((np.asarray(place.codes, str), -mean))[:MOST_NEIGHBOURHOODS]
    return [
        Neighbourhood(
            code=str(place.codes[row]), name=str(place.lsoa["lsoa_name"][row]), count=count_of(counts[:, row])
        )
        for row in order
        if mean[row] > 0 and not is_small(float(mean[row]))
    ]


def _season(runs: Sequence[SurveyRun], decision_date: str) -> dict[str, Interval]:
    first = parse_year_month(decision_date)[1] - 1
    by_month = np.array([_table(run, "by_month", "incidents") for run in runs])
    calendar = (first + np.arange(by_month.shape[1])) % MONTHS_PER_YEAR
    mean = by_month.mean(axis=1)
    return {
        name: ratio_of(100 * by_month[:, calendar == number].mean(axis=1), mean) for number, name in enumerate(CALENDAR)
    }


def _levels(runs: Sequence[SurveyRun]) -> dict[str, Level]:
    ecological = {factor.name: factor.level for factor in RISK_FACTORS}
    found = {}
    for each in FACTOR_LEVELS:
        here = np.array([run.levels[each.factor] for run in runs])
        there = [run.reference_levels[each.factor] for run in runs if run.reference_levels is not None]
        compared = len(there) == len(runs)
        found[each.factor] = Level(
            label=each.label,
            among=each.among,
            level=ecological[each.factor],
            unit=each.unit,
            higher_is_worse=each.higher_is_worse,
            place=Interval(**interval(here).plain()),
            england=Interval(**interval(np.array(there)).plain()) if compared else None,
            difference=Interval(**interval(here - np.array(there)).plain()) if compared else None,
        )
    return found


def _service(runs: Sequence[SurveyRun], number: int, years: int) -> ServiceYear:
    name = SERVICES[number]

    def used(what: str) -> Array:
        return np.array([float(np.sum(run.results[CURRENT].resources.get(f"{name}_{what}", 0.0))) for run in runs])

    seen = used("seen")
    unit_cost = np.array([run.unit_cost_gbp[number] for run in runs])
    few = is_small(float(seen.mean()) / years)
    return ServiceYear(
        label=service_label(name),
        capacity=interval_of(np.array([run.capacity[number] for run in runs])),
        referred=count_of(used("referred") / years),
        seen=count_of(seen / years),
        turned_away=count_of(used("turned_away") / years),
        mean_wait_months=NOT_SHOWN if few else ratio_of(used("waited_months"), seen),
        waiting=count_of(used("waiting_months") / (MONTHS_PER_YEAR * years)),
        unit_cost_gbp=float(unit_cost.mean()),
        cost_gbp=NOT_SHOWN if few else interval_of(seen * unit_cost / years),
    )


def _costs(runs: Sequence[SurveyRun], parameters: Any, years: int) -> dict[str, Interval]:
    """Return the yearly cost of violence to each payer, each run at the prices of its own joint draw."""
    rows = []
    for run in runs:
        drawn = parameters.draw(run.number % DRAWS)
        counts = np.stack([_table(run, "by_year_fifth", name).sum(axis=1) for name in COSTED_MEASURES])
        rows.append(cost_of_violence(counts, drawn).sum(axis=1) @ payer_shares(drawn) / years)
    table = np.array(rows)
    return {payer: interval_of(table[:, number]) for number, payer in enumerate(PAYERS)}


def _totals(runs: Sequence[SurveyRun], name: str, which: str = CURRENT) -> Array:
    """Return one measure over the whole period, shape (runs,)."""
    return np.array([run.results[which].total(name) for run in runs])


def _table(run: SurveyRun, which: str, name: str) -> Array:
    """Return one measure of the world as it stands."""
    result = run.results[CURRENT]
    return np.asarray(getattr(result, which)[result.measures.index(name)], np.float64)
