"""What authors and hosts wait for: a build, a build after another, an edit in the live preview; and what it weighs."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

# The page that is edited, and where it is served.
EDITED, ADDRESS = "docs/overview/summary.md", "overview/summary/"
GIVE_UP_SECONDS = 120


def environment(folder: Path) -> dict[str, str]:
    """Tools find the modules of that copy."""
    return {**os.environ, "PYTHONPATH": str(folder), "NO_MKDOCS_2_WARNING": "1"}


def timed(act: Callable[[], object]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def build(folder: Path) -> None:
    """One build of the web edition."""
    command = [sys.executable, "-m", "scripts.publish", "web"]
    subprocess.run(command, cwd=folder, env=environment(folder), check=True, capture_output=True)


def cold_build(folder: Path) -> float:
    """A build without anything that an earlier one has kept."""
    for kept in (folder / ".build", folder / "site", *folder.rglob("__pycache__")):
        shutil.rmtree(kept, ignore_errors=True)
    return timed(lambda: build(folder))


def warm_build(folder: Path) -> float:
    """A build after another."""
    return timed(lambda: build(folder))


def edit_to_served(folder: Path) -> float:
    """From saving a page to its new words in the live preview."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, env=environment(folder), stdout=quiet, stderr=quiet)
    page, address = folder / EDITED, f"http://127.0.0.1:{port}/{ADDRESS}"
    before = page.read_text(encoding="utf-8")
    try:
        _wait_for(address, "</html>")
        page.write_text(f"{before}\nWords of the bench.\n", encoding="utf-8")
        return timed(lambda: _wait_for(address, "Words of the bench."))
    finally:
        process.terminate()
        process.wait()
        page.write_text(before, encoding="utf-8")


def _wait_for(address: str, words: str) -> None:
    last = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < last:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
            if words in answer.read().decode():
                return
        time.sleep(0.05)
    raise TimeoutError(f"{address} did not come to hold '{words}'")


def kilobytes_per_page(folder: Path) -> float:
    """The mean weight of a page's HTML in the last build."""
    pages = list((folder / "site").rglob("*.html"))
    return sum(page.stat().st_size for page in pages) / len(pages) / 1000
