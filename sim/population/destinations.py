"""Where people go when they move inside the place."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Destinations:
    """Propose communities in proportion to fixed weights and accept them by likeness in income deprivation.

    The weights are the moves expected from each community at the start. Proposals in proportion to them, accepted
    with exp(-difference in income deprivation / scale), give equal flows both ways between any two communities
    (detailed balance), so that moves alone empty no community.

    Parameters
    ----------
    weights
        float64[communities].
    income_deprivation
        float[communities]: share of residents in income deprivation.
    scale
        Difference over which acceptance falls by a factor e.
    """

    def __init__(self, weights: Array, income_deprivation: Array, scale: float) -> None:
        total = np.cumsum(np.maximum(weights, 0.0))
        self._cumulative = total / total[-1] if total.size and total[-1] > 0 else total
        self._deprivation = np.asarray(income_deprivation, np.float64)
        self._scale = float(scale)

    def __deepcopy__(self, memo: dict[int, Any]) -> Destinations:
        return self

    def choose(self, homes: Array, proposals: Array, acceptances: Array) -> Array:
        """Return the community each mover lives in afterwards; a refused proposal means no change of community.

        Parameters
        ----------
        homes
            Present communities.
        proposals, acceptances
            Keyed uniforms, one each a mover.
        """
        proposed = np.minimum(np.searchsorted(self._cumulative, proposals, "right"), self._cumulative.size - 1)
        difference = np.abs(self._deprivation[proposed] - self._deprivation[homes])
        accepted = acceptances < np.exp(-difference / self._scale)
        chosen: Array = np.where(accepted, proposed, homes).astype(np.uint16)
        return chosen
