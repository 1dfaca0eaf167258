"""Organisations as Mesa agents. There are few of them; what they count lives in plain numbers, so they fork."""

from __future__ import annotations

import mesa


class Service(mesa.Agent):
    """An organisation that meets violence or need in the place."""

    name = "service"

    def __init__(self, model: mesa.Model) -> None:
        super().__init__(model)
        self.contacts_this_month = 0
        self.contacts = 0

    def meet(self, number: int) -> None:
        """Count the cases a service deals with this month."""
        self.contacts_this_month = int(number)
        self.contacts += int(number)


class Police(Service):
    """Hears of incidents, records crimes and arrests."""

    name = "police"


class EmergencyDepartment(Service):
    """Treats people who were hurt."""

    name = "emergency_department"


class Courts(Service):
    """Cautions and sentences."""

    name = "courts"


SERVICES: tuple[type[Service], ...] = (Police, EmergencyDepartment, Courts)
