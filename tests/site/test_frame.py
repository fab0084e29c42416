"""Menu, contents, colours, notes and copy buttons: by keyboard, after Back and reload, in every setting."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import Browser
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.conftest import open_search, opener, type_search
from tests.support import INVISIBLE_STOP, PAPER, Visit, page, pages_of, serving

SCHEME = "() => getComputedStyle(document.documentElement).colorScheme"
LANDED = """(id) => {
  const top = document.getElementById(id).getBoundingClientRect().top;
  return top >= document.querySelector('.bar').getBoundingClientRect().bottom - 1 && top < 700;
}"""
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(18, 23, 29)"


@pytest.mark.parametrize("width", [390, 1280])
def test_no_tab_stop_is_invisible(visit: Callable[..., Visit], width: int) -> None:
    seen = visit("overview/key-differences/", width=width)
    before_article = 0
    for _ in range(60):
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate(INVISIBLE_STOP) is None
        if seen.page.evaluate("() => !!document.activeElement.closest('article')"):
            break
        before_article += 1
    else:
        pytest.fail("Tab never reaches the article")
    assert before_article <= (8 if width < 1000 else 45)


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_the_menu_opens_and_closes_by_keyboard(visit: Callable[..., Visit], script: bool) -> None:
    seen = visit("overview/key-differences/", width=390, java_script_enabled=script)
    panel = seen.page.locator(".drawer__panel")
    assert not panel.is_visible()
    seen.page.locator(".drawer > summary").focus()
    seen.page.keyboard.press("Enter")
    assert panel.is_visible()
    seen.page.keyboard.press("Tab")
    if script:
        seen.page.keyboard.press("Escape")
        assert not panel.is_visible()
        assert seen.page.evaluate("() => document.activeElement.matches('.drawer > summary')")
    else:
        seen.page.keyboard.press("Shift+Tab")
        seen.page.keyboard.press("Enter")
        assert not panel.is_visible()


def test_the_menu_closes_when_the_focus_leaves_it(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/key-differences/", width=390)
    seen.page.locator(".drawer > summary").click()
    seen.page.locator("a.find").focus()
    assert not seen.page.locator(".drawer__panel").is_visible()


def test_menu_and_search_are_closed_after_back_and_reload(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/key-differences/", width=390)
    seen.page.locator(".drawer > summary").click()
    with seen.page.expect_navigation():
        seen.page.locator(".drawer__panel a", has_text="Summary table").click()
    seen.page.go_back()
    assert not seen.page.locator(".drawer__panel").is_visible()
    seen.page.locator(".drawer > summary").click()
    seen.page.reload()
    assert not seen.page.locator(".drawer__panel").is_visible()
    seen.page.keyboard.press("Control+k")
    seen.page.locator("dialog.search input").fill("kernel")
    seen.page.locator("dialog.search li a").first.wait_for()
    with seen.page.expect_navigation():
        seen.page.locator("dialog.search li a").first.click()
    seen.page.go_back()
    assert seen.page.locator("dialog.search[open]").count() == 0


def test_no_single_letter_does_anything(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/key-differences/")
    address = seen.page.url
    for key in "abcdefghijklmnopqrstuvwxyz./,?":
        seen.page.keyboard.press(key)
    assert seen.page.url == address
    assert seen.page.locator("dialog[open]").count() == 0
    assert seen.page.evaluate("() => document.activeElement === document.body")


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_the_first_visit_is_in_the_systems_colours(visit: Callable[..., Visit], script: bool) -> None:
    for dark, colour in ((True, DARK), (False, LIGHT)):
        seen = visit("", dark=dark, java_script_enabled=script)
        assert seen.page.evaluate(PAPER) == colour


def test_a_stored_choice_is_there_before_the_first_paint(visit: Callable[..., Visit], base_url: str) -> None:
    seen = visit("")
    seen.page.evaluate("() => localStorage.setItem('docker-vs-vm.scheme', 'dark')")
    # Everything that comes after the page's own text is held back: what is painted is painted without it.
    seen.page.route("**/site.*.js", lambda route: route.abort())
    seen.page.goto(base_url + "overview/summary/")
    assert seen.page.evaluate(SCHEME) == "dark"
    assert seen.page.evaluate(PAPER) == DARK


@pytest.mark.parametrize("stored", ["purple", '{"color":', "", "x" * 100_000])
def test_a_corrupt_choice_is_no_choice(visit: Callable[..., Visit], stored: str) -> None:
    seen = visit("", dark=True)
    seen.page.evaluate("(stored) => localStorage.setItem('docker-vs-vm.scheme', stored)", stored)
    seen.page.reload()
    assert seen.page.evaluate(PAPER) == DARK
    assert seen.page.locator("button.scheme").inner_text() == "Auto"


def test_a_note_can_be_reached_read_and_put_away(visit: Callable[..., Visit]) -> None:
    """WCAG 1.4.13: hoverable, dismissible, persistent; and on the screen."""
    seen = visit("overview/key-differences/", width=390)
    # The page's own clock stands still unless it is moved on here: a slow machine changes nothing.
    seen.page.clock.install(time=dt.datetime(2026, 11, 1))
    seen.page.reload()
    seen.page.clock.pause_at(dt.datetime(2026, 11, 2))
    mark = seen.page.locator("article a.footnote-ref").first
    note = seen.page.locator(".note")
    mark.scroll_into_view_if_needed()
    mark.hover()
    seen.page.clock.run_for(200)
    note.wait_for()
    box = note.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    seen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=6)
    seen.page.clock.run_for(600)
    assert note.is_visible(), "the pointer may go onto the note"
    seen.page.keyboard.press("Escape")
    assert note.count() == 0
    mark.focus()
    note.wait_for()
    assert mark.get_attribute("aria-describedby") == note.get_attribute("id")
    seen.page.clock.run_for(60_000)
    assert note.is_visible(), "it stays until the reader goes on"


def test_a_term_shows_one_note_and_not_the_browsers_too(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    term = seen.page.locator("article a.term").first
    term.hover()
    seen.page.locator(".note").wait_for()
    assert term.get_attribute("title") is None


def test_the_button_that_copies_does_not_lie_on_the_code(visit: Callable[..., Visit]) -> None:
    for width in (1280, 390, 320):
        seen = visit("labs/limits/", width=width)
        over = seen.page.evaluate("""() => [...document.querySelectorAll("div.highlight")].filter((block) => {
          const code = block.querySelector("code").getBoundingClientRect();
          const button = block.querySelector("button").getBoundingClientRect();
          return button.left < code.right - 0.5;
        }).length""")
        assert over == 0, width
        assert seen.page.locator("button.copy").count() > 3


def test_copying_copies_the_code_and_says_so(visit: Callable[..., Visit]) -> None:
    seen = visit("labs/limits/", permissions=["clipboard-read", "clipboard-write"])
    button = seen.page.locator("button.copy").first
    button.click()
    seen.page.wait_for_function("() => document.querySelector('button.copy').textContent === 'Copied'")
    code = seen.page.locator("div.highlight code").first.inner_text().rstrip("\n")
    assert seen.page.evaluate("() => navigator.clipboard.readText()") == code
    assert "Copied" in seen.page.locator("[role=status].copy-status").inner_text()


def test_the_contents_follow_the_reader(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/key-differences/")
    seen.page.locator("h2#security").evaluate("(heading) => heading.scrollIntoView()")
    here = seen.page.locator(".toc a[aria-current]")
    here.wait_for()
    assert here.inner_text() in {"Security", "Is Docker secure?"}


@pytest.mark.parametrize(
    "address", ["reference/figures/", "reference/sources/c/", "reference/glossary/", "reference/escapes/"]
)
def test_an_anchor_lands_below_the_bar(visit: Callable[..., Visit], base_url: str, address: str) -> None:
    seen = visit(address)
    anchors = seen.page.evaluate("() => [...document.querySelectorAll('.entry[id], dt[id]')].map((e) => e.id)")
    for anchor in anchors[:: max(1, len(anchors) // 6)]:
        seen.page.goto("about:blank")
        seen.page.goto(f"{base_url}{address}#{anchor}")
        try:
            seen.page.wait_for_function(LANDED, arg=anchor)
        except PlaywrightTimeout:
            pytest.fail(f"{address}#{anchor} does not land below the bar")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_found_words_can_be_seen_in_forced_colours(chromium: Browser, base_url: str, scheme: Any) -> None:
    context = chromium.new_context(forced_colors="active", color_scheme=scheme)
    try:
        page = context.new_page()
        page.goto(base_url + "overview/key-differences/?h=kernel")
        page.locator("article mark").first.wait_for()
        ink, ground = page.locator("article mark").first.evaluate(
            "(mark) => [getComputedStyle(mark).color, getComputedStyle(mark).backgroundColor]"
        )
        assert ink != ground
        assert ground != "rgba(0, 0, 0, 0)"
        # The same in the answers of the search.
        open_search(page)
        type_search(page, "kernel")
        ink, ground = page.locator("dialog.search mark").first.evaluate(
            "(mark) => [getComputedStyle(mark).color, getComputedStyle(mark).backgroundColor]"
        )
        assert ink != ground
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_buttons_keep_their_words_and_groups_get_no_walls_in_forced_colours(
    chromium: Browser, base_url: str, scheme: Any
) -> None:
    """Forced colours lay a plate under words, and draw the lines that are transparent elsewhere."""
    context = chromium.new_context(forced_colors="active", color_scheme=scheme)
    try:
        page = context.new_page()
        page.goto(base_url)
        page.keyboard.press("Tab")
        for words in (".button--first", ".skip"):
            drawn = Image.open(io.BytesIO(page.locator(words).screenshot())).convert("RGB")
            middle = drawn.crop((0, drawn.height // 2, drawn.width, drawn.height // 2 + 1))
            assert len(middle.getcolors() or ()) > 5, f"{words}: a plate without words"
        line, ground = page.evaluate("""() => {
          const group = document.querySelector(".nest:not(.container, .vm, .between)");
          return [getComputedStyle(group).borderTopColor, getComputedStyle(document.body).backgroundColor];
        }""")
        assert line == ground, "a group of boxes looks walled in"
    finally:
        context.close()


@pytest.mark.parametrize(("scheme", "stored"), [("light", "dark"), ("dark", "light")])
def test_a_stored_choice_does_not_overrule_forced_colours(
    chromium: Browser, base_url: str, scheme: Any, stored: str
) -> None:
    """The browser recolours text and not drawings, so both have to take the system's colours."""
    context = chromium.new_context(forced_colors="active", color_scheme=scheme)
    try:
        page = context.new_page()
        page.goto(base_url + "understand/hypervisors/")
        page.evaluate("(stored) => localStorage.setItem('docker-vs-vm.scheme', stored)", stored)
        page.reload()
        shown = page.evaluate("""() => {
          const probe = document.body.appendChild(document.createElement('p'));
          probe.style.cssText = 'color: CanvasText; background: Canvas';
          const { color, backgroundColor } = getComputedStyle(probe);
          const texts = [...document.querySelectorAll('.diagram__drawing svg text')];
          const boxes = [...document.querySelectorAll('.diagram__drawing svg .container > rect')];
          const fills = (elements) => elements.map((element) => getComputedStyle(element).fill);
          return [color, backgroundColor, fills(texts), fills(boxes)];
        }""")
        ink, ground, texts, boxes = shown
        assert texts
        assert set(texts) == {ink}
        assert set(boxes) <= {ground}
    finally:
        context.close()


@pytest.mark.parametrize("address", ["nowhere", "deep/er/than/pages/", "overview/nothing/"])
def test_the_page_for_unknown_addresses_works_below_a_path(
    chromium: Browser, web: Path, tmp_path: Path, address: str
) -> None:
    """Nobody has said where this site stands (SITE_URL), and it stands below a path."""
    (tmp_path / "some").symlink_to(web, target_is_directory=True)
    with serving(tmp_path) as host, opener(chromium, host) as visit:
        seen = visit(f"some/{address}")
        assert seen.page.evaluate(PAPER) == LIGHT, "without its style sheet"
        links = seen.page.locator("article a, .bar__name, a.find").all()
        assert len(links) > 5
        for link in links:
            target = str(link.evaluate("(a) => a.href"))
            assert target.startswith(f"{host}some/"), target
            assert seen.page.request.get(target).ok, target
        open_search(seen.page)
        assert type_search(seen.page, "kernel")[0].startswith(f"{host}some/")


def test_a_page_lists_its_own_section_and_no_other(web: Path) -> None:
    """Or each page would grow with every page that is added."""
    sections = page(web, "").select(".sections a")
    for address in pages_of(web):
        if address == "pages/":
            continue
        soup = page(web, address)
        menu, side = soup.select(".drawer__panel a"), soup.select(".side a")
        assert len(menu) <= len(sections) + 1 + len(side), address


def test_the_icons_are_there_in_the_sizes_that_are_said(web: Path) -> None:
    manifest = json.loads((web / "site.webmanifest").read_text(encoding="utf-8"))
    head = page(web, "about/method/").head
    assert head is not None
    touch = head.select_one("link[rel=apple-touch-icon]")
    assert touch is not None
    named = {icon["src"]: icon["sizes"] for icon in manifest["icons"]}
    named[str(touch["href"]).removeprefix("../../")] = "180x180"
    assert {"any", "180x180", "192x192", "512x512"} <= set(named.values())
    for name, sizes in named.items():
        assert (web / name).is_file(), name
        if sizes != "any":
            with Image.open(web / name) as picture:
                assert f"{picture.width}x{picture.height}" == sizes


def test_the_mark_in_the_bar_is_the_icon(web: Path) -> None:
    """It stands in the page, so that nothing has to be fetched for it; drawn twice, it has to be the same twice."""
    icon = BeautifulSoup((web / "assets/images/logo.svg").read_text(encoding="utf-8"), "html.parser")
    drawn = [
        [shape.attrs for shape in mark.select("rect")] for mark in (icon, page(web, "").select_one(".bar__name svg"))
    ]
    assert drawn[0]
    assert drawn[0] == drawn[1], "overrides/main.html: draw the mark as docs/assets/images/logo.svg has it"
