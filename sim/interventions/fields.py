"""Field types of scenario and catalogue files: each knows how to say what is wrong with a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sim.core.errors import suggest

MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
LEAST_PERCENTAGE = 2
_YEAR_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$")
_DATE = re.compile(r"^(\d{4})-(\d{2})-\d{2}$")
_DURATION = re.compile(r"^(\d+)\s*(months?|years?)$")
_LSOA_CODE = re.compile(r"^E01\d{6}$")


def refuse(code: str, message: str, fix: str = "") -> PydanticCustomError:
    """Build the error that a field raises: a code for machines, a sentence for people and how to mend it."""
    # Pydantic reads braces in a message as fields to fill, so the sentence travels as such a field.
    return PydanticCustomError(code, "{message}", {"message": message, "fix": fix})


def written(value: object) -> str:
    """Show a value as its author wrote it, shortened."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = f'"{value}"' if isinstance(value, str) else f"{value:,}" if isinstance(value, int) else f"{value}"
    return text if len(text) <= 60 else text[:57] + '..."'


def percentage_hint(percent: float) -> str:
    """Say how a percentage is written as a share."""
    share = f"{percent / 100:.2f}" if round(percent) == percent else f"{percent / 100:g}"
    return f"If you meant {percent:g}%, write {share}."


def plain_schema(function: Callable[[Any], Any], json: dict[str, Any]) -> CoreSchema:
    """Let one function check a value, with ``json`` as its JSON Schema."""
    return core_schema.no_info_plain_validator_function(
        function, metadata={"pydantic_js_functions": [lambda _schema, _handler: json]}
    )


@dataclass(frozen=True)
class Number:
    """Accept a number within limits; ``what`` begins the sentence that explains it."""

    what: str
    low: float | None = None
    high: float | None = None
    whole: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        json: dict[str, Any] = {"type": "integer" if self.whole else "number"}
        json |= {} if self.low is None else {"minimum": self.low}
        json |= {} if self.high is None else {"maximum": self.high}
        return plain_schema(self.check, json)

    def check(self, value: Any) -> float | int:
        """Return the number, or say why it is not one."""
        kind = "a whole number" if self.whole else "a number"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refuse("number", f"{self.what} is {kind}. You wrote {written(value)}.", self._example(value))
        if self.whole and value != int(value):
            raise refuse("whole", f"{self.what} is {kind}. You wrote {written(value)}.", f"Write {round(value)}.")
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise refuse("range", f"{self.what} {self._limits()}. You wrote {written(value)}.", "")
        return int(value) if self.whole else float(value)

    def _limits(self) -> str:
        if self.low is not None and self.high is not None:
            return f"lies between {self.low:g} and {self.high:g}"
        return f"cannot be below {self.low:g}" if self.low is not None else f"cannot be above {self.high:g}"

    @staticmethod
    def _example(value: Any) -> str:
        if isinstance(value, str):
            digits = value.replace(",", "").replace("£", "").strip()
            if re.fullmatch(r"-?\d+(\.\d+)?", digits):
                return f"Write {digits}, without quotation marks, commas or signs of money."
        return ""


@dataclass(frozen=True)
class Share:
    """Accept a share between 0 and 1, and recognise a percentage."""

    what: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return plain_schema(self.check, {"type": "number", "minimum": 0, "maximum": 1})

    def check(self, value: Any) -> float:
        """Return the share, or say why it is not one."""
        rule = f"{self.what} is a share between 0 and 1. You wrote {written(value)}."
        if isinstance(value, str):
            percent = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", value.strip())
            fix = percentage_hint(float(percent[1])) if percent else ""
            raise refuse("share", rule, fix)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refuse("share", rule, "")
        if LEAST_PERCENTAGE <= value <= 100:
            raise refuse("share", rule, percentage_hint(value))
        if not 0 <= value <= 1:
            raise refuse("share", rule, "")
        return float(value)


@dataclass(frozen=True)
class Dial:
    """Accept the position of a partnership dial, from 0 (as things stand) to 1 (as good as it can get)."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return plain_schema(self.check, {"type": "number", "minimum": 0, "maximum": 1})

    def check(self, value: Any) -> float:
        """Return the position, or say why it is not one."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            rule = "A partnership dial runs from 0 (as things stand today) to 1 (as good as it can get)."
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            fix = percentage_hint(value) if is_number and LEAST_PERCENTAGE <= value <= 100 else ""
            raise refuse("dial", f"{rule} You wrote {written(value)}.", fix)
        return float(value)


@dataclass(frozen=True)
class Month:
    """Accept a calendar month written as year-month, and return (year, month)."""

    what: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return plain_schema(self.check, {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"})

    def check(self, value: Any) -> tuple[int, int]:
        """Return (year, month), or say why the value is not a month."""
        rule = f"{self.what} is a month, written as year-month. You wrote {written(value)}."
        day = _DATE.match(value) if isinstance(value, str) else None
        if day and 1 <= int(day[2]) <= 12:
            raise refuse("month", rule, f"Leave the day out: {day[1]}-{day[2]}.")
        if isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2200:
            raise refuse("month", rule, f"Add the month, as in {value}-04.")
        match = _YEAR_MONTH.match(value) if isinstance(value, str) else None
        if not match:
            raise refuse("month", rule, "For April 2026 write 2026-04.")
        year, month = int(match[1]), int(match[2])
        if not 1 <= month <= 12:
            raise refuse("month", f"{rule[:-1]}: there is no month {month}.", "The month is a number from 01 to 12.")
        if not 1990 <= year <= 2150:
            raise refuse("month", f"{rule[:-1]}: the year must lie between 1990 and 2150.", "")
        return year, month


@dataclass(frozen=True)
class Months:
    """Accept a number of months: 6, ``6 months`` or ``2 years``."""

    what: str
    low: int = 0
    high: int = 600

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = {"type": "string", "pattern": r"^\d+ (months?|years?)$"}
        number = {"type": "integer", "minimum": self.low, "maximum": self.high}
        return plain_schema(self.check, {"anyOf": [number, text]})

    def check(self, value: Any) -> int:
        """Return the number of months, or say why the value is not one."""
        months: int | None = None
        if isinstance(value, int) and not isinstance(value, bool):
            months = value
        elif isinstance(value, float) and value == int(value):
            months = int(value)
        elif isinstance(value, str) and (match := _DURATION.match(value.strip())):
            months = int(match[1]) * (12 if match[2].startswith("year") else 1)
        if months is None:
            raise refuse(
                "months", f"{self.what} is a whole number of months. You wrote {written(value)}.", "For example: 6"
            )
        if not self.low <= months <= self.high:
            raise refuse(
                "months", f"{self.what} lies between {self.low} and {self.high} months. You wrote {written(value)}.", ""
            )
        return months


@dataclass(frozen=True)
class Word:
    """Accept one word of a list, and suggest the nearest for any other."""

    what: str
    words: Iterable[str]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return plain_schema(self.check, {"type": "string", "enum": sorted(self.words)})

    def check(self, value: Any) -> str:
        """Return the word, or say which are known."""
        if isinstance(value, str) and value in set(self.words):
            return value
        near = suggest(value, self.words, 1) if isinstance(value, str) else []
        known = ", ".join(self.words)
        fix = f'Did you mean "{near[0]}"?' if near else f"Choose one of: {known}."
        raise refuse("word", f"{self.what} cannot be {written(value)}.", fix)


@dataclass(frozen=True)
class Text:
    """Accept words that say something."""

    what: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return plain_schema(self.check, {"type": "string", "minLength": 1})

    def check(self, value: Any) -> str:
        """Return the text without surrounding space, or say why it is not one."""
        if not isinstance(value, str) or not value.strip():
            raise refuse("text", f"{self.what} is a line of text. You wrote {written(value)}.", "")
        return value.strip()


@dataclass(frozen=True)
class AgeRange:
    """Accept the youngest and the oldest age in whole years, and return both."""

    what: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        year = {"type": "integer", "minimum": 0, "maximum": 110}
        return plain_schema(self.check, {"type": "array", "items": year, "minItems": 2, "maxItems": 2})

    def check(self, value: Any) -> tuple[int, int]:
        """Return (youngest, oldest), or say why the value is not an age range."""
        example = "For ages 10 to 18 write [10, 18]."
        pair = isinstance(value, list) and len(value) == 2
        if not pair or not all(isinstance(v, int) and not isinstance(v, bool) for v in value):
            rule = f"{self.what} is the youngest and the oldest age in whole years. You wrote {written(value)}."
            raise refuse("age", rule, example)
        youngest, oldest = value
        if not 0 <= youngest <= oldest <= 110:
            rule = f"{self.what} runs from the youngest to the oldest, within 0 to 110."
            raise refuse("age", f"{rule} You wrote {value}.", example)
        return youngest, oldest


@dataclass(frozen=True)
class CommunityCode:
    """Accept the code of a lower-layer super output area."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return plain_schema(self.check, {"type": "string", "pattern": _LSOA_CODE.pattern})

    def check(self, value: Any) -> str:
        """Return the code, or say what one looks like."""
        if isinstance(value, str) and _LSOA_CODE.match(value):
            return value
        rule = 'A community is named by its LSOA code, "E01" and six figures.'
        raise refuse("community", f"{rule} You wrote {written(value)}.", "See: placewise place show")


def month_words(month: tuple[int, int]) -> str:
    """Write (year, month) as readers say it: April 2026."""
    return f"{MONTH_NAMES[month[1] - 1]} {month[0]}"


def month_number(month: tuple[int, int]) -> int:
    """Count months from year 0, so that two months can be compared and subtracted."""
    return month[0] * 12 + month[1] - 1
