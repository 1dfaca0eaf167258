"""The version of the software."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def placewise_version() -> str:
    """Return the installed version, or say that this is an uninstalled checkout."""
    return version_of("placewise") or "checkout"


def version_of(distribution: str) -> str:
    """Return the installed version of a distribution, empty when it is not installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
