"""Gives each technology, measured run and letter of the sources its page: a stub that asks the data for everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scripts.facts.load import Data
from scripts.facts.measured import runs
from scripts.facts.models import Technology
from scripts.facts.yamlfile import DataError
from scripts.files import write_text
from scripts.pages.text import day, plain
from scripts.paths import DOCS

FOLDER = DOCS / "reference/technologies"
RUNS = DOCS / "reference/runs"
REGISTER = DOCS / "reference/sources"
RUN_STUB = """---
title: "Run of {title}"
description: "All series of the run {name}: medians, intervals, exact commands, and what was not measured."
edit: data/measurements/{name}.json
styles: [assets/styles/reference.css, assets/styles/measurements.css]
search:
  exclude: true
---

# Run of {title}

All that this run measured. [Measurements](../measurements.md) says what it comes to,
and [how to read the tables](../../guides/measure.md#how-to-read-the-tables-of-a-run) what the columns mean.

[= run("{name}") =]
"""
SOURCES_STUB = """---
title: "Sources: {letter}"
description: "Sources whose short names begin with {letter}: what each supports, what was read, what rests on it."
edit: data/sources.yml
styles: [assets/styles/reference.css]
hide:
  - toc
search:
  boost: 0.9
---

# Sources: {letter}

Sources whose short names, the last part of their addresses, begin with {letter}.
[All sources](../sources.md) are listed by kind.

[= sources("{initial}") =]
"""
NAV_TITLE = "Technologies"
# What tells such a page from one that somebody has written.
MARKS = ("[= technology(", "[= run(", "[= sources(")
# Folder -> what its pages are written from.
SOURCES = {FOLDER: "docs/data/technologies", RUNS: "docs/data/measurements", REGISTER: "docs/data/sources"}
STUB = """---
title: {title}
description: "{short}: what it is, what it shares, its answers to {questions} questions, and its published escapes."
edit: data/technologies/{id}.yml
styles: [assets/styles/reference.css]
hide:
  - margin
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
    """Write the pages that are missing or old, and remove those of rows that are gone."""
    _write(FOLDER, {t.id: stub(t, len(data.dimensions)) for t in data.technologies.values()})
    titles = {name: f"{day(result.made)}, {result.machine.cpu}" for name, result in runs().items()}
    _write(RUNS, {name: RUN_STUB.format(name=name, title=plain(title)) for name, title in titles.items()})
    initials = {source.id[0] for source in data.sources.values()}
    _write(REGISTER, {one: SOURCES_STUB.format(initial=one, letter=one.upper()) for one in initials})


def _write(folder: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        path = folder / f"{name}.md"
        # Only what changed: the live preview watches this folder and would build forever.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_text(path, text)
    for path in folder.glob("*.md"):
        if path.stem == "index" or path.stem in pages:
            continue
        if not any(mark in path.read_text(encoding="utf-8") for mark in MARKS):
            data = SOURCES.get(folder, "docs/data")
            remedy = "Make it a file there, or put the page into another folder"
            problem = f"the pages of this folder are written from {data}"
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
