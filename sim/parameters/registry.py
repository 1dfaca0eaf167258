"""All parameters of the model by identifier, with their values in one joint draw."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.errors import InputError, PlacewiseError, Problem, suggest
from sim.core.yaml_files import read_shipped_yaml, read_yaml
from sim.parameters import sources as source_files
from sim.parameters.checking import Fault, build, check_file, check_row
from sim.parameters.draws import DRAWS, draw_value
from sim.parameters.parameter import Parameter, Value, frozen_table

HERE = Path(__file__).parent


class UnknownParameter(PlacewiseError, KeyError):
    """Report an identifier that is not in the registry, with the nearest ones."""

    def __init__(self, identifier: str, nearest: list[str]) -> None:
        self.identifier, self.nearest = identifier, nearest
        hint = f" Did you mean {', '.join(nearest)}?" if nearest else ""
        super().__init__(f"There is no parameter called {identifier!r}.{hint}")

    def __str__(self) -> str:
        return str(self.args[0])

    def __reduce__(self) -> tuple[type[UnknownParameter], tuple[str, list[str]]]:
        return type(self), (self.identifier, self.nearest)


class Registry(Mapping[str, Value]):
    """Map parameter identifiers to values; immutable, small and picklable.

    Examples
    --------
    >>> registry = load_registry()
    >>> other = registry.draw(7)
    """

    def __init__(
        self,
        parameters: Mapping[str, Parameter],
        values: Mapping[str, Value] | None = None,
        replaced: frozenset[str] = frozenset(),
        number: int | None = None,
    ) -> None:
        self._parameters = dict(parameters)
        central = {identifier: parameter.value for identifier, parameter in self._parameters.items()}
        self._values: dict[str, Value] = central if values is None else dict(values)
        self._replaced = replaced
        self.number = number

    def __getitem__(self, identifier: str) -> Value:
        try:
            return self._values[identifier]
        except KeyError:
            raise self._unknown(identifier) from None

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __repr__(self) -> str:
        which = "central values" if self.number is None else f"draw {self.number}"
        return f"Registry({len(self)} parameters, {which})"

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        for value in (*self._values.values(), *(row.value for row in self._parameters.values())):
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def parameter(self, identifier: str) -> Parameter:
        """Return what is known about a parameter: unit, range, prior, kind, meaning and sources."""
        try:
            return self._parameters[identifier]
        except KeyError:
            raise self._unknown(identifier) from None

    def parameters(self) -> tuple[Parameter, ...]:
        """Return every parameter, in the order of the files."""
        return tuple(self._parameters.values())

    def replace(self, values: Mapping[str, Any]) -> Registry:
        """Return a registry with some values replaced; later draws leave replaced values alone.

        Raises
        ------
        UnknownParameter : for an identifier that does not exist.
        ValueError : for a value that is not finite or has another shape than the parameter's own.
        """
        changed = dict(self._values)
        for identifier, value in values.items():
            changed[identifier] = _as_value(self.parameter(identifier), value)
        return Registry(self._parameters, changed, self._replaced | values.keys(), self.number)

    def draw(self, number: int) -> Registry:
        """Return joint draw ``number``, counted modulo 200; draws differ from the central values, draw 0 too.

        Parameters of kind ``evidence`` vary over their priors, independently of each other. Those that were fitted
        take row ``number`` of the posterior, which was fitted given the evidence of that draw; other ``calibrated``
        ones, ``fixed`` and ``scenario`` ones, and any that were replaced, never vary.
        """
        values = {
            identifier: self._values[identifier] if identifier in self._replaced else draw_value(parameter, number)
            for identifier, parameter in self._parameters.items()
        }
        return Registry(self._parameters, values, self._replaced, number % DRAWS)

    def digest(self) -> str:
        """Return the SHA-256 of all identifiers and values, for a run's manifest."""
        sha = hashlib.sha256()
        for identifier in sorted(self._values):
            table = np.asarray(self._values[identifier], dtype="<f8")
            sha.update(f"{identifier}{table.shape}".encode())
            sha.update(table.tobytes())
        return sha.hexdigest()

    def _unknown(self, identifier: str) -> UnknownParameter:
        return UnknownParameter(identifier, suggest(str(identifier), self._parameters))


@cache
def load_registry(folder: Path = HERE) -> Registry:
    """Read every parameter file of ``folder`` and return the central values.

    Raises
    ------
    InputError : with every problem of every file.
    """
    known = source_files.source_ids(folder)
    parameters: dict[str, Parameter] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name in source_files.FILES:
            continue
        data = read_shipped_yaml(path)
        faults = list(_faults(data, path.stem, known))
        if faults:
            document = read_yaml(path)
            problems += [document.problem(keys, message, fix) for keys, message, fix in faults]
            continue
        for name, row in data["parameters"].items():
            parameters[f"{path.stem}.{name}"] = build(path.stem, name, row, path.name)
    if problems:
        raise InputError(problems)
    return Registry(parameters)


def _faults(data: dict[str, Any], room: str, known: frozenset[str]) -> Iterator[Fault]:
    yield from check_file(data, room)
    rows = data.get("parameters")
    if isinstance(rows, dict):
        for name, row in rows.items():
            yield from check_row(name, row, known)


def _as_value(parameter: Parameter, value: Any) -> Value:
    table = np.asarray(value, dtype=np.float64)
    wanted = np.shape(parameter.value)
    if table.shape != wanted:
        raise ValueError(f"{parameter.id} needs a value of shape {wanted}, not {table.shape}.")
    if not np.isfinite(table).all():
        raise ValueError(f"{parameter.id} needs finite numbers ({parameter.unit}).")
    return frozen_table(table) if parameter.is_table else float(table)
