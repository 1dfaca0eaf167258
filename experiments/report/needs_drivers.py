"""The second half of a draft needs assessment: drivers, services, what they see, and costs."""

from __future__ import annotations

from experiments.factors import FactorsResult
from experiments.places import PlaceSummary as PlaceFigures
from experiments.report.charts import Drawing
from experiments.report.needs_parts import ASSUMED, MODELLED, OBSERVED, Chapter, Sheet, beside_england, percent_of
from experiments.report.survey_charts import DIAL_LABELS, PART_LABELS
from experiments.results import Interval
from experiments.small_numbers import RULE, written
from experiments.survey import CURRENT, FULL
from experiments.survey_form import SurveyResult
from experiments.wording import ends, level, money, number, percent, span
from sim.economics.unit_costs import payer_label

MOST_FACTORS = 12


def drivers(result: SurveyResult, figures: PlaceFigures, factors: FactorsResult | None) -> Chapter:
    """Say how common factors are, by level, and how much violence they account for if that is known."""
    sheets = [_fractions(factors)] if factors is not None else []
    sheets += [_levels(result), beside_england("Young people", figures.youth, figures.cautions[1])]
    sheets.append(beside_england("Deprivation", [*figures.fifths, *figures.deprivation]))
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
    return f"clearly {'worse' if worse else 'better'}" if sure else "no clear difference"


def services(result: SurveyResult, figures: PlaceFigures) -> Chapter:
    """Say what services can do and do, and which assets there are."""
    rows = [
        [each.label, level(each.capacity.mean), written(each.referred.mean), written(each.seen.mean),
         written(each.turned_away.mean), _tenths(each.mean_wait_months), written(each.waiting.mean),
         f"£{each.unit_cost_gbp:,.0f}", money(each.cost_gbp.mean) if each.cost_gbp.mean is not None else "not shown"]
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
        "and must not be added to it. 2023/24 prices. " + RULE
    )
    assets = [[kind.capitalize(), f"{count:,}", OBSERVED] for kind, count in figures.assets.items()]
    sheets = [Sheet("The fourteen services in an average year", header, rows, note)]
    words = f"Secondary schools in the place: {figures.schools:,} ({OBSERVED})."
    if assets:
        sheets.append(Sheet("Community assets listed in the place file", ["Asset", "Number", "Basis"], assets))
    else:
        words += " No community assets are listed: name them in a place file, under assets."
    return Chapter("services", "Services and assets", (words,), sheets)


def gaps(result: SurveyResult, figures: PlaceFigures, overlap: Drawing, picture: Drawing) -> Chapter:
    """Say what services see of violence, and what nobody does."""
    now, full = result.picture[CURRENT], result.picture[FULL]
    sights = [
        [service.label, percent_of(now.own[name]), percent_of(now.known[name]), percent_of(full.known[name]),
         MODELLED]
        for name, service in result.services.items()
    ]  # fmt: skip
    header = ["Service", "Holds a record of", "Knows of, present sharing", "Knows of, full sharing", "Basis"]
    parts = [
        [PART_LABELS[name].capitalize(), *(percent_of(each.all.parts[name]) for each in (now, full)), MODELLED]
        for name in PART_LABELS
    ]  # fmt: skip
    linked = now.links
    words = (
        f"Of incidents that emergency departments know as violence, {percent_of(linked['not_recorded'])} are not "
        f"recorded by police at all and {percent_of(linked['not_linked'])} are recorded by both but cannot be linked "
        f"({MODELLED}). In linked data the two look alike; only better linkage tells them apart.",
        f"Records that cannot be linked make linked data show {_hundredths(result.incidents_seen_twice)} incidents "
        f"for each one of which any service holds a record ({MODELLED}).",
        _waiting(result),
        _missing(figures),
    )
    sheets = (
        Sheet("Where true incidents stand, share of all", ["Part", *_dials(), "Basis"], parts),
        Sheet("The same by kind of violence", [*picture.header, "Basis"], [[*row, MODELLED] for row in picture.rows]),
        Sheet("Share of true incidents known to each service", header, sights),
    )  # fmt: skip
    return Chapter("gaps", "What services see, and gaps", words, sheets, (overlap, picture))


def _dials() -> list[str]:
    return [DIAL_LABELS[dial].capitalize() for dial in (CURRENT, FULL)]


def _waiting(result: SurveyResult) -> str:
    waits = sorted(result.services.values(), key=lambda each: -(each.waiting.mean or 0.0))[:3]
    listed = ", ".join(f"{each.label.lower()} {written(each.waiting.mean)}" for each in waits if each.waiting.mean)
    return (
        f"Longest waiting lists, people on average: {listed or 'none to show'} ({MODELLED}, on {ASSUMED} capacities)."
    )


def _missing(figures: PlaceFigures) -> str:
    filled = ", ".join(f"{name.replace('_', ' ')} ({count:,} neighbourhoods)" for name, count in figures.filled.items())
    return (
        "Missing from the data: the place's own hospital, ambulance, school and council records; "
        + (f"open figures filled from comparable areas: {filled}; " if filled else "")
        + ("local figures in use: " + ", ".join(figures.overridden) + "." if figures.overridden else
           "no local figures are in use.")
    )  # fmt: skip


def _tenths(found: Interval) -> str:
    return "not shown" if found.mean is None else f"{found.mean:.1f}"


def _hundredths(found: Interval) -> str:
    return "no" if found.mean is None else f"{found.mean:.2f}"


def costs(result: SurveyResult) -> Chapter:
    """Say what violence costs whom."""
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


def _share(value: float | None) -> str:
    return percent(value, signed=False)
