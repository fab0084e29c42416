"""What must be quick: a commit against the working tree, by turns, as medians and ratios. Nothing passes or fails.

Both are built in copies, with the packages that are installed now.
"""

from __future__ import annotations

import argparse
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from scripts import browser
from scripts.bench.builds import cold_build, edit_to_served, kilobytes_per_page, warm_build
from scripts.bench.pages import in_browser
from scripts.paths import ROOT

# Name -> unit, and what is done in the folder of a side. Those of the browser come after: they look at what was built.
BUILDS: dict[str, tuple[str, Callable[[Path], float]]] = {
    "cold build": ("s", cold_build),
    "warm build": ("s", warm_build),
    "edit to served": ("s", edit_to_served),
    "HTML per page": ("kB", kilobytes_per_page),
}
# What was measured: name -> unit, values before, values now.
Found = dict[str, tuple[str, list[float], list[float]]]


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


def report(found: Found) -> str:
    """Medians and their ratio, a line for each measure; a dash where a side could not be measured."""
    lines = [f"{'':<18}{'before':>12}{'now':>12}{'ratio':>8}"]
    for name, (unit, *sides) in found.items():
        before, now = (statistics.median(values) for values in sides)
        shown = ["–" if math.isnan(value) else f"{value:.2f} {unit}" for value in (before, now)]
        ratio = "–" if math.isnan(now / before) else f"{now / before:.2f}"
        lines.append(f"{name:<18}{shown[0]:>12}{shown[1]:>12}{ratio:>8}")
    return "\n".join(lines)


def measured(sides: tuple[Path, Path], runs: int) -> Found:
    """Every measure of both sides by turns; which is first changes from run to run, as a machine drifts."""
    with in_browser() as pages:
        measures = BUILDS | pages
        found: Found = {name: (unit, [], []) for name, (unit, _) in measures.items()}
        for run in range(runs):
            print(f"run {run + 1} of {runs}", flush=True)
            for name, (_, measure) in measures.items():
                turns = list(zip(sides, found[name][1:], strict=True))
                for side, values in turns if run % 2 == 0 else reversed(turns):
                    values.append(measure(side))
    return found


def main(arguments: list[str]) -> int:
    """Measure both, and print what was found."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("commit", nargs="?", default="HEAD", help="what the working tree is compared with (HEAD)")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="how often each is measured (5)")
    options = parser.parse_args(arguments)
    command = ["git", "rev-parse", "--verify", "--quiet", f"{options.commit}^{{commit}}"]
    known = subprocess.run(command, cwd=ROOT, capture_output=True)
    if known.returncode:
        print(f"'{options.commit}' is no commit of this repository: name one, or none for HEAD", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        worktree = Path(folder) / "before"
        try:
            found = measured((copied(options.commit, worktree), copied(None, Path(folder) / "now")), options.runs)
        except browser.NoBrowserError as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            remove = ["git", "worktree", "remove", "--force", str(worktree)]
            subprocess.run(remove, cwd=ROOT, capture_output=True, check=False)
    print(report(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
