"""What a test needs of a browser, for Chromium and Firefox alike, so that one test is run by both."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, Page

from tests.support import ARRIVED


class Engine(Protocol):
    """A browser with one page. Functions of JavaScript are given as text."""

    def open(self, address: str, *, width: int = 1280, height: int = 900) -> None:
        """Load an address in a window of this size."""

    def ask(self, function: str, *values: Any) -> Any:
        """What a function gives for ``values``."""

    def wait(self, condition: str, *values: Any) -> None:
        """Wait until a function gives something true."""

    def press(self, *keys: str) -> None:
        """Press keys together, and let them go."""

    def point(self, selector: str, *, click: bool = False) -> None:
        """Put the pointer on the first element that is visible, and perhaps click it."""

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a field for files."""


class Chromium:
    """One page of a Chromium that Playwright drives."""

    def __init__(self, browser: Browser) -> None:
        self._browser, self._page = browser, None

    @property
    def page(self) -> Page:
        """The page that was opened last."""
        assert self._page is not None
        return self._page

    def open(self, address: str, *, width: int = 1280, height: int = 900) -> None:
        """Load an address in a fresh tab: what earlier tests stored is gone."""
        self.close()
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, permissions=["clipboard-read", "clipboard-write"]
        )
        self._page = context.new_page()
        self._page.goto(address)
        self.wait(ARRIVED)

    def close(self) -> None:
        """Close what was opened."""
        if self._page is not None:
            self._page.context.close()
            self._page = None

    def ask(self, function: str, *values: Any) -> Any:
        """What a function gives for ``values``."""
        return self.page.evaluate(f"(values) => ({function})(...values)", list(values))

    def wait(self, condition: str, *values: Any) -> None:
        """Wait until a function gives something true."""
        self.page.wait_for_function(f"(values) => ({condition})(...values)", arg=list(values), polling=50)

    def press(self, *keys: str) -> None:
        """Press keys together, and let them go."""
        self.page.keyboard.press("+".join(keys))

    def point(self, selector: str, *, click: bool = False) -> None:
        """Put the pointer on the first element that is visible, and perhaps click it."""
        seen = self.page.locator(selector).locator("visible=true").first
        seen.click() if click else seen.hover()

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a field for files."""
        self.page.locator(selector).set_input_files(path)
