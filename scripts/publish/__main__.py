"""``dev.py build`` and ``dev.py offline``."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import yaml

from scripts.browser import NoBrowserError, installed
from scripts.facts.checked import load
from scripts.paths import DATA, DIST, DOCS, ROOT, SITE
from scripts.publish import dataset, moved, offer, paper, rows
from scripts.publish.edition import BuildError, address, build, pack


def main() -> int:
    """Make the edition named on the command line."""
    try:
        archive = DIST / offer.NAME
        if sys.argv[1] == "offline":
            pack(archive)
            print(f"wrote {archive.relative_to(ROOT).as_posix()} ({archive.stat().st_size:,} bytes)")
        elif sys.argv[1] == "whole":
            # Says at once, and not after the first of the two builds, that BROWSER_PATH is wrong.
            installed()
            pack(archive)
            with paper.printed(archive, address()) as papers, offer.offering(archive, papers):
                build(SITE)
            print("wrote site/" + ("" if papers else ", without PDFs: no browser is installed that could print them"))
        elif sys.argv[1] == "record":
            record()
        else:
            build(SITE)
            print("wrote site/")
    except (BuildError, NoBrowserError, rows.NoVersionError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def record() -> None:
    """Write down what an edition publishes: its addresses, under the changelog's newest day, and the changed rows."""
    version = yaml.safe_load((DATA / "version.yml").read_text(encoding="utf-8"))
    changed = rows.record(dataset.ROWS, version, rows.digests(dataset.tables(load())), amend="--amend" in sys.argv)
    print(f"{dataset.ROWS.name}: {changed} rows changed with version {version['version']}")
    changelog = (DOCS / "about/changelog.md").read_text(encoding="utf-8")
    day = max(re.findall(r"^## (\d{4}-\d\d-\d\d)$", changelog, re.MULTILINE))
    with tempfile.TemporaryDirectory(prefix="addresses-") as folder:
        build(Path(folder) / "site")
        new = moved.record(ROOT / moved.LIST, Path(folder) / "site", day)
    print(f"{moved.LIST}: {new} new")


if __name__ == "__main__":
    sys.exit(main())
