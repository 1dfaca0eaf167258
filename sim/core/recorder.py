"""What may watch a world live: somebody who writes down each month and changes nothing."""

from __future__ import annotations

from typing import Any, Protocol


class Recorder(Protocol):
    """Write down what happened in a month. It is given the world to read, and must not change it."""

    def record(self, world: Any, month: int, incidents: Any) -> None:
        """Write down ``month``: services have responded to its incidents, and nobody has been buried yet."""
