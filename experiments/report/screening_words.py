"""What pages, tables and workbooks say of a proposal: the same words everywhere."""

from __future__ import annotations

from experiments.results import Interval
from experiments.screening.deciding import DECISIONS
from experiments.screening.evidence import share_less
from experiments.screening.result import ProposalResult, ScreenResult
from experiments.wording import level, money, percent, signed_span, span

WEIGHTS = {"reject": "Reason to reject", "ask": "To be asked", "watch": "To be kept in mind"}
MEANINGS = {
    "roll out": "fund it at the scale proposed, and keep score",
    "trial": "fund it inside a trial that can tell whether it works",
    "pilot": "fund a small first delivery, to see whether it can be done at all",
    "ask for more": "send it back with the questions below",
    "reject": "do not fund it as it is written",
}


def in_order(result: ScreenResult) -> list[ProposalResult]:
    """Return the proposals by what is recommended, then by id: within one recommendation none is ranked."""
    order = DECISIONS.index
    return sorted(result.proposals.values(), key=lambda each: (order(each.recommendation.decision), each.id))


def counts(result: ScreenResult) -> str:
    """Say how many proposals each recommendation has."""
    found = [each.recommendation.decision for each in result.proposals.values()]
    return ", ".join(f"{found.count(word)} {word}" for word in DECISIONS if word in found)


def badge(word: str) -> str:
    return word.replace("_", " ")


def claim_words(each: ProposalResult) -> str:
    """Write a claim beside what is expected, in few words."""
    claim = each.claim
    expected = f"expected {share_less(claim.prior_mean)}"
    return f"no claim; {expected}" if claim.claimed is None else f"claimed {share_less(claim.claimed)}; {expected}"


def reach_words(each: ProposalResult) -> str:
    """Write how many start of those planned for."""
    if each.reach.share_of_plan is None:
        return f"{level(each.reach.starts.mean)} start" if each.reach.starts.mean else "serves places"
    return f"{level(each.reach.starts.mean)} of {each.reach.planned:,.0f} ({percent(each.reach.share_of_plan, False)})"


def known_words(each: ProposalResult) -> str:
    """Write how many of those in need the services know that are to find them."""
    if not each.reach.eligible.mean:
        return "nobody in need" if each.reach.share_of_plan is not None else "serves places"
    return f"{level(each.reach.known.mean)} of {level(each.reach.eligible.mean)}"


def effect_words(interval: Interval) -> str:
    return signed_span(interval)


def price_words(value: float | None) -> str:
    return money(value) if value is not None else "not defined"


def averted_words(interval: Interval) -> str:
    """Write the cost of one incident averted; without a range where none averted lies within it."""
    if interval.mean is None:
        return "none averted"
    if interval.low is None:
        return f"{money(interval.mean)} (no range: none averted is possible)"
    return span(interval, money)


def harm_words(probability: float) -> str:
    return f"{100 * probability:.0f} in 100"


def flag_codes(each: ProposalResult) -> str:
    """List flags in few words, those that weigh most first."""
    return ", ".join(badge(flag.code) for flag in each.flags)


def log_rr_words(mean: float, sd: float) -> str:
    """Write an effect with its 95% range as changes in violence."""
    return f"{share_less(mean)} ({share_less(mean - 1.96 * sd)} to {share_less(mean + 1.96 * sd)})"
