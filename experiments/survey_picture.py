"""Summarise who holds which records, and the picture they make together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.levels import Question
from experiments.results import Interval
from experiments.runs import BASELINE
from experiments.small_numbers import is_small
from experiments.survey import CURRENT, FULL, SurveyRun
from experiments.survey_form import Combination, Group, Picture
from experiments.survey_values import NOT_SHOWN, count_of, interval_of, ratio_of, share_of
from sim.outcomes.shared_picture import LINKS, PARTS, services_of
from sim.services.names import SERVICES
from sim.violence.incidents import CONTEXTS, SEVERITIES

Array = npt.NDArray[np.float64]

CONTEXT_LABELS = {
    "peer": "Between people who know each other",
    "public": "Strangers in public",
    "partner": "Partners",
    "family": "Family",
    "acquisitive": "Robbery",
}


def overlap(runs: Sequence[SurveyRun], years: int) -> dict[str, Any]:
    """Return the combinations of services that are frequent enough to show, and what is left in the others."""
    pictures = [run.pictures[CURRENT] for run in runs]
    seen = sorted({combination for picture in pictures for combination in (*picture.held, *picture.linked)})
    held, linked = (
        {each: np.array([getattr(picture, which)[each] for picture in pictures]) / years for each in seen}
        for which in ("held", "linked")
    )
    order = sorted(seen, key=lambda each: (-held[each].mean(), each))
    shown = [each for each in order if held[each].any() and not is_small(float(held[each].mean()))]
    others = [held[each] for each in order if held[each].any() and each not in shown]
    recorded = [sum(picture.held.values()) - picture.held[0] for picture in pictures]
    alone = [sum(picture.held[1 << service] for service in range(len(SERVICES))) for picture in pictures]
    return {
        "held_by_one": share_of(alone, recorded),
        "incidents_seen_twice": ratio_of([sum(picture.linked.values()) for picture in pictures], recorded),
        "overlap": [
            Combination(services=list(services_of(each)), held=count_of(held[each]), linked=count_of(linked[each]))
            for each in shown
        ],
        "other_combinations": len(others),
        "other_overlap": count_of(np.sum([*others, np.zeros(len(runs))], axis=0)),
    }


def picture_at(runs: Sequence[SurveyRun], which: str, years: int, question: Question) -> Picture:
    """Summarise what is known at one level of data sharing."""
    pictures = [run.pictures[which] for run in runs]
    parts = np.stack([picture.parts for picture in pictures])
    total = parts.sum(axis=(1, 2, 3))
    links = np.stack([picture.links for picture in pictures])
    dial = 1.0 if which == FULL else question.plan.worlds[BASELINE].dials.data_sharing

    def by_service(table: str) -> dict[str, Interval]:
        counts = np.stack([getattr(picture, table).sum(axis=(0, 1)) for picture in pictures])
        return {name: share_of(counts[:, number], total) for number, name in enumerate(SERVICES)}

    return Picture(
        data_sharing=dial,
        shared_share=interval_of(np.array([run.shared_share[which] for run in runs])),
        all=_group("All violence", parts.sum(axis=(1, 2)), years),
        by_context={
            name: _group(CONTEXT_LABELS[name], parts[:, number].sum(axis=1), years)
            for number, name in enumerate(CONTEXTS)
        },
        by_severity={
            name: _group(name.capitalize(), parts[:, :, number].sum(axis=1), years)
            for number, name in enumerate(SEVERITIES)
        },
        own=by_service("own"),
        known=by_service("known"),
        links={name: share_of(links[:, number], links.sum(axis=1)) for number, name in enumerate(LINKS)},
    )


def _group(label: str, parts: Array, years: int) -> Group:
    """Summarise what is known of some incidents, given their parts, shape (runs, parts)."""
    total = parts.sum(axis=1)
    few = is_small(float(total.mean()) / years)

    def share(*names: str) -> Interval:
        if few:
            return NOT_SHOWN
        return share_of(sum(parts[:, PARTS.index(name)] for name in names), total)

    return Group(
        label=label,
        incidents=count_of(total / years),
        parts={name: share(name) for name in PARTS},
        police=share("police"),
        police_knows=share("police", "shared"),
        any_service=share(*(name for name in PARTS if name != "unrecorded")),
        linkable=share("police", "shared", "not_passed_on"),
    )
