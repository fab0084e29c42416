"""What is offered for taking away: the archive for disk with its size and checksum, and what is printed as PDFs.

Both are made first, because the pages that offer them say how large they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts.paths import ARCHIVE_SETTING, PAPERS, PAPERS_SETTING

NAME = "docker-vs-vm-offline.zip"
# Where the page of the same address is; the archive lies beside it.
FOLDER = "about/offline"


@contextlib.contextmanager
def offering(archive: Path | None, papers: Path | None = None) -> Iterator[None]:
    """While this lasts, a site that is built offers what is there already: an archive, a folder of PDFs."""
    given = {ARCHIVE_SETTING: archive, PAPERS_SETTING: papers}
    settings = {name: str(path) for name, path in given.items() if path}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name in settings:
            del os.environ[name]


def add(site: Path) -> None:
    """Put what is offered into a built site; the checksum as ``sha256sum`` reads it."""
    archive, papers = os.environ.get(ARCHIVE_SETTING), os.environ.get(PAPERS_SETTING)
    if archive:
        folder = site / FOLDER
        shutil.copy2(archive, folder / NAME)
        digest = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
        (folder / f"{NAME}.sha256").write_text(f"{digest}  {NAME}\n", encoding="utf-8")
    if papers:
        (site / PAPERS).mkdir()
        for path in sorted(Path(papers).glob("*.pdf")):
            shutil.copyfile(path, site / PAPERS / path.name)
