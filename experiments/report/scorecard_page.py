"""The scorecard as one HTML page, charts inline, no file or network beside it."""

from __future__ import annotations

from experiments.gradient import MEASURES
from experiments.report.page import TEMPLATES
from experiments.report.scorecard_figures import draw_scorecard
from experiments.validation import ValidationResult
from experiments.version import placewise_version


def scorecard_page(result: ValidationResult) -> str:
    """Return the scorecard as HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html", "j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("scorecard.html.j2").render(
        style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
        result=result,
        drawings=draw_scorecard(result),
        gradient_header=["World", *(name.replace("_", " ") for name in MEASURES), "adds"],
        gradient_rows=[
            [line.world, *(f"{getattr(line, name):.2f}" for name in MEASURES), f"x {line.adds:.2f}"]
            for line in result.gradient
        ],
        patterns=[
            [each.statistic, *("-" if value is None else f"{value:.2f}" for value in values)]
            for each in (result.held_out.patterns if result.held_out else [])
            for values in [(each.recorded, each.structural, each.anchored)]
        ],
        causes=[
            [
                line.statistic.replace("_", " "),
                f"{line.mean:.3g}",
                f"{line.target_low:.3g} to {line.target_high:.3g}",
                line.cause,
            ]
            for line in result.targets
            if line.cause and line.mean is not None
        ],
        definitions=[[line.statistic.replace("_", " "), line.definition, line.source] for line in result.targets],
        version=placewise_version(),
    )
