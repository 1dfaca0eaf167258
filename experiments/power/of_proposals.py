"""The value of a trial of each proposal of a screening, and its evaluation plan, by the design the applicant names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from experiments.power.plan import EvaluationPlan, plan_of
from experiments.power.question import CLUSTER, INDIVIDUAL, PERSON, WEDGE, Question, unit_of
from experiments.power.result import PowerResult
from experiments.power.study import power_of_design
from experiments.power.valuing import Terms, uncertain_of, value_result
from experiments.progress import Mode
from experiments.runs import Plan, RunRecord
from experiments.screening.deciding import ValueOfTrial
from experiments.screening.delivery import Delivered
from experiments.screening.evidence import short_name
from experiments.screening.form import Proposal
from experiments.trial_design import Design, NoTrial, design_of
from sim.core.errors import InputError

RUNS, TRIALS, JOINT = 4, 500, 1
RANDOMISING = (INDIVIDUAL, CLUSTER, WEDGE)


@dataclass
class TrialsOfProposals:
    """Work out what a trial of each proposal is worth, and keep the plans made on the way.

    Attributes
    ----------
    runs, trials
        Populations lived, and virtual trials drawn from them.
    plans
        By the name of a proposal's world.
    """

    runs: int = RUNS
    trials: int = TRIALS
    workers: int = 1
    terms: Terms = field(default_factory=Terms)
    progress: Mode = "none"
    plans: dict[str, EvaluationPlan] = field(default_factory=dict)

    @property
    def asked(self) -> dict[str, Any]:
        """What decides the values, as plain values."""
        return {"runs": self.runs, "trials": self.trials, "terms": asdict(self.terms)}

    def __call__(self, delivered: Delivered, plan: Plan, records: Sequence[RunRecord]) -> ValueOfTrial | None:
        """Return the value of the trial of one proposal; None where it cannot be put on trial in this place."""
        try:
            usual = trial_of(delivered)
            power = self._power(delivered, usual, plan)
        except (NoTrial, InputError):
            return None
        prior = delivered.prior
        world, programme = delivered.world, delivered.programme
        uncertain, cost = uncertain_of(plan, records, world, programme, prior.mean, prior.sd)
        value = value_result(uncertain, cost, power, plan, self.terms)
        title = delivered.proposal.title or short_name(delivered.loaded.entry)
        self.plans[delivered.stem] = plan_of(title, programme, power, value)
        return ValueOfTrial(value.net_gain_gbp, " ".join(value.words))

    def _power(self, delivered: Delivered, usual: Design, plan: Plan) -> PowerResult:
        asked = question_of(delivered.proposal, usual, self.trials)
        entry = delivered.loaded.entry

        def study(question: Question) -> PowerResult:
            return power_of_design(
                *(entry, usual, plan.place, question, self.runs, plan.seed, self.workers),
                registry=plan.parameters,
                burn_in_years=plan.burn_in_years,
                progress=self.progress,
            )

        try:
            return study(asked)
        except InputError as error:
            if asked.clusters is None:
                raise
            found = study(replace(asked, clusters=None))
            words = [*found.warnings, f"The size proposed cannot be had here: {error.problems[0].message}"]
            return found.model_copy(update={"warnings": words})


def trial_of(delivered: Delivered) -> Design:
    """Return the trial of a proposal as it would be delivered, with the evidence it rests on.

    Raises
    ------
    NoTrial
    """
    prior = delivered.prior
    programme = replace(delivered.programme, expected_log_rr=prior.mean, uncertainty_sd=prior.sd)
    return replace(design_of(delivered.loaded.entry), programme=programme)


def question_of(proposal: Proposal, usual: Design, trials: int) -> Question:
    """Return the design that a proposal names, as far as a trial can follow it; what it leaves open stays open."""
    study = proposal.trial
    design = study.design if study.design in RANDOMISING else None
    unit = None if usual.is_of_places else unit_of(study.unit, design)
    if unit == PERSON or usual.is_of_places:
        design = design if design != INDIVIDUAL or unit == PERSON else None
    elif unit is not None and design is None:
        design = CLUSTER
    clusters = proposal.cohort.n if unit == PERSON else study.clusters
    return Question(
        design=design,
        unit=unit,
        clusters=clusters if clusters is not None and clusters >= 4 else None,
        attrition=study.attrition,
        icc=study.icc.value,
        icc_source=study.icc.source,
        pretest_r2=min(study.pretest_r2 or 0.0, 0.99),
        trials=trials,
        joint=JOINT,
    )
