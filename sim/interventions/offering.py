"""Offer places in programmes for people: by lottery, from a waiting list, or to whole groups."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import pair_key
from sim.core.rows_kernels import among
from sim.core.time import MONTHS_PER_YEAR
from sim.interventions.eligibility import SHARING
from sim.interventions.enrolments import COMPLETED, DECLINED, DROPPED_OUT, ENROLLED
from sim.interventions.identifying import review, still_in_need
from sim.interventions.running import DRAWN_IN, IN_NEED, MISREAD, Circumstances, Running
from sim.interventions.schema import UNIVERSAL
from sim.services.names import SERVICES

Array = npt.NDArray[Any]

ADULT_AGE_MONTHS = 18 * MONTHS_PER_YEAR
FIRST_SCHOOL_MONTH = 8
"""Month of the calendar, counted from January as 0, in which a school year begins."""


def enrol(running: Running, now: Circumstances, taking_part: Mapping[str, Array]) -> None:
    """Find people, offer them the open places, and enrol those who accept."""
    calendar_month = now.tools.clock.calendar_month(now.month)
    universal = running.programme.mode == UNIVERSAL
    places = running.places.next_month(calendar_month, running.programme.staff_at(now.since_decision))
    in_season = running.places.in_season(calendar_month)
    if _review_is_due(running, now, in_season):
        review(running, now)
    if not universal:
        _offer_places(running, now, places, taking_part.get(running.programme.strand))
    elif in_season and running.pool.month == now.month:
        _offer_to_all(running, now)


def _review_is_due(running: Running, now: Circumstances, in_season: bool) -> bool:
    """Say whether everybody is looked through this month: each quarter, or only once a year and in season."""
    last, every = running.pool.month, round(now.tools.parameters["programmes.review_months"])
    if last < 0 or now.since_decision % MONTHS_PER_YEAR == 0:
        return True
    if not running.programme.calendar_months:
        return now.since_decision % every == 0
    return in_season and (running.programme.mode == UNIVERSAL or now.month - last >= every)


def _offer_places(running: Running, now: Circumstances, places: int, taking_part: Array | None) -> None:
    """Offer a number of places to referred people: those who wait first, or by lottery."""
    programme, counts = running.programme, running.counts
    if programme.waiting:
        _pass_on_waiting_list(running, now)
    if places > 0:
        _set_up(running, now)
    if places == 0 and not programme.waiting:
        return
    candidates = _referred(running, now, taking_part)
    if programme.waiting:
        candidates = _wait_and_queue(running, now, candidates)
    if places == 0 or candidates.size == 0:
        return
    rows = running.pool.rows[candidates]
    accepts = now.uniforms(running.sheet, "uptake", rows) < running.pool.uptake[candidates]
    open_now = min(places, int(np.count_nonzero(accepts)))
    paid = int(min(open_now, _affordable(running, now)))
    counts.add("not_funded", open_now - paid, now.year)
    staffed = int(min(paid, _service_time(running, now)))
    counts.add("no_service_time", paid - staffed, now.year)
    # While a place is open everybody is asked in turn; when none is left nobody more is.
    most = staffed if staffed < open_now else places
    if most <= 0:
        return
    asked = int(np.searchsorted(np.cumsum(accepts), most)) + 1
    started = _conclude(running, now, candidates[:asked], accepts[:asked])
    running.places.take(started)
    if programme.waiting:
        counts.add("called", running.waiting.keep(~among(running.waiting.person, rows[:asked])), now.year)


def _offer_to_all(running: Running, now: Circumstances) -> None:
    """Offer a universal programme to everybody eligible whose lot, or whose group's lot, is within its coverage."""
    programme, pool = running.programme, running.pool
    coverage = (programme.coverage or 0.0) * running.places.ramp
    lot = _group_lots(running, now, pool.rows)
    candidates = np.flatnonzero((lot < coverage) & ~_blocked(running, now))
    if candidates.size == 0:
        return
    _set_up(running, now)
    candidates = candidates[np.argsort(lot[candidates], kind="stable")]
    rows = pool.rows[candidates]
    accepts = now.uniforms(running.sheet, "uptake", rows) < pool.uptake[candidates]
    wanted = int(np.count_nonzero(accepts))
    paid = int(min(wanted, _affordable(running, now)))
    running.counts.add("not_funded", wanted - paid, now.year)
    staffed = int(min(paid, _service_time(running, now)))
    running.counts.add("no_service_time", paid - staffed, now.year)
    asked = accepts.size if staffed == wanted else int(np.searchsorted(np.cumsum(accepts), staffed, "right"))
    _conclude(running, now, candidates[:asked], accepts[:asked])


def _group_lots(running: Running, now: Circumstances, rows: Array) -> Array:
    """Return the lot of each person, or of the group each belongs to; it is drawn once and for all."""
    people, communities, sheet = now.registers.people, now.registers.communities, running.sheet
    keys = people.key[rows]
    if running.programme.lottery != "person":
        keys = communities.key[people.community[rows]]
    if running.programme.lottery == "school_year":
        school_year = (people.birth_month[rows].astype(np.int64) - FIRST_SCHOOL_MONTH) // MONTHS_PER_YEAR
        keys = pair_key(keys, school_year.astype(np.uint64))
    return now.tools.chance.uniforms(sheet, sheet.word("lottery"), keys, 0)


def _set_up(running: Running, now: Circumstances) -> None:
    """Set a programme up once, if there is money for it."""
    identifier = running.programme.id
    price = now.budget.price(identifier, "set_up")
    if not running.set_up and now.budget.affordable(identifier, price) >= 1:
        running.set_up = True
        running.counts.add("setups", 1, now.year)
        now.budget.spend(identifier, price)


def _affordable(running: Running, now: Circumstances) -> float:
    """Return how many people payers can still let start this year: none before the programme is set up."""
    if not running.set_up:
        return 0.0
    return now.budget.affordable(running.programme.id, now.budget.price(running.programme.id, "per_participant"))


def _service_time(running: Running, now: Circumstances) -> float:
    """Return how many more people the service whose capacity is shared can take on this month."""
    name = running.programme.shares_capacity_of
    if name is None:
        return math.inf
    return now.shared.free_for_programmes(SERVICES.index(name))


def _referred(running: Running, now: Circumstances, taking_part: Array | None) -> Array:
    """Return positions in the pool of those put forward this month, in the order of the lottery.

    Those taking part, those who did or declined too recently, and duplicates that are avoided are left out.
    """
    people, pool = now.registers.people, running.pool
    found = np.flatnonzero(~_blocked(running, now))
    found = found[now.uniforms(running.sheet, "referral", pool.rows[found]) < now.effects.referral]
    found = found[still_in_need(running, now, pool.rows[found], pool.route[found])]
    if taking_part is not None:
        elsewhere = among(pool.rows[found], taking_part)
        keys = people.key[pool.rows[found[elsewhere]]]
        avoided = now.tools.chance.uniforms(SHARING, SHARING.word("duplicate"), keys, 0)
        found = np.delete(found, np.flatnonzero(elsewhere)[avoided < now.effects.duplicates_avoided])
    return found[np.argsort(now.uniforms(running.sheet, "lottery", pool.rows[found]), kind="stable")]


def _blocked(running: Running, now: Circumstances) -> Array:
    """Return who of the pool waits, takes part, or did or declined too recently to be offered the programme again."""
    busy = running.enrolments.person[~may_return(running, now)]
    return among(running.pool.rows, np.concatenate([busy, running.waiting.person]))


def may_return(running: Running, now: Circumstances) -> Array:
    """Return by table row whether the person may be offered the programme again."""
    table, programme = running.enrolments, running.programme
    since = now.month - table.ended
    offer_again = round(now.tools.parameters["programmes.offer_again_months"])
    took_part = (table.status == COMPLETED) | (table.status == DROPPED_OUT)
    again = programme.again_after_months
    returns = took_part & (since >= again) if again is not None else np.zeros(len(table), bool)
    return np.asarray(returns | ((table.status == DECLINED) & (since >= offer_again)))


def _pass_on_waiting_list(running: Running, now: Circumstances) -> None:
    """Take from the list who is no longer eligible and who waited too long, and let referrals arrive."""
    waiting, counts = running.waiting, running.counts
    fits = waiting.at >= 0
    fits[fits] = still_in_need(running, now, waiting.person[fits], running.pool.route[waiting.at[fits]])
    counts.add("left_waiting", waiting.keep(fits), now.year)
    longest = now.tools.parameters["programmes.longest_wait_months"]
    counts.add("turned_away", waiting.keep(now.month - waiting.since < longest), now.year)


def _wait_and_queue(running: Running, now: Circumstances, referred: Array) -> Array:
    """Let those referred join the waiting list, and return positions in the pool of who can be called, in order."""
    waiting, pool = running.waiting, running.pool
    rows = pool.rows[referred]
    waiting.join(rows, now.uniforms(running.sheet, "lottery", rows), pool.find(rows), now.month)
    running.counts.add("joined_waiting", rows.size, now.year)
    on_the_way = np.flatnonzero(~waiting.arrived)
    uniforms = now.uniforms(running.more, "hand_over", waiting.person[on_the_way])
    waiting.arrived[on_the_way] = uniforms < now.effects.hand_over
    return waiting.at[waiting.queue()]


def _conclude(running: Running, now: Circumstances, asked: Array, accepts: Array) -> int:
    """Enrol those who accept, note those who decline, count both, and return how many started."""
    people, pool, table, counts = now.registers.people, running.pool, running.enrolments, running.counts
    programme, month, year = running.programme, now.month, now.year
    rows, route = pool.rows[asked], pool.route[asked]
    counts.see("offered", rows, year)
    counts.see("reached", rows[route == IN_NEED], year)
    enrolled = rows[accepts]
    counts.see("enrolled", enrolled, year)
    counts.add("participants", enrolled.size, year)
    counts.add("wrongly_targeted", int(np.count_nonzero(route[accepts] == MISREAD)), year)
    counts.add("drawn_in", int(np.count_nonzero(route[accepts] == DRAWN_IN)), year)
    # Those who start before those who decline.
    chosen = np.argsort(~accepts, kind="stable")
    some, status = rows[chosen], np.where(accepts[chosen], ENROLLED, DECLINED)
    adult = month - people.birth_month[some] >= ADULT_AGE_MONTHS
    table.add(some, people.family[some], adult, month, status, route[chosen])
    now.budget.spend(programme.id, enrolled.size * now.budget.price(programme.id, "per_participant"))
    if programme.shares_capacity_of is not None:
        now.shared.take(SERVICES.index(programme.shares_capacity_of), enrolled.size)
    return int(enrolled.size)
