"""What a partnership changes in how services work together; with its dials at 0 nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.core.tools import ParameterValues


@dataclass(frozen=True)
class ServicePartnership:
    """Hold what the partnership does to services.

    Attributes
    ----------
    referral_completion_log_odds : added to the log odds that a referral between services is completed.
    hand_over_log_odds : added to the log odds that a referral arrives by the next month.
    shared_share : probability that a linkable record of one service reaches the others.
    reporting_log_odds : added to the log odds that an incident is reported to police.
    """

    referral_completion_log_odds: float = 0.0
    hand_over_log_odds: float = 0.0
    shared_share: float = 0.0
    reporting_log_odds: float = 0.0


def service_partnership(collaboration: float, data_sharing: float, parameters: ParameterValues) -> ServicePartnership:
    """Return what the dials of a scenario, each from 0 to 1, do to services."""
    p = parameters
    return ServicePartnership(
        referral_completion_log_odds=collaboration * p["programmes.collaboration_referral"],
        hand_over_log_odds=collaboration * p["services.collaboration_hand_over"],
        shared_share=data_sharing * p["programmes.data_sharing_reach"],
    )


def shifted(share: np.ndarray | float, log_odds: float) -> np.ndarray:
    """Return shares moved by ``log_odds``; exactly the shares when that is 0, and 0 and 1 stay as they are."""
    share = np.asarray(share, np.float64)
    if log_odds == 0.0:
        return share
    factor = math.exp(log_odds)
    return np.asarray(share * factor / (1.0 - share + share * factor))
