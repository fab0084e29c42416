"""Builds an edition of the site, the same bytes each time, and never leaves one half-built."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import yaml

from scripts import index
from scripts.files import write_bytes
from scripts.paths import ROOT
from scripts.publish import extras, join, moved, whole

FOLDER_IN_ARCHIVE = "docker-vs-vm"
# Outside a git checkout (a downloaded archive) the clock must not decide either: 1 January 2026, UTC.
FALLBACK_EPOCH = 1767225600
# Where the pages' copies in Markdown are, in the web edition.
COPIES = "markdown"
# What only the live preview needs.
UNUSED = ("assets/vendor/mermaid.min.js",)
# What a web server shows for an address that does not exist, and what search engines ask for: nobody asks a disk.
SERVER_ONLY = ("404.html", "sitemap.xml*")


class BuildError(RuntimeError):
    """The site cannot be built; MkDocs has already said why."""


def epoch() -> int:
    """Seconds since 1970 of the newest commit: the only date that a build may carry."""
    git = ["git", "log", "-1", "--format=%ct"]
    try:
        done = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
        return int(done.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return FALLBACK_EPOCH


def address() -> str:
    """Where the site will stand (SITE_URL), with a slash at its end; empty where that is not known.

    Raises ``BuildError`` where that is no address of the web.
    """
    given = os.environ.get("SITE_URL", "").strip()
    if given and not re.match(r"https?://[^/\s]+(/\S*)?$", given):
        raise BuildError(f"SITE_URL is '{given}': write the whole address, as in https://docs.example.org/path/")
    return f"{given.rstrip('/')}/" if given else ""


def build(target: Path, *, for_disk: bool = False, source: Path = ROOT) -> None:
    """Build the site strictly into ``target``, replacing what was there once the build has succeeded.

    With ``for_disk``, pages link to files (``index.html``) and the search works on ``file://``.
    Raises ``BuildError`` when a page, link, anchor, diagram or data row is wrong.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder:
        fresh = Path(folder) / "site"
        # Not --quiet: MkDocs then drops its warnings before --strict has counted them.
        # Another engine with MkDocs' interface (docs/about/engines.md) builds the same edition: SITE_ENGINE=properdocs.
        engine = os.environ.get("SITE_ENGINE", "mkdocs")
        command = [sys.executable, "-m", engine, "build", "--strict", "--site-dir", str(fresh)]
        settings = {"SOURCE_DATE_EPOCH": str(epoch()), "JOINED": "true", "SITE_URL": address()}
        settings["DIRECTORY_URLS"] = "false" if for_disk else "true"
        environment = {**os.environ, "PYTHONPATH": str(source), "NO_MKDOCS_2_WARNING": "1", **settings}
        done = subprocess.run(command, cwd=source, env=environment, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            print(_complaints(done.stderr), file=sys.stderr)
            raise BuildError("the site was not built; the messages above name the page and the reason")
        for pattern in (*UNUSED, *(SERVER_ONLY if for_disk else ())):
            for path in sorted(fresh.glob(pattern), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
        whole.compose(fresh, None if for_disk else fresh / COPIES, for_disk=for_disk)
        problems = moved.lead_on(fresh, source / moved.LIST, for_disk=for_disk, address=address())
        if problems:
            print("\n".join(problems), file=sys.stderr)
            raise BuildError("the site was not built; the messages above name the row and the reason")
        config = _loads(source / "mkdocs.yml")
        join.join(fresh, config["extra_css"], [script["path"] for script in config["extra_javascript"]])
        index.write(fresh, source / "docs/data/search.yml")
        extras.add(fresh, address(), for_disk=for_disk)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)


def _loads(config: Path) -> dict[str, Any]:
    """What mkdocs.yml says, its tags (``!ENV`` and Python names) left aside."""

    class Plain(yaml.SafeLoader):
        pass

    Plain.add_multi_constructor("", lambda *_: None)
    return dict(yaml.load(config.read_text(encoding="utf-8"), Loader=Plain))  # noqa: S506 (a safe loader)


def _complaints(log: str) -> str:
    """What MkDocs said, without the lines that only report progress."""
    return "\n".join(line for line in log.splitlines() if not line.startswith("INFO"))


def pack(archive: Path, *, source: Path = ROOT) -> None:
    """Write the edition for reading from disk as a zip: sorted entries, one date, so equal sites give equal bytes."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    date = time.gmtime(epoch())[:6]
    content = io.BytesIO()
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".offline-") as folder:
        site = Path(folder) / "site"
        build(site, for_disk=True, source=source)
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
            for path in sorted(p for p in site.rglob("*") if p.is_file()):
                name = f"{FOLDER_IN_ARCHIVE}/{path.relative_to(site).as_posix()}"
                entry = zipfile.ZipInfo(name, date)
                entry.external_attr = 0o644 << 16
                file.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    write_bytes(archive, content.getvalue())
