"""The published form of matching: ``placewise.match/1``, one row for each effect of each intervention."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from experiments.matching_curve import Evaluations
from experiments.results import Part
from experiments.trial_design import TRANSPORTED
from sim.interventions.model_hash import model_hash
from sim.interventions.schema import CatalogueEntry
from sim.interventions.strength_store import CENTILES, Solved, entry_hash

TOLERANCE, STANDARD_ERRORS = 0.02, 3.0
"""A stored strength holds when its trial comes out within the one, and the other times the standard error."""
BY_HAND, NOT_YET, OUT, HOLDS = "strengths are set by hand in its file", "not matched yet", "out by", "holds"


class MatchRow(Part):
    """One effect of one intervention."""

    intervention: str
    effect: str = Field(description="Centile of the effect expected in England, or published")
    target: float | None
    achieved: float | None
    achieved_se: float | None
    scale: float | None
    scale_se: float | None
    verdict: str = Field(description="matched, or why not; of a check, whether the stored strength holds")
    scales: dict[str, float] = Field(
        default_factory=dict, description="Of a check: the stored scale at five centiles of the effect expected"
    )


class MatchResult(Part):
    """Result of ``placewise match``. Effects are log rate ratios, or differences in standard deviations."""

    form: Literal["placewise.match/1"] = Field(default="placewise.match/1", alias="schema")
    place: str
    seeds: int
    model: str
    checked: bool = Field(description="True when stored strengths were verified, not solved for")
    rows: list[MatchRow]
    passed: bool = Field(
        description="False when a stored strength is out or an entry has none; True when strengths were solved for"
    )
    store: str = Field(description="The file written; empty when none was")

    def to_json(self) -> str:
        """Return the result as JSON text."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


def checked_row(entry: CatalogueEntry, name: str, effect: Solved, found: Evaluations, seeds: int) -> MatchRow:
    """Return whether a stored strength still makes its trial come out as it did."""
    stored = entry.matched
    assert stored is not None
    value = found.mean(effect.scale) if found.seeds else math.nan
    error = effect.achieved_se * math.sqrt(max(stored.seeds, 1) / seeds)
    off = abs(value - effect.achieved)
    holds = off <= TOLERANCE + STANDARD_ERRORS * error
    verdict = HOLDS if holds else f"{OUT} {off:.3f}"
    stale = stored.model != model_hash() or stored.entry != entry_hash(entry)
    row = row_of(entry, name, replace(effect, achieved=value, achieved_se=error, bound=""))
    verdict += (", stale" if stale and holds else "") + (f": {effect.bound}" if effect.bound else "")
    sizes = {size: stored.by_name[size].scale for size in CENTILES if size in stored.by_name}
    return row.model_copy(update={"verdict": verdict, "scales": sizes})


def row_of(entry: CatalogueEntry, name: str, effect: Solved) -> MatchRow:
    """Return the row of one effect that was solved for."""
    return MatchRow(
        intervention=entry.id,
        effect=name,
        target=effect.log_rr,
        achieved=effect.achieved,
        achieved_se=effect.achieved_se,
        scale=effect.scale,
        scale_se=effect.scale_se,
        verdict=effect.bound or "matched",
    )


def row_without(entry: CatalogueEntry, reason: str) -> MatchRow:
    """Return the row of an entry that was not matched, with the reason."""
    numbers = dict.fromkeys(("target", "achieved", "achieved_se", "scale", "scale_se"))
    return MatchRow(intervention=entry.id, effect=TRANSPORTED, verdict=reason, **numbers)


def result_of(setting: Any, rows: list[MatchRow], store: str, checked: bool) -> MatchResult:
    """Return the result of matching, or of a check, in the order of entries."""
    rows = sorted(rows, key=lambda row: row.intervention)
    return MatchResult(
        place=setting.place.name,
        seeds=setting.seeds,
        model=model_hash(),
        checked=checked,
        rows=rows,
        passed=not checked or not any(row.verdict.startswith((OUT, NOT_YET)) for row in rows),
        store=store,
    )
