# mypy: disable-error-code="no-untyped-def"
"""The rates of violence behind a month's luck: what a world expects, without the noise of what happens.

Two worlds compare more precisely by what they expect than by what happens in them. The rates are those of
``sim.violence.exposure_kernels``, with its own equations; see there for the streams.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.compiling import kernel
from sim.place import Place
from sim.violence.exposure_kernels import CONTEXTS, DOMESTIC_ABUSE, NOBODY, STREAMS, home_rates, street_rates

Array = npt.NDArray[Any]

STREAM_NAMES = (
    "peer",
    "public",
    "partner",
    "family",
    "acquisitive",
    "series",
    "peer_retaliation",
    "public_retaliation",
)


@kernel
def _rates(age_sex, custody, risk, partner, family, states, retaliation, series, base, constants, out):
    rates, ratios = np.empty(STREAMS, np.float64), np.ones(CONTEXTS, np.float64)
    for i in range(age_sex.size):
        stratum = age_sex[i]
        if stratum == NOBODY or custody[i] > 0:
            continue
        log_risk, partnered = np.float64(risk[i]), partner[i] >= 0
        abusive = family[i] >= 0 and (states[family[i]] & DOMESTIC_ABUSE) > 0
        stirring = min(np.float64(retaliation[i]), constants[3])
        street_rates(rates, base, stratum, np.exp(log_risk), ratios, partnered, stirring, constants)
        home_rates(rates, base, stratum, log_risk, ratios, partnered, abusive, constants)
        rates[5] = constants[4] * min(np.float64(series[i]), constants[5])
        for stream in range(STREAMS):
            out[stream, i] = rates[stream]


def expected_rates(place: Place, season: float = 1.0) -> Array:
    """Return the incidents each person is expected to begin this month: float64[streams, people].

    Levers are left out: the rates are those of a world in which no programme acts.
    """
    people, violence = place.people, place.violence
    base = violence.base.copy()
    base[:5] *= np.float32(season)
    out = np.zeros((STREAMS, people.n))
    _rates(
        people.age_sex,
        people.custody,
        people.risk_log,
        people.partner,
        people.family,
        place.families.states,
        people.retaliation,
        people.series,
        base,
        violence.constants,
        out,
    )
    return out
