"""Every page that Placewise writes, once, from small studies: most of them on the stand-in for a place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from experiments.comparison import compare
from experiments.store import store
from sim.population.places import from_codes
from tests.small_world import mentoring
from tests.unit.experiments.fake_place import FakeData, build_fake

CODES = ["E01012007", "E01012011", "E01012066"]
SCENARIOS = ("counter_narrative", "early_years", "employment_pathways", "hot_spot_policing")
COMMAND = ["placewise"]


def comparison(folder: Path, count: int, parameters: Any = None) -> Path:
    """Compare ``count`` scenarios in three real neighbourhoods and return the folder."""
    place = from_codes(CODES, name="Testford")
    options = {"workers": 1, "build": build_fake, "stress": count <= len(SCENARIOS), "parameters": parameters}
    found = compare(scenarios(count, folder.parent / "own"), place, 6, 5, **options)
    return store(found, folder, [*COMMAND, "compare"])


def scenarios(count: int, own: Path) -> list[Any]:
    """Return ``count`` scenarios; where not so many ship, the others are copies of one in the folder ``own``."""
    from sim.interventions.catalogue import bundled_scenarios

    bundled = bundled_scenarios()
    named: list[Any] = list(dict.fromkeys([*SCENARIOS, *(name for name in bundled if name != "baseline")]))
    for number in range(len(named), count):
        own.mkdir(exist_ok=True)
        named.append(written(own / f"early_years_{number}.yaml", bundled["early_years"].read_text(encoding="utf-8")))
    return named[:count]


def comparison_pages(home: Path, parameters: Any, compared: Path) -> Path:
    return compared


def survey_page(home: Path, parameters: Any, compared: Path) -> Path:
    from experiments.places import summarise as summarise_place
    from experiments.report.needs_assessment import needs_assessment
    from experiments.report.survey_charts import draw_survey
    from experiments.survey_summary import summarise
    from tests.unit.experiments.hand_made_survey import question, surveyed

    result = summarise(question(parameters), surveyed())
    manifest = json.loads((compared / "manifest.json").read_text(encoding="utf-8"))
    drafts = needs_assessment(
        result, summarise_place(from_codes(CODES, name="Testford")), draw_survey(result), manifest
    )
    return written(home / "needs_assessment.html", drafts["html"])


def screening_pages(home: Path, parameters: Any, compared: Path) -> Path:
    """Screen a sound proposal, with an evaluation plan, and one that lacks much."""
    from experiments.power.plan import plan_of
    from experiments.screening.reading import slug
    from experiments.screening.screening import screen
    from experiments.screening.storing import store_screening
    from tests.unit.experiments.power.test_plan import power_result, valued
    from tests.unit.experiments.screening.conftest import PlaceOfProposals, changed, write_yaml

    given = home / "given"
    given.mkdir()
    write_yaml(given / "sound.yaml", changed())
    write_yaml(given / "bold.yaml", changed(id="P-2", claimed_effect={"relative_reduction": 0.9}, safeguarding=None))
    options = {"workers": 1, "build": build_fake, "parameters": parameters}
    found = screen(given, PlaceOfProposals(), runs=4, years=2, **options)
    plan = plan_of("Mentoring", mentoring(), power_result(), valued())
    store_screening(found, home / "screening", COMMAND, plans={slug("P-1"): plan})
    return home / "screening"


def sensitivity_page(home: Path, parameters: Any, compared: Path) -> Path:
    from experiments import sensitivity
    from tests.unit.experiments.sensitivity.studies import known_study

    study = known_study(home, "options", "method: latin_hypercube, points: 60", 3)
    return sensitivity.store_analysis(sensitivity.analyse(study, ["pawn", "regional"]), home / "analysis")


def portfolio_page(home: Path, parameters: Any, compared: Path) -> Path:
    from experiments.portfolio.keeping import store_advice
    from experiments.portfolio.study import find_mix
    from tests.unit.experiments.portfolio.test_study import write

    options = {"workers": 1, "parameters": parameters, "build": build_fake, "burn_in_years": 1}
    store_advice(find_mix(write(home), FakeData(), 6, seed=0, **options), home / "portfolio", COMMAND)
    return home / "portfolio" / "report.html"


def tracking_page(home: Path, parameters: Any, compared: Path) -> Path:
    from experiments.tracking.archive import make_forecast
    from experiments.tracking.keeping import store_score
    from experiments.tracking.simulated import read_simulated
    from experiments.tracking.study import score
    from tests.unit.experiments.tracking.conftest import observed, steady

    simulated = read_simulated(compared)
    forecast = make_forecast(simulated, steady(200))
    found = score(forecast, observed(recorded=[600] * 11 + [3], ed_attendances=100))
    return store_score(found, forecast, home / "tracking", COMMAND, []) / "report.html"


def scorecard_page(home: Path, parameters: Any, compared: Path) -> Path:
    """Hold statistics made by hand against the targets: one run of the model takes longer than all other pages."""
    from calibration.london import HELD_OUT, read_records
    from calibration.scorecard import scorecard, shares_inside
    from calibration.targets import read_targets
    from experiments.forecast_scores import judge
    from experiments.gradient import MEASURES, gradient
    from experiments.held_out import MODES, YEARS, HeldOutRun
    from experiments.report.scorecard_page import scorecard_page
    from experiments.results import PlaceSummary
    from experiments.validation import ValidationResult, target_line

    targets, records = read_targets(), read_records()
    lines = scorecard(targets, [{each.statistic: factor * each.value for each in targets} for factor in (0.7, 1.6)])
    held = records.held_out()
    judged = judge(
        records,
        [
            HeldOutRun(borough, mode, np.full((size, YEARS), 6.0), np.ones(size), np.ones(size))
            for borough in HELD_OUT
            for size in [np.count_nonzero(held.borough == borough)]
            for mode in MODES
        ],
    )
    result = ValidationResult(
        place=PlaceSummary(name="Testford", kind="local authority", population=3000, communities=3),
        runs=2,
        years=2,
        burn_in_years=1,
        targets=[target_line(line) for line in lines],
        inside={use: list(counts) for use, counts in shares_inside(lines).items()},
        profiles=made_profiles(),
        gradient=gradient([{name: [factor, 1.0, 1.0, 1.0, 1.0] for name in MEASURES} for factor in (2.0, 2.5)]),
        held_out=judged,
    )
    return written(home / "scorecard.html", scorecard_page(result))


def made_profiles() -> dict[str, dict[str, list[float]]]:
    """Return profiles of a world made by hand, in the shape of `calibration.profiles`."""
    from calibration.profiles import AGES, LORENZ_STEPS, PYRAMID, TIMES

    ages, share = AGES.astype(float), np.linspace(0.0, 1.0, LORENZ_STEPS + 1)
    by_age = {f"{name}_{sex}": (100 * np.exp(-ages / 20)).tolist()
              for name in ("perpetrators", "admissions") for sex in ("male", "female")}  # fmt: skip
    counted = ("admissions", "attendances", "recorded_by_home", "recorded_by_place")
    by_fifth = {name: [2.0, 1.4, 1.0, 0.7, 0.5] for name in counted}
    return {
        "age": {"age": ages.tolist(), **by_age},
        "fifths": {"fifth": [1.0, 2.0, 3.0, 4.0, 5.0], **by_fifth},
        "lorenz": {"communities": share.tolist(), "violence": np.sqrt(share).tolist()},
        "pyramid": {"rate": [50.0 / 2**step for step in range(len(PYRAMID))]},
        "repeat": {name: [1 / len(TIMES)] * len(TIMES) for name in ("teens", "adults")},
        "season": {"ratio": [1.0] * 12},
    }


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


PAGES: dict[str, tuple[Callable[[Path, Any, Path], Path], str]] = {
    "report": (comparison_pages, "report.html"),
    "briefing": (comparison_pages, "briefing.html"),
    "plain": (comparison_pages, "plain.html"),
    "needs assessment": (survey_page, ""),
    "screening": (screening_pages, "screening.html"),
    "proposal": (screening_pages, "proposals/p-1.html"),
    "incomplete proposal": (screening_pages, "proposals/p-2.html"),
    "evaluation plan": (screening_pages, "plans/p-1.html"),
    "sensitivity": (sensitivity_page, ""),
    "portfolio": (portfolio_page, ""),
    "tracking": (tracking_page, ""),
    "scorecard": (scorecard_page, ""),
}
"""Name of a page to what writes it (or the folder it is in), and its place in that folder."""
WRITERS = {
    "experiments.report.page": ["report"],
    "experiments.report.briefing": ["briefing"],
    "experiments.report.plain": ["plain"],
    "experiments.report.needs_assessment": ["needs assessment"],
    "experiments.report.screening_pages": ["screening", "proposal", "incomplete proposal"],
    "experiments.report.evaluation_plan": ["evaluation plan"],
    "experiments.report.sensitivity_page": ["sensitivity"],
    "experiments.report.portfolio_page": ["portfolio"],
    "experiments.report.tracking_page": ["tracking"],
    "experiments.report.scorecard_page": ["scorecard"],
}
"""Module that makes pages to the names of its pages."""
