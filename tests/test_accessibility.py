"""WCAG 2.2 AA and axe's best practices on every page, in both schemes, at two widths; and the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support import Visit, pages_of, source_of

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const result = await axe.run(document, {runOnly: {type: "tag", values: tags}});
  return result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} (${v.help})`));
}"""
FOCUSED = """() => {
  const e = document.activeElement;
  return {tag: e.tagName, text: e.textContent.trim().slice(0, 40), className: String(e.className), id: e.id};
}"""


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    return list(page.evaluate(RUN, TAGS))


def load_axe(seen: Visit) -> None:
    """Inject axe; the strict policy lets no script of another page in, so it goes past the page."""
    seen.page.evaluate(AXE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("scheme", "expected"), [("light", "default"), ("dark", "slate")])
def test_axe_finds_nothing_on_any_page(
    visit: Callable[..., Visit], web: Path, base_url: str, scheme: str, expected: str
) -> None:
    found = []
    # Without motion, so that no colour is measured half-way from one scheme to the other.
    seen = visit("", dark=scheme == "dark", reduced_motion="reduce")
    for address in pages_of(web):
        seen.page.goto(base_url + address)
        seen.page.wait_for_function(f"() => document.body.dataset.mdColorScheme === '{expected}'")
        load_axe(seen)
        for width in (1280, 390):
            seen.page.set_viewport_size({"width": width, "height": 900})
            found += [f"{source_of(address)} ({scheme}, {width} px) {line}" for line in violations(seen.page)]
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_drawer_and_search(visit: Callable[..., Visit], scheme: str) -> None:
    seen = visit("overview/key-differences/", width=390, dark=scheme == "dark")
    load_axe(seen)
    seen.page.locator("label.md-header__button[for=__drawer]").click()
    seen.page.wait_for_timeout(400)
    assert violations(seen.page) == []
    seen.page.keyboard.press("Escape")
    wide = visit("overview/key-differences/", dark=scheme == "dark")
    load_axe(wide)
    wide.page.keyboard.press("/")
    wide.page.keyboard.type("hypervisor")
    wide.page.locator(".md-search-result__item").first.wait_for()
    wide.page.wait_for_timeout(300)
    assert violations(wide.page) == []


def test_the_first_tab_stop_skips_to_the_content(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    seen.page.keyboard.press("Tab")
    assert "Skip to content" in seen.page.evaluate(FOCUSED)["text"]
    seen.page.keyboard.press("Enter")
    assert seen.page.url.endswith("#architecture")
    seen.page.keyboard.press("Tab")
    inside = seen.page.evaluate("() => document.activeElement.closest('article') !== null")
    assert inside, "after skipping, Tab goes on inside the content"


def test_search_opens_by_key_and_its_results_by_arrows(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    seen.page.keyboard.press("/")
    assert seen.page.evaluate(FOCUSED)["tag"] == "INPUT"
    seen.page.keyboard.type("live migration")
    seen.page.locator(".md-search-result__item").first.wait_for()
    seen.page.keyboard.press("ArrowDown")
    assert "md-search-result__link" in seen.page.evaluate(FOCUSED)["className"]
    with seen.page.expect_navigation():
        seen.page.keyboard.press("Enter")
    assert "migration" in seen.page.locator("article").inner_text()


def test_the_colour_switch_works_by_keyboard(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    scheme = "() => document.body.dataset.mdColorScheme"
    for _ in range(30):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("() => document.activeElement.matches('[data-md-component=palette] input')"):
            break
    else:
        pytest.fail("Tab never reaches the colour switch")
    for _ in range(3):
        seen.page.keyboard.press("Enter")
        if seen.page.evaluate(scheme) == "slate":
            break
    assert seen.page.evaluate(scheme) == "slate"


def test_tabs_in_a_page_work_by_keyboard(visit: Callable[..., Visit]) -> None:
    seen = visit("about/offline/")
    seen.page.locator(".tabbed-set > input").first.focus()
    seen.page.keyboard.press("ArrowRight")
    assert seen.page.locator(".tabbed-block").nth(1).is_visible()
    assert not seen.page.locator(".tabbed-block").nth(0).is_visible()


def test_a_focused_link_is_clearly_marked(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/summary/")
    seen.page.locator("article p a").first.focus()
    seen.page.keyboard.press("Shift+Tab")
    seen.page.keyboard.press("Tab")
    width = seen.page.evaluate("() => getComputedStyle(document.activeElement).outlineWidth")
    assert float(width.removesuffix("px")) >= 2


def test_no_page_scrolls_sideways(visit: Callable[..., Visit], web: Path, base_url: str) -> None:
    """320 px is the narrowest screen that WCAG names; 640 px is a 1280 px screen at 200 % zoom."""
    seen = visit("")
    over = []
    for address in pages_of(web):
        seen.page.goto(base_url + address)
        for width in (640, 320):
            seen.page.set_viewport_size({"width": width, "height": 900})
            extra = seen.page.evaluate(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if extra > 0:
                over.append(f"{source_of(address)}: {extra} px too wide at {width} px")
    assert over == []


def test_wide_regions_can_be_scrolled_by_keyboard(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/", width=390)
    region = seen.page.locator(".diagram--wide .diagram__drawing").first
    assert region.get_attribute("tabindex") == "0"
    region.focus()
    seen.page.keyboard.press("ArrowRight")
    seen.page.wait_for_function("() => document.activeElement.scrollLeft > 0")


def test_reduced_motion_is_respected(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/summary/", reduced_motion="reduce")
    moving = seen.page.evaluate(
        "() => [...document.querySelectorAll('*')]"
        ".filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    )
    assert moving == 0
