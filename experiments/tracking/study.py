"""Score an archived forecast against what was observed."""

from __future__ import annotations

from pathlib import Path

from experiments.small_numbers import RULE
from experiments.tracking.conclusions import conclusions, verdict_of
from experiments.tracking.counts import TRACKED, Counts
from experiments.tracking.forecast import Forecast
from experiments.tracking.recording import check_recording
from experiments.tracking.result import TrackResult
from experiments.tracking.scoring import Held, hold, outcome_score
from sim.core.errors import InputError, Problem

MONTHS_ARE_SMALL = "Months with a count of one to four are withheld, and left out of charts. "


def score(forecast: Forecast, observed: Counts, recording_shift: float | None = None) -> TrackResult:
    """Hold observed counts against a forecast.

    Parameters
    ----------
    forecast
        As read from its archive.
    observed
        Counts of the place, and of communities where they are given.
    recording_shift
        Factor by which recording is known to have moved recorded counts; 1 declares that it did not change.

    Raises
    ------
    InputError
        When no month of the forecast was observed.
    """
    if recording_shift is not None and not recording_shift > 0:
        message = f"{recording_shift:g} is not a factor above 0."
        raise InputError(Problem("", 0, 0, "--recording-shift", message, "Write 1.1 for a tenth more recorded."))
    held = {name: found for name in TRACKED if (found := hold(forecast, observed, name)) is not None}
    if not held:
        message = f"No count of the place is of {forecast.months[0]} to {forecast.months[-1]}, the months forecast."
        raise InputError(Problem("", 0, 0, "OBSERVED", message, "Give counts of months after the decision date."))
    recording = check_recording(forecast, observed, recording_shift)
    outcomes = {
        name: outcome_score(each, observed, *verdict_of(each, observed, recording)) for name, each in held.items()
    }
    months = sorted({month for each in held.values() for month in each.months})
    early = [month for month in months if month < forecast.archived_utc[:7]]
    return TrackResult(
        place=forecast.place.name,
        population=forecast.place.population,
        forecast_sha256=forecast.sha256,
        archived_utc=forecast.archived_utc,
        decision_date=forecast.decision_date,
        worlds=forecast.worlds,
        first_month=months[0],
        last_month=months[-1],
        months_before_archiving=len(early),
        recording=recording,
        outcomes=outcomes,
        words=conclusions(forecast, outcomes, recording),
        warnings=_warnings(forecast, observed, held, len(early)),
        small_numbers=MONTHS_ARE_SMALL + RULE,
    )


def _warnings(forecast: Forecast, observed: Counts, held: dict[str, Held], early: int) -> list[str]:
    found = []
    if early:
        found.append(
            f"{early} of the months observed were over when the forecast was archived: for them this is a check of the "
            "model, not a score of a forecast."
        )
    outside = sorted({month for name in held for month in observed.months(name)} - set(forecast.months))
    if outside:
        found.append(f"{len(outside)} months observed are not of the forecast and are not scored.")
    return [*found, *observed.notes, *forecast.warnings]


def score_files(
    path: Path, observed: list[Path], published: str | None = None, recording_shift: float | None = None
) -> tuple[Forecast, TrackResult]:
    """Read an archived forecast and observed counts, and score."""
    from experiments.tracking.counts import read_counts
    from experiments.tracking.forecast import read_forecast

    forecast = read_forecast(path, published)
    return forecast, score(forecast, read_counts(observed, forecast.place.communities), recording_shift)
