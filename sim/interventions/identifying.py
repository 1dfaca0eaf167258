"""Find people for a programme: who is eligible, whom services know, and whom they are wrong about."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.rows_kernels import among
from sim.interventions.eligibility import (
    certain,
    fitting_rows,
    is_of_age_and_sex,
    known_mask,
    meeting,
    meeting_positions,
    uncertain,
)
from sim.interventions.partnership import log_odds_of, shifted_share
from sim.interventions.running import DRAWN_IN, IN_NEED, MISREAD, Circumstances, Pool, Running

Array = npt.NDArray[Any]

MOST_NOT_IN_NEED = 0.95
STEPS, CLOSE = 12, 1e-6


def review(running: Running, now: Circumstances) -> None:
    """Look through everybody anew: put those found on the pool of a programme, and count who is eligible and known."""
    programme, registers, counts = running.programme, now.registers, running.counts
    fitting = fitting_rows(registers, programme.who, running.served)
    plain = meeting(registers, certain(programme.who), fitting)
    eligible = meeting(registers, uncertain(programme.who), plain)
    counts.see("eligible", eligible, now.year)
    known = eligible[known_mask(registers, programme, eligible, now.tools.chance, now.effects.shared)]
    counts.see("known", known, now.year)
    asked = running.enrolments.person
    counts.see("reached", eligible[among(eligible, asked)], now.year)
    right = int(np.count_nonzero(~among(known, asked)))
    wrong = _misread(running, now, plain, eligible, right)
    drawn_in = _drawn_in(running, now, fitting, eligible, right)
    rows = np.concatenate([known, wrong, drawn_in]).astype(np.int32)
    route = np.repeat(np.array([IN_NEED, MISREAD, DRAWN_IN], np.uint8), [known.size, wrong.size, drawn_in.size])
    running.pool = Pool(rows, route, uptake_chances(running, now, rows, eligible), now.month)
    running.waiting.at = running.pool.find(running.waiting.person)
    if programme.group and fitting.size > 0:
        running.usual_acceptance = float(registers.people.acceptance_of_violence[fitting].mean())


def still_in_need(running: Running, now: Circumstances, rows: Array, route: Array) -> Array:
    """Return which of some people found before may still be offered a place."""
    people, programme = now.registers.people, running.programme
    fits = is_of_age_and_sex(programme.who, people.age_sex[rows]) & (people.custody[rows] == 0)
    if running.served is not None:
        fits &= running.served[people.community[rows]]
    right = np.flatnonzero(fits & (route == IN_NEED))
    fits[right] = False
    fits[right[meeting_positions(now.registers, programme.who, rows[right])]] = True
    return fits


def _shares(running: Running, now: Circumstances) -> tuple[float, float]:
    """Return the shares of candidates who are wrongly thought to be in need, and who are drawn in."""
    who, programme = uncertain(running.programme.who), running.programme
    can_be_wrong = bool(who.all_of or who.any_of or who.none_of) and bool(programme.identified_by)
    misread = now.tools.parameters["programmes.misread_share"] if can_be_wrong else 0.0
    return misread, min(programme.net_widening, MOST_NOT_IN_NEED - misread)


def _misread(running: Running, now: Circumstances, plain: Array, eligible: Array, right: int) -> Array:
    """Return people known to services who do not meet a condition that services think they meet.

    They are ``misread_share`` of those put forward who were not asked before, of whom ``right`` are in need.
    """
    misread, drawn_in = _shares(running, now)
    if misread == 0.0 or right == 0:
        return plain[:0]
    others = _others(plain, eligible, running.enrolments.person)
    known = known_mask(now.registers, running.programme, others, now.tools.chance, now.effects.shared)
    return _some(running, now, others[known], right * misread / (1.0 - misread - drawn_in), "misread")


def _drawn_in(running: Running, now: Circumstances, fitting: Array, eligible: Array, right: int) -> Array:
    """Return people of the right ages, not in need and in nobody's records, whom net widening draws in."""
    misread, drawn_in = _shares(running, now)
    if drawn_in == 0.0 or right == 0:
        return fitting[:0]
    others = _others(fitting, eligible, running.enrolments.person)
    unknown = ~known_mask(now.registers, running.programme, others, now.tools.chance, 0.0)
    return _some(running, now, others[unknown], right * drawn_in / (1.0 - misread - drawn_in), "drawn_in")


def _some(running: Running, now: Circumstances, rows: Array, wanted: float, decision: str) -> Array:
    """Return about ``wanted`` of ``rows``, each by a chance of its own."""
    return rows[now.uniforms(running.more, decision, rows) < wanted / max(rows.size, 1)]


def _others(rows: Array, eligible: Array, asked: Array) -> Array:
    """Return sorted ``rows`` without the sorted part of them that is eligible and without those asked before."""
    kept = ~among(rows, asked)
    kept[np.searchsorted(rows, eligible)] = False
    return rows[kept]


def uptake_chances(running: Running, now: Circumstances, rows: Array, eligible: Array) -> Array:
    """Return the chance that each of ``rows`` takes up an offer.

    Log odds differ by need (trauma) and by trust (legitimacy of the community), about an intercept that keeps the
    mean of all eligible people at the programme's uptake, whoever of them is known.
    """
    programme, p = running.programme, now.tools.parameters
    mean = shifted_share(programme.uptake, now.effects.uptake_log_odds)
    by_need = p["programmes.uptake_need"] if programme.uptake_by_need is None else programme.uptake_by_need
    by_trust = p["programmes.uptake_trust"] if programme.uptake_by_trust is None else programme.uptake_by_trust
    people, communities = now.registers.people, now.registers.communities
    usual = people.trauma[eligible].astype(np.float64)
    centre, spread = (float(usual.mean()), float(usual.std())) if usual.size else (0.0, 0.0)

    def shift(some: Array) -> Array:
        need = (people.trauma[some] - centre) / spread if spread > 0.0 else np.zeros(some.size)
        return np.asarray(by_need * need + by_trust * communities.legitimacy[people.community[some]], np.float64)

    among = shift(eligible)
    if eligible.size == 0 or not 0.0 < mean < 1.0 or np.ptp(among) == 0.0:
        return np.full(rows.size, mean)
    return _logistic(_intercept(among, mean) + shift(rows))


def _intercept(log_odds: Array, mean: float) -> float:
    """Return what added to ``log_odds`` makes the mean share ``mean``, found by Newton's method."""
    intercept = log_odds_of(mean) - float(log_odds.mean())
    for _ in range(STEPS):
        shares = _logistic(intercept + log_odds)
        miss = float(shares.mean()) - mean
        if abs(miss) < CLOSE:
            break
        intercept -= miss / max(float((shares * (1.0 - shares)).mean()), CLOSE)
    return intercept


def _logistic(log_odds: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))
