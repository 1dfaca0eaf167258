"""Whether the recording of violence changed: declared, or told by recorded violence against A&E attendances."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.small_numbers import is_small
from experiments.tracking.control_chart import BEYOND, p_chart
from experiments.tracking.counts import EMERGENCY, RECORDED, Counts
from experiments.tracking.distribution import SEED
from experiments.tracking.forecast import Forecast
from experiments.tracking.result import ControlChart, RecordingCheck, Spread
from experiments.tracking.scoring import HIGH, LOW, MIDDLE, signal_lines
from experiments.wording import percent

Array = npt.NDArray[Any]

UNIT = "recorded, as a share of recorded and A&E attendances"
POINTS_THAT_TELL = 2
OTHER_SEED = SEED + 1000


def check_recording(forecast: Forecast, observed: Counts, declared: float | None) -> RecordingCheck:
    """Say whether recording changed.

    Parameters
    ----------
    declared
        Factor by which somebody who knows says that recording moved recorded counts; None where nobody says.
    """
    moved, known, words = False, False, []
    share, interval, chart = None, None, None
    months = [month for month in forecast.months if _both(observed, month)]
    if not months:
        words.append("No month has both recorded violence and A&E attendances, so the two cannot be held together.")
    elif any(forecast.outcomes[name].anchored_on != observed.sources[name] for name in (RECORDED, EMERGENCY)):
        words.append(
            "The forecast was not set on earlier counts of recorded violence and A&E attendances from the same sources,"
            " so their usual proportion is not known."
        )
    else:
        known = True
        share, interval, lasting = _share_and_forecast(forecast, observed, months)
        chart = _chart(forecast, observed, months, interval.median)
        beyond = [each.side for each in chart.signals if each.rule == BEYOND]
        apart = max((beyond.count(side) for side in set(beyond)), default=0)
        moved = lasting or apart >= POINTS_THAT_TELL
        words.append(_moved_words(share, interval, lasting, apart))
    if declared is not None:
        known = True
        words.append(
            f"It is declared that recording moved recorded counts by a factor of {declared:g}."
            if declared != 1
            else "It is declared that recording did not change."
        )
    return RecordingCheck(
        changed=moved or declared not in (None, 1.0),
        known=known,
        declared_factor=declared,
        observed_share=share,
        forecast_share=interval,
        chart=chart,
        words=words,
    )


def _both(observed: Counts, month: str) -> bool:
    return all(month in observed.place.get(name, {}) for name in (RECORDED, EMERGENCY))


def _share_and_forecast(forecast: Forecast, observed: Counts, months: list[str]) -> tuple[float, Spread, bool]:
    """Return the observed share, its forecast over all worlds, and whether no world leads one to expect it."""
    positions = np.array([forecast.months.index(month) for month in months])
    seen = {name: sum(observed.place[name][month] for month in months) for name in (RECORDED, EMERGENCY)}
    share = seen[RECORDED] / max(seen[RECORDED] + seen[EMERGENCY], 1.0)
    drawn, inside = [], False
    for world in forecast.worlds:
        # Separate luck: what the two have in common cancels in their proportion, and what is left is their own.
        recorded = forecast.expected(RECORDED, world).sample(SEED)[:, positions].sum(axis=1)
        emergency = forecast.expected(EMERGENCY, world).sample(OTHER_SEED)[:, positions].sum(axis=1)
        shares = recorded / np.maximum(recorded + emergency, 1.0)
        low, high = np.quantile(shares, (LOW, HIGH))
        inside |= bool(low <= share <= high)
        drawn.append(shares)
    low, median, high = np.quantile(np.concatenate(drawn), (LOW, MIDDLE, HIGH))
    return float(share), Spread(median=float(median), low=float(low), high=float(high)), not inside


def _chart(forecast: Forecast, observed: Counts, months: list[str], centre: float) -> ControlChart:
    pairs = {month: [observed.place[name][month] for name in (RECORDED, EMERGENCY)] for month in months}
    shown = [month for month in months if not any(is_small(count) for count in pairs[month])]
    recorded = np.array([pairs[month][0] for month in shown])
    both = np.array([sum(pairs[month]) for month in shown])
    spread = sum(
        forecast.outcomes[name].month_spread + forecast.outcomes[name].year_spread for name in (RECORDED, EMERGENCY)
    )
    wide = np.sqrt(1 + both * centre * (1 - centre) * spread)
    chart = p_chart(recorded, both, centre, wide)
    return ControlChart(
        kind="p",
        unit=UNIT,
        overdispersion=None,
        months=shown,
        values=chart.values.tolist(),
        centre=chart.centre.tolist(),
        low=chart.low.tolist(),
        high=chart.high.tolist(),
        programme={},
        signals=signal_lines(shown, chart.standardised),
    )


def _moved_words(share: float, interval: Spread, lasting: bool, apart: int) -> str:
    seen = (
        f"Of recorded violence and A&E attendances together, {percent(share, signed=False)} was recorded violence; "
        f"forecast {percent(interval.low, signed=False)} to {percent(interval.high, signed=False)}."
    )
    if lasting:
        return f"{seen} No forecast, with or without a programme, leads one to expect that: recording has moved."
    if apart >= POINTS_THAT_TELL:
        return f"{seen} In {apart} single months the share was out of its control limits: recording has moved."
    return (
        f"{seen} Nothing points to a change of recording; one of less than about "
        f"{percent(_smallest_noticed(interval), signed=False)} would often go unnoticed."
    )


def _smallest_noticed(interval: Spread) -> float:
    """Return by what share recording must rise for the usual proportion to reach the end of its forecast."""
    if not 0 < interval.median < 1 or interval.high >= 1:
        return 1.0
    return interval.high / (1 - interval.high) * (1 - interval.median) / interval.median - 1.0
