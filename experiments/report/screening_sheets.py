"""The workbook of a screening: all proposals, their flags, claims, money and reach, and the pack they are judged by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from experiments.report.screening_words import WEIGHTS, badge, flag_codes, in_order
from experiments.report.sheets import COUNT, GBP, SHARE, Sheet
from experiments.report.workbook import write_sheet
from experiments.results import Interval
from experiments.screening.numbers import number_rows
from experiments.screening.pack import Pack
from experiments.screening.result import ProposalResult, ScreenResult
from sim.outcomes.measures import measure

RATIO = "0.000"
TEXT = ""


def write_screening_workbook(result: ScreenResult, pack: Pack, created_utc: str, path: Path) -> None:
    """Write the workbook of a screening. Equal screenings give equal bytes."""
    import xlsxwriter

    when = datetime.fromisoformat(created_utc.removesuffix("Z"))
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "Proposals screened", "created": when, "comments": "Placewise"})
        for sheet in sheets_of(result, pack):
            write_sheet(book, sheet)


def sheets_of(result: ScreenResult, pack: Pack) -> list[Sheet]:
    """Return every sheet, the table of all proposals first."""
    found = in_order(result)
    return [
        _proposals(found, pack),
        _flags(found),
        _claims(found),
        _reach(found),
        _effects(found),
        _money(found),
        *_pack(pack),
    ]


def proposal_columns() -> tuple[tuple[str, str], ...]:
    """Return the header and number format of each column of the table of all proposals."""
    texts = (
        "Id",
        "Organisation",
        "Title",
        "Programme",
        "Place",
        "Recommended",
        "Impact",
        "Security of evidence",
        "Cost",
    )
    return (
        *((name, TEXT) for name in texts),
        ("Questions answered", COUNT),
        ("Questions asked", COUNT),
        ("Share of plan reached", SHARE),
        ("Violence with injury: mean change", COUNT),
        ("Cost of one who starts, GBP", GBP),
        ("Cost of one incident with injury averted, GBP", GBP),
        ("Net present social value, GBP", GBP),
        ("Chance of harm by evidence", SHARE),
        ("Fairness", TEXT),
        ("Flags", TEXT),
        ("Reasons", TEXT),
    )


def proposal_cells(one: ProposalResult) -> list[Any]:
    """Return one proposal as a row of the table of all proposals."""
    return [
        one.id,
        one.organisation,
        one.title,
        one.programme,
        one.place.name,
        one.recommendation.decision,
        badge(one.badges.impact),
        badge(one.badges.security),
        one.badges.cost,
        one.completeness.answered,
        one.completeness.asked,
        one.reach.share_of_plan,
        one.effect["incidents_with_injury"].difference.mean,
        one.money.per_start,
        one.money.per_injury_averted.mean,
        one.money.net_present_social_value.mean,
        one.harm.by_evidence,
        one.equity.words,
        flag_codes(one) or "none",
        " ".join(one.recommendation.because),
    ]


def _proposals(found: Sequence[ProposalResult], pack: Pack) -> Sheet:
    note = f"Pack {pack.digest}. Three badges and no score; within one recommendation none is ranked above another."
    rows = [proposal_cells(one) for one in found]
    return Sheet("Proposals", "All proposals by one pack", note, proposal_columns(), rows)


def _flags(found: Sequence[ProposalResult]) -> Sheet:
    columns = (("Id", TEXT), ("Flag", TEXT), ("What follows", TEXT), ("What was found", TEXT))
    rows = [[one.id, badge(flag.code), WEIGHTS[flag.weight], flag.words] for one in found for flag in one.flags]
    return Sheet("Flags", "What to know before deciding", "Those that weigh most first.", columns, rows)


def _claims(found: Sequence[ProposalResult]) -> Sheet:
    numbers = ("Claimed", "Its standard error", "Expected", "Standard deviation", "Weight of claim", "After the claim")
    columns = (
        ("Id", TEXT),
        ("Basis", TEXT),
        *((n, RATIO) for n in numbers),
        ("Surprise, sd", RATIO),
        ("Verdict", TEXT),
    )
    rows = [
        [one.id, badge(c.basis or "not said"), c.claimed, c.standard_error, c.prior_mean, c.prior_sd, c.weight,
         c.posterior_mean, c.surprise_sd, c.verdict]
        for one in found
        for c in (one.claim,)
    ]  # fmt: skip
    return Sheet(
        "Claims", "Claims beside the evidence", "Log rate ratios: minus 0.1 is about a tenth less.", columns, rows
    )


def _reach(found: Sequence[ProposalResult]) -> Sheet:
    rows = [
        [one.id, label, *_ends(interval)]
        for one in found
        for label, interval in (
            ("eligible in a year", one.reach.eligible),
            ("known in a year", one.reach.known),
            ("start", one.reach.starts),
            ("complete", one.reach.completed),
        )
    ]
    return Sheet(
        "Reach", "From need to completion", "People, from delivery in the model.", _columns("Stage", COUNT), rows
    )


def _effects(found: Sequence[ProposalResult]) -> Sheet:
    rows = [
        [one.id, f"{measure(name).label}: change", *_ends(each.difference)]
        for one in found
        for name, each in one.effect.items()
    ]
    note = "In the whole place over the period, against the same runs without it."
    return Sheet("Effects", "What each proposal changes", note, _columns("Outcome", COUNT), rows)


def _money(found: Sequence[ProposalResult]) -> Sheet:
    rows = [
        [one.id, label, *_ends(interval)]
        for one in found
        for label, interval in (
            ("All costs", one.money.programme_cost),
            ("Cost of one incident averted", one.money.per_incident_averted),
            ("Cost of one incident with injury averted", one.money.per_injury_averted),
            ("Net present social value", one.money.net_present_social_value),
        )
    ]
    return Sheet("Money", "Costs and what they buy", "Pounds, present values.", _columns("Quantity", GBP), rows)


def _pack(pack: Pack) -> Iterator[Sheet]:
    rows: list[list[Any]] = [["Digest", pack.digest], *([label, text] for label, text in pack.words())]
    yield Sheet("Pack", "What every proposal is judged by", "As in pack.json.", (("Part", TEXT), ("Value", TEXT)), rows)
    columns = (("Number", TEXT), ("Value", RATIO), ("Unit", TEXT), ("Meaning", TEXT), ("Source", TEXT))
    numbers = [
        [badge(name), float(row["value"]), row["unit"], row["meaning"], row["source"]]
        for name, row in number_rows().items()
    ]
    yield Sheet("Rules", "The numbers behind the rules", "Judgements of this software.", columns, numbers)


def _columns(what: str, form: str) -> tuple[tuple[str, str], ...]:
    return (("Id", TEXT), (what, TEXT), ("Mean", form), ("Low, 95%", form), ("High, 95%", form))


def _ends(interval: Interval) -> list[float | None]:
    return [interval.mean, interval.low, interval.high]
