"""Write tables as immutable Parquet files that say by their name whether they are whole.

A part is called ``<task>-<check>.parquet``: the digest of what was asked, and the digest of the bytes of the file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from experiments.files import PARTIAL
from sim.core.errors import InputError, Problem

Array = npt.NDArray[Any]

SETTINGS = {"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
FORMAT = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, USE_TMP_FILE false"
"""Parts are small and written once: packed hard, and by us under a name of their own until they are whole."""
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
CHECK_DIGITS = 24
ENDING = ".parquet"


def write_part(folder: Path, task: str, columns: Mapping[str, Array], order: Sequence[str] = ()) -> Path:
    """Write a table as the part of a task and return its path; it appears complete or not at all.

    Parameters
    ----------
    columns
        Name to one value a row; texts as arrays of objects.
    order
        Columns to sort rows by.
    """
    with storing(folder):
        partial = _partial(folder)
        try:
            write_parquet(partial, columns, order)
            path = folder / f"{task}-{check_of(partial)}{ENDING}"
            partial.replace(path)
            _settle(folder)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    return path


def write_parquet(path: Path, columns: Mapping[str, Array], order: Sequence[str] = ()) -> None:
    """Write a table to a Parquet file and wait until the disk has it."""
    sorted_by = f" ORDER BY {', '.join(map(quoted, order))}" if order else ""
    database = _writer(os.getpid())
    database.register("rows_to_write", dict(columns))
    target = str(path).replace("'", "''")
    database.execute(f"COPY (SELECT * FROM rows_to_write{sorted_by}) TO '{target}' ({FORMAT})")
    database.unregister("rows_to_write")
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


@cache
def _writer(process: int) -> Any:
    """Return the database that a process writes with: opening one takes longer than writing a part."""
    return duckdb.connect(config=SETTINGS)


def find_parts(folder: Path) -> dict[str, Path]:
    """Return the parts of a folder by task, without looking into them."""
    return {path.name.partition("-")[0]: path for path in sorted(folder.glob(f"*{ENDING}")) if path.name[0] != "."}


def is_whole(path: Path) -> bool:
    """Say whether the bytes of a part are those it was written with."""
    return path.stem.rpartition("-")[2] == check_of(path)


def check_of(path: Path) -> str:
    """Return the digest of a file's bytes that stands in the name of a part."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:CHECK_DIGITS]


def remove_partial(folder: Path) -> None:
    """Remove what a process that was killed had begun to write."""
    for path in folder.glob(f"{PARTIAL}*"):
        path.unlink(missing_ok=True)


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Say plainly when the disk is full.

    Raises
    ------
    InputError
        When something in the body could not be written for want of space.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        raise _disk_full(folder) from None
    except duckdb.IOException as error:
        if not any(os.strerror(code) in str(error) for code in NO_SPACE):
            raise
        raise _disk_full(folder) from None


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def as_texts(values: Sequence[Any]) -> Array:
    """Return texts as an array that DuckDB reads as such."""
    return np.array([str(value) for value in values], dtype=object)


def _partial(folder: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=folder, prefix=PARTIAL)
    os.close(handle)
    Path(name).chmod(0o644)
    return Path(name)


def _settle(folder: Path) -> None:
    """Wait until the disk has the names in a folder, where the system can say so."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _disk_full(folder: Path) -> InputError:
    message = "The disk is full. Every run that had been stored is whole; nothing is half-written."
    fix = "Make room, then give the same command with --resume."
    return InputError(Problem(str(folder), 0, 0, "--out", message, fix))
