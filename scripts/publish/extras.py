"""What an edition gets after MkDocs has built it: for hosts, and for the readers' tools."""

from __future__ import annotations

from pathlib import Path

from scripts.publish import dataset, headers, offer, tools


def add(site: Path, address: str, *, for_disk: bool) -> None:
    """Complete a built site in place; ``address`` is where it will stand, or empty."""
    if not for_disk:
        headers.write(site)
        offer.add(site)
        dataset.write(site, address)
        tools.write(site, address)
