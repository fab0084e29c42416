"""Draws every diagram whose drawing is missing or out of date, with a real Chromium and the vendored Mermaid.

The sources come from a build of the site, not from a search through Markdown, so diagrams that macros generate
from data are found as well.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from scripts import browser
from scripts.diagrams.blocks import CLASSES
from scripts.diagrams.fence import COLLECT, Diagram, fits_a_phone, page_of, sealed
from scripts.diagrams.theme import FONT_STACK, MAX_WIDTH_PX, SENTINELS, mermaid_config
from scripts.files import write_text
from scripts.paths import DIAGRAMS, FONTS, ROOT, VENDOR

SIDEWAYS = re.compile(r"^(\s*flowchart\s+)(?:LR|RL)", re.MULTILINE)
DRAW = """async ({name, source, config, sentinels, classes}) => {
  mermaid.initialize(config);
  const {svg} = await mermaid.render(name, source);
  const holder = document.createElement("div");
  document.body.replaceChildren(holder);
  holder.innerHTML = svg;
  const drawing = holder.querySelector("svg");
  const box = drawing.viewBox.baseVal;
  const problems = flatten(drawing, {name, sentinels, classes});
  drawing.querySelectorAll(":scope > title, :scope > desc").forEach((e) => e.remove());
  const picture = {inner: drawing.innerHTML, x: box.x, y: box.y, width: box.width, height: box.height, problems};
  holder.remove();
  return picture;
}"""


class DiagramError(RuntimeError):
    """A diagram cannot be drawn; the message names the page, the diagram and the remedy."""


def collect() -> list[Diagram]:
    """All diagrams of the site, in the order of the pages. Two with one name are an error."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "diagrams.jsonl"
        record.touch()
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(Path(folder) / "site")]
        subprocess.run(command, cwd=ROOT, env={**os.environ, COLLECT: str(record)}, check=True)
        rows = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    found: dict[str, Diagram] = {}
    for row in rows:
        diagram = Diagram(row["name"], row["source"])
        other = found.get(diagram.name)
        if other and other.source != diagram.source:
            raise DiagramError(f"two diagrams are named '{diagram.name}' (see {page_of(diagram.name)}): rename one")
        found[diagram.name] = diagram
    return list(found.values())


def draw_all(diagrams: list[Diagram], *, force: bool = False) -> list[str]:
    """Draw what is missing or out of date, remove drawings that no page uses; returns a line per change."""
    report = []
    drawings = [d for d in diagrams if not d.is_block]
    broken = next((d for d in diagrams if d.is_block and d.problem()), None)
    if broken:
        raise DiagramError(f"diagram '{broken.name}' in {page_of(broken.name)} {broken.problem()}")
    wanted = [d for d in drawings if force or d.problem()]
    for diagram in wanted:
        if not diagram.title or not diagram.description or not diagram.name:
            raise DiagramError(f"diagram '{diagram.name}' in {page_of(diagram.name)} {diagram.problem()}")
    if wanted:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=str(browser.ensure()), args=browser.launch_args())
            page = _prepare(chromium.new_page())
            for diagram in wanted:
                for path in _draw_both(page, diagram):
                    report.append(f"drew {path.relative_to(ROOT).as_posix()} ({path.stat().st_size:,} bytes)")
            chromium.close()
    names = {path.name for diagram in drawings for path in (diagram.path, diagram.phone_path)}
    for path in sorted(DIAGRAMS.glob("*.svg")):
        if path.name not in names:
            path.unlink()
            report.append(f"removed {path.relative_to(ROOT).as_posix()}: no page uses it")
    return report


def _draw_both(page: Page, diagram: Diagram) -> list[Path]:
    """Draw ``diagram``, and again for a phone if that cannot show all of it; returns what was written."""
    wide = draw(page, diagram)
    write_text(diagram.path, wide)
    diagram.phone_path.unlink(missing_ok=True)
    if fits_a_phone(wide):
        return [diagram.path]
    narrow = draw(page, diagram, phone=True)
    if not fits_a_phone(narrow):
        raise DiagramError(
            f"diagram '{diagram.name}' in {page_of(diagram.name)} is too wide for a phone, even when "
            "its lines are wrapped: put at most two boxes side by side or four participants, or write shorter words"
        )
    write_text(diagram.phone_path, narrow)
    return [diagram.path, diagram.phone_path]


def _prepare(page: Page) -> Page:
    font = (FONTS / "atkinson-hyperlegible-next-400-700.woff2").read_bytes()
    source = f"url(data:font/woff2;base64,{base64.b64encode(font).decode()})"
    face = f"@font-face{{font-family:'Atkinson Hyperlegible Next';font-weight:400 700;src:{source}}}"
    page.set_content(f"<!doctype html><style>{face}body{{font-family:{FONT_STACK}}}</style><p>a<b>b</b></p>")
    page.evaluate("document.fonts.ready")
    page.add_script_tag(path=str(VENDOR / "mermaid.min.js"))
    page.add_script_tag(path=str(Path(__file__).with_name("flatten.js")))
    return page


def broken_words(svg: str, source: str) -> list[str]:
    """The beginnings of words that a drawing parts, with a hyphen that ``source`` does not have."""
    ends = re.findall(r"([^<>]*\S-)</(?:text|tspan)>", svg)
    return [line for line in ends if line.split()[-1].strip("[]") not in source]


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def draw(page: Page, diagram: Diagram, *, phone: bool = False) -> str:
    """One diagram as a complete SVG element, for a ``phone`` from top to bottom and with its lines wrapped.

    Raises ``DiagramError`` when it cannot be published.
    """
    name = f"{diagram.name}-phone" if phone else diagram.name
    source = SIDEWAYS.sub(r"\1TB", diagram.source).replace("<br>", " ") if phone else diagram.source
    where = f"diagram '{diagram.name}' in {page_of(diagram.name)}"
    try:
        picture = page.evaluate(
            DRAW,
            {
                "name": name,
                "source": source,
                "config": mermaid_config(phone=phone),
                "sentinels": {_rgb(colour): variable for colour, variable in SENTINELS.items()},
                "classes": list(CLASSES),
            },
        )
    except Exception as error:
        raise DiagramError(f"{where}: Mermaid cannot draw it: {error}") from error
    if picture["problems"]:
        raise DiagramError(f"{where}: " + "; ".join(picture["problems"]))
    if picture["width"] > MAX_WIDTH_PX and not phone:
        raise DiagramError(
            f"{where} is {picture['width']:.0f} px wide, over {MAX_WIDTH_PX}: use TB, fewer columns or shorter labels"
        )
    box = " ".join(f"{picture[key]:.0f}" for key in ("x", "y", "width", "height"))
    title, description = html.escape(diagram.title), html.escape(diagram.description)
    inner = re.sub(r">\s+<", "><", picture["inner"])
    parted = broken_words(inner, source)
    if parted:
        raise DiagramError(f"{where} parts a word ('{parted[0]}'): write a shorter one")
    return sealed(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{picture["width"]:.0f}"'
        f' height="{picture["height"]:.0f}" role="img" aria-labelledby="{name}-title"'
        f' aria-describedby="{name}-desc" data-source="{diagram.digest}">'
        f'<title id="{name}-title">{title}</title><desc id="{name}-desc">{description}</desc>'
        f"{inner}</svg>\n"
    )
