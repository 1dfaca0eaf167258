"""The referral routes as a directed graph, to look at, to analyse and to export."""

from __future__ import annotations

from pathlib import Path

import networkx as nx

from sim.core.tools import ParameterValues
from sim.services.names import EDGES, SERVICES


def referral_graph(parameters: ParameterValues) -> nx.DiGraph:
    """Return the services and the routes between them.

    Nodes carry ``capacity`` (cases a month per 1,000 residents), ``longest_wait_months`` and ``unit_cost_gbp``;
    edges carry ``completion``, the probability that a referral arrives.
    """
    graph = nx.DiGraph(name="referral routes")
    p = parameters
    columns = p["services.capacity"], p["services.longest_wait_months"], p["services.unit_cost_gbp"]
    for name, capacity, wait, cost in zip(SERVICES, *columns, strict=True):
        graph.add_node(name, capacity=float(capacity), longest_wait_months=float(wait), unit_cost_gbp=float(cost))
    for (source, target), completion in zip(EDGES, p["services.referral_completion"], strict=True):
        graph.add_edge(SERVICES[source], SERVICES[target], completion=float(completion))
    return graph


def write_graphml(graph: nx.DiGraph, path: Path) -> None:
    """Write the graph as GraphML, which network programs read."""
    nx.write_graphml(graph, path)
