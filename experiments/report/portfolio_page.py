"""The page of a portfolio: what to buy, what it rests on, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.patches import Patch

from experiments.portfolio.choosing import ALWAYS, DEPENDS, NEVER
from experiments.portfolio.result import Chosen, MixLine, PortfolioResult
from experiments.report.charts import BLUE, GREY, ORANGE, Drawing, millions, panels, style, svg_of
from experiments.report.parts import Section, Table
from experiments.report.study_page import study_page
from experiments.wording import chance, money, number, percent, span
from sim.economics.unit_costs import PAYERS, payer_label
from sim.interventions.scenario import ALL_PAYERS
from sim.outcomes.measures import measure

INCHES_A_ROW = 0.3
VERDICTS = {
    ALWAYS: "in every mix that is nearly as good as the best",
    DEPENDS: "in some of them",
    NEVER: "in none of them",
}
VIEWS = {
    "mean": "Best on average",
    "tail": "Best in the worst fifth of draws",
    "regret": "Least regret over the named futures",
}


def portfolio_page(result: PortfolioResult, drawings: Sequence[Drawing]) -> str:
    """Return the advice as one HTML page."""
    about = (
        f"{result.place.name}: {result.place.population:,} residents, {result.years} years, {result.runs} runs. Of "
        f"{result.mixes_possible:,} mixes {result.mixes_lived} were simulated; the others are predicted from those. "
        "Half of the runs choose and the other half report, since the best of many looks better than it is on the "
        "runs that chose it."
    )
    sections = [
        _chosen(result),
        Section("ranked", "The best mixes, simulated", _ranked_words(result), drawings[:1], [_ranked(result)]),
        Section("core", "What belongs in every good mix", (), (), [_core(result)]),
        _caution(result),
        Section("money", "What more money would buy", money_words(result), drawings[1:], ()),
    ]
    return study_page(
        f"Placewise portfolio · {result.place.name} · modelled estimates",
        f"{result.title}: {result.place.name}",
        heading(result),
        about,
        sections,
        result.warnings,
    )


def heading(result: PortfolioResult) -> str:
    """Return what is advised in one sentence."""
    if result.chosen is None:
        return f"No mix keeps all the rules in {result.place.name}"
    worth = result.chosen.mix.reported_on
    return (
        f"The best mix found for {result.place.name} may be worth {span(worth, money)} over {result.years} years, "
        "less its cost (modelled estimate)"
        if worth is not None
        else f"The best mix found for {result.place.name}"
    )


def _chosen(result: PortfolioResult) -> Section:
    chosen = result.chosen
    if chosen is None:
        return Section("chosen", "What to buy", ["Raise a budget or drop a rule: no mix keeps them all."])
    share = chosen.poorest_fifth_share
    words = [
        f"Buy: {chosen.mix.label}.",
        f"It gains more than it costs in {chance(chosen.chance_worth_its_cost, result.runs // 2)} of those that did "
        "not choose it.",
    ]
    if share is not None:
        words.append(f"{percent(share, signed=False)} of what it averts falls to the most deprived fifth.")
    return Section("chosen", "What to buy", words, (), [_averted(chosen), _spending(chosen)])


def _averted(chosen: Chosen) -> Table:
    rows = [
        [measure(name).label, span(each), percent(chosen.averted_share_of_baseline.get(name))]
        for name, each in chosen.averted.items()
    ]
    note = "Fewer than without programmes, over the period; runs that did not choose the mix. Below zero: more."
    return Table("What it averts", note, ["Outcome", "Averted", "Share of the baseline, central"], rows)


def _spending(chosen: Chosen) -> Table:
    years = len(next(iter(chosen.spending_by_year.values()), []))
    rows = [[_payer(payer), *(money(each) for each in by_year)] for payer, by_year in chosen.spending_by_year.items()]
    note = "Before discounting, prices of the results."
    return Table("What it costs whom", note, ["Payer", *(f"Year {year + 1}" for year in range(years))], rows)


def _payer(payer: str) -> str:
    return "All together" if payer == ALL_PAYERS else payer_label(payer) if payer in PAYERS else payer


def _ranked_words(result: PortfolioResult) -> list[str]:
    return [
        "Predicted and chosen on: the runs that choose. Reported: the others, which is the honest figure. Prediction "
        f"misses simulation by {money(result.prediction_error_gbp)} (root mean square over these mixes)."
    ]


def _ranked(result: PortfolioResult) -> Table:
    rows = [
        [
            line.label,
            money(line.predicted_value),
            money(line.chosen_on),
            span(line.reported_on, money) if line.reported_on else "not simulated",
            "yes" if line.keeps_rules else "no",
        ]
        for line in result.ranked
    ]
    header = ["Mix", "Predicted", "Chosen on", "Reported: range, centre", "Keeps the rules"]
    return Table("Net present value of the best mixes", "", header, rows)


def _core(result: PortfolioResult) -> Table:
    rows = [
        [
            core.name,
            core.verdict,
            percent(core.share_of_near_best, signed=False),
            money(core.best_with) if core.best_with is not None else "not allowed",
            money(core.best_without) if core.best_without is not None else "not allowed",
        ]
        for core in result.core.values()
    ]
    note = " ".join(f"{verdict.capitalize()}: {words}." for verdict, words in VERDICTS.items())
    header = ["Programme", "Verdict", "Share of near-best mixes", "Best value with it", "Best value without"]
    return Table("In: always, depends, never", f"{note} Nearly as good: within a twentieth.", header, rows)


def _caution(result: PortfolioResult) -> Section:
    rows = [
        [VIEWS[name], view.label, money(view.mean), money(view.tail), money(view.largest_regret)]
        for name, view in result.views.items()
    ]
    table = Table(
        "Three ways of looking at uncertainty",
        "Worst fifth: mean value in the worst fifth of draws. Regret: the most that a mix falls short of the best one "
        "in any named future.",
        ["Best mix", "It is", "Mean", "Worst fifth", "Largest regret"],
        rows,
    )
    futures = Table(
        "The best mix in each named future", "", ["Future", "Best mix"], [list(each) for each in result.futures.items()]
    )
    return Section("caution", "If things turn out otherwise", (), (), [table, futures])


def money_words(result: PortfolioResult) -> list[str]:
    """Say what more money would buy, and what the goal of the file would cost."""
    words = []
    if result.next_100k_gbp is not None:
        words.append(
            "Another £100,000 a year, spread over the budgets as they stand, would add "
            f"{money(result.next_100k_gbp)} to the value of the best mix."
            if result.next_100k_gbp > 0
            else "Another £100,000 a year would not change the best mix: programmes come whole."
        )
    cheap = result.cheapest
    if cheap is not None:
        outcome = measure(cheap.outcome).label.lower()
        wanted = f"{percent(cheap.wanted_share, signed=False)} fewer {outcome} ({number(cheap.wanted)})"
        words.append(
            f"The least-cost way to {wanted}: {cheap.label}, for {money(cheap.cost_gbp)} over the period."
            if cheap.reaches
            else f"No mix reaches {wanted}. The most that can be averted is {number(cheap.averted)}, for "
            f"{money(cheap.cost_gbp)}: {cheap.label}."
        )
    return words


def draw_portfolio(result: PortfolioResult) -> list[Drawing]:
    """Draw which programmes the best mixes have, and what each budget buys."""
    return [drawing for drawing in (_stripes(result), _frontier(result)) if drawing is not None]


def _stripes(result: PortfolioResult) -> Drawing | None:
    if not result.ranked:
        return None
    names = [core.name for core in result.core.values()]
    always = [core.name for core in result.core.values() if core.verdict == ALWAYS]
    title = f"In every good mix: {', '.join(always)}" if always else "No programme is in every good mix"
    description = "Each row is one of the best mixes, best first; a filled cell is a programme bought, by its level."
    rows = [[f"{place}", *(str(level) for level in line.levels.values())] for place, line in _numbered(result)]
    with style():
        figure, (axes,) = panels(1, INCHES_A_ROW * len(result.ranked) + 1.6)
        for place, line in _numbered(result):
            for column, level in enumerate(line.levels.values()):
                if level:
                    colour = BLUE if line.keeps_rules else GREY
                    axes.barh(place, 0.9, left=column - 0.45, height=0.8, color=colour, alpha=0.45 + 0.5 * (level > 1))
        axes.set_xticks(range(len(names)), names, rotation=35, ha="right")
        axes.set_yticks(range(1, len(result.ranked) + 1))
        axes.set_xlim(-0.5, len(names) - 0.5)
        axes.invert_yaxis()
        axes.set_ylabel("Mix, best first")
        axes.grid(visible=False)
        if any(not line.keeps_rules for line in result.ranked):
            axes.legend(handles=[Patch(color=GREY, label="breaks a rule when simulated")], frameon=False)
        svg = svg_of(figure, "stripes", title, description)
    return Drawing("stripes", title, svg, description, ["Mix", *names], rows)


def _numbered(result: PortfolioResult) -> list[tuple[int, MixLine]]:
    return list(enumerate(result.ranked, start=1))


def _frontier(result: PortfolioResult) -> Drawing | None:
    if len(result.frontier) < 2:
        return None
    first, last = result.frontier[0], result.frontier[-1]
    title = f"Value rises from {money(first.value)} to {money(last.value)} as the budget rises"
    description = "Predicted net present value of the best mix at each total budget over the period, other rules held."
    rows = [[money(step.budget_gbp), money(step.value), step.label] for step in result.frontier]
    with style():
        figure, (axes,) = panels(1, 2.6)
        axes.step(
            [step.budget_gbp for step in result.frontier],
            [step.value for step in result.frontier],
            where="post",
            color=ORANGE,
            marker="o",
        )
        axes.set_xlabel("Budget over the period")
        axes.set_ylabel("Net present value")
        millions(axes, "x")
        millions(axes, "y")
        svg = svg_of(figure, "frontier", title, description)
    return Drawing("frontier", title, svg, description, ["Budget", "Value", "Mix"], rows)
