"""The ``mermaid`` fence: puts the drawing of a diagram, its caption and its words into the page.

In a page::

    ```mermaid name="four-stacks" caption="What to notice."
    flowchart TB
        accTitle: …
        accDescr: …
    ```

``name`` is the SVG's file name below ``docs/assets/diagrams``; it is unique in the site. Where the drawing is wider
than a phone can show, a second one stands beside it (``name.phone.svg``), made from the same source and shown there
instead; the style sheet chooses. Each drawing carries the digest of the source it was drawn from. When there is none,
or the source has changed since, the build warns (so a strict build fails) and the page gets the source, which the live
preview draws in the browser.

A ``block`` diagram has no drawing: it is laid out as slabs, which are text in a grid, at every build.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from scripts.diagrams.blocks import Block, BlockError, is_block, parse
from scripts.diagrams.theme import MIN_TEXT_PX, NARROWEST_PX, THEME_VERSION
from scripts.paths import DIAGRAMS, DOCS, VENDOR

# A child of MkDocs' logger: its warnings make a strict build fail.
log = logging.getLogger("mkdocs.diagrams")

MEND = "python3 scripts/dev.py diagrams"
COLLECT = "DIAGRAMS_COLLECT"
NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
DIGEST = re.compile(r'data-source="([0-9a-f]+)"')
SEAL = re.compile(r' data-drawn="([0-9a-f]+)"')
WIDTH = re.compile(r'<svg[^>]* width="([\d.]+)"')
TEXT_SIZE = re.compile(r'font-size="([\d.]+)"')
TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)


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
    def phone_path(self) -> Path:
        """Where its drawing for a phone is kept, if it needs one."""
        return DIAGRAMS / f"{self.name}.phone.svg"

    @property
    def digest(self) -> str:
        """Identifies what the drawing depends on: source, theme and the vendored Mermaid."""
        text = f"{self.source.strip()}\n{THEME_VERSION}\n{_mermaid_digest()}"
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]

    @property
    def title(self) -> str:
        """The accessible title, or an empty string."""
        found = re.search(r"^\s*(?:%%\s*)?accTitle\s*:\s*(.+)$", self.source, re.MULTILINE)
        return found.group(1).strip() if found else ""

    @property
    def description(self) -> str:
        """The accessible description (one line, or a block in braces), or an empty string."""
        block = re.search(r"^\s*accDescr\s*\{(.+?)\}", self.source, re.MULTILINE | re.DOTALL)
        line = re.search(r"^\s*(?:%%\s*)?accDescr\s*:\s*(.+)$", self.source, re.MULTILINE)
        found = block or line
        return " ".join(found.group(1).split()) if found else ""

    @property
    def is_block(self) -> bool:
        """Whether it is laid out as slabs, without a drawing."""
        return is_block(self.source)

    def problem(self) -> str | None:
        """What is wrong with the diagram or its drawing, or ``None``."""
        if not NAME.match(self.name):
            return 'needs name="words-with-hyphens" after ```mermaid'
        if not self.title or not self.description:
            return "needs accTitle and accDescr (in a block diagram: %% accTitle: …)"
        if self.is_block:
            return self._outside_the_subset()
        if not self.path.exists() or (not fits_a_phone(self._drawing()) and not self.phone_path.exists()):
            return f"has no drawing yet: run {MEND}"
        for path in (self.path, self.phone_path):
            if path.exists():
                drawing = path.read_text(encoding="utf-8", errors="replace")
                found = DIGEST.search(drawing)
                if found is None or found.group(1) != self.digest:
                    return f"was changed since docs/assets/diagrams/{path.name} was drawn: run {MEND}"
                if sealed(drawing) != drawing:
                    return f"is not what was drawn: docs/assets/diagrams/{path.name} was edited by hand: run {MEND}"
        return None

    def _drawing(self) -> str:
        return self.path.read_text(encoding="utf-8", errors="replace")

    def _outside_the_subset(self) -> str | None:
        try:
            parse(self.source)
        except BlockError as error:
            first = line_of(self.name)
            where = f"in line {first + error.line}" if first else f"in line {error.line} of the diagram"
            return f"({where}) {error}"
        return None


def sealed(drawing: str) -> str:
    """A drawing with the digest of all the rest of it, by which an edit by hand is noticed."""
    bare = SEAL.sub("", drawing)
    seal = hashlib.sha256(bare.encode("utf-8")).hexdigest()[:16]
    return bare.replace(" data-source=", f' data-drawn="{seal}" data-source=', 1)


def fits_a_phone(drawing: str) -> bool:
    """Whether the smallest text of an SVG can be read when the narrowest screen shows all of its width."""
    width = WIDTH.search(drawing)
    text = min((float(size) for size in TEXT_SIZE.findall(drawing)), default=float(MIN_TEXT_PX))
    return width is not None and NARROWEST_PX / float(width.group(1)) * text >= MIN_TEXT_PX


def _mermaid_digest() -> str:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    return next(str(entry["sha256"]) for entry in manifest["files"] if entry["file"].endswith("/mermaid.min.js"))


def page_of(name: str) -> str:
    """The page that holds the diagram ``name``, as a path in the repository, for messages."""
    for page in sorted(DOCS.rglob("*.md")):
        if f'name="{name}"' in page.read_text(encoding="utf-8"):
            return page.relative_to(DOCS.parent).as_posix()
    return "a page generated from docs/data"


def line_of(name: str) -> int:
    """The line of its page in which the fence of the diagram ``name`` begins; 0 when the page is generated."""
    page = DOCS.parent / page_of(name)
    lines = page.read_text(encoding="utf-8").splitlines() if page.is_file() else []
    return next((number for number, line in enumerate(lines, 1) if f'name="{name}"' in line), 0)


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
    if os.environ.get(COLLECT):
        with Path(os.environ[COLLECT]).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"name": diagram.name, "source": source}) + "\n")
        return ""
    problem = diagram.problem()
    if problem:
        log.warning("diagram '%s' in %s %s", diagram.name or "?", page_of(diagram.name), problem)
    return figure(diagram, str(options.get("caption", "")), drawn=problem is None)


def figure(diagram: Diagram, caption: str, *, drawn: bool = True) -> str:
    """A diagram with its caption and its words; its source instead when it is not ``drawn``."""
    blocks: Block | None = parse(diagram.source) if drawn and diagram.is_block else None
    paths = (diagram.path, diagram.phone_path) if drawn and not blocks else ()
    files = [path.read_text(encoding="utf-8").strip() if path.exists() else "" for path in paths]
    drawing, phone = [SEAL.sub("", text) for text in files] or ["", ""]
    template = TEMPLATES.get_template("figure.html")
    return template.render(diagram=diagram, caption=caption, blocks=blocks, drawing=drawing, phone=phone)
