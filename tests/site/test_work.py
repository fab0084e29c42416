"""How much a browser has to do at once, in elements and not in milliseconds: the same on every machine.

On a processor slowed down four times a thousand elements styled and laid out in one go are a task of more than 50 ms,
in which the page answers nobody. Parsing pauses by itself; what a style sheet or a script asks for at once does not.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

PAGES = [
    "",
    "overview/key-differences/",
    "overview/architecture/",
    "reference/comparison/",
    "reference/figures/",
    "reference/sources/",
    "reference/measurements/",
    "reference/glossary/",
    "reference/escapes/",
]
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 412, "height": 823}, "is_mobile": True, "has_touch": True},
    "desk": {"viewport": {"width": 1280, "height": 900}},
}
# In one go: elements whose style is worked out, boxes that are laid out, elements that a script touches.
MOST_STYLED, MOST_LAID_OUT, MOST_TOUCHED = 1_500, 1_500, 400
# Of these a phone shows first what can be seen, then what lies close below; the rest waits (reference.css).
IN_LOTS = {"", "reference/comparison/", "reference/figures/", "reference/sources/", "reference/measurements/"}
MOST_OF_LOTS = 400
# From the end of parsing on, which is when our scripts run: what changes in one task is told in one go.
WATCH = """
window.touched = [];
document.addEventListener('readystatechange', () => {
  const watcher = new MutationObserver((records) => {
    touched.push(records.reduce((sum, {addedNodes, type}) => sum + (type === 'attributes' ? 1 : addedNodes.length), 0));
  });
  watcher.observe(document, {subtree: true, childList: true, attributes: true});
}, {once: true});
"""


def without_font(route: Route) -> None:
    """Answer with the style sheet and no font in it."""
    response = route.fetch()
    route.fulfill(response=response, body=re.sub(r"@font-face\s*{[^}]*}", "", response.text()))


def trace(chromium: Browser, address: str, screen: str) -> tuple[list[dict[str, Any]], list[int]]:
    """What the browser notes of its work while it loads a page, and how many elements each task of a script touched.

    Without the font: when it comes, or is known to fail, all text is laid out once more, and whether that is a step of
    its own is chance. So the styles name none.
    """
    context = chromium.new_context(**SCREENS[screen])
    try:
        page = context.new_page()
        page.route("**/*.woff2", lambda route: route.abort())
        page.route("**/*.css", without_font)
        page.add_init_script(WATCH)
        chromium.start_tracing(page=page, categories=["devtools.timeline"])
        page.goto(address)
        page.wait_for_load_state("networkidle")
        touched = list(page.evaluate("() => touched"))
        events = json.loads(chromium.stop_tracing())["traceEvents"]
        return sorted((event for event in events if event.get("ph") == "X"), key=lambda event: event["ts"]), touched
    finally:
        context.close()


def forced(events: list[dict[str, Any]]) -> list[str]:
    """Layouts that a script asked for while it ran, by the script's name."""
    runs = [event for event in events if event["name"] in {"EvaluateScript", "FunctionCall"}]
    found = []
    for layout in (event for event in events if event["name"] == "Layout"):
        around = [
            run["args"]["data"].get("url", "")
            for run in runs
            if run["tid"] == layout["tid"] and run["ts"] <= layout["ts"] < run["ts"] + run["dur"]
        ]
        found += [url.rpartition("/")[2] for url in around[:1] if "/assets/" in url]
    return found


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("address", PAGES)
def test_no_step_of_loading_a_page_is_large(chromium: Browser, base_url: str, address: str, screen: str) -> None:
    events, touched = trace(chromium, base_url + address, screen)
    styled = [event["args"]["elementCount"] for event in events if event["name"] == "UpdateLayoutTree"]
    laid_out = [event["args"]["beginData"]["dirtyObjects"] for event in events if event["name"] == "Layout"]
    assert styled
    assert laid_out
    lots = screen == "phone" and address in IN_LOTS
    assert max(styled) <= (MOST_OF_LOTS if lots else MOST_STYLED)
    assert max(laid_out) <= (MOST_OF_LOTS if lots else MOST_LAID_OUT)
    assert max(touched, default=0) <= MOST_TOUCHED
    assert forced(events) == [], "a script asks for sizes before the page is laid out"


SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => { for (const { value } of list.getEntries()) shifts.push(value); })
  .observe({type: 'layout-shift', buffered: true});
"""
TOOLS = ["choose/", "choose/cost-and-density/", "choose/side-by-side/"]


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_moves_while_a_page_loads(chromium: Browser, base_url: str, screen: str) -> None:
    context = chromium.new_context(**SCREENS[screen])
    moved = {}
    try:
        page = context.new_page()
        page.add_init_script(SHIFTS)
        for address in [*PAGES, *TOOLS]:
            page.goto(base_url + address)
            page.wait_for_load_state("networkidle")
            if (shifted := sum(page.evaluate("() => shifts"))) > 0.01:
                moved[address] = shifted
    finally:
        context.close()
    assert moved == {}
