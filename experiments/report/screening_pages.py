"""The pages of a screening: one table of all proposals, and one page for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.manifest import LIMITS
from experiments.report.claim_chart import draw_claim
from experiments.report.page import TEMPLATES, environment
from experiments.report.parts import Section, Table
from experiments.report.screening_words import (
    MEANINGS,
    WEIGHTS,
    averted_words,
    badge,
    claim_words,
    counts,
    effect_words,
    flag_codes,
    harm_words,
    in_order,
    known_words,
    log_rr_words,
    price_words,
    reach_words,
)
from experiments.screening.deciding import DECISIONS
from experiments.screening.numbers import number_rows
from experiments.screening.pack import Pack
from experiments.screening.reading import slug
from experiments.screening.result import ProposalResult, ScreenResult
from experiments.version import placewise_version
from experiments.wording import level, money, percent, span
from sim.interventions.vocabulary import SECURITY_BADGES, SECURITY_RATERS
from sim.outcomes.measures import measure

HEADER = (
    *("Proposal", "Recommended", "Impact", "Security of evidence", "Cost", "Main reason", "Claim and evidence"),
    *("Starts of those planned", "Known of those in need", "Violence with injury", "Cost of one who starts"),
    *("Cost of one incident with injury averted", "Net social value", "Chance of harm", "Fairness"),
    *("Answered of asked", "Flags"),
)
IMPACTS = ("harmful", "none", "unknown", "low", "moderate", "high")
COSTS = ("low", "medium", "high", "not stated")
INJURY = "incidents_with_injury"


@dataclass(frozen=True)
class Cell:
    """Hold one cell: what it says, what it is sorted by, and whether it holds a sentence."""

    text: str
    sort: str
    wide: bool = False


def screening_page(result: ScreenResult, pack: Pack) -> str:
    """Return the table of all proposals as one HTML page, which can be sorted where scripts run."""
    ordered = in_order(result)
    rows = [
        {
            "stem": slug(each.id),
            "id": each.id,
            "title": each.title,
            "organisation": each.organisation,
            "cells": _cells(each),
        }
        for each in ordered
    ]
    return (
        environment()
        .get_template("screening.html.j2")
        .render(
            style=_style(),
            result=result,
            rows=rows,
            header=HEADER,
            counts=counts(result),
            places=sorted({each.place.name for each in ordered}),
            numbers=[
                [
                    name.replace("_", " "),
                    str(row["value"]),
                    row["unit"],
                    row["meaning"],
                    row["source"].partition(": ")[2],
                ]
                for name, row in number_rows().items()
            ],
            pack=pack.words(),
            limits=LIMITS,
            version=placewise_version(),
        )
    )


def proposal_page(one: ProposalResult, result: ScreenResult, pack: Pack, plan: str | None = None) -> str:
    """Return one proposal as an HTML page, with a link to its evaluation plan where there is one."""
    security = one.badges
    rater = SECURITY_RATERS.get(security.security_by, security.security_by)
    return (
        environment()
        .get_template("proposal.html.j2")
        .render(
            style=_style(),
            one=one,
            plan=plan,
            result=result,
            meaning=MEANINGS[one.recommendation.decision],
            badges={name: badge(getattr(security, name)) for name in ("impact", "security", "cost")},
            rater="; ".join(text for text in (SECURITY_BADGES.get(security.security, ""), rater) if text),
            sections=[_flags(one), _claim(one), _reach(one), _effect(one), _money(one), _fairness(one), _gaps(one)],
            pack=pack.words(),
            cautions=one.warnings,
            limits=LIMITS,
            version=placewise_version(),
        )
    )


def _style() -> str:
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


def _cells(each: ProposalResult) -> list[Cell]:
    injury, averted = each.effect[INJURY], each.money.per_injury_averted
    counted = [sum(flag.weight == weight for flag in each.flags) for weight in WEIGHTS]
    reach, gap = each.reach, each.equity.gap_change.mean
    return [
        Cell(each.recommendation.decision, str(DECISIONS.index(each.recommendation.decision))),
        Cell(badge(each.badges.impact), str(IMPACTS.index(each.badges.impact))),
        Cell(badge(each.badges.security), _security_order(each.badges.security)),
        Cell(each.badges.cost, str(COSTS.index(each.badges.cost))),
        Cell(each.recommendation.because[0], each.recommendation.because[0], True),
        Cell(f"{claim_words(each)} ({each.claim.verdict})", _order(each.claim.surprise_sd), True),
        Cell(reach_words(each), _order(each.reach.share_of_plan)),
        Cell(
            known_words(each), _order((reach.known.mean or 0.0) / reach.eligible.mean if reach.eligible.mean else None)
        ),
        Cell(effect_words(injury.difference), _order(injury.difference.mean)),
        Cell(price_words(each.money.per_start), _order(each.money.per_start)),
        Cell(averted_words(averted), _order(averted.mean)),
        Cell(span(each.money.net_present_social_value, money), _order(each.money.net_present_social_value.mean)),
        Cell(harm_words(each.harm.by_evidence), _order(each.harm.by_evidence)),
        Cell(each.equity.words, _order(gap), True),
        Cell(f"{each.completeness.answered} of {each.completeness.asked}", str(each.completeness.answered)),
        Cell(flag_codes(each) or "none", "".join(f"{n:02d}" for n in counted), True),
    ]


def _security_order(word: str) -> str:
    return str(list(SECURITY_BADGES).index(word)) if word in SECURITY_BADGES else "9"


def _order(value: float | None) -> str:
    """Write a number so that it sorts as text with numbers in it, negative ones first and those not known last."""
    return "9999999999999999" if value is None else f"{round(1000 * value) + 10**14:015d}"


def _flags(one: ProposalResult) -> Section:
    rows = [[WEIGHTS[flag.weight], flag.words] for flag in one.flags]
    if not rows:
        return Section("flags", "What to know before deciding", ("No flag was raised.",))
    table = Table("Flags", "Those that weigh most first.", ("What follows", "What was found"), rows)
    return Section("flags", "What to know before deciding", (), (), (table,))


def _claim(one: ProposalResult) -> Section:
    claim = one.claim
    rows = [["Expected, before the claim", log_rr_words(claim.prior_mean, claim.prior_sd)]]
    if claim.claimed is not None:
        error = claim.standard_error
        nothing = "brings nothing that is not in the evidence already, or is about something else"
        rows += [
            ["Claimed", log_rr_words(claim.claimed, error) if error is not None else log_rr_words(claim.claimed, 0.0)],
            ["Rests on", badge(claim.basis or "nothing that is named")],
            ["Weight of the claim", percent(claim.weight, False) if error is not None else f"none: it {nothing}"],
            ["After the claim", log_rr_words(claim.posterior_mean, claim.posterior_sd)],
            ["How surprising", claim.surprise],
        ]
    note = "Effect on those who take part, or on the places served; ranges of 95%."
    words = [
        claim.words,
        "The last line but one is for the reader. The model delivers the effect expected before the claim, so that the "
        "bolder of two claims gains nothing by it.",
    ]
    if one.own_entry:
        names = ", ".join(badge(name) for name in one.borrowed_from) or "no programme"
        words.append(
            f"This is a programme of the applicant's own. Its evidence and strength are those of {names}, which move "
            "the same levers; what the applicant writes about its effect is a claim."
        )
    table = Table("The claim beside the evidence", note, ("Estimate", "Effect"), rows)
    return Section("claim", "What is claimed, and what is likely", words, [draw_claim(one)], (table,))


def _reach(one: ProposalResult) -> Section:
    reach = one.reach
    rows = [
        ["Planned for", level(reach.planned) if reach.planned else "not said"],
        ["In need of it in a year", span(reach.eligible, level)],
        ["Known to those who are to find them", span(reach.known, level)],
        ["Start, over all years", span(reach.starts, level)],
        ["Complete it", span(reach.completed, level)],
    ]
    table = Table(
        "From need to completion", f"People in {one.place.name}; from delivery in the model.", ("Step", "People"), rows
    )
    return Section("reach", "Whom it reaches", (), (), (table,))


def _effect(one: ProposalResult) -> Section:
    rows = [
        [measure(name).label, level(each.baseline.mean), effect_words(each.difference), percent(each.relative.mean)]
        for name, each in one.effect.items()
    ]
    header = ("Outcome", "Without it", "Change, 95% range", "Relative change")
    table = Table("Change in the whole place over the period", "Against the same runs without it.", header, rows)
    return Section("effect", "What it changes", (), (), (table,))


def _money(one: ProposalResult) -> Section:
    found = one.money
    known = "no price known"
    if found.catalogue_low is not None:
        known = f"{money(found.catalogue_low)} to {money(found.catalogue_high)}"
    stated = (
        price_words(found.per_participant_stated) if found.stated else "not stated: the catalogue's price stands in"
    )
    rows = [
        ["One participant, as stated", stated],
        ["One participant, known deliveries", known],
        ["All costs, present value", span(found.programme_cost, money)],
        ["All costs for each person who starts", price_words(found.per_start)],
        ["Cost of one incident averted", averted_words(found.per_incident_averted)],
        ["Cost of one incident with injury averted", averted_words(found.per_injury_averted)],
        ["Net present social value", span(found.net_present_social_value, money)],
        ["Runs in which it gains more than it costs", percent(found.chance_benefit_exceeds_cost, False)],
    ]
    table = Table("Costs and what they buy", "Pounds, with optimism bias on costs.", ("Amount", "Pounds"), rows)
    return Section("money", "What it costs, and what that buys", (), (), (table,))


def _fairness(one: ProposalResult) -> Section:
    rows = [[label, percent(change)] for label, change in one.equity.relative_by_fifth.items()]
    note = "Change of violence with injury by national fifth of income deprivation; mean over runs."
    tables = (Table("Who gains", note, ("Fifth", "Change"), rows),) if rows else ()
    return Section("fairness", "Fairness and harm", (one.equity.words, one.harm.words), (), tables)


def _gaps(one: ProposalResult) -> Section:
    done: Sequence[str] = one.completeness.missing
    words = [f"{one.completeness.answered} of {one.completeness.asked} questions are answered."]
    if done:
        words.append(f"Missing: {'; '.join(done)}.")
    return Section("completeness", "What is missing", words)
