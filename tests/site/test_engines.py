"""Two engines, Chromium and Firefox: layout, anchors, search, tools, menu, colours and notes behave alike in both.

docs/about/accessibility.md has these checks as a table; a test below compares.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.paths import DATA, DOCS
from tests.engines import Engine
from tests.firefox import Firefox
from tests.support import INVISIBLE_STOP, PAPER, pages_of

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
# Types as a paste does: the whole at once, by the event that every way of typing sends.
FILL = """(selector, text) => {
  const field = document.querySelector(selector);
  field.value = text;
  field.dispatchEvent(new InputEvent('input', {bubbles: true}));
  field.dispatchEvent(new Event('change', {bubbles: true}));
}"""
READY = "() => document.querySelector('.search__status')?.textContent.startsWith('Type')"
MENU_OPEN = "() => document.querySelector('.drawer').open"
COLUMNS = """() => [...document.querySelector('table.comparison').tHead.rows[0].cells].slice(1)
  .filter((cell) => getComputedStyle(cell).display !== 'none').map((cell) => cell.textContent.trim())"""
ROWS = "() => [...document.querySelectorAll('table.comparison tbody tr')].filter((row) => !row.hidden).length"
ENTRIES = "() => [...document.querySelectorAll('.entry')].filter((entry) => !entry.hidden).length"
TEXT = "(selector) => document.querySelector(selector).innerText"


def test_no_page_scrolls_sideways(firefox: Firefox, base_url: str, web: Path) -> None:
    """In Chromium the walk sees to it (tests/walk.py)."""
    wide = {}
    for address in pages_of(web):
        firefox.open(base_url + address, width=320)
        if extra := firefox.ask(TOO_WIDE):
            wide[address] = extra
    assert wide == {}


@pytest.mark.parametrize(
    "address",
    [
        "reference/figures/",
        "reference/sources/c/",
        "reference/glossary/",
        "reference/escapes/",
        "overview/key-differences/",
    ],
)
def test_an_anchor_lands_below_the_bar(engine: Engine, base_url: str, address: str) -> None:
    engine.open(base_url + address)
    anchors = engine.ask(
        "() => [...document.querySelectorAll('.entry[id], dt[id], .footnote li[id]')].map((e) => e.id)"
    )
    for anchor in anchors[:: len(anchors) // 4]:
        engine.open(f"{base_url}{address}#{anchor}")
        where = """(id) => [document.getElementById(id).getBoundingClientRect().top,
            document.querySelector('.bar').getBoundingClientRect().bottom]"""
        engine.ask("() => new Promise((done) => setTimeout(done, 150))")
        top, bar = engine.ask(where, anchor)
        assert bar - 1 <= top < 700, f"{address}#{anchor} lands at {top:.0f}, the bar ends at {bar:.0f}"


def questions_find_their_page(engine: Engine) -> None:
    """Ask each question in the search of the page that is open."""
    engine.press("Control", "k")
    engine.wait(READY)
    for words, page in QUESTIONS.items():
        engine.ask(FILL, "dialog.search input", words)
        engine.wait("() => document.querySelectorAll('dialog.search li a').length > 0")
        found = engine.ask(ANSWERS)[:3]
        assert any(page in address for address in found), f"'{words}' finds {found}"


def test_the_search_answers_on_http(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "about/offline/")
    questions_find_their_page(engine)


def test_the_search_answers_from_disk(engine: Engine, disk: Path) -> None:
    engine.open(f"{disk.as_uri()}/about/offline.html")
    questions_find_their_page(engine)


def test_the_search_closes_by_escape_and_opens_its_answer(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "overview/architecture/")
    engine.press("Control", "k")
    engine.wait(READY)
    # A first Escape may empty the field.
    engine.press("Escape")
    engine.press("Escape")
    assert not engine.ask("() => document.querySelector('dialog.search').open")
    engine.press("Control", "k")
    engine.ask(FILL, "dialog.search input", "summary table")
    engine.wait("() => document.querySelectorAll('dialog.search li a').length > 0")
    engine.press("Enter")
    engine.wait("() => location.pathname.endsWith('/overview/summary/')")


def test_words_that_were_searched_for_can_be_seen(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "overview/key-differences/?h=kernel")
    engine.wait("() => !!document.querySelector('article mark')")
    line = "() => getComputedStyle(document.querySelector('article mark')).textDecorationLine"
    assert engine.ask(line) == "underline"


def test_the_menu_opens_and_closes_by_keyboard(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "overview/key-differences/", width=390)
    assert not engine.ask(MENU_OPEN)
    engine.ask("() => document.querySelector('.drawer > summary').focus()")
    engine.press("Enter")
    assert engine.ask(MENU_OPEN)
    engine.press("Escape")
    assert not engine.ask(MENU_OPEN)
    assert engine.ask("() => document.activeElement.matches('.drawer > summary')")


def test_the_menu_is_closed_after_back(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "overview/key-differences/", width=390)
    engine.point(".drawer > summary", click=True)
    engine.point(".drawer__panel a[href$='summary/']", click=True)
    engine.wait("() => location.pathname.endsWith('/summary/') && document.readyState === 'complete'")
    engine.ask("() => { setTimeout(() => history.back(), 0); }")
    engine.wait("() => location.pathname.endsWith('/key-differences/') && document.readyState === 'complete'")
    assert not engine.ask(MENU_OPEN)


def test_the_keyboard_stops_nowhere_unseen(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "overview/key-differences/", width=390)
    for _ in range(25):
        engine.press("Tab")
        assert engine.ask(INVISIBLE_STOP) is None
    assert engine.ask("() => !!document.activeElement.closest('article')")


def test_the_colours_change_and_stay(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "about/offline/")
    assert engine.ask(PAPER) == "rgb(255, 255, 255)"
    for expected in ("Light", "Dark"):
        engine.point("button.scheme", click=True)
        assert engine.ask(TEXT, "button.scheme") == expected
    assert engine.ask(PAPER) == "rgb(18, 23, 29)"
    engine.ask("() => { setTimeout(() => location.assign('../method/'), 0); }")
    engine.wait("() => location.pathname.endsWith('/about/method/') && document.readyState === 'complete'")
    assert engine.ask(PAPER) == "rgb(18, 23, 29)"
    engine.point("button.scheme", click=True)
    assert engine.ask(PAPER) == "rgb(255, 255, 255)"


def test_a_note_opens_and_closes(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "overview/key-differences/")
    engine.point("article a.footnote-ref")
    engine.wait("() => document.querySelector('.note')?.textContent.length > 20")
    engine.press("Escape")
    assert not engine.ask("() => !!document.querySelector('.note')")
    engine.ask("() => document.querySelector('article a.footnote-ref').focus()")
    engine.wait("() => document.querySelector('.note')?.textContent.length > 20")


def test_code_is_copied(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "labs/limits/")
    engine.point("button.copy", click=True)
    engine.wait("() => document.querySelector('button.copy').textContent === 'Copied'")


def test_the_contents_follow_the_reader(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "overview/key-differences/")
    engine.ask("() => document.getElementById('security').scrollIntoView()")
    engine.wait("() => document.querySelector('.toc a[aria-current]')?.hash.includes('secur')")


def test_tabs_open_by_their_labels_and_by_an_address(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "about/offline/")
    shown = "() => [...document.querySelectorAll('.tabbed-block')].findIndex((block) => block.checkVisibility())"
    assert engine.ask(shown) == 0
    engine.point(".tabbed-labels label:nth-child(2)", click=True)
    assert engine.ask(shown) == 1
    name = engine.ask("() => document.querySelectorAll('.tabbed-set > input')[1].id")
    engine.open(f"{base_url}about/offline/#{name}")
    assert engine.ask(shown) == 1


def test_the_guide_answers(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "choose/")
    before = engine.ask(TEXT, "#guide")
    address = engine.ask("() => location.href")
    engine.point("#guide input[type=radio]:not(:checked)", click=True)
    engine.wait("(before) => document.querySelector('#guide').innerText !== before", before)
    assert engine.ask("() => location.href") != address
    engine.ask("() => { setTimeout(() => history.back(), 0); }")
    engine.wait("(address) => location.href === address", address)


def test_the_calculator_calculates(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "choose/cost-and-density/")
    before = engine.ask(TEXT, "#calculator table")
    engine.ask(FILL, "#calculator input[type=number], #calculator input[inputmode]", "77")
    engine.wait("(before) => document.querySelector('#calculator table').innerText !== before", before)
    assert "77" in engine.ask("() => location.search + location.hash")


def test_the_comparison_shows_what_is_chosen(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "reference/comparison/")
    assert engine.ask(COLUMNS) == ["Container", "gVisor", "Kata", "Virtual machine"]
    engine.point("#comparison-tools input[value=confidential-vm]", click=True)
    assert engine.ask(COLUMNS) == ["Container", "gVisor", "Kata", "Virtual machine", "Confidential VM"]
    rows = engine.ask(ROWS)
    engine.ask(FILL, "#comparison-tools select", "cost")
    assert 0 < engine.ask(ROWS) < rows
    address = engine.ask("() => location.href")
    engine.open(address)
    assert len(engine.ask(COLUMNS)) == 5
    assert 0 < engine.ask(ROWS) < rows
    engine.open(base_url + "reference/comparison/", width=390)
    assert engine.ask("() => document.querySelectorAll('#comparison-tools input:checked').length") == 2
    cells = """() => [...document.querySelector('table.comparison tbody tr').cells]
      .filter((cell) => getComputedStyle(cell).display !== "none").length"""
    assert engine.ask(cells) == 3


@pytest.mark.parametrize("address", ["reference/figures/", "reference/escapes/", "reference/sources/"])
def test_a_ledger_is_filtered(engine: Engine, base_url: str, address: str) -> None:
    engine.open(base_url + address)
    whole = engine.ask(ENTRIES)
    engine.ask(FILL, "#ledger-tools input[type=search]", "container")
    assert 0 < engine.ask(ENTRIES) < whole
    assert engine.ask("() => location.search") == "?words=container"


def test_a_readers_own_result_is_shown(engine: Engine, base_url: str) -> None:
    engine.open(base_url + "reference/measurements/")
    engine.choose_file("#viewer-file", next(DATA.glob("measurements/2*.json")))
    engine.wait("() => document.querySelectorAll('#viewer table').length > 2")


def test_the_page_on_accessibility_lists_these_checks() -> None:
    """A row for each check of this file, with both engines."""
    text = (DOCS / "about/accessibility.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| yes \| yes \|$", text, re.MULTILINE)
    checks = [name for name in globals() if name.startswith("test_") and "accessibility" not in name]
    assert len(rows) == len(checks), f"{len(rows)} rows for {len(checks)} checks"
