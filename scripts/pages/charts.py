"""Charts of figures from the ledger: rows of text, each with a strip on which its mark stands.

A strip is an SVG without a size of its own: marks stand at per cents of its width, so a chart is as wide as its
column on every screen, and its words are text that wraps. Nothing of it depends on a script or on colour alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from scripts.facts import units
from scripts.facts.decision import Choices
from scripts.facts.load import Data
from scripts.facts.models import Chart, ChartGroup, Claim
from scripts.pages.links import Links
from scripts.pages.notes import find, unparted
from scripts.pages.render import part
from scripts.pages.text import SIDES, capital

# Per cents that stay free at both ends of a strip, for half a mark and half a label of the axis.
LEFT, RIGHT = 7.0, 93.0
# The most labels that an axis has room for on a phone.
MOST_TICKS = 6
# The same for a linear axis, whose ends are moved out to whole steps.
MOST_STEPS = 4
STEPS = (1, 2, 5, 10, 20, 50)
# What the guide may recommend for a workload: the mark, and what it is called beside the count.
MARKS = {"container": "container", "both": "between, or bare metal", "vm": "VM"}


class Axis:
    """Places values between the ends of a strip, on a logarithmic or a linear scale."""

    def __init__(self, values: list[float], *, log: bool) -> None:
        self._log = log
        if log:
            first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
            step = -(-(last - first) // MOST_TICKS)
            # One decade alone would be an axis without a middle.
            self.ticks = [10.0**n for n in range(first, max(last, first + 1) + 1, step)]
            self.ends = float(10**first), float(10 ** max(last, first + 1))
        else:
            low, high = min(*values, 0), max(*values, 0)
            step = next(s for s in STEPS if (high - low) / s < MOST_STEPS)
            self.ends = math.floor(low / step) * step, math.ceil(high / step) * step
            count = round((self.ends[1] - self.ends[0]) / step)
            self.ticks = [self.ends[0] + n * step for n in range(count + 1)]

    def place(self, value: float) -> str:
        """Where ``value`` stands, as per cents of the strip."""
        low, high, at = (math.log10(v) if self._log else v for v in (*self.ends, value))
        return f"{LEFT + (RIGHT - LEFT) * (at - low) / (high - low):.4g}%"


def charts(keys: Sequence[str], data: Data, links: Links) -> str:
    """Charts of charts.yml: one, or two that stand beside each other where there is room."""
    return part("charts", "charts", [_chart(key, data, links) for key in keys])


def folded_chart(key: str, title: str, data: Data, links: Links) -> str:
    """A chart below a line that opens it. Markdown that is folded by ``???`` would take its rows for text."""
    return part("charts", "folded", title, _chart(key, data, links))


def _chart(key: str, data: Data, links: Links) -> dict[str, Any]:
    """The chart ``key`` of charts.yml, with its figures and their conditions in a folded table."""
    row = find(data.charts, key, "chart", "docs/data/charts.yml")
    claims = [data.claims[mark.claim] for group in row.groups for mark in group.rows]
    axis = Axis([value for claim in claims for value in units.values(claim, row.unit)], log=row.scale == "log")
    ticks = [{"at": axis.place(tick), "label": units.shown(tick, row.unit)} for tick in axis.ticks]
    groups = [{"title": group.title, "rows": _marks(row, group, axis, data, links)} for group in row.groups]
    kinds = Counter(claim.kind for claim in claims)
    sides = [side for side in ("container", "vm", "both") if any(claim.side == side for claim in claims)]
    return {"row": row, "groups": groups, "ticks": ticks, "sides": sides, "kinds": sorted(kinds)}


def _marks(row: Chart, group: ChartGroup, axis: Axis, data: Data, links: Links) -> list[dict[str, Any]]:
    """The rows of a group, sorted by their value."""
    found = []
    for mark in group.rows:
        claim = data.claims[mark.claim]
        values = units.values(claim, row.unit)
        found.append(
            {
                "label": mark.label,
                "figure": links.figure(claim)._replace(text=unparted(_beside(claim, row.unit))),
                "claim": claim,
                "order": min(values),
                "at": [axis.place(value) for value in sorted(values)],
            }
        )
    # What is slower, larger or further from the norm stands lower.
    return sorted(found, key=lambda mark: mark["order"], reverse=row.unit in {"IOPS", "%"})


def _beside(claim: Claim, unit: str) -> str:
    """A figure as it stands beside its mark: in its own words, but without a unit that the axis has said."""
    text = claim.short or claim.text
    if unit == "%":
        return units.shown(units.values(claim, unit)[0], unit)
    return text.removesuffix(" operations per second").removesuffix(" IOPS") if unit == "IOPS" else text


def escapes_by_year(data: Data) -> str:
    """The published escapes of both sides, a mark for each in the column of its year."""
    years = sorted({int(escape.date[:4]) for escape in data.escapes.values()})
    span = range(years[0], years[-1] + 1)
    rows = []
    for side in ("container", "vm", "both"):
        count = Counter(int(escape.date[:4]) for escape in data.escapes.values() if escape.side == side)
        if count:
            most = max(count.values())
            of = {"container": "containers", "vm": "VMs", "both": "both"}[side]
            marks = [
                {"at": _column(year, span), "y": (most - n) * 14 + 8}
                for year in span for n in range(1, count[year] + 1)
            ]  # fmt: skip
            rows.append(
                {
                    "side": side,
                    "title": capital(SIDES[side]),
                    "of": of,
                    "total": sum(count.values()),
                    "height": most * 14 + 4,
                    "marks": marks,
                }
            )
    labels = [
        {"at": _column(year, span), "label": f"{year % 100:02d}" if year != span[0] else str(year)} for year in span
    ]
    return part("charts", "years", rows, labels, f"{span[0]} to {span[-1]}")


def _column(year: int, span: range) -> str:
    return f"{LEFT + (RIGHT - LEFT) * (year - span[0]) / max(len(span) - 1, 1):.4g}%"


def workloads_by_side(choices: Choices) -> str:
    """What the guide recommends for each workload of workloads.yml: a mark for each, a row for each of their groups."""
    counts = {group.id: Counter[str]() for group in choices.workloads.groups}
    for workload in choices.workloads.workloads:
        counts[workload.group][_kind(choices.names[workload.recommendation].side)] += 1
    most = max(count.total() for count in counts.values())
    rows = []
    for group in choices.workloads.groups:
        count = counts[group.id]
        marks = [side for side in MARKS for _ in range(count[side])]
        said = [f"{count[side]} {name}" for side, name in MARKS.items() if count[side]]
        rows.append(
            {
                "title": group.title,
                "marks": [{"side": side, "at": f"{4 + 92 * n / most:.4g}%"} for n, side in enumerate(marks)],
                "said": ", ".join(said),
            }
        )
    return part("charts", "workloads", rows, sum(counts.values(), Counter()), MARKS)


def _kind(side: str) -> str:
    """The mark of a technology's side: what stands between the two and what has neither wall share one."""
    return side if side in {"container", "vm"} else "both"
