"""What a study of power is asked: which design, what is randomised, how many, and what is assumed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from experiments.power.numbers import number_rows, numbers
from experiments.trial_design import Design
from sim.core.errors import InputError, Problem, suggest
from sim.interventions.trial_words import RANDOMISED

INDIVIDUAL, CLUSTER, WEDGE = "individual", "cluster", "stepped_wedge"
DESIGNS: dict[str, str] = {
    INDIVIDUAL: "people are randomised each on their own",
    CLUSTER: "clusters are randomised, half to each arm, all at one time",
    WEDGE: "clusters are treated one group after another, in an order drawn by lot",
}
PERSON = "person"
WORDS_OF_UNITS = (
    ("school", r"school|class|pupil referral"),
    ("family", r"famil|household"),
    ("community", r"communit|neighbourhood|ward|lsoa|area|hot ?spot|place|street"),
)


@dataclass(frozen=True)
class Question:
    """Hold what is asked; None leaves a choice to the evidence of the entry and to what the place holds.

    Attributes
    ----------
    design, unit
        One of `DESIGNS`, and one of `RANDOMISED`.
    clusters, per_cluster
        Units in both arms, and the most people from each; for people, ``clusters`` is how many are randomised.
    attrition, icc, pretest_r2
        Assumed; the ICC is set beside the one that emerges.
    trials, joint, permutations
        Virtual trials, trials lived whole, and shuffles of a permutation test.
    """

    design: str | None = None
    unit: str | None = None
    clusters: int | None = None
    per_cluster: int | None = None
    attrition: float | None = None
    icc: float | None = None
    icc_source: str | None = None
    pretest_r2: float = 0.0
    trials: int = 1000
    joint: int = 4
    permutations: int = 0
    trial_cost_gbp: float | None = None

    def __post_init__(self) -> None:
        problems = [
            *_known(self.design, DESIGNS, "--design"),
            *_known(self.unit, RANDOMISED, "--unit"),
            *_at_least(self.clusters, 4, "--clusters", "Two clusters in each arm are the fewest that can be compared."),
            *_at_least(self.per_cluster, 1, "--per-cluster", "A cluster holds somebody."),
            *_at_least(self.trials, 20, "--trials", "A share of fewer trials says nothing."),
            *(problem for name in ("attrition", "icc", "pretest_r2") for problem in self._share(name)),
        ]
        if problems:
            raise InputError(problems)

    def _share(self, name: str) -> list[Problem]:
        value, option = getattr(self, name), f"--{name.replace('_', '-')}"
        if value is None or 0.0 <= value < 1.0:
            return []
        return [Problem("", 0, 0, option, f"A share from 0 to below 1 is wanted; you wrote {value:g}.", "")]

    @property
    def assumed_icc(self) -> tuple[float, str]:
        """The ICC to set beside the one that emerges, and whose it is."""
        if self.icc is not None:
            return self.icc, self.icc_source or "as given"
        row = number_rows()["icc_schools"]
        return numbers()["icc_schools"], row["source"]

    def design_for(self, usual: Design) -> tuple[str, Design]:
        """Return the design, and the trial with what is randomised."""
        if usual.is_of_places:
            if self.unit not in (None, "community") or self.design == INDIVIDUAL:
                message = "This programme acts on places, so neighbourhoods are randomised."
                raise InputError(Problem("", 0, 0, "--unit", message, "Write --unit community, or leave it out."))
            return self.design or CLUSTER, usual
        unit = self.unit or self._usual_unit(usual)
        design = self.design or (INDIVIDUAL if unit == PERSON else CLUSTER)
        if (design == INDIVIDUAL) != (unit == PERSON):
            message = f"A design of this kind ({design}) does not randomise a {unit}."
            fix = "--design individual randomises a person; --design cluster a family, school or community."
            raise InputError(Problem("", 0, 0, "--unit", message, fix))
        return design, replace(usual, randomised=unit, attrition=usual.attrition)

    def _usual_unit(self, usual: Design) -> str:
        if self.design == INDIVIDUAL:
            return PERSON
        if self.design in (CLUSTER, WEDGE) and usual.randomised == PERSON:
            return "school"
        return usual.randomised


def unit_of(words: str | None, design: str | None) -> str | None:
    """Return what the words of a proposal randomise; None where they leave it open."""
    if design == INDIVIDUAL:
        return PERSON
    for unit, pattern in WORDS_OF_UNITS:
        if words and re.search(pattern, words.lower()):
            return unit
    return None


def _known(value: str | None, known: dict[str, str], option: str) -> list[Problem]:
    if value is None or value in known:
        return []
    near = suggest(value, known)
    fix = f"Did you mean {near[0]}?" if near else f"One of: {', '.join(known)}."
    return [Problem("", 0, 0, option, f'"{value}" is not known here.', fix)]


def _at_least(value: int | None, least: int, option: str, why: str) -> list[Problem]:
    if value is None or value >= least:
        return []
    return [Problem("", 0, 0, option, f"At least {least} is wanted; you wrote {value}. {why}", "")]
