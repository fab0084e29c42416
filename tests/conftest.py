"""Fixtures that the tests share: one build of each edition, one server, one browser for the whole run."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from scripts import browser as finder
from scripts.paths import ROOT
from scripts.publish.edition import FOLDER_IN_ARCHIVE, build, pack
from tests.support import NOWHERE_ELSE, Visit, serving

LONGEST = ("test_measure_run", "test_axe_finds_nothing_on_any_page", "test_without_javascript", "test_no_page_scrolls")
# The tests that fetch an external address each.
EXTERNAL = "test_external_address_answers"


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--external``: also fetch every external link."""
    parser.addoption("--external", action="store_true", help="fetch every external link (needs the web)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the fetching of external links unless it was asked for; the summary says so."""
    if not config.getoption("--external"):
        left_out = [item for item in items if item.name.startswith(EXTERNAL)]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    # The longest first, so that no worker begins one when the others are done.
    items.sort(key=lambda item: next((i for i, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST)))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say in every run what was not checked."""
    if not config.getoption("--external"):
        terminalreporter.write_line(
            "External links were not fetched: python3 scripts/dev.py test --external does that."
        )


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The web edition, built once."""
    folder = tmp_path_factory.mktemp("web") / "site"
    build(folder)
    return folder


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition for disk, unpacked from the archive that readers get."""
    folder = tmp_path_factory.mktemp("disk")
    archive = folder / "offline.zip"
    pack(archive)
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    return folder / FOLDER_IN_ARCHIVE


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources in another folder, to be broken on purpose."""
    target = tmp_path / "copy"
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "site", "dist", "node_modules", ".build", ".*_cache", "__pycache__"
    )
    shutil.copytree(ROOT, target, ignore=ignored)
    return target


@pytest.fixture(scope="session")
def base_url(web: Path) -> Iterator[str]:
    """The address of the web edition, served with the strict policy."""
    with serving(web) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, found or installed."""
    path = finder.ensure()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(path), args=[*finder.launch_args(), NOWHERE_ELSE])
        yield started
        started.close()


@pytest.fixture
def visit(chromium: Browser, base_url: str) -> Iterator[Callable[..., Visit]]:
    """Opens a page of the web edition: ``visit("overview/summary/", width=390, dark=True)``."""
    contexts = []

    def open_page(address: str = "", *, width: int = 1280, dark: bool = False, **options: Any) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", **options
        )
        contexts.append(context)
        seen = Visit(context.new_page()).listen()
        seen.page.goto(base_url + address)
        return seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def disk_visit(chromium: Browser, disk: Path) -> Iterator[Callable[..., Visit]]:
    """Opens a page of the edition for disk by ``file://``, with the network blocked."""
    contexts = []
    home = disk.as_uri()

    def open_page(address: str = "index.html", *, width: int = 1280, **options: Any) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True, **options)
        contexts.append(context)
        seen = Visit(context.new_page()).listen()
        seen.page.goto(f"{home}/{address}")
        return seen

    yield open_page
    for context in contexts:
        context.close()


def type_search(page: Page, words: str) -> list[str]:
    """Type a question into the search; gives the addresses of the pages found, best first."""
    query = page.locator("[data-md-component=search-query]")
    waiting = "document.querySelector('.md-search-result__meta').textContent.match(/Type to start|Initializing/)"
    # Emptied first, so that no answer to an earlier question is taken for this one; the theme listens to keys.
    query.fill("")
    query.press("End")
    page.wait_for_function(f"() => {waiting}")
    query.fill(words)
    query.press("End")
    page.wait_for_function(f"() => !{waiting}")
    page.wait_for_timeout(30)
    links = page.locator(".md-search-result__item > a.md-search-result__link")
    return [link.get_attribute("href") or "" for link in links.all()]
