"""The questions that boards ask, each answered by a section of the report or said not to be answerable here."""

from __future__ import annotations

from experiments.report.parts import Section, Table
from experiments.results import CompareResult

ALWAYS: dict[int, tuple[str, str]] = {
    1: ("Which mix for this budget and period?", "not answerable here because only the options named are compared"),
    2: ("How large is the effect, and when?", "Effect by year"),
    3: ("When does it pay back, and to whom?", "Who pays and who gains, year by year"),
    4: ("Does it narrow the gap between poorest and richest?", "Does it narrow the gap?"),
    7: ("Would a trial detect it?", "not answerable here because no trial is simulated: see placewise trial"),
    11: (
        "Is violence moved next door?",
        "not answerable here because only residents of the place are simulated; inside it, see Map of change",
    ),
    13: ("What does one averted offence or admission cost?", "The decision and its options"),
    14: (
        "Does it hold in another place?",
        "not answerable here because one place is compared",
    ),
    15: ("How well does the model fit?", "not answerable here because fit is judged apart: see placewise validate"),
    16: ("What is not modelled?", "Limits of use"),
    17: ("Who is missed?", "Who is missed"),
    18: ("What is the least-cost way to a 10% cut?", "not answerable here because only the options named are compared"),
    19: ("What does the next £100,000 buy?", "not answerable here because doses of a programme are not varied"),
    20: ("What is it worth to wait?", "The decision and its options"),
}
NO_STRESS = "not answerable here because --stress was not asked for"


def questions_section(result: CompareResult) -> Section:
    """Return every question of the bank with where it is answered."""
    few = result.decision.value_of_partial_information
    pilot = (
        f"not answerable here because it takes {few.runs_needed} runs"
        if few.runs_needed
        else "What is worth finding out first"
    )
    worse = "Who is worse off; " if any(each.by_group for each in result.scenarios.values()) else ""
    drawn_in = any(scenario.participants for scenario in result.scenarios.values())
    answers = dict(ALWAYS)
    answers[5] = ("What if uptake is half?", "If delivery goes wrong" if result.stress else NO_STRESS)
    answers[6] = (
        "What if it starts late or fades?",
        "If delivery goes wrong; Effect by year" if result.stress else NO_STRESS,
    )
    answers[8] = ("What should a pilot measure?", pilot)
    known = result.register_of_assumptions.items and not result.register_of_assumptions.runs_needed
    answers[9] = ("Which assumption flips the choice?", "Register of assumptions" if known else pilot)
    answers[10] = (
        "Does it harm, label or draw people in?",
        f"{worse}Who is missed" if drawn_in else "not answerable here because no programme is for single people",
    )
    answers[12] = (
        "Do programmes add up?",
        "not answerable here because it takes more worlds: compare with --interactions",
    )
    rows = [[f"Q{number}", *answers[number]] for number in sorted(answers)]
    table = Table(
        "Questions and where they are answered",
        "Names are headings of this report.",
        ["No.", "Question", "Answered in"],
        rows,
    )
    return Section("questions", "Questions a board asks", tables=[table])
