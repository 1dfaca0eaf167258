"""Put a finished fit into the package: draws, where they come from, the centre as central values, and the account."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.fitting.one_run import write_whole
from calibration.fitting.report import in_words
from calibration.fitting.space import Space
from sim.parameters import registry as registries
from sim.parameters.posterior import PATH as DRAWS_PATH
from sim.parameters.posterior import read_draws
from sim.parameters.registry import Registry, load_registry

Array = npt.NDArray[np.float64]

PROVENANCE_NAME, DIGITS = "fit.json", 4
README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- fit: begin (generated) -->", "<!-- fit: end -->"


def draws_table(space: Space, draws: Array) -> str:
    """Return the draws as CSV: one row a draw, one column a parameter (of tables, the factor on the starting value)."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["draw", *(name for free in space.free for name in free.moves)])
    for number, point in enumerate(draws):
        writer.writerow([number, *(f"{value:.6g}" for value in space.moved(point).values())])
    return stream.getvalue()


def ship(folder: Path, parameters: Path = registries.HERE, draws: Path = DRAWS_PATH, readme: Path = README) -> None:
    """Make a finished fit the shipped one.

    Central values become the centre of the posterior; factors of tables in the draws become relative to it.
    """
    found: dict[str, Any] = json.loads((folder / PROVENANCE_NAME).read_text(encoding="utf-8"))
    table = (folder / "draws.csv").read_text(encoding="utf-8")
    registry = load_registry(parameters)
    centre: dict[str, float] = {}
    for row in found["directions"]:
        centre |= dict(zip(row["moves"], row["centre"], strict=True))
    for room in sorted({name.split(".")[0] for name in centre}):
        path = parameters / f"{room}.yaml"
        text = path.read_text(encoding="utf-8")
        for name, value in centre.items():
            if name.startswith(f"{room}."):
                text = with_value(text, name.split(".")[1], _written(registry, name, value))
        write_whole(path, text)
    write_whole(draws, _relative(table, registry, centre))
    write_whole(draws.with_name(PROVENANCE_NAME), json.dumps(found, indent=1) + "\n")
    write_whole(readme, with_account(readme.read_text(encoding="utf-8"), in_words(found)))
    load_registry.cache_clear()
    read_draws.cache_clear()


def with_value(text: str, name: str, value: str) -> str:
    """Return the text of a parameter file with another value in one row.

    Raises
    ------
    ValueError
        If there is not exactly one such row.
    """
    pattern = re.compile(rf"^(  {re.escape(name)}:(?: \{{|\s+)value: )(\[[^\]]*\]|[^,\s}}]+)", re.MULTILINE)
    changed, count = pattern.subn(lambda match: match.group(1) + value, text)
    if count != 1:
        raise ValueError(f"{name} has {count} rows with a value on one line, not one.")
    return changed


def with_account(text: str, account: str) -> str:
    """Return a text with the generated account of the fit between its marks."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{account}\n{END}{after}"


def _written(registry: Registry, name: str, value: float) -> str:
    if not registry.parameter(name).is_table:
        return f"{value:.{DIGITS}g}"
    return "[" + ", ".join(f"{entry:.{DIGITS}g}" for entry in np.asarray(registry[name]).ravel() * value) + "]"


def _relative(table: str, registry: Registry, centre: dict[str, float]) -> str:
    rows = list(csv.reader(io.StringIO(table)))
    for column, name in enumerate(rows[0]):
        if name in centre and registry.parameter(name).is_table:
            for row in rows[1:]:
                row[column] = f"{float(row[column]) / centre[name]:.6g}"
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
