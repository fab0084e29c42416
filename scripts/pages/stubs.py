"""Gives each technology its page and its place in the navigation: a stub that asks the data for everything."""

from __future__ import annotations

import json
from typing import Any

from scripts.facts.load import Data
from scripts.facts.models import Technology
from scripts.facts.yamlfile import DataError
from scripts.files import write_text
from scripts.pages.text import plain
from scripts.paths import DOCS

FOLDER = DOCS / "reference/technologies"
NAV_TITLE = "Technologies"
# What tells such a page from one that somebody has written.
MARK = "[= technology("
STUB = """---
title: {title}
description: "{short}: what it is, what it shares, its answers to {questions} questions, and its published escapes."
edit: data/technologies/{id}.yml
styles: [assets/styles/reference.css]
search:
  boost: 0.3
---

# {heading}

[= technology("{id}") =]
"""


def stub(technology: Technology, questions: int) -> str:
    """The Markdown of a technology's page."""
    # A string of JSON is one of YAML.
    title = json.dumps(technology.name, ensure_ascii=False)
    return STUB.format(
        id=technology.id, title=title, heading=plain(technology.name), short=technology.short, questions=questions
    )


def write_stubs(data: Data) -> None:
    """Write the pages that are missing or old, and remove those of technologies that are gone."""
    for technology in data.technologies.values():
        path, text = FOLDER / f"{technology.id}.md", stub(technology, len(data.dimensions))
        # Only what changed: the live preview watches this folder and would build forever.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_text(path, text)
    for path in FOLDER.glob("*.md"):
        if path.stem == "index" or path.stem in data.technologies:
            continue
        if MARK not in path.read_text(encoding="utf-8"):
            remedy = f"Make it a row, docs/data/technologies/{path.stem}.yml, or put the page into another folder"
            problem = "the pages of this folder are written from docs/data/technologies"
            raise ExceptionGroup("a page that would be lost", [DataError(path, 1, "", problem, remedy)])
        path.unlink()


def add_to_navigation(nav: list[Any], data: Data) -> None:
    """List the technologies' pages in ``nav``, below the entry that is named for them."""
    for entry in nav:
        if isinstance(entry, dict):
            for title, children in entry.items():
                if title == NAV_TITLE and isinstance(children, list):
                    pages = [{t.short: f"reference/technologies/{t.id}.md"} for t in data.technologies.values()]
                    children.extend(page for page in pages if page not in children)
                elif isinstance(children, list):
                    add_to_navigation(children, data)
