"""Paper shows whole lines: nothing is cut off at the edge of A4, nothing that only a screen can use is printed."""

from __future__ import annotations

import re
from collections.abc import Callable

from scripts.facts.load import Data
from scripts.paths import DOCS
from tests.looks import BUTTONS, CUT, PAPER_WIDTH
from tests.support import Visit, source_of
from tests.walk import Walked


def test_nothing_is_cut_off_on_paper(walked: list[Walked]) -> None:
    assert [f"{source_of(page.address)}: {line}" for page in walked for line in page.cut_on_paper] == []
    assert [source_of(page.address) for page in walked if page.buttons_on_paper] == [], "a button is printed"


def test_what_paper_would_cut_off_is_noticed(visit: Callable[..., Visit]) -> None:
    page = visit("overview/summary/", width=PAPER_WIDTH).page
    page.emulate_media(media="print")
    assert page.evaluate(CUT, PAPER_WIDTH) == []
    page.evaluate("() => { document.querySelector('article p').style.minWidth = '900px'; }")
    assert any("ends at" in line for line in page.evaluate(CUT, PAPER_WIDTH))
    page.evaluate("() => { document.querySelector('article').append(document.createElement('button')); }")
    page.evaluate("() => { document.querySelector('article > button').style.display = 'block'; }")
    assert page.evaluate(BUTTONS) == 1


def test_the_comparison_prints_every_column_whatever_is_chosen(visit: Callable[..., Visit], data: Data) -> None:
    page = visit("reference/comparison/?show=container,virtual-machine", width=PAPER_WIDTH).page
    page.emulate_media(media="print")
    shown = page.evaluate("""() => [...document.querySelectorAll(".comparison tbody tr")].map(
      (row) => [...row.cells].filter((cell) => cell.matches("td") && cell.checkVisibility()).length)""")
    assert len(shown) == len(data.dimensions)
    assert set(shown) == {len(data.technologies)}


def test_an_explainer_is_one_sheet(visit: Callable[..., Visit], base_url: str) -> None:
    page = visit("").page
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "12mm")
    sheets = {}
    for source in sorted((DOCS / "explainers").glob("*.md")):
        page.goto(f"{base_url}explainers/{source.stem}/")
        printed = page.pdf(format="A4", margin=margin)  # type: ignore[arg-type]
        sheets[source.name] = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert len(sheets) == 5
    assert set(sheets.values()) == {1}, sheets


# How much of a sheet its parts fill, from its first line to its last.
FILLED = """() => {
  const sheet = document.querySelector("article"), parts = [...sheet.children].map((part) => part.offsetHeight);
  return parts.reduce((sum, high) => sum + high, 0) / sheet.offsetHeight;
}"""
# The height of A4 without its margins, in CSS pixels.
PAPER_HEIGHT = 1031


def test_an_explainer_fills_its_sheet(visit: Callable[..., Visit]) -> None:
    """It hangs on a wall: the drawing and the letters are as large as one sheet allows."""
    for source in sorted((DOCS / "explainers").glob("*.md")):
        page = visit(f"explainers/{source.stem}/", width=PAPER_WIDTH).page
        page.emulate_media(media="print")
        high = page.evaluate("() => document.querySelector('article').offsetHeight")
        assert 0.96 * PAPER_HEIGHT <= high <= PAPER_HEIGHT, source.stem
        assert page.evaluate(FILLED) >= 0.88, source.stem


def test_notes_in_the_margin_of_a_screen_make_no_page_smaller_on_paper(visit: Callable[..., Visit]) -> None:
    """A printer scales a page down until its widest part fits."""
    page = visit("overview/key-differences/", width=1280).page
    page.locator(".beside").wait_for(state="attached")
    page.emulate_media(media="print")
    places = "(all) => [...new Set(all.map((note) => getComputedStyle(note).position))]"
    assert page.locator(".footnote > ol > li").evaluate_all(places) == ["static"]


def test_no_title_of_a_chart_and_no_strip_of_evidence_is_parted_by_the_end_of_a_sheet(
    visit: Callable[..., Visit],
) -> None:
    for address, part in {"overview/key-differences/": ".chart__title", "": ".evidence ul"}.items():
        page = visit(address, width=PAPER_WIDTH).page
        page.emulate_media(media="print")
        breaks = page.locator(part).evaluate_all(
            "(all) => [...new Set(all.map((e) => getComputedStyle(e).breakInside))]"
        )
        assert breaks == ["avoid"], part
