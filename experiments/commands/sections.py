"""Help by the four steps of the public health approach: commands under the step they serve."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

SECTIONS: dict[str, tuple[str, ...]] = {
    "1 Surveillance": ("place", "survey"),
    "2 Risk and protective factors": ("factors",),
    "3 Develop and evaluate": ("trial", "screen"),
    "4 Implement and monitor": ("run", "compare", "portfolio", "track", "report"),
    "Analysis": ("sweep", "calibrate", "match", "validate", "query", "serve", "bench"),
    "Help": ("demo", "check", "list", "explain", "schema", "reproduce", "doctor"),
}
"""Where each command is listed. Commands that do not exist are not shown; one named nowhere comes under ``Other``."""
OTHER = "Other"


class StepGroup(TyperGroup):
    """List commands under the steps they serve."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one section of help for each step that has commands."""
        left = dict(self.commands)
        listed = {
            title: [(name, left.pop(name)) for name in names if name in left] for title, names in SECTIONS.items()
        }
        listed[OTHER] = list(left.items())
        widest = max(len(name) for name in self.commands)
        room = formatter.width - 6 - widest
        for title, commands in listed.items():
            if commands:
                with formatter.section(title):
                    formatter.write_dl([(name.ljust(widest), each.get_short_help_str(room)) for name, each in commands])
