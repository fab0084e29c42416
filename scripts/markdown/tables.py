"""A Python-Markdown extension that makes tables readable on a phone and audible in a screen reader.

Each table scrolls inside a wrapper of its own, each cell knows the heading of its column (a narrow screen shows
rows as cards and prints it), and columns about containers and about VMs carry their side's colour. The roles that a
card layout may take away are added in the browser (site.js): HTML forbids them where they are the default.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

# A column belongs to a side when its whole heading is about that side; "Container workflow" is about something else.
ABOUT = r"(?: (?:image|side|against .*)|, in fact)?"
SIDES = {
    "container": re.compile(rf"docker(?: .*)?|(?:docker )?containers?{ABOUT}", re.IGNORECASE),
    "vm": re.compile(rf"(?:virtual machines?|vms?){ABOUT}|machine image", re.IGNORECASE),
}
# With more columns than this, a table of numbers turns its headings, so that all of it is seen.
MOST_COLUMNS = 6
# A number, with a sign, a unit, a range or a share of it: such a column is read from digit to digit.
NUMBER = re.compile(r"[<>≤≥~±−-]?\s?\d[\d.,\s]*(?:\s?(?:%|ms|s|µs|ns|MB|GB|MiB|GiB|KiB|B|/\s?s))?")


def side_of(heading: str) -> str | None:
    """The side that a column heading names: ``container``, ``vm``, or none."""
    return next((side for side, name in SIDES.items() if name.fullmatch(heading)), None)


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
        self._align(table)
        many = " many" if len(headings) > MOST_COLUMNS else ""
        # A table of numbers stays a table on a phone: as cards it would lose its point.
        table.set("class", f"data keep{many}" if cells and all(cell.isdecimal() for cell in cells) else "data")
        for part in (*table.iterfind("thead"), *table.iterfind("tbody")):
            for row in part.iterfind("tr"):
                for column, cell in enumerate(row):
                    self._mend_cell(cell, part.tag == "thead", column, headings[column])

    def _align(self, table: ET.Element) -> None:
        """Mark the columns that hold numbers only, so that their digits stand below each other."""
        rows = [list(row) for row in table.iterfind("tbody/tr")]
        for column in range(1, max(map(len, rows), default=0)):
            cells = [row[column] for row in rows if len(row) > column]
            if cells and all(NUMBER.fullmatch(_text(cell)) for cell in cells):
                for cell in (*cells, *[list(row)[column] for row in table.iterfind("thead/tr")]):
                    cell.set("class", "num")

    def _mend_cell(self, cell: ET.Element, in_head: bool, column: int, heading: str) -> None:
        side = side_of(heading)
        if side:
            cell.set("class", f"{cell.get('class', '')} side-{side}".strip())
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
