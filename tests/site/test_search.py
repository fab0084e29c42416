"""Questions as people type them find the right page among the first three answers, on a server and from disk."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page

from scripts import index
from scripts.paths import DOCS, ROOT
from tests.conftest import open_search, type_search
from tests.support import Visit, file_of

QUESTIONS: list[tuple[str, set[str]]] = [
    (str(words), set(pages))
    for words, *pages in yaml.safe_load((ROOT / "tests/questions.yml").read_text(encoding="utf-8"))
]
ENOUGH = 0.95


def mistyped(words: str) -> str:
    """``words`` with one mistake in the longest: a letter missing, a wrong one, or two that changed places."""
    listed = words.split()
    at = max(range(len(listed)), key=lambda index: len(listed[index]))
    word = listed[at]
    if len(word) < 5:
        return words
    half = len(word) // 2
    mistakes = (
        word[:half] + word[half + 1 :],
        word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :],
        word[:half] + "x" + word[half + 1 :],
    )
    return " ".join([*listed[:at], mistakes[len(words) % 3], *listed[at + 1 :]])


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "with a question mark": lambda words: words + "?",
    "in lower case": str.lower,
    "in upper case": str.upper,
    "with commas": lambda words: ", ".join(words.split()),
    "with one mistake": mistyped,
}
# What is typed -> a word that one of the first three titles or paths has to hold.
SAME = {
    "what is docker?": "Docker",
    "ci/cd": "Build",
    "docker/vm": "Docker",
    "--rm": "Data",
    "Hyper-V": "Hyper-V",
    "hyperv": "Hyper-V",
    "hyper v": "Hyper-V",
    "WSL2": "WSL",
    "wsl 2": "WSL",
    "virtualization": "irtual",
    "virtualisation": "irtual",
    "containerization": "ontainer",
    "k8s": "Kubernetes",
    "CI/CD": "Build",
    "hyper-v": "Hyper-V",
    "wsl2": "WSL",
    "WSL 2": "WSL",
    "micro vm": "microVM",
    "microVM": "microVM",
    "near-native": "Performance",
    "hypervisors": "ypervisor",
    "is docker secure, really?": "secure",
}
# Rows are found one by one, each at its own place.
ROWS = {
    "runc 33 ms": "reference/figures/#runc-create",
    "Misleads when the mechanism is switched off": "reference/comparison/#enforced-by",
    "Firecracker lightweight virtualization for serverless applications": "reference/sources/a/#agache2020",
    "zapscape": "reference/escapes/#cve-2026-64561",
    "CVE-2026-64561": "reference/escapes/#cve-2026-64561",
    "apparmor": "reference/glossary/#apparmor",
}


# Lists whose rows are each found by their own name, and how many of them may hide behind a page of that very subject.
LISTS = {
    "understand/questions/": 0.0,
    "understand/misconceptions/": 0.0,
    "reference/comparison/": 0.06,
    "reference/figures/": 0.01,
    "reference/escapes/": 0.0,
    "reference/glossary/": 0.02,
    # Sources are called "Disks and Volumes" or "Pods" as well, for which our own pages come first.
    "reference/sources/k/": 0.08,
}
# The same heading ends every page of that section, so a search for it may choose any.
ON_EVERY_PAGE = {"What would change this"}


def answers(page: Page, questions: list[str]) -> list[list[dict[str, str]]]:
    """What the search answers to each question, asked of its module in one go."""
    ask = """(questions) => questions.map((question) => siteSearch.answers(question).map(({section}) => ({
        page: siteIndex.pages[section.page][0], anchor: section.anchor, title: section.title, path: section.path})))"""
    return list(page.evaluate(ask, questions))


def tidy(address: str) -> str:
    """An address of either edition as questions.yml writes it."""
    address = address.removesuffix("index.html").removesuffix(".html")
    return address.rstrip("/") + "/" if address else ""


def missed(page: Page, form: Callable[[str], str]) -> list[str]:
    """A line for each question that, written in ``form``, does not find its page."""
    lines = []
    written = [form(words) for words, _ in QUESTIONS]
    for words, (_, wanted), found in zip(written, QUESTIONS, answers(page, written), strict=True):
        first = list(dict.fromkeys(tidy(answer["page"]) for answer in found))[:3]
        if not wanted & set(first):
            lines.append(f"'{words}' finds {first}, none of {sorted(wanted)}")
    return lines


def test_there_are_enough_questions() -> None:
    assert len(QUESTIONS) >= 100
    for folder in ("labs", "guides"):
        for path in (DOCS / folder).glob("*.md"):
            address = f"{folder}/{path.stem}/".removesuffix("index/")
            asked = [words for words, pages in QUESTIONS if address in pages]
            assert len(asked) >= (1 if path.stem == "index" else 2), f"{address} is found by {asked} only"


def test_questions_find_their_page_however_they_are_typed(visit: Callable[..., Visit]) -> None:
    seen = visit("about/offline/")
    open_search(seen.page)
    for name, form in FORMS.items():
        lines = missed(seen.page, form)
        assert len(lines) <= (1 - ENOUGH) * len(QUESTIONS), f"{name}: {lines}"
    assert seen.errors == []


def test_questions_find_their_page_from_disk(disk_visit: Callable[..., Visit], disk: Path) -> None:
    seen = disk_visit("about/offline.html")
    open_search(seen.page)
    lines = missed(seen.page, str)
    assert len(lines) <= (1 - ENOUGH) * len(QUESTIONS), lines
    assert seen.errors == []
    assert seen.foreign(disk.as_uri()) == []


def test_what_means_the_same_finds_the_same(visit: Callable[..., Visit]) -> None:
    seen = visit("about/offline/")
    open_search(seen.page)
    wrong = []
    for (words, part), found in zip(SAME.items(), answers(seen.page, list(SAME)), strict=True):
        first = [f"{answer['path']} {answer['title']}" for answer in found[:3]]
        if not any(part in title for title in first):
            wrong.append(f"'{words}' finds {first}, not {part}")
    assert wrong == []


def test_a_row_is_found_at_its_own_place(visit: Callable[..., Visit]) -> None:
    seen = visit("about/offline/")
    open_search(seen.page)
    wrong = []
    for (words, place), found in zip(ROWS.items(), answers(seen.page, list(ROWS)), strict=True):
        first = [f"{answer['page']}#{answer['anchor']}" for answer in found[:3]]
        if place not in first:
            wrong.append(f"'{words}' finds {first}, not {place}")
    assert wrong == []


@pytest.mark.parametrize("address", LISTS)
def test_the_rows_of_a_list_are_found_one_by_one(visit: Callable[..., Visit], address: str) -> None:
    seen = visit("about/offline/")
    open_search(seen.page)
    rows: list[list[str]] = seen.page.evaluate(
        "(address) => siteSearch.places().filter(([page]) => page === address).map((place) => place.slice(1))",
        address,
    )
    named = {anchor: title for anchor, title in rows if title and title not in ON_EVERY_PAGE}
    assert len(named) > 30
    wrong = []
    for (anchor, title), found in zip(named.items(), answers(seen.page, list(named.values())), strict=True):
        first = [f"{answer['page']}#{answer['anchor']}" for answer in found[:3]]
        if f"{address}#{anchor}" not in first:
            wrong.append(f"'{title}' finds {first}")
    assert len(wrong) <= LISTS[address] * len(named), wrong


def test_the_answer_shows_where_it_is_and_how_many_there_are(visit: Callable[..., Visit], base_url: str) -> None:
    seen = visit("overview/architecture/")
    open_search(seen.page)
    links = type_search(seen.page, "is docker secure?")
    assert links[0].startswith(base_url + "overview/key-differences/")
    assert links[0].endswith("#is-docker-secure")
    first = seen.page.locator("dialog.search li").first
    assert first.locator("small").inner_text() == "Key differences › Security"
    status = seen.page.locator(".search__status")
    assert status.get_attribute("role") == "status"
    assert status.inner_text() == f"{len(links)} answers"


def test_only_whole_words_that_were_asked_for_are_marked(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    open_search(seen.page)
    marks = "dialog.search mark"
    for words, allowed in {
        "Hyper-V": {"hyper", "v", "hyperv"},
        "is it c++": {"c++"},
        "what is a kernel": {"kernel", "kernels"},
    }.items():
        type_search(seen.page, words)
        found = {mark.lower() for mark in seen.page.locator(marks).all_inner_texts()}
        assert found <= allowed, words
    with seen.page.expect_navigation():
        seen.page.locator("dialog.search li a").first.click()
    seen.page.locator("article mark").first.wait_for()
    assert {m.lower() for m in seen.page.locator("article mark").all_inner_texts()} <= {"kernel", "kernels", "kernel's"}


def test_a_question_without_an_answer_gets_a_sentence_and_three_links(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    open_search(seen.page)
    assert type_search(seen.page, "zxqvjwk") == []
    status = seen.page.locator(".search__status")
    assert "“zxqvjwk”" in status.inner_text()
    links = status.locator("a")
    assert links.count() == 3
    for link in links.all():
        assert seen.page.request.get(link.get_attribute("href") or "").ok


def test_pasted_text_is_searched_for(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    open_search(seen.page)
    seen.page.evaluate("() => document.execCommand('insertText', false, 'hypervisor')")
    assert seen.page.locator("dialog.search li").count() > 0


def test_escape_closes_the_search_and_gives_the_focus_back(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    seen.page.locator("a.find").focus()
    seen.page.keyboard.press("Enter")
    seen.page.locator("dialog.search input").wait_for()
    seen.page.keyboard.type("kernel")
    seen.page.locator("dialog.search li").first.wait_for()
    # A first Escape may empty the field; whoever presses it wants to leave in the end.
    for _ in range(2):
        seen.page.keyboard.press("Escape")
    assert not seen.page.locator("dialog.search").is_visible()
    assert seen.page.evaluate("() => document.activeElement.matches('a.find')")


def test_tab_goes_on_within_the_search(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    open_search(seen.page)
    type_search(seen.page, "kernel")
    for _ in range(4):
        seen.page.keyboard.press("Tab")
        assert seen.page.locator("dialog.search").is_visible()
    assert seen.page.evaluate("() => document.activeElement.matches('dialog.search li a')")


def test_nothing_of_the_search_is_loaded_before_somebody_reaches_for_it(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/")
    seen.page.wait_for_load_state("networkidle")
    parts = ("minisearch", "/search.js", "words.js")
    assert [url for url in seen.requests if any(part in url for part in parts)] == []
    open_search(seen.page)
    assert all(any(part in url for url in seen.requests) for part in parts)


@pytest.mark.parametrize("part", ["assets/search.js", "vendor/minisearch.js", "scripts/search.js", "scripts/words.js"])
def test_a_part_that_does_not_come_is_said(visit: Callable[..., Visit], part: str) -> None:
    seen = visit("overview/architecture/")
    seen.page.route(f"**/{part}", lambda route: route.abort())
    seen.page.keyboard.press("Control+k")
    if "scripts/" in part:
        seen.page.wait_for_url("**/pages/")
        assert seen.page.locator("article li a").count() > 40
    else:
        status = seen.page.locator(".search__status", has_text="could not be loaded")
        status.wait_for()
        assert status.locator("a").count() == 1


def test_every_place_of_the_index_is_there(visit: Callable[..., Visit], web: Path) -> None:
    """Most places are not in the index, but follow from their titles; both sides have to make them alike."""
    seen = visit("about/offline/")
    open_search(seen.page)
    places: dict[str, set[str]] = {}
    for address, anchor, _ in seen.page.evaluate("() => siteSearch.places()"):
        places.setdefault(address, set()).add(anchor)
    assert len(places) > 100
    for address, anchors in places.items():
        ids = set(re.findall(r'\bid="([^"]+)"', file_of(web, address).read_text(encoding="utf-8")))
        assert anchors <= ids, f"{address}: {sorted(anchors - ids)[:5]}"


def test_drawings_stay_out_of_the_index(web: Path) -> None:
    assert "App +libraries" not in (web / "assets/search.js").read_text(encoding="utf-8")


def test_a_section_that_asks_for_it_stays_out_of_the_index(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<article data-boost="1"><h1 id="a">A</h1><p>found</p><h2 id="b" data-search-exclude>B</h2><p>silent</p>'
        '<table><tr id="r"><th>row</th></tr></table><p>still silent</p><h2 id="c">C</h2><p>found again</p></article>'
    )
    (tmp_path / "synonyms.yml").write_text("[]")
    sections = index.index(tmp_path, tmp_path / "synonyms.yml")["sections"]
    assert isinstance(sections, dict)
    assert sections["title"] == ["A", "row", "C"]
    assert not any("silent" in text for text in sections["text"])
