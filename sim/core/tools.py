"""The small set of tools every room receives; rooms never receive the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.core.chance import Chance
from sim.core.ledger import Ledger
from sim.core.levers import Levers
from sim.core.time import Clock

ParameterValues = Mapping[str, Any]
"""Give the value of a parameter by its identifier: a float, or an array for a table."""


@dataclass
class Tools:
    """Hand a room its parameters, chance, levers, ledger and clock."""

    parameters: ParameterValues
    chance: Chance
    levers: Levers
    ledger: Ledger
    clock: Clock
