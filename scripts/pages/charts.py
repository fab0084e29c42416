"""Draws measurements as SVG that goes into the page: medians with their intervals, in the colours of the page's scheme.

matplotlib takes colours, not CSS variables. As with the diagrams, each variable has a *sentinel* colour, which is
turned back into ``var(--…)`` afterwards; a colour that is no sentinel fails the build. Style attributes, which the
strict policy forbids, become attributes of SVG. Drawn once: the drawing is kept under the digest of what it shows.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any
from xml.etree import ElementTree as ET

from scripts.files import write_text
from scripts.measure.report import figure
from scripts.measure.result import EMULATED
from scripts.paths import BUILD

CACHE = BUILD / "charts"
# Raise when the drawing changes for the same data.
CHART_VERSION = 1
# Narrow enough for a phone without scrolling.
WIDTH_PX, ROW_PX, FRAME_PX, GAP_PX = 420, 27, 50, 30
LABELS_PX, VALUES_PX = 116, 74
POINTS_PER_INCH = 72
SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"

ROLES = ("ink", "muted", "rule", "container", "vm", "between", "hardware", "risk")
SENTINELS = {f"#010b{index + 1:02x}": f"var(--{role})" for index, role in enumerate(ROLES)}
# Group -> colour and shape: never by colour alone.
MARKS = {
    "process": ("hardware", "o"),
    "namespace": ("container", "D"),
    "container": ("container", "s"),
    "sandbox": ("between", "P"),
    "vm": ("vm", "^"),
    "emulated": ("risk", "X"),
    "artefact": ("ink", "o"),
}


@dataclass(frozen=True)
class Point:
    """A row of a chart: a label, its group, the median and the bounds of its interval."""

    label: str
    group: str
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Chart:
    """What a chart shows. ``name`` is unique on its page; title and description are read out."""

    name: str
    title: str
    description: str
    axis: str
    unit: str
    points: tuple[Point, ...]

    @property
    def digest(self) -> str:
        """Identifies the drawing: the data, this module and the library."""
        parts = [asdict(self), CHART_VERSION, version("matplotlib")]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:20]


def colour(role: str) -> str:
    """The sentinel of a CSS variable."""
    return next(key for key, value in SENTINELS.items() if value == f"var(--{role})")


def svg(chart: Chart) -> str:
    """The chart as an SVG element, from the cache if it has been drawn before."""
    path = CACHE / f"{chart.digest}.svg"
    if not path.exists():
        write_text(path, finish(draw(chart), chart))
    return path.read_text(encoding="utf-8")


def draw(chart: Chart) -> str:
    """The chart as matplotlib writes it. Emulated machines get an axis of their own, below the others."""
    # Here, and not above: it takes half a second, and most builds have every drawing already.
    import matplotlib

    matplotlib.use("svg")
    from matplotlib.figure import Figure

    parts = [[p for p in chart.points if (p.group == "emulated") is emulated] for emulated in (False, True)]
    parts = [part for part in parts if part]
    heights = [len(part) * ROW_PX for part in parts]
    height = sum(heights) + FRAME_PX + (FRAME_PX + GAP_PX) * (len(parts) - 1)
    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "measurements",
        "font.size": 13,
        "font.family": "DejaVu Sans",
    }
    with matplotlib.rc_context(settings):
        picture = Figure(figsize=(WIDTH_PX / POINTS_PER_INCH, height / POINTS_PER_INCH))
        top = float(height - 14)
        for part, rows in zip(parts, heights, strict=True):
            if part[0].group == "emulated" and len(parts) > 1:
                top -= GAP_PX
            inner = (WIDTH_PX - LABELS_PX - VALUES_PX) / WIDTH_PX
            axes = picture.add_axes((LABELS_PX / WIDTH_PX, (top - rows) / height, inner, rows / height))
            _plot(axes, part, chart)
            top -= rows + FRAME_PX
        output = io.StringIO()
        picture.savefig(output, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return output.getvalue()


def _plot(axes: Any, points: list[Point], chart: Chart) -> None:
    from matplotlib.ticker import LogLocator

    emulated = points[0].group == "emulated"
    low, high = min(p.low for p in points), max(p.high for p in points)
    axes.set_xscale("log")
    # At least a factor of five, so that a short series does not look like a wide one.
    room = max(1.3, (5 / (high / low)) ** 0.5)
    axes.set_xlim(low / room, high * room)
    axes.set_ylim(len(points) - 0.5, -0.5)
    axes.set_yticks(range(len(points)), [p.label.removesuffix(f", {EMULATED}") for p in points])
    for row, point in enumerate(points):
        role, shape = MARKS[point.group]
        axes.hlines(row, point.low, point.high, color=colour(role), linewidth=2.2)
        axes.plot([point.median], [row], shape, color=colour(role), markersize=7, clip_on=False)
        axes.annotate(
            figure(point.median, chart.unit), (1, row), (8, 0), ("axes fraction", "data"), "offset points",
            va="center_baseline", color=colour("ink"), annotation_clip=False,
        )  # fmt: skip
    axes.grid(axis="x", color=colour("rule"), linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=colour("muted"), labelcolor=colour("ink"), which="both", length=0)
    # A narrow range needs more than the powers of ten.
    axes.xaxis.set_major_locator(LogLocator(subs=(1,) if high / low > 30 else (1, 2, 5)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(lambda value, _: "")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel(chart.axis, color=colour("muted"))
    if emulated:
        axes.set_title(EMULATED.capitalize(), color=colour("risk"), loc="left", fontsize=13, pad=8)


def finish(text: str, chart: Chart) -> str:
    """matplotlib's SVG as one that may stand in a page: named, without styles, ids or fixed colours."""
    root = ET.fromstring(text)  # noqa: S314 (matplotlib wrote it a moment ago)
    _strip(root)
    used = {str(e.get(XLINK, "")).lstrip("#") for e in root.iter() if e.get(XLINK)}
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        name = element.attrib.pop("id", "")
        if name in used:
            element.set("id", f"{chart.name}-{name}")
        target = element.attrib.pop(XLINK, None)
        if target:
            element.set("href", f"#{chart.name}-{target.lstrip('#')}")
        for key, value in _styles(element.attrib.pop("style", "")):
            element.set(key, value)
        for key in ("fill", "stroke"):
            if element.get(key, "none") != "none":
                element.set(key, _variable(str(element.get(key)), chart))
    width, height = (round(float(str(root.get(key)).removesuffix("pt"))) for key in ("width", "height"))
    root.attrib.clear()
    root.attrib |= {
        "xmlns": SVG, "viewBox": f"0 0 {width} {height}", "width": str(width), "height": str(height), "role": "img",
        "aria-labelledby": f"{chart.name}-title {chart.name}-desc", "stroke-linejoin": "round",
    }  # fmt: skip
    for position, (tag, words) in enumerate((("title", chart.title), ("desc", chart.description))):
        element = ET.Element(tag, {"id": f"{chart.name}-{tag}"})
        element.text = words
        root.insert(position, element)
    return re.sub(r">\s+<", "><", ET.tostring(root, encoding="unicode")).strip()


def _strip(element: ET.Element) -> None:
    """Remove metadata, the style sheet and clipping; nothing here reaches beyond its axes."""
    for child in list(element):
        if child.tag.removeprefix(f"{{{SVG}}}") in {"metadata", "style", "clipPath"}:
            element.remove(child)
        else:
            _strip(child)
            if child.tag == f"{{{SVG}}}g" and not len(child):
                element.remove(child)
    element.attrib.pop("clip-path", None)


def _styles(style: str) -> list[tuple[str, str]]:
    """The declarations of a style attribute, as attributes; the font itself is the page's."""
    pairs = [part.partition(":")[::2] for part in style.split(";") if part.strip()]
    found = []
    for key, value in ((key.strip(), value.strip()) for key, value in pairs):
        if key == "font":
            size = re.search(r"([\d.]+)px", value)
            found.append(("font-size", size.group(1) if size else "13"))
        elif key not in {"stroke-linejoin", "stroke-linecap", "font-family", "font-style", "font-weight"}:
            found.append((key, value))
    return found


def _variable(value: str, chart: Chart) -> str:
    if value not in SENTINELS:
        raise ValueError(
            f"chart '{chart.name}': the colour {value} is fixed; give it a role in scripts/pages/charts.py"
        )
    return SENTINELS[value]
