"""A Python-Markdown extension that makes tables readable on a phone and audible in a screen reader.

Each table scrolls inside a wrapper of its own, each cell knows the heading of its column (a narrow screen shows
rows as cards and prints it), and columns about containers and about VMs carry their side's colour. The roles that a
card layout may take away are added in the browser (site.js): HTML forbids them where they are the default.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

# A column belongs to a side when its heading names it.
SIDES = {"container": "container", "docker": "container", "virtual machine": "vm", "vm": "vm", "machine image": "vm"}


def side_of(heading: str) -> str | None:
    """The side that a column heading names: ``container``, ``vm``, or none or both of them."""
    text = heading.lower()
    found = {side for word, side in SIDES.items() if word in text}
    return found.pop() if len(found) == 1 else None


def _text(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


class _Tables(Treeprocessor):
    def run(self, root: ET.Element) -> None:
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                if child.tag == "table" and "class" not in child.attrib:
                    self._mend(child)
                    wrapper = ET.Element("div", {"class": "table-wrap"})
                    wrapper.tail, child.tail = child.tail, None
                    wrapper.append(child)
                    parent[index] = wrapper

    def _mend(self, table: ET.Element) -> None:
        headings = [_text(cell) for cell in table.iterfind("thead/tr/th")]
        cells = [_text(cell) for row in table.iterfind("tbody/tr") for cell in list(row)[1:]]
        # A table of numbers stays a table on a phone: as cards it would lose its point.
        table.set("class", "data keep" if cells and all(cell.isdecimal() for cell in cells) else "data")
        for part in (*table.iterfind("thead"), *table.iterfind("tbody")):
            for row in part.iterfind("tr"):
                for column, cell in enumerate(row):
                    self._mend_cell(cell, part.tag == "thead", column, headings[column])

    def _mend_cell(self, cell: ET.Element, in_head: bool, column: int, heading: str) -> None:
        side = side_of(heading)
        if side:
            cell.set("class", f"side-{side}")
        if in_head:
            # The corner of a table heads nothing.
            cell.tag = "th" if heading else "td"
            if heading:
                cell.set("scope", "col")
        elif column == 0:
            cell.tag = "th"
            cell.set("scope", "row")
        else:
            cell.set("data-label", heading)


class TablesExtension(Extension):
    """Registers the tree processor."""

    def extendMarkdown(self, md: Markdown) -> None:
        """After the inline patterns, so that cells hold their final text."""
        md.treeprocessors.register(_Tables(md), "tables-for-all", 5)


def makeExtension(**kwargs: object) -> TablesExtension:
    """The entry point that Python-Markdown looks for."""
    return TablesExtension(**kwargs)
