"""What it would be worth to know more before choosing.

Net benefits have one row for each run (a joint draw of everything uncertain) and one column for each option. Luck of a
run is in them too: regression on what is uncertain averages over it, so that one run for each draw is enough.
Partial value by regression: Strong, Oakley and Brennan 2014 (Medical Decision Making 34:311).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

KNOTS = 6
PENALTIES = tuple(10.0**power for power in range(-4, 4))
BOOTSTRAPS = 50
FEWEST_RUNS = 100
MOST_TOGETHER = 5


@dataclass(frozen=True)
class Value:
    """Hold the value of some information for one decision: estimate and standard error, in units of net benefit."""

    mean: float
    standard_error: float


def perfect_information(net_benefits: Array) -> Value:
    """Return the expected value of perfect information: E[max] - max E, never below 0.

    The standard error is that of the mean loss of the option chosen on average.
    """
    chosen = int(net_benefits.mean(axis=0).argmax())
    loss = net_benefits.max(axis=1) - net_benefits[:, chosen]
    runs = net_benefits.shape[0]
    error = float(loss.std(ddof=1) / np.sqrt(runs)) if runs > 1 else float("nan")
    return Value(float(loss.mean()), error)


def partial_information(net_benefits: Array, known: Array, seed: int = 0) -> Value:
    """Return the expected value of knowing some uncertain quantities perfectly, the rest staying uncertain.

    Parameters
    ----------
    net_benefits
        Shape (runs, options).
    known
        Shape (runs, quantities): what would be known, in each run; at most five quantities.
    seed
        Of the bootstrap behind the standard error.

    Raises
    ------
    ValueError
        With fewer than 100 runs or more than five quantities, for which the regression says nothing.
    """
    runs, quantities = known.shape
    if runs < FEWEST_RUNS:
        raise ValueError(f"the value of partial information needs {FEWEST_RUNS} runs or more, not {runs}")
    if quantities > MOST_TOGETHER:
        raise ValueError(f"at most {MOST_TOGETHER} quantities can be regressed on together, not {quantities}")
    chance = np.random.default_rng(seed)
    resampled = []
    for _ in range(BOOTSTRAPS):
        rows = chance.integers(0, runs, runs)
        resampled.append(_gain(fitted_benefits(net_benefits[rows], known[rows])))
    return Value(_gain(fitted_benefits(net_benefits, known)), float(np.std(resampled, ddof=1)))


def fitted_benefits(net_benefits: Array, known: Array) -> Array:
    """Return each option's net benefit as expected from what would be known, shape (runs, options).

    The first option is the reference: differences from it are regressed on splines of each quantity, and on their
    products where there are several.
    """
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, SplineTransformer, StandardScaler

    features = _standardised(known)
    pieces = [SplineTransformer(n_knots=KNOTS, degree=3, knots="quantile").fit_transform(features)]
    if features.shape[1] > 1:
        pieces.append(PolynomialFeatures(2, interaction_only=True, include_bias=False).fit_transform(features))
    design = np.column_stack(pieces)
    differences = net_benefits - net_benefits[:, :1]
    fitted = np.zeros_like(net_benefits)
    for option in range(1, net_benefits.shape[1]):
        model = make_pipeline(StandardScaler(), RidgeCV(alphas=PENALTIES))
        fitted[:, option] = model.fit(design, differences[:, option]).predict(design)
    return fitted


def _standardised(known: Array) -> Array:
    spread = known.std(axis=0)
    return np.asarray((known - known.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _gain(benefits: Array) -> float:
    return max(float(benefits.max(axis=1).mean() - benefits.mean(axis=0).max()), 0.0)
