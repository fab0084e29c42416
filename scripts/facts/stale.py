"""Which sources may have grown old: pins whose file has changed since, and addresses on a moving branch.

``python3 scripts/dev.py sources --stale [--mirrors DIR]``. Asks no network: whether a file has changed is read from
bare clones in ``DIR`` (``DIR/OWNER+NAME/repo``, ``DIR/OWNER+NAME`` or ``DIR/OWNER/NAME.git``).
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.facts.checked import load
from scripts.facts.models import Claim, Source, Topic

ADDRESS = re.compile(r"https://github\.com/(?P<repo>[^/]+/[^/]+)/(?:blob|tree)/(?P<ref>[^/]+)/(?P<path>[^?#]+)")
COMMIT = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True)
class Pin:
    """A source that is a file of a repository: at a commit, or (``moving``) at whatever a branch holds."""

    source: str
    repo: str
    ref: str
    path: str
    issued: str | None
    undated: bool = False

    @property
    def moving(self) -> bool:
        """Whether the address names a branch, so that its content changes without a word."""
        return not COMMIT.fullmatch(self.ref)


def pin_of(source: Source) -> Pin | None:
    """The pin that a source's address is; None for any other address."""
    found = ADDRESS.match(source.URL)
    if not found:
        return None
    return Pin(source.id, found["repo"], found["ref"], found["path"], source.issued, bool(source.undated))


def mirror_of(repo: str, mirrors: Path) -> Path | None:
    """The git directory of ``repo`` below ``mirrors``, if there is one."""
    flat = repo.replace("/", "+")
    for folder in (mirrors / flat / "repo", mirrors / flat, mirrors / f"{repo}.git"):
        if (folder / "HEAD").is_file():
            return folder
    return None


def _git(mirror: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", f"--git-dir={mirror}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def last_change(pin: Pin, mirror: Path) -> str | None:
    """The day of the commit that last changed the file, as of the pin; None if the clone lacks it."""
    return _git(mirror, "log", "-1", "--format=%cs", pin.ref, "--", pin.path).stdout.strip() or None


def verdict(pin: Pin, mirrors: Path | None) -> str | None:
    """What is to be said of a pin, in one line; None if nothing is."""
    if pin.moving:
        return f"stands at the moving '{pin.ref}': name the commit that was read"
    mirror = mirror_of(pin.repo, mirrors) if mirrors else None
    if mirror is None:
        return None
    changed = last_change(pin, mirror)
    if changed is None:
        return None if pin.undated else f"the clone of {pin.repo} has no {pin.path} at {pin.ref[:12]}"
    # A clone may be older than the pin: then it differs, and nothing has changed since.
    later = _git(mirror, "log", "-1", "--format=%h", f"{pin.ref}..HEAD", "--", pin.path).stdout
    if later and _git(mirror, "diff", "--quiet", pin.ref, "HEAD", "--", pin.path).returncode:
        return f"has changed since (read as of {changed}): read it again"
    if pin.issued != changed:
        return f"'issued' is {pin.issued or 'missing'}, the file last changed on {changed}"
    return None


def report(sources: list[Source], mirrors: Path | None) -> list[str]:
    """A line for each source that may have grown old, and one that says what could not be looked at."""
    pins = [pin for pin in map(pin_of, sources) if pin]
    lines = [f"{pin.source}: {said}" for pin in pins if (said := verdict(pin, mirrors))]
    fixed = [pin for pin in pins if not pin.moving]
    unknown = [pin for pin in fixed if mirrors is None or mirror_of(pin.repo, mirrors) is None]
    undated = [pin for pin in fixed if pin.undated]
    if undated:
        lines.append(f"{len(undated)} of {len(fixed)} pins are undated: nobody has seen when their file last changed")
    if unknown:
        missing = ", ".join(sorted({pin.repo for pin in unknown}))
        lines.append(f"{len(unknown)} of {len(fixed)} pins were not compared: give --mirrors with clones of {missing}")
    return lines


def overdue(rows: Iterable[Claim | Topic], today: dt.date) -> list[str]:
    """A line for each figure, and each page of a topic, whose day of review has passed."""
    late = sorted((row.review_by, row.id, row.title if isinstance(row, Claim) else row.page) for row in rows)
    return [f"{name}: due {day}: {text}" for day, name, text in late if day < today]


def main() -> int:
    """Print the report. Old pins are no mistake and succeed; with ``--overdue``, whatever is past its review fails."""
    parser = argparse.ArgumentParser(prog="dev.py sources")
    parser.add_argument("--overdue", action="store_true")
    parser.add_argument("--mirrors", type=Path, default=None)
    options = parser.parse_args()
    if options.mirrors and not options.mirrors.is_dir():
        print(
            f"--mirrors names {options.mirrors}, which is no folder: name the one that holds the clones",
            file=sys.stderr,
        )
        return 1
    if options.overdue:
        data = load()
        late = overdue([*data.claims.values(), *data.topics.values()], dt.date.today())
        print("\n".join(late) or "No figure and no page is past its day of review.")
        return 1 if late else 0
    for line in report(list(load().sources.values()), options.mirrors):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
