"""Commands about places: list, show, build."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

Json = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--json", help="Write JSON to this file; - is stdout, instead of the table."),
]
Name = Annotated[str, typer.Argument(help="Name, code, LSOA codes or place file.")]


def list_places(
    search: Annotated[str, typer.Argument(help="Words that the name or code must contain.")] = "",
    kind: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--kind", help="local authority, community safety partnership, police force or region."),
    ] = None,
    json: Json = None,
) -> None:
    """List places that have a name."""
    from dataclasses import asdict

    from experiments.commands.writing import write_json
    from experiments.place_tables import places_table
    from experiments.places import list_places as find
    from experiments.terminal import print_rich

    found = find(kind, search)
    if json is not None:
        write_json(json, [asdict(place) for place in found])
    if json != "-":
        print_rich(places_table(found))


def show(
    place: Name,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="New folder for maps and the table behind them."),
    ] = None,
    attribute: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--attribute", help="Attribute to map; may be given more than once."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the folder if it exists.")] = False,
    json: Json = None,
) -> None:
    """Describe a place in figures, and map it."""
    from experiments.commands.writing import write_json
    from experiments.place_tables import summary_table
    from experiments.places import DEFAULT_ATTRIBUTES, summary_data
    from experiments.places import show as show_place
    from experiments.terminal import print_rich

    found = show_place(place, out, attributes=attribute or DEFAULT_ATTRIBUTES, force=force)
    if json is not None:
        write_json(json, summary_data(found))
    if json != "-":
        print_rich(summary_table(found))


def build(
    place: Name,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the synthetic population.")] = 0,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Folder for the table of margins."),
    ] = None,
    json: Json = None,
) -> None:
    """Build the population of a place and show its fit."""
    from experiments.commands.writing import write_json
    from experiments.place_build import build as build_place
    from experiments.place_build import build_data, build_table
    from experiments.terminal import print_rich

    found = build_place(place, seed, out_dir=out)
    if json is not None:
        write_json(json, build_data(found))
    if json != "-":
        print_rich(build_table(found))
