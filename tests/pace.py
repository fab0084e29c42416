"""Seconds that the walk takes for a page: ``python -m tests.pace SITE HOW_MANY`` (dev.py bench --grow asks)."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts import browser as finder
from tests.conftest import opener
from tests.support import pages_of, serving
from tests.walk import walk


def main() -> None:
    """Walk through pages that every size of the site has, and print the seconds for each."""
    site, count = Path(sys.argv[1]), int(sys.argv[2])
    pages = [address for address in pages_of(site) if not address.startswith("copy")]
    chosen = pages[:: max(1, len(pages) // count)][:count]
    with serving(site) as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(finder.ensure()), args=finder.launch_args())
        with opener(browser, home) as visit:
            began = time.perf_counter()
            for _ in walk(visit, home, chosen, set()):
                pass
            print((time.perf_counter() - began) / len(chosen))
        browser.close()


if __name__ == "__main__":
    main()
