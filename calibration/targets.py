"""Targets: what the model is held against, read from ``targets.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ruamel.yaml import YAML

from calibration.statistics import STATISTICS

PATH = Path(__file__).with_name("targets.yaml")
USES = ("calibrate", "validate", "check")


@dataclass(frozen=True)
class Target:
    """Hold one target.

    Attributes
    ----------
    id
        Name of the target.
    statistic
        Name of the function of `calibration.statistics` that computes it.
    value, low, high
        The published value and the range in keeping with the evidence.
    use
        ``calibrate``: a parameter is fitted to it; ``validate``: only ever compared; ``check``: sign and order of
        magnitude only.
    source
        Identifier of the evidence.
    verified
        Whether the figure was read in its source.
    """

    id: str
    statistic: str
    value: float
    low: float
    high: float
    use: Literal["calibrate", "validate", "check"]
    source: str
    verified: bool

    @property
    def definition(self) -> str:
        """The definition of the statistic: the docstring of its function."""
        return " ".join((STATISTICS[self.statistic].__doc__ or "").split())


def read_targets(path: Path = PATH) -> list[Target]:
    """Read the targets, in their order.

    Raises
    ------
    ValueError
        If a target names no known statistic, or its value is outside its range.
    """
    rows = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["targets"]
    targets = []
    for name, row in rows.items():
        target = Target(id=name, **{**row, "verified": row["verified"] in (True, "yes")})
        if target.statistic not in STATISTICS:
            raise ValueError(f"{path.name}: target {name} names no statistic of ours: {target.statistic}")
        if not target.low <= target.value <= target.high or target.use not in USES:
            raise ValueError(f"{path.name}: target {name}: the value must lie in its range, and use be one of {USES}")
        targets.append(target)
    return targets
