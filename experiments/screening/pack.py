"""The pack: everything that proposals of one screening are judged by, frozen and told by one digest.

Two screenings with the same digest judge by the same places, prices, priors, seeds and model, so their rows can be put
into one table. The proposals themselves are no part of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.files import sha256
from experiments.screening.numbers import FILE
from sim.core.errors import InputError, Problem
from sim.economics.profile import Profile
from sim.interventions.catalogue import CATALOGUE_FOLDER
from sim.interventions.model_hash import model_hash

SCHEMA = "placewise.pack/1"
DIGITS = 16
PARTS: dict[str, str] = {
    "places": "places",
    "decision_date": "decision date",
    "years": "years",
    "burn_in_years": "years of burn-in",
    "runs": "number of runs",
    "seed": "seed",
    "profile": "prices and rates",
    "parameters": "parameters",
    "priors": "catalogue and strengths",
    "numbers": "numbers of screening",
    "model": "model",
}


@dataclass(frozen=True)
class Pack:
    """Hold what is frozen, each part by name."""

    parts: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """One word for all of it."""
        return _digest(json.dumps(self.parts, sort_keys=True))

    def data(self) -> dict[str, Any]:
        """Return the pack as it is stored."""
        return {"schema": SCHEMA, "digest": self.digest, **self.parts}

    def words(self) -> list[tuple[str, str]]:
        """Return every part in words."""
        return [(label, _words(self.parts[name])) for name, label in PARTS.items()]


def pack_of(plans: Sequence[Any], runs: int, profile: Profile) -> Pack:
    """Freeze what the plans of a screening have in common, one plan for each place."""
    plan = plans[0]
    rates = json.dumps([dict(profile.values), str(profile.perspective)], sort_keys=True)
    return Pack(
        {
            "places": {each.place.name: each.place.digest() for each in plans},
            "decision_date": plan.decision_date,
            "years": plan.years,
            "burn_in_years": plan.burn_in_years,
            "runs": runs,
            "seed": plan.seed,
            "profile": f"{profile.id} {_digest(rates)}",
            "parameters": plan.parameters.digest()[:DIGITS],
            "priors": catalogue_digest(),
            "numbers": sha256(FILE)[:DIGITS],
            "model": model_hash(),
        }
    )


def catalogue_digest() -> str:
    """Return the digest of every file of the catalogue, strengths included."""
    files = sorted(CATALOGUE_FOLDER.glob("*.yaml"))
    return _digest("".join(f"{path.name} {sha256(path)}\n" for path in files))


def read_pack(path: Path) -> Pack:
    """Read a stored pack. Raises `InputError` when it is none, or was changed by hand."""
    fix = "Name the pack.json in a folder that placewise screen wrote."
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        pack = Pack({name: data[name] for name in PARTS})
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(Problem(str(path), 0, 0, "--pack", "This is not a pack of a screening.", fix)) from None
    if pack.digest != data.get("digest"):
        raise InputError(Problem(str(path), 0, 0, "--pack", "The digest does not fit what the pack holds.", fix))
    return pack


def require_same(pack: Pack, wanted: Pack, path: Path) -> Pack:
    """Return the pack wanted, or refuse to go on where it cannot be reproduced, naming what differs.

    Proposals need not be for all of its places, but for none that it does not hold.
    """
    differ = [label for name, label in PARTS.items() if name != "places" and pack.parts[name] != wanted.parts[name]]
    differ += [
        f"the data of {name}" if name in wanted.parts["places"] else f"{name}, which is no place of that pack"
        for name, digest in pack.parts["places"].items()
        if wanted.parts["places"].get(name) != digest
    ]
    if not differ:
        return wanted
    message = f"This screening would not be by the same pack. What differs: {', '.join(differ)}."
    fix = "Use the place, version and options of that pack, or leave --pack out for a new one."
    raise InputError(Problem(str(path), 0, 0, "--pack", message, fix))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _words(value: Any) -> str:
    return (
        "; ".join(f"{name} ({digest[:8]})" for name, digest in value.items()) if isinstance(value, dict) else str(value)
    )
