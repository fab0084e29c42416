"""What must be quick: a commit against the working tree, interleaved, as medians and ratios. Nothing passes or fails.

Both are built in copies, with the packages that are installed now.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from scripts.paths import ROOT

# The page that is edited, and where it is served.
EDITED, ADDRESS = "docs/overview/summary.md", "overview/summary/"
GIVE_UP_SECONDS = 120


def files() -> list[str]:
    """The files of the working tree, those that git does not know yet included."""
    command = ["git", "ls-files", "-coz", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name]


def copied(commit: str | None, target: Path) -> Path:
    """The sources of a commit (of the working tree without one) in a folder of their own."""
    if commit:
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(target), commit], cwd=ROOT, check=True)
        return target
    for name in files():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


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


MEASURES: dict[str, tuple[str, Callable[[Path], float]]] = {
    "cold build": ("s", cold_build),
    "warm build": ("s", warm_build),
    "edit to served": ("s", edit_to_served),
    "HTML per page": ("kB", kilobytes_per_page),
}


def report(found: dict[str, tuple[list[float], list[float]]]) -> str:
    """Medians and their ratio, a line for each measure."""
    lines = [f"{'':<16}{'before':>12}{'now':>12}{'ratio':>8}"]
    for name, (before, now) in found.items():
        unit, first, second = MEASURES[name][0], statistics.median(before), statistics.median(now)
        lines.append(f"{name:<16}{f'{first:.2f} {unit}':>12}{f'{second:.2f} {unit}':>12}{second / first:>8.2f}")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Measure both by turns, and print what was found."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("commit", nargs="?", default="HEAD", help="what the working tree is compared with (HEAD)")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="how often each is measured (5)")
    options = parser.parse_args(arguments)
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in MEASURES}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        worktree = Path(folder) / "before"
        try:
            sides = (copied(options.commit, worktree), copied(None, Path(folder) / "now"))
            for run in range(options.runs):
                print(f"run {run + 1} of {options.runs}", flush=True)
                for name, (_, measure) in MEASURES.items():
                    for side, values in zip(sides, found[name], strict=True):
                        values.append(measure(side))
        finally:
            remove = ["git", "worktree", "remove", "--force", str(worktree)]
            subprocess.run(remove, cwd=ROOT, capture_output=True, check=False)
    print(report(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
