"""The referral routes as a graph: complete, exportable and drawn."""

from __future__ import annotations

import networkx as nx
import numpy as np

from experiments.referral_graph import draw
from sim.population.columns import KNOWN_TO
from sim.services.names import BIT_OF_SERVICE, EDGES, SERVICES
from sim.services.referral_graph import referral_graph, write_graphml


def test_every_service_and_route_is_in_the_graph(registry):
    graph = referral_graph(registry)
    assert list(graph) == list(SERVICES) and graph.number_of_edges() == len(EDGES) == len(set(EDGES))
    assert all(0.0 < completion <= 1.0 for _, _, completion in graph.edges(data="completion"))
    assert not list(nx.isolates(graph))
    assert nx.has_path(graph, "emergency_department", "youth_services")


def test_the_graph_survives_export_and_is_drawn(registry, tmp_path):
    graph = referral_graph(registry)
    write_graphml(graph, tmp_path / "routes.graphml")
    again = nx.read_graphml(tmp_path / "routes.graphml")
    assert {edge: graph.edges[edge]["completion"] for edge in graph.edges} == {
        edge: again.edges[edge]["completion"] for edge in again.edges
    }
    draw(graph, tmp_path / "routes.png")
    assert (tmp_path / "routes.png").stat().st_size > 10_000


def test_tables_have_a_value_for_every_service_and_route(registry):
    for name in ("capacity", "cases_per_worker", "longest_wait_months", "support_months", "unit_cost_gbp", "comes"):
        assert registry[f"services.{name}"].size == len(SERVICES), name
    assert registry["services.referral_completion"].size == len(EDGES)
    assert registry["services.incident_sight"].size == 5 * len(SERVICES)


def test_every_service_has_a_bit_of_its_own():
    assert len(KNOWN_TO) == len(SERVICES) == len(set(BIT_OF_SERVICE.tolist()))
    assert BIT_OF_SERVICE[SERVICES.index("schools")] == 1 << KNOWN_TO.index("school")
    assert np.bitwise_count(BIT_OF_SERVICE).tolist() == [1] * len(SERVICES)
