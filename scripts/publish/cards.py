"""The picture that a link to a page shows elsewhere: the page's title above the site's own motif.

Two machines that stand apart, each with a kernel of its own, and two containers on one. Drawn without a network, and
only for a site with an address, because previews want whole addresses.
"""

from __future__ import annotations

import hashlib
import html
import re
import shutil
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from scripts.paths import BUILD, FONTS

FOLDER = "assets/cards"
SIZE = (1200, 630)
INK, PAPER, MUTED = "#15202b", "#ffffff", "#4a5560"
# Fill and line of each side, as in the diagrams.
VM, CONTAINER = ("#fff0e4", "#b04a00"), ("#e6f1fd", "#0a5fb4")
SHARED, HARDWARE = ("#e8f3ea", "#3a6b47"), ("#eceff3", "#5c6875")
# Raise it when the drawing changes: cards are kept by it and their title.
DRAWING = 2


def card_of(path: str) -> str:
    """The file name of the card of the page at ``path`` (below docs/)."""
    return path.removesuffix(".md").replace("/", "-") + ".png"


def write(site: Path, copies: str) -> None:
    """Put a card for every page that has a copy into a built site; those drawn before are taken from .build/."""
    for path in sorted((site / copies).rglob("*.md")):
        inner = path.relative_to(site / copies)
        folder = inner.parent if inner.name == "index.md" else inner.with_suffix("")
        page = (site / folder / "index.html").read_text(encoding="utf-8")
        found = re.search(r'property="?og:title"? content="([^"]*)"', page)
        title = html.unescape(found[1]) if found else ""
        kept = BUILD / "cards" / f"{hashlib.sha256(f'{DRAWING} {title}'.encode()).hexdigest()[:20]}.png"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            draw(title).save(kept, optimize=True)
        target = site / FOLDER / card_of(inner.as_posix())
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, target)


def draw(title: str) -> Image.Image:
    """The card of a page with this title."""
    card = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    pen.text((64, 52), "Docker vs Virtual Machines", MUTED, _font(30))
    for line, text in enumerate(_lines(title, _font(62, bold=True), 1070)):
        pen.text((64, 102 + line * 74), text, INK, _font(62, bold=True))
    for left in (64, 324):
        _slab(pen, (left, 292, left + 230, 500), VM, 6)
        _slab(pen, (left + 18, 310, left + 212, 380), VM, 3, "Program")
        _slab(pen, (left + 18, 396, left + 212, 482), VM, 3, "Kernel")
    for left in (646, 906):
        _slab(pen, (left, 292, left + 230, 396), CONTAINER, 6, "Program")
    _slab(pen, (646, 414, 1136, 500), SHARED, 3, "One kernel, shared")
    _slab(pen, (64, 520, 1136, 580), HARDWARE, 3, "Hardware")
    return card.quantize(64)


def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONTS / "atkinson-hyperlegible-next-400-700.woff2", size)
    font.set_variation_by_axes([700 if bold else 400])
    return font


def _slab(
    pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colours: tuple[str, str], line: int, text: str = ""
) -> None:
    """A box with its words in the middle."""
    pen.rounded_rectangle(box, 10, colours[0], colours[1], line)
    pen.text(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), text, INK, _font(30), anchor="mm")


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """A title in at most two lines."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) <= 2 else [lines[0], f"{lines[1]} …"]
