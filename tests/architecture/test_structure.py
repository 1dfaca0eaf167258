"""The shape of the house: small files, short functions, no chance but keyed chance, owned columns, own sheets."""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections import Counter

import pytest

from sim.population.columns import COMMUNITIES, FAMILIES, PEOPLE
from tests.architecture.source_tree import ROOT, Module, modules

AIM_FILE_LINES, MOST_FILE_LINES = 300, 350
MOST_FUNCTION_LINES, MOST_KERNEL_LINES = 55, 80
ROOMS = {
    "place",
    "society",
    "demography",
    "families",
    "individuals",
    "ties",
    "norms",
    "communities",
    "programmes",
    "violence",
    "services",
}
SHEET_ROOMS = ROOMS | {"population", "person", "work", "history", "life_course", "interventions", "economics"}
BANNED_IN_SIM = {"random", "numpy.random", "secrets", "uuid"}
YAML_READERS = {"sim.core.yaml_files", "sim.core.yaml_wording"}
YAML_WRITERS = {"experiments.store", "experiments.matching_store"}
SCENARIOS = ("baseline", "early_years", "counter_narrative", "employment_pathways", "whole_system")
CATALOGUE = ("parenting_programme", "mentoring", "summer_jobs")
TABLES = ("lsoa", "la", "adjacency", "boundaries", "secondary_schools")


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the length of a function's body in lines, without its docstring."""
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = (first.end_lineno or 0) + 1 if documented else first.lineno
    return (function.end_lineno or 0) - start + 1


def imported(module: Module) -> set[str]:
    """Return the dotted names a module imports, and every numpy.random it reaches through numpy."""
    names: set[str] = set()
    for node in module.walk():
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names |= (
                {"numpy.random"} if (node.value.id, node.attr) in {("np", "random"), ("numpy", "random")} else set()
            )
    return names


def declared_sheets() -> set[tuple[str, str]]:
    """Return (name, decisions) of every chance sheet declared with a literal name."""
    return {
        (node.args[0].value, ast.unparse(node.args[1]))
        for module in modules("sim")
        for node in module.walk()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "declare_sheet"
        and len(node.args) > 1
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_files_are_short() -> None:
    sizes = {module.path: module.text.count("\n") for module in modules()}
    long = {path: lines for path, lines in sizes.items() if lines > AIM_FILE_LINES}
    if long:
        warnings.warn(f"files of more than {AIM_FILE_LINES} lines: {long}", stacklevel=1)
    assert not {path: lines for path, lines in long.items() if lines > MOST_FILE_LINES}


def test_functions_are_short() -> None:
    long = {
        f"{module.path}:{node.lineno} {node.name}": code_lines(node)
        for module in modules()
        for node in module.walk()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and code_lines(node) > (MOST_KERNEL_LINES if module.path.endswith("kernels.py") else MOST_FUNCTION_LINES)
    }
    assert not long


def test_every_module_says_what_it_is() -> None:
    assert not [module.path for module in modules() if module.text.strip() and not ast.get_docstring(module.tree)]


def test_the_model_has_no_chance_but_keyed_chance() -> None:
    offenders = {module.path: sorted(imported(module) & BANNED_IN_SIM) for module in modules("sim")}
    assert not {path: names for path, names in offenders.items() if names}


def test_the_model_never_uses_the_hash_that_differs_between_processes() -> None:
    offenders = [
        f"{module.path}:{node.lineno}"
        for module in modules("sim")
        for node in module.walk()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hash"
    ]
    assert not offenders


def test_banned_chance_would_be_found() -> None:
    for text in ("import random", "from numpy import random", "import numpy as np\nnp.random.normal()"):
        assert imported(Module("x.py", text, ast.parse(text))) & BANNED_IN_SIM


def test_yaml_is_read_in_one_place() -> None:
    readers = {
        module.name
        for module in modules()
        if any(name == "yaml" or name.startswith("ruamel") for name in imported(module))
    }
    assert readers <= YAML_READERS | YAML_WRITERS


def test_every_column_is_declared_once_and_written_by_one_room() -> None:
    for columns in (PEOPLE, FAMILIES, COMMUNITIES):
        names = Counter(column.name for column in columns)
        assert max(names.values()) == 1
        assert {column.writer for column in columns} <= ROOMS
        assert all(column.meaning.strip() for column in columns)


def test_every_sheet_means_one_thing_and_has_a_number_of_its_own() -> None:
    sheets = declared_sheets()
    names = {name for name, _ in sheets}
    assert names
    assert len(sheets) == len(names), "a sheet is declared with different decisions in two places"
    numbers = {hashlib.blake2b(name.encode(), digest_size=4).digest() for name in names}
    assert len(numbers) == len(names)
    assert {name.partition(".")[0] for name in names} <= SHEET_ROOMS


@pytest.mark.parametrize(
    "path",
    [f"scenarios/{name}.yaml" for name in SCENARIOS]
    + [f"scenarios/catalogue/{name}.yaml" for name in CATALOGUE]
    + [f"scenarios/england/{name}.parquet" for name in TABLES]
    + ["scenarios/__init__.py", "scenarios/england/SOURCES.md", "sim/parameters/sources.yaml"],
)
def test_data_files_are_there(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("folder", ["sim", "scenarios", "calibration", "experiments", "tests", "sim/parameters"])
def test_every_main_folder_has_a_readme(folder: str) -> None:
    assert (ROOT / folder / "README.md").is_file()
