"""Median, spread and a bootstrap interval. Small on purpose, so that a reader can check every published figure."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

RESAMPLES = 2000
SEED = 20261124
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Summary:
    """What is published of a series: its size, middle, spread, and how sure the middle is.

    ``low`` and ``high`` bound the median: a 95 % percentile bootstrap interval. All in the unit of the values.
    """

    n: int
    median: float
    low: float
    high: float
    q1: float
    q3: float
    minimum: float
    maximum: float


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of ``values`` lie, interpolated between neighbours.

    Raises ``ValueError`` for no values, a share outside 0 to 1, or a value that is not finite.
    """
    if not values:
        raise ValueError("there are no values")
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, not at {share}")
    if not all(math.isfinite(value) for value in values):
        raise ValueError("a value is not finite")
    ordered = sorted(values)
    position = (len(ordered) - 1) * share
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def median(values: Sequence[float]) -> float:
    """The middle of ``values``; of an even number of them, the mean of the middle two."""
    return quantile(values, 0.5)


def interval(values: Sequence[float], *, resamples: int = RESAMPLES, seed: int = SEED) -> tuple[float, float]:
    """A 95 % interval for the median: the percentile bootstrap, with a fixed seed so that it can be recomputed."""
    chance = random.Random(seed)  # noqa: S311 (statistics, no secrets)
    medians = [median(chance.choices(values, k=len(values))) for _ in range(resamples)]
    tail = (1 - CONFIDENCE) / 2
    return quantile(medians, tail), quantile(medians, 1 - tail)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the least-squares line through ``points`` (x, y). Raises ``ValueError`` if x does not vary."""
    if len({x for x, _ in points}) < 2:
        raise ValueError("a slope needs two different x")
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def summarise(values: Sequence[float]) -> Summary:
    """The summary that is published of ``values``, to six significant digits."""
    low, high = interval(values) if len(values) > 1 else (values[0], values[0])
    figures = (median(values), low, high, quantile(values, 0.25), quantile(values, 0.75), min(values), max(values))
    return Summary(len(values), *(_short(figure) for figure in figures))


def _short(value: float) -> float:
    return float(f"{value:.6g}")
