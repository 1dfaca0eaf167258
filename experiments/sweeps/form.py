"""The form of a sweep file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sim.interventions.form import Form

METHODS = ("grid", "factorial", "one_at_a_time", "latin_hypercube", "sobol", "morris")
SCHEMA = "placewise.sweep/1"
MOST_RUNS_OF_A_POINT, MOST_YEARS = 10_000, 50


class Design(Form):
    """Which points of the space of factors are lived."""

    method: Literal["grid", "factorial", "one_at_a_time", "latin_hypercube", "sobol", "morris"]
    levels: Annotated[int, Field(ge=2, le=100, description="grid, one_at_a_time and morris: levels of each range")] = 4
    points: Annotated[
        int | None, Field(ge=1, description="latin_hypercube: points; sobol: base sample, a power of two")
    ] = None
    trajectories: Annotated[int | None, Field(ge=2, description="morris: trajectories")] = None
    second_order: Annotated[bool, Field(description="sobol: also estimate interactions of pairs")] = False
    seed: Annotated[int, Field(ge=0, description="which of many equally good designs")] = 0


class Vary(Form):
    """The range of one factor, or its levels; a parameter's range is that of the registry if none is given."""

    low: float | None = None
    high: float | None = None
    values: list[float] | None = None
    base: Annotated[float | None, Field(description="one_at_a_time: value while others vary")] = None
    name: Annotated[str | None, Field(description="short name of the column in results")] = None


class SweepFile(Form):
    """A sweep: a place, a scenario, what varies and how, and how often each point is lived."""

    form: Annotated[Literal["placewise.sweep/1"], Field(alias="schema")]
    title: str
    about: str = ""
    place: Annotated[str | list[str] | None, Field(description="name, code, place file or LSOA codes")] = None
    model: Annotated[
        Literal["place", "ishigami", "linear", "options"],
        Field(description="a place, or a function whose sensitivity is known, to test the method"),
    ] = "place"
    scenario: Annotated[
        str | list[str] | None, Field(description="one or more, compared with the baseline; only the baseline if none")
    ] = None
    years: Annotated[int, Field(ge=1, le=MOST_YEARS)] = 5
    burn_in_years: Annotated[int, Field(ge=0, le=MOST_YEARS)] = 5
    runs: Annotated[int, Field(ge=1, le=MOST_RUNS_OF_A_POINT, description="runs at each point")] = 4
    seed: Annotated[int, Field(ge=0)] = 0
    draws: Annotated[
        Literal["joint", "central"], Field(description="parameters that are not varied: run r takes joint draw r")
    ] = "joint"
    design: Design
    vary: dict[str, Any]
    detail: Annotated[
        tuple[Literal["months", "communities"], ...],
        Field(description="also keep every month, or every community, of each run; yearly totals always are"),
    ] = ()
    outcomes: Annotated[list[str], Field(min_length=1)] | None = None

    @property
    def scenarios(self) -> list[str]:
        """The scenarios as a list, empty where only the baseline is lived."""
        return [self.scenario] if isinstance(self.scenario, str) else list(self.scenario or ())
