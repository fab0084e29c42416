"""Each diagram's drawing belongs to its source, says the same in words, and follows the colour scheme."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scripts.diagrams.blocks import CLASSES, parse, texts
from scripts.diagrams.fence import MEND, Diagram, page_of
from scripts.diagrams.render import broken_words, collect
from scripts.diagrams.theme import MAX_WIDTH_PX, ROLES
from scripts.paths import DIAGRAMS, DOCS
from tests.support import Visit, pages_of

# The overview's drawings, by the numbers of the plan.
REQUIRED = {
    "four-stacks": "four stacks",
    "engine-not-a-layer": "the engine is not a layer",
    "path-of-a-system-call": "path of a system call",
    "two-axes": "two axes",
    "isolation-spectrum": "isolation spectrum",
    "docker-on-macos": "Docker on macOS",
    "docker-on-windows": "Docker on Windows",
    "decision-flow": "decision flow",
    "together-patterns": "patterns of using both",
}
MAX_BYTES = 12_000
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\([^)]*\)|hsla?\([^)]*\)")
CONTRAST = """() => {
  const rgb = (value) => (value.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const linear = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [x, y, z] = [r, g, b].map((c) => linear(c / 255));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (a, b) => {
    const [x, y] = [light(rgb(a)), light(rgb(b))].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const paper = getComputedStyle(document.body).backgroundColor;
  const found = [];
  for (const figure of document.querySelectorAll("figure.diagram")) {
    for (const text of figure.querySelectorAll(".slab, .nest__title")) {
      let box = text;
      while (box !== figure && rgb(getComputedStyle(box).backgroundColor)[3] === 0) box = box.parentElement;
      const behind = box === figure ? paper : getComputedStyle(box).backgroundColor;
      const value = ratio(getComputedStyle(text).color, behind);
      if (value < 4.5) found.push(`${figure.id}: "${text.textContent}" has contrast ${value.toFixed(2)}`);
    }
    for (const text of figure.querySelectorAll("svg text")) {
      const box = text.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      let behind = paper;
      for (const shape of figure.querySelectorAll("svg :is(rect, polygon, circle)")) {
        const b = shape.getBoundingClientRect();
        const fill = getComputedStyle(shape).fill;
        const inside = x > b.left && x < b.right && y > b.top && y < b.bottom;
        if (inside && fill !== "none" && rgb(fill)[3] !== 0) behind = fill;
      }
      const value = ratio(getComputedStyle(text).fill, behind);
      if (value < 4.5) found.push(`${figure.id}: "${text.textContent}" has contrast ${value.toFixed(2)}`);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def diagrams() -> list[Diagram]:
    """Every diagram of the site, as a build finds it."""
    return collect()


def test_every_drawing_is_up_to_date(diagrams: list[Diagram]) -> None:
    stale = [f"{page_of(d.name)}: diagram '{d.name}' {d.problem()}" for d in diagrams if d.problem()]
    assert stale == []


def test_a_changed_source_is_noticed_and_named(diagrams: list[Diagram]) -> None:
    first = next(d for d in diagrams if not d.is_block)
    problem = Diagram(first.name, first.source + "\n%% changed").problem() or ""
    assert first.name in problem
    assert MEND in problem


def test_the_planned_diagrams_exist(diagrams: list[Diagram]) -> None:
    missing = {title for name, title in REQUIRED.items() if name not in {d.name for d in diagrams}}
    assert not missing
    assert len(diagrams) >= 8


def test_no_drawing_is_left_over(diagrams: list[Diagram]) -> None:
    wanted = {path for d in diagrams if not d.is_block for path in (d.path, d.phone_path)}
    left = {p.name for p in set(DIAGRAMS.glob("*.svg")) - wanted}
    assert not left, f"no page uses these drawings; {MEND} removes them"


def test_drawings_are_light_plain_and_named(diagrams: list[Diagram]) -> None:
    for diagram in (d for d in diagrams if not d.is_block):
        name, text = diagram.path.name, diagram.path.read_text(encoding="utf-8")
        soup = BeautifulSoup(text, "html.parser")
        svg = soup.svg
        assert svg is not None
        assert len(text.encode()) <= MAX_BYTES, f"{name} has {len(text.encode()):,} bytes, over {MAX_BYTES:,}"
        assert float(str(svg["width"])) <= MAX_WIDTH_PX, f"{name} is wider than the reading column"
        assert svg.title, f"{name} has no title"
        assert svg.find("desc"), f"{name} has no description"
        assert svg.find("text"), f"{name} has no selectable text"
        assert not svg.find(["style", "script", "foreignobject", "image"]), f"{name} holds more than plain drawing"
        assert not svg.find(attrs={"style": True}), f"{name} has inline styles, which a strict policy forbids"
        assert not COLOUR.findall(text), f"{name} has fixed colours: {COLOUR.findall(text)[:3]}"
        assert set(re.findall(r"var\(--dg-([a-z-]+)\)", text)) <= set(ROLES), f"{name} uses an unknown colour role"


def test_the_style_sheet_defines_every_role_and_class() -> None:
    css = "".join((DOCS / f"assets/styles/{name}.css").read_text(encoding="utf-8") for name in ("site", "pictures"))
    assert [role for role in ROLES if f"--dg-{role}:" not in css] == []
    plain = {"app"}
    assert [name for name in CLASSES if name not in plain and f".diagram .{name} " not in css] == []
    assert [name for name in CLASSES if f".diagram__slabs .{name} " not in css] == []


def test_words_name_what_the_drawing_shows(diagrams: list[Diagram]) -> None:
    """Each label's chief word also stands in the description."""
    for diagram in diagrams:
        said = diagram.description.lower()
        for label in labels(diagram):
            words = re.findall(r"[a-z0-9-]{2,}", label.lower())
            found = [w for w in words if w.rstrip("s,") in said]
            assert found, f"{page_of(diagram.name)}: accDescr of '{diagram.name}' does not mention '{label}'"


def labels(diagram: Diagram) -> list[str]:
    """What stands in the boxes that belong to a side."""
    sides = ("container", "vm", "between", "shared", "hardware")
    if diagram.is_block:
        return [text for block, text in texts(parse(diagram.source)) if block.side in sides]
    soup = BeautifulSoup(diagram.path.read_text(encoding="utf-8"), "html.parser")
    return [label.get_text(" ") for label in soup.select(", ".join(f"g.{side} text" for side in sides))]


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_diagram_text_is_readable_in_every_scheme(visit: Callable[..., Visit], web: Path, scheme: str) -> None:
    seen = visit("overview/summary/", dark=scheme != "light")
    if scheme == "print":
        seen.page.emulate_media(media="print")
    poor = []
    for address in pages_of(web):
        seen.page.goto(seen.page.url.split("overview/")[0] + address) if address else None
        poor += seen.page.evaluate(CONTRAST)
    assert poor == []


def test_a_drawing_changes_its_colours_with_the_scheme(visit: Callable[..., Visit]) -> None:
    colour = "() => getComputedStyle(document.querySelector('figure.diagram svg text')).fill"
    light = visit("overview/architecture/").page.evaluate(colour)
    dark = visit("overview/architecture/", dark=True)
    assert dark.page.evaluate(colour) != light
    dark.page.emulate_media(media="print")
    assert dark.page.evaluate(colour) == "rgb(0, 0, 0)"


def test_the_published_site_ships_no_mermaid_library(web: Path, disk: Path) -> None:
    for edition in (web, disk):
        assert not list(edition.rglob("*mermaid*")), "Mermaid belongs to the live preview only"
        assert not [p for p in edition.rglob("*.html") if 'class="mermaid"' in p.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", sorted(DIAGRAMS.glob("*.svg")), ids=lambda path: path.name)
def test_no_drawing_parts_a_word(path: Path) -> None:
    assert broken_words(path.read_text(encoding="utf-8"), source="") == []


def test_a_parted_word_is_told_from_one_with_a_hyphen() -> None:
    svg = "<text><tspan>Containe-</tspan><tspan>r</tspan></text><text><tspan>user-</tspan></text>"
    assert broken_words(svg, source="in user-space") == ["Containe-"]
