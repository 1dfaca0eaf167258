"""Read a place file: a set of communities that local partners drew themselves, with their own figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.core.errors import InputError, Problem, suggest
from sim.core.yaml_files import Document, Key, as_switch, read_yaml
from sim.population import open_data, places
from sim.population.local_tables import read_assets, read_overrides
from sim.population.place_names import AUTHORITY, COLUMN_OF_KIND, FORCE, PARTNERSHIP, find_named
from sim.population.police_files import PoliceCounts, read_police_files

SCHEMA = "placewise.place/1"
PLACE_FILE = "place file"
CHOOSERS = {"lsoas": "lsoa", "authority": AUTHORITY, "partnership": PARTNERSHIP, "police_force": FORCE}
Reader = Callable[[Path, places.Array], tuple[places.Table, list[Problem]]]
KEYS = ("schema", "name", "about", *CHOOSERS, "overrides", "assets", "police_files", "structural_only")


def read_place_file(path: Path) -> places.PlaceData:
    """Read a place file and the CSV files it names.

    Raises
    ------
    InputError
        with every problem of the file and of its CSV files, each with its line.
    """
    document = read_yaml(path)
    problems = _wrong_keys(document)
    table = _communities(document, problems)
    overrides: places.Table = {}
    assets: places.Table = {}
    police = None
    structural_only = _switch(document, "structural_only", problems)
    if table is not None:
        overrides = _local_table(document, "overrides", read_overrides, table["lsoa"], problems)
        assets = _local_table(document, "assets", read_assets, table["lsoa"], problems)
        police = _police(document, table["lsoa"], problems)
    if problems or table is None:
        raise InputError(problems)
    data = places.assemble(str(document.data["name"]), PLACE_FILE, table, overrides, assets)
    data.police, data.structural_only = police, structural_only
    return data


def _wrong_keys(document: Document) -> list[Problem]:
    problems = []
    data = document.data
    for key in data:
        if key not in KEYS:
            near = suggest(str(key), KEYS)
            fix = f"Did you mean {' or '.join(near)}?" if near else f"A place file has {', '.join(KEYS)}."
            problems.append(document.problem((key,), f'There is no key called "{key}" in a place file.', fix))
    if data.get("schema") != SCHEMA:
        problems.append(
            document.problem(("schema",), "The schema is not that of a place file.", f"Write: schema: {SCHEMA}")
        )
    if not isinstance(data.get("name"), str) or not data["name"].strip():
        problems.append(document.problem(("name",), "The place has no name.", "Write: name: followed by its name."))
    chosen = [key for key in CHOOSERS if key in data]
    if len(chosen) != 1:
        what = "does not say which communities it has" if not chosen else f"is chosen twice, by {' and '.join(chosen)}"
        keys: tuple[Key, ...] = (chosen[1],) if chosen else ()
        problems.append(document.problem(keys, f"The place {what}.", f"Give one of {', '.join(CHOOSERS)}."))
    return problems


def _communities(document: Document, problems: list[Problem]) -> places.Table | None:
    chosen = [key for key in CHOOSERS if key in document.data]
    if len(chosen) != 1:
        return None
    if chosen[0] == "lsoas":
        return _listed(document, problems)
    kind, key = CHOOSERS[chosen[0]], chosen[0]
    name = document.data[key]
    if not isinstance(name, str):
        problems.append(document.problem((key,), "This must be one name or code."))
        return None
    try:
        named = find_named(f"{name} ({kind})", places.list_places(kind))
    except InputError as error:
        problems += [document.problem((key,), problem.message, problem.fix) for problem in error.problems]
        return None
    return open_data.read_lsoas(COLUMN_OF_KIND[kind], [named.code or named.name])


def _listed(document: Document, problems: list[Problem]) -> places.Table | None:
    codes = document.data["lsoas"]
    if not isinstance(codes, list) or not codes:
        problems.append(
            document.problem(("lsoas",), "This must be a list of LSOA codes.", "Write one a line, after a dash.")
        )
        return None
    texts = [str(code).strip().upper() for code in codes]
    table = open_data.read_lsoas("lsoa", texts)
    known = set(table["lsoa"].tolist())
    first: dict[str, int] = {}
    for position, code in enumerate(texts):
        line, column = document.where("lsoas", position)
        if code not in known:
            problems.append(places.unknown_code(code, document.file, line, column, f"lsoas[{position}]"))
        elif code in first:
            message = f"{code} is listed twice (first on line {document.where('lsoas', first[code])[0]})."
            problems.append(document.problem(("lsoas", position), message))
        first.setdefault(code, position)
    return table if table["lsoa"].size else None


def _local_table(
    document: Document, key: str, reader: Reader, codes: places.Array, problems: list[Problem]
) -> places.Table:
    name = document.data.get(key)
    if name is None:
        return {}
    if not isinstance(name, str):
        problems.append(document.problem((key,), "This must be the name of a CSV file."))
        return {}
    path = Path(document.file).parent / name
    if not path.is_file():
        problems.append(document.problem((key,), f'There is no file "{name}" beside the place file.'))
        return {}
    found, faults = reader(path, codes)
    problems += faults
    return found


def _police(document: Document, codes: places.Array, problems: list[Problem]) -> PoliceCounts | None:
    given = document.data.get("police_files")
    if given is None:
        return None
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        message = "This must be a list of police files or of folders that hold them."
        problems.append(document.problem(("police_files",), message, "For example: police_files: [police]"))
        return None
    folder = Path(document.file).parent
    absent = [(index, name) for index, name in enumerate(names) if not (folder / name).exists()]
    for index, name in absent:
        keys: tuple[Key, ...] = ("police_files",) if isinstance(given, str) else ("police_files", index)
        message = f'There is no file or folder "{name}" beside the place file.'
        problems.append(document.problem(keys, message, "Paths start from the folder of the place file."))
    if absent:
        return None
    counts, faults = read_police_files([folder / name for name in names], codes)
    problems += faults
    return counts


def _switch(document: Document, key: str, problems: list[Problem]) -> bool:
    if key not in document.data:
        return False
    value = as_switch(document.data[key])
    if value is None:
        problems.append(document.problem((key,), "This is a switch: true or false.", f"Write: {key}: true"))
    return bool(value)
