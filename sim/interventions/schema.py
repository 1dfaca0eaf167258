"""The form of a catalogue entry: one intervention, as data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, field_validator, model_validator

from sim.core.lever_names import COMMUNITY, LEVERS
from sim.core.yaml_files import as_switch
from sim.interventions.conditions import SERVICES
from sim.interventions.cost_schema import Cost
from sim.interventions.evidence_schema import Evidence, LeverPush, of_one_kind
from sim.interventions.fields import Dial, Number, Share, Text, Word, refuse
from sim.interventions.form import Form
from sim.interventions.reach_schema import Badges, PartSettings, PlaceReach, Reach, Sessions, UptakeBy, Where, Who
from sim.interventions.strength_store import Strengths
from sim.interventions.vocabulary import DELIVERERS, DIALS, LEVELS, LIFE_COURSE, MODES, STRANDS, TIERS
from sim.services.names import SERVICES as STAFFED

PERSON_LEVERS = tuple(name for name, lever in LEVERS.items() if lever.level != COMMUNITY)
COMMUNITY_LEVERS = tuple(name for name, lever in LEVERS.items() if lever.level == COMMUNITY)
MOVABLE_LEVERS = tuple(LEVERS)
OF_PEOPLE = ("sessions", "waiting", "group", "net_widening", "labelling")
TARGETED, UNIVERSAL, PLACE = "targeted", "universal", "place"


class CatalogueEntry(Form):
    """One intervention: who it is for, how it reaches them, which levers it moves, its evidence and its cost."""

    schema_: Literal["placewise.intervention/1"] = Field(alias="schema")
    id: Annotated[str, Text("id")]
    name: Annotated[str, Text("name")]
    about: Annotated[str, Text("about")]
    strand: Annotated[str, Word("Strand", tuple(STRANDS))]
    level: Annotated[str, Word("Level", tuple(LEVELS))]
    tier: Annotated[str, Word("Tier", tuple(TIERS))]
    life_course: Annotated[str, Word("The stage of life", tuple(LIFE_COURSE))] = "all_ages"
    badges: Badges = Badges()
    mode: Annotated[str, Word("The mode", tuple(MODES))] = TARGETED
    who: Who | None = None
    where: Where | None = None
    identified_by: list[Annotated[str, Word("An identifying service", tuple(SERVICES))]] = Field(default_factory=list)
    delivered_by: Annotated[str, Word("The delivering service", tuple(DELIVERERS))]
    shares_capacity_of: Annotated[str | None, Word("The service whose capacity is shared", STAFFED)] = None
    reach: Reach | None = None
    place_reach: PlaceReach | None = None
    sessions: Sessions | None = None
    uptake_by: UptakeBy = UptakeBy()
    waiting: bool = Field(default=False, description="whether people found when no place is open wait for one")
    group: bool = Field(default=False, description="whether participants meet in groups and influence one another")
    net_widening: Annotated[float, Share("net_widening")] = Field(
        default=0.0, description="share of places that go to people who would otherwise have had no such contact"
    )
    labelling: Annotated[float, Number("labelling", 0, 2)] = Field(
        default=0.0, description="log hazard of violence added for those drawn in by net widening"
    )
    levers: dict[Annotated[str, Word("A lever", MOVABLE_LEVERS)], LeverPush] = Field(default_factory=dict)
    dials: dict[Annotated[str, Word("A dial", tuple(DIALS))], Annotated[float, Dial()]] = Field(default_factory=dict)
    parts: dict[Annotated[str, Text("A part")], PartSettings] = Field(default_factory=dict)
    evidence: Evidence | None = None
    cost: Cost | None = None
    harms: list[Annotated[str, Text("A harm")]]
    equity: Annotated[str, Text("equity")]

    @field_validator("levers")
    @classmethod
    def _one_kind(cls, value: dict[str, LeverPush]) -> dict[str, LeverPush]:
        return of_one_kind(value)

    _matched: Strengths | None = PrivateAttr(default=None)

    def matched_to(self, strengths: Strengths | None) -> CatalogueEntry:
        """Return this entry with the strengths solved for it."""
        entry = self.model_copy()
        entry._matched = strengths
        return entry

    @property
    def matched(self) -> Strengths | None:
        """The strengths solved for this entry; None when it has not been matched to its trial."""
        return None if any(push.is_provisional for push in self.levers.values()) else self._matched

    @field_validator("parts", mode="before")
    @classmethod
    def _on_is_a_part(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: {} if as_switch(settings) is True else settings for name, settings in value.items()}

    @model_validator(mode="after")
    def _says_what_its_mode_needs(self) -> CatalogueEntry:
        if self.parts:
            self._refuse_given("a bundle of parts", "who", "reach", "place_reach", "levers")
            return self
        for name in ("evidence", "cost"):
            self._need(name)
        if self.mode == PLACE:
            self._refuse_given("a place programme", "who", "reach", "identified_by", *OF_PEOPLE)
            self._fit_levers(COMMUNITY_LEVERS, "a place programme moves communities")
            self._say_hours_of_shared_staff()
            if not self.levers and not self.dials:
                raise refuse("levers", "A place programme moves levers of communities, or dials.", "Add: levers:")
            return self
        for name in ("who", "reach"):
            self._need(name)
        self._refuse_given("a programme for people", "place_reach")
        self._fit_levers(PERSON_LEVERS, "a programme for people moves people and families")
        self._fit_mode()
        return self

    def _say_hours_of_shared_staff(self) -> None:
        hours = self.place_reach.hours_per_month if self.place_reach is not None else None
        if self.shares_capacity_of is not None and not hours:
            rule = "Staff of a service are shared with a place programme by the hour."
            raise refuse("shares_capacity_of", rule, "Add: place_reach: {hours_per_month: ...}")

    def _fit_mode(self) -> None:
        if self.mode == TARGETED and not self.identified_by:
            raise refuse(
                "identified_by", "A targeted programme needs services that find people.", "Add: identified_by:"
            )
        universal = self.reach is not None and self.reach.coverage is not None
        if self.mode == UNIVERSAL:
            self._refuse_given("a universal programme", "waiting", "net_widening", "labelling")
        if universal != (self.mode == UNIVERSAL):
            rule = "A universal programme has reach.coverage; a targeted one has places_per_10000_eligible_per_year."
            raise refuse("reach", rule, f"This entry is {self.mode}.")

    def _need(self, name: str) -> None:
        if getattr(self, name) is None:
            raise refuse("missing_part", f'The key "{name}" is missing.', f"Add: {name}:")

    def _refuse_given(self, what: str, *names: str) -> None:
        for name in names:
            if getattr(self, name):
                raise refuse("not_here", f'"{name}" has no meaning in {what}.', f"Remove {name}.")

    def _fit_levers(self, known: tuple[str, ...], rule: str) -> None:
        for name in self.levers:
            if name not in known:
                raise refuse("lever_level", f'The lever "{name}" does not fit: {rule}.', f"Known: {', '.join(known)}.")

    @property
    def is_provisional(self) -> bool:
        """Whether the levers move by hand-set sizes, because they have not been matched to a trial."""
        return bool(self.levers) and self.matched is None
