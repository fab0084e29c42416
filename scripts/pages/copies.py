"""A Markdown copy of every page, with its macros expanded: for assistants, and for reading in a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

# The copies lie as the sources do, so that links between pages lead from copy to copy.
FOLDER = "markdown"


def keep_copy(env: Any) -> None:
    """Write the page that was just expanded (``env`` is mkdocs-macros'); not for reading from disk."""
    if not env.conf["use_directory_urls"]:
        return
    path = Path(env.conf["site_dir"]) / FOLDER / env.page.file.src_uri
    path.parent.mkdir(parents=True, exist_ok=True)
    title = env.page.meta.get("title", "")
    heading = "" if env.markdown.lstrip().startswith("# ") else f"# {title}\n\n"
    path.write_text(heading + env.markdown.lstrip(), encoding="utf-8")
