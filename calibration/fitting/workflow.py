"""The fit from screening to posterior draws; where the runs are lived is handed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from scipy.stats import qmc

from calibration.fitting.baseline import reject_and_adjust
from calibration.fitting.chains import STEPS, Chains, sample_posterior
from calibration.fitting.matching import PLAUSIBLE, TAIL, Emulators, on_scales, plausible_share, train_all
from calibration.fitting.plan import FIRST_SEED, Evaluate, Plan, Point, chance_variance, first_wave, spread_over
from calibration.fitting.screening import Screened, design, screen
from calibration.fitting.space import Space
from calibration.targets import Target
from sim.parameters.draws import DRAWS

Array = npt.NDArray[np.float64]
Say = Callable[[str], None]

TEMPER = 0.5
WIDE_SHARE = 0.15
CENTRAL_CHAINS = 40
VOLUME_POINTS = 12


@dataclass
class Wave:
    """Hold what was known after a wave.

    Attributes
    ----------
    plausible, plausible_all_but_one
        Share of the cube within three standard deviations of every target, and of all but the worst.
    nearest
        Smallest implausibility of each target anywhere in the cube.
    """

    runs: int
    plausible: float
    plausible_all_but_one: float
    nearest: dict[str, float]


@dataclass
class Fit:
    """Hold a finished fit.

    Attributes
    ----------
    space
        The directions that were fitted.
    draws
        Posterior points in the unit cube, row n for joint draw n.
    centre
        Posterior mean at the central values of the evidence.
    posterior
        Chains over all draws, for ranges and correlations.
    effective
        Effective number of draws when those drawn before the last runs are weighted by what the last runs say.
    predicted
        Statistics of the last runs on the targets' scales: what the fitted model gives, float64[runs, targets].
    unmet
        Why targets stay more than three standard deviations away, by their id.
    """

    space: Space
    targets: tuple[Target, ...]
    screened: list[Screened]
    waves: list[Wave]
    emulators: Emulators
    draws: Array
    centre: Array
    posterior: Chains
    effective: float
    chance: Array
    predicted: Array
    baseline: Array
    unmet: dict[str, str] = field(default_factory=dict)


class _Runs:
    """Collect runs as they come: points, scores of evidence and statistics on the targets' scales."""

    def __init__(self, whole: Space, targets: Sequence[Target], evaluate: Evaluate) -> None:
        self.whole, self.space, self.targets, self.evaluate = whole, whole, targets, evaluate
        self.units, self.scores = np.zeros((0, 0)), np.zeros((0, len(whole.evidence)))
        self.values = np.zeros((0, len(targets)))

    def only(self, names: Sequence[str]) -> None:
        """Leave the directions that are not named where they start."""
        self.space = self.whole.only(names)
        self.units = np.zeros((0, len(names)))

    def live(self, stage: str, units: Array, draws: npt.ArrayLike, seeds: npt.ArrayLike | None = None) -> Array:
        """Live runs at points of the directions that are fitted, and return their statistics."""
        whole = np.tile(self.whole.start, (len(units), 1))
        whole[:, [self.whole.names.index(name) for name in self.space.names]] = units
        numbers = FIRST_SEED[stage] + np.arange(len(units)) if seeds is None else np.asarray(seeds)
        points = [
            Point(tuple(float(v) for v in row), int(draw), int(seed))
            for row, draw, seed in zip(whole, np.asarray(draws), numbers, strict=True)
        ]
        return on_scales(self.targets, self.evaluate(stage, points))

    def add(self, stage: str, units: Array, draws: npt.ArrayLike) -> Array:
        """Live runs and keep them to train emulators on."""
        values = self.live(stage, units, draws)
        self.units = np.concatenate([self.units, units])
        self.scores = np.concatenate([self.scores, self.space.scores(draws)])
        self.values = np.concatenate([self.values, values])
        return values

    def train(self, checked: bool = True) -> Emulators:
        """Train emulators on all runs kept."""
        return train_all(self.targets, self.units, self.scores, self.values, checked)


def fit(
    space: Space,
    targets: Sequence[Target],
    evaluate: Evaluate,
    plan: Plan,
    seed: int = 0,
    say: Say = lambda text: None,
    steps: int = STEPS,
    tail: float | None = TAIL,
) -> Fit:
    """Fit the directions of a space to targets.

    Parameters
    ----------
    evaluate
        Lives runs: a function of the name of a stage and its points that returns their statistics by name.
    say
        Told in a sentence what was found after each stage.
    tail
        See `Emulators.log_likelihood`.
    """
    runs = _Runs(space, targets, evaluate)
    screened = _screening(runs, plan, seed, say)
    inner = runs.space
    every = np.arange(DRAWS)
    scores = inner.scores(every)

    def posterior(emulators: Emulators, number: int, temper: float = 1.0, given: Array = scores) -> Chains:
        def likelihood(units: Array, given: Array) -> Array:
            return emulators.log_likelihood(units, given, tail)

        return sample_posterior(likelihood, given, len(inner.names), seed + number, steps, temper)

    units, draws = first_wave(plan.wave1, len(inner.names), seed)
    chance = chance_variance(runs.add("wave1", units, draws), plan.wave1)
    emulators = runs.train(checked=False)
    waves = [_wave(emulators, inner, len(runs.units), say)]
    chosen = spread_over(plan.wave2)
    runs.add("wave2", _widened(posterior(emulators, 1, TEMPER).last[chosen], seed), chosen)
    emulators = runs.train(checked=False)
    waves.append(_wave(emulators, inner, len(runs.units), say))
    chosen = spread_over(plan.recheck)
    runs.add("recheck", posterior(emulators, 2).last[chosen], chosen)
    before = runs.train(checked=False)
    waves.append(_wave(before, inner, len(runs.units), say))
    candidates = posterior(before, 5)
    chosen = spread_over(plan.again)
    predicted = runs.add("again", candidates.last[chosen], chosen)
    after = runs.train()
    final = posterior(after, 3)
    waves.append(_wave(after, inner, len(runs.units), say))
    central = posterior(after, 4, given=np.zeros((CENTRAL_CHAINS, scores.shape[1])))
    found = Fit(
        space=inner,
        targets=tuple(targets),
        screened=screened,
        waves=waves,
        emulators=after,
        draws=final.last,
        centre=expit(logit(central.points).mean(axis=0)),
        posterior=final,
        effective=_effective(before, after, candidates.last, scores, tail),
        chance=chance,
        predicted=predicted,
        baseline=reject_and_adjust(targets, runs.units[: plan.wave1], runs.values[: plan.wave1]),
    )
    found.unmet = _unmet(after, final.last, scores, waves[-1])
    return found


def _screening(runs: _Runs, plan: Plan, seed: int, say: Say) -> list[Screened]:
    names = runs.whole.names
    if plan.trajectories == 0:
        runs.only(names)
        return []
    points = design(len(names), plan.trajectories, seed)
    seeds = FIRST_SEED["screening"] + np.arange(len(points)) // (len(names) + 1)
    values = runs.live("screening", points, np.full(len(points), -1), seeds)
    screened = screen(names, runs.targets, points, values)
    kept = [one.name for one in screened if one.kept] or list(names)
    runs.only([name for name in names if name in kept])
    say(f"Screening: {len(kept)} of {len(names)} directions move some target by a standard deviation.")
    return screened


def _widened(points: Array, seed: int) -> Array:
    """Replace some points by others anywhere in the cube, so that a wrong first emulator is found out."""
    count = int(WIDE_SHARE * len(points))
    wide = np.random.default_rng(seed + 77).random((count, points.shape[1]))
    return np.concatenate([wide, points[count:]])


def _wave(emulators: Emulators, space: Space, runs: int, say: Say) -> Wave:
    units = qmc.Sobol(len(space.names), scramble=True, seed=1).random_base2(VOLUME_POINTS)
    scores = space.scores(np.arange(len(units)) % DRAWS)
    implausibility = emulators.implausibility(units, scores)
    nearest = {t.id: float(row.min()) for t, row in zip(emulators.targets, implausibility, strict=True)}
    wave = Wave(runs, plausible_share(implausibility, 1), plausible_share(implausibility, 2), nearest)
    out = [name for name, distance in nearest.items() if distance > PLAUSIBLE]
    say(
        f"{runs} runs: {wave.plausible:.2%} of the cube is within 3 standard deviations of every target, "
        f"{wave.plausible_all_but_one:.2%} of all but one" + (f"; out of reach: {', '.join(out)}." if out else ".")
    )
    return wave


def _effective(before: Emulators, after: Emulators, points: Array, scores: Array, tail: float | None) -> float:
    """Return the effective number of draws when emulators trained with the last runs replace those before them."""
    change = after.log_likelihood(points, scores, tail) - before.log_likelihood(points, scores, tail)
    weight = np.exp(change - change.max())
    return float(weight.sum() ** 2 / np.square(weight).sum())


def _unmet(emulators: Emulators, points: Array, scores: Array, wave: Wave) -> dict[str, str]:
    mean, variance = emulators.predict(points, scores)
    unmet = {}
    for row, target in enumerate(emulators.targets):
        away = abs(mean[row].mean() - target.aim) / np.sqrt(variance[row].mean() + target.variance)
        if wave.nearest[target.id] > PLAUSIBLE:
            unmet[target.id] = "out of reach of the directions fitted, whatever the others"
        elif away > PLAUSIBLE:
            unmet[target.id] = "within reach by itself, but not together with the others"
    return unmet
