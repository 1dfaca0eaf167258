"""Sections about who: who pays in which year, whom violence and programmes reach, and who is missed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.report.charts import Drawing
from experiments.report.fairness import equity_section, worse_off_section
from experiments.report.parts import Section, Table
from experiments.results import CompareResult, Scenario
from experiments.store import Stored
from experiments.wording import money, number, percent, span
from sim.economics.unit_costs import payer_label

signed = partial(number, signed=True)
signed_money = partial(money, signed=True)


def sharing(stored: Stored, charts: Sequence[Drawing]) -> list[Section]:
    """Return the sections about who pays, who gains, who is worse off and who is missed."""
    result = stored.result
    return [
        ledger_section(result),
        equity_section(result, charts),
        *worse_off_section(stored),
        missed_section(result),
    ]


def ledger_section(result: CompareResult) -> Section:
    """Return net amounts by payer and year, with the year from which each payer is ahead."""
    words = [
        "Part of what is saved can be taken out of a budget; the rest frees the time of staff and beds, or spares "
        "people harm. The cashable part is in the workbook, line by line.",
    ]
    tables = [_ledger(result, scenario) for scenario in result.scenarios.values()]
    return Section("payers-by-year", "Who pays and who gains, year by year", words, tables=tables)


def _ledger(result: CompareResult, scenario: Scenario) -> Table:
    net: dict[str, npt.NDArray[Any]] = {}
    for line in scenario.economics.ledger:
        net[line.payer] = net.get(line.payer, np.zeros(result.years)) + np.asarray(line.gbp_by_year)
    rows = [
        [payer_label(payer), *(signed_money(float(value)) for value in (*values, values.sum())), ahead_from(values)]
        for payer, values in sorted(net.items(), key=lambda each: -abs(float(each[1].sum())))
        if values.any()
    ]
    return Table(
        f"Net amount by payer and year, {scenario.title}",
        "Present values, mean over runs: + is a gain to the payer, \N{MINUS SIGN} a cost.",
        ["Payer", *(f"Year {year}" for year in range(1, result.years + 1)), "All years", "Ahead from"],
        rows,
    )


def ahead_from(values: npt.NDArray[Any]) -> str:
    """Say from which year on the running sum of amounts is never below zero again.

    Examples
    --------
    >>> ahead_from(np.array([-5.0, 3.0, 3.0])), ahead_from(np.array([1.0, -2.0]))
    ('year 3', 'not in the period')
    """
    behind = np.flatnonzero(np.cumsum(values) < 0)
    if behind.size == 0:
        return "the start"
    last = int(behind[-1]) + 1
    return f"year {last + 1}" if last < values.size else "not in the period"


def missed_section(result: CompareResult) -> Section:
    """Return who is eligible and not reached, and who is drawn in who should not be."""
    words = ["Ethnicity is not in the model: whether a programme misses a group must be asked of local data."]
    rows = [
        [
            f"{scenario.title}: {name.replace('_', ' ')}",
            span(each.eligible),
            _share(each.missed_unknown.mean, each.eligible.mean),
            _share(each.missed_not_offered.mean, each.eligible.mean),
            number(each.turned_away.mean),
            number(each.wrongly_targeted.mean),
            number(each.drawn_in.mean),
        ]
        for scenario in result.scenarios.values()
        for name, each in scenario.participants.items()
        if each.eligible.mean
    ]
    if not rows:
        return Section("missed", "Who is missed", ["No programme here is for single people.", *words])
    table = Table(
        "Who is missed, and who is drawn in",
        "Shares are of those eligible in an average year; the last three columns count people over the whole period.",
        [
            "Programme",
            "Eligible in a year",
            "Known to no service that refers",
            "Known, never offered",
            "Turned away after waiting",
            "Wrongly put in need",
            "Drawn in by net-widening",
        ],
        rows,
    )
    return Section("missed", "Who is missed", words, tables=[table])


def _share(part: float | None, whole: float | None) -> str:
    return percent((part or 0.0) / whole, signed=False) if whole else "nobody"
