"""Lay a survey out for the terminal."""

from __future__ import annotations

from rich import console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from experiments.report.survey_charts import PART_LABELS, STEP_LABELS, step_writer
from experiments.small_numbers import written
from experiments.survey import CURRENT, FULL
from experiments.survey_form import Group, SurveyResult
from experiments.survey_summary import service_label
from experiments.terminal import print_rich
from experiments.wording import ends, number, percent, span

COMBINATIONS_SHOWN = 10


def print_survey(result: SurveyResult) -> None:
    """Print the pyramid, the overlap of records and the shared picture."""
    place, links = result.place, result.picture[CURRENT].links
    heading = (
        f"\nWhat services see of violence in [bold]{escape(place.name)}[/bold]: {place.population:,} residents, "
        f"{result.years} {'year' if result.years == 1 else 'years'} from {result.decision_date}, {result.runs} runs. "
        "Modelled estimates."
    )
    apart = (
        "\nOf incidents that emergency departments know as violence, police have no record of "
        f"{span(links['not_recorded'], _share)}; {span(links['not_linked'], _share)} are recorded by both but cannot "
        "be linked."
    )
    print_rich(Text.from_markup(heading))
    for table in (_pyramid(result), _overlap(result), _picture(result), _services(result)):
        print_rich(console.Group("", table))
    print_rich(Text(apart))
    for note in result.notes:
        print_rich(Text.from_markup(f"[bold]Note:[/bold] {escape(note)}"))
    print_rich("")


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True, padding=(0, 2, 0, 0))
    for number_of_column, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number_of_column else "left", overflow="fold")
    return table


def _pyramid(result: SurveyResult) -> Table:
    table = _table("Incidents a year", "Mean", "95% range", "per 1,000 true", "change with full sharing")
    for name, step in result.pyramid.items():
        change = "exactly 0" if step.change.mean == step.change.low == 0 else number(step.change.mean, signed=True)
        write = step_writer(name)
        mean, around = write(step.current.mean), ends(step.current, write)
        table.add_row(STEP_LABELS[name], mean, around, number(step.per_1000.mean), change)
    return table


def _overlap(result: SurveyResult) -> Table:
    table = _table("Recorded by these and no others", "a year", "95% range", "in linked data")
    for each in result.overlap[:COMBINATIONS_SHOWN]:
        together = " + ".join(service_label(name) for name in each.services) or "No service"
        table.add_row(together, written(each.held.mean), ends(each.held, written), written(each.linked.mean))
    return table


def _picture(result: SurveyResult) -> Table:
    """Lay out what is known of violence, by context and severity."""
    table = _table(
        "Share of true incidents", "police", "police, full sharing", "any service", "cannot be linked", "unrecorded"
    )
    now, full = result.picture[CURRENT], result.picture[FULL]
    pairs: list[tuple[Group, Group]] = [(now.all, full.all)]
    for by in ("by_context", "by_severity"):
        before, after = getattr(now, by), getattr(full, by)
        pairs += [(before[name], after[name]) for name in before]
    for group, shared in pairs:
        table.add_row(
            group.label,
            *(
                _share(each.mean) if each.mean is not None else "too few"
                for each in (
                    group.police_knows,
                    shared.police_knows,
                    group.any_service,
                    group.parts["not_linkable"],
                    group.parts["unrecorded"],
                )
            ),
        )
    table.caption = f"cannot be linked: {PART_LABELS['not_linkable']}; unrecorded: {PART_LABELS['unrecorded']}"
    table.caption_justify = "left"
    return table


def _services(result: SurveyResult) -> Table:
    table = _table("Share of true incidents known to", "own records", "with full sharing")
    own, known = result.picture[CURRENT].own, result.picture[FULL].known
    for name, each in result.services.items():
        table.add_row(each.label, _share(own[name].mean), _share(known[name].mean))
    return table


def _share(value: float | None) -> str:
    return percent(value, signed=False)
