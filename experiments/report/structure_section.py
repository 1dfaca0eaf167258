"""The section on structure: what the comparison would say if the model were built otherwise, and the choice then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from experiments.report.charts import Drawing
from experiments.report.option_charts import option_title
from experiments.report.parts import Section, Table
from experiments.result_parts import Difference
from experiments.results import CompareResult
from experiments.structure_results import Sources, Structure
from experiments.structures import AS_BUILT, MONEY, best_of
from experiments.wording import money, number, span

HEADING = "If the model were built otherwise"
INJURY = "incidents_with_injury"
TWO_SIDED = 1.96
"""Standard deviations that hold 95% of a normal distribution on either side."""
signed = partial(number, signed=True)
Write = Callable[[float | None], str]


def structure_section(result: CompareResult, drawings: Sequence[Drawing]) -> Section:
    """Return what each form of the model says, and where uncertainty comes from."""
    found = result.structure
    if found is None:
        return Section("structure", HEADING, ["Not asked in this comparison: compare with --structures answers it."])
    words = [
        "No draw of parameters shows what follows from how the model is built. Four choices that evidence does not "
        "settle were built otherwise, one at a time, each with a past of its own, in the first "
        f"{found.runs} runs.",
        choice_sentence(result, found),
        *_not_run(found),
    ]
    return Section("structure", HEADING, words, drawings, [_forms_table(result, found), _sources_table(result, found)])


def choice_sentence(result: CompareResult, found: Structure) -> str:
    """Return whether the option with the largest mean net social value is the same in every form."""
    built = best_of(found.forms[AS_BUILT])
    other = {form.title: best_of(form) for form in found.forms.values() if form.scenarios}
    differs = {title: best for title, best in other.items() if best != built}
    name = _best_title(result, built)
    if not differs:
        return f"{name} has the largest mean net social value in every form."
    listed = "; ".join(f"{title[0].lower()}{title[1:]}: {_best_title(result, best)}" for title, best in differs.items())
    return f"{name} has the largest mean net social value with the model as it is, but not in every form ({listed})."


def _best_title(result: CompareResult, stem: str | None) -> str:
    return option_title(result, stem or result.baseline)


def _not_run(found: Structure) -> list[str]:
    titles = [form.title for form in found.forms.values() if not form.applies]
    if not titles:
        return []
    return [f"Not lived, because it can change nothing between these scenarios: {'; '.join(titles)}."]


def _forms_table(result: CompareResult, found: Structure) -> Table:
    rows = [
        [
            form.title,
            option_title(result, stem),
            _with_error(each.outcomes[INJURY], signed),
            _with_error(each.net_present_social_value, money),
        ]
        for form in found.forms.values()
        for stem, each in form.scenarios.items()
    ]
    return Table(
        "What each form of the model says",
        f"Difference from the baseline over {result.years} years: 95% range over {found.runs} runs, then the central "
        "estimate, and in brackets its standard error. Differences between forms smaller than about three standard "
        "errors may be luck.",
        ["Form", "Scenario", "Incidents with injury", "Net social value"],
        rows,
    )


def _with_error(change: Difference, write: Write) -> str:
    error = change.monte_carlo_se
    return span(change, write) + ("" if error is None else f" ({write(error).lstrip('+')})")


def _sources_table(result: CompareResult, found: Structure) -> Table:
    rows = [
        [option_title(result, stem), label, write(each.mean), *_ranges(each, write)]
        for stem, quantities in found.uncertainty.items()
        for label, name, write in (
            ("Incidents with injury", INJURY, signed),
            ("Net social value", MONEY, money),
        )
        for each in [quantities[name]]
    ]
    return Table(
        "Where uncertainty comes from",
        "Number of runs: 95% range of the mean over runs, which more runs narrow. Parameters: 95% range between draws "
        f"without luck, told apart by living {found.runs} draws twice; only evidence narrows it. Structure: lowest and "
        "highest mean over the forms, some luck included.",
        ["Scenario", "Change in", "Central estimate", "Number of runs", "Parameters", "Structure"],
        rows,
    )


def _ranges(each: Sources, write: Write) -> list[str]:
    low, high = each.structure_low, each.structure_high
    return [
        _around(each.mean, each.monte_carlo_se, write),
        "not told from luck" if each.parameter_sd == 0.0 else _around(each.mean, each.parameter_sd, write),
        "unknown" if low is None else f"{write(low)} to {write(high)}",
    ]


def _around(mean: float, deviation: float | None, write: Write) -> str:
    if deviation is None:
        return "too few runs to tell"
    return f"{write(mean - TWO_SIDED * deviation)} to {write(mean + TWO_SIDED * deviation)}"
