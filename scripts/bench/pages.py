"""What readers wait for, in a real browser: a page that opens, the guide's answer, the search's answer.

Counted is the time that the page's main thread works (the browser's TaskDuration), not what the clock says until
something is to be seen: screens refresh at their own pace, and that would hide a difference of some milliseconds.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import math
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

from scripts import browser

QUESTIONS = ("docker or vm", "live migration", "escape", "memory of a container", "CVE-2019-5736")
# Answers one question after another, and says how many.
ANSWER = """async () => {
  const names = new Set(), settled = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  for (const input of document.querySelectorAll("#guide input[type=radio]")) {
    if (names.has(input.name) || !input.isConnected) continue;
    names.add(input.name);
    input.click();
    await settled();
  }
  return names.size;
}"""
ASK = """async (questions) => {
  const input = document.querySelector("dialog.search input");
  const settled = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  for (const question of questions) {
    input.value = question;
    input.dispatchEvent(new InputEvent("input", {bubbles: true}));
    await settled();
  }
  return questions.length;
}"""
READY = "() => document.querySelector('.search__status')?.textContent.startsWith('Type')"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def opened(chromium: Browser, site: Path) -> Iterator[tuple[Page, str, Callable[[], float]]]:
    """A fresh page, the address of the site, and what the page's main thread has worked so far, in milliseconds."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = chromium.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable")

    def worked() -> float:
        metrics = {row["name"]: row["value"] for row in session.send("Performance.getMetrics")["metrics"]}
        return float(metrics["TaskDuration"]) * 1000

    try:
        yield page, f"http://127.0.0.1:{server.server_port}/", worked
    finally:
        context.close()
        server.shutdown()
        server.server_close()


def comparison(chromium: Browser, folder: Path) -> float:
    """Opening the largest page."""
    with opened(chromium, folder / "site") as (page, home, worked):
        page.goto(f"{home}reference/comparison/", wait_until="networkidle")
        return worked()


def guide(chromium: Browser, folder: Path) -> float:
    """An answer in the guide, the mean of one to each question that is asked."""
    with opened(chromium, folder / "site") as (page, home, worked):
        page.goto(f"{home}choose/", wait_until="networkidle")
        page.locator("#guide input[type=radio]").first.wait_for(state="attached")
        before = worked()
        answered = int(page.evaluate(ANSWER))
        return (worked() - before) / answered


def search(chromium: Browser, folder: Path) -> float:
    """An answer of the search, once its index is there."""
    with opened(chromium, folder / "site") as (page, home, worked):
        page.goto(f"{home}overview/summary/", wait_until="networkidle")
        page.keyboard.press("Control+k")
        page.wait_for_function(READY)
        before = worked()
        asked = int(page.evaluate(ASK, list(QUESTIONS)))
        return (worked() - before) / asked


def first_visit(chromium: Browser, folder: Path) -> float:
    """What a first visit of the home page loads, in kB as gzip."""
    asked: list[str] = []
    with opened(chromium, folder / "site") as (page, home, _):
        page.on("request", lambda request: asked.append(request.url.removeprefix(home).split("?")[0]))
        page.goto(home, wait_until="networkidle")
    files = [folder / "site" / (name or "index.html") for name in dict.fromkeys(asked)]
    texts = (path.read_bytes() for path in files if path.is_file())
    return sum(min(len(text), len(gzip.compress(text, 9))) for text in texts) / 1000


@contextlib.contextmanager
def in_browser() -> Iterator[dict[str, tuple[str, Callable[[Path], float]]]]:
    """The measures that need a browser, while there is one; not a number where a commit has no such thing."""

    def tolerant(measure: Callable[[Browser, Path], float]) -> Callable[[Path], float]:
        def measured(folder: Path) -> float:
            try:
                return measure(chromium, folder)
            except Error:
                return math.nan

        return measured

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(browser.ensure()), args=browser.launch_args())
        yield {
            "first visit": ("kB", tolerant(first_visit)),
            "comparison opens": ("ms", tolerant(comparison)),
            "guide answers": ("ms", tolerant(guide)),
            "search answers": ("ms", tolerant(search)),
        }
        chromium.close()
