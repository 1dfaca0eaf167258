"""Statistics of a simulated world, each a function of an observation; targets name them."""

from calibration.statistics import careers, lives, places, records, victims
from calibration.statistics.registry import STATISTICS, statistic

__all__ = ["STATISTICS", "careers", "lives", "places", "records", "statistic", "victims"]
