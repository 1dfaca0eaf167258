"""Commands that look things up and simulate nothing: check, list, explain, schema."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

Json = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--json", help="Write JSON to this file; - is stdout, instead of the text."),
]


def check(
    files: Annotated[list[str], typer.Argument(help="Scenario, catalogue or place files, or bundled names.")],
    strict: Annotated[bool, typer.Option("--strict", help="Refuse provisional strengths and unfinished text.")] = False,
    json: Json = None,
) -> None:
    """Find every mistake in files at once.

    Each comes with line, column, reason and how to mend it. Nothing is simulated.
    """
    from experiments.checking import check_files, exit_code, report_data, report_text
    from experiments.commands.writing import write_json

    found = check_files(files, strict)
    if json is not None:
        write_json(json, report_data(found))
    if json != "-":
        print(report_text(found))
    raise SystemExit(exit_code(found))


def list_names(
    what: Annotated[
        str, typer.Argument(help="parameters, interventions, levers, conditions, scenarios, places or measures.")
    ],
    search: Annotated[str, typer.Argument(help="Words that must be found.")] = "",
    kind: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--kind", help="Kind of parameter or place, strand of intervention, level of lever."),
    ] = None,
    json: Json = None,
) -> None:
    """List parameters, interventions, places ..."""
    from experiments.commands.writing import write_json
    from experiments.listing import listing
    from experiments.terminal import print_rich

    rows, table = listing(what, search, kind)
    if json is not None:
        write_json(json, rows)
    if json != "-":
        print_rich(table)


def explain(
    name: Annotated[str, typer.Argument(help="Parameter, source, lever, measure, intervention or warning.")],
    json: Json = None,
) -> None:
    """Say what a name means, with its sources."""
    from experiments.commands.writing import write_json
    from experiments.explain import explain as explanation_of
    from experiments.explain import explanation_data, explanation_table
    from experiments.terminal import print_rich

    found = explanation_of(name)
    if json is not None:
        write_json(json, explanation_data(found))
    if json != "-":
        print_rich(explanation_table(found))


def schema(
    name: Annotated[
        str, typer.Argument(help="compare, run, run-areas, factors, survey, sweep, scenario, intervention.")
    ] = "compare",
) -> None:
    """Print the JSON Schema of a file or result."""
    from experiments.commands.writing import write_json
    from experiments.listing import schema_of

    write_json("-", schema_of(name))
