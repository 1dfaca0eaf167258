"""Read an appraisal profile: the rates, values and perspective that one kind of reader expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem, suggest
from sim.core.yaml_files import Document, read_yaml
from sim.economics.appraisal import Appraisal
from sim.economics.unit_costs import PAYERS

SCHEMA = "placewise.profile/1"
FOLDER = Path(__file__).parent / "profiles"
KEYS = ("schema", "id", "title", "dated", "about", "perspective", "values", "unchecked")
SOCIAL, PUBLIC_SECTOR = "social", "public_sector"
DEFAULT = "green_book"


@dataclass(frozen=True)
class Profile:
    """Hold one appraisal profile.

    Attributes
    ----------
    id, title, dated, about
        Its name, and the month of the rules it follows.
    perspective
        ``social``, ``public_sector``, or the payers whose money counts.
    values
        Parameter to its value in this profile.
    unchecked
        Parameter to why a person must check its value before a decision rests on it.
    path
        The file it was read from.
    """

    id: str
    title: str
    dated: str
    about: str
    perspective: str | tuple[str, ...]
    values: Mapping[str, Any]
    unchecked: Mapping[str, str]
    path: Path

    def net_value(self, appraisal: Appraisal) -> float:
        """Return gain less cost of those whose money counts, GBP."""
        if self.perspective == SOCIAL:
            return appraisal.net_present_social_value
        if self.perspective == PUBLIC_SECTOR:
            return appraisal.net_public_value
        return float(sum(appraisal.books.net(payer).sum() for payer in self.perspective))

    @property
    def perspective_words(self) -> str:
        """Whose money counts, in words."""
        words = {SOCIAL: "society as a whole", PUBLIC_SECTOR: "public budgets"}
        if isinstance(self.perspective, str):
            return words[self.perspective]
        return ", ".join(payer.replace("_", " ") for payer in self.perspective)


def bundled_profiles() -> dict[str, Path]:
    """Return the profiles that ship with the software, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}


def read_profile(name: str | Path) -> Profile:
    """Read a bundled profile by name, or a file.

    Raises
    ------
    InputError
        With every problem of the file, or the nearest names of a profile that does not exist.
    """
    path = bundled_profiles().get(str(name), Path(name))
    if not path.is_file():
        near = suggest(str(name), bundled_profiles())
        fix = f"Did you mean {' or '.join(near)}?" if near else f"Bundled: {', '.join(bundled_profiles())}."
        raise InputError(Problem("", 0, 0, "--profile", f'There is no appraisal profile "{name}".', fix))
    document = read_yaml(path)
    problems = _problems(document)
    if problems:
        raise InputError(problems)
    data = document.data
    perspective = data["perspective"]
    return Profile(
        id=str(data["id"]),
        title=str(data["title"]),
        dated=str(data["dated"]),
        about=str(data["about"]),
        perspective=perspective if isinstance(perspective, str) else tuple(perspective),
        values=dict(data["values"]),
        unchecked={key: str(why) for key, why in (data.get("unchecked") or {}).items()},
        path=path,
    )


def _problems(document: Document) -> list[Problem]:
    data = document.data
    problems = []
    for key in data:
        if key not in KEYS:
            near = suggest(str(key), KEYS, 1)
            fix = f'Did you mean "{near[0]}"?' if near else f"A profile has {', '.join(KEYS)}."
            problems.append(document.problem((key,), f'There is no key called "{key}" in a profile.', fix))
    missing = [key for key in KEYS[:-1] if key not in data]
    if missing:
        problems.append(document.problem((), f"The profile lacks {', '.join(missing)}.", "Copy a bundled one."))
        return problems
    if data["schema"] != SCHEMA:
        problems.append(document.problem(("schema",), "The schema is not that of a profile.", f"Write: {SCHEMA}"))
    given = data["perspective"]
    payers = given if isinstance(given, list) else []
    if not payers and given not in (SOCIAL, PUBLIC_SECTOR):
        fix = f"Write {SOCIAL}, {PUBLIC_SECTOR} or a list of payers."
        problems.append(document.problem(("perspective",), "This is no perspective.", fix))
    for index, payer in enumerate(payers):
        if payer not in PAYERS:
            fix = f"Choose among {', '.join(PAYERS)}."
            problems.append(document.problem(("perspective", index), f'There is no payer "{payer}".', fix))
    for key in data["values"]:
        if not str(key).startswith("economics."):
            message = f'A profile changes parameters of economics only, not "{key}".'
            problems.append(document.problem(("values", key), message, "See: placewise list parameters"))
    return problems
