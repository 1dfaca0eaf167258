"""The words of proposal files, each with its meaning, and the phrases that people write for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema

from sim.core.errors import suggest
from sim.interventions.conditions import SERVICES
from sim.interventions.fields import plain_schema, refuse, written

PROPOSAL_SCHEMA = "placewise.proposal/1"

RANDOMISED, CONTROLLED, BEFORE_AFTER, PUBLISHED, OPINION = (
    "randomised_trial",
    "controlled_study",
    "before_after",
    "published_trials",
    "opinion",
)
BASES: dict[str, str] = {
    RANDOMISED: "a randomised trial of the applicant's own programme",
    CONTROLLED: "a comparison with a similar group that was not randomised",
    BEFORE_AFTER: "the same people before and after, without a comparison",
    PUBLISHED: "published trials of programmes like this one",
    OPINION: "opinion, theory or stories",
}
BASIS_PHRASES: dict[str, str] = {
    "rct": RANDOMISED,
    "randomised controlled trial": RANDOMISED,
    "randomized controlled trial": RANDOMISED,
    "own randomised trial": RANDOMISED,
    "quasi experimental": CONTROLLED,
    "matched comparison": CONTROLLED,
    "comparison group": CONTROLLED,
    "difference in differences": CONTROLLED,
    "pre post": BEFORE_AFTER,
    "uncontrolled pre post": BEFORE_AFTER,
    "before and after": BEFORE_AFTER,
    "monitoring data": BEFORE_AFTER,
    "published evidence": PUBLISHED,
    "toolkit": PUBLISHED,
    "yef toolkit": PUBLISHED,
    "meta analysis": PUBLISHED,
    "systematic review": PUBLISHED,
    "theory of change": OPINION,
    "expert opinion": OPINION,
    "case studies": OPINION,
    "testimonials": OPINION,
    "none": OPINION,
}

OUTCOMES: dict[str, bool] = {
    "violence": True,
    "violent_offence": True,
    "violence_with_injury": True,
    "serious_violence": True,
    "offending": True,
    "reoffending": True,
    "weapon_carrying": False,
    "victimisation": False,
    "bullying": False,
    "school_exclusion": False,
    "attitudes": False,
    "wellbeing": False,
    "employment": False,
    "satisfaction": False,
}
"""What a claim may be about; True where it can be set beside the evidence on violence."""
OUTCOME_PHRASES: dict[str, str] = {
    "violent offending": "violent_offence",
    "violent offences": "violent_offence",
    "violent crime": "violent_offence",
    "exclusions": "school_exclusion",
    "attitudes to violence": "attitudes",
    "well being": "wellbeing",
}

DESIGNS: dict[str, bool] = {
    "individual": True,
    "cluster": True,
    "stepped_wedge": True,
    "waiting_list": True,
    "matched_comparison": True,
    "interrupted_time_series": True,
    "before_after": False,
    "none": False,
}
"""Designs of a study; True where somebody goes without the programme and can be compared with."""
DESIGN_PHRASES: dict[str, str] = {
    "rct": "individual",
    "individual rct": "individual",
    "randomised controlled trial": "individual",
    "cluster rct": "cluster",
    "cluster randomised": "cluster",
    "waitlist": "waiting_list",
    "before and after": "before_after",
    "pre post": "before_after",
    "monitoring only": "none",
    "no trial": "none",
}

ROUTE_PHRASES: dict[str, str] = {
    "a&e": "emergency_department",
    "accident and emergency": "emergency_department",
    "hospital": "emergency_department",
    "youth offending team": "youth_justice",
    "yot": "youth_justice",
    "yjs": "youth_justice",
    "camhs": "child_mental_health",
    "children's services": "social_care",
    "childrens services": "social_care",
    "health visitor": "health_visiting",
    "job centre": "jobcentre",
    "vru": "violence_reduction_unit",
    "schools": "school",
    "youth work": "youth_services",
    "youth club": "youth_services",
}
_FILLER = re.compile(r"\b(referrals?|referred|identified|found|by|from|the|via|through|staff|service)\b")


def plain(text: str) -> str:
    """Return a phrase in small letters, with spaces for hyphens and underscores."""
    return re.sub(r"[\s_-]+", " ", text.strip().lower())


def service_of(phrase: str) -> str | None:
    """Return the service that a phrase such as ``school referral`` names, None where it names none."""
    text = plain(_FILLER.sub(" ", plain(phrase)))
    for candidate in (text, text.removesuffix("s"), text + "s", plain(phrase)):
        if candidate.replace(" ", "_") in SERVICES:
            return candidate.replace(" ", "_")
        if candidate in ROUTE_PHRASES:
            return ROUTE_PHRASES[candidate]
    return None


@dataclass(frozen=True)
class Phrase:
    """Accept one word of a list, or a phrase that means one, and return the word."""

    what: str
    words: tuple[str, ...]
    phrases: dict[str, str]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return plain_schema(self.check, {"type": "string", "examples": list(self.words)})

    def check(self, value: Any) -> str:
        """Return the word, or say which are known."""
        if isinstance(value, str) and value.strip():
            text = plain(value)
            if text.replace(" ", "_") in self.words:
                return text.replace(" ", "_")
            if text in self.phrases:
                return self.phrases[text]
            near = suggest(text, [plain(word) for word in self.words] + list(self.phrases), 1)
            if near:
                raise refuse("word", f"{self.what} cannot be {written(value)}.", f'Did you mean "{near[0]}"?')
        raise refuse("word", f"{self.what} cannot be {written(value)}.", f"Choose one of: {', '.join(self.words)}.")


@dataclass(frozen=True)
class Routes:
    """Accept one or several services that find people, in words or as a list, and return their names."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = {"type": "string", "examples": ["school referral"]}
        return plain_schema(self.check, {"anyOf": [text, {"type": "array", "items": text}]})

    def check(self, value: Any) -> tuple[str, ...]:
        """Return the services, or say which are known."""
        parts = re.split(r"[,;/+]|\band\b", value) if isinstance(value, str) else value
        if (
            not isinstance(parts, list)
            or not parts
            or not all(isinstance(each, str) and each.strip() for each in parts)
        ):
            rule = f"how_identified names the services that find people. You wrote {written(value)}."
            raise refuse("route", rule, "For example: how_identified: school referral")
        found = []
        for part in parts:
            service = service_of(part)
            if service is None:
                near = suggest(plain(_FILLER.sub(" ", plain(part))), [plain(name) for name in SERVICES], 1)
                fix = f'Did you mean "{near[0]}"?' if near else f"Services: {', '.join(SERVICES)}."
                raise refuse("route", f'No service here is called "{part.strip()}".', fix)
            found.append(service)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Reduction:
    """Accept a relative reduction: 0.35 or ``35%`` is 35% less; a negative one is more violence."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return plain_schema(self.check, {"anyOf": [{"type": "number", "maximum": 0.99}, {"type": "string"}]})

    def check(self, value: Any) -> float:
        """Return the reduction as a share, or say why it is not one."""
        rule = f"relative_reduction is a share: 0.35 is 35% less violence. You wrote {written(value)}."
        percent = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*%", value.strip()) if isinstance(value, str) else None
        if percent:
            value = float(percent[1]) / 100
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refuse("share", rule, "")
        if 1 < value <= 100:
            raise refuse("share", rule, f"If you meant {value:g}%, write {value / 100:.2f}.")
        if not -5 <= value <= 0.99:
            raise refuse("share", f"{rule[:-1]}: at most 0.99, since no programme ends all violence.", "")
        return float(value)
