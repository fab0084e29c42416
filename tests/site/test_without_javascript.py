"""The text of every page is the same without JavaScript and on paper, diagrams included."""

from __future__ import annotations

from collections.abc import Callable

from tests.support import Visit, source_of
from tests.walk import Walked


def test_every_page_says_the_same_without_javascript(walked: list[Walked]) -> None:
    for page in walked:
        lost = page.lost_without_script
        assert not lost, f"{source_of(page.address)} loses words without JavaScript: {lost[:10]}"
        assert page.drawings[0] == page.drawings[1], f"{source_of(page.address)} loses drawings without JavaScript"


def test_paper_shows_the_whole_text(walked: list[Walked]) -> None:
    for page in walked:
        assert not page.lost_on_paper, f"{source_of(page.address)} loses words on paper: {page.lost_on_paper[:10]}"


def test_dark_colours_are_followed_without_javascript(visit: Callable[..., Visit]) -> None:
    seen = visit("", dark=True, java_script_enabled=False)
    assert seen.page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 29)"


def test_paper_is_light_and_without_navigation(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/", dark=True)
    seen.page.emulate_media(media="print")
    assert seen.page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert seen.page.evaluate("() => getComputedStyle(document.querySelector('article p')).color") == "rgb(0, 0, 0)"
    for part in (".bar", ".side", ".toc", ".foot"):
        assert not seen.page.locator(part).first.is_visible(), f"{part} is printed"
    assert len(seen.page.pdf()) > 10_000
