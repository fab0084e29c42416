"""Figures in one unit, so that they can stand on one axis."""

from __future__ import annotations

from scripts.facts.models import Claim

# Units that turn into each other: how many of the first of its family one of them is.
FAMILIES: tuple[dict[str, float], ...] = (
    {"ns": 1e-6, "µs": 1e-3, "ms": 1, "s": 1000},
    {"KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30},
    {"IOPS": 1, "k": 1e3, "M": 1e6},
    {"%": 1},
)
# How values of an axis are written, from the largest unit that leaves a whole number.
SHOWN = {"ms": ("s", "ms"), "IOPS": ("M", "k", "IOPS")}


def values(claim: Claim, unit: str) -> list[float]:
    """The value of a figure, or both ends of its range, in ``unit``. Raises ``ValueError`` where that cannot be."""
    numbers = claim.value if isinstance(claim.value, list) else [claim.value]
    for family in FAMILIES:
        if claim.unit in family and unit in family:
            return [number * family[claim.unit] / family[unit] for number in numbers]
    raise ValueError(f"is in '{claim.unit}', which does not turn into '{unit}'")


def shown(value: float, unit: str) -> str:
    """``value`` as it stands at an axis."""
    family = next(family for family in FAMILIES if unit in family)
    for larger in SHOWN.get(unit, ()):
        number = value * family[unit] / family[larger]
        if number >= 1:
            return f"{number:g}\u00a0{larger}"
    if unit in SHOWN:
        return f"{value:g}\u00a0{unit}"
    return f"{value:,g}".replace("-", "−") + ("\u00a0%" if unit == "%" else "")
