"""What an edition gets after MkDocs has built it: for hosts, and for the readers' tools."""

from __future__ import annotations

import os
from pathlib import Path

from scripts.publish import dataset, headers, offer, tools


def add(site: Path, *, for_disk: bool) -> None:
    """Complete a built site in place."""
    if not for_disk:
        headers.write(site)
        offer.add(site)
        dataset.write(site)
        tools.write(site, os.environ.get("SITE_URL", ""))
