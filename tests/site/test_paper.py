"""Paper shows whole lines: nothing is cut off at the edge of A4, nothing that only a screen can use is printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from scripts.paths import DOCS
from tests.support import Visit, pages_of, source_of

# A4 without the margins of 12 mm, in CSS pixels.
WIDTH = 703
CUT = """(width) => {
  const cut = [];
  for (const element of document.querySelectorAll("article *")) {
    if (element.closest("svg") || !element.checkVisibility()) continue;
    const box = element.getBoundingClientRect();
    if (!box.width || element.matches(".headerlink, [data-interactive], [data-interactive] *")) continue;
    const style = getComputedStyle(element);
    if (style.position === "absolute" && style.clipPath !== "none") continue;
    const name = `${element.localName}.${element.className}`.slice(0, 50);
    if (box.right > width + 1) cut.push(`${name} ends at ${Math.round(box.right)}`);
    if (["auto", "scroll", "hidden"].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
      cut.push(`${name} scrolls`);
  }
  return cut.slice(0, 3);
}"""
BUTTONS = (
    "() => [...document.querySelectorAll('button, .bar, .find, summary.x')].filter((e) => e.checkVisibility()).length"
)


def test_nothing_is_cut_off_on_paper(visit: Callable[..., Visit], web: Path, base_url: str) -> None:
    seen = visit("", width=WIDTH)
    seen.page.emulate_media(media="print")
    cut, buttons = [], []
    for address in pages_of(web):
        seen.page.goto(base_url + address)
        cut += [f"{source_of(address)}: {line}" for line in seen.page.evaluate(CUT, WIDTH)]
        buttons += [source_of(address)] * bool(seen.page.evaluate(BUTTONS))
    assert cut == []
    assert buttons == []


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
