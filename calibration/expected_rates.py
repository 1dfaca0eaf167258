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
from sim.core.levers_kernels import pushed, pushed_each
from sim.place import Place
from sim.violence.context_levers import push_by_context
from sim.violence.exposure_kernels import CONTEXTS, DOMESTIC_ABUSE, NOBODY, STREAMS, home_rates, street_rates
from sim.violence.risk import PUPIL

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
def _rates(
    age_sex, custody, risk, partner, family, states, retaliation, series, kept, base, constants,
    lever_hazard, lever_contexts, lever_time, lever_retaliation, out,
):  # fmt: skip
    rates, ratios = np.empty(STREAMS, np.float64), np.ones(CONTEXTS, np.float64)
    for i in range(age_sex.size):
        stratum = age_sex[i]
        if stratum == NOBODY or custody[i] > 0:
            continue
        push = np.float64(pushed(lever_hazard, i))
        log_risk, partnered = np.float64(risk[i]) + push, partner[i] >= 0
        abusive = family[i] >= 0 and (states[family[i]] & DOMESTIC_ABUSE) > 0
        stirring = min(kept * np.float64(retaliation[i]), constants[3])
        stirring *= np.exp(np.float64(pushed(lever_retaliation, i)))
        outside = np.exp(log_risk + pushed(lever_time, i))
        differs = pushed_each(lever_contexts, i, ratios)
        street_rates(rates, base, stratum, outside, ratios, partnered, stirring, constants)
        home_rates(rates, base, stratum, log_risk, ratios, partnered, abusive, constants)
        rates[5] = constants[4] * min(kept * np.float64(series[i]), constants[5]) * np.exp(push) * ratios[0]
        if differs:
            ratios[:] = 1.0
        for stream in range(STREAMS):
            out[stream, i] = rates[stream]


def expected_rates(place: Place, season: float = 1.0, before_fading: bool = False) -> Array:
    """Return the incidents each person is expected to begin this month: float64[streams, people].

    Programmes act as they do in the place: by the states they have moved, and by the levers they push this month.

    Parameters
    ----------
    season
        Multiplier of the rates of the five contexts.
    before_fading
        Whether the month's violence is still to come, which begins with a month's fading of what stirs people up.
    """
    people, violence, levers = place.people, place.violence, place.tools.levers
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
        people.retaliation[:],
        people.series[:],
        float(violence.left) if before_fading else 1.0,
        base,
        violence.constants,
        levers.person("violence_hazard"),
        push_by_context(levers, people.age_sex, violence.risk.strata[PUPIL], place.society.school_part),
        levers.person("unstructured_time"),
        levers.person("retaliation"),
        out,
    )
    return out
