"""Read observed counts: aggregated tables and police street-level files. No row is kept, only counts by month."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from experiments.tracking.months import index_of
from sim.core.errors import InputError, Problem, suggest
from sim.outcomes.measures import measure
from sim.population.local_tables import PRIVACY_MESSAGE, looks_personal
from sim.population.police_files import TYPES, VIOLENCE_TYPES, read_police_files

TRUE, RECORDED, EMERGENCY, ADMISSIONS = "incidents", "recorded", "ed_attendances", "admissions"
TRACKED = (TRUE, RECORDED, EMERGENCY, ADMISSIONS)
COLUMNS = ("month", "community", "outcome", "count")
NEEDED = ("month", "outcome", "count")
TABLE, POLICE = "table", "police files"
POLICE_MARK = "Crime ID"
ByMonth = dict[str, float]


@dataclass(frozen=True)
class Counts:
    """Hold counts by month.

    Attributes
    ----------
    place
        Outcome to month to count, of the whole place.
    communities
        Outcome to community to month to count.
    sources
        Outcome to where its counts come from: table, or police files.
    notes
        What a reader must know of the counts.
    """

    place: dict[str, ByMonth] = field(default_factory=dict)
    communities: dict[str, dict[str, ByMonth]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def months(self, outcome: str) -> list[str]:
        """Return the months in which an outcome of the whole place was counted, in order."""
        return sorted(self.place.get(outcome, {}))


def read_counts(paths: Sequence[Path], codes: Sequence[str]) -> Counts:
    """Read observed counts of a place.

    Parameters
    ----------
    paths
        Tables with the columns ``month``, ``outcome``, ``count`` and, if by community, ``community``; police
        street-level files, or folders of them, which count as recorded violence.
    codes
        Communities of the place.

    Raises
    ------
    InputError
        With every problem of the files, each with its line.
    """
    counts, problems = Counts(), []
    police = [path for path in paths if path.is_dir() or _is_police(path)]
    for path in paths:
        if path not in police:
            problems += _add_table(counts, path, codes)
    if police:
        problems += _add_police(counts, police, codes)
    if problems:
        raise InputError(problems)
    _add_up(counts, codes)
    if not any(counts.place.values()) and not any(counts.communities.values()):
        raise InputError(Problem(str(paths[0]), 0, 0, "", "No count is in the files.", "Give a row for each month."))
    return counts


def _is_police(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return POLICE_MARK in [cell.strip() for cell in next(csv.reader(lines), [])]
    except (OSError, UnicodeDecodeError, csv.Error):
        return False


def _add_police(counts: Counts, paths: Sequence[Path], codes: Sequence[str]) -> list[Problem]:
    found, problems = read_police_files(paths, np.asarray(codes, object))
    if found is None:
        return problems
    if RECORDED in counts.sources:
        message = "Recorded violence is in a table and in police files."
        return [Problem(str(paths[0]), 0, 0, RECORDED, message, "Give one of the two.")]
    violent = found.counts[:, :, [TYPES.index(name) for name in VIOLENCE_TYPES]].sum(axis=2)
    counts.sources[RECORDED] = POLICE
    counts.place[RECORDED] = dict(zip(found.months, violent.sum(axis=0).astype(float).tolist(), strict=True))
    counts.communities[RECORDED] = {
        code: dict(zip(found.months, violent[row].astype(float).tolist(), strict=True))
        for row, code in enumerate(codes)
    }
    counts.notes.extend(
        [
            found.describe(),
            "Police files count violence, sexual offences and robbery by where they happened; the model counts "
            "violence by where the victim lives, and no sexual violence.",
        ]
    )
    return []


def _add_table(counts: Counts, path: Path, codes: Sequence[str]) -> list[Problem]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return [Problem(str(path), 0, 0, "", f"The file cannot be read: {reason}.", "Check the path.")]
    except UnicodeDecodeError:
        return [Problem(str(path), 0, 0, "", "The file is not UTF-8 text.", "Save it again as CSV UTF-8.")]
    reader = csv.reader(text.splitlines())
    header = [cell.strip().casefold() for cell in next(reader, [])]
    problems = list(_wrong_header(str(path), header))
    if problems:
        return problems
    table, known = _Table(str(path), header, counts), frozenset(codes)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            table.add(reader.line_num, cells, known)
    return table.problems


def _wrong_header(file: str, header: Sequence[str]) -> Iterator[Problem]:
    for position, column in enumerate(header, start=1):
        if column in COLUMNS:
            if column in header[: position - 1]:
                yield Problem(file, 1, position, column, f'The column "{column}" is there more than once.')
        elif looks_personal(column):
            yield Problem(file, 1, position, column, PRIVACY_MESSAGE, "Give counts by month, not rows of persons.")
        else:
            near = suggest(column, COLUMNS, 1)
            fix = f'Did you mean "{near[0]}"?' if near else f"The columns are {', '.join(COLUMNS)}."
            yield Problem(file, 1, position, column, "A table of counts has no such column.", fix)
    for column in NEEDED:
        if column not in header:
            fix = f"The columns are {', '.join(COLUMNS)}; community may be left out."
            yield Problem(file, 1, 0, column, f'There is no column called "{column}".', fix)


class _Table:
    """Take the rows of one table into counts and note what is wrong with them."""

    def __init__(self, file: str, header: Sequence[str], counts: Counts) -> None:
        self.file, self.header, self.counts = file, header, counts
        self.problems: list[Problem] = []

    def add(self, line: int, cells: Sequence[str], codes: frozenset[str]) -> None:
        if len(cells) != len(self.header):
            self._fault(line, "", f"The line has {len(cells)} cells; the heading has {len(self.header)}.")
            return
        row = {name: cell.strip() for name, cell in zip(self.header, cells, strict=True)}
        before = len(self.problems)
        try:
            index_of(row["month"])
        except ValueError:
            self._fault(line, "month", f'"{row["month"]}" is not a month.', "Write year-month, such as 2026-04.")
        outcome = self._outcome(line, row["outcome"])
        if not row["count"].isdecimal():
            fix = "Leave out rows whose count is withheld."
            self._fault(line, "count", f'"{row["count"]}" is not a whole number of 0 or more.', fix)
        community = row.get("community", "")
        if community and community not in codes:
            self._fault(line, "community", f'"{community}" is not a community of the forecast.')
        if len(self.problems) > before or outcome is None:
            return
        held = self.counts.communities.setdefault(outcome, {}) if community else self.counts.place
        months = held.setdefault(community or outcome, {})
        if row["month"] in months:
            self._fault(line, "month", f"{row['month']} is there twice for {outcome} {community}".rstrip() + ".")
        months[row["month"]] = float(row["count"])
        self.counts.sources[outcome] = TABLE

    def _outcome(self, line: int, written: str) -> str | None:
        by_words = {name: name for name in TRACKED} | {measure(name).label.casefold(): name for name in TRACKED}
        found = by_words.get(written.casefold())
        if found is None:
            near = suggest(written, TRACKED, 1)
            fix = f'Did you mean "{near[0]}"?' if near else f"Outcomes: {', '.join(TRACKED)}."
            self._fault(line, "outcome", f'"{written}" is not an outcome of a forecast.', fix)
        return found

    def _fault(self, line: int, column: str, message: str, fix: str = "") -> None:
        cell = self.header.index(column) + 1 if column in self.header else 0
        self.problems.append(Problem(self.file, line, cell, column, message, fix))


def _add_up(counts: Counts, codes: Sequence[str]) -> None:
    """Add communities up to the place in months in which every one of them was counted."""
    for outcome, by_community in counts.communities.items():
        if counts.sources[outcome] == POLICE:
            continue
        held = counts.place.setdefault(outcome, {})
        everywhere = set.intersection(*(set(months) for months in by_community.values())) - set(held)
        if len(by_community) == len(codes):
            held.update({month: sum(each[month] for each in by_community.values()) for month in sorted(everywhere)})
        elif everywhere:
            counts.notes.append(
                f"{measure(outcome).label}: {len(by_community)} of {len(codes)} communities are counted, so no total "
                "of the place is formed from them."
            )
