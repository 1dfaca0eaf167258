"""Appraise every run and summarise: cost, benefit, who pays, who gains, and when cost is covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.intervals import UNDEFINED, interval, monte_carlo_error, ratio_values
from experiments.runs import BASELINE, RunRecord
from experiments.summaries import Stack
from sim.economics.appraisal import Appraisal, Violence, appraise, break_even_year
from sim.economics.programmes import ProgrammePrice, ProgrammeUse, partnership_costs, programme_costs
from sim.economics.resources import RESOURCE_MEASURES
from sim.economics.unit_costs import COMPONENTS, COSTED_MEASURES
from sim.parameters.draws import DRAWS

Array = npt.NDArray[np.float64]


def appraise_runs(
    records: Sequence[RunRecord], world: str, prices: Mapping[str, ProgrammePrice], parameters: Any
) -> list[Appraisal]:
    """Appraise a scenario in every run, each with the prices of its own joint draw.

    Programmes that the baseline delivers too are charged for what the scenario delivers beyond it.
    """
    before, after = Stack(records, BASELINE), Stack(records, world)
    found = []
    for run, record in enumerate(records):
        drawn = parameters.draw(record.number % DRAWS)
        costs = programme_spending(record, world, prices, drawn, after.years)
        spent = _more(record.worlds[world].resources, record.worlds[BASELINE].resources)
        costs |= partnership_costs(spent, drawn, after.years)
        found.append(appraise(_violence(before, run), _violence(after, run), costs, drawn))
    return found


def programme_spending(
    record: RunRecord, world: str, prices: Mapping[str, ProgrammePrice], drawn: Any, years: int
) -> dict[str, dict[str, Array]]:
    """Return what a scenario's programmes cost each payer by year beyond the baseline's, before discounting.

    Parameters
    ----------
    record, world
        One run and the scenario's world in it.
    prices
        By programme.
    drawn
        The registry in the joint draw of the run.
    years
        Years after the decision date.
    """
    uses = _uses(record.worlds[world].programmes, record.worlds[BASELINE].programmes)
    return programme_costs(prices, uses, drawn, record.number % DRAWS, years)


def _violence(stack: Stack, run: int) -> Violence:
    return Violence(
        counts=np.stack([stack.by_year(name)[run] for name in COSTED_MEASURES]),
        resources={name: stack.by_year(name)[run] for name in RESOURCE_MEASURES},
    )


def mean_violence(stack: Stack) -> Violence:
    """Return the mean over runs of the violence that is costed."""
    return Violence(
        counts=np.stack([stack.by_year(name).mean(axis=0) for name in COSTED_MEASURES]),
        resources={name: stack.by_year(name).mean(axis=0) for name in RESOURCE_MEASURES},
    )


def _uses(scenario: Mapping[str, Any], baseline: Mapping[str, Any]) -> dict[str, ProgrammeUse]:
    def used(programmes: Mapping[str, Any], name: str, field: str) -> Array:
        return (
            np.asarray(programmes[name][field], dtype=np.float64) if field in programmes.get(name, ()) else np.zeros(1)
        )

    names = sorted({*scenario, *baseline})
    return {
        name: ProgrammeUse(
            participants=used(scenario, name, "participants") - used(baseline, name, "participants"),
            set_ups=used(scenario, name, "setups") - used(baseline, name, "setups"),
            community_years=used(scenario, name, "community_years") - used(baseline, name, "community_years"),
            resident_years=used(scenario, name, "resident_years") - used(baseline, name, "resident_years"),
        )
        for name in names
    }


def _more(scenario: Mapping[str, Array], baseline: Mapping[str, Array]) -> dict[str, Array]:
    """Return what a scenario uses of each resource beyond the baseline, by year."""
    return {
        name: np.asarray(scenario.get(name, 0.0)) - np.asarray(baseline.get(name, 0.0))
        for name in sorted({*scenario, *baseline})
    }


def economics(appraisals: Sequence[Appraisal], before: Stack, after: Stack, price_year: int) -> dict[str, Any]:
    """Summarise the appraisals of all runs, present values over the horizon.

    Parameters
    ----------
    appraisals
        Of one scenario, in each run.
    before, after
        Outcomes of the baseline and of the scenario.
    price_year
        Financial year of all amounts.
    """
    payers = appraisals[0].payers
    benefit = np.stack([each.benefit.sum(axis=1) for each in appraisals])
    cost = np.stack([each.cost.sum(axis=1) for each in appraisals])
    component = np.stack([each.benefit_by_component for each in appraisals])
    total_benefit = np.array([each.total_benefit for each in appraisals])
    total_cost = np.array([each.total_cost for each in appraisals])
    net = total_benefit - total_cost
    running = np.stack([each.cumulative_net for each in appraisals])
    programmes = sorted(appraisals[0].cost_by_programme)
    return {
        "price_year": f"{price_year}/{(price_year + 1) % 100:02d}",
        "programme_cost": _cost(total_cost)
        | {
            "by_payer": {payer: _cost(cost[:, i]) for i, payer in enumerate(payers) if cost[:, i].any()},
            "by_programme": {
                name: _cost(np.array([each.cost_by_programme[name].sum() for each in appraisals]))
                for name in programmes
            },
        },
        "benefit": interval(total_benefit).plain(),
        "benefit_by_payer": {payer: interval(benefit[:, i]).plain() for i, payer in enumerate(payers)},
        "benefit_by_component": {name: interval(component[:, i]).plain() for i, name in enumerate(COMPONENTS)},
        "net_benefit_by_payer": {payer: interval(benefit[:, i] - cost[:, i]).plain() for i, payer in enumerate(payers)},
        "net_public_value": interval(np.array([each.net_public_value for each in appraisals])).plain(),
        "qalys_gained": interval(np.array([each.qalys for each in appraisals])).plain(),
        "cost_per_unit": _cost_per_unit(total_cost, appraisals, before, after),
        "switching": _switching(total_benefit, total_cost),
        "ledger": _ledger(appraisals),
        "net_present_social_value": interval(net).plain() | {"monte_carlo_se": monte_carlo_error(net)},
        "benefit_cost_ratio": interval(ratio_values(total_benefit, total_cost)).plain(),
        "chance_benefit_exceeds_cost": float(np.mean(net > 0)),
        "break_even_year": break_even_year(running.mean(axis=0)),
        "chance_break_even_within_horizon": float(np.mean([break_even_year(run) is not None for run in running])),
    }


def _cost_per_unit(cost: Array, appraisals: Sequence[Appraisal], before: Stack, after: Stack) -> dict[str, Any]:
    """Return programme cost for each unit of effect."""
    gained = {
        "incident_averted": before.total("incidents") - after.total("incidents"),
        "incident_with_injury_averted": before.total("incidents_with_injury") - after.total("incidents_with_injury"),
        "admission_averted": before.total("expected_admissions") - after.total("expected_admissions"),
        "qaly_gained": np.array([each.qalys for each in appraisals]),
    }
    return {name: _cost_of_one(cost, effect) for name, effect in gained.items()}


def _cost_of_one(cost: Array, effect: Array) -> dict[str, Any]:
    """Return mean cost over mean effect; its range only where an effect of zero lies outside the effect's range."""
    found = interval(effect)
    if not effect.mean() > 0:
        return UNDEFINED.plain()
    if found.low is None or found.low <= 0:
        return {"mean": float(cost.mean() / effect.mean()), "low": None, "high": None}
    return interval(ratio_values(cost, effect), floor=True).plain()


def _switching(benefit: Array, cost: Array) -> dict[str, float | None]:
    """Return by what factor mean cost, or mean benefit, would have to change for the net value to be zero."""
    mean_benefit, mean_cost = float(benefit.mean()), float(cost.mean())
    return {
        "cost_factor": mean_benefit / mean_cost if mean_cost > 0 and mean_benefit > 0 else None,
        "benefit_factor": mean_cost / mean_benefit if mean_benefit > 0 and mean_cost > 0 else None,
    }


def _ledger(appraisals: Sequence[Appraisal]) -> list[dict[str, Any]]:
    """Return mean discounted amounts by payer, account and year; they add up to the net present social value."""
    years = appraisals[0].benefit.shape[1]
    lines: dict[tuple[str, str, str, str], Array] = {}
    cashable: dict[tuple[str, str, str, str], float] = {}
    for each in appraisals:
        for posting in each.books.postings:
            key = (posting.payer, posting.account, posting.kind, posting.source)
            lines.setdefault(key, np.zeros(years))
            lines[key] += posting.present_value / len(appraisals)
            cashable[key] = posting.cashable
    return [
        {
            "payer": payer,
            "account": account,
            "kind": kind,
            "source": source,
            "cashable_share": cashable[payer, account, kind, source],
            "gbp_by_year": lines[payer, account, kind, source].tolist(),
        }
        for payer, account, kind, source in sorted(lines)
    ]


def economics_of_year(appraisals: Sequence[Appraisal], year: int) -> dict[str, Any]:
    """Summarise discounted cost and benefit of one year, and the running net sum to its end."""
    return {
        "programme_cost": _cost(np.array([each.cost[:, year].sum() for each in appraisals])),
        "benefit": interval(np.array([each.benefit[:, year].sum() for each in appraisals])).plain(),
        "cumulative_net": interval(np.array([each.cumulative_net[year] for each in appraisals])).plain(),
    }


def _cost(values: Array) -> dict[str, Any]:
    """Summarise a cost; it cannot be negative unless the baseline spends more in some run."""
    return interval(values, floor=bool(np.all(values >= 0))).plain()
