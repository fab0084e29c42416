"""The overview in one piece: its parts, one after the other, on the page docs/overview/one-page.md.

Made from the built pages, so it says what they say. Every id gets the name of its part, and links between the parts
stay on the page.
"""

from __future__ import annotations

import re
from pathlib import Path

from scripts.publish.moved import Edition, Page, templates

PAGE = "overview/one-page/"
PARTS = (
    "introduction",
    "architecture",
    "basic-definitions",
    "architecture-comparison",
    "key-differences",
    "when-to-use-what",
    "using-both-together",
    "summary",
)
# Where they go; the page's own Markdown has it.
PLACE = re.compile(r'<div id="parts">\s*</div>')
ARTICLE = re.compile(r"<article\b[^>]*>(.*)</article>", re.DOTALL)
# Attributes that name ids of their own page; a drawing's ids carry its name already.
NAMES = re.compile(r'\b(id|for|name|aria-labelledby|aria-describedby|aria-controls|headers)="([^"]+)"')
HEADING = re.compile(r"<(/?)h([1-5])\b")
LINK = re.compile(r'\bhref="([^"]*)"')
DRAWING = re.compile(r"(<svg\b.*?</svg>)", re.DOTALL)


def compose(site: Path, copies: Path | None, *, for_disk: bool) -> None:
    """Fill the page, and its copy in Markdown where there is one, from the parts of a freshly built site."""
    edition = Edition(site, for_disk)
    path = edition.file(PAGE)
    if not path.exists():
        return
    pages = {part: edition.file(f"overview/{part}/").read_text(encoding="utf-8") for part in PARTS}
    read = {part: Page(text) for part, text in pages.items()}
    known = {part: found.ids for part, found in read.items()}
    parts = [
        {"anchor": _name(part, next(iter(known[part]))), "title": read[part].title, "article": _part(part, text, known)}
        for part, text in pages.items()
    ]
    whole = templates.get_template("whole.html").render(parts=parts)
    path.write_text(PLACE.sub(lambda _: whole, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    if copies:
        own = copies / "overview/one-page.md"
        texts = [(copies / f"overview/{part}.md").read_text(encoding="utf-8") for part in PARTS]
        head = own.read_text(encoding="utf-8").split("<div")[0]
        own.write_text(
            head + "\n".join(re.sub(r"^#", "##", text, flags=re.MULTILINE) for text in texts), encoding="utf-8"
        )


def _part(part: str, text: str, known: dict[str, dict[str, str]]) -> str:
    """One page's article, a level lower and under its own names."""
    found = ARTICLE.search(text)
    article = found[1] if found else ""
    article = HEADING.sub(lambda m: f"<{m[1]}h{int(m[2]) + 1}", article)
    pieces = DRAWING.split(article)
    return "".join(piece if piece.startswith("<svg") else _renamed(piece, part, known) for piece in pieces)


def _renamed(piece: str, part: str, known: dict[str, dict[str, str]]) -> str:
    def names(match: re.Match[str]) -> str:
        return f'{match[1]}="{" ".join(_name(part, name) for name in match[2].split())}"'

    def link(match: re.Match[str]) -> str:
        way, _, anchor = match[1].partition("#")
        goal = part if not way else way.removeprefix("../").removesuffix("/").removesuffix(".html")
        if goal not in known or (way and way not in {f"../{goal}/", f"{goal}.html"}):
            return match[0]
        return f'href="#{_name(goal, anchor or next(iter(known[goal])))}"'

    return LINK.sub(link, NAMES.sub(names, piece))


def _name(part: str, name: str) -> str:
    return f"{part}--{name}"
