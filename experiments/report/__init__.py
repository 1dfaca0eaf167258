"""One self-contained page about a comparison."""

from experiments.report.figures import draw_figures
from experiments.report.page import page

__all__ = ["draw_figures", "page"]
