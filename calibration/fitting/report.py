"""What a fit found, as plain data and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from calibration.fitting.identifying import bound_together, identified
from calibration.fitting.matching import on_scales
from calibration.fitting.workflow import Fit
from calibration.targets import Target, from_scale


def summary_of(found: Fit) -> dict[str, Any]:
    """Return what a fit found as plain data, to be written as JSON."""
    names, points = found.space.names, found.posterior.points
    return {
        "directions": [
            asdict(one) | {"moves": list(free.moves), "centre": list(free.at(float(place)))}
            for one, free, place in zip(identified(names, points), found.space.free, found.centre, strict=True)
        ],
        "bound_together": [list(pair) for pair in bound_together(names, points)],
        "screening": [asdict(one) for one in found.screened],
        "waves": [asdict(wave) for wave in found.waves],
        "targets": [_target(found, column, target) for column, target in enumerate(found.targets)],
        "unmet": found.unmet,
        "not_emulated": found.emulators.dropped,
        "draws": len(found.draws),
        "effective_draws": round(found.effective, 1),
        "acceptance": round(found.posterior.acceptance, 3),
        "shift": round(found.posterior.shift, 3),
        "baseline": [asdict(one) for one in identified(names, found.baseline)],
    }


def _target(found: Fit, column: int, target: Target) -> dict[str, Any]:
    """Return a target beside what the runs at posterior draws gave, and how well its emulator did."""
    values = found.predicted[:, column]
    values = values[np.isfinite(values)]
    mean, low, high = (np.nan,) * 3
    if values.size:
        mean = from_scale(target.scale, float(values.mean()))
        low, high = (from_scale(target.scale, float(v)) for v in np.quantile(values, (0.05, 0.95)))
    row: dict[str, Any] = {
        "id": target.id,
        "statistic": target.statistic,
        "value": target.value,
        "range": [target.low, target.high],
        "model": _number(mean),
        "model_90": [_number(low), _number(high)],
        "inside": bool(target.low <= mean <= target.high),
        "chance_sd": _number(float(np.sqrt(found.chance[column]))),
        "allowed_sd": _number(float(np.sqrt(target.variance))),
    }
    kept = [one.id for one in found.emulators.targets]
    if target.id in kept:
        emulator = found.emulators.emulators[kept.index(target.id)]
        row["emulator"] = {
            "explained": _number(emulator.check.explained),
            "largest_error": _number(emulator.check.largest),
            "error_spread": _number(emulator.check.spread),
            "run_sd": _number(float(np.sqrt(emulator.noise))),
            "curved": [found.space.names[i] for i in emulator.active],
            "gaussian_process": emulator.residual is not None,
        }
    return row


def lived_lives(targets: Sequence[Target], runs: Sequence[Mapping[str, float]], years: int) -> dict[str, Any]:
    """Return the statistics of long runs, in which those who are young were born or grew up.

    Careers and what parents pass on come from the synthetic history in a short run; here they have been lived.
    """
    values = on_scales(targets, runs)
    rows = []
    for column, target in enumerate(targets):
        known = values[np.isfinite(values[:, column]), column]
        mean = from_scale(target.scale, float(known.mean())) if known.size else np.nan
        inside = bool(target.low <= mean <= target.high)
        rows.append({"id": target.id, "value": target.value, "model": _number(mean), "inside": inside})
    return {"runs": len(runs), "years": years, "targets": rows}


def _number(value: float) -> float | None:
    return float(f"{value:.4g}") if np.isfinite(value) else None


def in_words(fit: dict[str, Any]) -> str:
    """Return the findings of a fit as Markdown."""
    parts = [_how(fit), _targets_table(fit), _unmet_words(fit), _directions_table(fit), _together_words(fit)]
    parts.append(_lived_words(fit["lived_lives"]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _how(fit: dict[str, Any]) -> str:
    size = fit["settings"]["size"]
    shares = ", ".join(f"{wave['plausible_all_but_one']:.2%}" for wave in fit["waves"])
    return (
        f"{fit['runs']} runs of {size['communities']} LSOAs, each another sample, {size['burn_in_years']} years of "
        f"burn-in and {size['years']} observed; {fit['seconds_per_run']} s of computing a run, "
        f"{fit['minutes']} minutes in all. Share of the cube within three standard deviations of every target "
        f"but the worst: {shares} after each wave. Of {fit['draws']} draws, those "
        f"chosen before the last runs are worth {fit['effective_draws']:.0f} after them."
    )


def _targets_table(fit: dict[str, Any]) -> str:
    lines = ["| target | statistic | wanted (range) | fitted model (90% of runs) | |", "|---|---|---|---|---|"]
    for row in fit["targets"]:
        low, high = row["model_90"]
        verdict = "inside" if row["inside"] else "**outside**"
        model = "none" if row["model"] is None else f"{row['model']:.3g} ({low:.3g} to {high:.3g})"
        lines.append(
            f"| {row['id']} | {row['statistic'].replace('_', ' ')} | {row['value']:.3g} "
            f"({row['range'][0]:.3g} to {row['range'][1]:.3g}) | {model} | {verdict} |"
        )
    return "\n".join(lines)


def _unmet_words(fit: dict[str, Any]) -> str:
    lines = [f"- {name}: {why}." for name, why in (fit["unmet"] | fit["not_emulated"]).items()]
    if not lines:
        return "Every target is met within three standard deviations."
    return "\n".join(["The model cannot fit these together with the rest:", "", *lines])


def _directions_table(fit: dict[str, Any]) -> str:
    lines = ["| direction | parameters | at the centre | overlap with prior | |", "|---|---|---|---|---|"]
    for row in fit["directions"]:
        centre = ", ".join(f"{value:.3g}" for value in row["centre"])
        moves = ", ".join(f"`{name}`" for name in row["moves"])
        lines.append(
            f"| {row['name'].replace('_', ' ')} | {moves} | {centre} | {row['overlap']:.2f} | {row['verdict']} |"
        )
    left = [one["name"].replace("_", " ") for one in fit["screening"] if not one["kept"]]
    after = f"\n\nLeft at their starting values, since no target feels them: {', '.join(left)}." if left else ""
    return "\n".join(lines) + after


def _together_words(fit: dict[str, Any]) -> str:
    pairs = [f"{a} and {b} ({r:+.2f})".replace("_", " ") for a, b, r in fit["bound_together"]]
    return f"Known only together (posterior correlation): {'; '.join(pairs)}." if pairs else ""


def _lived_words(lived: dict[str, Any]) -> str:
    """Say which targets leave their range once lives have been lived in the model."""
    if not lived["runs"]:
        return ""
    outside = [row for row in lived["targets"] if not row["inside"] and row["model"] is not None]
    listed = "; ".join(f"{row['id']} {row['model']:.3g} (wanted {row['value']:.3g})" for row in outside)
    return (
        f"After {lived['years']} years, when the young have lived all their lives in the model "
        f"({lived['runs']} runs at posterior draws), {len(lived['targets']) - len(outside)} of "
        f"{len(lived['targets'])} targets are inside their range" + (f". Outside: {listed}." if outside else ".")
    )
