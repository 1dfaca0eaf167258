"""Draw the referral routes between services."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
from matplotlib.figure import Figure

SIZE_INCHES = (10.0, 8.0)
WIDEST_LINE = 3.0


def draw(graph: nx.DiGraph, path: Path) -> None:
    """Draw services in a circle with their referral routes; thicker lines are referrals more often completed."""
    figure = Figure(figsize=SIZE_INCHES)
    axes = figure.add_subplot()
    where = nx.circular_layout(graph)
    widths = [WIDEST_LINE * completion for _, _, completion in graph.edges(data="completion")]
    labels = {name: name.replace("_", "\n") for name in graph}
    nx.draw_networkx_nodes(graph, where, ax=axes, node_size=2600, node_color="#dce6f2", edgecolors="#33506e")
    nx.draw_networkx_labels(graph, where, labels, ax=axes, font_size=7)
    nx.draw_networkx_edges(
        graph, where, ax=axes, width=widths, edge_color="#33506e", node_size=2600, connectionstyle="arc3,rad=0.12"
    )
    axes.set_title("Referral routes; line width shows how often a referral is completed")
    axes.set_axis_off()
    figure.savefig(path, bbox_inches="tight")
