"""One file that does not come, or one facility that the browser lacks, takes down its own part and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.paths import ROOT
from tests.support import Visit

PAGES = [
    "overview/key-differences/",
    "reference/comparison/",
    "reference/figures/",
    "choose/",
    "reference/measurements/",
]
# Each breaks one thing before any script of the page runs.
BROKEN = {
    "storage that throws": "Object.defineProperty(window, 'localStorage', "
    "{get() { throw new DOMException('no', 'SecurityError'); }});",
    "no storage": "Object.defineProperty(window, 'localStorage', {value: undefined});",
    "full storage": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
    "no clipboard": "Object.defineProperty(navigator, 'clipboard', {value: undefined});",
    "no fetch": "delete window.fetch;",
    "no workers": "delete window.Worker;",
    "no IntersectionObserver": "delete window.IntersectionObserver;",
    "a history that throws": "for (const n of ['pushState', 'replaceState']) "
    "History.prototype[n] = () => { throw new DOMException('no', 'SecurityError'); };",
    "no dialog": "delete window.HTMLDialogElement;",
    "no fonts": "Object.defineProperty(document, 'fonts', {value: undefined});",
}
SHARED = [
    path.rpartition("/")[2]
    for path in re.findall(r"path: (assets/scripts/\S+\.js)", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
]


def works(seen: Visit) -> None:
    """The page can be read, its menu opens, its links lead on."""
    assert len(seen.page.locator("article").inner_text()) > 500
    assert seen.page.locator("article h1").is_visible()
    seen.page.set_viewport_size({"width": 390, "height": 800})
    seen.page.locator(".drawer > summary").click()
    assert seen.page.locator(".drawer__panel a").first.is_visible()
    seen.page.locator(".drawer > summary").click()


@pytest.mark.parametrize("facility", BROKEN)
def test_without_one_facility_the_rest_works(visit: Callable[..., Visit], base_url: str, facility: str) -> None:
    seen = visit("")
    seen.page.add_init_script(BROKEN[facility])
    for address in PAGES:
        seen.page.set_viewport_size({"width": 1280, "height": 900})
        seen.page.goto(base_url + address)
        assert seen.page.locator("button.scheme").is_visible(), f"{facility}: the button for the colours is gone"
        seen.page.locator("button.scheme").click()
        works(seen)
    assert [line for line in seen.errors if "is not" in line or "undefined" in line] == []
    assert seen.warnings == [], "a script broke off for want of this facility; it has to ask whether it is there"


@pytest.mark.parametrize("file", ["early.js", "site.*.js", "site.*.css", "*.woff2"])
def test_without_one_file_of_every_page_the_page_can_be_read(
    visit: Callable[..., Visit], base_url: str, file: str
) -> None:
    seen = visit("")
    seen.page.route(f"**/{file}", lambda route: route.abort())
    for address in PAGES:
        seen.page.goto(base_url + address)
        works(seen)


@pytest.mark.parametrize("file", SHARED)
def test_a_script_that_throws_stops_no_other(visit: Callable[..., Visit], base_url: str, web: Path, file: str) -> None:
    """The joined script with one part that throws at its first line."""
    whole = next(web.glob("assets/site.*.js")).read_text(encoding="utf-8")
    parts = whole.split("try{\n")
    at = SHARED.index(file) + 1
    parts[at] = "throw new Error('broken on purpose');\n" + parts[at]
    seen = visit("")
    seen.page.route(
        "**/site.*.js", lambda route: route.fulfill(body="try{\n".join(parts), content_type="text/javascript")
    )
    seen.page.goto(base_url + "labs/limits/")
    there = {
        "scheme.js": seen.page.locator("button.scheme").is_visible(),
        "copy.js": seen.page.locator("button.copy").count() > 0,
        "find.js": seen.page.locator("a.find[role=button]").count() == 1,
        "toc.js": seen.page.locator(".toc[open]").count() == 1,
    }
    # The search asks for its parts by way of load.js.
    needing = {"load.js": {"find.js"}}
    assert {name for name, fine in there.items() if not fine} <= {file} | needing.get(file, set())


@pytest.mark.parametrize(
    ("address", "file", "place"),
    [
        ("reference/comparison/", "comparison.js", "#comparison-tools"),
        ("reference/figures/", "ledger.js", "#ledger-tools"),
        ("reference/measurements/", "measurements.js", "#viewer"),
    ],
)
def test_a_tool_that_does_not_come_is_said(
    visit: Callable[..., Visit], base_url: str, address: str, file: str, place: str
) -> None:
    seen = visit("")
    seen.page.route(f"**/{file}", lambda route: route.abort())
    seen.page.goto(base_url + address)
    said = seen.page.locator(f"{place} .tool-missing")
    said.wait_for()
    assert "could not be loaded" in said.inner_text()
    assert len(seen.page.locator("article").inner_text()) > 2000
