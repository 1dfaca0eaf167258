"""Put a report together: words and tables from the numbers, charts inline, no file or network beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from experiments.report.action_plan import action_plan
from experiments.report.assumed import register_section
from experiments.report.charts import Drawing
from experiments.report.deciding import deciding
from experiments.report.precision import precision_section
from experiments.report.questions import questions_section
from experiments.report.sharing import sharing
from experiments.report.standards import standards_section
from experiments.report.structure_section import structure_section
from experiments.results import CompareResult, Scenario
from experiments.store import Stored
from experiments.wording import chance, clear, finding, level, money, natural_frequency, number, percent, span
from sim.economics.unit_costs import payer_label
from sim.outcomes.measures import OUTCOMES, measure

TEMPLATES = Path(__file__).parent / "templates"
STAGES = ("eligible", "known", "offered", "enrolled", "starts", "completed", "dropped_out")
OPTION_CHARTS = ("cost_effectiveness_plane", "expected_loss", "acceptability")
PRECISION_CHARTS = ("running_mean",)
EQUITY_CHARTS = ("equity_impact_plane",)
MOST_NAMES = 4
signed = partial(number, signed=True)


def page(stored: Stored, drawings: Sequence[Drawing]) -> str:
    """Return the report of a comparison as one HTML page.

    Parameters
    ----------
    stored
        The comparison.
    drawings
        Its charts.
    """
    result = stored.result
    by_name = {drawing.name: drawing for drawing in drawings}
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
            result=result,
            manifest=stored.manifest,
            heading=heading(result),
            scenarios=[_section(stem, scenario, result) for stem, scenario in result.scenarios.items()],
            summary_rows=[_summary_row(scenario, result) for scenario in result.scenarios.values()],
            year_drawings=[drawing for drawing in drawings if drawing.name.startswith("effect_by_year")],
            fifth_drawing=by_name["effect_by_fifth"],
            money_drawing=by_name["money_over_time"],
            payer_drawing=by_name["payers"],
            sections=[
                *deciding(result, [by_name[name] for name in OPTION_CHARTS if name in by_name]),
                structure_section(result, [drawing for drawing in drawings if "structure" in drawing.tags]),
                *sharing(stored, [by_name[name] for name in EQUITY_CHARTS if name in by_name]),
            ],
            last_sections=[
                precision_section(stored, [by_name[name] for name in PRECISION_CHARTS if name in by_name]),
                register_section(result),
                action_plan(result, stored.programmes),
                questions_section(result),
                standards_section(stored),
            ],
            maps=[drawing for drawing in drawings if "map" in drawing.tags],
            cautions=shared_cautions(result),
            provisional=any(stored.manifest["provisional"].values()),
            last_month=_last_month(result),
        )
    )


def environment() -> Any:
    """Return what fills the templates of this folder."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html", "j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def heading(result: CompareResult) -> str:
    """Return the title of a report: what was found when there is one scenario, what was compared otherwise."""
    place, years = result.place.name, result.years
    if len(result.scenarios) == 1:
        return finding(next(iter(result.scenarios.values())), place, years)
    changes = {each.title: each.outcomes["incidents_with_injury"].difference for each in result.scenarios.values()}
    falls = [title for title, change in changes.items() if clear(change) and (change.mean or 0) < 0]
    if not falls:
        found = "no clear change in violence with injury in any"
    elif len(falls) == len(changes):
        found = "violence with injury is estimated to fall in each"
    else:
        named = _listed(falls) if len(falls) <= MOST_NAMES else f"{len(falls)} of them"
        found = f"violence with injury is estimated to fall with {named}; no clear change with the others"
    provisional = any("provisional" in warning for each in result.scenarios.values() for warning in each.warnings)
    basis = " (provisional strengths)" if provisional else ""
    return f"{len(changes)} scenarios in {place} over {years} years: {found}{basis}"


def shared_cautions(result: CompareResult) -> list[tuple[str, list[str]]]:
    """Return each warning once, with the titles of the scenarios it is about; empty where it is about all."""
    titles: dict[str, list[str]] = {}
    for scenario in result.scenarios.values():
        for warning in scenario.warnings:
            titles.setdefault(warning, []).append(scenario.title)
    everybody = len(result.scenarios)
    return [(warning, [] if len(about) == everybody else about) for warning, about in titles.items()]


def _summary_row(scenario: Scenario, result: CompareResult) -> dict[str, str]:
    found, money_found = scenario.outcomes, scenario.economics
    gap = scenario.inequality["incidents_with_injury"].absolute_gap
    when = money_found.break_even_year
    return {
        "title": scenario.title,
        "harmed": span(found["victims"].difference, signed),
        "injury": span(found["incidents_with_injury"].difference, signed),
        "treated": span(found["ed_attendances"].difference, signed),
        "cost": span(money_found.programme_cost, money),
        "net": span(money_found.net_present_social_value, money),
        "chance": chance(money_found.chance_benefit_exceeds_cost, result.runs),
        "ratio": span(money_found.benefit_cost_ratio, number),
        "covered": f"year {when}" if when else "not in the period",
        "gap": "no fifth to compare" if gap.difference.mean is None else span(gap.difference, signed),
    }


def _section(stem: str, scenario: Scenario, result: CompareResult) -> dict[str, Any]:
    money_found = scenario.economics
    return {
        "stem": stem,
        "title": scenario.title,
        "finding": finding(scenario, result.place.name, result.years),
        "frequency": natural_frequency(scenario.outcomes["victims"], result.place.population),
        "outcomes": [_outcome_row(name, scenario) for name in OUTCOMES],
        "fifths": [_fifth_row(quintile) for quintile in scenario.by_quintile.values()],
        "programmes": [
            [name.replace("_", " ").capitalize(), *(level(getattr(stages, stage).mean) for stage in STAGES)]
            for name, stages in scenario.participants.items()
        ],
        "costs": [
            [name.replace("_", " ").capitalize(), span(cost, money)]
            for name, cost in money_found.programme_cost.by_programme.items()
        ],
        "components": [
            [name.replace("_", " ").capitalize(), span(benefit, money)]
            for name, benefit in money_found.benefit_by_component.items()
            if benefit.mean
        ],
        "payers": [
            [payer_label(name), span(cost, money)] for name, cost in money_found.programme_cost.by_payer.items()
        ],
    }


def _outcome_row(name: str, scenario: Scenario) -> list[str]:
    outcome = scenario.outcomes[name]
    error = outcome.difference.monte_carlo_se
    return [
        measure(name).label,
        level(outcome.baseline.mean),
        level(outcome.scenario.mean),
        span(outcome.difference, signed),
        percent(outcome.relative.mean),
        number(error) if error is not None else "one run",
    ]


def _fifth_row(quintile: Any) -> list[str]:
    injury, treated = quintile.outcomes["incidents_with_injury"], quintile.outcomes["ed_attendances"]
    per_people = 1000 / quintile.person_years
    rate = injury.baseline.mean * per_people
    return [
        quintile.label,
        f"{quintile.person_years:,.0f}",
        number(rate),
        span(injury.difference, signed),
        percent(injury.relative.mean),
        span(treated.difference, signed),
    ]


def _last_month(result: CompareResult) -> str:
    year, month = (int(part) for part in result.decision_date.split("-"))
    months = year * 12 + month - 2 + 12 * result.years
    return f"{months // 12}-{months % 12 + 1:02d}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
