"""Questions as people ask them find the right page among the first three results, on a server and from disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import yaml

from scripts.paths import ROOT
from tests.conftest import type_search
from tests.support import Visit

QUESTIONS: list[tuple[str, set[str]]] = [
    (str(words), set(pages))
    for words, *pages in yaml.safe_load((ROOT / "tests/questions.yml").read_text(encoding="utf-8"))
]


def tidy(link: str, home: str) -> str:
    """A result's address as questions.yml writes it: no highlight, no fragment, no file name."""
    address = link.split("?")[0].split("#")[0].removeprefix(home).lstrip("/")
    return address.removesuffix("index.html").removesuffix(".html").rstrip("/") + "/" if address else ""


def missed(seen: Visit, home: str) -> list[str]:
    """A line for each question that does not find its page."""
    found = []
    seen.page.keyboard.press("/")
    for words, wanted in QUESTIONS:
        results = [tidy(link, home) for link in type_search(seen.page, words)]
        first = [page.removeprefix("/") for page in dict.fromkeys(results)][:3]
        if not wanted & set(first):
            found.append(f"'{words}' finds {first}, none of {sorted(wanted)}")
    return found


def test_there_are_enough_questions() -> None:
    assert len(QUESTIONS) >= 30


def test_questions_find_their_page_on_a_server(visit: Callable[..., Visit], base_url: str) -> None:
    seen = visit("about/offline/", search=True)
    assert missed(seen, base_url) == [], "see tests/questions.yml"
    assert seen.errors == []


def test_questions_find_their_page_from_disk(disk_visit: Callable[..., Visit], disk: Path) -> None:
    seen = disk_visit("about/offline.html")
    assert missed(seen, disk.as_uri()) == [], "see tests/questions.yml"
    assert seen.errors == []
    assert seen.foreign(disk.as_uri()) == []


def test_diagram_labels_stay_out_of_the_results(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/architecture/", search=True)
    seen.page.keyboard.press("/")
    type_search(seen.page, "hypervisor")
    assert "App +libraries" not in seen.page.locator(".md-search-result").inner_text()
