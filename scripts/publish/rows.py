"""The change log of rows: which were added, corrected or removed with each version of the data.

``docs/data/rows.json`` holds a digest of every row of the newest version, and the log. A person writes the version and
why (``docs/data/version.yml``); ``dev.py record`` finds the rows.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from scripts.files import write_text

Digests = dict[str, dict[str, str]]
Log = list[dict[str, str]]


class NoVersionError(RuntimeError):
    """Rows have changed, and nobody has given them a version yet."""


# A figure's title repeats in words what its conditions say: another one corrects nothing.
NAMES = {"claims": {"title"}}


def digests(tables: dict[str, list[dict[str, Any]]]) -> Digests:
    """Eight digits for each row, which change when what it says does; a key without a value says nothing."""
    return {
        name: {_key(row): _digest(row, NAMES.get(name, set())) for row in rows} for name, rows in sorted(tables.items())
    }


def _key(row: dict[str, Any]) -> str:
    return str(row["id"]) if "id" in row else f"{row['technology']}/{row['dimension']}"


def _digest(row: dict[str, Any], left_out: set[str]) -> str:
    said = {name: value for name, value in row.items() if value not in (None, [], "") and name not in left_out}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]


def changes(before: Digests, after: Digests) -> Log:
    """What became of each row that is not as it was: its table, its id, and the change."""
    found = []
    for table in sorted({*before, *after}):
        old, new = before.get(table, {}), after.get(table, {})
        for row in sorted({*old, *new}):
            if old.get(row) != new.get(row):
                what = "removed" if row not in new else "added" if row not in old else "corrected"
                found.append({"table": table, "row": row, "change": what, "was": old.get(row, "")})
    return found


def before(kept: dict[str, Any]) -> Digests:
    """The digests as they were before the newest version: what its log says is undone."""
    rows: Digests = {table: dict(found) for table, found in kept["rows"].items()}
    for entry in (one for one in kept["log"] if one["version"] == kept["version"]):
        rows.setdefault(entry["table"], {}).pop(entry["row"], None)
        if entry["was"]:
            rows[entry["table"]][entry["row"]] = entry["was"]
    return rows


def read(path: Path) -> dict[str, Any]:
    """``version`` (whose rows these are), ``rows`` (their digests) and ``log`` (newest first)."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def record(path: Path, version: dict[str, Any], now: Digests, *, amend: bool = False) -> int:
    """Log what has changed since the version that is recorded; gives how many rows.

    With ``amend`` the newest version, not published yet, is logged anew. Raises ``NoVersionError`` where rows have
    changed and no new version is named.
    """
    kept = read(path)
    if amend:
        log = [one for one in kept["log"] if one["version"] != kept["version"]]
        kept = {"version": "", "log": log, "rows": before(kept)}
    fresh = changes(kept["rows"], now)
    if fresh and version["version"] == kept["version"]:
        raise NoVersionError(
            f"{len(fresh)} rows are not as in version {kept['version']}: write the next version, with the day and "
            "what changed, at the top of docs/data/version.yml, and run this again; or, if that version was not "
            "published yet, run it with --amend"
        )
    if version["version"] != kept["version"]:
        stamp = {"version": str(version["version"]), "date": str(version["changes"][0]["date"])}
        kept = {"version": version["version"], "log": [{**stamp, **row} for row in fresh] + kept["log"], "rows": now}
        write(path, kept)
    return len(fresh)


def write(path: Path, kept: dict[str, Any]) -> None:
    """A line for each row, so that git shows which have changed."""
    log = ",\n".join(json.dumps(row, ensure_ascii=False) for row in kept["log"])
    parts = []
    for name, rows in kept["rows"].items():
        lines = ",\n".join(f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(one)}" for key, one in rows.items())
        parts.append(f"{json.dumps(name)}: {{\n{lines}\n}}")
    listed = ",\n".join(parts)
    write_text(path, f'{{"version": {json.dumps(kept["version"])},\n"log": [\n{log}\n],\n"rows": {{\n{listed}\n}}}}\n')
