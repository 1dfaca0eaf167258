"""What may hold part of a world where an experiment wants it, month after month."""

from __future__ import annotations

from typing import Any, Protocol


class Hold(Protocol):
    """Set some states of a world just before a month's violence. No room does this; a plain world has no holds."""

    def apply(self, world: Any, month: int) -> None:
        """Set the states for ``month``."""
