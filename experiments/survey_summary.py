"""Summarise the runs of a survey: pyramid, overlap, shared picture, people, places, season, services and costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.intervals import interval, monte_carlo_error, ratio_values
from experiments.levels import Question
from experiments.results import Interval, PlaceSummary
from experiments.small_numbers import RULE, is_small, protected
from experiments.survey import CURRENT, FULL, SurveyRun
from experiments.survey_form import (
    Change,
    Combination,
    Count,
    Fifth,
    Group,
    Level,
    Neighbourhood,
    People,
    Picture,
    PyramidStep,
    ServiceYear,
    SurveyResult,
)
from sim.core.ledger import AGE_BANDS
from sim.core.time import MONTHS_PER_YEAR, parse_year_month
from sim.economics.unit_costs import COSTED_MEASURES, PAYERS, cost_of_violence, payer_shares
from sim.outcomes.factor_levels import FACTOR_LEVELS
from sim.outcomes.measures import FIFTHS, measure
from sim.outcomes.risk_factors import RISK_FACTORS
from sim.outcomes.shared_picture import LINKS, PARTS, services_of
from sim.parameters.draws import DRAWS
from sim.services.names import SERVICES
from sim.violence.incidents import CONTEXTS, SEVERITIES

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
CONTEXT_LABELS = {
    "peer": "Between people who know each other",
    "public": "Strangers in public",
    "partner": "Partners",
    "family": "Family",
    "acquisitive": "Robbery",
}
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
        sharp_admissions=_interval(_totals(runs, "sharp_admissions") / years),
        **_overlap(runs, years),
        incidents_seen_twice=_ratio(
            [sum(run.pictures[CURRENT].linked.values()) for run in runs],
            [sum(run.pictures[CURRENT].held.values()) - run.pictures[CURRENT].held[0] for run in runs],
        ),
        picture={CURRENT: _picture(runs, CURRENT, years, question), FULL: _picture(runs, FULL, years, question)},
        people=_people(runs),
        fifths=_fifths(runs, place),
        residence=_neighbourhoods(place, np.array([_table(run, "by_community", "incidents") for run in runs]) / years),
        location=_neighbourhoods(place, np.array([run.pictures[CURRENT].location for run in runs]) / years),
        season=_season(runs, plan.decision_date),
        levels=_levels(runs),
        services={name: _service(runs, number, years) for number, name in enumerate(SERVICES)},
        cost_price_year=f"{price_year}/{(price_year + 1) % 100:02d}",
        cost_by_payer=_costs(runs, plan.parameters, years),
        notes=list(NOTES),
    )


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
            current=_interval(current / years),
            full=_interval(full / years),
            change=Change(**interval(change).plain(), monte_carlo_se=monte_carlo_error(change)),
            per_1000=_ratio(PER_PEOPLE * current, true),
            by_year=[_interval(by_year[:, year]) for year in range(years)],
        )
    return found


def _overlap(runs: Sequence[SurveyRun], years: int) -> dict[str, Any]:
    """Return the combinations of services that are frequent enough to show, and what is left in the others."""
    pictures = [run.pictures[CURRENT] for run in runs]
    seen = sorted({combination for picture in pictures for combination in (*picture.held, *picture.linked)})
    held, linked = (
        {each: np.array([getattr(picture, which)[each] for picture in pictures]) / years for each in seen}
        for which in ("held", "linked")
    )
    order = sorted(seen, key=lambda each: (-held[each].mean(), each))
    shown = [each for each in order if held[each].any() and not is_small(float(held[each].mean()))]
    others = [held[each] for each in order if held[each].any() and each not in shown]
    return {
        "overlap": [
            Combination(services=list(services_of(each)), held=_count(held[each]), linked=_count(linked[each]))
            for each in shown
        ],
        "other_combinations": len(others),
        "other_overlap": _count(np.sum([*others, np.zeros(len(runs))], axis=0)),
    }


def _picture(runs: Sequence[SurveyRun], which: str, years: int, question: Question) -> Picture:
    pictures = [run.pictures[which] for run in runs]
    parts = np.stack([picture.parts for picture in pictures])
    total = parts.sum(axis=(1, 2, 3))
    links = np.stack([picture.links for picture in pictures])
    dial = 1.0 if which == FULL else next(iter(question.plan.worlds.values())).dials.data_sharing

    def by_service(table: str) -> dict[str, Interval]:
        counts = np.stack([getattr(picture, table).sum(axis=(0, 1)) for picture in pictures])
        return {name: _share(counts[:, number], total) for number, name in enumerate(SERVICES)}

    return Picture(
        data_sharing=dial,
        shared_share=_interval(np.array([run.shared_share[which] for run in runs])),
        all=_group("All violence", parts.sum(axis=(1, 2)), years),
        by_context={
            name: _group(CONTEXT_LABELS[name], parts[:, number].sum(axis=1), years)
            for number, name in enumerate(CONTEXTS)
        },
        by_severity={
            name: _group(name.capitalize(), parts[:, :, number].sum(axis=1), years)
            for number, name in enumerate(SEVERITIES)
        },
        own=by_service("own"),
        known=by_service("known"),
        links={name: _share(links[:, number], links.sum(axis=1)) for number, name in enumerate(LINKS)},
    )


def _group(label: str, parts: Array, years: int) -> Group:
    """Summarise what is known of some incidents, given their parts, shape (runs, parts)."""
    total = parts.sum(axis=1)
    few = is_small(float(total.mean()) / years)

    def share(*names: str) -> Interval:
        if few:
            return Interval(mean=None, low=None, high=None)
        return _share(sum(parts[:, PARTS.index(name)] for name in names), total)

    return Group(
        label=label,
        incidents=_count(total / years),
        parts={name: share(name) for name in PARTS},
        police=share("police"),
        police_knows=share("police", "shared"),
        any_service=share(*(name for name in PARTS if name != "unrecorded")),
        linkable=share("police", "shared", "not_passed_on"),
    )


def _people(runs: Sequence[SurveyRun]) -> list[People]:
    def table(name: str) -> Array:
        return np.array([_table(run, "by_year_band_sex", name).sum(axis=0) for run in runs])

    lived, harmed, used = table("person_years"), table("victims_in_year"), table("perpetrators_in_year")
    return [
        People(
            age=age,
            sex=sex,
            harmed=_ratio(PER_PEOPLE * harmed[:, band, column], lived[:, band, column]),
            used_violence=_ratio(PER_PEOPLE * used[:, band, column], lived[:, band, column]),
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
            **{name: _ratio(PER_PEOPLE * table(name)[:, fifth], lived[:, fifth]) for name in names},
        )
        for fifth, label in enumerate(FIFTHS)
        if lived[:, fifth].any()
    ]


def _neighbourhoods(place: Any, counts: Array) -> list[Neighbourhood]:
    """Return those with most incidents a year, given shape (runs, communities); small counts are left out."""
    mean = counts.mean(axis=0)
    order = np.lexsort((np.asarray(place.codes, str), -mean))[:MOST_NEIGHBOURHOODS]
    return [
        Neighbourhood(code=str(place.codes[row]), name=str(place.lsoa["lsoa_name"][row]), count=_count(counts[:, row]))
        for row in order
        if mean[row] > 0 and not is_small(float(mean[row]))
    ]


def _season(runs: Sequence[SurveyRun], decision_date: str) -> dict[str, Interval]:
    first = parse_year_month(decision_date)[1] - 1
    by_month = np.array([_table(run, "by_month", "incidents") for run in runs])
    calendar = (first + np.arange(by_month.shape[1])) % MONTHS_PER_YEAR
    mean = by_month.mean(axis=1)
    return {
        name: _ratio(100 * by_month[:, calendar == number].mean(axis=1), mean) for number, name in enumerate(CALENDAR)
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
    return ServiceYear(
        label=service_label(name),
        capacity=_interval(np.array([run.capacity[number] for run in runs])),
        referred=_interval(used("referred") / years),
        seen=_interval(seen / years),
        turned_away=_interval(used("turned_away") / years),
        mean_wait_months=_ratio(used("waited_months"), seen),
        waiting=_interval(used("waiting_months") / (MONTHS_PER_YEAR * years)),
        unit_cost_gbp=float(unit_cost.mean()),
        cost_gbp=_interval(seen * unit_cost / years),
    )


def _costs(runs: Sequence[SurveyRun], parameters: Any, years: int) -> dict[str, Interval]:
    """Return the yearly cost of violence to each payer, each run at the prices of its own joint draw."""
    rows = []
    for run in runs:
        drawn = parameters.draw(run.number % DRAWS)
        counts = np.stack([_table(run, "by_year_fifth", name).sum(axis=1) for name in COSTED_MEASURES])
        rows.append(cost_of_violence(counts, drawn).sum(axis=1) @ payer_shares(drawn) / years)
    table = np.array(rows)
    return {payer: _interval(table[:, number]) for number, payer in enumerate(PAYERS)}


def _totals(runs: Sequence[SurveyRun], name: str, which: str = CURRENT) -> Array:
    """Return one measure over the whole period, shape (runs,)."""
    return np.array([run.results[which].total(name) for run in runs])


def _table(run: SurveyRun, which: str, name: str) -> Array:
    """Return one measure of the world as it stands."""
    result = run.results[CURRENT]
    return np.asarray(getattr(result, which)[result.measures.index(name)], np.float64)


def _interval(values: Array) -> Interval:
    return Interval(**interval(values, floor=True).plain())


def _count(values: Array) -> Count:
    return Count(**protected(interval(values, floor=True).plain()))


def _ratio(above: Any, below: Any) -> Interval:
    """Return the ratio of sums over runs with its interval, which stops at zero."""
    found = interval(ratio_values(np.asarray(above, np.float64), np.asarray(below, np.float64)), floor=True)
    return Interval(**found.plain())


def _share(part: Any, whole: Any) -> Interval:
    """Return a share of a whole with its interval, which stays between 0 and 1."""
    found = _ratio(part, whole)
    high = found.high
    return found if high is None else found.model_copy(update={"high": min(high, 1.0)})
