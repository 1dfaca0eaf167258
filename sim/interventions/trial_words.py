"""Name what trials randomise and what they measure, each with its plain meaning."""

from __future__ import annotations

RANDOMISED: dict[str, str] = {
    "person": "each person on their own",
    "family": "everybody in a family together",
    "school": "everybody of a school together, taken as its catchment of communities",
    "community": "everybody in a neighbourhood together",
}

COUNTED, RATED, PLACED = "counted", "rated", "placed"
"""Ways to measure: events of a person, a person's state in standard deviations, events in a place."""

TRIAL_MEASURES: dict[str, tuple[str, str]] = {
    "true_violence": (COUNTED, "violence a person begins, seen or not"),
    "peer_violence": (COUNTED, "violence a person begins against somebody of their age they know or live near"),
    "public_violence": (COUNTED, "violence a person begins in public places"),
    "partner_violence": (COUNTED, "violence a person begins against a partner"),
    "retaliation": (COUNTED, "violence a person begins in answer to violence"),
    "self_reported_violence": (COUNTED, "violence a person begins, as they tell it"),
    "victimisation": (COUNTED, "violence a person suffers, seen or not"),
    "recorded_violence": (COUNTED, "violence a person begins that police record"),
    "sanctions": (COUNTED, "violence a person begins that is charged, cautioned or convicted"),
    "ed_attendance": (COUNTED, "violence a person suffers that is treated in an emergency department"),
    "admissions": (COUNTED, "violence a person suffers that leads to admission to hospital"),
    "aces": (COUNTED, "kinds of adverse childhood experience that are new to a child"),
    "conduct_problems": (RATED, "lack of self-control in a child or young person, in standard deviations"),
    "public_violence_in_place": (PLACED, "violence in the public places of a neighbourhood"),
    "public_violence_in_hot_cells": (
        PLACED,
        "public violence in the hot cells of a neighbourhood, a street or two each",
    ),
    "peer_violence_in_place": (
        PLACED,
        "violence in a neighbourhood among young people who know each other or live near",
    ),
    "violence_in_place": (PLACED, "all violence in a neighbourhood"),
    "recorded_violence_in_place": (PLACED, "all violence in a neighbourhood that police record"),
    "admissions_in_place": (PLACED, "residents of a neighbourhood admitted to hospital after violence"),
}
