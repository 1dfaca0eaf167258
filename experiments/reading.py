"""A registry that remembers which parameters were read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.parameters.parameter import Value
from sim.parameters.registry import Registry


class NotedRegistry(Registry):
    """Map parameter identifiers to values as the registry it is made of does, and note each that is read."""

    read: set[str]

    @classmethod
    def of(cls, registry: Registry, read: set[str]) -> NotedRegistry:
        """Return a registry with the values of another that adds what is read of it, and of its draws, to ``read``."""
        made = cls.__new__(cls)
        made.__dict__.update(registry.__dict__)
        made.read = read
        return made

    def __getitem__(self, identifier: str) -> Value:
        self.read.add(identifier)
        return super().__getitem__(identifier)

    def replace(self, values: Mapping[str, Any]) -> NotedRegistry:
        """Return a registry with some values replaced that notes into the same set."""
        return self.of(super().replace(values), self.read)

    def draw(self, number: int) -> NotedRegistry:
        """Return a joint draw that notes into the same set."""
        return self.of(super().draw(number), self.read)
