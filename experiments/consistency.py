"""Say whether the shipped fit, the stored strengths and the model as it is belong together. Nothing is simulated.

Each part holds digests of what it was made with: the fit of the targets and of the parameters that it did not move, a
strength of the model and of its catalogue entry. Where a digest differs, the part was made for another model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from experiments.results import Part

CENTRE_TOLERANCE = 1e-3
NAMED = 5


class Agreement(Part):
    """Whether one part agrees with the model as it is."""

    part: str
    question: str
    made_with: str = Field(description="Digest or value that the part holds")
    now: str = Field(description="The same of the model as it is")
    agrees: bool
    remedy: str = Field(description="What to do where they differ; empty where they agree")


class Consistency(Part):
    """Result of ``placewise validate --check``."""

    form: Literal["placewise.consistency/1"] = Field(default="placewise.consistency/1", alias="schema")
    status: str = Field(description="ok, or inconsistent")
    model: str = Field(description="Digest of the model: its code without comments, and its central parameter values")
    checks: list[Agreement]

    @property
    def consistent(self) -> bool:
        """Whether every part agrees."""
        return all(check.agrees for check in self.checks)


def consistency(fit: Path | None = None, catalogue: Path | None = None) -> Consistency:
    """Compare the shipped fit and strengths with the model as it is.

    Parameters
    ----------
    fit, catalogue
        Folder of a posterior, and of a catalogue with its strengths; the shipped ones when not given.
    """
    from sim.interventions.model_hash import model_hash
    from sim.parameters.posterior import PATH

    checks = [*_of_fit(fit or PATH.parent), *_of_strengths(catalogue)]
    status = "ok" if all(check.agrees for check in checks) else "inconsistent"
    return Consistency(status=status, model=model_hash(), checks=checks)


def _agreement(part: str, question: str, made_with: str, now: str, remedy: str) -> Agreement:
    agrees = made_with == now
    return Agreement(
        part=part, question=question, made_with=made_with, now=now, agrees=agrees, remedy="" if agrees else remedy
    )


def _of_fit(folder: Path) -> Iterator[Agreement]:
    from calibration.fitting.driver import DRAWS_FILE, FIT_FILE, digest_of_the_rest, hashed
    from calibration.targets import read_calibration_targets
    from sim.interventions.model_hash import code_hash
    from sim.parameters.posterior import read_draws
    from sim.parameters.registry import load_registry

    path, again = folder / FIT_FILE, "placewise calibrate --update-shipped"
    if not path.exists():
        yield _agreement("fit", "a fit is shipped", "none", "one", again)
        return
    made, registry = json.loads(path.read_text(encoding="utf-8")), load_registry()
    moved = {name for row in made["directions"] for name in row["moves"]}
    renew = "placewise calibrate --check --update-shipped, and where a run differs " + again
    for question, key, now, remedy in (
        ("targets fitted to", "targets_digest", hashed(repr(read_calibration_targets())), again),
        ("parameters the fit did not move", "other_parameters_digest", digest_of_the_rest(registry, moved), again),
        ("code of the model", "code_digest", code_hash(), renew),
    ):
        # A fit that does not say what it was made with cannot be held against it.
        if key in made:
            yield _agreement("fit", question, made[key], now, remedy)
    centres = {
        name: centre for row in made["directions"] for name, centre in zip(row["moves"], row["centre"], strict=True)
    }
    # Of a table the centre is a factor on values that the fit has since replaced, so numbers alone can be compared.
    plain = {name: value for name, value in centres.items() if not registry.parameter(name).is_table}
    off = sorted(n for n, value in plain.items() if not np.isclose(registry[n], value, rtol=CENTRE_TOLERANCE))
    held = f"{len(plain)} at the centre"
    yield _agreement(
        "fit", "central values", held, held if not off else f"other values of {_few(off)}", "restore them, or " + again
    )
    draws = read_draws(folder / DRAWS_FILE)
    numbers = {column.size for column in draws.values()} or {0}
    yield _agreement("draws", "joint draws", str(made["draws"]), " ".join(map(str, sorted(numbers))), again)
    named = (f"{len(names)} named, {hashed(','.join(sorted(names)))}" for names in (moved, draws))
    yield _agreement("draws", "parameters drawn", *named, again)


def _of_strengths(catalogue: Path | None) -> Iterator[Agreement]:
    from sim.interventions.catalogue import CATALOGUE_FOLDER, Catalogue
    from sim.interventions.model_hash import model_hash
    from sim.interventions.strength_store import entry_hash, read_strengths

    folder = catalogue or CATALOGUE_FOLDER
    stored, entries = read_strengths(folder), Catalogue((folder,)).entries()
    matched = {name: strength for name, strength in stored.items() if name in entries}
    remedy = "placewise match --check --update-shipped, then match those that no longer hold"
    if not matched:
        yield _agreement("strengths", "strengths are stored", "none", "some", "placewise match --update-shipped")
        return
    for digest in sorted({strength.model for strength in matched.values()}):
        of = sum(strength.model == digest for strength in matched.values())
        yield _agreement("strengths", f"model of {of} of {len(matched)} strengths", digest, model_hash(), remedy)
    changed = sorted(name for name, strength in matched.items() if strength.entry != entry_hash(entries[name]))
    as_matched = f"{len(matched)} entries as matched"
    now = as_matched if not changed else f"changed: {_few(changed)}"
    yield _agreement("strengths", "catalogue entries", as_matched, now, remedy)


def _few(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def consistency_text(found: Consistency) -> str:
    """Write a consistency check for people: one line a part, and what to do about what differs."""
    lines = [f"model {found.model}"]
    for check in found.checks:
        if check.agrees:
            lines.append(f"  agrees   {check.part}: {check.question} ({check.made_with})")
        else:
            lines.append(f"  DIFFERS  {check.part}: {check.question}: made with {check.made_with}, now {check.now}")
            lines.append(f"           {check.remedy}")
    lines.append("Fit, strengths and model belong together." if found.consistent else "They do not belong together.")
    return "\n".join(lines)
