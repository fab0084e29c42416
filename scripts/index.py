"""Makes the search index from the built pages: sections and rows, each with its place and its words.

Words are compared by the browser (docs/assets/scripts/words.js), so the index holds plain text and no terms. What is
alike lies together (all titles, all texts), and a place that follows from its title is left out: both pack better.
"""

from __future__ import annotations

import functools
import json
import math
import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import yaml

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Never searched: what a machine reads, what is drawn, what repeats, what belongs to a tool.
SILENT_TAGS = {"script", "style", "svg", "button", "select"}
SILENT_CLASSES = {"headerlink", "footnote", "footnote-ref", "sources-heading", "diagram__drawing", "highlight"}
# Lists of links to what is found by itself; nothing follows them but the notes.
SILENT_SECTIONS = {"on-this-topic"}
# The beginning of a page says what all of it is about.
WHOLE = 1.25
# How much a find in a row counts beside one in a page's own section; a row that is no page's subject comes later.
ENTRY, ROW, TERM, ANSWER = 0.6, 0.7, 1.1, 0.5
# A source supports what the pages say: its words come last.
PAGES = {"reference/sources": 0.15}
# Ends of pages, which only link: whoever searches wants what they lead to.
LINKS_ONLY = ("Read next", "Where to read about each option")


@dataclass
class Section:
    """A heading, or a row of a list, with the text up to the next."""

    anchor: str
    level: int
    weight: float
    title: str = ""
    path: list[str] = field(default_factory=list)
    text: str = ""
    # What its head says with data-search-exclude; it ends at the next head.
    excluded: bool = False


class Article(HTMLParser):
    """Collects the sections of one page."""

    def __init__(self, boost: float) -> None:
        super().__init__(convert_charrefs=True)
        self.sections: list[Section] = []
        self.title = ""
        self._boost = boost
        self._open: list[str] = []
        self._inside = -1
        self._silent = -1
        # Where the title of the current section is being read: the depth of its element.
        self._titling = -1
        # The row that is open, its depth, and the section it lies in.
        self._row: tuple[int, Section] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a section at each heading and row; fall silent where nothing is searched."""
        if tag in VOID:
            return
        self._open.append(tag)
        depth, given = len(self._open), {key: value or "" for key, value in attrs}
        classes = set(given.get("class", "").split())
        if tag == "article":
            self._inside = depth
        if self._inside < 0 or self._silent > 0:
            return
        excluded = "data-search-exclude" in given and tag not in HEADINGS and "question" not in classes
        if tag in SILENT_TAGS or classes & SILENT_CLASSES or excluded:
            self._silent = depth
        elif tag in HEADINGS and given.get("id") in SILENT_SECTIONS:
            # To the end of the article.
            self._silent = self._inside
        elif tag in HEADINGS and self._row is None and "id" in given:
            # What is said on many pages counts little on each; what a page is about, less little.
            weight = WHOLE * math.sqrt(self._boost) if tag == "h1" else self._boost
            self._begin(given["id"], HEADINGS[tag], weight, depth)
            self.sections[-1].excluded = "data-search-exclude" in given
        elif tag == "section" and "entry" in classes:
            self._begin_row(given["id"], ENTRY, depth)
        elif tag == "tr" and "id" in given:
            self._begin_row(given["id"], ROW, depth)
        elif tag == "td" and self._row and "tr" in self._open:
            # The answers in a table's cells are on pages of their own, each by itself.
            self._silent = depth
        elif tag == "dt" and "id" in given:
            self._row = None
            self._begin_row(given["id"], TERM if self.title == "Glossary" else ANSWER, depth - 1)
        if classes & {"question", "wrong"} and self._titling > 0:
            # What else a row's head says is text.
            self._titling = -1
        elif self._row and self._titling < 0 and not self.sections[-1].title and tag in {"h2", "h3", "th", "dt"}:
            self._titling = depth

    def _begin(self, anchor: str, level: int, weight: float, depth: int) -> None:
        above = [s for s in self.sections if s.level < level]
        path: list[Section] = []
        for section in reversed(above):
            if not path or section.level < path[0].level:
                path.insert(0, section)
        self.sections.append(
            Section(anchor, level, weight, path=[" ".join(s.title.split()) for s in path if s.level > 1])
        )
        self._titling = depth

    def _begin_row(self, anchor: str, weight: float, depth: int) -> None:
        around = next((s for s in reversed(self.sections) if s.level < 9), None)
        path = [*around.path, " ".join(around.title.split())] if around and around.level > 1 else []
        self.sections.append(Section(anchor, 9, weight * self._boost, path=path))
        if around:
            self._row = (depth, around)

    def handle_endtag(self, tag: str) -> None:
        """Close what the tag closes, with what was left open inside it."""
        if tag not in self._open:
            return
        while self._open:
            closed, depth = self._open.pop(), len(self._open) + 1
            if depth == self._silent:
                self._silent = -1
            if depth == self._titling:
                self._titling = -1
                section = self.sections[-1]
                if section.level == 1 and not self.title:
                    self.title = " ".join(section.title.split())
            if self._row and depth == self._row[0]:
                self._resume()
            if depth == self._inside:
                self._inside = -1
            if closed == tag:
                return

    def _resume(self) -> None:
        """After a row, text belongs to the section around it again; a fresh part of it keeps the order."""
        if self._row is None:
            return
        around, self._row = self._row[1], None
        again = Section(around.anchor, around.level, around.weight, around.title, around.path, excluded=around.excluded)
        self.sections.append(again)

    def handle_data(self, data: str) -> None:
        """Words go to the title being read, or to the text of the section."""
        if self._inside < 0 or self._silent > 0 or not self.sections:
            return
        section = self.sections[-1]
        if self._titling > 0:
            section.title += data
        else:
            section.text += data if section.text.endswith(" ") else " " + data


def read(page: Path) -> Article | None:
    """The article of a built page; none where it is left out of the search (``search: exclude`` in its head)."""
    text = page.read_text(encoding="utf-8")
    mark = 'data-boost="'
    if mark not in text:
        return None
    boost = float(text.split(mark, 1)[1].split('"', 1)[0])
    # The frame around it differs from page to page and build to build, and is not read.
    return _article("<article" + text.partition("<article")[2].partition("</article>")[0], boost)


@functools.cache
def _article(html: str, boost: float) -> Article:
    """An article that is read once: the live preview asks again for all pages when one has changed."""
    article = Article(boost)
    article.feed(html)
    return article


def address(site: Path, page: Path) -> str:
    """A page's address as links inside the site write it."""
    return page.relative_to(site).as_posix().removesuffix("index.html")


def named(title: str) -> str:
    """The anchor that the title gets of itself, as Python-Markdown makes it, and search.js."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def index(site: Path, synonyms: Path) -> dict[str, object]:
    """What the browser needs: pages with their titles, sections, and what else a thing is called."""
    pages: list[list[str]] = []
    # One list for each: the number of the page, the anchor ("" where the title says it), the title, …
    sections: dict[str, list[object]] = {key: [] for key in ("page", "anchor", "title", "path", "text", "weight")}
    for path in sorted(site.rglob("*.html")):
        article = read(path)
        if article is None:
            continue
        where = address(site, path)
        factor = next((f for start, f in PAGES.items() if where.startswith(start)), 1.0)
        anchors = set[str]()
        for section in article.sections:
            text, title = (" ".join(part.split()) for part in (section.text, section.title))
            if section.anchor.startswith("cve-"):
                text = f"{section.anchor.upper()} {text}"
            if section.excluded or title.startswith(LINKS_ONLY):
                continue
            # What a row interrupts goes on after it, often without a word.
            if text or (title and section.level in (1, 9) and section.anchor not in anchors):
                anchors.add(section.anchor)
                anchor = "" if section.anchor == named(title) else section.anchor
                row = [len(pages), anchor, title, " › ".join(section.path), text, round(section.weight * factor, 2)]
                for values, value in zip(sections.values(), row, strict=True):
                    values.append(value)
        pages.append([where, article.title])
    named_so = yaml.safe_load(synonyms.read_text(encoding="utf-8"))
    return {"pages": pages, "sections": sections, "synonyms": [[row["typed"], row["means"]] for row in named_so]}


def write(site: Path, synonyms: Path) -> None:
    """Write the index into ``site`` as a script that sets one value: a page on a disk can read that too."""
    made = json.dumps(index(site, synonyms), ensure_ascii=False, separators=(",", ":"))
    # A browser reads JSON in half the time that it needs for the same as a script.
    quoted = made.replace("\\", "\\\\").replace("'", "\\'")
    (site / "assets/search.js").write_text(f"window.siteIndex=JSON.parse('{quoted}');\n", encoding="utf-8")
