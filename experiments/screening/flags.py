"""What a reader of a proposal should know, in words: one function for each kind of trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from experiments.screening.badges import HARMFUL, NO_EFFECT, Rated, cost_of_one
from experiments.screening.completeness import QUESTIONS
from experiments.screening.deciding import ASK, REJECT, SECURE, WATCH, Flag
from experiments.screening.delivery import Delivered
from experiments.screening.evidence import NONE, OPTIMISTIC, OTHER, OUTSIDE, Judged, one_in, share_less, short_name
from experiments.screening.numbers import numbers
from experiments.screening.vocabulary import BEFORE_AFTER, DESIGNS, OPINION
from experiments.wording import level, money, percent
from sim.interventions.schema import TARGETED

SHOWN_APART = (
    "what one participant costs",
    "that somebody answers for safeguarding",
    "how its effect will be found out",
)
ESSENTIAL = frozenset(each.words for each in QUESTIONS if each.essential)
PRISON = "prison_awareness"


@dataclass(frozen=True)
class Found:
    """Hold what is known of one proposal after it was delivered in the model.

    ``eligible`` and ``known`` are people in one year of delivery, ``starts`` people over all of it; means over runs.
    """

    delivered: Delivered
    judged: Judged
    rated: Rated
    place: str
    eligible: float
    known: float
    starts: float

    @property
    def planned(self) -> float | None:
        """People who are to start in the period that is simulated."""
        return self.delivered.planned_people

    @property
    def route(self) -> str:
        """The services that are to find people, in words."""
        return " and ".join(name.replace("_", " ") for name in self.delivered.programme.identified_by)


def flags_of(found: Found) -> list[Flag]:
    """Return every flag of a proposal, those that weigh most first."""
    flags = [flag for look in LOOKS for flag in look(found)]
    return sorted(flags, key=lambda flag: (REJECT, ASK, WATCH).index(flag.weight))


def _effect(found: Found) -> Iterator[Flag]:
    name, prior = short_name(found.delivered.loaded.entry), found.delivered.prior
    if found.rated.impact == HARMFUL:
        code = PRISON if found.delivered.loaded.entry.id == PRISON else "harmful"
        yield Flag(code, REJECT, f"Expected to do harm: {share_less(prior.mean)} ({name}).")
    elif found.rated.impact == NO_EFFECT and prior.sd > 0 and found.delivered.programme.levers:
        reference = found.delivered.reference
        if reference is not None and not reference.entries:
            words = "Nothing like it is known: no programme of the catalogue moves any of its levers."
            yield Flag("nothing_alike", ASK, words)
        else:
            yield Flag("no_effect", REJECT, f"Studies lead one to expect no effect on violence ({name}).")
    reference = found.delivered.reference
    if reference is not None and reference.entries and reference.likeness < numbers()["likeness_enough"]:
        words = f"Only {reference.likeness:.0%} of its levers are those of any known programme ({reference.names})."
        yield Flag("little_alike", ASK, f"{words} Say by what way it is to work, and what that rests on.")


def _claim(found: Found) -> Iterator[Flag]:
    claim, verdict = found.delivered.proposal.claimed_effect, found.judged.verdict
    if verdict == OUTSIDE and found.judged.log_rr is not None and found.judged.chance_as_large is not None:
        words = f"The claim of {share_less(found.judged.log_rr)} is outside all trials, which lead one to expect"
        likely = f"so large an effect has a chance of {one_in(found.judged.chance_as_large)}"
        yield Flag("outside_all_trials", ASK, f"{words} {share_less(found.delivered.prior.mean)}; {likely}.")
    elif verdict == OPTIMISTIC:
        yield Flag("optimistic", WATCH, f"The claim is better than nineteen in twenty do. {found.judged.words}")
    elif verdict == OTHER:
        yield Flag("another_outcome", WATCH, found.judged.words)
    if verdict != NONE and claim.basis in (BEFORE_AFTER, OPINION):
        basis = "before-and-after figures" if claim.basis == BEFORE_AFTER else "opinion"
        words = (
            f"The claim rests on {basis}, without a comparison group: people who join at their worst get better anyway."
        )
        yield Flag("claim_without_comparison", WATCH, words)


def _study(found: Found) -> Iterator[Flag]:
    design = found.delivered.proposal.trial.design
    if design is None or DESIGNS[design]:
        return
    weight = WATCH if found.rated.security in SECURE else ASK
    words = "No comparison group is planned, so nobody will know what would have happened without it."
    yield Flag("no_comparison_group", weight, words)


def _missing(found: Found) -> Iterator[Flag]:
    proposal, missing = found.delivered.proposal, list(found.delivered.loaded.missing)
    if not proposal.cost.is_stated:
        words = "The cost is missing: no amount is given for each participant or each year."
        yield Flag("cost_missing", ASK, f"{words} The catalogue's price stands in.")
    if proposal.safeguarding.lead_named is not True:
        yield Flag("safeguarding_missing", ASK, "No safeguarding lead is named.")
    if proposal.trial.design is None:
        weight = WATCH if found.rated.security in SECURE else ASK
        yield Flag("no_comparison_group", weight, "It does not say how its effect will be found out.")
    rest = [words for words in missing if words not in SHOWN_APART]
    needed = [words for words in rest if words in ESSENTIAL]
    for code, weight, left_out in (
        ("incomplete", ASK, needed),
        ("details_missing", WATCH, [words for words in rest if words not in needed]),
    ):
        if left_out:
            yield Flag(code, weight, f"It does not say {', '.join(left_out)}.")


def _reach(found: Found) -> Iterator[Flag]:
    if found.delivered.loaded.of_places:
        return
    limits, years = numbers(), found.delivered.years_of_delivery
    if found.eligible <= 0:
        yield Flag("nobody_eligible", REJECT, f"Nobody in {found.place} is in need of it as described.")
        return
    planned = found.planned
    share = found.starts / planned if planned else 1.0
    # What keeps a proposal from being delivered at all is a reason to reject it, not a question.
    weight = REJECT if share < limits["reach_hopeless"] else ASK
    targeted = found.delivered.programme.mode == TARGETED
    if targeted and found.known < limits["known_of_eligible"] * found.eligible:
        words = f"Found by {found.route}, which knows {level(found.known)} of the {level(found.eligible)} in need here"
        yield Flag("route_does_not_know_them", weight, f"{words} ({percent(found.known / found.eligible, False)}).")
    if planned is None:
        return
    if planned / years > found.eligible:
        words = f"Too few eligible people: it plans for {planned / years:,.0f} a year"
        yield Flag("too_few_eligible", weight, f"{words}, and {level(found.eligible)} are in need in {found.place}.")
    words = f"When it is delivered in the model, {level(found.starts)} of the {planned:,.0f} people planned for start"
    if share < limits["reach_hopeless"]:
        another = "another project than the one written"
        yield Flag("cannot_be_delivered", REJECT, f"{words} ({percent(share, False)}): {another}.")
    elif share < limits["reach_short"]:
        yield Flag("reach_short", ASK, f"{words} ({percent(share, False)}).")


def _fit(found: Found) -> Iterator[Flag]:
    proposal, entry = found.delivered.proposal, found.delivered.loaded.entry
    ages, who = proposal.cohort.ages, entry.who
    if ages is not None and who is not None and not found.delivered.loaded.own:
        of = f"ages {who.age[0]} to {who.age[1]}"
        if ages[1] < who.age[0] or ages[0] > who.age[1]:
            yield Flag("ages_outside_evidence", ASK, f"The evidence is about {of}; the proposal about none of them.")
        elif ages[0] < who.age[0] or ages[1] > who.age[1]:
            yield Flag("ages_outside_evidence", WATCH, f"The evidence is about {of}; the proposal goes beyond them.")
    share, least = found.delivered.dose_share, numbers()["dose_short"]
    if share is not None and share < least:
        words = f"The dose is {share:.0%} of that of the programme the evidence is about; the model credits that part."
        yield Flag("dose_short", ASK, words)
    if proposal.cohort.selection_risk == "high":
        words = "Those may be picked who would do well anyway; any study must compare like with like."
        yield Flag("selection_risk", WATCH, words)


def _price(found: Found) -> Iterator[Flag]:
    known = found.delivered.loaded.entry.cost
    amount = known.per_participant if known is not None else None
    stated = found.delivered.proposal.cost
    if amount is None or not stated.is_stated or found.delivered.loaded.own or amount.high <= 0:
        return
    gbp, far = cost_of_one(found.delivered), numbers()["price_far"]
    known_words = f"known deliveries cost {money(amount.low)} to {money(amount.high)}"
    if gbp * far < amount.low:
        yield Flag(
            "price_too_low", ASK, f"One participant costs {money(gbp)}, and {known_words}: ask what is left out."
        )
    elif gbp > far * amount.high:
        yield Flag("price_too_high", ASK, f"One participant costs {money(gbp)}, and {known_words}: ask what for.")


LOOKS: tuple[Callable[[Found], Iterator[Flag]], ...] = (_effect, _missing, _reach, _claim, _study, _fit, _price)
