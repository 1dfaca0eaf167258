"""The page of a sensitivity analysis, one HTML file that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.report.charts import Drawing
from experiments.report.parts import Section, Table
from experiments.report.study_page import study_page
from experiments.sensitivity.analysing import Analysed, Analysis
from experiments.sensitivity.discovery import Discovery
from experiments.sensitivity.words import MEASURES, METHOD_WORDS, emulator_words, heading, index_text, noise_words

HOW_TO_READ = (
    "A total Sobol index is the share of the variance of the outcome that would vanish if the factor were known; a "
    "first-order index leaves out what it does together with others.",
    "PAWN and delta look at the whole distribution of the outcome, regional indices at fifths of it. A factor whose "
    "index is no larger than that of the factor that does nothing has shown no effect.",
    "Factors range over the values that the sweep file or the registry gives: another range gives other indices.",
)


def sensitivity_page(analysis: Analysis, drawings: Sequence[Sequence[Drawing]], heat_map: Drawing | None) -> str:
    """Return an analysis as one HTML page; ``drawings`` are those of each target."""
    about = analysis.data.about
    methods = ", ".join(METHOD_WORDS[name] for name in analysis.methods)
    points, runs = len(analysis.data.points), int(about["runs_per_point"])
    place, years = about["place"], about["years"]
    title_end = "" if about["title"].endswith(("?", ".", "!")) else "."
    words = (
        f"{about['title']}{title_end} {place['name']}: {place['population']:,} residents; "
        f"{years} {'year' if years == 1 else 'years'}; {points:,} "
        f"points of a {analysis.data.method.replace('_', ' ')} design over {len(analysis.data.names)} factors, {runs} "
        f"runs a point. Methods: {methods}."
    )
    sections = []
    if analysis.choice is not None:
        sections.append(_choice(analysis))
    if heat_map is not None:
        sections.append(Section("overview", "What matters for what", (), [heat_map]))
    for at, (found, drawn) in enumerate(zip(analysis.targets, drawings, strict=True)):
        sections.append(_target(found, drawn, at))
    sections.append(Section("factors", "What was varied, and how to read this", HOW_TO_READ, (), [_factors(analysis)]))
    title = f"Sensitivity: {about['title']}"
    return study_page(
        f"Placewise sensitivity · {place['name']} · modelled estimates", title, heading(analysis), words, sections,
        analysis.cautions,
    )  # fmt: skip


def _choice(analysis: Analysis) -> Section:
    found = analysis.choice
    assert found is not None
    rows = [[name.replace("_", " "), f"{share:.0%}"] for name, share in found.shares.items()]
    tables = [Table("Share of points at which each option is preferred", "", ["Option", "Share"], rows)]
    if found.where.separating:
        tables.append(_separating(found.where, "Factors that tell where the choice flips"))
    return Section("choice", "Which assumptions flip the choice", found.words, (), tables)


def _target(found: Analysed, drawings: Sequence[Drawing], at: int) -> Section:
    words = [text for text in (noise_words(found.noise), emulator_words(found)) if text]
    tables = [_all_indices(found)]
    if found.discovery is not None:
        words += list(found.discovery.words)
        if found.discovery.separating:
            tables.append(_separating(found.discovery, f"Factors that tell where {found.discovery.cases}"))
    return Section(f"target-{at}", found.target.label, words, drawings, tables)


def _all_indices(found: Analysed) -> Table:
    rows = [
        [row.factor + (f" × {row.partner}" if row.partner else ""), MEASURES[row.method, row.measure], index_text(row),
         row.note]
        for row in found.rows
    ]  # fmt: skip
    return Table("All indices", "Estimates with 95% intervals where the method gives one.",
                 ["Factor", "Index", "Estimate", "Note"], rows)  # fmt: skip


def _separating(found: Discovery, caption: str) -> Table:
    rows = [
        [name, f"{distance:.2f}", "below 0.001" if chance < 0.001 else f"{chance:.3f}"]
        for name, (distance, chance) in found.separating.items()
    ]
    note = (
        "Largest distance between the cumulative distributions of the factor in such points and in others, 0 to 1, and "
        "the probability of such a distance by chance, corrected for the number of factors."
    )
    return Table(caption, note, ["Factor", "Distance", "Probability by chance"], rows)


def _factors(analysis: Analysis) -> Table:
    rows = [
        [str(factor["name"]), str(factor["path"]), f"{factor['low']:.4g}", f"{factor['high']:.4g}"]
        for factor in analysis.data.about["factors"]
    ]
    return Table("Factors and their ranges", "", ["Factor", "What it is", "Low", "High"], rows)
