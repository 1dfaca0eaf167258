"""Targets: what the model is fitted to, and what it is only held against, in two files."""

from calibration.targets.reading import (
    Target,
    from_scale,
    read_calibration_targets,
    read_causes,
    read_targets,
    read_validation_targets,
    to_scale,
)

__all__ = [
    "Target",
    "from_scale",
    "read_calibration_targets",
    "read_causes",
    "read_targets",
    "read_validation_targets",
    "to_scale",
]
