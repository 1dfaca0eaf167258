"""Services as Mesa agents. There are fourteen; what they hold lives in the arrays of the queues, which fork."""

from __future__ import annotations

from sim.core.light_mesa import mesa
from sim.core.tools import ParameterValues
from sim.services.names import SERVICES
from sim.services.queues import Queues


class Service(mesa.Agent):
    """A service that meets violence or need in the place: a window on its part of the queues.

    Attributes
    ----------
    name : one of ``SERVICES``.
    unit_cost_gbp : cost of one case, GBP at 2023/24 prices.
    """

    def __init__(self, model: mesa.Model, name: str, queues: Queues, parameters: ParameterValues) -> None:
        super().__init__(model)
        self.name, self.number, self.queues = name, SERVICES.index(name), queues
        self.unit_cost_gbp = float(parameters["services.unit_cost_gbp"][self.number])
        self._cases_each = float(parameters["services.cases_per_worker"][self.number])

    @property
    def capacity(self) -> int:
        """Cases the service could begin this month."""
        return int(self.queues.places[self.number])

    @property
    def staff(self) -> float:
        """Workers, full time, that this capacity takes."""
        return self.capacity / self._cases_each

    @property
    def waiting(self) -> int:
        """People on the list, referrals on their way included."""
        return int(self.queues.number_waiting()[self.number])

    @property
    def supported(self) -> int:
        """People in the care of the service."""
        return int(self.queues.number_supported()[self.number])

    @property
    def contacts_this_month(self) -> int:
        """Cases begun this month."""
        return int(self.queues.this_month["seen"][self.number])

    @property
    def contacts(self) -> int:
        """Cases begun so far."""
        return int(self.queues.total["seen"][self.number])

    @property
    def cost_gbp_this_month(self) -> float:
        """Cost of the cases begun this month, GBP at 2023/24 prices."""
        return self.contacts_this_month * self.unit_cost_gbp

    @property
    def mean_wait_months(self) -> float:
        """Mean wait of those seen so far, in months; 0 when nobody was seen."""
        return float(self.queues.total["waited_months"][self.number] / max(self.contacts, 1))
