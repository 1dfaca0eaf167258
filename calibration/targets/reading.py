"""Targets: what the model is held against, read from one file for fitting and one for validation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from calibration.statistics import STATISTICS
from sim.core.yaml_files import read_shipped_yaml

HERE = Path(__file__).parent
CALIBRATE_FILE, VALIDATE_FILE, CAUSES_FILE = (HERE / f"{name}.yaml" for name in ("calibrate", "validate", "causes"))
USES = ("calibrate", "validate", "check")
SCALES = ("log", "logit", "identity")
WINDOWS = ("day", "year", "run")
OBSERVED = ("all", "survey", "reported", "recorded", "arrested", "sanctioned", "ED", "admitted")
PLACES = ("residence", "location")


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
    scale
        On which model and target are compared: ``log``, ``logit`` or ``identity``.
    error, discrepancy
        Standard deviations on that scale: of the published figure, and of the model even at its best.
    block
        Name of a group of targets that say nearly the same and together weigh as much as one; empty for one alone.
    population, window
        Whom it describes, and over what time: a ``day``, a ``year`` or the ``run``.
    observed
        Which violence: ``all``, what a ``survey`` counts, or what a service saw of it.
    where
        Counted at the victim's home (``residence``) or where it happens (``location``).
    """

    id: str
    statistic: str
    value: float
    low: float
    high: float
    use: Literal["calibrate", "validate", "check"]
    source: str
    verified: bool
    scale: str = "log"
    error: float = 0.1
    discrepancy: float = 0.1
    block: str = ""
    population: str = ""
    window: str = "year"
    observed: str = "all"
    where: str = "residence"

    @property
    def definition(self) -> str:
        """The definition of the statistic: the docstring of its function."""
        return " ".join((STATISTICS[self.statistic].__doc__ or "").split())

    @property
    def aim(self) -> float:
        """The value on the target's scale."""
        return to_scale(self.scale, self.value)

    @property
    def variance(self) -> float:
        """Variance of the difference between a perfect run of England and the published figure, on the scale."""
        return self.error**2 + self.discrepancy**2


def to_scale(scale: str, value: float) -> float:
    """Put a statistic on the scale of its target; NaN where the scale has no such value."""
    if scale == "identity":
        return float(value)
    if not value > 0.0 or (scale == "logit" and not value < 1.0):
        return math.nan
    return math.log(value) if scale == "log" else math.log(value / (1.0 - value))


def from_scale(scale: str, value: float) -> float:
    """Bring a value on the scale of a target back to its unit."""
    if scale == "identity":
        return float(value)
    return math.exp(value) if scale == "log" else 1.0 / (1.0 + math.exp(-value))


def read_targets() -> list[Target]:
    """Read every target: those that are fitted to, then those that are only compared."""
    return read_calibration_targets() + read_validation_targets()


def read_calibration_targets() -> list[Target]:
    """Read the targets that parameters are fitted to."""
    return read_file(CALIBRATE_FILE, "calibrate")


def read_validation_targets() -> list[Target]:
    """Read the targets that the model is only held against. The fit must not call this."""
    return read_file(VALIDATE_FILE)


def read_causes() -> dict[str, str]:
    """Return by target why the model may miss it, in words; of targets for which that is known."""
    return {name: str(text).strip() for name, text in read_shipped_yaml(CAUSES_FILE)["causes"].items()}


def read_file(path: Path, use: str | None = None) -> list[Target]:
    """Read the targets of one file, in their order.

    Parameters
    ----------
    use
        Use of every target of the file; None where each says its own.

    Raises
    ------
    ValueError
        If a target names no known statistic, its value is outside its range, or a word is not one of those allowed.
    """
    given = {} if use is None else {"use": use}
    targets = []
    for name, row in read_shipped_yaml(path)["targets"].items():
        target = Target(id=name, **{**row, **given, "verified": row["verified"] in (True, "yes")})
        _refuse_faults(path.name, target)
        targets.append(target)
    return targets


def _refuse_faults(file: str, target: Target) -> None:
    if target.statistic not in STATISTICS:
        raise ValueError(f"{file}: target {target.id} names no statistic of ours: {target.statistic}")
    if not target.low <= target.value <= target.high:
        raise ValueError(f"{file}: target {target.id}: the value must lie in its range")
    words = {"use": USES, "scale": SCALES, "window": WINDOWS, "observed": OBSERVED, "where": PLACES}
    for field, allowed in words.items():
        if getattr(target, field) not in allowed:
            raise ValueError(f"{file}: target {target.id}: {field} must be one of {', '.join(allowed)}")
    if not (target.error > 0.0 and target.discrepancy >= 0.0 and math.isfinite(target.aim)):
        raise ValueError(f"{file}: target {target.id}: errors must be positive and the value must have its scale")
