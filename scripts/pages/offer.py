"""What pages say of the archive and of the PDFs, where the site offers them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from scripts.pages.links import Links
from scripts.pages.render import part
from scripts.paths import ARCHIVE_SETTING, PAPERS, PAPERS_SETTING


def paper(links: Links, name: str, text: str) -> str:
    """A link to a PDF with its size; nothing where the site has none."""
    given = os.environ.get(PAPERS_SETTING)
    if not given:
        return ""
    size = f"{(Path(given) / name).stat().st_size / 1e6:.1f}\u00a0MB"
    return part("offer", "paper", links.file(f"{PAPERS}/{name}"), text, size)


def archive() -> str:
    """A link to the archive beside the page with its size and checksum, or that there is none."""
    given = os.environ.get(ARCHIVE_SETTING)
    if not given:
        return part("offer", "without")
    content = Path(given).read_bytes()
    size = f"{len(content) / 1e6:.1f}\u00a0MB"
    return part("offer", "offer", Path(given).name, size, hashlib.sha256(content).hexdigest())
