"""``dev.py bench --grow``: the site with 1, 3 and 10 times its pages. Does anything grow faster than the pages do?

Each size is built in a copy of the working tree, where every page stands several times, in folders of its own. Nothing
passes or fails; the table says what each page costs.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.paths import ROOT

SIZES = (1, 3, 10)
# So many pages are walked through with a browser; the same ones at each size.
WALKED = 12
NAV = re.compile(r"^nav:\n(.*?)(?=^\S)", re.DOTALL | re.MULTILINE)
NOT_IN_NAV = re.compile(r"^not_in_nav: \|\n((?:  .*\n)+)", re.MULTILINE)
TITLE = re.compile(r"^(title: \"?)([^\"\n]*)", re.MULTILINE)
HEADING = re.compile(r"^(# .*)$", re.MULTILINE)
# Files beside the pages stay where they are.
FILE_LINK = re.compile(r"(\]\(|href=\")(?:\.\./)+(data/|assets/)")


@dataclass(frozen=True)
class Grown:
    """What a site of some size took."""

    pages: int
    seconds: float
    megabytes: float
    index_kilobytes: float
    html_kilobytes: float
    walk_seconds: float


def copied(target: Path) -> None:
    """The working tree, with the files that git does not know yet, in another folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def multiply(folder: Path, times: int) -> None:
    """Put every page of the sources in ``folder`` there ``times`` times: copy2/, copy3/, … each with its navigation."""
    docs, settings = folder / "docs", folder / "mkdocs.yml"
    pages = [path for path in docs.rglob("*.md") if not path.relative_to(docs).parts[0].startswith("copy")]
    config = settings.read_text(encoding="utf-8")
    nav, aside = NAV.search(config), NOT_IN_NAV.search(config)
    if nav is None or aside is None:
        raise ValueError("mkdocs.yml has no nav or no not_in_nav")
    more, unlisted = "", ""
    for number in range(2, times + 1):
        for page in pages:
            target = docs / f"copy{number}" / page.relative_to(docs)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(renamed(page.read_text(encoding="utf-8"), number), encoding="utf-8")
        # The build fills the entry of this name with pages, once.
        lines = nav[1].replace("Technologies: [", f"Technologies {number}: [").splitlines()
        entries = [re.sub(r"([\w./-]+\.md)", rf"copy{number}/\1", line) for line in lines if "#" not in line]
        more += "\n".join([f"  - Copy {number}:", *("    " + line for line in entries if line)]) + "\n"
        unlisted += re.sub(r"^  /", f"  /copy{number}/", aside[1], flags=re.MULTILINE)
    config = config.replace(nav[0], nav[0].rstrip("\n") + "\n" + more + "\n")
    settings.write_text(config.replace(aside[1], aside[1] + unlisted), encoding="utf-8")


def renamed(text: str, number: int) -> str:
    """A page with another title, whose links to files still lead there."""
    text = TITLE.sub(rf"\g<1>\g<2> ({number})", text, count=1)
    text = HEADING.sub(rf"\1 ({number})", text, count=1)
    return FILE_LINK.sub(r"\1/\2", text)


def build(folder: Path) -> tuple[float, float]:
    """Build the sources in ``folder``; gives seconds, and the most memory that a process of it took, in MB."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "NO_MKDOCS_2_WARNING": "1"}
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.publish", "web"], cwd=folder, env=environment, stdout=said, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
        if status:
            said.seek(0)
            raise RuntimeError(f"the larger site was not built: {said.read()[-2000:].decode(errors='replace')}")
    # Linux counts in KiB, macOS in bytes.
    return time.perf_counter() - began, used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1000)


def walk(folder: Path) -> float:
    """Seconds that the walk of the tests takes for a page of the built site."""
    command = [sys.executable, "-m", "tests.pace", str(folder / "site"), str(WALKED)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout)


def measured(folder: Path) -> Grown:
    """Build, and look at what came of it."""
    seconds, megabytes = build(folder)
    pages = list((folder / "site").rglob("index.html"))
    packed = len(gzip.compress((folder / "site/assets/search.js").read_bytes(), 9))
    html = sum(page.stat().st_size for page in pages)
    return Grown(len(pages), seconds, megabytes, packed / 1000, html / len(pages) / 1000, walk(folder))


def lines(found: list[Grown]) -> Iterator[str]:
    """The table; what is said per page should stay what it was."""
    heads = {"pages": 6, "build": 10, "per page": 11, "memory": 10, "index": 10, " per page": 11, "HTML/page": 11}
    yield "".join(f"{head:>{width}}" for head, width in {**heads, "walk/page": 11}.items())
    for one in found:
        yield (
            f"{one.pages:>6}{one.seconds:>8.1f} s{one.seconds / one.pages * 1000:>8.0f} ms{one.megabytes:>7.0f} MB"
            f"{one.index_kilobytes:>7.0f} kB{one.index_kilobytes / one.pages:>8.2f} kB{one.html_kilobytes:>8.1f} kB"
            f"{one.walk_seconds:>9.2f} s"
        )


def main() -> int:
    """Measure each size, and print the table."""
    found = []
    with tempfile.TemporaryDirectory(prefix="grow-") as name:
        for size in SIZES:
            folder = Path(name) / str(size)
            copied(folder)
            if size > 1:
                # The pages of the technologies are written by a build.
                build(folder)
                multiply(folder, size)
            found.append(measured(folder))
            print(f"{size} times: {found[-1].pages} pages", flush=True)
            shutil.rmtree(folder)
    print("\n".join(lines(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
