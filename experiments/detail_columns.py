"""Print the columns of the detailed tables as Markdown, for ``sim/outcomes/README.md``."""

from __future__ import annotations

from experiments.detail import FORMS
from sim.outcomes.records import markdown


def column_tables() -> str:
    """Return a heading and a table of columns for every detailed table."""
    return "\n".join(f"### `{form.file}`: {form.row}\n\n{markdown(form)}\n" for form in FORMS)


if __name__ == "__main__":
    print(column_tables(), end="")
