"""Addresses that were once published lead on: docs/data/addresses.yml lists them all, and what has moved where.

A page that has moved becomes a page that leads on; an anchor that has moved leads on from the page on which it stood.
Neither needs a script or a server's help, so both work on any host, below any path and from a disk.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scripts.files import write_text

LIST = "docs/data/addresses.yml"
# What others link to: headings, rows, pictures. Notes and parts of tools are nobody's destination.
TARGETS = {"h1", "h2", "h3", "h4", "h5", "h6", "section", "tr", "dt", "li", "figure"}
NOT_LINKED = re.compile(r"fn(ref\d*)?:|__|.*--|.*-(title|figures|tools)$")
# What holds the space for a page's address; no such page is listed.
SERVERS_OWN = {"404.html"}
SCRIPT = "assets/scripts/moved.js"
# Begins every page that leads on.
MARK = '<html lang="en" data-moved>'
HEADING = re.compile(r"h[1-6]$")
templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


class Page(HTMLParser):
    """The ids in a page, and the words of each heading."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: dict[str, str] = {}
        self.words: dict[str, str] = {}
        self._inside = self._drawn = 0
        self._heading = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the id of what stands in the article, outside drawings."""
        self._inside += tag == "article"
        self._drawn += tag == "svg"
        anchor = dict(attrs).get("id")
        if anchor and self._inside and not self._drawn:
            self.ids[anchor] = tag
            self._heading = anchor if HEADING.match(tag) else self._heading

    def handle_endtag(self, tag: str) -> None:
        """Leave the article, a drawing or a heading."""
        self._inside -= tag == "article"
        self._drawn -= tag == "svg"
        if HEADING.match(tag):
            self._heading = ""

    def handle_data(self, data: str) -> None:
        """Words of a heading."""
        if self._heading:
            self.words[self._heading] = (self.words.get(self._heading, "") + data).replace("¶", "")

    @property
    def anchors(self) -> list[str]:
        """What others may link to, in the order of the page."""
        return [a for a, tag in self.ids.items() if tag in TARGETS and not NOT_LINKED.match(a)]

    @property
    def title(self) -> str:
        """The words of its first heading."""
        return next((" ".join(words.split()) for words in self.words.values()), "")


@dataclass(frozen=True)
class Edition:
    """A built site; ``for_disk`` says how addresses become files."""

    site: Path
    for_disk: bool

    def file(self, page: str) -> Path:
        """The file behind a page's address (``overview/summary/``; empty for the home page)."""
        whole = self.site / page / "index.html"
        if not self.for_disk or not page or whole.exists():
            return whole
        return self.site / f"{page.rstrip('/')}.html"

    def link(self, page: str, target: str) -> str:
        """A relative link from one page to an address."""
        goal, _, anchor = target.partition("#")
        here, there = self.file(page), self.file(goal)
        way = Path(os.path.relpath(there, here.parent)).as_posix()
        if not self.for_disk:
            way = way.removesuffix("index.html") or "./"
        return f"{'' if goal == page and anchor else way}{'#' if anchor else ''}{anchor}"


def read(path: Path) -> dict[str, Any]:
    """``moved`` (rows of ``from`` and ``to``), ``recorded`` (a day) and ``pages`` (address to anchors)."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def published(site: Path) -> dict[str, list[str]]:
    """The addresses of a built web edition: each page with its anchors."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        if path.relative_to(site).as_posix() not in SERVERS_OWN and MARK not in text:
            found[path.parent.relative_to(site).as_posix().removeprefix(".") + "/"] = Page(text).anchors
    return {name.removeprefix("/"): anchors for name, anchors in found.items()}


def lost(pages: dict[str, list[str]], site: Path) -> list[str]:
    """A line for each listed address that a built web edition does not have."""
    found, edition = [], Edition(site, for_disk=False)
    remedy = f"give it back its id, or say in {LIST} under `moved` where its content is now"
    for name, anchors in pages.items():
        path = edition.file(name)
        if not path.exists():
            found.append(f"{name or 'the home page'} was published and is gone: {remedy}")
            continue
        there = Page(path.read_text(encoding="utf-8")).ids
        found += [f"{name}#{a} was published and is gone: {remedy}" for a in anchors or [] if a not in there]
    return found


def record(path: Path, site: Path, day: str) -> int:
    """Add the addresses of a built web edition to the list; gives how many were new. What people wrote stays."""
    rows = read(path)
    pages: dict[str, list[str]] = {name: list(anchors or []) for name, anchors in (rows["pages"] or {}).items()}
    new = 0
    for name, anchors in published(site).items():
        known = pages.setdefault(name, [])
        fresh = [anchor for anchor in anchors if anchor not in known]
        new += len(fresh)
        known += fresh
    head = path.read_text(encoding="utf-8").split("\npages:")[0]
    head = re.sub(r"^recorded: .*$", f"recorded: {max(day, str(rows['recorded']))}", head, flags=re.MULTILINE)
    listed = yaml.safe_dump(pages, allow_unicode=True, width=128, default_flow_style=None, sort_keys=True)
    write_text(path, f"{head}\npages:\n" + "".join(f"  {line}\n" for line in listed.splitlines()))
    return new


def lead_on(site: Path, path: Path, *, for_disk: bool, address: str = "") -> list[str]:
    """Make every old address in a freshly built site lead on; gives a line for each row that cannot be followed."""
    edition, rows = Edition(site, for_disk), read(path)["moved"]
    problems = _wrong(edition, rows, path)
    if problems:
        return problems
    gone: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        gone.setdefault(row["from"].partition("#")[0], []).append(row)
    for page, moves in gone.items():
        if edition.file(page).exists():
            _lead_from_page(edition, page, moves)
        else:
            _write_stub(edition, page, moves, address)
    return []


def _wrong(edition: Edition, rows: list[dict[str, str]], path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    known = {row["from"] for row in rows}
    found = []
    for row in rows:
        old, new = row["from"], row["to"]
        line = next((n for n, text in enumerate(lines, start=1) if old in text and "to:" in text and text[0] != "#"), 1)
        where = f"{LIST}:{line}: moved: '{old}'"
        page, _, anchor = old.partition("#")
        if [r["from"] for r in rows].count(old) > 1:
            found.append(f"{where} is said to have moved twice. Keep one of the rows.")
        elif _exists(edition, old):
            found.append(f"{where} still exists. Take the row out, or the page.")
        elif new in known or not _exists(edition, new):
            found.append(f"{where} leads to '{new}', which is not there. Name the address that has its content now.")
        elif anchor and not edition.file(page).exists() and page not in known:
            found.append(f"{where} is on a page that is gone. Say where '{page}' itself has moved.")
    return found


def _exists(edition: Edition, address: str) -> bool:
    page, _, anchor = address.partition("#")
    path = edition.file(page)
    return path.exists() and (not anchor or anchor in Page(path.read_text(encoding="utf-8")).ids)


def _entries(edition: Edition, page: str, moves: list[dict[str, str]]) -> list[dict[str, str]]:
    """Old anchors of a page, each with a link and the words of what it leads to."""
    found = []
    for row in moves:
        _, _, old = row["from"].partition("#")
        goal, _, anchor = row["to"].partition("#")
        there = Page(edition.file(goal).read_text(encoding="utf-8"))
        words = " ".join(there.words.get(anchor, "").split()) or there.title
        found.append({"old": old, "href": edition.link(page, row["to"]), "words": words})
    return found


def _lead_from_page(edition: Edition, page: str, moves: list[dict[str, str]]) -> None:
    path = edition.file(page)
    text = path.read_text(encoding="utf-8")
    away = [row for row in moves if not row["to"].startswith(f"{page}#")]
    for row in moves:
        if row not in away:
            # The old name stands in the heading that has its content now.
            new, old = row["to"].partition("#")[2], row["from"].partition("#")[2]
            mark = templates.get_template("moved-within.html").render(old=old)
            text = re.sub(rf'(<[a-z][a-z0-9]*\b[^>]*\bid="{re.escape(new)}"[^>]*>)', rf"\g<1>{mark}", text, count=1)
    if away:
        listed = templates.get_template("moved-list.html").render(moves=_entries(edition, page, away))
        before, end = text.rsplit("</article>", 1)
        text = f"{before}{listed}</article>{end}"
        if SCRIPT not in text:
            root = Path(os.path.relpath(edition.site, path.parent)).as_posix()
            script = templates.get_template("moved-script.html").render(href=f"{root}/{SCRIPT}".removeprefix("./"))
            text = text.replace("</head>", f"{script}</head>", 1)
    path.write_text(text, encoding="utf-8")


def _write_stub(edition: Edition, page: str, moves: list[dict[str, str]], address: str) -> None:
    path, whole = edition.file(page), next(row for row in moves if row["from"] == page)
    values = {
        "href": edition.link(page, whole["to"]),
        "canonical": f"{address}{whole['to']}" if address else "",
        "words": _entries(edition, page, [whole])[0]["words"],
        "root": Path(os.path.relpath(edition.site, path.parent)).as_posix(),
        "sheet": next((p.name for p in (edition.site / "assets").glob("site.*.css")), "site.css"),
        "moves": _entries(edition, page, [row for row in moves if "#" in row["from"]]),
    }
    write_text(path, templates.get_template("moved.html").render(values))
