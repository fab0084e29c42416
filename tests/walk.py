"""One walk through the pages of the web edition, for all the tests that look at every page as a browser shows it.

Each page is loaded twice, with JavaScript and without; what is found is kept, and each test judges its part of it.
What depends on text is asked of every page. Colours depend on the style sheets, not on the width (test_styles.py), so
on a phone they are asked of one page of each kind.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from scripts.diagrams.theme import MIN_TEXT_PX
from tests.looks import BUTTONS, CONTRAST, CUT, PAPER_WIDTH, PICTURES
from tests.support import Visit, arrived, file_of, pages_of

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The rules that look at colours; nothing else differs from scheme to scheme.
COLOURS = ["color-contrast", "link-in-text-block"]
# The rules that look at where things stand.
PLACES = ["target-size", "scrollable-region-focusable"]
RUN = """async ([tags, only, without, within]) => {
  const result = await axe.run(within ?? document, {
    runOnly: only.length ? {type: "rule", values: only} : {type: "tag", values: tags},
    rules: Object.fromEntries(without.map((rule) => [rule, {enabled: false}])),
    resultTypes: ["violations"],
  });
  return result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} (${v.help})`));
}"""
SCHEMES = ("light", "dark")
# A wide screen, a phone, the narrowest screen that WCAG names, and a 1280 px screen at 200 % zoom.
WIDE, PHONE, NARROWEST, ZOOMED = 1280, 390, 320, 640
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
    # Words in pictures that cannot be read in some scheme; pictures that do not fit a phone.
    poor_contrast: list[str]
    cut_pictures: list[str]
    # What A4 would cut off, and how much there is on it that only a screen can use.
    cut_on_paper: list[str]
    buttons_on_paper: int


def representatives(edition: Path, each: int = 1) -> set[str]:
    """Some pages of each kind: pages are of a kind when they load the same style sheets and scripts."""
    kinds: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for address in pages_of(edition):
        text = file_of(edition, address).read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:link[^>]*rel="stylesheet"[^>]*href|script[^>]*src)="([^"]+)"', text)
        kinds[tuple(name.rpartition("/")[2] for name in loaded)].append(address)
    return {address for pages in kinds.values() for address in pages[:: max(1, len(pages) // each)][:each]}


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


def violations(
    page: Page, within: str | None = None, *, only: list[str] | None = None, without: list[str] | None = None
) -> list[str]:
    """What axe finds on the page as it stands, or in the part that a selector names; by some rules, or all but some."""
    return list(page.evaluate(RUN, [TAGS, only or [], without or [], within]))


def resize(page: Page, width: int) -> None:
    """Change the width, and wait until the page has answered to it: its script marks what scrolls."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


# What is written, and what the style sheet writes before a cell where its column has no head.
TEXT = """() => {
  const article = document.querySelector("article");
  const labelled = [...article.querySelectorAll("[data-label]")]
    .filter((cell) => cell.checkVisibility() && getComputedStyle(cell, "::before").content !== "none");
  return [article.innerText, ...labelled.map((cell) => cell.dataset.label)].join(" ");
}"""


def words(seen: Visit) -> set[str]:
    """The words that a reader can see in the article."""
    # Tools that only a script can offer are put by it into elements marked so.
    seen.page.evaluate("() => document.querySelectorAll('[data-interactive]').forEach((e) => e.remove())")
    text = str(seen.page.evaluate(TEXT))
    return set(SIGNS.sub(" ", text).split())


def open_all(seen: Visit) -> None:
    """Open what is folded."""
    seen.page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")


def walk(visit: Callable[..., Visit], home: str, addresses: list[str], of_each_kind: set[str]) -> Iterator[Walked]:
    """Walk through ``addresses`` of the edition at ``home``."""
    # Without motion, so that no colour is measured half-way from one scheme to the other.
    with_script = visit("", reduced_motion="reduce")
    without = visit("", java_script_enabled=False, dark=True)
    page = with_script.page
    for address in addresses:
        with_script.requests.clear()
        with_script.errors.clear()
        page.goto(home + address)
        arrived(page)
        load_axe(with_script)
        lay_out(with_script)
        found, poor = list[str](), list[str]()
        for scheme in SCHEMES:
            show(with_script, scheme)
            rules = COLOURS if scheme == "dark" else None
            found += [f"{scheme}, {WIDE} px: {line}" for line in violations(page, only=rules)]
            poor += [f"{scheme}: {line}" for line in page.evaluate(CONTRAST)]
        too_wide = overflow(with_script, ZOOMED)
        too_wide += overflow(with_script, PHONE)
        for scheme in SCHEMES:
            show(with_script, scheme)
            poor += [f"{scheme}, {PHONE} px: {line}" for line in page.evaluate(CONTRAST)]
            if address in of_each_kind:
                found += [f"{scheme}, {PHONE} px: {line}" for line in violations(page, only=COLOURS)]
        # A phone changes where things stand; what they are, it changes in the frame and for pictures drawn anew.
        as_wide = address not in of_each_kind and not page.locator(".diagram__drawing--phone").count()
        rules = {"only": PLACES} if as_wide else {"without": COLOURS}
        found += [f"{PHONE} px: {line}" for line in violations(page, **rules)]
        cut_pictures = [f"at {PHONE} px, {line}" for line in page.evaluate(PICTURES, MIN_TEXT_PX)]
        too_wide += overflow(with_script, NARROWEST)
        cut_pictures += [f"at {NARROWEST} px, {line}" for line in page.evaluate(PICTURES, MIN_TEXT_PX)]
        show(with_script, "light", media="print")
        resize(page, PAPER_WIDTH)
        cut_on_paper, buttons = page.evaluate(CUT, PAPER_WIDTH), page.evaluate(BUTTONS)
        poor += [f"print: {line}" for line in page.evaluate(CONTRAST)]
        show(with_script, "light")
        resize(page, WIDE)
        without.page.emulate_media(media="print")
        without.page.goto(home + address)
        # The printer gets everything without anything being opened by hand.
        printed = words(without)
        without.page.emulate_media(media="screen")
        lay_out(without)
        drawings = "figure.diagram :is(svg, .slab)"
        count = without.page.locator(drawings).count(), page.locator(drawings).count()
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
            poor_contrast=poor,
            cut_pictures=cut_pictures,
            cut_on_paper=cut_on_paper,
            buttons_on_paper=buttons,
        )


def show(seen: Visit, scheme: str, media: str = "screen") -> None:
    """Show the page in a scheme, on a screen or on paper."""
    seen.page.emulate_media(color_scheme=scheme, media=media)  # type: ignore[arg-type]


def overflow(seen: Visit, width: int) -> list[str]:
    """How far the page scrolls sideways at ``width``; empty if it does not."""
    resize(seen.page, width)
    extra = seen.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{extra} px too wide at {width} px"] if extra > 0 else []
