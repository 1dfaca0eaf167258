"""What a trial is worth before a decision: adopt, adopt and evaluate, try it out first, or reject.

Net benefits have one row for each run, which is a joint draw of everything uncertain, the true effect among it. A trial
would tell that effect with an error. What it is worth is how much better one chooses after it, less what it costs and
what is forgone while waiting (Strong, Oakley, Brennan and Breeze 2015, Medical Decision Making 35:570).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from experiments.decisions.value_of_information import (
    FEWEST_RUNS,
    fitted_benefits,
    partial_information,
    perfect_information,
)

Array = npt.NDArray[np.float64]

ADOPT, ADOPT_AND_EVALUATE, PILOT, REJECT = "adopt", "adopt and evaluate", "pilot", "reject"
OPTIONS: dict[str, str] = {
    REJECT: "do nothing",
    ADOPT: "deliver it from now on, and ask no more",
    PILOT: "try it out in a trial, and decide by its result",
    ADOPT_AND_EVALUATE: "deliver it from now on with a trial built in, and stop it if the result says so",
}
RULE = (
    "Choose the option with the largest expected net value. Adopting is worth the mean net benefit. A trial first is "
    "worth what one chooses after it, for the years that are left, less its cost. Adopting with a trial built in is "
    "worth the mean net benefit until the result and what one chooses after it, less the cost of the trial, and of "
    "stopping where it says so."
)
SUMMARIES = 20
"""Simulated results of a trial for each run, over which its value is averaged."""


@dataclass(frozen=True)
class Uncertain:
    """Hold what is uncertain of one programme in one place.

    Attributes
    ----------
    net_gbp
        Net present social value over the horizon against doing nothing, shape (runs,).
    effect
        True effect in each run, log rate ratio, shape (runs,).
    mean, sd
        The effect expected and its standard deviation, from the evidence.
    """

    net_gbp: Array
    effect: Array
    mean: float
    sd: float


@dataclass(frozen=True)
class ProposedTrial:
    """Hold a trial: standard error of the effect it would find, its cost, and years until its result is acted on."""

    standard_error: float
    cost_gbp: float
    years: float


@dataclass(frozen=True)
class Stakes:
    """Say for how many people, and for how long, the decision stands.

    Attributes
    ----------
    residents, of_place
        Residents of all places that would follow the decision, and of the place that was simulated.
    horizon_years
        Years over which the net values simulated run.
    decision_years
        Years for which the decision stands from today.
    discount_rate
        A year.
    reversal_gbp
        Lost when a programme is adopted in the place simulated, and stopped after the trial.
    """

    residents: float
    of_place: float
    horizon_years: float
    decision_years: float
    discount_rate: float
    reversal_gbp: float = 0.0

    @property
    def scale(self) -> float:
        """Factor from the net value in the place simulated to that of all who are affected, over the whole decision."""
        years = self.annuity(self.decision_years) / self.annuity(self.horizon_years)
        return self.residents / self.of_place * years

    def annuity(self, years: float) -> float:
        """Return the present value of 1 a year for so many years."""
        if self.discount_rate == 0.0:
            return years
        return (1.0 - (1.0 + self.discount_rate) ** -years) / math.log1p(self.discount_rate)

    def left(self, years: float) -> float:
        """Return the part of the decision's present value that is left after a wait."""
        waited = min(years, self.decision_years)
        return 1.0 - self.annuity(waited) / self.annuity(self.decision_years)

    @property
    def places(self) -> float:
        """How many places like the one simulated are affected."""
        return self.residents / self.of_place


@dataclass(frozen=True)
class Line:
    """Hold net benefit as a line in the true effect, with what else is uncertain around it."""

    at_nothing: float
    slope: float

    def at(self, effect: float) -> float:
        return self.at_nothing + self.slope * effect


@dataclass(frozen=True)
class TrialValue:
    """Hold what a trial is worth, GBP over all who are affected, and what follows.

    Attributes
    ----------
    perfect, effect_known, sample
        Expected value of perfect information, of knowing the effect, and of the trial's result, were it had at once.
    options
        Expected net value of each of `OPTIONS`.
    decision
        The option with the largest.
    net_gain
        Gain of the better option with a trial over the better one without.
    chance_of_change
        Probability that the trial's result changes what one would do today.
    residents_for_trial
        Residents from whom on a trial pays; None where it never does.
    method
        How the value was worked out.
    line
        Net benefit in the place simulated, against the effect.
    """

    perfect: float
    effect_known: float
    sample: float
    options: dict[str, float]
    decision: str
    net_gain: float
    chance_of_change: float
    residents_for_trial: float | None
    method: str
    line: Line
    stakes: Stakes
    trial: ProposedTrial
    uncertain: Uncertain


def expected_best(mean: float, sd: float) -> float:
    """Return E[max(0, x)] for a normal x."""
    if sd <= 0.0:
        return max(mean, 0.0)
    unit = NormalDist()
    return sd * unit.pdf(mean / sd) + mean * unit.cdf(mean / sd)


def line_of(uncertain: Uncertain) -> Line:
    """Return the line of net benefit against the effect by least squares; flat where the effect never varies."""
    spread = uncertain.effect - uncertain.effect.mean()
    squares = float(spread @ spread)
    slope = float(spread @ uncertain.net_gbp) / squares if squares > 0.0 else 0.0
    return Line(float(uncertain.net_gbp.mean()) - slope * float(uncertain.effect.mean()), slope)


def weight_of_trial(sd: float, error: float) -> float:
    """Return the weight that the result of a trial has in what is believed after it."""
    return 0.0 if sd <= 0.0 else sd**2 / (sd**2 + error**2)


def sample_information(uncertain: Uncertain, error: float, seed: int = 0) -> tuple[float, float, float, str]:
    """Return mean net benefit, its value when chosen after the trial, the chance of another choice, and the method.

    From 100 runs on by regression on the simulated result of the trial. With fewer by the closed form for a normal
    effect and a net benefit that is a line in it.
    """
    if uncertain.net_gbp.size < FEWEST_RUNS:
        line = line_of(uncertain)
        mean, spread = line.at(uncertain.mean), abs(line.slope) * uncertain.sd
        told = spread * math.sqrt(weight_of_trial(uncertain.sd, error))
        change = NormalDist().cdf(-abs(mean) / told) if told > 0.0 else 0.0
        return mean, expected_best(mean, told), change, "closed form for a normal effect"
    chance = np.random.default_rng(seed)
    net = np.column_stack([np.zeros(uncertain.net_gbp.size), uncertain.net_gbp])
    mean = float(uncertain.net_gbp.mean())
    best, changed = [], []
    for _ in range(SUMMARIES):
        result = uncertain.effect + error * chance.standard_normal(uncertain.effect.size)
        fitted = fitted_benefits(net, result[:, None])[:, 1]
        # The regression keeps the mean; what is left of rounding would show as a gain.
        fitted = fitted - fitted.mean() + mean
        best.append(float(np.maximum(fitted, 0.0).mean()))
        changed.append(float(np.mean((fitted > 0.0) != (mean > 0.0))))
    gain = max(float(np.mean(best)), mean, 0.0)
    return mean, gain, float(np.mean(changed)), "regression on the simulated result of the trial"


def value_of_trial(uncertain: Uncertain, trial: ProposedTrial, stakes: Stakes, seed: int = 0) -> TrialValue:
    """Return what a trial is worth before the decision, and which option follows."""
    mean, chosen, change, method = sample_information(uncertain, trial.standard_error, seed)
    options = worth_of_options(mean, chosen, change, trial, stakes)
    without, with_trial = max(options[REJECT], options[ADOPT]), max(options[PILOT], options[ADOPT_AND_EVALUATE])
    net = np.column_stack([np.zeros(uncertain.net_gbp.size), uncertain.net_gbp])
    line, scale = line_of(uncertain), stakes.scale
    if method.startswith("closed"):
        known = expected_best(mean, abs(line.slope) * uncertain.sd) - max(mean, 0.0)
    else:
        known = partial_information(net, uncertain.effect[:, None], seed).mean
    return TrialValue(
        perfect=perfect_information(net).mean * scale,
        effect_known=known * scale,
        sample=(chosen - max(mean, 0.0)) * scale,
        options=options,
        decision=best_option(options),
        net_gain=with_trial - without,
        chance_of_change=change,
        residents_for_trial=_break_even(mean, chosen, change, trial, stakes),
        method=method,
        line=line,
        stakes=stakes,
        trial=trial,
        uncertain=uncertain,
    )


def worth_of_options(
    mean: float, chosen: float, change: float, trial: ProposedTrial, stakes: Stakes
) -> dict[str, float]:
    """Return the expected net value of each option.

    Parameters
    ----------
    mean, chosen : net benefit of adopting, and of choosing after the trial, in the place simulated.
    change : probability that the result of the trial turns a decision to adopt round.
    """
    scale, left = stakes.scale, stakes.left(trial.years)
    stop = change if mean > 0 else 1.0 - change
    return {
        REJECT: 0.0,
        ADOPT: mean * scale,
        PILOT: chosen * scale * left - trial.cost_gbp,
        ADOPT_AND_EVALUATE: mean * scale * (1.0 - left)
        + chosen * scale * left
        - trial.cost_gbp
        - stop * stakes.reversal_gbp * stakes.places,
    }


def best_option(options: dict[str, float]) -> str:
    """Return the option worth most; among equals the one that commits to least."""
    return max(OPTIONS, key=lambda name: (options[name], -list(OPTIONS).index(name)))


def _break_even(mean: float, chosen: float, change: float, trial: ProposedTrial, stakes: Stakes) -> float | None:
    """Return the residents from whom on a trial pays. All values but its cost grow with the residents."""
    free = ProposedTrial(trial.standard_error, 0.0, trial.years)
    options = worth_of_options(mean, chosen, change, free, stakes)
    gain = max(options[PILOT], options[ADOPT_AND_EVALUATE]) - max(options[REJECT], options[ADOPT])
    return trial.cost_gbp / gain * stakes.residents if gain > 0.0 else None
