"""WCAG 2.2 AA and axe's best practices on every page, in both schemes, at two widths; and the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

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


# The outline of what has the focus; of a tab, whose button is not to be seen, that of its words.
OUTLINE = """() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const shown = e.closest(".tabbed-set > input") ? document.querySelector(`label[for="${e.id}"]`) : e;
  const style = getComputedStyle(shown);
  // Of a date, the browser marks the part that has the focus.
  if (e.type === "date" && !e.matches(":focus-visible")) return ["input date", 3, ""];
  const kind = e.type ? `${e.localName} ${e.type}` : e.localName;
  return [kind, style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth), shown.outerHTML.slice(0, 80)];
}"""
# Page -> kinds of tab stops that it has.
STOPS = {
    "overview/summary/": {"a", "button button"},
    "choose/": {"input radio", "summary"},
    "choose/cost-and-density/": {"input text"},
    "reference/comparison/": {"input checkbox", "select select-one"},
    "about/offline/": {"input radio"},
}


def outlines(page: Page) -> tuple[set[str], list[str]]:
    """The kinds of what Tab reaches, and a line for each that shows no outline when it has the focus."""
    kinds, bare = set[str](), list[str]()
    for _ in range(90):
        page.keyboard.press("Tab")
        found = page.evaluate(OUTLINE)
        if found is None:
            break
        kinds.add(found[0])
        bare += [found[2]] if found[1] < 2 else []
    return kinds, bare


@pytest.mark.parametrize("address", STOPS)
def test_whatever_has_the_focus_is_clearly_marked(visit: Callable[..., Visit], address: str) -> None:
    kinds, bare = outlines(visit(address).page)
    assert bare == []
    missing = {stop for stop in STOPS[address] if not any(kind.startswith(stop) for kind in kinds)}
    assert not missing, f"{missing} was not reached, only {kinds}: choose another page"


@pytest.mark.parametrize("kind", ["a", "button", "input"])
def test_an_outline_that_is_gone_is_noticed(visit: Callable[..., Visit], kind: str) -> None:
    page = visit("about/offline/").page
    page.evaluate("(kind) => { for (const e of document.querySelectorAll(kind)) e.style.outline = 'none'; }", kind)
    page.evaluate("() => { for (const e of document.querySelectorAll('.tabbed-set label')) e.style.outline = 'none'; }")
    assert any(f"<{kind}" in line or kind == "input" for line in outlines(page)[1])


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
