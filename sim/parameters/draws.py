"""Turn a parameter and a draw number into a value.

Each parameter has its own uniform, a hash of its identifier and the draw number, so that adding, removing or renaming
one parameter leaves every other draw as it was.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from sim.parameters.parameter import Parameter, Value, frozen_table
from sim.parameters.posterior import read_draws

DRAWS = 200
_SHARES = ("probability", "share")
_EDGE = 0.025
_NORMAL = NormalDist()
_Z_EDGE = _NORMAL.inv_cdf(1.0 - _EDGE)


def uniform_of(identifier: str, number: int) -> float:
    """Return the uniform in (0, 1) of one parameter in one joint draw (``number`` counts modulo 200)."""
    text = f"{identifier}|{number % DRAWS}".encode()
    word = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")
    return ((word >> 12) + 0.5) / 2.0**52


def draw_value(parameter: Parameter, number: int) -> Value:
    """Return the value of ``parameter`` in joint draw ``number``; its central value when it does not vary.

    A fitted parameter takes its value from row ``number`` of the posterior draws, where a fit has been shipped.
    Probabilities and shares, as the unit says, are cut at one when a factor would carry them beyond.
    """
    if parameter.kind == "calibrated":
        return _fitted_value(parameter, number)
    if not parameter.varies:
        return parameter.value
    uniform = uniform_of(parameter.id, number)
    if parameter.range_is == "factor":
        factor = quantile(parameter.shape, 1.0, parameter.low, parameter.high, uniform)
        most = 1.0 if parameter.unit.startswith(_SHARES) else np.inf
        scaled = np.minimum(parameter.value * factor, most)
        return frozen_table(scaled) if parameter.is_table else float(scaled)
    return quantile(parameter.shape, float(parameter.value), parameter.low, parameter.high, uniform)


def _fitted_value(parameter: Parameter, number: int) -> Value:
    drawn = read_draws().get(parameter.id)
    if drawn is None:
        return parameter.value
    value = float(drawn[number % DRAWS])
    return frozen_table(parameter.value * value) if parameter.is_table else value


def quantile(shape: str, central: float, low: float, high: float, uniform: float) -> float:
    """Return a prior's quantile.

    Parameters
    ----------
    shape : ``uniform`` over [low, high]; ``normal`` and ``lognormal`` have their median at ``central`` and their 2.5th
        and 97.5th percentiles at ``low`` and ``high``, each half scaled to meet its own end; ``beta`` has its mean at
        ``central`` and 95% of its mass in [low, high].
    uniform : probability, in (0, 1).

    Notes
    -----
    A draw beyond the range stays on the side of zero, and inside the unit interval, that the whole range lies in: a
    rate is never negative and a share never above one.
    """
    if shape == "uniform":
        return low + uniform * (high - low)
    if shape == "beta":
        from scipy.special import betaincinv

        mass = _beta_concentration(central, low, high)
        return float(betaincinv(central * mass, (1.0 - central) * mass, uniform))
    z = _NORMAL.inv_cdf(uniform) / _Z_EDGE
    if shape == "lognormal":
        return central * ((high / central) ** z if z > 0.0 else (low / central) ** -z)
    value = central + (z * (high - central) if z > 0.0 else z * (central - low))
    return float(np.clip(value, *_natural_limits(low, high)))


def _natural_limits(low: float, high: float) -> tuple[float, float]:
    if low >= 0.0:
        return 0.0, (1.0 if high <= 1.0 else np.inf)
    return -np.inf, (0.0 if high <= 0.0 else np.inf)


@lru_cache(maxsize=1024)
def _beta_concentration(mean: float, low: float, high: float) -> float:
    """Return alpha + beta of the beta distribution with this mean and 95% of its mass in [low, high], by bisection."""
    from scipy.special import betainc

    few, many = 1e-3, 1e9
    for _ in range(100):
        middle = float(np.sqrt(few * many))
        alpha, beta = mean * middle, (1.0 - mean) * middle
        inside = betainc(alpha, beta, high) - betainc(alpha, beta, low)
        few, many = (middle, many) if inside < 1.0 - 2.0 * _EDGE else (few, middle)
    return float(np.sqrt(few * many))
