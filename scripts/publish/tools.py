"""What readers' tools look for, made of the built pages: llms.txt, an Atom feed of the changelog, the web manifest."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from scripts.files import write_text
from scripts.publish import cards

NAME = "Docker vs Virtual Machines"
COPIES = "markdown"
# Sections in the order in which one reads; what lies at the top comes first, under the site's own name.
ORDER = ("", "overview", "choose", "understand", "labs", "guides", "reference", "about")
MANIFEST = {
    "name": NAME,
    "short_name": "Docker vs VMs",
    "start_url": ".",
    "display": "browser",
    "icons": [
        {"src": "assets/images/logo.svg", "sizes": "any", "type": "image/svg+xml"},
        *(
            {"src": f"assets/images/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ),
    ],
}
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["xml"], default=False),
    undefined=StrictUndefined,
)


class Page(NamedTuple):
    """A page as llms.txt lists it; ``path`` is that of its Markdown copy."""

    path: str
    title: str
    about: str


class Entry(NamedTuple):
    """The changes of a day."""

    day: str
    html: str


def write(site: Path, address: str) -> None:
    """Put the files into a built site; ``address`` is where it will stand, or empty where that is not known."""
    write_text(site / "site.webmanifest", json.dumps(MANIFEST, indent=1) + "\n")
    write_text(site / "llms.txt", llms(site, address))
    if address:
        values = {"name": NAME, "address": address, "entries": entries(site)}
        cards.write(site, COPIES)
        write_text(site / "feed.xml", _templates.get_template("feed.xml").render(values))
    else:
        # Without an address the engine writes a sitemap that lists nothing.
        for name in ("sitemap.xml", "sitemap.xml.gz"):
            (site / name).unlink(missing_ok=True)


def llms(site: Path, address: str) -> str:
    """The table of contents for assistants: each page's copy with its description."""
    sections: dict[str, list[Page]] = {name: [] for name in ORDER}
    for path in sorted((site / COPIES).rglob("*.md")):
        inner = path.relative_to(site / COPIES)
        folder = inner.parent if inner.name == "index.md" else inner.with_suffix("")
        head = (site / folder / "index.html").read_text(encoding="utf-8")
        section = inner.parts[0] if len(inner.parts) > 1 else ""
        sections.setdefault(section, []).append(Page(f"{COPIES}/{inner.as_posix()}", _title(head), _about(head)))
    shown = [(name.capitalize() or NAME, pages) for name, pages in sections.items() if pages]
    values = {"name": NAME, "about": sections[""][0].about, "address": address, "sections": shown}
    return _templates.get_template("llms.txt").render(values) + "\n"


def entries(site: Path) -> list[Entry]:
    """The days of the changelog, newest first."""
    page = (site / "about/changelog/index.html").read_text(encoding="utf-8").split("</article>")[0]
    parts = re.split(r'<h2 id="(\d{4}-\d\d-\d\d)">.*?</h2>', page)[1:]
    return [Entry(day, text.strip()) for day, text in zip(parts[::2], parts[1::2], strict=True)]


def _title(head: str) -> str:
    found = re.search(r"<title>(.*?)</title>", head, re.DOTALL)
    return html.unescape(found[1]).removesuffix(f" – {NAME}") if found else ""


def _about(head: str) -> str:
    found = re.search(r'<meta name="description" content="?([^">]*)', head)
    return html.unescape(found[1]) if found else ""
