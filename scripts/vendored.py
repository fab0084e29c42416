"""The files in the repository that others wrote: one manifest, compared with the files themselves."""

from __future__ import annotations

import hashlib
import json

from scripts.paths import ROOT, VENDOR

MANIFEST = VENDOR / "manifest.json"


def problems() -> list[str]:
    """A line for each vendored file that is missing or is not the one that the manifest names."""
    found = []
    for entry in json.loads(MANIFEST.read_text(encoding="utf-8"))["files"]:
        path = ROOT / entry["file"]
        if not path.exists():
            found.append(f"{entry['file']} is missing: take it from {entry['origin']} {entry['version']}")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            found.append(
                f"{entry['file']} is not the file of {entry['origin']} {entry['version']}: restore it with git, "
                "or state its version and SHA-256 in docs/assets/vendor/manifest.json"
            )
    return found
