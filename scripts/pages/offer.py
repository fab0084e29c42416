"""What the page on reading offline says of the archive, where the site offers one."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from scripts.pages.render import part
from scripts.paths import ARCHIVE_SETTING


def archive() -> str:
    """A link to the archive beside the page with its size and checksum, or that there is none."""
    given = os.environ.get(ARCHIVE_SETTING)
    if not given:
        return part("offer", "without")
    content = Path(given).read_bytes()
    size = f"{len(content) / 1e6:.1f}\u00a0MB"
    return part("offer", "offer", Path(given).name, size, hashlib.sha256(content).hexdigest())
