"""The ``mermaid`` fence: puts the drawn SVG of a diagram, its caption and its words into the page.

In a page::

    ```mermaid name="four-stacks" caption="What to notice."
    flowchart TB
        accTitle: …
        accDescr: …
    ```

``name`` is the SVG's file name below ``docs/assets/diagrams``; it is unique in the site. The drawing carries the
digest of the source it was drawn from. When there is none, or the source has changed since, the build warns (so a
strict build fails) and the page gets the source, which the live preview draws in the browser.
"""

from __future__ import annotations

import hashlib
import html
import json
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.diagrams.theme import THEME_VERSION
from scripts.paths import DIAGRAMS, DOCS, VENDOR

# A child of MkDocs' logger: its warnings make a strict build fail.
log = logging.getLogger("mkdocs.diagrams")

MEND = "python3 scripts/dev.py diagrams"
COLLECT = "DIAGRAMS_COLLECT"
NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
DIGEST = re.compile(r'data-source="([0-9a-f]+)"')
WIDTH = re.compile(r'<svg[^>]* width="([\d.]+)"')
# Wider than a phone: such a drawing scrolls sideways there instead of shrinking to unreadable text.
PHONE_WIDTH_PX = 420


@dataclass(frozen=True)
class Diagram:
    """A diagram as written in a page."""

    name: str
    source: str

    @property
    def path(self) -> Path:
        """Where its drawing is kept."""
        return DIAGRAMS / f"{self.name}.svg"

    @property
    def digest(self) -> str:
        """Identifies what the drawing depends on: source, theme and the vendored Mermaid."""
        text = f"{self.source.strip()}\n{THEME_VERSION}\n{_mermaid_digest()}"
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]

    @property
    def title(self) -> str:
        """The accessible title, or an empty string."""
        found = re.search(r"^\s*accTitle\s*:\s*(.+)$", self.source, re.MULTILINE)
        return found.group(1).strip() if found else ""

    @property
    def description(self) -> str:
        """The accessible description (one line, or a block in braces), or an empty string."""
        block = re.search(r"^\s*accDescr\s*\{(.+?)\}", self.source, re.MULTILINE | re.DOTALL)
        line = re.search(r"^\s*accDescr\s*:\s*(.+)$", self.source, re.MULTILINE)
        found = block or line
        return " ".join(found.group(1).split()) if found else ""

    def problem(self) -> str | None:
        """What is wrong with the diagram or its drawing, or ``None``."""
        if not NAME.match(self.name):
            return 'needs name="words-with-hyphens" after ```mermaid'
        if not self.title or not self.description:
            return "needs accTitle and accDescr"
        if not self.path.exists():
            return f"has no drawing yet: run {MEND}"
        found = DIGEST.search(self.path.read_text(encoding="utf-8"))
        if not found or found.group(1) != self.digest:
            return f"was changed since docs/assets/diagrams/{self.path.name} was drawn: run {MEND}"
        return None


def _mermaid_digest() -> str:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    return next(str(entry["sha256"]) for entry in manifest["files"] if entry["file"].endswith("/mermaid.min.js"))


def page_of(name: str) -> str:
    """The page that holds the diagram ``name``, as a path in the repository, for messages."""
    for page in sorted(DOCS.rglob("*.md")):
        if f'name="{name}"' in page.read_text(encoding="utf-8"):
            return page.relative_to(DOCS.parent).as_posix()
    return "a page generated from docs/data"


def validate(language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, Any], md: object) -> bool:
    """Accept ``name`` and ``caption`` in the fence's head (the interface is superfences')."""
    for key in list(inputs):
        if key not in {"name", "caption"}:
            return False
        options[key] = inputs.pop(key)
    return True


def render(source: str, language: str, css_class: str, options: dict[str, Any], md: object, **_: object) -> str:
    """The HTML of a diagram (the interface is superfences')."""
    diagram = Diagram(str(options.get("name", "")), source)
    caption = html.escape(str(options.get("caption", "")))
    if os.environ.get(COLLECT):
        with Path(os.environ[COLLECT]).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"name": diagram.name, "source": source}) + "\n")
        return f'<figure id="diagram-{html.escape(diagram.name)}"></figure>'
    problem = diagram.problem()
    wide = ""
    if problem:
        log.warning("diagram '%s' in %s %s", diagram.name or "?", page_of(diagram.name), problem)
        drawing = f'<div class="mermaid">{html.escape(source)}</div>'
    else:
        drawing = diagram.path.read_text(encoding="utf-8").strip()
        width = WIDTH.search(drawing)
        wide = " diagram--wide" if width and float(width.group(1)) > PHONE_WIDTH_PX else ""
    return (
        f'<figure class="diagram{wide}" id="diagram-{html.escape(diagram.name)}">'
        f'<div class="diagram__drawing" data-search-exclude>{drawing}</div>'
        f"<figcaption>{caption}"
        f"<details><summary>This diagram in words</summary><p>{html.escape(diagram.description)}</p></details>"
        "</figcaption></figure>"
    )
