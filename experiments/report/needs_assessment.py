"""Write the draft strategic needs assessment, as Markdown to edit and as one self-contained page to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from experiments.factors import FactorsResult
from experiments.places import PlaceSummary
from experiments.report.charts import Drawing
from experiments.report.needs_content import chapters
from experiments.report.page import TEMPLATES
from experiments.survey_form import SurveyResult

BASES = (
    ("observed", "from published data of this place or from its place file"),
    ("modelled", "an estimate of the simulation, with synthetic people, for an average year"),
    ("assumed", "set where no study says; change it to see what follows"),
)
DUTY = (
    "The Serious Violence Duty (Part 2, Chapter 1 of the Police, Crime, Sentencing and Courts Act 2022; England and "
    "Wales) asks the specified authorities of an area to work together: to identify the kinds of serious violence that "
    "occur there and, so far as possible, their causes, and to prepare and carry out a strategy. Statutory guidance "
    "describes an evidence-based needs assessment as its basis. This draft offers the modelled part of one and the "
    "open data behind it. It does not discharge the duty: partners add their own data and definition, the views of "
    "residents, the present response and their priorities."
)
LIMITS = (
    "Sexual violence is not simulated. A partnership's definition of serious violence may include it.",
    "Ethnicity is not modelled. Inequality by ethnicity must be assessed from local data.",
    "People in the model are synthetic, made from published totals of areas. Nothing describes a real person, family "
    "or street, and nothing may be used to predict, score or rank one.",
    "Levels of violence are in a plausible range for England and have not been fitted to this place, unless local "
    "police files anchor where it happens. Compare them with local records before use.",
    "Recorded crime measures recording as well as violence. Where more is recorded, less may go unseen.",
)


def needs_assessment(
    result: SurveyResult,
    figures: PlaceSummary,
    drawings: Sequence[Drawing],
    manifest: dict[str, Any],
    factors: FactorsResult | None = None,
) -> dict[str, str]:
    """Return the draft by format, ``md`` and ``html``.

    Parameters
    ----------
    result, drawings
        A survey and its charts.
    figures
        What open data say of the place.
    manifest
        Where the survey comes from.
    factors
        A study of factors in the same place, if there is one.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    words = {
        "result": result,
        "manifest": manifest,
        "duty": DUTY,
        "bases": BASES,
        "chapters": chapters(result, figures, drawings, factors),
        "limits": LIMITS,
        "style": (TEMPLATES / "style.css").read_text(encoding="utf-8"),
    }
    drafts = {}
    for ending in ("md", "html"):
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=ending == "html",
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["cell"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
        drafts[ending] = environment.get_template(f"needs_assessment.{ending}.j2").render(words)
    return drafts
