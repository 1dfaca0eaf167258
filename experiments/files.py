"""Write files and folders so that they appear complete or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem

PARTIAL = ".partial-"


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically."""
    with written(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def copy_text(file: Path, target: Path) -> None:
    """Copy a text file atomically."""
    write_text(target, file.read_text(encoding="utf-8"))


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Give a temporary file beside ``path`` to write, and rename it into place at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}{PARTIAL}", suffix=path.suffix)
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o644)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def refuse_overwrite(folder: Path, force: bool) -> None:
    """Raise `InputError` when ``folder`` holds something and ``force`` is not given."""
    if force or not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    message = "The output folder exists and is never overwritten by itself."
    raise InputError(Problem(str(folder), 0, 0, "--out", message, "Choose another folder, or add --force."))


@contextmanager
def new_folder(folder: Path, force: bool) -> Iterator[Path]:
    """Give a temporary folder beside ``folder`` to write into, and rename it into place at the end.

    A process that is killed leaves at most a hidden folder whose name says that it is partial, and no folder under
    the name asked for.
    """
    refuse_overwrite(folder, force)
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}{PARTIAL}"))
    try:
        yield partial
        partial.chmod(0o755)
        _move_into_place(partial, folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _move_into_place(partial: Path, folder: Path) -> None:
    if not folder.exists():
        partial.rename(folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}{PARTIAL}"))
    folder.rename(old / folder.name)
    partial.rename(folder)
    shutil.rmtree(old)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV text; None and undefined numbers are empty cells."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([["" if _missing(cell) else cell for cell in row] for row in rows])
    return buffer.getvalue()


def _missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and cell != cell)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
