"""A Python-Markdown extension for what a style sheet cannot see: what belongs on one line, and what stands too close.

A short piece of code keeps its hyphens on one line, and an arrow stays with what it points to. The number of a note
that follows another one without a word between is marked: two numbers side by side are two targets for a finger.
"""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

# Longer code has to break somewhere on a phone.
LONGEST_WHOLE = 20
ARROW = re.compile(r"(?<=→) $")
# Code is kept aside until the page is written; this is what stands in its place.
KEPT = re.compile("\u0002wzxhzdk:([0-9]+)\u0003")


class _Lines(Treeprocessor):
    def run(self, root: ET.Element) -> None:
        for parent in root.iter():
            if parent.tag == "code" and self._is_whole(parent.text or ""):
                parent.set("class", f"{parent.get('class', '')} whole".strip())
            before: ET.Element | None = None
            for child in parent:
                child.tail = ARROW.sub("\u00a0", child.tail) if child.tail else child.tail
                if child.tag == "sup" and before is not None and not (before.tail or "").strip():
                    child.set("class", "another")
                # In a cell a link and the number behind it may be all there is; elsewhere text keeps fingers apart.
                before = child if child.tag == "sup" or (child.tag == "a" and parent.tag == "td") else None

    def _is_whole(self, text: str) -> bool:
        found = KEPT.fullmatch(text)
        code = html.unescape(str(self.md.htmlStash.rawHtmlBlocks[int(found[1])]) if found else text)
        return "-" in code and len(code) <= LONGEST_WHOLE


class LinesExtension(Extension):
    """Registers the tree processor."""

    def extendMarkdown(self, md: Markdown) -> None:
        """After the inline patterns, which make notes, code and links."""
        md.treeprocessors.register(_Lines(md), "lines", 2)


def makeExtension(**kwargs: object) -> LinesExtension:
    """The entry point that Python-Markdown looks for."""
    return LinesExtension(**kwargs)
