"""What the parts of a draft needs assessment are made of: chapters, tables, and words for their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.places import Figure
from experiments.report.charts import Drawing
from experiments.results import Interval
from experiments.wording import percent

OBSERVED, MODELLED, ASSUMED = "observed", "modelled", "assumed"


@dataclass(frozen=True)
class Sheet:
    """Hold one table: every row ends with its basis, unless the header says it for each column."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class Chapter:
    """Hold one part of the assessment."""

    anchor: str
    title: str
    paragraphs: Sequence[str]
    sheets: Sequence[Sheet] = ()
    drawings: Sequence[Drawing] = ()
    to_complete: str = ""


def beside_england(caption: str, figures: Sequence[Figure], note: str = "") -> Sheet:
    """Set observed figures of a place beside those of England."""
    rows = [[each.label, each.unit, f"{each.place:,.3g}", f"{each.england:,.3g}", OBSERVED] for each in figures]
    return Sheet(caption, ["Figure", "Unit", "Here", "England", "Basis"], rows, note)


def percent_of(share: Interval) -> str:
    """Write the central estimate of a share."""
    return percent(share.mean, signed=False)
