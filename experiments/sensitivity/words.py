"""What an analysis found, in sentences."""

from __future__ import annotations

from experiments.sensitivity.analysing import Analysed, Analysis
from experiments.sensitivity.direct import DUMMY
from experiments.sensitivity.methods import LEADING
from experiments.sensitivity.noise import Noise
from experiments.sensitivity.rows import SPANS_ZERO, Index
from experiments.wording import number

MEASURES = {
    ("morris", "mu_star"): "mean size of elementary effects (mu*)",
    ("morris", "mu"): "mean elementary effect (mu)",
    ("morris", "sigma"): "spread of elementary effects (sigma)",
    ("sobol", "S1"): "first-order Sobol index",
    ("sobol", "ST"): "total Sobol index",
    ("sobol", "S2"): "second-order Sobol index",
    ("emulator", "S1"): "first-order Sobol index, on the emulator",
    ("emulator", "ST"): "total Sobol index, on the emulator",
    ("emulator", "S2"): "second-order Sobol index, on the emulator",
    ("pawn", "median"): "PAWN index, median over slides",
    ("pawn", "maximum"): "PAWN index, maximum over slides",
    ("delta", "delta"): "delta index",
    ("regional", "mean"): "regional index, mean over fifths of the outcome",
    ("regional", "maximum"): "regional index, maximum over fifths of the outcome",
    ("swings", "change"): "change from the low to the high end",
    ("swings", "interaction"): "interaction of the pair",
}
SHARES = ("S1", "ST", "S2")
METHOD_WORDS = {
    "morris": "screening by elementary effects (Morris)",
    "sobol": "Sobol indices straight from the runs",
    "emulator": "Sobol indices of an emulator of the runs",
    "pawn": "PAWN",
    "delta": "delta",
    "regional": "regional sensitivity",
    "swings": "one end of a range against the other",
}


def leads(found: Analysed, method: str) -> str:
    """Say in a sentence which factor leads by one method."""
    rows = [row for row in found.leading(method) if row.factor != DUMMY and row.value is not None]
    if not rows or not rows[0].value:
        return "No factor changes it"
    if len(rows) == 1:
        return f"{rows[0].factor}: {index_text(rows[0])}"
    first, second = rows[0], rows[1]
    [floor] = [abs(row.value or 0.0) for row in found.leading(method) if row.factor == DUMMY] or [0.0]
    if abs(first.value or 0.0) <= floor:
        return "No factor shows more than one that does nothing"
    if abs(second.value or 0.0) <= floor:
        return f"{first.factor} matters; no other shows more than a factor that does nothing"
    if None not in (first.low, first.high, second.low, second.high):
        ends = [sorted((abs(row.low), abs(row.high))) for row in (first, second)]  # type: ignore[arg-type]
        if ends[0][0] < ends[1][1]:
            return f"{first.factor} leads, but {second.factor} may matter as much"
    return f"{first.factor} matters most, then {second.factor}"


def index_text(row: Index) -> str:
    """Write an index for people: what is below zero is about zero, what was suppressed is said to be."""
    if row.value is None:
        return "suppressed" if row.note == SPANS_ZERO else "not defined"
    write = _share if row.measure in SHARES or row.method in ("pawn", "delta", "regional") else number
    text = "about 0" if row.measure in (*SHARES, "delta") and row.value < 0 else write(row.value)
    return text if row.low is None else f"{text} ({write(row.low)} to {write(row.high)})"


def noise_words(noise: Noise) -> str:
    """Say how much of what runs show is chance."""
    if noise.share is None:
        return "No two runs of a point are known, so how much of the variance is chance of the single run is not known."
    return (
        f"{noise.share:.0%} of the variance of single runs is within points: chance of the run. "
        f"{noise.shared_luck:.0%} is luck that all points of a run share, which cancels when points are compared. "
        f"Between means of {noise.runs} runs, {noise.left_in_mean:.0%} of the variance is still chance."
    )


def emulator_words(found: Analysed) -> str:
    """Say how good the emulator is, empty where there is none."""
    if found.emulated is None:
        return ""
    most = found.noise.left_in_mean
    limit = f", of at most {1 - most:.2f} that chance of the runs leaves" if most is not None else ""
    return (
        f"The emulator was trained on {found.emulated.points} points and explains Q2 = {found.emulated.q2:.2f} of the "
        f"variance between points it had not seen{limit}. Intervals hold the error of the sample and the spread of "
        f"{len(found.emulated.refits)} emulators trained again on bootstrap samples of the points."
    )


def heading(analysis: Analysis) -> str:
    """Return the finding of an analysis in one sentence."""
    decided = analysis.choice
    if decided is not None:
        preferred = decided.preferred.replace("_", " ") if decided.preferred != "baseline" else "doing nothing"
        if decided.flips:
            return f"The choice of {preferred} flips at {decided.flips:.0%} of the points tried"
        return f"No point tried changes the choice of {preferred}"
    found = analysis.targets[0]
    return f"{found.target.label}: {leads(found, analysis.methods[0])}"


def summary(analysis: Analysis) -> list[str]:
    """Return what the terminal prints: one line a target, then the choice and cautions."""
    lines = []
    for each in analysis.targets:
        lines.append(f"{each.target.label}: {leads(each, analysis.methods[0])}.")
        rows = [row for row in each.leading(analysis.methods[0]) if row.factor != DUMMY]
        width = max(len(row.factor) for row in rows)
        lines.append(f"  {MEASURES[analysis.methods[0], LEADING[analysis.methods[0]]]}")
        lines += [f"    {row.factor:<{width}}  {index_text(row)}" for row in rows]
        lines.append(f"  {noise_words(each.noise)}")
        if each.emulated is not None:
            lines.append(f"  {emulator_words(each)}")
    if analysis.choice is not None:
        lines += ["", *analysis.choice.words]
    return lines


def _share(value: float | None) -> str:
    if value is None:
        return "not defined"
    # Adding zero takes the sign from a zero that rounding left negative.
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")
