"""An evaluation plan: question, outcome, design with reasons, what could be seen, rules for the result, registration.

What only people can say is left as a blank with its heading, never filled in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from experiments.power.numbers import numbers
from experiments.power.result import PowerResult
from experiments.power.text import detectable_words, needed_words, units_word
from experiments.power.value_result import TrialValueResult
from experiments.results import Part
from experiments.trial_measures import MEASURES
from experiments.wording import level, money, percent
from sim.interventions.resolved import Programme
from sim.interventions.trial_words import RANDOMISED

SCHEMA = "placewise.evaluation_plan/1"
BLANK = "To be filled in by those who run the trial."

SOURCES: dict[str, str] = {
    "told": "what people tell interviewers who do not know their arm, by a validated questionnaire on offending",
    "recorded": "violence recorded by the police, linked with consent",
    "sanctioned": "cautions, charges and convictions, from police and court records, linked with consent",
    "place": "incidents reported to the police, and injuries seen in emergency departments, by small area and month",
    "recorded_place": "violence recorded by the police, by small area and month",
    "hospital": "records of emergency departments and of admissions, linked or by small area",
    "aces": "records of children's services and what parents and children tell",
    "conduct_problems": "a validated questionnaire on conduct, filled in by somebody who does not know the arm",
}
CAUTION_RECORDED = (
    "What police record moves with what people report and what officers do, both of which a programme may change: read "
    "it beside hospital records."
)


class PlanItem(Part):
    """One item of the plan or of the registration stub."""

    heading: str
    text: str
    status: Literal["done", "blank"]


class EvaluationPlan(Part):
    """Result of ``placewise trial --plan``."""

    form: Literal["placewise.evaluation_plan/1"] = Field(default="placewise.evaluation_plan/1", alias="schema")
    title: str
    finding: str = Field(description="The plan in one sentence")
    question: list[PlanItem]
    outcome: list[PlanItem]
    design: list[PlanItem]
    rules: list[PlanItem]
    registration: list[PlanItem]
    power: PowerResult
    value: TrialValueResult | None

    def to_json(self) -> str:
        """Return the plan as JSON text, ending in a newline."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


def plan_of(
    title: str, programme: Programme, power: PowerResult, value: TrialValueResult | None = None
) -> EvaluationPlan:
    """Return the evaluation plan of a programme from its study of power and the value of the trial."""
    return EvaluationPlan(
        title=title,
        finding=_finding(title, power, value),
        question=_question(title, programme, power),
        outcome=_outcome(power),
        design=_design(power),
        rules=_rules(power, value),
        registration=_registration(title, power),
        power=power,
        value=value,
    )


def _item(heading: str, text: str) -> PlanItem:
    return PlanItem(heading=heading, text=text, status="done")


def _blank(heading: str) -> PlanItem:
    return PlanItem(heading=heading, text=BLANK, status="blank")


def _finding(title: str, power: PowerResult, value: TrialValueResult | None) -> str:
    seen = power.spill.power if power.spill else power.virtual.power
    size = f"{power.clusters:,} {units_word(power)}"
    could = f"a trial of {size} would show the effect expected in {seen:.0%} of cases"
    if value is None:
        return f"{title}: {could}"
    advice = {
        "adopt": "adopt it without a trial",
        "adopt and evaluate": "adopt it with a trial built in",
        "pilot": "try it out in a trial before adopting it",
        "reject": "do not adopt it, and do not pay for a trial of this kind",
    }
    return f"{title}: {advice[value.decision]}; {could}"


def _question(title: str, programme: Programme, power: PowerResult) -> list[PlanItem]:
    who = programme.who
    sex = {"male": "boys and men", "female": "girls and women"}.get(who.sex or "", "people")
    people = (
        f"{sex} aged {who.youngest} to {who.oldest}" if not _placed(power) else "neighbourhoods and their residents"
    )
    months = f"{power.follow_up_from_months} to {power.follow_up_months} months after enrolment"
    return [
        _item(
            "Question",
            f"Does {title}, offered to {people} as in routine delivery, change {power.measure} compared with usual "
            f"services, {months}?",
        ),
        _item(
            "Population", f"{people.capitalize()} in places like {power.place.name}, found by the programme's route."
        ),
        _item("Intervention", programme.name),
        _item("Comparator", "Services as usual, without the programme."),
        _blank("How residents and young people shaped the question"),
    ]


def _outcome(power: PowerResult) -> list[PlanItem]:
    measure = MEASURES[power.measure_id]
    items = [
        _item("Primary outcome", f"{power.measure[0].upper()}{power.measure[1:]}, one outcome fixed in advance."),
        _item("Data source", f"{source_of(power.measure_id).capitalize()}."),
    ]
    if power.seen_share is not None:
        items.append(
            _item(
                "What the source misses",
                f"It is modelled to see {percent(power.seen_share, False)} of what happens, the same in both arms; "
                "power allows for it.",
            )
        )
    if measure.seen in ("recorded", "sanctioned"):
        items.append(_item("Caution", CAUTION_RECORDED))
    items.append(
        _item("Secondary outcomes", "Injuries seen in hospitals; violence suffered; both arms by deprivation and sex.")
    )
    items.append(_blank("Measures of delivery and of experience"))
    return items


def source_of(measure_id: str) -> str:
    """Return where a trial would find its outcome."""
    measure = MEASURES[measure_id]
    if measure_id in SOURCES:
        return SOURCES[measure_id]
    if measure.severity:
        return SOURCES["hospital"]
    if measure.of in ("location", "home"):
        return SOURCES["recorded_place" if measure.seen == "recorded" else "place"]
    return SOURCES[measure.seen]


def _placed(power: PowerResult) -> bool:
    return MEASURES[power.measure_id].of in ("location", "home")


def _design(power: PowerResult) -> list[PlanItem]:
    words = {
        "individual": "Parallel trial in two arms, people randomised each on their own",
        "cluster": f"Parallel trial in two arms; what is randomised: {RANDOMISED[power.unit]}",
        "stepped_wedge": f"Stepped wedge; what is randomised: {RANDOMISED[power.unit]}",
    }
    icc = power.icc
    items = [
        _item("Design", f"{words[power.design]}."),
        _item("Why", " ".join(power.advice)),
        _item(
            "Size",
            f"{power.clusters:,} {units_word(power)}, {level(power.clusters * power.people_per_cluster)} randomised in "
            f"all; {percent(power.attrition, False)} expected to be lost. {needed_words(power)}",
        ),
        _item(
            "Smallest effect that would be seen", f"{detectable_words(power).capitalize()}, 80% power at the 5% level."
        ),
        _item("Virtual trials beside the formula", " ".join(power.differences)),
        _item("Analysis", f"By intention to treat; {power.virtual.test}. Recruits analysed in the arm of their lot."),
        _item("Cost of the trial", f"{money(power.cost_gbp)}, the programme itself left out."),
    ]
    if icc is not None:
        items.insert(
            3,
            _item(
                "Intra-cluster correlation",
                f"{icc.value:.3f} ({icc.low:.3f} to {icc.high:.3f}) emerges in the model; {power.icc_assumed:.3f} is "
                f"assumed beside it ({power.icc_source}).",
            ),
        )
    return items


def _rules(power: PowerResult, value: TrialValueResult | None) -> list[PlanItem]:
    number = numbers()
    items = [
        _item(
            "Stop recruiting early",
            "If after half of the recruiting period fewer than half of those planned were found, stop and say so: what "
            "is left cannot reach the size above.",
        ),
        _item("Stop for harm", "If an independent board finds more violence in the treated arm than chance explains."),
    ]
    if value is None:
        return [*items, _blank("At which result to scale up, adapt or stop")]
    if value.scale_from is None or value.stop_from is None or power.scale == "standard deviations":
        items.append(
            _item("By the result", "No result of this trial would turn the choice: see the value of the trial.")
        )
    elif math.isclose(value.scale_from, value.stop_from):
        items.append(_item("Scale up", f"If the estimate is {_change(value.scale_from)} or better."))
        items.append(_item("Stop", "Otherwise. Another trial of this kind would not be worth its cost at any result."))
    else:
        items += [
            _item("Scale up", f"If the estimate is {_change(value.scale_from)} or better."),
            _item("Stop", f"If the estimate is {_change(value.stop_from)} or worse."),
            _item("Adapt", "In between: change what is weakest and try again; another trial would be worth its cost."),
        ]
    items.append(_item("What the rules rest on", " ".join(value.words)))
    items.append(
        _item(
            "Who acts on it",
            f"{level(value.residents_affected)} residents, for {value.decision_years:g} years. A trial of few, or for "
            f"fewer years than the usual {number['decision_years']:g}, is worth less.",
        )
    )
    return items


def _change(log_ratio: float) -> str:
    size = percent(abs(math.expm1(log_ratio)), False)
    return f"{size} {'less' if log_ratio <= 0 else 'more'} on the outcome"


def _registration(title: str, power: PowerResult) -> list[PlanItem]:
    flow = "; ".join(f"{step.step.lower()} {step.total:,.0f}" for step in power.flow)
    units = "people" if power.design == "individual" else RANDOMISED[power.unit]
    blanks: Sequence[str] = (
        "Registry and number",
        "Sponsor, funder, principal investigator",
        "Ethics approval",
        "Safeguarding lead and procedure",
        "Race equity statement",
        "Data protection impact assessment",
        "Sharing of data and code",
        "Date of registration, before the first lot is drawn",
    )
    effect = percent(power.virtual.mean_estimate) if power.scale != "standard deviations" else "see the result"
    return [
        _item("Title", f"{title}: a randomised trial in places like {power.place.name}"),
        _item("Hypothesis", f"Two-sided; expected change on the outcome as it is seen: {effect}."),
        _item("Allocation", f"By lot, one to one, {units}; hidden until consent is given."),
        _item("Sample size", f"{power.clusters:,} {units_word(power)}; expected flow: {flow}."),
        _item("Primary outcome", f"{power.measure}, by {source_of(power.measure_id)}."),
        _item(
            "Time of the primary outcome",
            f"{power.follow_up_from_months} to {power.follow_up_months} months of each one.",
        ),
        _item("Primary analysis", f"Intention to treat; {power.virtual.test}; two-sided 5%."),
        _item("Missing outcomes", "Reported by arm; sensitivity to those lost being those who did worst."),
        _item("Subgroups", "By sex, ethnicity and fifth of deprivation; fixed in advance, read as exploratory."),
        *(_blank(heading) for heading in blanks),
    ]


def all_items(plan: EvaluationPlan) -> dict[str, Any]:
    """Return the parts of a plan by their heading, in order."""
    return {
        "Question": plan.question,
        "Outcome and data": plan.outcome,
        "Design": plan.design,
        "Rules for the result": plan.rules,
        "Registration stub": plan.registration,
    }
