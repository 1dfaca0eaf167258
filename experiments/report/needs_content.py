"""The contents of a draft strategic needs assessment: paragraphs and tables, each number marked by its basis."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.factors import FactorsResult
from experiments.places import PlaceSummary as PlaceFigures
from experiments.report.charts import Drawing
from experiments.report.needs_drivers import costs, drivers, gaps, services
from experiments.report.needs_parts import ASSUMED, MODELLED, OBSERVED, Chapter, Sheet, beside_england, percent_of
from experiments.report.survey_charts import STEP_LABELS, step_writer
from experiments.small_numbers import RULE, written
from experiments.survey import CURRENT, FULL
from experiments.survey_form import Neighbourhood, SurveyResult
from experiments.wording import ends, level, money, number, span


def chapters(
    result: SurveyResult, figures: PlaceFigures, drawings: Sequence[Drawing], factors: FactorsResult | None
) -> list[Chapter]:
    """Return the parts of the assessment in their order.

    Parameters
    ----------
    result, drawings
        The survey and its charts.
    figures
        What open data say of the place.
    factors
        A study of factors in the same place; levels of factors stand in for it if None.
    """
    drawn = {drawing.name: drawing for drawing in drawings}
    return [
        _summary(result),
        _violence(result, figures, drawn["pyramid"]),
        _people(result, figures),
        _where(result, figures),
        _when(result),
        drivers(result, figures, factors),
        services(result, figures),
        gaps(result, figures, drawn["overlap"], drawn["shared_picture"]),
        costs(result),
        Chapter(
            "response",
            "Priorities and response",
            (),
            to_complete="Local definition of serious violence; what residents and young people said; what is done now; "
            "priorities agreed by the partners; how the strategy will be reviewed.",
        ),
    ]


def _summary(result: SurveyResult) -> Chapter:
    steps, now, full = result.pyramid, result.picture[CURRENT].all, result.picture[FULL].all
    return Chapter(
        "summary",
        "Summary",
        (
            f"Violent incidents against residents in an average year: {span(steps['true'].current, level)} "
            f"({MODELLED}). Recorded by police: {span(steps['recorded'].current, level)} ({MODELLED}). Treated in "
            f"emergency departments: {span(steps['ed_treated'].current, level)} ({MODELLED}).",
            f"Police know of {percent_of(now.police_knows)} of violence, and at least one service of "
            f"{percent_of(now.any_service)} ({MODELLED}). With data fully shared police would know of "
            f"{percent_of(full.police_knows)} ({MODELLED}; the strength of sharing is {ASSUMED}). "
            f"{percent_of(now.parts['unrecorded'])} is recorded by nobody ({MODELLED}), and sharing cannot reveal it.",
            f"Violence costs about {money(sum(cost.mean or 0.0 for cost in result.cost_by_payer.values()))} a year, "
            f"most of it harm to victims ({MODELLED} counts at published unit costs).",
        ),
    )


def _violence(result: SurveyResult, figures: PlaceFigures, pyramid: Drawing) -> Chapter:
    rows = [
        [STEP_LABELS[name], write(step.current.mean), ends(step.current, write), number(step.per_1000.mean), MODELLED]
        for name, step in result.pyramid.items()
        for write in (step_writer(name),)
    ]
    sharp = result.sharp_admissions
    per_1000 = number(1000 * (sharp.mean or 0.0) / (result.pyramid["true"].current.mean or 1.0))
    rows.append(
        ["Admitted after assault with a sharp object", level(sharp.mean), ends(sharp, level), per_1000, MODELLED]
    )
    header = ["Step", "A year", "95% range", "Per 1,000 true incidents", "Basis"]
    recorded = beside_england("Recorded violence and disorder", figures.recorded, figures.cautions[0])
    return Chapter(
        "violence", "What violence there is", (result.notes[0],),
        (Sheet("From true to fatal violence", header, rows), _kinds(result), recorded), (pyramid,),
    )  # fmt: skip


def _kinds(result: SurveyResult) -> Sheet:
    picture = result.picture[CURRENT]
    rows = [
        [group.label, by, written(group.incidents.mean), ends(group.incidents, written), MODELLED]
        for by, groups in (("context", picture.by_context), ("severity", picture.by_severity))
        for group in groups.values()
    ]
    return Sheet("Kinds of violence", ["Violence", "By", "Incidents a year", "95% range", "Basis"], rows, RULE)


def _people(result: SurveyResult, figures: PlaceFigures) -> Chapter:
    rows = [
        [f"{each.age}, {each.sex}", number(each.harmed.mean), ends(each.harmed), number(each.used_violence.mean),
         ends(each.used_violence), MODELLED]
        for each in result.people
    ]  # fmt: skip
    header = ["Age and sex", "Harmed", "95% range", "Used violence", "95% range", "Basis"]
    harmed = max(result.people, key=lambda each: each.harmed.mean or 0.0)
    used = max(result.people, key=lambda each: each.used_violence.mean or 0.0)
    return Chapter(
        "people",
        "Who is harmed and who harms",
        (
            f"Rates of being harmed are highest among {harmed.sex} residents aged {harmed.age}, "
            f"{number(harmed.harmed.mean)} per 1,000 a year ({MODELLED}); rates of using violence are highest among "
            f"{used.sex} residents aged {used.age}, {number(used.used_violence.mean)} per 1,000 a year ({MODELLED}). "
            f"{figures.people_aged_10_24:,} residents are aged 10 to 24 ({OBSERVED}).",
            "Ages and sexes are groups of synthetic people. Nothing here describes, scores or ranks a person. "
            "Ethnicity is not modelled, so nothing can be said about it.",
        ),
        (
            Sheet("People per 1,000 a year by age and sex", header, rows),
            beside_england("Residents by age", figures.ages),
        ),
    )


def _where(result: SurveyResult, figures: PlaceFigures) -> Chapter:
    fifths = [
        [each.label, f"{each.residents:,}", f"{each.neighbourhoods:,}", number(each.incidents_with_injury.mean),
         ends(each.incidents_with_injury), number(each.ed_attendances.mean)]
        for each in result.fifths
    ]  # fmt: skip
    header = [
        "National fifth of income deprivation", f"Residents ({OBSERVED})", f"Neighbourhoods ({OBSERVED})",
        f"Incidents with injury per 1,000 a year ({MODELLED})", f"95% range ({MODELLED})",
        f"A&E attendances per 1,000 a year ({MODELLED})",
    ]  # fmt: skip
    note = f"{RULE} Single neighbourhoods are far less certain than the place, and no ranking of them is meant."
    return Chapter(
        "where",
        "Where",
        (
            "Where those harmed live and where violence takes place are different questions: much violence happens in "
            "town centres away from both people's homes. The two are kept apart.",
            f"{figures.location.describe()} ({OBSERVED}, and shrunk as it says.)"
            + (f" Local police files: {figures.location.police} ({OBSERVED})." if figures.location.police else ""),
        ),
        (
            Sheet("By deprivation of the neighbourhood where those harmed live", header, fifths),
            _neighbourhoods("Where those harmed live: most incidents a year", result.residence, note),
            _neighbourhoods("Where violence takes place: most incidents a year", result.location, note),
        ),
    )


def _neighbourhoods(caption: str, listed: Sequence[Neighbourhood], note: str) -> Sheet:
    rows = [[each.name, each.code, written(each.count.mean), ends(each.count, written), MODELLED] for each in listed]
    return Sheet(caption, ["Neighbourhood", "LSOA", "Incidents a year", "95% range", "Basis"], rows, note)


def _when(result: SurveyResult) -> Chapter:
    rows = [[name, level(month.mean), ends(month, level), MODELLED] for name, month in result.season.items()]
    most = max(result.season, key=lambda name: result.season[name].mean or 0.0)
    words = (
        f"Violence is highest in {most}, {level(result.season[most].mean)} where an average month is 100 ({MODELLED}; "
        f"the national season is {ASSUMED} to hold here). Days and hours are not modelled: police and hospital data of "
        "the place show them."
    )
    header = ["Month", "Violence, average month = 100", "95% range", "Basis"]
    return Chapter("when", "When", (words,), (Sheet("Season", header, rows),))
