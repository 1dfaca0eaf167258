"""Which assumptions flip the choice: where in the space of factors another option would be preferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments.runs import BASELINE
from experiments.sensitivity.discovery import Discovery, discover
from experiments.sensitivity.reading import StudyData, Target

Array = npt.NDArray[np.float64]

CLEAR_ERRORS = 2.0


@dataclass(frozen=True)
class Choice:
    """Hold which option is preferred where.

    Attributes
    ----------
    outcome
        What options are judged by: less is better.
    worth
        How much an option must avert, over the period, to be preferred to doing nothing.
    preferred
        The option that is best on average over all points.
    shares
        Share of points at which each option is preferred.
    flips
        Share of points at which another option than the preferred one is.
    unclear
        Share of points at which the best two are closer than twice the standard error of their difference, so that
        luck may have decided; None where some point has one run only.
    where
        What sets the points apart at which the choice flips.
    """

    outcome: str
    worth: float
    preferred: str
    shares: Mapping[str, float]
    flips: float
    unclear: float | None
    where: Discovery
    words: tuple[str, ...]


def choice(data: StudyData, targets: Sequence[Target], worth: float = 0.0, seed: int = 0) -> Choice | None:
    """Say which option has the lowest outcome where, from paired differences; None for a study of the baseline alone.

    Parameters
    ----------
    targets
        The differences of one outcome, one for each option.
    worth
        How much an option must avert, over the period, to be preferred to doing nothing.
    """
    paired = [target for target in targets if target.paired]
    if not paired:
        return None
    names = [BASELINE, *(target.world for target in paired)]
    runs = np.stack([np.asarray(target.values, dtype=np.float64) for target in paired])
    runs = np.concatenate([np.zeros_like(runs[:1]) - worth, runs])
    # A run counts where every option of it is known, and a point where such a run is.
    runs = np.where(np.isfinite(runs).all(axis=0), runs, np.nan)
    known = np.isfinite(runs[0]).any(axis=1)
    runs = runs[:, known]
    means = np.nanmean(runs, axis=2)
    best = np.argmin(means, axis=0)
    preferred = int(np.argmin(means.mean(axis=1)))
    flips = best != preferred
    name = _plain(names[preferred])
    where = discover(data.points[known], flips, data.names, f"another option than {name} has the lowest outcome", seed)
    shares = {each: float((best == at).mean()) for at, each in enumerate(names)}
    unclear = _unclear(runs, means)
    words = (*_words(paired[0].outcome, names, preferred, shares, worth, unclear), *where.words)
    return Choice(paired[0].outcome, worth, names[preferred], shares, float(flips.mean()), unclear, where, words)


def _unclear(runs: Array, means: Array) -> float | None:
    """Return the share of points where the lead of the best option is less than twice its standard error."""
    counts = np.isfinite(runs[0]).sum(axis=1)
    if counts.min(initial=2) < 2:
        return None
    order = np.argsort(means, axis=0)[:2]
    at = np.arange(means.shape[1])
    lead = runs[order[1], at] - runs[order[0], at]
    error = np.nanstd(lead, axis=1, ddof=1) / np.sqrt(counts)
    return float((np.nanmean(lead, axis=1) < CLEAR_ERRORS * error).mean())


def _words(
    outcome: str, names: Sequence[str], preferred: int, shares: Mapping[str, float], worth: float, unclear: float | None
) -> list[str]:
    lowest = outcome.replace("_", " ")
    others = [f"{_plain(name)} at {share:.0%}" for name, share in shares.items() if share and name != names[preferred]]
    rule = f" An option must avert {worth:g} to be preferred to doing nothing." if worth else ""
    words = [
        f"Judged by {lowest} alone, {_plain(names[preferred])} is best on average, and at "
        f"{shares[names[preferred]]:.0%} of points"
        + (f"; {', '.join(others)}." if others else "; no point would change the choice.")
        + rule
    ]
    if unclear is not None:
        words.append(f"At {unclear:.0%} of points the best two are too close for the runs made there to tell.")
    return words


def _plain(name: str) -> str:
    return "doing nothing" if name == BASELINE else name.replace("_", " ")
