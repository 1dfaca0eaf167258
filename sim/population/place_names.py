"""Find a place by its name: case, punctuation and word order do not matter, and a suffix says which kind is meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sim.core.errors import InputError, Problem, suggest

AUTHORITY = "local authority"
PARTNERSHIP = "community safety partnership"
FORCE = "police force"
REGION = "region"
COUNTRY = "country"
KINDS = (AUTHORITY, PARTNERSHIP, FORCE, REGION, COUNTRY)
"""Kinds of named place; of two places with one name, the kind that comes first here is meant."""

COLUMN_OF_KIND = {AUTHORITY: "la", PARTNERSHIP: "csp", FORCE: "police_force", REGION: "region"}

_KIND_WORDS = {
    "local authority": AUTHORITY,
    "authority": AUTHORITY,
    "la": AUTHORITY,
    "council": AUTHORITY,
    "community safety partnership": PARTNERSHIP,
    "partnership": PARTNERSHIP,
    "csp": PARTNERSHIP,
    "police force": FORCE,
    "police": FORCE,
    "force": FORCE,
    "region": REGION,
    "country": COUNTRY,
}
_SUFFIX = re.compile(r"^(?P<name>.*?)\s*\((?P<kind>[^()]*)\)\s*$")
_TITLES_BEFORE = (
    "royal borough of",
    "london borough of",
    "metropolitan borough of",
    "borough of",
    "city of",
    "county of",
    "county",
    "the",
)
_TITLES_AFTER = ("city council", "county council", "borough council", "district council", "council", "constabulary")
NEAREST = 5


@dataclass(frozen=True)
class NamedPlace:
    """Name one place: its kind, its code (empty where there is none), its communities and people."""

    name: str
    kind: str
    code: str
    communities: int
    population: int

    @property
    def title(self) -> str:
        """Name with its kind, which always resolves to this place."""
        return f"{self.name} ({self.kind})"


@cache
def canonical(name: str) -> str:
    """Fold a name to lower-case words: "London, City of" and "city of london" become the same."""
    text = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ").replace("'", "").replace("\u2019", "")
    head, comma, tail = text.rpartition(",")
    if comma and re.fullmatch(r"\s*(city|county|borough) of\s*", tail):
        text = f"{tail} {head}"
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


@cache
def short(name: str) -> str:
    """Drop the title from a name: "Bristol, City of" and "Bristol City Council" become "bristol"."""
    text = canonical(name)
    for title in _TITLES_BEFORE:
        text = text.removeprefix(f"{title} ")
    for title in _TITLES_AFTER:
        text = text.removesuffix(f" {title}")
    return text


def split_kind(text: str) -> tuple[str, str | None]:
    """Split "Northumbria (police force)" into name and kind; the kind is None without a known suffix."""
    match = _SUFFIX.match(text)
    kind = _KIND_WORDS.get(canonical(match["kind"])) if match else None
    return (match["name"], kind) if match and kind else (text, None)


def find_named(text: str, places: Sequence[NamedPlace]) -> NamedPlace:
    """Return the place that ``text`` names.

    A full name or code beats a name without its title ("Bristol" for "Bristol, City of"); among several places,
    an authority beats a partnership, which beats a force.

    Raises
    ------
    InputError
        when nothing, or more than one place of one kind, has that name; the message lists the nearest.
    """
    name, kind = split_kind(text)
    candidates = [place for place in places if kind is None or place.kind == kind]
    by_code = [place for place in candidates if place.code and place.code.casefold() == name.strip().casefold()]
    by_name = [place for place in candidates if canonical(place.name) == canonical(name)]
    by_short = [place for place in candidates if short(place.name) == short(name)]
    for found in (by_code, by_name, by_short):
        if found:
            first = min(KINDS.index(place.kind) for place in found)
            best = [place for place in found if KINDS.index(place.kind) == first]
            if len(best) == 1:
                return best[0]
            raise InputError(_unknown(name, f"There are {len(best)} places called", [place.title for place in best]))
    raise InputError(_unknown(name, f"There is no {kind or 'place'} called", nearest(name, kind, places)))


def nearest(name: str, kind: str | None, places: Sequence[NamedPlace]) -> list[str]:
    """List the places that ``name`` may have meant: those containing its words, and those spelt nearly so."""
    words = set(short(name).split())
    same_name = [place for place in places if canonical(place.name) == canonical(name)]
    pool = [place for place in places if kind is None or place.kind == kind]
    containing = [place for place in pool if words and words <= set(canonical(place.name).split())]
    by_spelling: dict[str, list[NamedPlace]] = {}
    for place in pool:
        by_spelling.setdefault(short(place.name), []).append(place)
    alike = [place for spelling in suggest(short(name), by_spelling, NEAREST) for place in by_spelling[spelling]]
    shown: dict[str, str] = {}
    for place in (*same_name, *containing, *alike):
        shown.setdefault(canonical(place.name), place.name if place.kind == AUTHORITY else place.title)
    return list(shown.values())[:NEAREST]


def _unknown(text: str, what: str, choices: Sequence[str]) -> Problem:
    listed = " or ".join([", ".join(choices[:-1]), choices[-1]] if len(choices) > 1 else choices)
    hint = f"Did you mean {listed}?" if choices else ""
    return Problem("", 0, 0, "place", f'{what} "{text}".', f"{hint} See: placewise place list".strip())
