"""Keep on disk what takes long to work out: compiled kernels, and answers that follow from the content of some files.

An answer is kept under a hash of everything it follows from, so it can be absent but never out of date. Where nothing
can be written, it is worked out again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

PRODUCT = "placewise"


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@cache
def cache_folder(kind: str) -> Path:
    """Choose the folder for one kind of thing: the first writable of PLACEWISE_CACHE, the user's cache, temporary."""
    name = Path(PRODUCT) / kind
    homes = [os.environ.get("PLACEWISE_CACHE"), os.environ.get("XDG_CACHE_HOME"), str(Path("~/.cache").expanduser())]
    for home in homes:
        if home and _writable(Path(home) / name):
            return Path(home) / name
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def content_key(parts: Iterable[bytes]) -> str:
    """Hash a sequence of byte strings, each with its length, so that no two sequences are taken for one."""
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def recall(kind: str, key: str) -> str | None:
    """Return the text kept under a key; None if there is none or it cannot be read."""
    try:
        return (cache_folder(kind) / key).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def keep(kind: str, key: str, text: str) -> None:
    """Keep a text under a key, whole or not at all; do nothing where it cannot be written."""
    with contextlib.suppress(OSError):
        folder = cache_folder(kind)
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as stream:
            stream.write(text)
        Path(stream.name).replace(folder / key)


def recall_data(kind: str, key: str) -> Any:
    """Return the data kept under a key; None if there are none."""
    text = recall(kind, key)
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return None


def keep_data(kind: str, key: str, data: Any) -> None:
    """Keep plain data under a key, unless JSON would change them, as it does dates and keys that are numbers."""
    try:
        text = json.dumps(data)
    except (TypeError, ValueError):
        return
    if json.loads(text) == data:
        keep(kind, key, text)
