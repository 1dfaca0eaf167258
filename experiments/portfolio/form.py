"""Read a portfolio file: candidate programmes with levels of places, budgets, and the rules of a mix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from experiments.portfolio.design import MOST_PROGRAMMES
from experiments.portfolio.surrogate import Mix, Terms
from sim.core.errors import InputError, Problem, suggest
from sim.core.yaml_files import Document, as_switch, read_with_problems
from sim.economics.catalogue_prices import price_of
from sim.economics.programmes import ProgrammePrice
from sim.interventions.catalogue import Catalogue, with_parts
from sim.interventions.fields import Month, Number, Share, Text, Word, month_number
from sim.interventions.form import Form
from sim.interventions.resolved import Programme, Scenario
from sim.interventions.resolving import resolve_entry
from sim.interventions.scenario import BudgetRule, ProgrammeSettings
from sim.interventions.schema import PLACE, CatalogueEntry
from sim.interventions.vocabulary import PAYERS
from sim.interventions.wording import problems_of
from sim.outcomes.measures import OUTCOMES

MOST_VERIFIED = 50


class Candidate(ProgrammeSettings):
    """One programme that may be bought, at one level of places or at several."""

    levels: list[Annotated[float, Number("A level", 1)]] = Field(
        default_factory=list, description="places per year at each level, rising"
    )


class Goal(Form):
    """An effect to reach at least cost."""

    outcome: Annotated[str, Word("An outcome", tuple(OUTCOMES))] = "incidents_with_injury"
    cut: Annotated[float, Share("The cut")] = Field(default=0.1, description="share of the baseline over the horizon")


class PortfolioFile(Form):
    """Candidates, the money there is, and what a mix must keep."""

    schema_: Literal["placewise.portfolio/1"] = Field(alias="schema")
    title: Annotated[str, Text("The title")]
    decision_date: Annotated[tuple[int, int], Month("The decision date")]
    horizon_years: Annotated[int, Number("The horizon in years", 1, 20, whole=True)]
    about: Annotated[str | None, Text("about")] = None
    place: Annotated[str | None, Text("place")] = None
    candidates: dict[str, Candidate]
    budget: Annotated[dict[str, float], BudgetRule()]
    funded_by: dict[Annotated[str, Word("A payer", tuple(PAYERS))], Annotated[float, Share("A payer's part")]] = Field(
        default_factory=dict
    )
    must_have: list[Annotated[str, Text("A programme")]] = Field(default_factory=list)
    not_together: list[list[Annotated[str, Text("A programme")]]] = Field(default_factory=list)
    poorest_fifth_at_least: Annotated[float | None, Share("The share of the poorest fifth")] = Field(
        default=None, description="least share of the goal's outcome averted that falls to the most deprived fifth"
    )
    goal: Goal = Goal()
    verify: Annotated[int, Number("The number of mixes to verify", 1, MOST_VERIFIED, whole=True)] = 20


@dataclass(frozen=True)
class Option:
    """Hold one candidate at its levels: names for readers, and the programmes of each level."""

    id: str
    name: str
    strand: str
    levels: tuple[tuple[Programme, ...], ...]
    places: tuple[float | None, ...]

    def label(self, level: int) -> str:
        """Name a level for readers."""
        places = self.places[level - 1]
        return self.name if places is None else f"{self.name}, {places:,.0f} places a year"


@dataclass(frozen=True)
class Portfolio:
    """Hold a portfolio file as read."""

    path: Path
    file: PortfolioFile
    options: tuple[Option, ...]

    @property
    def names(self) -> list[str]:
        """Identifiers of the candidates, in order."""
        return [option.id for option in self.options]

    @property
    def decision_date(self) -> str:
        """First month in which mixes may differ, year-month."""
        year, month = self.file.decision_date
        return f"{year:04d}-{month:02d}"

    @property
    def terms(self) -> Terms:
        """What the terms of its surrogate are."""
        return Terms(tuple(_doses(option.places) for option in self.options))

    def scenario(self, mix: Mix, name: str = "mix") -> Scenario:
        """Return the scenario of one mix."""
        chosen = [
            programme
            for option, level in zip(self.options, mix, strict=True)
            if level
            for programme in option.levels[level - 1]
        ]
        return Scenario(
            name=name,
            title=self.label(mix),
            decision_date=self.decision_date,
            horizon_years=self.file.horizon_years,
            programmes=tuple(sorted(chosen, key=lambda programme: programme.id)),
            listed=tuple(programme.id for programme in chosen),
            funded_by=dict(self.file.funded_by),
        )

    def label(self, mix: Mix) -> str:
        """Name a mix for readers."""
        on = [option.label(level) for option, level in zip(self.options, mix, strict=True) if level]
        return "; ".join(on) if on else "Nothing"

    def prices(self) -> dict[str, ProgrammePrice]:
        """Return the price of every programme of every level; prices do not depend on the level."""
        return {
            programme.id: price_of(programme.cost, dict(self.file.funded_by), 1.0)
            for option in self.options
            for level in option.levels
            for programme in level
        }


def _doses(places: tuple[float | None, ...]) -> tuple[float, ...]:
    top = places[-1]
    return tuple(1.0 if each is None or top is None else each / top for each in places)


def read_portfolio(path: str | Path) -> Portfolio:
    """Read a portfolio file.

    Raises
    ------
    InputError
        With every problem of the file: line, column, reason and the nearest right word.
    """
    document, found = read_with_problems(path)
    catalogue = Catalogue.beside(Path(path))
    data, switched = _with_switches(document)
    problems = [*found, *switched, *_unknown(document, data, catalogue.ids)]
    file: PortfolioFile | None = None
    try:
        file = PortfolioFile.model_validate(data)
    except ValidationError as error:
        problems += problems_of(error, PortfolioFile, document)
    if file is not None:
        problems += _rule_problems(document, file)
    if problems or file is None:
        raise InputError(sorted(problems))
    options, problems = _options(document, file, catalogue)
    if problems:
        raise InputError(sorted(problems))
    return Portfolio(Path(path), file, tuple(options))


def _with_switches(document: Document) -> tuple[dict[str, Any], list[Problem]]:
    """Return the data with every candidate as a mapping, those switched off left out."""
    data = dict(document.data)
    given = data.get("candidates")
    if not isinstance(given, dict):
        return data, []
    problems, kept = [], {}
    for name, value in given.items():
        if isinstance(value, dict):
            kept[str(name)] = value
        elif (switch := as_switch(value)) is None:
            fix = f"Write {name}: on, or {name}: {{levels: [60, 120]}}."
            problems.append(document.problem(("candidates", name), "A candidate is on, off or a mapping.", fix))
        elif switch:
            kept[str(name)] = {}
    return {**data, "candidates": kept}, problems


def _unknown(document: Document, data: dict[str, Any], known: list[str]) -> Iterator[Problem]:
    given = data.get("candidates")
    for name in given if isinstance(given, dict) else ():
        if name not in known:
            near = suggest(name, known, 1)
            fix = f'Did you mean "{near[0]}"?' if near else "See: placewise list interventions"
            yield document.problem(("candidates", name), f'There is no intervention called "{name}".', fix)


def _rule_problems(document: Document, file: PortfolioFile) -> Iterator[Problem]:
    names = list(file.candidates)
    if not 1 <= len(names) <= MOST_PROGRAMMES:
        rule = f"A portfolio has 1 to {MOST_PROGRAMMES} candidates; this one has {len(names)}."
        yield document.problem(("candidates",), rule, "Leave out those that cannot be bought anyway.")
    for index, name in enumerate(file.must_have):
        if name not in names:
            yield _no_candidate(document, ("must_have", index), name, names)
    for index, pair in enumerate(file.not_together):
        keys = ("not_together", index)
        if len(pair) != 2 or pair[0] == pair[1]:
            yield document.problem(keys, "Two different programmes exclude each other.", "Write: - [one, other]")
        for name in pair:
            if name not in names:
                yield _no_candidate(document, keys, name, names)
    for name, candidate in file.candidates.items():
        levels = candidate.levels
        if levels != sorted(set(levels)):
            yield document.problem(("candidates", name, "levels"), "Levels rise.", "Write the smallest first.")
        if levels and candidate.places_per_year is not None:
            rule = "places_per_year and levels say the same thing."
            yield document.problem(("candidates", name), rule, "Keep levels.")


def _no_candidate(document: Document, keys: tuple[str | int, ...], name: str, names: list[str]) -> Problem:
    near = suggest(name, names, 1)
    fix = f'Did you mean "{near[0]}"?' if near else f"Candidates: {', '.join(names)}."
    return document.problem(keys, f'"{name}" is not among the candidates.', fix)


def _options(document: Document, file: PortfolioFile, catalogue: Catalogue) -> tuple[list[Option], list[Problem]]:
    options, problems = [], []
    decision = month_number(file.decision_date)
    for name, candidate in file.candidates.items():
        entries = with_parts(name, catalogue)
        entry = entries[name]
        if candidate.levels and (entry.mode == PLACE or entry.parts):
            what = "A bundle" if entry.parts else "A programme for places"
            rule = f"{what} is bought whole: it has no levels of places."
            problems.append(document.problem(("candidates", name, "levels"), rule, f"Write {name}: on"))
            continue
        options.append(_option(entry, entries, candidate, decision))
    return options, problems


def _option(entry: CatalogueEntry, entries: dict[str, CatalogueEntry], candidate: Candidate, decision: int) -> Option:
    plain = candidate.model_dump(exclude={"levels"}, exclude_none=True)
    places: tuple[float | None, ...] = tuple(candidate.levels) or (candidate.places_per_year,)
    levels = []
    for each in places:
        settings = ProgrammeSettings.model_construct(
            **dict.fromkeys(ProgrammeSettings.model_fields) | plain | {"places_per_year": each}
        )
        levels.append(resolve_entry(entry, entries, settings, decision))
    return Option(entry.id, entry.name, entry.strand, tuple(levels), places)
