"""Turn the name of a place, a list of communities or a place file into the data a place is built from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.errors import InputError, Problem, suggest
from sim.population import open_data
from sim.population.completion import complete_authorities, complete_lsoas, normal_score
from sim.population.local_tables import LSOA_CODE, bad_code, outside_england, read_codes, split_codes
from sim.population.place_names import (
    AUTHORITY,
    COLUMN_OF_KIND,
    COUNTRY,
    FORCE,
    KINDS,
    PARTNERSHIP,
    REGION,
    NamedPlace,
    canonical,
    find_named,
    nearest,
)
from sim.population.police_files import PoliceCounts

Array = npt.NDArray[Any]
Table = dict[str, Array]
COMMUNITIES = "list of communities"
ENGLAND_CODE = "E92000001"
FIFTHS = 5


@dataclass(eq=False)
class PlaceData:
    """Hold the open data of one place, its communities in LSOA-code order. Small, and safe to pickle.

    Attributes
    ----------
    rows : national row number of each community, int32.
    lsoa : columns of ``lsoa.parquet`` for these communities, local overrides applied, none of them NaN.
    adjacency : neighbours inside the place as (indptr int32[n + 1], indices int32), each pair in both directions.
    authority : columns of ``la.parquet``, one value per community: that of its local authority, none of them NaN.
    authority_index : int32, number of the community's local authority among those of the place, in code order.
    fifth : int8, national fifth of income deprivation, 0 most deprived to 4 least.
    z : float32, normal score of the national rank of income deprivation, positive where more deprived.
    overrides : local figures by attribute, NaN where the national figure stands.
    assets : number of local assets by kind, if the place file lists them.
    police : counts of the place's own police files, if it gives any.
    structural_only : take nothing about locations from recorded crime, only what open data of structure imply.
    filled : how many communities had a missing figure filled from comparable areas, by column.
    """

    name: str
    kind: str
    rows: Array
    lsoa: Table
    adjacency: tuple[Array, Array]
    authority: Table
    authority_index: Array
    fifth: Array
    z: Array
    overrides: Table = field(default_factory=dict)
    assets: Table = field(default_factory=dict)
    police: PoliceCounts | None = None
    structural_only: bool = False
    filled: dict[str, int] = field(default_factory=dict)

    @property
    def codes(self) -> Array:
        """LSOA codes, object array of str."""
        return self.lsoa["lsoa"]

    @property
    def title(self) -> str:
        """Name, with the kind where the name alone would be taken for a local authority."""
        plain = self.kind not in (PARTNERSHIP, FORCE, REGION) or "Police" in self.name
        return self.name if plain else f"{self.name} ({self.kind})"

    @property
    def n(self) -> int:
        """Number of communities."""
        return len(self.rows)

    @property
    def population(self) -> int:
        """Number of residents (Census 2021, local overrides applied)."""
        return int(self.lsoa["population"].sum())

    @property
    def authorities(self) -> list[str]:
        """Names of the local authorities, in code order, as ``authority_index`` numbers them."""
        order = np.unique(self.authority_index, return_index=True)[1]
        return [str(name) for name in self.authority["la_name"][order]]

    def digest(self) -> str:
        """Return a SHA-256 of everything here that a simulation reads."""
        sha = hashlib.sha256(f"{self.name}|{self.kind}|{self.structural_only}".encode())
        for table in (self.lsoa, self.authority, self.overrides, self.assets):
            for name in sorted(table):
                values = table[name]
                sha.update(name.encode())
                sha.update(repr(values.tolist()).encode() if values.dtype == object else values.tobytes())
        for part in (self.rows, *self.adjacency, self.fifth, self.z):
            sha.update(part.tobytes())
        if self.police is not None:
            sha.update(repr(self.police.months).encode())
            sha.update(self.police.counts.tobytes())
        return sha.hexdigest()

    def outlines(self) -> list[list[Array]]:
        """Read the outline of each community: a list of rings, each float64 (points, 2) in metres."""
        return open_data.read_outlines(self.rows)


def resolve(where: str | Path | Sequence[str]) -> PlaceData:
    """Find a place and read its open data.

    Parameters
    ----------
    where : the name or code of a local authority, community safety partnership, police force or region (with a suffix
        such as "(police force)" where one name means several), "England", LSOA codes (a list, or text with commas), or
        the path of a place file (.yaml) or of a list of LSOA codes (.txt, .csv).

    Raises
    ------
    InputError
        naming every problem; for a name that is not known, with the nearest names.

    Examples
    --------
    >>> resolve("Rutland").n
    26
    """
    if not isinstance(where, (str, Path)):
        return from_codes([code.strip().upper() for code in where])
    text = str(where).strip()
    suffix = Path(text).suffix.casefold()
    if suffix in (".yaml", ".yml"):
        from sim.population.place_files import read_place_file

        return read_place_file(Path(text))
    if suffix in (".txt", ".csv"):
        codes, problems = read_codes(Path(text))
        if problems:
            raise InputError(problems)
        return from_codes(codes, file=text)
    words = split_codes(text)
    if any(LSOA_CODE.match(word) for word in words):
        wrong = [bad_code(word, path="place") for word in words if not LSOA_CODE.match(word)]
        if wrong:
            raise InputError(wrong)
        return from_codes(words)
    return from_name(text)


def from_name(text: str) -> PlaceData:
    """Find a place by name or code; see `resolve`."""
    named = find_named(text, list_places())
    if named.kind == COUNTRY:
        return assemble(named.name, named.kind, open_data.read_lsoas())
    table = open_data.read_lsoas(COLUMN_OF_KIND[named.kind], [named.code or named.name])
    return assemble(named.name, named.kind, table)


def from_codes(codes: Sequence[str], name: str = "", file: str = "") -> PlaceData:
    """Make a place of the LSOAs with these codes; a code given twice counts once."""
    table = open_data.read_lsoas("lsoa", list(codes))
    missing = outside_england(codes, table["lsoa"])
    if missing or not codes:
        raise InputError(
            [unknown_code(code, file) for code in missing] or Problem(file, 0, 0, "place", "No codes given.")
        )
    return assemble(name or _describe(table), COMMUNITIES, table)


def unknown_code(code: str, file: str = "", line: int = 0, column: int = 0, path: str = "") -> Problem:
    """Explain that a code is not in the data."""
    if not LSOA_CODE.match(code):
        return bad_code(code, file, line, column, path)
    why = "Codes of 2011 that were redrawn have new codes in 2021."
    return Problem(file, line, column, path, f"{code} is not an LSOA (2021) of England.", why)


def list_places(kind: str | None = None, search: str | None = None) -> list[NamedPlace]:
    """List the places that have a name: authorities, partnerships, forces, regions and England.

    Parameters
    ----------
    kind : one of ``place_names.KINDS``; None for all.
    search : words that the name or code must contain; when none does, the nearest names are listed.
    """
    if kind is not None and kind not in KINDS:
        near = suggest(kind, KINDS) or KINDS
        raise InputError(
            Problem("", 0, 0, "kind", f'There is no kind of place called "{kind}".', f"Kinds: {', '.join(near)}.")
        )
    places = [place for place in _all_places() if kind in (None, place.kind)]
    if not search:
        return places
    wanted = canonical(search)
    found = [place for place in places if wanted in canonical(place.name) or wanted == place.code.casefold()]
    if found:
        return found
    near = nearest(search, kind, places)
    return [place for place in places if place.name in near or place.title in near]


def _all_places() -> list[NamedPlace]:
    areas = open_data.read_areas()
    communities, people = areas["communities"], areas["population"]
    places = []
    for kind, names, codes in (
        (AUTHORITY, areas["la_name"], areas["la"]),
        (PARTNERSHIP, areas["csp_name"], areas["csp"]),
        (FORCE, areas["police_force"], None),
        (REGION, areas["region"], None),
    ):
        for name in sorted(set(names.tolist())):
            inside = names == name
            code = str(codes[inside][0]) if codes is not None else ""
            places.append(NamedPlace(name, kind, code, int(communities[inside].sum()), int(people[inside].sum())))
    places.append(NamedPlace("England", COUNTRY, ENGLAND_CODE, int(communities.sum()), int(people.sum())))
    return places


def assemble(
    name: str, kind: str, lsoa: Table, overrides: Table | None = None, assets: Table | None = None
) -> PlaceData:
    """Join the tables of a place: communities, neighbours, authorities, national fifth and normal score."""
    rows = lsoa.pop("row").astype(np.int32)
    national = open_data.read_lsoa_columns(["income_deprivation"])["income_deprivation"]
    lsoa, filled = complete_lsoas(lsoa, overrides or {}, national)
    authority, authority_index, filled_authorities = complete_authorities(lsoa["la"], open_data.read_authorities())
    rank = lsoa["income_rank"]
    return PlaceData(
        name=name,
        kind=kind,
        rows=rows,
        lsoa=lsoa,
        adjacency=_neighbours(rows),
        authority=authority,
        authority_index=authority_index,
        fifth=((rank - 1) * FIFTHS // national.size).astype(np.int8),
        z=normal_score(rank, national.size),
        overrides=overrides or {},
        assets=assets or {},
        filled=filled | filled_authorities,
    )


def _neighbours(rows: Array) -> tuple[Array, Array]:
    first, second = open_data.read_adjacency(rows)
    here = np.searchsorted(rows, np.concatenate([first, second]))
    there = np.searchsorted(rows, np.concatenate([second, first]))
    order = np.lexsort((there, here))
    indptr = np.zeros(rows.size + 1, dtype=np.int32)
    np.cumsum(np.bincount(here, minlength=rows.size), out=indptr[1:])
    return indptr, there[order].astype(np.int32)


def _describe(table: Table) -> str:
    names = sorted(set(table["la_name"].tolist()))
    count = len(table["lsoa"])
    where = " and ".join(names) if len(names) <= 2 else f"{len(names)} authorities"
    return f"{count} {'community' if count == 1 else 'communities'} in {where}"
