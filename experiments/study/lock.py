"""Let one process at a time write into a study."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.core.errors import InputError, Problem

LOCK = "lock"


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the lock of a study while the body runs.

    The lock belongs to the process, not to the file: it is gone when the process is, however that ended.

    Raises
    ------
    InputError
        When another process holds it.
    """
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _taken(handle):
            holder = os.read(handle, 20).decode(errors="replace").strip() or "unknown"
            message = f"Another process (number {holder}) is writing into this study."
            fix = "Wait for it, or end it; what it has finished is kept. Reading and placewise query are not affected."
            raise InputError(Problem(str(folder), 0, 0, "--out", message, fix))
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    """Try to take the lock of an open file; say whether it worked."""
    try:
        import fcntl
    except ImportError:
        return _taken_on_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _taken_on_windows(handle: int) -> bool:
    import msvcrt

    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError:
        return False
    return True
