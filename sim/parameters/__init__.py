"""Every number of the model: value, unit, range, prior, kind, meaning and source."""

from sim.parameters.parameter import KINDS, SHAPES, Parameter
from sim.parameters.registry import Registry, UnknownParameter, load_registry
from sim.parameters.sources import Source, load_sources

__all__ = [
    "KINDS",
    "SHAPES",
    "Parameter",
    "Registry",
    "Source",
    "UnknownParameter",
    "load_registry",
    "load_sources",
]
