"""The list of levers: every named quantity a programme may move, at which level, and what a push of one means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SUM, STRONGEST, SUM_TO_FLOOR = "sum", "strongest", "sum to a floor"
PERSON, FAMILY, COMMUNITY = "person", "family", "community"
LOG, LOG_ODDS, SD = "log", "log odds", "sd"
NEARLY_NEVER = -3.0
"""Floor of pushes on hazards: they may divide a hazard by twenty together, and not more."""


@dataclass(frozen=True)
class Lever:
    """Declare a lever: at which level it acts, how pushes combine, and what a push of one unit means.

    ``sum``: pushes add (log or standard-deviation scale). ``strongest``: the push furthest from zero counts.
    ``sum to a floor``: pushes add down to ``floor``.
    """

    name: str
    level: str
    combine: str
    unit: str
    meaning: str
    floor: float = -np.inf


def _level(level: str, *rows: tuple[str, str, str]) -> tuple[Lever, ...]:
    """Return levers whose pushes add, from name, unit and meaning."""
    return tuple(Lever(name, level, SUM, unit, meaning) for name, unit, meaning in rows)


def _hazards(level: str, *rows: tuple[str, str], floor: float = NEARLY_NEVER) -> tuple[Lever, ...]:
    """Return levers on log hazards whose pushes add down to a floor, from name and meaning."""
    return tuple(Lever(name, level, SUM_TO_FLOOR, LOG, meaning, floor) for name, meaning in rows)


_OF_FAMILIES = (
    *_level(
        FAMILY,
        ("parental_stress", SD, "shift of the mean of parental stress"),
        ("parenting", SD, "shift of the mean of parenting quality"),
        ("supervision", SD, "shift of the mean of parental supervision"),
    ),
    *_hazards(
        FAMILY,
        ("ace_hazard", "log hazard of abuse and neglect in the home"),
        ("domestic_abuse_onset", "log hazard of domestic abuse starting in a couple"),
        ("parental_substance_use", "log hazard of parental substance use starting in a home with children"),
    ),
    *_level(
        FAMILY,
        (
            "domestic_abuse_persistence",
            LOG,
            "log of how long domestic abuse lasts (divides the hazard of its end; negative ends it sooner)",
        ),
        ("parental_substance_recovery", LOG, "log hazard of parental substance use ending"),
    ),
)
_OF_PERSONS = (
    *_level(
        PERSON,
        ("self_control", SD, "shift of the mean of self-control while it forms"),
        ("school_engagement", SD, "shift of the mean of school engagement"),
        ("qualification", SD, "shift of attainment when it is settled at 16"),
        ("acceptance_of_violence", SD, "shift of the level acceptance of violence moves to"),
        ("aspiration", SD, "shift of the level aspiration moves to"),
        ("job_entry", LOG, "log hazard of leaving NEET"),
        ("job_retention", LOG, "log hazard of keeping work (lowers the hazard of losing it)"),
        ("alcohol_start", LOG, "log hazard of starting heavier drinking"),
        ("alcohol_stop", LOG, "log hazard of stopping heavier drinking"),
        ("drug_start", LOG, "log hazard of starting frequent drug use"),
        ("drug_stop", LOG, "log hazard of stopping frequent drug use"),
        ("trauma_recovery", LOG, "log rate at which trauma decays"),
        ("weapon_carrying", LOG_ODDS, "log odds of carrying a weapon"),
        ("gang_exit", LOG, "log hazard of getting out of a gang, or out of exploitation by one"),
        ("diversion", LOG_ODDS, "log odds that a charge is dealt with out of court instead of by a community sentence"),
        ("custody", LOG_ODDS, "log odds that a sentence is custody"),
    ),
    *_hazards(
        PERSON,
        ("exclusion_hazard", "log hazard of permanent exclusion once suspended"),
        ("suspension_hazard", "log hazard of suspension from school"),
        ("care_entry", "log hazard that harm leads to care"),
        ("gang_entry", "log hazard of joining a gang"),
        ("exploitation_entry", "log hazard of being exploited by a gang"),
        ("labelling", "log of what a sanction does to later violence, to engagement with school and to work"),
        ("peer_influence", "log weight of friends in the acceptance of violence a person is drawn to"),
        ("other_offending", "log hazard of sanctions for offences other than violence"),
        ("retaliation", "log hazard of violence due to retaliation"),
        ("violence_hazard", "log hazard of violence in every context"),
        ("violence_hazard_peer", "log hazard of violence among peers, on top of that in every context"),
        ("violence_hazard_public", "log hazard of public violence, on top of that in every context"),
        ("violence_hazard_partner", "log hazard of violence against a partner, on top of that in every context"),
        ("violence_hazard_family", "log hazard of violence in the family, on top of that in every context"),
        ("violence_hazard_acquisitive", "log hazard of robbery, on top of that in every context"),
        ("school_setting", "log hazard of the part of peer violence that is tied to school, for pupils in term"),
        ("victimisation_risk", "log weight of being chosen as a victim"),
    ),
    *_hazards(PERSON, ("unstructured_time", "log hazard of peer and public violence by time"), floor=-2.0),
    Lever("trusted_adult", PERSON, STRONGEST, "share", "trusted adult supplied, 0 none to 1 always available"),
)
_OF_COMMUNITIES = (
    *_level(
        COMMUNITY,
        ("collective_efficacy", SD, "shift of the mean of collective efficacy"),
        ("legitimacy", SD, "shift of the mean of legitimacy"),
        ("fear", SD, "shift of the mean of fear"),
        ("youth_provision", SD, "shift of youth provision"),
        ("reporting", LOG_ODDS, "log odds that residents who are hurt report it to police"),
        ("recording", LOG_ODDS, "log odds that police record what is reported of violence placed there"),
    ),
    *_hazards(
        COMMUNITY,
        ("opportunity", "log hazard of public violence and robbery placed there, up to that of the busiest place"),
        ("hot_cell", "log hazard of the share of public violence and robbery there that is in the hot cells, likewise"),
        ("night_time_economy", "log hazard of public violence and robbery drawn there by night life, likewise"),
    ),
)

LEVERS: dict[str, Lever] = {lever.name: lever for lever in (*_OF_FAMILIES, *_OF_PERSONS, *_OF_COMMUNITIES)}
