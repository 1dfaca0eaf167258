"""The charts of the scorecard: targets, age, gradient, concentration, the pyramid, repeats and the season."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calibration.profiles import PYRAMID, TIMES
from experiments.gradient import GradientLine
from experiments.report.charts import BLUE, GREY, INK, ORANGE, WIDTH_INCHES, Drawing, panels, style, svg_of
from experiments.report.forecast_figures import forecast_points, forecast_scores
from experiments.validation import TargetLine, ValidationResult

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STEPS = {
    "all": "All violence",
    "injury": "with injury",
    "reported": "known to the police",
    "recorded": "recorded as a crime",
    "arrested": "somebody arrested",
    "sanctioned": "somebody sanctioned",
    "ed_treated": "treated in hospital (ED)",
    "admitted": "admitted",
    "fatal": "fatal",
}
INCHES_A_TARGET = 0.19
SMALLEST_RATIO, LARGEST_RATIO = 0.2, 5.0


def draw_scorecard(result: ValidationResult) -> list[Drawing]:
    """Draw every chart of the scorecard, in the order of the page."""
    with style():
        drawings = [targets(result), age(result), fifths(result), lorenz(result), pyramid(result), repeats(result)]
        drawings.append(season(result))
        if result.gradient:
            drawings.insert(3, sources(result.gradient))
        if result.held_out is not None:
            drawings += [forecast_scores(result.held_out), forecast_points(result.held_out)]
    return drawings


def _drawing(
    figure: Figure, name: str, title: str, description: str, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> Drawing:
    return Drawing(name, title, svg_of(figure, name, title, description), description, header, rows)


def targets(result: ValidationResult) -> Drawing:
    """Draw the model over the target, with the range of the target and the 95% interval of runs."""
    lines = [line for line in result.targets if line.mean is not None and line.target > 0]
    figure, (axes,) = panels(1, INCHES_A_TARGET * len(lines) + 0.5)
    for row, line in enumerate(lines):
        _target(axes, row, line)
    axes.axvline(1.0, color=GREY, linewidth=1)
    axes.set_xscale("log")
    axes.set_xlim(SMALLEST_RATIO, LARGEST_RATIO)
    axes.set_xticks([0.2, 0.5, 1, 2, 5], ["0.2", "0.5", "1", "2", "5"])
    axes.minorticks_off()
    axes.set_yticks(range(len(lines)), [f"{line.statistic.replace('_', ' ')} ({line.use})" for line in lines])
    axes.tick_params(axis="y", labelsize=7)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xlabel("over the target (grey bar: range in keeping with the evidence)")
    inside = ", ".join(f"{found} of {of} to {use}" for use, (found, of) in result.inside.items())
    title = f"Inside their range: {inside}"
    outside = [line.statistic.replace("_", " ") for line in lines if line.verdict != "inside"]
    description = f"Model over target for {len(lines)} statistics. Outside their range: {', '.join(outside) or 'none'}."
    rows = [
        [line.statistic.replace("_", " "), line.use, f"{line.target:.3g}",
         f"{line.target_low:.3g} to {line.target_high:.3g}", f"{line.mean:.3g}",
         f"{line.low:.3g} to {line.high:.3g}", line.verdict]
        for line in lines
    ]  # fmt: skip
    header = ["Statistic", "Use", "Target", "Range", "Model", "95% of runs", "Verdict"]
    return _drawing(figure, "targets", title, description, header, rows)


def _target(axes: Axes, row: int, line: TargetLine) -> None:
    assert line.mean is not None and line.low is not None and line.high is not None
    scale = 1.0 / line.target
    low, high = max(line.target_low * scale, SMALLEST_RATIO), min(line.target_high * scale, LARGEST_RATIO)
    axes.barh(row, high - low, left=low, height=0.7, color="#dfe5ea", zorder=1)
    colour = BLUE if line.verdict == "inside" else ORANGE
    ends = np.clip([line.low * scale, line.high * scale], SMALLEST_RATIO, LARGEST_RATIO)
    axes.plot(ends, [row, row], color=colour, linewidth=1.6, zorder=2)
    middle = float(np.clip(line.mean * scale, SMALLEST_RATIO, LARGEST_RATIO))
    axes.plot(middle, row, "o" if line.verdict == "inside" else "D", color=colour, markersize=4, zorder=3)


def age(result: ValidationResult) -> Drawing:
    """Draw incidents as perpetrator and admissions by age and sex."""
    profile = result.profiles["age"]
    figure, axes = panels(2, 2.1)
    for panel, name, label in zip(
        axes, ("perpetrators", "admissions"),
        ("incidents as perpetrator\na year per 1,000", "admissions\na year per 100,000"), strict=True,
    ):  # fmt: skip
        for sex, colour, dash in (("male", BLUE, "-"), ("female", ORANGE, "--")):
            panel.plot(profile["age"], profile[f"{name}_{sex}"], dash, color=colour, label=f"{sex}s")
        panel.set_ylabel(label)
        panel.set_ylim(bottom=0)
    axes[0].legend(frameon=False)
    axes[1].set_xlabel("age in years")
    peak = profile["age"][int(np.argmax(profile["perpetrators_male"]))]
    window = np.convolve(profile["admissions_male"], np.ones(3) / 3, "same")
    severe = profile["age"][int(np.argmax(window))]
    title = f"Males hurt others most at {peak:.0f} and are admitted most at about {severe:.0f}"
    rows = [
        [f"{value:.0f}", *(f"{profile[line][i]:.1f}" for line in list(profile)[1:])]
        for i, value in enumerate(profile["age"])
        if value % 5 == 0
    ]
    header = ["Age", *(line.replace("_", ", ") for line in list(profile)[1:])]
    return _drawing(figure, "age", title, f"Curves by age and sex. {title}.", header, rows)


def fifths(result: ValidationResult) -> Drawing:
    """Draw the gradients of hospital and police figures, which are different statistics."""
    profile = result.profiles["fifths"]
    figure, (axes,) = panels(1, 2.6)
    styles = {
        "admissions": ("hospital admissions, by home", BLUE, "o-"),
        "attendances": ("ED attendances, by home", BLUE, "s--"),
        "recorded_by_home": ("recorded with injury, by home", ORANGE, "^-"),
        "recorded_by_place": ("recorded with injury, by place", ORANGE, "v--"),
    }
    for name, (label, colour, mark) in styles.items():
        axes.plot(profile["fifth"], profile[name], mark, color=colour, label=label, markersize=5)
    axes.set_xticks(profile["fifth"], ["most\ndeprived", "2", "3", "4", "least\ndeprived"])
    axes.set_ylabel("rate over that of all residents")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    ratio = {name: profile[name][0] / max(profile[name][-1], 1e-12) for name in styles}
    title = (
        f"Most to least deprived fifth: {ratio['admissions']:.1f} in admissions by home, "
        f"{ratio['recorded_by_place']:.1f} in recorded violence by place"
    )
    rows = [
        [f"{value:.0f}", *(f"{profile[name][i]:.2f}" for name in styles)] for i, value in enumerate(profile["fifth"])
    ]
    return _drawing(figure, "fifths", title, f"{title}.", ["Fifth", *(each[0] for each in styles.values())], rows)


def sources(lines: Sequence[GradientLine]) -> Drawing:
    """Draw where the gradient of admissions comes from: its ratio as one source after the other is switched on."""
    figure, (axes,) = panels(1, 1.4)
    for row, line in enumerate(lines):
        before = lines[row - 1].admissions if row else 1.0
        axes.barh(row, line.admissions - before, left=before, color=BLUE, height=0.6)
        text = f" {line.admissions:.1f} (x {line.adds:.2f})"
        axes.text(max(line.admissions, before), row, text, va="center", color=INK, fontsize=8)
    axes.axvline(1.0, color=GREY, linewidth=1)
    axes.set_yticks(range(len(lines)), [line.world for line in lines], fontsize=8)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xlim(0.8, 1.3 * max(line.admissions for line in lines))
    axes.set_xlabel("admissions by home, most over least deprived fifth")
    title = (
        f"Composition alone gives a ratio of {lines[0].admissions:.1f} of the {lines[-1].admissions:.1f} in admissions"
    )
    rows = [[line.world, f"{line.admissions:.2f}", f"x {line.adds:.2f}"] for line in lines]
    return _drawing(figure, "sources", title, f"{title}.", ["World", "Ratio", "adds"], rows)


def lorenz(result: ValidationResult) -> Drawing:
    """Draw how concentrated recorded violence is in few communities."""
    profile = result.profiles["lorenz"]
    figure = Figure(figsize=(WIDTH_INCHES, WIDTH_INCHES * 0.5), facecolor="white", layout="constrained")
    axes: Axes = figure.subplots()
    axes.plot(profile["communities"], profile["violence"], color=BLUE, label="model")
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":", label="spread evenly")
    wanted = {0.05: "T29_5", 0.10: "T29_10", 0.20: "T29_20"}
    by_id = {line.id: line.target for line in result.targets}
    shown = {share: by_id[name] for share, name in wanted.items() if name in by_id}
    axes.plot(list(shown), list(shown.values()), "D", color=ORANGE, markersize=5, label="London, recorded")
    axes.set_xlabel("share of communities, most violence first")
    axes.set_ylabel("share of recorded violence with injury")
    axes.legend(frameon=False, loc="lower right")
    fifth = float(np.interp(0.2, profile["communities"], profile["violence"]))
    title = f"A fifth of communities has {fifth:.0%} of recorded violence with injury"
    rows = [[f"{x:.0%}", f"{y:.0%}"] for x, y in zip(profile["communities"], profile["violence"], strict=True)]
    return _drawing(figure, "lorenz", title, f"{title}.", ["Communities", "Violence"], rows)


def pyramid(result: ValidationResult) -> Drawing:
    """Draw what becomes of violence on its way to police, court and hospital."""
    rates = dict(zip(PYRAMID, result.profiles["pyramid"]["rate"], strict=True))
    figure, (axes,) = panels(1, 2.6)
    hospital = ("ed_treated", "admitted", "fatal")
    for row, (name, label) in enumerate(STEPS.items()):
        axes.barh(row, rates[name], color=ORANGE if name in hospital else BLUE, height=0.7)
        axes.text(rates[name] * 1.15, row, f"{rates[name]:.3g}", va="center", color=INK, fontsize=8)
        axes.text(0.0045, row, label, va="center", ha="right", color=INK, fontsize=8)
    axes.set_xscale("log")
    axes.set_xlim(0.005, max(rates.values()) * 4)
    axes.set_ylim(len(STEPS) - 0.4, -0.6)
    axes.set_yticks([])
    axes.set_xlabel("a year per 1,000 residents (each step ten times the last)")
    share = rates["recorded"] / max(rates["all"], 1e-12)
    title = f"The police record {share:.0%} of all violence; hospitals treat {rates['ed_treated'] / rates['all']:.0%}"
    rows = [[label, f"{rates[name]:.3g}"] for name, label in STEPS.items()]
    return _drawing(figure, "pyramid", title, f"{title}.", ["Step", "A year per 1,000 residents"], rows)


def repeats(result: ValidationResult) -> Drawing:
    """Draw how often those who are hurt in a year are hurt."""
    profile = result.profiles["repeat"]
    figure, (axes,) = panels(1, 2.0)
    at = np.arange(len(TIMES))
    axes.bar(at - 0.2, profile["teens"], 0.38, color=BLUE, label="aged 13 to 17")
    axes.bar(at + 0.2, profile["adults"], 0.38, color=ORANGE, label="18 and over", hatch="//", edgecolor="white")
    axes.set_xticks(at, TIMES)
    axes.set_ylabel("share of those hurt in a year")
    axes.legend(frameon=False)
    again = 1.0 - profile["teens"][0]
    title = f"Of teenagers hurt in a year, {again:.0%} are hurt more than once"
    rows = [[label, f"{profile['teens'][i]:.0%}", f"{profile['adults'][i]:.0%}"] for i, label in enumerate(TIMES)]
    return _drawing(figure, "repeats", title, f"{title}.", ["Hurt", "Aged 13 to 17", "18 and over"], rows)


def season(result: ValidationResult) -> Drawing:
    """Draw recorded violence by calendar month."""
    ratio = result.profiles["season"]["ratio"]
    figure, (axes,) = panels(1, 2.0)
    axes.plot(range(12), ratio, "o-", color=BLUE)
    axes.axhline(1.0, color=GREY, linewidth=1)
    axes.set_xticks(range(12), MONTHS)
    axes.set_ylabel("recorded with injury\nover the mean month")
    title = (
        f"Recorded violence is highest in {MONTHS[int(np.argmax(ratio))]}, lowest in {MONTHS[int(np.argmin(ratio))]}"
    )
    rows = [[month, f"{value:.2f}"] for month, value in zip(MONTHS, ratio, strict=True)]
    return _drawing(figure, "season", title, f"{title}.", ["Month", "Over the mean"], rows)
