"""The contents of a draft strategic needs assessment: paragraphs and tables, each number marked by its basis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.factors import FactorsResult
from experiments.places import Figure
from experiments.places import PlaceSummary as PlaceFigures
from experiments.report.charts import Drawing
from experiments.report.survey_charts import DIAL_LABELS, PART_LABELS, STEP_LABELS, step_writer
from experiments.results import Interval
from experiments.small_numbers import RULE, written
from experiments.survey import CURRENT, FULL
from experiments.survey_form import Neighbourhood, SurveyResult
from experiments.wording import ends, level, money, number, percent, span
from sim.economics.unit_costs import payer_label

OBSERVED, MODELLED, ASSUMED = "observed", "modelled", "assumed"
MOST_FACTORS = 12
CLEARLY = "clearly"


@dataclass(frozen=True)
class Sheet:
    """Hold one table: every row ends with its basis, unless the header says it for each column."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class Chapter:
    """Hold one part of the assessment."""

    anchor: str
    title: str
    paragraphs: Sequence[str]
    sheets: Sequence[Sheet] = ()
    drawings: Sequence[Drawing] = ()
    to_complete: str = ""


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
        _drivers(result, figures, factors),
        _services(result, figures),
        _gaps(result, figures, drawn["overlap"], drawn["shared_picture"]),
        _costs(result),
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
            f"About {span(steps['true'].current, level)} violent incidents a year against residents ({MODELLED}), of "
            f"which police record {span(steps['recorded'].current, level)} ({MODELLED}) and emergency departments "
            f"treat {span(steps['ed_treated'].current, level)} ({MODELLED}).",
            f"Police know of {_percent(now.police_knows)} of violence, and at least one service of "
            f"{_percent(now.any_service)} ({MODELLED}). With data fully shared police would know of "
            f"{_percent(full.police_knows)} ({MODELLED}; the strength of sharing is {ASSUMED}). "
            f"{_percent(now.parts['unrecorded'])} is recorded by nobody ({MODELLED}), and sharing cannot reveal it.",
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
    recorded = _beside_england("Recorded violence and disorder", figures.recorded, figures.cautions[0])
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
            _beside_england("Residents by age", figures.ages),
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
            f"{figures.location.describe()} ({OBSERVED}, drawn together by the model where counts are small.)"
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


def _drivers(result: SurveyResult, figures: PlaceFigures, factors: FactorsResult | None) -> Chapter:
    sheets = [_fractions(factors)] if factors is not None else []
    sheets += [_levels(result), _beside_england("Young people", figures.youth, figures.cautions[1])]
    sheets.append(_beside_england("Deprivation", [*figures.fifths, *figures.deprivation]))
    which = (
        "The first table says how much violence each factor accounts for in the model; the next how common it is here."
        if factors is not None
        else "How common a factor is does not say how much violence it accounts for: run placewise factors for that, "
        "and give its folder to this draft."
    )
    return Chapter("drivers", "Drivers, by level", (which,), sheets)


def _fractions(factors: FactorsResult) -> Sheet:
    shown = list(factors.factors.values())[:MOST_FACTORS]
    rows = [
        [factor.label, factor.level, percent(share.mean, signed=False), ends(share, _share), MODELLED]
        for factor in shown
        for share in (factor.outcomes[factors.headline],)
    ]
    header = ["Factor", "Level", "Share of violence with injury accounted for", "95% range", "Basis"]
    return Sheet(f"The {len(shown)} factors that account for most violence", header, rows, factors.notes[0])


def _levels(result: SurveyResult) -> Sheet:
    rows = [
        [each.label, each.level, each.among, _level(each.place, each.unit), _level(each.england, each.unit),
         _verdict(each.difference, each.higher_is_worse), MODELLED]
        for each in sorted(result.levels.values(), key=lambda each: each.level != "individual")
    ]  # fmt: skip
    header = ["Factor", "Level", "Among", "Here", "England, modelled", "Against England", "Basis"]
    note = (
        "Both are levels at the decision date in the model. A scale is in standard deviations from England's mean when "
        "its population is made."
    )
    return Sheet("How common risk and protective factors are", header, rows, note)


def _level(found: Interval | None, unit: str) -> str:
    return "not compared" if found is None else f"{number(found.mean)}{'' if unit == '%' else ' '}{unit}"


def _verdict(difference: Interval | None, higher_is_worse: bool) -> str:
    """Say whether the place is worse off, and whether the range over runs leaves out no difference."""
    if difference is None or difference.mean is None:
        return "not compared"
    sure = difference.low is not None and difference.high is not None and not difference.low <= 0 <= difference.high
    worse = (difference.mean > 0) == higher_is_worse
    return f"{CLEARLY} {'worse' if worse else 'better'}" if sure else "no clear difference"


def _services(result: SurveyResult, figures: PlaceFigures) -> Chapter:
    rows = [
        [each.label, level(each.capacity.mean), level(each.referred.mean), level(each.seen.mean),
         level(each.turned_away.mean), f"{each.mean_wait_months.mean:.1f}" if each.seen.mean else "nobody seen",
         level(each.waiting.mean), f"£{each.unit_cost_gbp:,.0f}", money(each.cost_gbp.mean)]
        for each in result.services.values()
    ]  # fmt: skip
    header = [
        "Service", f"Capacity a year ({ASSUMED})", f"Referred ({MODELLED})", f"Seen ({MODELLED})",
        f"Turned away ({MODELLED})", f"Mean wait, months ({MODELLED})", f"On the list ({MODELLED})",
        f"Cost of a case ({ASSUMED})", f"Cost a year ({MODELLED})",
    ]  # fmt: skip
    note = (
        "Cases because of violence or of the needs behind it only. Capacity follows population by a national "
        "assumption: put the place's own figures in its stead. Costs of cases overlap with the cost of violence below "
        "and must not be added to it. 2023/24 prices."
    )
    assets = [[kind.capitalize(), f"{count:,}", OBSERVED] for kind, count in figures.assets.items()]
    sheets = [Sheet("The fourteen services in an average year", header, rows, note)]
    words = f"{figures.schools:,} secondary schools stand in the place ({OBSERVED})."
    if assets:
        sheets.append(Sheet("Community assets listed in the place file", ["Asset", "Number", "Basis"], assets))
    else:
        words += " No community assets are listed: name them in a place file, under assets."
    return Chapter("services", "Services and assets", (words,), sheets)


def _gaps(result: SurveyResult, figures: PlaceFigures, overlap: Drawing, picture: Drawing) -> Chapter:
    now = result.picture[CURRENT]
    sights = [
        [service.label, _percent(now.own[name]), _percent(now.known[name]), _percent(result.picture[FULL].known[name]),
         MODELLED]
        for name, service in result.services.items()
    ]  # fmt: skip
    header = ["Service", "Holds a record of", "Knows of, present sharing", "Knows of, full sharing", "Basis"]
    parts = [
        [PART_LABELS[name].capitalize(), *(_percent(result.picture[dial].all.parts[name]) for dial in (CURRENT, FULL)),
         MODELLED]
        for name in PART_LABELS
    ]  # fmt: skip
    linked = now.links
    words = (
        f"Of incidents that emergency departments know as violence, {_percent(linked['not_recorded'])} are not "
        f"recorded by police at all and {_percent(linked['not_linked'])} are recorded by both but cannot be linked "
        f"({MODELLED}). In linked data the two look alike; only better linkage tells them apart.",
        f"Records that cannot be linked make linked data show {_hundredths(result.incidents_seen_twice)} incidents "
        f"for each one of which any service holds a record ({MODELLED}).",
        _waiting(result),
        _missing(figures),
    )
    sheets = (
        Sheet("Where true incidents stand, share of all", ["Part", *_dials(), "Basis"], parts),
        Sheet("Share of true incidents known to each service", header, sights),
    )  # fmt: skip
    return Chapter("gaps", "What services see, and gaps", words, sheets, (overlap, picture))


def _dials() -> list[str]:
    return [DIAL_LABELS[dial].capitalize() for dial in (CURRENT, FULL)]


def _waiting(result: SurveyResult) -> str:
    waits = sorted(result.services.values(), key=lambda each: -(each.waiting.mean or 0.0))[:3]
    listed = ", ".join(f"{each.label.lower()} {level(each.waiting.mean)}" for each in waits)
    return f"Longest waiting lists, people on average: {listed} ({MODELLED}, on {ASSUMED} capacities)."


def _missing(figures: PlaceFigures) -> str:
    filled = ", ".join(f"{name.replace('_', ' ')} ({count:,} neighbourhoods)" for name, count in figures.filled.items())
    return (
        "Missing from the data: the place's own hospital, ambulance, school and council records; "
        + (f"open figures filled from comparable areas: {filled}; " if filled else "")
        + ("local figures in use: " + ", ".join(figures.overridden) + "." if figures.overridden else
           "no local figures are in use.")
    )  # fmt: skip


def _costs(result: SurveyResult) -> Chapter:
    basis = f"{MODELLED} counts, {ASSUMED} shares"
    rows = [[payer_label(payer), span(cost, money), basis] for payer, cost in result.cost_by_payer.items()]
    words = (
        "Unit costs of crime are averages for each offence under crime-survey counting rules, with health, police and "
        "justice inside. They are applied to incidents counted by the same rules and to expected homicides. How each "
        f"part falls on payers is {ASSUMED}."
    )
    note = f"Not discounted, {result.cost_price_year} prices: 95% range, then the central estimate."
    return Chapter(
        "costs", "Costs, by who bears them", (words,),
        (Sheet("Cost of violence a year", ["Payer", "Cost a year", "Basis"], rows, note),),
    )  # fmt: skip


def _beside_england(caption: str, figures: Sequence[Figure], note: str = "") -> Sheet:
    rows = [[each.label, each.unit, f"{each.place:,.3g}", f"{each.england:,.3g}", OBSERVED] for each in figures]
    return Sheet(caption, ["Figure", "Unit", "Here", "England", "Basis"], rows, note)


def _percent(share: Interval) -> str:
    return percent(share.mean, signed=False)


def _hundredths(found: Interval) -> str:
    return "no" if found.mean is None else f"{found.mean:.2f}"


def _share(value: float | None) -> str:
    return percent(value, signed=False)
