"""What sections of a report are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.report.charts import Drawing


@dataclass(frozen=True)
class Table:
    """Hold one table, already written for people; the first cell of a row is its heading."""

    caption: str
    note: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """Hold one section: anchor, heading, sentences, charts and tables."""

    anchor: str
    heading: str
    words: Sequence[str] = ()
    drawings: Sequence[Drawing] = ()
    tables: Sequence[Table] = ()
