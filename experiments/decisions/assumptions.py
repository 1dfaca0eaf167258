"""The register of what was assumed: every assumed parameter that the runs read, and every strength not matched.

Each is joined to how far the answer hangs on it: its rank correlation over runs with the net present social value of
each scenario, and for those that correlate most the value of knowing it before choosing. Both take 100 runs: with
fewer, chance alone gives some of hundreds of parameters a high correlation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.appraisals import appraise_runs
from experiments.decisions.value_of_information import FEWEST_RUNS, partial_information
from experiments.reading import NotedRegistry
from experiments.runs import BASELINE, Plan, RunRecord
from experiments.worlds import World
from sim.economics.appraisal import Appraisal
from sim.interventions.resolved import Programme
from sim.parameters.draws import DRAWS
from sim.parameters.parameter import Parameter

Array = npt.NDArray[np.float64]

VALUED = 10
SHOWN_NUMBERS = 6


def assumptions_of(
    plan: Plan,
    worlds: Mapping[str, World],
    records: Sequence[RunRecord],
    appraisals: Mapping[str, Sequence[Appraisal]],
) -> dict[str, Any]:
    """Return the register, parameters first, those on which the answer hangs most at the top.

    Parameters
    ----------
    plan, worlds, records
        What was run, the scenarios as read, and all runs.
    appraisals
        Scenario to its appraisal in each run.
    """
    assumed = [plan.parameters.parameter(name) for name in sorted(read_in(plan, worlds, records))]
    assumed = [parameter for parameter in assumed if parameter.assumptions]
    rows = {parameter.id: _parameter(parameter) for parameter in assumed}
    enough = len(records) >= FEWEST_RUNS
    if enough:
        _add_sensitivity(plan, records, appraisals, {each.id: each for each in assumed if each.varies}, rows)
    ordered = sorted(rows.values(), key=lambda row: (-_largest(row["rank_correlation"]), row["id"]))
    return {"runs_needed": None if enough else FEWEST_RUNS, "items": [*ordered, *strengths_of(plan)]}


def read_in(plan: Plan, worlds: Mapping[str, World], records: Sequence[RunRecord]) -> set[str]:
    """Return the identifiers of the parameters that the first run and its appraisal read."""
    read = set(records[0].read)
    noted = NotedRegistry.of(plan.parameters, read)
    for stem in plan.worlds:
        if stem != BASELINE:
            appraise_runs(records[:1], stem, worlds[stem].prices, noted)
    return read


def strengths_of(plan: Plan) -> list[dict[str, Any]]:
    """Return the programmes whose strengths are provisional, or a bound because no strength gives the effect."""
    programmes: dict[str, Programme] = {}
    for scenario in plan.worlds.values():
        programmes |= {programme.entry: programme for programme in scenario.programmes}
    rows = []
    for entry, programme in sorted(programmes.items()):
        bounds = programme.matched.bounds if programme.matched is not None else ()
        if not programme.provisional and not bounds:
            continue
        what = "provisional: not matched to a trial" if programme.provisional else "a bound"
        rows.append(
            _row(f"programme.{entry}", "strength", f"Strength of {programme.name}: {what}", reason="; ".join(bounds))
        )
    return rows


def rank_correlation(first: Array, second: Array) -> float | None:
    """Return Spearman's correlation; None where one of the two does not vary.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 2.0, 9.0]), np.array([3.0, 1.0, 0.5]))
    -1.0
    """
    from scipy.stats import rankdata

    ranks = [rankdata(values) - (values.size + 1) / 2 for values in (first, second)]
    spread = float(np.sqrt(np.sum(ranks[0] ** 2) * np.sum(ranks[1] ** 2)))
    return round(float(np.sum(ranks[0] * ranks[1])) / spread, 12) if spread > 0 else None


def _add_sensitivity(
    plan: Plan,
    records: Sequence[RunRecord],
    appraisals: Mapping[str, Sequence[Appraisal]],
    varying: Mapping[str, Parameter],
    rows: dict[str, dict[str, Any]],
) -> None:
    values = drawn_values(plan, records, list(varying))
    net = {
        stem: np.array([each.net_present_social_value for each in found]) for stem, found in sorted(appraisals.items())
    }
    for name, drawn in values.items():
        rows[name]["rank_correlation"] = {stem: rank_correlation(drawn, each) for stem, each in net.items()}
    benefits = np.column_stack([np.zeros(len(records)), *net.values()])
    leading = sorted(values, key=lambda name: (-_largest(rows[name]["rank_correlation"]), name))[:VALUED]
    for name in leading:
        value = partial_information(benefits, values[name][:, None])
        rows[name]["gbp"], rows[name]["standard_error"] = value.mean, value.standard_error


def drawn_values(plan: Plan, records: Sequence[RunRecord], names: Sequence[str]) -> dict[str, Array]:
    """Return the value of each parameter in each run, shape (runs,); of a table its first entry that varies."""
    draws = {draw: plan.parameters.draw(draw) for draw in sorted({record.number % DRAWS for record in records})}
    found = {}
    for name in names:
        tables = np.stack([np.ravel(draws[record.number % DRAWS][name]) for record in records]).astype(np.float64)
        varying = np.flatnonzero(np.ptp(tables, axis=0) > 0)
        if varying.size:
            found[name] = tables[:, varying[0]]
    return found


def _parameter(parameter: Parameter) -> dict[str, Any]:
    numbers = np.ravel(parameter.value)
    text = ", ".join(f"{number:g}" for number in numbers[:SHOWN_NUMBERS])
    more = f" and {numbers.size - SHOWN_NUMBERS} more" if numbers.size > SHOWN_NUMBERS else ""
    return _row(
        parameter.id,
        "parameter",
        parameter.meaning,
        value=text + more,
        unit=parameter.unit,
        span=f"{parameter.low:g} to {parameter.high:g}" + (" times" if parameter.range_is == "factor" else ""),
        varies=parameter.varies,
        reason="; ".join(parameter.assumptions),
    )


def _row(
    identifier: str,
    kind: str,
    meaning: str,
    value: str = "",
    unit: str = "",
    span: str = "",
    varies: bool = True,
    reason: str = "",
) -> dict[str, Any]:
    return {
        "id": identifier,
        "kind": kind,
        "meaning": meaning,
        "value": value,
        "unit": unit,
        "range": span,
        "varies": varies,
        "reason": reason,
        "rank_correlation": {},
        "gbp": None,
        "standard_error": None,
    }


def _largest(correlations: Mapping[str, float | None]) -> float:
    return max((abs(each) for each in correlations.values() if each is not None), default=0.0)
