"""Keep burnt-in places on disk, so that runs which share one live its burn-in once.

A snapshot is found by a digest of all that decides what it holds: the source of the model, the data of the place, the
parameters, seed, dates, and the versions of Python and NumPy. It is a cache: whatever is wrong with it, a place is
built anew, and results never depend on whether it was there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import platform
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from experiments.runs import Plan

MAGIC = b"placewise snapshot 1\n"
CHECK_BYTES = 32
ENDING = ".world"
MOST_BYTES = 4_000_000_000
SIZE_VARIABLE = "PLACEWISE_SNAPSHOT_BYTES"


@dataclass(frozen=True)
class Snapshots:
    """Keep burnt-in places in a folder of at most ``most_bytes``; those unused for longest make room.

    The folder is private to the user: a snapshot is a pickle, and reading one that somebody else wrote would run their
    code.
    """

    folder: Path
    most_bytes: int = MOST_BYTES

    def find(self, key: str) -> Any:
        """Return the place kept under a key, a new one each time; None where there is none or it is damaged."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        check, body = content[len(MAGIC) : len(MAGIC) + CHECK_BYTES], memoryview(content)[len(MAGIC) + CHECK_BYTES :]
        if not content.startswith(MAGIC) or hashlib.blake2b(body, digest_size=CHECK_BYTES).digest() != check:
            path.unlink(missing_ok=True)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return pickle.loads(body)

    def keep(self, key: str, place: Any) -> None:
        """Write a place under a key, complete or not at all; a full disk is no reason to stop a study."""
        body = pickle.dumps(place, protocol=pickle.HIGHEST_PROTOCOL)
        check = hashlib.blake2b(body, digest_size=CHECK_BYTES).digest()
        if len(body) > self.most_bytes:
            return
        partial = None
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_room(len(body))
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".partial-")
            partial = Path(name)
            with os.fdopen(handle, "wb") as stream:
                stream.writelines((MAGIC, check, body))
            partial.replace(self._path(key))
        except OSError:
            if partial is not None:
                partial.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{ENDING}"

    def _make_room(self, size: int) -> None:
        """Remove the snapshots that were used longest ago until ``size`` more bytes fit."""
        kept = []
        for path in self.folder.glob(f"*{ENDING}"):
            with contextlib.suppress(OSError):
                found = path.stat()
                kept.append((found.st_mtime, found.st_size, path))
        total = sum(each[1] for each in kept)
        for _, each_size, path in sorted(kept):
            if total + size <= self.most_bytes:
                return
            path.unlink(missing_ok=True)
            total -= each_size


def shared_snapshots() -> Snapshots:
    """Return the snapshots of this user: beside compiled kernels, at most 4 GB or ``PLACEWISE_SNAPSHOT_BYTES``."""
    from sim.core.compiling import CACHE_FOLDER

    most = os.environ.get(SIZE_VARIABLE, "")
    return Snapshots(CACHE_FOLDER.parent / "worlds", int(most) if most.isdigit() else MOST_BYTES)


def snapshot_key(plan: Plan, number: int) -> str:
    """Return the digest of all that decides how the place of a run is at the decision date."""
    drawn = plan.parameters if plan.central else plan.parameters.draw(number)
    build = "" if plan.build is None else f"{plan.build.__module__}.{plan.build.__qualname__}"
    parts = (
        model_digest(),
        platform.python_version(),
        np.__version__,
        plan.place.digest(),
        drawn.digest(),
        drawn.number,
        plan.seed + number,
        plan.decision_date,
        plan.burn_in_years,
        build,
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]


def model_digest() -> str:
    """Return a digest of the source of everything that a run of the model executes."""
    from sim.core.compiling import source_hash

    return source_hash("sim.run")
