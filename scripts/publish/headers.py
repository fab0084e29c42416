"""The headers of every answer (deploy/headers.yml), and the file by which static hosts learn them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from scripts.files import write_text
from scripts.paths import ROOT

HEADERS = ROOT / "deploy" / "headers.yml"


def read(path: Path = HEADERS) -> dict[str, Any]:
    """``everywhere`` (name to value), ``caching`` (rows of path and value), ``shared`` (paths)."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def policy() -> str:
    """The Content-Security-Policy."""
    return str(read()["everywhere"]["Content-Security-Policy"])


def for_static_hosts() -> str:
    """The text of ``_headers``, a format that several static hosts read.

    Such hosts join the values of all patterns that fit, so no header stands under two of them.
    """
    rows = read()
    blocks = [("/*", rows["everywhere"])]
    blocks += [(row["path"], {"Cache-Control": row["value"]}) for row in rows["caching"]]
    blocks += [(path, {"Access-Control-Allow-Origin": "*"}) for path in rows["shared"]]
    written = [
        "\n".join([path, *(f"  {name}: {value}" for name, value in headers.items())]) for path, headers in blocks
    ]
    return "\n\n".join(written) + "\n"


def write(site: Path) -> None:
    """Put ``_headers`` into a built site."""
    write_text(site / "_headers", for_static_hosts())
