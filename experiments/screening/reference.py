"""Lend an applicant's own programme the evidence and the strength curve of catalogue entries with the same levers.

What the applicant writes about the effect of the programme is a claim, not evidence, so it is not what the model
delivers. No trial is solved for either: the curve that turns an effect into a strength is taken from the entries that
are most alike, and rescaled by the size of the pushes on the levers in common.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from experiments.screening.evidence import Prior, prior_of_entry, short_name
from sim.interventions.catalogue import Catalogue
from sim.interventions.resolved import Programme, resolve_programme
from sim.interventions.schema import CatalogueEntry
from sim.interventions.strength_store import CENTILES, Solved, Strengths

ALIKE_WITHIN = 1e-9


@dataclass(frozen=True)
class Reference:
    """Hold the entries an own programme is judged by, how alike they are (0 to 1), and what follows from them."""

    entries: tuple[CatalogueEntry, ...]
    likeness: float
    prior: Prior
    strengths: Strengths | None

    @property
    def names(self) -> str:
        return ", ".join(short_name(entry) for entry in self.entries)


def evidence_on(entry: CatalogueEntry, own: bool) -> tuple[Prior, Reference | None]:
    """Return the effect to be expected of an entry, and of an applicant's own the entries it is borrowed from."""
    if own:
        reference = reference_of(entry)
        return reference.prior, reference
    planned = resolve_programme(entry)
    return prior_of_entry(entry, planned.expected_log_rr, planned.uncertainty_sd), None


def reference_of(entry: CatalogueEntry) -> Reference:
    """Return the evidence that an own entry borrows: that of the matched entries whose levers overlap most.

    Likeness is the number of levers in common over the number in either (Jaccard). Of entries that are equally alike
    all are taken; their effects are averaged, and what they differ by widens the range.
    """
    likeness = {name: _likeness(entry, each) for name, each in _matched_entries().items() if each.mode == entry.mode}
    best = max(likeness.values(), default=0.0)
    if best <= 0.0:
        prior = Prior(0.0, _widest(entry.mode), "no known programme: nothing with these levers has been tried")
        return Reference((), 0.0, prior, None)
    chosen = tuple(_matched_entries()[name] for name, share in likeness.items() if share >= best - ALIKE_WITHIN)
    prior = _pooled([resolve_programme(each) for each in chosen], chosen)
    return Reference(chosen, best, prior, _curve(entry, chosen, prior))


def with_reference(programme: Programme, reference: Reference) -> Programme:
    """Return an own programme that moves its levers by as much as the borrowed evidence says."""
    if reference.strengths is None:
        # Nothing to borrow: nothing is known of what it does, and the model credits it with nothing.
        levers = tuple(replace(lever, strength=0.0, per_sd=0.0) for lever in programme.levers)
        return replace(programme, levers=levers, matched=None, provisional=True)
    return replace(
        programme,
        matched=reference.strengths,
        expected_log_rr=reference.prior.mean,
        uncertainty_sd=reference.prior.sd,
        effect="transported",
        provisional=False,
    )


@cache
def _matched_entries() -> Mapping[str, CatalogueEntry]:
    entries = Catalogue().entries()
    return {name: entry for name, entry in entries.items() if entry.matched is not None and entry.levers}


def _likeness(one: CatalogueEntry, other: CatalogueEntry) -> float:
    mine, theirs = set(one.levers), set(other.levers)
    return len(mine & theirs) / len(mine | theirs)


def _pooled(programmes: Sequence[Programme], entries: Sequence[CatalogueEntry]) -> Prior:
    """Return the mean effect of some programmes; its variance is that within them and that between them."""
    means = np.array([each.expected_log_rr for each in programmes])
    within = np.array([each.uncertainty_sd for each in programmes])
    sd = math.sqrt(float(np.mean(within**2) + np.var(means)))
    published = [
        min(known)
        for each in entries
        if each.evidence and each.evidence.trial.effect_log_rr
        and (known := [value for value in each.evidence.trial.effect_log_rr if value is not None])
    ]  # fmt: skip
    names = ", ".join(short_name(entry) for entry in entries)
    return Prior(
        float(means.mean()), sd, f"programmes that move the same levers ({names})", min(published, default=None)
    )


def _widest(mode: str) -> float:
    return max(resolve_programme(each).uncertainty_sd for each in _matched_entries().values() if each.mode == mode)


def _curve(entry: CatalogueEntry, donors: Sequence[CatalogueEntry], prior: Prior) -> Strengths:
    """Return the scales of an own entry at the effects of the prior: the mean over donors of their curves."""
    effects = []
    for name, deviate in CENTILES.items():
        target = prior.mean + deviate * prior.sd
        scales = [donor.matched.scale_at(target) * _ratio(entry, donor) for donor in donors if donor.matched]
        effects.append((name, Solved(target, float(np.mean(scales)))))
    first = donors[0].matched
    assert first is not None
    return Strengths(first.model, "borrowed", tuple(effects), first.seeds)


def _ratio(entry: CatalogueEntry, donor: CatalogueEntry) -> float:
    """Return the donor's pushes over the entry's on the levers they have in common."""
    common = sorted(set(entry.levers) & set(donor.levers))
    ours = sum(abs(entry.levers[name].size) for name in common)
    theirs = sum(abs(donor.levers[name].size) for name in common)
    return theirs / ours if ours > 0 else 0.0
