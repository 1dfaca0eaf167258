"""Write JSON where ``--json`` says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def write_json(where: str, data: Any) -> None:
    """Write data as JSON to a file, atomically, or to stdout for ``-``."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    if where == "-":
        print(text)
        return
    from experiments.files import write_text

    write_text(Path(where), text + "\n")
