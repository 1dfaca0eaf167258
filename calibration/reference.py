"""The national reference population, and the constants that are centred on it.

``python -m calibration.reference`` lives the reference population through its burn-in and prints the contents of
``sim/parameters/centring.yaml``. The constants are computed once and never change by place or scenario: centring anew
in every place would erase the differences in composition between places.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.parameters.registry import Registry, load_registry
from sim.place import Place
from sim.population import open_data
from sim.population.places import PlaceData, from_codes
from sim.violence.factors import CENTRING_BAND_STARTS_YEARS, coefficients

Array = npt.NDArray[Any]

COMMUNITIES = 160
TRANSITORY = 1
ROUNDS = 2


def reference_codes(communities: int = COMMUNITIES) -> list[str]:
    """Return a systematic sample of England's LSOAs along the national rank of income deprivation."""
    rows = open_data.read_lsoa_columns(("lsoa", "income_rank"))
    ordered = rows["lsoa"][np.argsort(rows["income_rank"], kind="stable")]
    step = ordered.size / communities
    return sorted(str(ordered[int((i + 0.5) * step)]) for i in range(communities))


def reference_place(communities: int = COMMUNITIES) -> PlaceData:
    """Return the reference population as a place."""
    return from_codes(reference_codes(communities), name="National reference population")


def centre(place: Place) -> Array:
    """Compute the log mean of exp(risk) by age band and sex, float64[bands, 2], in a burnt-in place.

    The place's own centring is taken off first.

    The transitory part of risk is normal and independent of the rest, so it is integrated exactly.
    """
    people, p = place.people, place.parameters
    place.violence.risk.refresh(place.month)
    stratum = people.age_sex
    present = (people.present == 1) & (stratum != 255)
    centring = place.violence.risk.strata[0]
    beta = coefficients(p)[TRANSITORY]
    raw = people.risk_log - centring[stratum] - beta * people.transitory_risk
    years, sex = stratum // 2, stratum % 2
    band = np.searchsorted(CENTRING_BAND_STARTS_YEARS, years, "right") - 1
    table = np.zeros((len(CENTRING_BAND_STARTS_YEARS), 2))
    for b in range(table.shape[0]):
        for s in range(2):
            cell = present & (band == b) & (sex == s)
            table[b, s] = np.log(np.mean(np.exp(raw[cell].astype(np.float64)))) + float(beta) ** 2 / 2.0
    return table


def centred(registry: Registry, place: PlaceData, burn_in_years: int, rounds: int = ROUNDS) -> Array:
    """Centre, live again with the constants found, and centre again: risk feeds back on norms, ties and trauma."""
    found = None
    for _ in range(rounds):
        world = Place(place, seed=0, parameters=registry, burn_in_years=burn_in_years)
        world.burn_in()
        found = centre(world)
        world.close()
        registry = registry.replace(
            {
                "centring.risk": found.ravel(),
            }
        )
    assert found is not None
    return found


def as_yaml(found: Array) -> str:
    """Write the constants in the form of ``sim/parameters/centring.yaml``."""
    source = (
        "assumption: computed from the model's own national reference population by calibration/reference.py, "
        "so that base levels keep their meaning"
    )
    common = f'prior: {{shape: fixed}}, kind: fixed, source: "{source}", verified: no'
    values = ", ".join(f"{value:.3f}" for value in found.ravel())
    return "\n".join(
        (
            "schema: placewise.parameters/1",
            "room: centring",
            "parameters:",
            f"  risk: {{value: [{values}], unit: log hazard, range: [0.5, 2], range_is: factor, "
            f'index: "age from {", ".join(map(str, CENTRING_BAND_STARTS_YEARS))} years; female then male at each", '
            f'meaning: "Log of the mean exponential of individual log-risk, by age and sex", {common}}}',
            "",
        )
    )


def main() -> None:
    """Print the centring constants of the national reference population."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--communities", type=int, default=COMMUNITIES)
    parser.add_argument("--burn-in-years", type=int, default=5)
    arguments = parser.parse_args()
    found = centred(load_registry(), reference_place(arguments.communities), arguments.burn_in_years)
    sys.stdout.write(as_yaml(found))


if __name__ == "__main__":
    main()
