"""Commands about this machine: bench, doctor."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

Json = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--json", help="Write JSON to this file; - is stdout, instead of the table."),
]


def bench(
    full: Annotated[
        bool, typer.Option("--full", help="Also measure millions of people and whole studies; takes an hour.")
    ] = False,
    json: Json = None,
) -> None:
    """Measure speed and memory against budgets."""
    from experiments.bench import bench_data, bench_table, measure
    from experiments.commands.writing import write_json
    from experiments.terminal import print_rich

    rows = measure(full)
    if json is not None:
        write_json(json, bench_data(rows))
    if json != "-":
        print_rich(bench_table(rows))


def doctor(json: Json = None) -> None:
    """Say whether this installation is complete."""
    from experiments.commands.writing import write_json
    from experiments.doctor import doctor_data, doctor_table, examine
    from experiments.terminal import print_rich

    found = examine()
    if json is not None:
        write_json(json, doctor_data(found))
    if json != "-":
        print_rich(doctor_table(found))
    raise SystemExit(0 if all(item.fine for item in found) else 1)
