"""Studies of functions whose sensitivity is known, lived through the whole path of a sweep."""

from __future__ import annotations

from pathlib import Path

from experiments.sweeps.sweeping import sweep

KNOWN = """\
schema: placewise.sweep/1
title: A known function
model: {model}
years: 1
burn_in_years: 0
runs: {runs}
design: {{{design}}}
vary: {{{vary}}}
"""
INPUTS = {"ishigami": 3, "linear": 4, "options": 4}


def known_study(home: Path, model: str, design: str, runs: int = 1) -> Path:
    """Live a design over a known function and return the folder of the study."""
    vary = ", ".join(f"x{at + 1}: " for at in range(INPUTS[model]))
    home.mkdir(parents=True, exist_ok=True)
    file = home / f"{model}.yaml"
    file.write_text(KNOWN.format(model=model, design=design, runs=runs, vary=vary))
    return sweep(file, home / "study", workers=1).folder
