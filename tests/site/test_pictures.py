"""Every picture can be read on a phone: as wide as its column at most, nothing cut, no text too small."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.diagrams.theme import MIN_TEXT_PX
from tests.support import Visit, pages_of, source_of

# What is wrong with the pictures of a page: wider than the column, words cut or outside of their box, small text.
CUT = """(smallest) => {
  const found = [], column = document.querySelector("article").getBoundingClientRect();
  for (const figure of document.querySelectorAll("figure")) {
    const report = (what) => found.push(`${figure.id}: ${what}`);
    const room = figure.getBoundingClientRect();
    for (const part of figure.querySelectorAll(".diagram__slabs *, .diagram__drawing, svg, svg *")) {
      const box = part.getBoundingClientRect();
      if (!box.width || part.closest("details:not([open])")) continue;
      if (box.left < column.left - 1 || box.right > column.right + 1) report(`<${part.localName}> leaves the column`);
      if (part.scrollWidth > part.clientWidth + 1 && part.matches("div, p")) {
        report(`"${part.textContent.trim().slice(0, 30)}" is wider than its box`);
      }
      if (part.matches("svg text")) {
        const scale = part.getScreenCTM().a, size = parseFloat(getComputedStyle(part).fontSize) * scale;
        if (size < smallest - 0.05) report(`"${part.textContent}" has ${size.toFixed(1)} px`);
      }
      if (part.matches(".slab, .nest__title") && parseFloat(getComputedStyle(part).fontSize) < smallest) {
        report(`"${part.textContent}" has ${getComputedStyle(part).fontSize}`);
      }
    }
    if (room.right > column.right + 1) report("is wider than the column");
  }
  return [...new Set(found)];
}"""
WIDTHS = (390, 320)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_picture_can_be_read_on_a_phone(
    visit: Callable[..., Visit], web: Path, base_url: str, width: int
) -> None:
    seen = visit("", width=width)
    pictures, cut = 0, []
    for address in pages_of(web):
        path = web / address
        page = path / "index.html" if path.is_dir() else path
        if "<figure" in page.read_text(encoding="utf-8"):
            seen.page.goto(base_url + address)
            pictures += seen.page.locator("figure.diagram").count()
            cut += [f"{source_of(address)}, {line}" for line in seen.page.evaluate(CUT, MIN_TEXT_PX)]
    assert pictures >= 11
    assert cut == []


def test_a_picture_that_is_too_wide_would_be_noticed(visit: Callable[..., Visit]) -> None:
    """The test above can fail: for a drawing made for a wide screen, for a long word, and for small text."""
    page = visit("overview/architecture-comparison/", width=390).page
    drawing = "() => document.querySelector('.diagram__drawing--{}').style.{}"
    broken = {
        drawing.format("wide", "display = 'block'"): "px",
        drawing.format("phone", "width = '500px'"): "leaves",
    }
    assert page.evaluate(CUT, MIN_TEXT_PX) == []
    for change, sign in broken.items():
        page.reload()
        page.evaluate(change)
        assert any(sign in line for line in page.evaluate(CUT, MIN_TEXT_PX)), change
    slabs = visit("overview/architecture/", width=390).page
    slabs.evaluate("() => { document.querySelector('.slab').style.whiteSpace = 'nowrap'; }")
    slabs.evaluate("() => { document.querySelector('.slab').textContent = 'word '.repeat(40); }")
    assert any("wider than its box" in line for line in slabs.evaluate(CUT, MIN_TEXT_PX))
