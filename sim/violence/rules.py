"""What the kernels of violence need of the parameters, in the order in which they read it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.tools import ParameterValues
from sim.parameters.structure import CAUSAL, CONTAGION, NO_CONTAGION, SERIES, form_of
from sim.violence.exposure_kernels import EXPONENT_CELLS, EXPONENT_SHIFT, EXPONENT_STEP

Array = npt.NDArray[Any]


MONTHS_REMEMBERED = 1
"""Place of the months an aggressor is remembered, among the chances of `choose_victims`."""
SERIES_RATE = 4
"""Place of the hazard of a series, for each recent incident, among the constants."""


def rate_constants(p: ParameterValues, left: float) -> Array:
    """Return the constants of `find_offenders`; ``left`` is the share of memory left after a month."""
    spreads = form_of(p, CONTAGION) != NO_CONTAGION
    return np.array(
        [
            p["violence.most_incidents_per_month"],
            p["violence.retaliation_peer"] * spreads,
            p["violence.retaliation_public"] * spreads,
            p["violence.retaliation_cap"],
            p["violence.series_per_incident"] * (1.0 - left) / left,
            p["violence.series_cap"],
            np.exp(p["violence.partnered_public"]),
            p["violence.partner_no_abuse_state"],
            p["violence.partner_abuse_state"],
            p["violence.family_no_abuse_state"],
            p["violence.family_abuse_state"],
            p["violence.domestic_risk_exponent"],
        ]
    )


def screening_exponents() -> Array:
    """Return generous exponentials of log-risk by cell (float32)."""
    upper = np.arange(EXPONENT_CELLS) / float(EXPONENT_STEP) - float(EXPONENT_SHIFT)
    return np.exp(upper).astype(np.float32)


def victim_rules(p: ParameterValues) -> tuple[Array, Array, Array]:
    """Return the chances of `choose_victims`, and how own risk and vulnerability weigh among peers and in public."""
    follows = form_of(p, SERIES) == CAUSAL
    chances = np.array(
        [
            p["violence.target_aggressor"],
            p["violence.target_aggressor_months"],
            p["violence.target_previous"] * follows,
            p["violence.target_friend"],
            p["violence.target_own_community"],
            p["violence.peer_same_sex"],
            p["violence.public_location_night_time"],
            p["violence.public_victim_neighbourhood"],
        ]
    )
    peer = np.array([p["violence.victim_risk_peer"], p["violence.victim_vulnerability_peer"]])
    public = np.array([p["violence.victim_risk_public"], p["violence.victim_vulnerability_public"]])
    return chances, peer, public
