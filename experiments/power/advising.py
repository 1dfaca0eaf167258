"""Say in words why virtual trials and a formula differ, and which design the numbers speak for."""

from __future__ import annotations

from experiments.power.numbers import numbers
from experiments.power.question import CLUSTER, INDIVIDUAL, WEDGE
from experiments.power.result import FormulaRow, PowerResult

NOTABLE_SPILL = 0.05
ALLOWED = 2.58
SKEWED = 1.5


def own_row(result: PowerResult) -> FormulaRow:
    """Return the formula of the design that virtual trials draw, with the ICC that emerges."""
    design = INDIVIDUAL if result.design == INDIVIDUAL or result.icc is None else CLUSTER
    return next(row for row in result.formulas if row.design == design)


def differences_between(result: PowerResult) -> list[str]:
    """Return why virtual trials and the formula differ, where they do."""
    row, virtual, spill = own_row(result), result.virtual, result.spill
    gap = virtual.power - row.power
    words = [
        f"Virtual trials show the effect in {virtual.power:.0%}; the formula, on the same numbers, {row.power:.0%}."
    ]
    if result.pretest_r2 > 0:
        words.append("The formula takes covariates into account, virtual trials do not.")
    if abs(gap) <= ALLOWED * virtual.power_error + 0.02:
        words.append("The two agree within what chance in the virtual trials allows.")
    else:
        if result.outcome_sd > SKEWED * result.outcome_mean > 0:
            words.append(
                "The outcome is a count of rare events, far from the bell shape of the formula: most people have none "
                "and a few have many."
            )
        if result.places == 1:
            words.append(
                "Trials are drawn from few populations of one place, whose luck they share; the formula takes every "
                "cluster for a new one."
            )
        if result.icc is not None:
            words.append(
                "Clusters differ in size and in how much the programme does there, which the formula leaves out."
            )
    if spill is not None:
        words.append(_spill_words(result))
    return words


def spills(result: PowerResult) -> bool:
    """Return whether spill-over takes a notable part of the effect between arms, beyond what chance would explain."""
    spill = result.spill
    return spill is not None and spill.retained < 1.0 - NOTABLE_SPILL and (spill.high is None or spill.high < 1.0)


def _spill_words(result: PowerResult) -> str:
    spill = result.spill
    assert spill is not None
    ends = "" if spill.low is None else f" ({spill.low:.0%} to {spill.high:.0%})"
    kept = f"Trials lived whole keep {spill.retained:.0%}{ends} of the effect between arms"
    if not spills(result):
        return f"{kept}: no spill-over shows beyond chance, so paired outcomes can be trusted."
    shared = max(spill.shared, 0.0)
    why = f"the control arm has {shared:.0%} of the effect too, through those treated whom it knows or lives near"
    if shared < (1.0 - spill.retained) / 2:
        why = "those treated gain less when others around them are not treated"
    return f"{kept}: {why}. With that, power is {spill.power:.0%}."


def advice_on(result: PowerResult) -> list[str]:
    """Return which design is recommended, and why."""
    number, spill = numbers(), result.spill
    words = []
    if result.design != INDIVIDUAL and result.clusters < number["few_clusters"]:
        words.append(
            f"With {result.clusters} clusters a randomised trial hangs on each of them. Take in more places, or "
            "compare before and after with a synthetic control."
        )
    if result.design == INDIVIDUAL:
        if spills(result):
            words.append("People randomised one by one touch each other here: randomise schools or neighbourhoods.")
        else:
            words.append("Randomise people each on their own: it takes the fewest, and little spills over.")
    elif result.design == CLUSTER:
        words.append("Randomise clusters: those who meet every day are treated alike, and little spills over.")
    else:
        words.append(
            "A stepped wedge treats everybody in the end. It rests on the level of each cluster not drifting, and on "
            "nothing else changing at the same time for some only."
        )
    power = spill.power if spill is not None else result.virtual.power
    if power < number["power_usual"]:
        enough = result.clusters_for_usual
        what = "people" if result.design == INDIVIDUAL else "clusters"
        more = f"It takes {enough:,} {what} for 80%." if enough else "No number of clusters is enough for this effect."
        words.append(f"As designed it would miss the effect expected in {1 - power:.0%} of trials. {more}")
    else:
        words.append(f"As designed it would show the effect expected in {power:.0%} of trials.")
    if result.fixed is not None and not result.fixed.feasible and result.fixed.clusters_at_least is not None:
        words.append(
            f"By formula so few clusters are never enough, however large: at least {result.fixed.clusters_at_least:,}."
        )
    words += _wedge_words(result)
    if result.virtual.type_one > result.virtual.type_one_high:
        words.append(
            f"A programme that does nothing is found to work in {result.virtual.type_one:.1%} of trials instead of 5%: "
            "use the permutation test."
        )
    return words


def _wedge_words(result: PowerResult) -> list[str]:
    rows = {row.design: row for row in result.formulas if row.icc_from != "assumed"}
    if result.design != CLUSTER or WEDGE not in rows:
        return []
    if rows[WEDGE].detectable_sd < rows[CLUSTER].detectable_sd:
        return ["A stepped wedge of as many people would see a smaller effect, at the price of its assumptions."]
    return ["A stepped wedge of as many people would see no smaller effect."]
