"""What a trial may count, and how the model counts it: every measure of ``sim.interventions.trial_words``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, declare_sheet
from sim.interventions.trial_words import PLACED, RATED, TRIAL_MEASURES
from sim.violence.exposure_kernels import STREAMS
from sim.violence.incidents import (
    ADMITTED,
    CONTEXTS,
    PARTNER,
    PEER,
    PUBLIC,
    RETALIATION,
    TREATED,
    Incidents,
)
from sim.violence.violence import CAUSE_OF_STREAM, CONTEXT_OF_STREAM

Array = npt.NDArray[Any]

TELLING = declare_sheet("trials.telling", ("told",))
OFFENDER, VICTIM, STATE, LOCATION, HOME = "offender", "victim", "state", "location", "home"
EVERY_CONTEXT = tuple(range(len(CONTEXTS)))
EVERY_CAUSE = (0, 1, 2)
TOLD = "told"


@dataclass(frozen=True)
class Measure:
    """Say how one outcome is counted.

    Attributes
    ----------
    of
        Whose it is: of the ``offender``, of the ``victim``, a ``state`` of the person, of the community where it takes
        place (``location``), or of the community where the victim lives (``home``).
    contexts, causes
        Kinds of incidents that count.
    severity
        Least severity that counts.
    seen
        How a trialist learns of it: ``told`` by the person, a column of incidents such as ``recorded``, or as it is.
    in_hot_cells
        Count of each incident only the chance that it is in the hot cells of the community where it takes place.
    """

    of: str
    contexts: tuple[int, ...] = EVERY_CONTEXT
    causes: tuple[int, ...] = EVERY_CAUSE
    severity: int = 0
    seen: str = TOLD
    in_hot_cells: bool = False

    @property
    def asked(self) -> bool:
        """Whether people must be found and asked, so that those lost have no outcome."""
        return self.seen == TOLD

    @property
    def streams(self) -> Array:
        """Streams of violence that count (boolean)."""
        context, cause = CONTEXT_OF_STREAM[:STREAMS], CAUSE_OF_STREAM[:STREAMS]
        return np.isin(context, self.contexts) & np.isin(cause, self.causes)

    def counts(self, incidents: Incidents) -> Array:
        """Return which incidents count, seen or not."""
        return np.asarray(
            np.isin(incidents.context, self.contexts)
            & np.isin(incidents.cause, self.causes)
            & (incidents.severity >= self.severity)
        )

    def expected(self, incidents: Incidents) -> Array:
        """Return how much each incident is expected to count, before its severity is drawn."""
        if self.severity == TREATED:
            return incidents.expected_ed
        if self.severity == ADMITTED:
            return incidents.expected_admission
        return np.ones(len(incidents))

    def is_seen(self, incidents: Incidents, chance: Chance, told_share: float) -> Array:
        """Return which incidents a trialist learns of."""
        if self.seen == TOLD:
            return np.asarray(chance.uniforms(TELLING, 0, incidents.key, incidents.month) < told_share)
        return np.asarray(getattr(incidents, self.seen)) if self.seen else np.ones(len(incidents), bool)


MEASURES: dict[str, Measure] = {
    "true_violence": Measure(OFFENDER),
    "peer_violence": Measure(OFFENDER, (PEER,)),
    "public_violence": Measure(OFFENDER, (PUBLIC,)),
    "partner_violence": Measure(OFFENDER, (PARTNER,)),
    "retaliation": Measure(OFFENDER, causes=(RETALIATION,)),
    "self_reported_violence": Measure(OFFENDER),
    "recorded_violence": Measure(OFFENDER, seen="recorded"),
    "sanctions": Measure(OFFENDER, seen="sanctioned"),
    "victimisation": Measure(VICTIM),
    "ed_attendance": Measure(VICTIM, severity=TREATED, seen=""),
    "admissions": Measure(VICTIM, severity=ADMITTED, seen=""),
    "aces": Measure(STATE),
    "conduct_problems": Measure(STATE),
    "public_violence_in_place": Measure(LOCATION, (PUBLIC,), seen=""),
    "public_violence_in_hot_cells": Measure(LOCATION, (PUBLIC,), seen="", in_hot_cells=True),
    "peer_violence_in_place": Measure(LOCATION, (PEER,), seen=""),
    "violence_in_place": Measure(LOCATION, seen=""),
    "recorded_violence_in_place": Measure(LOCATION, seen="recorded"),
    "admissions_in_place": Measure(HOME, severity=ADMITTED, seen=""),
}
assert set(MEASURES) == set(TRIAL_MEASURES)

IN_PLACE = {
    "true_violence": "violence_in_place",
    "public_violence": "public_violence_in_place",
    "peer_violence": "peer_violence_in_place",
    "recorded_violence": "recorded_violence_in_place",
    "admissions": "admissions_in_place",
}
"""The measure of a place that stands for one of persons."""


def is_rated(name: str) -> bool:
    """Return whether a measure is a state in standard deviations, compared by differences."""
    return TRIAL_MEASURES[name][0] == RATED


def is_placed(name: str) -> bool:
    """Return whether a measure is of places."""
    return TRIAL_MEASURES[name][0] == PLACED
