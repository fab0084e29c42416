"""One walk through the pages of the web edition, for all the tests that look at every page as a browser shows it.

Each page is loaded twice, with JavaScript and without; what is found is kept, and each test judges its part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.support import Visit

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async ([tags, within]) => {
  const result = await axe.run(within ?? document, {runOnly: {type: "tag", values: tags}});
  return result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} (${v.help})`));
}"""
SCHEMES = ("light", "dark")
# A wide screen and a phone; the narrowest screen that WCAG names, and a 1280 px screen at 200 % zoom.
WIDTHS, NARROW = (1280, 390), (640, 320)
# Text that is there for the screen only: the signs that link to a section.
SIGNS = re.compile(r"[¶↩]")


@dataclass(frozen=True)
class Walked:
    """What one page was like."""

    address: str
    violations: list[str]
    too_wide: list[str]
    foreign: list[str]
    errors: list[str]
    lost_without_script: list[str]
    lost_on_paper: list[str]
    drawings: tuple[int, int]


def load_axe(seen: Visit) -> None:
    """Inject axe; the strict policy lets no script of another page in, so it goes past the page."""
    seen.page.evaluate(AXE.read_text(encoding="utf-8"))


def lay_out(seen: Visit) -> None:
    """Lay out what the page keeps for later, because it is far from the screen; as if a reader had been everywhere."""
    seen.page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("* { content-visibility: visible !important; }");
      document.adoptedStyleSheets.push(sheet);
    }""")


def violations(page: Page, within: str | None = None) -> list[str]:
    """What axe finds on the page as it stands, or in the part of it that a selector names."""
    return list(page.evaluate(RUN, [TAGS, within]))


def resize(page: Page, width: int) -> None:
    """Change the width, and wait until the page has answered to it: its script marks what scrolls."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def words(seen: Visit) -> set[str]:
    """The words that a reader can see in the article."""
    # Tools that only a script can offer are put by it into elements marked so.
    seen.page.evaluate("() => document.querySelectorAll('[data-interactive]').forEach((e) => e.remove())")
    text = str(seen.page.evaluate("() => document.querySelector('article').innerText"))
    return set(SIGNS.sub(" ", text).split())


def open_all(seen: Visit) -> None:
    """Open what is folded."""
    seen.page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")


def walk(visit: Callable[..., Visit], home: str, addresses: list[str]) -> Iterator[Walked]:
    """Walk through ``addresses`` of the edition at ``home``."""
    # Without motion, so that no colour is measured half-way from one scheme to the other.
    with_script = visit("", reduced_motion="reduce")
    without = visit("", java_script_enabled=False, dark=True)
    for address in addresses:
        with_script.requests.clear()
        with_script.errors.clear()
        with_script.page.goto(home + address)
        load_axe(with_script)
        lay_out(with_script)
        found = [line for width in WIDTHS for line in in_both_schemes(with_script, width)]
        too_wide = [line for width in NARROW if (line := overflow(with_script, width))]
        resize(with_script.page, WIDTHS[0])
        without.page.emulate_media(media="print")
        without.page.goto(home + address)
        # The printer gets everything without anything being opened by hand.
        printed = words(without)
        without.page.emulate_media(media="screen")
        lay_out(without)
        drawings = "figure.diagram :is(svg, .slab)"
        count = without.page.locator(drawings).count(), with_script.page.locator(drawings).count()
        for seen in (with_script, without):
            open_all(seen)
        whole, plain = words(with_script), words(without)
        yield Walked(
            address=address,
            violations=found,
            too_wide=too_wide,
            foreign=with_script.foreign(home),
            errors=list(with_script.errors),
            lost_without_script=sorted(whole - plain),
            lost_on_paper=sorted(whole - printed),
            drawings=count,
        )


def in_both_schemes(seen: Visit, width: int) -> Iterator[str]:
    """What axe finds at ``width``, in the light and in the dark scheme."""
    resize(seen.page, width)
    for scheme in SCHEMES:
        seen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for line in violations(seen.page):
            yield f"{scheme}, {width} px: {line}"


def overflow(seen: Visit, width: int) -> str:
    """How far the page scrolls sideways at ``width``; empty if it does not."""
    resize(seen.page, width)
    extra = seen.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return f"{extra} px too wide at {width} px" if extra > 0 else ""
