"""Fixtures that the tests share: one build of each edition, one server, one browser for the whole run."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from scripts import browser as finder
from scripts.facts.checked import load
from scripts.facts.load import Data
from scripts.pages.labs import FOLDERS, HandsOn, hands_on
from scripts.paths import DATA, ROOT
from tests.editions import edition
from tests.engines import Chromium, Engine
from tests.firefox import Firefox, running
from tests.support import NOWHERE_ELSE, Visit, arrived, pages_of, serving, shown
from tests.walk import Walked, representatives, walk

# Into so many parts the walk through all pages is divided, so that workers can share it.
PARTS = 4

# Part of a test's id -> the group that one worker runs. What podman does shows on the whole machine, so no run is
# measured beside it; the tests' Docker daemon keeps to its own folder.
TOGETHER = {
    "-docker]": "docker",
    "test_labs.py": "engines",
    "test_measure_run.py": "engines",
    "::test_a_mistake_names_file_line": "mistakes",
    "test_new.py": "new",
    # Each page is parsed once for all of them.
    "test_content.py": "content",
    **{f"[part-{number}]": f"part-{number}" for number in range(PARTS)},
}
# What ``--quick`` leaves out: tests that use one of these, or stand in one of these files.
SLOW = {"web", "web_below", "disk", "chromium", "firefox", "engine", "copy", "made"}
SLOW_FILES = (
    "tests/measure/",
    "labs.py",
    "test_dev.py",
    "build.py",
    "links.py",
    "html.py",
    "diagrams.py",
    "floors.py",
    "properties.py",
    # Whether the checks bite does not change while somebody writes; the checks themselves run.
    "test_drill.py",
    "::test_a_mistake",
    "_would_be_found",
)
# The tests that fetch an external address each.
EXTERNAL = "test_external_address_answers"


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--quick``: only what is done in seconds; ``--external``: also fetch every external link."""
    parser.addoption("--external", action="store_true", help="fetch every external link (needs the web)")
    parser.addoption("--quick", action="store_true", help="only what needs no build, browser, engine or server")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the fetching of external links unless it was asked for; the summary says so."""
    quick, external = config.getoption("--quick"), config.getoption("--external")
    here = Path(__file__).parent
    config.stash[COLLECTED] = Counter(
        item.path.parent.relative_to(here).as_posix() for item in items if not item.name.startswith(EXTERNAL)
    )
    left_out = [
        item for item in items if (item.name.startswith(EXTERNAL) and not external) or (quick and _is_slow(item))
    ]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


# Why a test may be skipped. With CI=true any other reason fails the run.
EXPECTED_SKIPS = (
    "the labs are for Linux",
    "the harness measures Linux",
    "podman is not installed",
    "QEMU is not installed",
    "nginx with Brotli is not installed",
    "Firefox is not installed",
    "nft is not installed",
    "dockerd is not installed",
    "a Docker daemon of the tests' own needs root",
    "this lab needs root",
    "/dev/net/tun may not be opened here",
    "the tests give podman no network",
)
# (Test, reason) of each that was skipped.
_skipped: list[tuple[str, str]] = []
# How many tests each folder has, whatever is run of them.
COLLECTED = pytest.StashKey[Counter[str]]()


def unexpected(reasons: list[str], *, in_ci: bool) -> list[str]:
    """The reasons that are not among the expected ones; on a contributor's machine none counts."""
    return [reason for reason in reasons if in_ci and not any(known in reason for known in EXPECTED_SKIPS)]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note why a test was skipped."""
    if report.skipped:
        _skipped.append((report.nodeid, str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else ""))


def skips(reports: list[tuple[str, str]]) -> list[str]:
    """The closing lines about skipped tests: how many, which, and why."""
    lines = sorted(f"  {reason.removeprefix('Skipped: ')}: {test}" for test, reason in reports)
    return [f"Skipped {len(lines)} tests, each for the reason that it gives:", *lines] if lines else []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, fail for a test that was skipped for a reason that nobody has written down."""
    found = unexpected([f"{test}: {reason}" for test, reason in _skipped], in_ci=os.environ.get("CI") == "true")
    if found and session.exitstatus == 0:
        print("\nSkipped for no stated reason (EXPECTED_SKIPS in tests/conftest.py):", *found, sep="\n  ")
        session.exitstatus = 1


def _is_slow(item: pytest.Item) -> bool:
    """Whether a test needs a build, a browser, an engine or a copy of the sources."""
    return bool(SLOW & set(getattr(item, "fixturenames", ()))) or any(part in item.nodeid for part in SLOW_FILES)


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Gives tests that share something costly, or look at what others leave behind, to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        """What belongs together has the same scope."""
        return next((scope for part, scope in TOGETHER.items() if part in nodeid), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Called by pytest-xdist (whose own groups need a pytest that lets node ids be changed)."""
    return Together(config, log)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say in every run what was not checked."""
    if not config.getoption("--quick"):
        pages = [(page, [step.why_not for step in page.steps if not step.is_run]) for page in every_page()]
        left = [f"{page.path.stem} {len(whys)} ({'; '.join(dict.fromkeys(whys))})" for page, whys in pages if whys]
        count = sum(len(whys) for _, whys in pages)
        terminalreporter.write_line(f"Not run of labs and guides, {count} blocks: {', '.join(left)}.")
    for line in skips(_skipped):
        terminalreporter.write_line(line)
    if not config.getoption("--external"):
        terminalreporter.write_line(
            "External links were not fetched: python3 scripts/dev.py test --external does that."
        )


def every_page() -> list[HandsOn]:
    """All labs and guides with steps."""
    return [page for folder in FOLDERS for page in hands_on(folder)]


@pytest.fixture(scope="session")
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The web edition. Nobody may write into it."""
    return edition("web", request, tmp_path_factory)


@pytest.fixture(scope="session")
def web_below(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The web edition of a fork."""
    return edition("web_below", request, tmp_path_factory)


@pytest.fixture(scope="session")
def disk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition for disk, unpacked."""
    return edition("disk", request, tmp_path_factory)


@pytest.fixture(scope="session")
def data() -> Data:
    """The data as it is."""
    return load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data, to be broken on purpose."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def copied(target: Path) -> Path:
    """The sources, without what is made of them."""
    left_out = (".git", ".venv", "site", "dist", "node_modules", ".build", ".*_cache", "__pycache__")
    return Path(shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*left_out)))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources in another folder, to be broken on purpose."""
    return copied(tmp_path / "copy")


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


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """A second engine, where it is installed."""
    program = finder.installed_firefox()
    if program is None:
        pytest.skip("Firefox is not installed")
    with running(program, tmp_path_factory.mktemp("firefox")) as started:
        yield started


@pytest.fixture(params=["chromium", "firefox"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each of the two engines in turn."""
    if request.param == "firefox":
        yield request.getfixturevalue("firefox")
        return
    started = Chromium(request.getfixturevalue("chromium"))
    yield started
    started.close()


@pytest.fixture(scope="session", params=range(PARTS), ids=[f"part-{number}" for number in range(PARTS)])
def walked(request: pytest.FixtureRequest, chromium: Browser, web: Path, base_url: str) -> list[Walked]:
    """What the pages of the web edition are like; each part is every fourth page."""
    with opener(chromium, base_url) as visit:
        return list(walk(visit, base_url, pages_of(web)[request.param :: PARTS], representatives(web)))


@contextlib.contextmanager
def opener(chromium: Browser, base_url: str) -> Iterator[Callable[..., Visit]]:
    """A function that opens pages of the web edition each in a context of its own."""
    contexts = []

    def open_page(address: str = "", *, width: int = 1280, dark: bool = False, **options: Any) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", **options
        )
        contexts.append(context)
        seen = Visit(context.new_page()).listen()
        seen.page.goto(base_url + address)
        arrived(seen.page) if options.get("java_script_enabled", True) else shown(seen.page)
        return seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit(chromium: Browser, base_url: str) -> Iterator[Callable[..., Visit]]:
    """Opens a page of the web edition: ``visit("overview/summary/", width=390, dark=True)``."""
    with opener(chromium, base_url) as open_page:
        yield open_page


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
        arrived(seen.page) if options.get("java_script_enabled", True) else shown(seen.page)
        return seen

    yield open_page
    for context in contexts:
        context.close()


def open_search(page: Page) -> None:
    """Open the search by its key, and wait until it can answer."""
    page.keyboard.press("Control+k")
    page.locator("dialog.search input").wait_for()
    page.wait_for_function("() => document.querySelector('.search__status').textContent.startsWith('Type')")


def type_search(page: Page, words: str) -> list[str]:
    """Type a question into the open search; gives the addresses of the answers, best first."""
    page.locator("dialog.search input").fill(words)
    return [link.get_attribute("href") or "" for link in page.locator("dialog.search li a").all()]
