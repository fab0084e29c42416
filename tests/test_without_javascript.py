"""The text of every page is the same without JavaScript and on paper, diagrams included."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.support import Visit, pages_of, source_of

# Text that is there for the screen only: the signs that link to a section.
SIGNS = re.compile(r"[¶↩]")


def tokens(text: str) -> list[str]:
    """The words of a text in order."""
    return SIGNS.sub(" ", text).split()


def visible(seen: Visit) -> list[str]:
    """What a reader can see in the article, with the folded parts opened."""
    # Tools that only a script can offer are put by it into elements marked so.
    seen.page.evaluate("() => document.querySelectorAll('[data-interactive]').forEach((e) => e.remove())")
    return tokens(str(seen.page.evaluate("() => document.querySelector('article').innerText")))


def open_all(seen: Visit) -> None:
    seen.page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")


def test_every_page_says_the_same_without_javascript_and_on_paper(
    visit: Callable[..., Visit], web: Path, base_url: str
) -> None:
    with_script, without = visit(""), visit("", java_script_enabled=False, dark=True)
    for address in pages_of(web):
        without.page.emulate_media(media="screen")
        for seen in (with_script, without):
            seen.page.goto(base_url + address)
        on_paper = print_of(without)
        for seen in (with_script, without):
            open_all(seen)
        whole = set(visible(with_script))
        missing = whole - set(visible(without))
        assert not missing, f"{source_of(address)} loses words without JavaScript: {sorted(missing)[:10]}"
        missing = whole - on_paper
        assert not missing, f"{source_of(address)} loses words on paper: {sorted(missing)[:10]}"
        drawings = "figure.diagram svg"
        assert without.page.locator(drawings).count() == with_script.page.locator(drawings).count()


def print_of(seen: Visit) -> set[str]:
    """The words that the printer gets, without anything being opened by hand."""
    seen.page.emulate_media(media="print")
    words = set(visible(seen))
    seen.page.emulate_media(media="screen")
    return words


def test_dark_colours_are_followed_without_javascript(visit: Callable[..., Visit]) -> None:
    seen = visit("", dark=True, java_script_enabled=False)
    assert seen.page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 29)"


def test_paper_is_light_and_without_navigation(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/", dark=True)
    seen.page.emulate_media(media="print")
    assert seen.page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert seen.page.evaluate("() => getComputedStyle(document.querySelector('article p')).color") == "rgb(0, 0, 0)"
    for part in (".md-header", ".md-sidebar--primary", ".md-footer"):
        assert not seen.page.locator(part).first.is_visible(), f"{part} is printed"
    assert len(seen.page.pdf()) > 10_000
