"""Set a claimed effect beside what trials of such programmes support.

Everything is on the log scale of a rate ratio. The evidence prior is the effect expected of routine delivery in
England, a normal with mean ``m`` and standard deviation ``s``. A claim ``c`` with a standard error ``e``, which follows
from what it rests on, gives the posterior of two normals,

    weight of the claim  w = s^2 / (s^2 + e^2),    mean  m + w (c - m),    variance  s^2 e^2 / (s^2 + e^2).

The posterior is for the reader. What the model delivers, and every badge and recommendation, rests on the prior alone:
otherwise the bolder of two claims would come out ahead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from experiments.screening.form import Claim
from experiments.screening.numbers import numbers
from experiments.screening.vocabulary import BEFORE_AFTER, CONTROLLED, OPINION, OUTCOMES, RANDOMISED
from sim.interventions.evidence_schema import Effect
from sim.interventions.schema import CatalogueEntry

NUMBER_OF_BASIS: Mapping[str, str] = {
    RANDOMISED: "error_randomised",
    CONTROLLED: "error_controlled",
    BEFORE_AFTER: "error_before_after",
    OPINION: "error_opinion",
}
"""What a claim's standard error is called. Published trials are in the prior already, so they bring nothing new."""

PLAUSIBLE, MODEST, OPTIMISTIC, OUTSIDE, OTHER, NONE = (
    "plausible",
    "modest",
    "optimistic",
    "outside all trials",
    "about something else",
    "no claim",
)
SURPRISE = ((1.0, "not surprising"), (2.0, "somewhat surprising"), (3.0, "surprising"))
VERY_SURPRISING = "very surprising"


@dataclass(frozen=True)
class Prior:
    """Hold the effect that evidence leads one to expect: log rate ratio, normal. ``basis`` says whose evidence."""

    mean: float
    sd: float
    basis: str
    furthest_published: float | None = None

    @property
    def chance_of_harm(self) -> float:
        """Return the probability that the programme leaves more violence than there would have been."""
        return 1.0 - NormalDist(self.mean, self.sd).cdf(0.0) if self.sd > 0 else float(self.mean > 0)

    def centile(self, deviate: float) -> float:
        """Return the effect ``deviate`` standard deviations better than the one expected."""
        return self.mean - deviate * self.sd


@dataclass(frozen=True)
class Judged:
    """Hold a claim beside the prior.

    Attributes
    ----------
    log_rr, error
        The claim and its standard error; the error is None where it brings nothing new.
    weight, mean, sd
        Weight of the claim in the posterior, and the posterior.
    surprise_sd
        Standard deviations of the prior by which the claim, taken for true, is better than the effect expected.
    chance_as_large
        Probability, by the prior, that the true effect is at least as large as the claim.
    verdict, words
        One of the words above, and a sentence.
    """

    log_rr: float | None
    error: float | None
    weight: float
    mean: float
    sd: float
    surprise_sd: float | None
    chance_as_large: float | None
    verdict: str
    words: str


def prior_of_entry(entry: CatalogueEntry, mean: float, sd: float) -> Prior:
    """Return the prior of a catalogue entry, from the effect and uncertainty expected in England."""
    trial = entry.evidence.trial if entry.evidence else None
    return Prior(mean, sd, f"evidence on {short_name(entry)}", _furthest(trial))


def short_name(entry: CatalogueEntry) -> str:
    """Return the name of an entry without what it adds after a colon."""
    return entry.name.partition(":")[0]


def judge(claim: Claim, prior: Prior) -> Judged:
    """Set a claim beside the prior."""
    if claim.relative_reduction is None:
        return Judged(None, None, 0.0, prior.mean, prior.sd, None, None, NONE, "No effect is claimed.")
    log_rr = math.log(1.0 - claim.relative_reduction)
    if claim.outcome is not None and not OUTCOMES[claim.outcome]:
        about = claim.outcome.replace("_", " ")
        words = f"The claim is about {about}, not about violence, so it says nothing of the effect on violence."
        return Judged(log_rr, None, 0.0, prior.mean, prior.sd, None, None, OTHER, words)
    error = _error(claim.basis)
    weight = prior.sd**2 / (prior.sd**2 + error**2) if error is not None and prior.sd > 0 else 0.0
    surprise = (prior.mean - log_rr) / prior.sd if prior.sd > 0 else None
    as_large = NormalDist(prior.mean, prior.sd).cdf(log_rr) if prior.sd > 0 else None
    verdict = _verdict(log_rr, prior)
    return Judged(
        log_rr,
        error,
        weight,
        prior.mean + weight * (log_rr - prior.mean),
        prior.sd * math.sqrt(1.0 - weight),
        surprise,
        as_large,
        verdict,
        _words(log_rr, prior, verdict, surprise, as_large),
    )


def share_less(log_rr: float) -> str:
    """Write a log rate ratio as a change: ``12% less violence``."""
    percent = 100 * math.expm1(log_rr)
    if abs(percent) < 0.5:
        return "no change in violence"
    return f"{abs(percent):.0f}% {'less' if percent < 0 else 'more'} violence"


def surprise_words(surprise_sd: float | None) -> str:
    """Say how surprising a claim is: only a claim better than expected is a surprise here."""
    if surprise_sd is None:
        return "cannot be said"
    if surprise_sd < 0:
        return "no surprise: it is below what the evidence leads one to expect"
    return next((words for limit, words in SURPRISE if surprise_sd < limit), VERY_SURPRISING)


def one_in(probability: float) -> str:
    """Write a small probability as ``about 1 in 40``."""
    if probability >= 0.5:
        return "more likely than not"
    return f"about 1 in {1 / probability:,.0f}" if probability > 1e-4 else "less than 1 in 10,000"


def _error(basis: str | None) -> float | None:
    name = NUMBER_OF_BASIS.get(basis or OPINION)
    return numbers()[name] if name else None


def _verdict(log_rr: float, prior: Prior) -> str:
    possible = prior.centile(numbers()["centile_possible"])
    furthest = min(possible, prior.furthest_published) if prior.furthest_published is not None else possible
    if log_rr < furthest:
        return OUTSIDE
    if log_rr < prior.centile(numbers()["centile_optimistic"]):
        return OPTIMISTIC
    return PLAUSIBLE if log_rr < prior.mean else MODEST


def _furthest(trial: Effect | None) -> float | None:
    """Return the best effect published: the estimate, or the better end of its interval where that is known."""
    if trial is None or trial.effect_log_rr is None:
        return None
    known = [value for value in trial.effect_log_rr if value is not None]
    return min(known) if known else None


def _words(log_rr: float, prior: Prior, verdict: str, surprise: float | None, as_large: float | None) -> str:
    text = f"Claimed: {share_less(log_rr)}; expected from {prior.basis}: {share_less(prior.mean)}."
    if surprise is not None and surprise >= 0:
        text += f" As a true effect that is {surprise:.1f} standard deviations better than expected"
        text += f" ({surprise_words(surprise)})."
    if as_large is not None and verdict != MODEST:
        text += f" An effect at least that large: {one_in(as_large)}."
    return text
