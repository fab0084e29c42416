"""Charts are made of figures of the ledger, on one axis, and can be read without colour, script or pointer."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from scripts.facts.load import Data
from scripts.pages.charts import Axis
from tests.support import Visit, append, complaints, page, pages_of

MOST_BYTES = 6_000
CHART = """- id: new-chart
  title: A finding
  axis: Time
  unit: {unit}
  scale: {scale}
  note: A note.
  groups:
    - title: A group
      rows:
        - {{claim: {claim}, label: A label}}
"""


@pytest.fixture(scope="module")
def drawn(web: Path) -> list[Tag]:
    """Every chart of the site."""
    found = []
    for address in pages_of(web):
        path = web / address
        text = (path / "index.html" if path.is_dir() else path).read_text(encoding="utf-8")
        if 'class="diagram chart' in text:
            found += BeautifulSoup(text, "html.parser").select("figure.chart")
    return found


def test_every_chart_is_on_a_page(drawn: list[Tag], data: Data) -> None:
    assert {str(figure["id"]) for figure in drawn} >= {f"chart-{key}" for key in data.charts}


def test_a_chart_names_itself_says_its_figures_and_is_light(drawn: list[Tag]) -> None:
    for figure in drawn:
        picture = figure.select_one(".chart__picture")
        assert picture is not None
        assert picture.get("aria-labelledby") or picture.get("aria-label")
        assert not figure.select(".chart__row .chart__row, .chart__row a"), f"{figure['id']}: a link inside a row"
        assert not figure.select("[style], style"), "a strict policy forbids inline styles"
        assert not re.search(r'(fill|stroke)="#', str(figure)), "colours come from the style sheet"
        drawing = BeautifulSoup(str(figure), "html.parser")
        for table in drawing.select("details"):
            table.decompose()
        size = len(gzip.compress(str(drawing).encode(), 9))
        assert size <= MOST_BYTES, f"{figure['id']}: {size:,} bytes"


def test_marks_differ_in_form_and_say_who_measured(drawn: list[Tag]) -> None:
    forms = {"container": "rect", "vm": "path", "both": "circle"}
    for figure in drawn:
        for mark in figure.select(".mark"):
            classes = mark["class"]
            side = next(name for name in forms if f"mark--{name}" in classes)
            # Of many, each is a use of one that is drawn once.
            drawn_once = figure.find(id=str(mark["href"]).lstrip("#")) if mark.name == "use" else None
            assert mark.select_one(forms[side]) or drawn_once.name == forms[side], f"{figure['id']}: {classes}"
            assert ("mark--measured" in classes) != ("mark--cited" in classes)


def test_each_figure_stands_beside_its_mark_and_in_the_table_with_its_conditions(web: Path, data: Data) -> None:
    article = page(web, "reference/measurements/")
    for chart in (data.charts[key] for key in ("startup", "memory", "io")):
        figure = article.find(id=f"chart-{chart.id}")
        assert isinstance(figure, Tag)
        rows = [mark for group in chart.groups for mark in group.rows]
        assert len(figure.select(".chart__row:not(.chart__row--axis)")) == len(rows)
        text = " ".join(figure.text.split())
        for row in rows:
            claim = data.claims[row.claim]
            assert row.label in text
            assert " ".join(claim.conditions.split()) in text
            assert figure.select_one(f'a[href$="#{row.claim}"]')


def test_inside_a_group_marks_are_sorted(web: Path) -> None:
    figure = page(web, "reference/measurements/").find(id="chart-startup")
    assert isinstance(figure, Tag)
    groups: list[list[float]] = []
    for part in figure.select(".chart__group, .chart__row svg.mark:first-of-type"):
        if part.name == "p":
            groups.append([])
        else:
            groups[-1].append(float(str(part["x"]).rstrip("%")))
    assert len(groups) > 3
    assert all(group == sorted(group) for group in groups)


def test_an_axis_places_what_it_holds_between_its_ends() -> None:
    log = Axis([1, 1000], log=True)
    assert [log.place(value) for value in (1, 1000)] == ["7%", "93%"]
    linear = Axis([-45, 0.1], log=False)
    assert linear.ticks == [-60, -40, -20, 0, 20]
    assert linear.place(-20) == "50%"


@pytest.mark.parametrize(
    ("claim", "unit", "scale", "said"),
    [
        ("nothing-of-the-kind", "ms", "log", "there is no figure 'nothing-of-the-kind'"),
        ("alpine-image", "ms", "log", "is in 'MB', which does not turn into 'ms'"),
        ("felter-linpack-kvm", '"%"', "log", "is not above zero"),
        ("measured-guest-small", "MiB", "log", "was measured on an emulated machine"),
    ],
)
def test_a_figure_that_does_not_fit_a_chart_is_named_with_its_line(
    folder: Path,
    claim: str,
    unit: str,
    scale: str,
    said: str,
) -> None:
    append(folder / "charts.yml", CHART.format(claim=claim, unit=unit, scale=scale))
    found = complaints(folder)
    assert len(found) == 1, found
    assert said in found[0]
    assert re.search(r"charts\.yml:\d+: ", found[0])


@pytest.mark.parametrize("options", [{"java_script_enabled": False}, {"forced_colors": "active"}, {"dark": True}])
def test_charts_show_without_a_script_and_in_every_scheme(
    visit: Callable[..., Visit], options: dict[str, object]
) -> None:
    seen = visit("reference/measurements/", **options).page
    assert seen.locator("#chart-startup .mark").first.is_visible()
    mark = "() => getComputedStyle(document.querySelector('#chart-startup .chart__row .mark')).stroke"
    assert seen.evaluate(mark) != "none"
