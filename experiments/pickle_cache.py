"""Keep objects on disk by a digest of all that decides them, for the user who made them, within a size.

What is kept is a cache: whatever is wrong with it, its content is made anew, and results never depend on whether it
was there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAGIC = b"placewise cache 1\n"
CHECK_BYTES = 32
ENDING = ".kept"
MOST_BYTES = 4_000_000_000


@dataclass(frozen=True)
class PickleCache:
    """Keep objects in a folder of at most ``most_bytes``; those unused for longest make room.

    The folder is private to the user: an object is kept as a pickle, and reading one that somebody else wrote would run
    their code.
    """

    folder: Path
    most_bytes: int = MOST_BYTES

    def find(self, key: str) -> Any:
        """Return the object kept under a key, a new one each time; None where there is none or it is damaged."""
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

    def keep(self, key: str, value: Any) -> None:
        """Write an object under a key, complete or not at all; a full disk is no reason to stop a study."""
        body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
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

    def forget(self, key: str) -> None:
        """Remove what is kept under a key, if anything is."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{ENDING}"

    def _make_room(self, size: int) -> None:
        """Remove what was used longest ago until ``size`` more bytes fit."""
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
