"""Count who holds a record of which incidents, and what linking and sharing records reveals of the truth.

Read from a world as it lives, month by month, and never written back.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.services.names import EMERGENCY_DEPARTMENT, POLICE, SERVICES
from sim.violence.incidents import CONTEXTS, SEVERITIES

Array = npt.NDArray[Any]

PARTS = ("police", "shared", "not_passed_on", "not_linkable", "unrecorded")
"""Where each true incident stands, seen from the police; every incident is in exactly one part.

``police``: police recorded it. ``shared``: they did not, and a record of another service reached them.
``not_passed_on``: another service holds a record that could be linked, and it reached nobody.
``not_linkable``: other services hold records, none of which can be linked. ``unrecorded``: no service holds one.
"""
LINKS = ("linked", "not_linked", "not_recorded")
"""Incidents an emergency department knows as violence: linked to a police record; recorded by police without the two
records being linked; not recorded by police at all. The last two look alike in linked data."""


def parts_of(holds: Array, linkable: Array, reached: Array) -> Array:
    """Return the position in ``PARTS`` of each incident.

    Parameters
    ----------
    holds, linkable
        Boolean, shape (incidents, services): the service has a record; it has one that can be linked.
    reached
        Boolean, shape (incidents,): a linkable record was passed on to all services.
    """
    elsewhere = np.where(linkable.any(axis=1), PARTS.index("not_passed_on"), PARTS.index("not_linkable"))
    elsewhere = np.where(reached, PARTS.index("shared"), elsewhere)
    found = np.where(holds.any(axis=1), elsewhere, PARTS.index("unrecorded"))
    return np.asarray(np.where(holds[:, POLICE], PARTS.index("police"), found), np.int64)


def links_of(holds: Array, linkable: Array) -> Array:
    """Return the position in ``LINKS`` of each incident that an emergency department knows as violence."""
    known = holds[:, EMERGENCY_DEPARTMENT]
    both = linkable[known, EMERGENCY_DEPARTMENT] & linkable[known, POLICE]
    recorded = holds[known, POLICE]
    found = np.where(recorded, LINKS.index("not_linked"), LINKS.index("not_recorded"))
    return np.asarray(np.where(both, LINKS.index("linked"), found), np.int64)


def combinations(holds: Array) -> Counter[int]:
    """Count incidents by the combination of services that hold a record, as bits in the order of ``SERVICES``."""
    bits = holds.astype(np.int64) @ (1 << np.arange(holds.shape[1], dtype=np.int64))
    found, number = np.unique(bits, return_counts=True)
    return Counter(dict(zip(found.tolist(), number.tolist(), strict=True)))


def linked_combinations(holds: Array, linkable: Array) -> Counter[int]:
    """Count what linked data would show as incidents: the linkable records of one together, every other by itself.

    An incident with records that cannot be linked is seen more than once.
    """
    found = combinations(linkable)
    found.pop(0, None)
    alone = (holds & ~linkable).sum(axis=0)
    for service, number in enumerate(alone.tolist()):
        if number:
            found[1 << service] += number
    return found


def services_of(combination: int) -> tuple[str, ...]:
    """Return the names of the services in a combination."""
    return tuple(name for number, name in enumerate(SERVICES) if combination >> number & 1)


class PictureRecorder:
    """Count records of incidents over the months in which it watches a world.

    Attributes
    ----------
    held, linked
        Incidents by combination of services that hold a record, and as linked data would show them.
    parts
        Shape (contexts, severities, parts): incidents by where they stand, see ``PARTS``.
    own, known
        Shape (contexts, severities, services): incidents of which a service has a record of its own, and of which it
        knows from its own record or from one that reached it.
    links
        Shape (3,): see ``LINKS``.
    location
        Shape (communities,): incidents by where they took place.
    """

    def __init__(self, communities: int) -> None:
        cells = (len(CONTEXTS), len(SEVERITIES))
        self.held: Counter[int] = Counter()
        self.linked: Counter[int] = Counter()
        self.parts = np.zeros((*cells, len(PARTS)), np.int64)
        self.own = np.zeros((*cells, len(SERVICES)), np.int64)
        self.known = np.zeros((*cells, len(SERVICES)), np.int64)
        self.links = np.zeros(len(LINKS), np.int64)
        self.location = np.zeros(communities, np.int64)

    def record(self, world: Any, month: int, incidents: Any) -> None:
        """Count the incidents of a month."""
        sights = world.services.visibility.of(incidents, world.services.partnership.shared_share)
        self.count(incidents.context, incidents.severity, sights.holds, sights.linkable, sights.shared)
        self.location += np.bincount(incidents.location, minlength=self.location.size)

    def count(self, context: Array, severity: Array, holds: Array, linkable: Array, shared: Array) -> None:
        """Count incidents given as arrays; ``shared`` says which services know of each, see `parts_of` for the rest."""
        self.held += combinations(holds)
        self.linked += linked_combinations(holds, linkable)
        reached = np.asarray(shared.all(axis=1))
        np.add.at(self.parts, (context, severity, parts_of(holds, linkable, reached)), 1)
        np.add.at(self.own, (context, severity), holds)
        np.add.at(self.known, (context, severity), shared)
        self.links += np.bincount(links_of(holds, linkable), minlength=len(LINKS))
