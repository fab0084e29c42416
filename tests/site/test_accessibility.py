"""WCAG 2.2 AA and axe's best practices on every page, in both schemes, at two widths; and the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import open_search
from tests.support import Visit, source_of
from tests.walk import Walked, load_axe, violations

FOCUSED = """() => {
  const e = document.activeElement;
  return {tag: e.tagName, text: e.textContent.trim().slice(0, 40), className: String(e.className), id: e.id};
}"""


def test_axe_finds_nothing_on_any_page(walked: list[Walked]) -> None:
    assert [f"{source_of(page.address)} ({line})" for page in walked for line in page.violations] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_drawer_and_search(visit: Callable[..., Visit], scheme: str) -> None:
    seen = visit("overview/key-differences/", width=390, dark=scheme == "dark")
    load_axe(seen)
    seen.page.locator(".drawer > summary").click()
    assert violations(seen.page) == []
    seen.page.keyboard.press("Escape")
    wide = visit("overview/key-differences/", dark=scheme == "dark")
    load_axe(wide)
    open_search(wide.page)
    wide.page.keyboard.type("hypervisor")
    wide.page.locator("dialog.search li").first.wait_for()
    assert violations(wide.page) == []


def test_the_first_tab_stop_skips_to_the_content(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    seen.page.keyboard.press("Tab")
    assert "Skip to content" in seen.page.evaluate(FOCUSED)["text"]
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/#content")
    seen.page.keyboard.press("Tab")
    inside = seen.page.evaluate("() => document.activeElement.closest('article') !== null")
    assert inside, "after skipping, Tab goes on inside the content"


def test_search_opens_by_key_and_its_results_by_arrows(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    open_search(seen.page)
    assert seen.page.evaluate(FOCUSED)["tag"] == "INPUT"
    seen.page.keyboard.type("live migration")
    seen.page.locator("dialog.search li").first.wait_for()
    seen.page.keyboard.press("ArrowDown")
    assert seen.page.evaluate("() => document.activeElement.matches('dialog.search li a')")
    with seen.page.expect_navigation():
        seen.page.keyboard.press("Enter")
    assert "migration" in seen.page.locator("article").inner_text()


def test_the_colour_switch_works_by_keyboard(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    for _ in range(10):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("() => document.activeElement.matches('button.scheme')"):
            break
    else:
        pytest.fail("Tab never reaches the colour switch")
    for wanted in ("light", "dark", "light dark"):
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == wanted


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


def test_no_page_scrolls_sideways(walked: list[Walked]) -> None:
    assert [f"{source_of(page.address)}: {line}" for page in walked for line in page.too_wide] == []


def test_wide_regions_can_be_scrolled_by_keyboard(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/rules/", width=390)
    region = seen.page.locator(".table-wrap:has(table.keep)").first
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
