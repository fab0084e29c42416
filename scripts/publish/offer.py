"""The archive for reading from disk, offered on the site itself with its size and checksum.

It is made first, because the page that offers it says both.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts.paths import ARCHIVE_SETTING

NAME = "docker-vs-vm-offline.zip"
# Where the page of the same address is; the archive lies beside it.
FOLDER = "about/offline"


@contextlib.contextmanager
def offering(archive: Path | None) -> Iterator[None]:
    """While this lasts, a site that is built offers ``archive``, which is there already (None: no archive)."""
    if archive is None:
        yield
        return
    os.environ[ARCHIVE_SETTING] = str(archive)
    try:
        yield
    finally:
        del os.environ[ARCHIVE_SETTING]


def add(site: Path) -> None:
    """Put the archive that is offered, and its checksum as ``sha256sum`` reads it, into a built site."""
    archive = os.environ.get(ARCHIVE_SETTING)
    if archive:
        folder = site / FOLDER
        shutil.copy2(archive, folder / NAME)
        digest = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
        (folder / f"{NAME}.sha256").write_text(f"{digest}  {NAME}\n", encoding="utf-8")
