"""One file that does not come, or one facility that the browser lacks, takes down its own part and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from scripts.paths import DATA, DOCS, ROOT
from tests.support import Visit, arrived, file_of, shown

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
    "no ResizeObserver": "delete window.ResizeObserver;",
    "a history that throws": "for (const n of ['pushState', 'replaceState']) "
    "History.prototype[n] = () => { throw new DOMException('no', 'SecurityError'); };",
    "no dialog": "delete window.HTMLDialogElement;",
    "no fonts": "Object.defineProperty(document, 'fonts', {value: undefined});",
    "no PerformanceObserver": "delete window.PerformanceObserver;",
}
SHARED = [
    path.rpartition("/")[2]
    for path in re.findall(r"path: (assets/scripts/\S+\.js)", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
]


def works(seen: Visit) -> None:
    """The page can be read, its menu opens, its links lead on."""
    shown(seen.page)
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
    # Where each fence opens; a script may try something itself.
    parts = re.split(r"(?<=siteRuns=true;try\{)|(?<=catch\(e\)\{console\.warn\(e\);\}\ntry\{)", whole)
    assert len(parts) == len(SHARED) + 1
    at = SHARED.index(file) + 1
    parts[at] = "throw new Error('broken on purpose');" + parts[at]
    seen = visit("")
    seen.page.route("**/site.*.js", lambda route: route.fulfill(body="".join(parts), content_type="text/javascript"))
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


def tool_pages() -> list[str]:
    """The pages that load scripts of their own, by their heads."""
    found = []
    for path in sorted(DOCS.rglob("*.md")):
        if re.search(r"^(scripts|tool):", path.read_text(encoding="utf-8").split("\n---", 1)[0], re.MULTILINE):
            found.append(path.relative_to(DOCS).as_posix().removesuffix("index.md").replace(".md", "/"))
    return found


def own_scripts(web: Path, address: str) -> list[str]:
    """The names of the scripts of a built page's tool."""
    html = file_of(web, address).read_text(encoding="utf-8")
    found = re.findall(r'src="(?:\.\./)*assets/scripts/([\w.-]+)" defer|name="tool" content="scripts/([\w.-]+)"', html)
    return [name for pair in found for name in pair if name not in ("", "moved.js")]


BREAKS = {
    "does not come": lambda route: route.abort(),
    "throws": lambda route: route.fulfill(body="throw new Error('on purpose');", content_type="text/javascript"),
}


@pytest.mark.parametrize("fault", BREAKS)
@pytest.mark.parametrize("address", tool_pages())
def test_a_tool_that_breaks_is_said_and_leaves_its_page_whole(
    visit: Callable[..., Visit], base_url: str, web: Path, address: str, fault: str
) -> None:
    # As text, for what is far from the screen is not laid out.
    words = set((visit(address, java_script_enabled=False).page.locator("article").text_content() or "").split())
    assert own_scripts(web, address)
    for script in own_scripts(web, address):
        seen = visit("")
        seen.page.route(f"**/{script}", BREAKS[fault])
        seen.page.goto(base_url + address)
        said = seen.page.locator("[data-interactive] .tool-missing").first
        said.wait_for()
        assert "could not be loaded" in said.inner_text()
        left = set((seen.page.locator("article").text_content() or "").split())
        assert words <= left, "words are lost with the tool"
        assert seen.page.locator("article [hidden]").count() == 0
        works(seen)


def answer_the_guide(page: Page) -> None:
    """One answer changes what the guide says."""
    before = page.locator("#guide").inner_text()
    page.locator("#guide input[type=radio]:not(:checked)").first.check()
    expect(page.locator("#guide")).not_to_have_text(before, use_inner_text=True)


def calculate(page: Page) -> None:
    """One figure changes what the calculator says."""
    before = page.locator("#calculator table").first.inner_text()
    page.locator("#calculator input").first.fill("77")
    expect(page.locator("#calculator table").first).not_to_have_text(before, use_inner_text=True)


def put_side_by_side(page: Page) -> None:
    """Another answer on one side changes what is said of both."""
    before = page.locator("#sides").inner_text()
    page.locator("#sides select").first.select_option(index=2)
    expect(page.locator("#sides")).not_to_have_text(before, use_inner_text=True)


def compare(page: Page) -> None:
    """Columns and rows follow the choice, which can be taken along."""
    page.get_by_label("Confidential VM").check()
    expect(page.locator("table.comparison thead th", has_text="Confidential VM").first).to_be_visible()
    page.get_by_label("Concern").select_option("cost")
    expect(page.locator("#kernel")).to_be_hidden()
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.locator(".tools__status")).to_have_text(re.compile("Copied|on its way"))


def filter_entries(page: Page) -> None:
    """Words leave only the entries that hold them."""
    page.get_by_label("Words").fill("zxqvjwk")
    expect(page.locator(".tools__status")).to_contain_text("Showing 0 of")


def view_result(page: Page) -> None:
    """A file is read and shown."""
    page.locator("#viewer-file").set_input_files(next(DATA.glob("measurements/2*.json")))
    expect(page.locator("#viewer table").first).to_be_visible()


def copy_code(page: Page) -> None:
    """Copied, or selected where the browser does not let the page copy."""
    page.locator("button.copy").first.click()
    expect(page.locator("button.copy").first).to_have_text(re.compile("Copied|Selected"))


def search(page: Page) -> None:
    """The search answers; where it cannot open, its link leads to the list of all pages."""
    page.locator("a.find").click()
    expect(page.locator("dialog.search input, .all-pages").first).to_be_visible()
    if page.locator("dialog.search").count():
        page.locator("dialog.search input").fill("kernel")
        expect(page.locator("dialog.search li").first).to_be_visible()


TOOLS: dict[str, Callable[[Page], None]] = {
    "choose/": answer_the_guide,
    "choose/cost-and-density/": calculate,
    "choose/side-by-side/": put_side_by_side,
    "reference/comparison/": compare,
    "reference/figures/": filter_entries,
    "reference/escapes/": filter_entries,
    "reference/sources/": filter_entries,
    "reference/glossary/": filter_entries,
    "reference/measurements/": view_result,
    "labs/limits/": copy_code,
    "about/offline/": search,
}


def test_each_tool_page_has_its_check() -> None:
    assert set(tool_pages()) <= set(TOOLS)


@pytest.mark.parametrize("facility", BROKEN)
def test_without_one_facility_each_tool_does_its_work(
    visit: Callable[..., Visit], base_url: str, facility: str
) -> None:
    seen = visit("")
    seen.page.add_init_script(BROKEN[facility])
    failed = {}
    for address, act in TOOLS.items():
        seen.page.goto(base_url + address)
        arrived(seen.page)
        try:
            act(seen.page)
        except (AssertionError, PlaywrightError) as problem:
            failed[address] = str(problem).splitlines()[0]
    assert failed == {}, f"without {facility}"
