"""The base of every part of a file."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Form(BaseModel):
    """Base of all parts of a file: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
