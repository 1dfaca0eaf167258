"""Write ``scenarios/catalogue/CATALOGUE.md``, the catalogue at a glance, from the files of the catalogue.

``python -m experiments.catalogue_page --write`` renews it; without ``--write`` it says whether it has drifted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence

from experiments.cards import change_words, lever_words, plain, published_words
from experiments.catalogue_facts import percent, short_cost
from experiments.describe import table
from sim.interventions.catalogue import CATALOGUE_FOLDER, Catalogue
from sim.interventions.resolved import resolve_eligibility
from sim.interventions.schema import CatalogueEntry
from sim.interventions.vocabulary import NEEDS, STRANDS

FILE = CATALOGUE_FOLDER / "CATALOGUE.md"
RENEW = "python -m experiments.catalogue_page --write"
WITHOUT_BENEFIT = ("none", "harmful")
HEADINGS = (
    "intervention",
    "for whom, or where",
    "published effect",
    "expected in England",
    "impact",
    "security",
    "cost",
)
INTRODUCTION = f"""# The catalogue at a glance

Generated from the files of this folder: change those, then run `{RENEW}`.
`placewise explain NAME` prints all there is to know about one of them; [README.md](README.md) says how to add one.

**Published** is what studies found, with the 95% interval where our source has it. **Expected in England** is what
we expect of routine delivery here, with a range that holds nine tenths of the possibilities; it is our judgement,
mostly smaller than what was published, and it nearly always leaves a small chance of harm. Effects are on those who
take part or on the places served, never on a whole place: how much a whole place gains is what the model works out.

**Badges** are three things kept apart. *Impact* sorts the effect expected in England: harmful (more than 1% more
violence), none, low (1 to 5% less), moderate (up to 15% less), high. *Security* says how sure that is: from the
Youth Endowment Fund's rating where there is one, else our own judgement (marked *). *Cost* is for each participant
(low up to £250, medium up to £2,500), each community and year (£5,000, £20,000) or each 100,000 residents and year
(£50,000, £200,000)."""


def page() -> str:
    """Return the whole page."""
    entries = Catalogue().entries()
    parts = [INTRODUCTION, *_strands(entries), _without_benefit(entries), _bundles(entries), _levers(entries)]
    return "\n\n".join(parts) + "\n"


def _strands(entries: Mapping[str, CatalogueEntry]) -> Iterator[str]:
    for strand, meaning in STRANDS.items():
        rows = [_row(entry) for entry in entries.values() if entry.strand == strand and not entry.parts]
        if rows:
            yield f"## {plain(strand).capitalize()}: {meaning}"
            yield table(HEADINGS, rows)


def _row(entry: CatalogueEntry) -> tuple[str, ...]:
    assert entry.evidence is not None
    trial, badges = entry.evidence.trial, entry.badges
    security = f"{plain(badges.security or 'not rated')}{'*' if badges.security_by == 'ours' else ''}"
    return (
        f"[{entry.name}]({entry.id}.yaml)",
        whom_or_where(entry),
        f"{trial.outcome}: {published_words(trial)}",
        change_words(entry.evidence.transport.log_rr),
        plain(badges.impact),
        security,
        f"{badges.cost}: {short_cost(entry.cost)}",
    )


def whom_or_where(entry: CatalogueEntry) -> str:
    """Say briefly for whom or for which communities an intervention is."""
    if entry.who is not None:
        return resolve_eligibility(entry).words()
    if entry.where is not None:
        return f"{percent(entry.where.share)} of communities, by {NEEDS[entry.where.need]}"
    return "the whole place"


def _without_benefit(entries: Mapping[str, CatalogueEntry]) -> str:
    lines = ["## No effect expected, or harm", ""]
    lines.append(
        "They are here because places are offered them, and because a model must show that not everything works."
    )
    lines.append("")
    for entry in entries.values():
        if entry.badges.impact in WITHOUT_BENEFIT and entry.evidence is not None:
            lines.append(f"- `{entry.id}` ({plain(entry.badges.impact)}): {entry.evidence.transport.why}.")
    return "\n".join(lines)


def _bundles(entries: Mapping[str, CatalogueEntry]) -> str:
    rows = [
        (f"[{entry.name}]({name}.yaml)", ", ".join(f"`{part}`" for part in entry.parts), short_cost(entry.cost))
        for name, entry in entries.items()
        if entry.parts
    ]
    return "## Bundles: bought as one\n\n" + table(("bundle", "parts", "cost on top of its parts"), rows)


def _levers(entries: Mapping[str, CatalogueEntry]) -> str:
    rows = [
        (f"`{entry.id}`", f"`{name}`", lever_words(name, push), push.reason)
        for entry in entries.values()
        for name, push in entry.levers.items()
    ]
    text = (
        "## What the model does\n\nSizes are pushes at scale 1: their proportions count, and a virtual trial solves "
        "for the scale that reproduces the effect expected in England."
    )
    return f"{text}\n\n" + table(("intervention", "lever", "push", "why this part"), rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Renew the page, or say whether it has drifted from the files."""
    parser = argparse.ArgumentParser(prog="python -m experiments.catalogue_page", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the file")
    wanted = page()
    if parser.parse_args(arguments).write:
        FILE.write_text(wanted, encoding="utf-8")
    elif not FILE.is_file() or FILE.read_text(encoding="utf-8") != wanted:
        print(f"{FILE.name} has drifted from the catalogue: {RENEW}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
