"""Thirty headline numbers of one small place, and the command that renews them.

``python -m tests.golden.headlines --reason "..."`` lives the place anew, replaces the numbers and adds the reason to
CHANGELOG.md under "Changes results".
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sim.interventions.checking import read_scenario
from sim.parameters.registry import load_registry
from sim.place import Place
from sim.population.places import resolve
from sim.run import MEASURE_NAMES

FILE = Path(__file__).with_name("headlines.json")
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
HEADING = "### Changes results\n"
BASELINE_MEASURES = (
    "person_years", "incidents", "incidents_with_injury", "reported", "recorded", "ed_attendances", "admissions",
    "victims", "perpetrators", "expected_ed_attendances", "expected_admissions", "expected_homicides",
    "incidents_partner", "incidents_family", "incidents_peer", "incidents_public", "incidents_acquisitive",
    "counted_with_injury", "counted_without_injury", "arrests", "sanctions", "suspensions", "aces", "neet_months",
    "births", "deaths",
)  # fmt: skip
SCENARIO_MEASURES = ("incidents", "neet_months", "aces", "expected_ed_attendances")


def headlines() -> dict[str, float]:
    """Live a dozen communities of Middlesbrough for two years, with and without the whole-system scenario."""
    place = resolve("Middlesbrough")
    few = resolve([str(code) for code in place.codes[:12]])
    start = Place(few, seed=1, parameters=load_registry(), burn_in_years=1, measures=MEASURE_NAMES)
    start.burn_in()
    numbers: dict[str, float] = {}
    for name, measures in (("baseline", BASELINE_MEASURES), ("whole_system", SCENARIO_MEASURES)):
        world = start.fork(read_scenario(name))
        world.run(24)
        result = world.result()
        numbers |= {f"{name}.{measure}": round(result.total(measure), 6) for measure in measures}
        world.close()
    start.close()
    return numbers


def main() -> None:
    """Renew the headline numbers, with a reason."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--reason", required=True, help="why results change; goes into CHANGELOG.md")
    reason = parser.parse_args().reason
    FILE.write_text(json.dumps(headlines(), indent=1) + "\n", encoding="utf-8")
    text = CHANGELOG.read_text(encoding="utf-8")
    CHANGELOG.write_text(text.replace(HEADING, f"{HEADING}\n- {reason}", 1), encoding="utf-8")


if __name__ == "__main__":
    main()
