"""A second engine, Firefox: layout, anchors, search, tools, menu, notes and found words behave as in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.firefox import Firefox

PAGES = [
    "",
    "overview/key-differences/",
    "overview/summary/",
    "overview/architecture/",
    "choose/",
    "reference/comparison/",
    "reference/measurements/",
    "reference/glossary/",
    "understand/security/",
    "labs/limits/",
]
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Question -> a page that answers it, as an address without its end.
QUESTIONS = {
    "summary table": "overview/summary",
    "kata containers": "reference/technologies/kata",
    "apparmor": "reference/glossary",
    "CVE-2026-64561": "reference/escapes",
    "Firecracker lightweight virtualization for serverless applications": "reference/sources/a",
}
ANSWERS = "() => [...document.querySelectorAll('dialog.search li a')].map((link) => link.href)"
SEARCH = """(words) => {
  const input = document.querySelector('dialog.search input');
  input.value = words;
  input.dispatchEvent(new InputEvent('input', {bubbles: true}));
}"""
READY = "() => document.querySelector('.search__status')?.textContent.startsWith('Type')"
OPEN = "() => document.querySelector('.drawer').open"


@pytest.mark.parametrize("width", [390, 320])
def test_no_page_scrolls_sideways(firefox: Firefox, base_url: str, width: int) -> None:
    wide = {}
    for address in PAGES:
        firefox.open(base_url + address, width=width)
        if extra := firefox.ask(TOO_WIDE):
            wide[address] = extra
    assert wide == {}


@pytest.mark.parametrize("address", ["reference/figures/", "reference/sources/c/", "reference/glossary/"])
def test_an_anchor_lands_below_the_bar(firefox: Firefox, base_url: str, address: str) -> None:
    firefox.open(base_url + address)
    anchors = firefox.ask("() => [...document.querySelectorAll('.entry[id], dt[id]')].map((e) => e.id)")
    for anchor in anchors[:: len(anchors) // 4]:
        firefox.open(f"{base_url}{address}#{anchor}")
        top, bar = firefox.ask(
            """(id) => [document.getElementById(id).getBoundingClientRect().top,
            document.querySelector('.bar').getBoundingClientRect().bottom]""",
            anchor,
        )
        assert bar - 1 <= top < 700, f"{address}#{anchor} lands at {top:.0f}, the bar ends at {bar:.0f}"


def questions_find_their_page(firefox: Firefox) -> None:
    """Ask each question in the search of the page that is open."""
    firefox.press("Control", "k")
    firefox.wait(READY)
    for words, page in QUESTIONS.items():
        firefox.ask(SEARCH, words)
        firefox.wait("() => document.querySelectorAll('dialog.search li a').length > 0")
        found = firefox.ask(ANSWERS)[:3]
        assert any(page in address for address in found), f"'{words}' finds {found}"


def test_the_search_answers_on_http(firefox: Firefox, base_url: str) -> None:
    firefox.open(base_url + "about/offline/")
    questions_find_their_page(firefox)


def test_the_search_answers_from_disk(firefox: Firefox, disk: Path) -> None:
    firefox.open(f"{disk.as_uri()}/about/offline.html")
    questions_find_their_page(firefox)


def test_words_that_were_searched_for_can_be_seen(firefox: Firefox, base_url: str) -> None:
    firefox.open(base_url + "overview/key-differences/?h=kernel")
    firefox.wait("() => !!document.querySelector('article mark')")
    line = "() => getComputedStyle(document.querySelector('article mark')).textDecorationLine"
    assert firefox.ask(line) == "underline"


def test_the_menu_opens_and_closes_by_keyboard(firefox: Firefox, base_url: str) -> None:
    firefox.open(base_url + "overview/key-differences/", width=390)
    assert not firefox.ask(OPEN)
    firefox.ask("() => document.querySelector('.drawer > summary').focus()")
    firefox.press("Enter")
    assert firefox.ask(OPEN)
    firefox.press("Escape")
    assert not firefox.ask(OPEN)
    assert firefox.ask("() => document.activeElement.matches('.drawer > summary')")


def test_a_note_opens_and_closes(firefox: Firefox, base_url: str) -> None:
    firefox.open(base_url + "overview/key-differences/")
    firefox.point("article a.footnote-ref")
    firefox.wait("() => document.querySelector('.note')?.textContent.length > 20")
    firefox.press("Escape")
    assert not firefox.ask("() => !!document.querySelector('.note')")


def test_the_guide_answers(firefox: Firefox, base_url: str) -> None:
    firefox.open(base_url + "choose/")
    before = firefox.ask("() => document.querySelector('article').innerText")
    firefox.point("article input[type=radio]:not(:checked)", click=True)
    firefox.wait("(before) => document.querySelector('article').innerText !== before", before)
