"""Partnership dials: no change at 0, and shares move by odds."""

from __future__ import annotations

import numpy as np
import pytest

from sim.services.partnership import ServicePartnership, service_partnership, shifted


def test_dials_at_nothing_change_nothing(registry):
    assert service_partnership(0.0, 0.0, registry) == ServicePartnership()


def test_each_dial_moves_its_own_part(registry):
    together, sharing = service_partnership(1.0, 0.0, registry), service_partnership(0.0, 1.0, registry)
    assert together.referral_completion_log_odds > 0 and together.hand_over_log_odds > 0
    assert together.shared_share == 0.0 and sharing.shared_share > 0
    assert sharing.referral_completion_log_odds == sharing.hand_over_log_odds == 0.0


def test_shares_move_by_odds_and_stay_shares():
    shares = np.array([0.0, 0.3, 0.5, 1.0])
    assert shifted(shares, 0.0) is not None and np.array_equal(shifted(shares, 0.0), shares)
    moved = shifted(shares, np.log(3.0))
    assert moved.tolist() == pytest.approx([0.0, 0.9 / 1.6, 0.75, 1.0])
