"""Referral routes: who sends whom where, and how many of those sent arrive."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet, pair_key
from sim.core.columns import Columns
from sim.core.tools import Tools
from sim.services.names import EDGES, SENTENCE_EDGES, SERVICES
from sim.services.needs import Needs
from sim.services.partnership import ServicePartnership, shifted
from sim.services.queues import Queues, Table, case_key

Array = npt.NDArray[Any]

ROUTE = declare_sheet("services.route", ("completed", "hand_over"))
OWN = declare_sheet("services.own_need", ("comes",))
FROM, TO = np.array(EDGES, np.int64).T
_ONWARD_FROM = np.where([edge in SENTENCE_EDGES for edge in EDGES], len(SERVICES), FROM)
ROUTES_OF = np.bincount(_ONWARD_FROM, minlength=len(SERVICES) + 1)[: len(SERVICES)]
"""How many routes onward each service has; ``ONWARD`` lists them service by service, from ``FIRST_ROUTE`` on."""
ONWARD = np.argsort(_ONWARD_FROM, kind="stable")
FIRST_ROUTE = np.cumsum(ROUTES_OF) - ROUTES_OF
LONGEST_WAY_MONTHS = 2


class Routes:
    """Put people on the lists of services: by a need a service sees itself, and by referral from another."""

    def __init__(self, people: Columns, tools: Tools, queues: Queues, needs: Needs) -> None:
        self.people, self.tools, self.queues, self.needs = people, tools, queues, needs
        p = tools.parameters
        self.completion = np.asarray(p["services.referral_completion"], np.float64)
        self.comes = np.asarray(p["services.comes"], np.float64)
        self.quick = float(p["services.quick_hand_over"])

    def by_own_sight(self, month: int, rows: Array, service: Array) -> None:
        """Let services take on people whose need they see themselves, if they meet it and the people come."""
        if rows.size == 0:
            return
        meets = self.needs.meets(service, rows)
        rows, service = rows[meets], service[meets]
        key = case_key(self.people.key[rows], service)
        comes = self.tools.chance.uniforms(OWN, 0, key, month) < self.comes[service]
        self.queues.refer(self.tools.chance, rows, service, service, key, np.full(rows.size, month), comes)

    def onward(self, seen: Table) -> tuple[Array, Array]:
        """Return who may be referred onward of those seen, and along which edge: one entry a person and route."""
        service = seen.service
        routes = ROUTES_OF[service]
        number = np.repeat(np.arange(service.size), routes)
        # Counted anew for each person, from the first route of the service that has seen them.
        nth = np.arange(number.size) - (np.cumsum(routes) - routes)[number]
        return seen.person[number], ONWARD[FIRST_ROUTE[service[number]] + nth]

    def refer(self, month: int, rows: Array, edge: Array, partnership: ServicePartnership) -> None:
        """Refer each person along an edge (a number in ``EDGES``) to a service that meets a need of theirs."""
        meets = self.needs.meets(TO[edge], rows)
        rows, edge = rows[meets], edge[meets]
        chance, person = self.tools.chance, self.people.key[rows]
        way = pair_key(person, edge + len(SERVICES))
        share = shifted(self.completion[edge], partnership.referral_completion_log_odds)
        completed = chance.uniforms(ROUTE, ROUTE.word("completed"), way, month) < share
        quick = chance.uniforms(ROUTE, ROUTE.word("hand_over"), way, month) < shifted(
            self.quick, partnership.hand_over_log_odds
        )
        arrives = month + np.where(quick, 1, LONGEST_WAY_MONTHS)
        key = case_key(person, TO[edge])
        self.queues.refer(chance, rows, TO[edge], FROM[edge], key, arrives, completed)
