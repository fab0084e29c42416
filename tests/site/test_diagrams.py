"""Each diagram's drawing belongs to its source, says the same in words, and follows the colour scheme."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scripts.diagrams.blocks import CLASSES, parse, texts
from scripts.diagrams.fence import MEND, Diagram, page_of
from scripts.diagrams.render import broken_words, collect
from scripts.diagrams.theme import MAX_WIDTH_PX, ROLES
from scripts.paths import DIAGRAMS, DOCS, ROOT
from tests.looks import CONTRAST
from tests.support import Visit, source_of
from tests.walk import Walked

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


HANDS = {
    "its words": ("</text>", "!</text>"),
    "its form": ('<rect x="', '<rect x="1'),
    "a link with a script": ("</svg>", '<a href="javascript:alert(1)"><text>x</text></a></svg>'),
    "bytes that are no text": ("</title>", "\ufffd</title>"),
}


@pytest.mark.parametrize("change", HANDS.values(), ids=HANDS)
def test_a_drawing_that_was_edited_by_hand_is_noticed_and_named(
    diagrams: list[Diagram], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str]
) -> None:
    drawing = next(d for d in diagrams if not d.is_block and not d.phone_path.exists())
    text = drawing.path.read_text(encoding="utf-8")
    monkeypatch.setattr("scripts.diagrams.fence.DIAGRAMS", tmp_path)
    drawing.path.write_text(text, encoding="utf-8")
    assert drawing.problem() is None
    changed = text.replace(*change, 1).encode("utf-8").replace("\ufffd".encode(), b"\xff")
    drawing.path.write_bytes(changed)
    problem = drawing.problem() or ""
    assert drawing.path.name in problem
    assert MEND in problem


def test_no_svg_of_the_site_is_active() -> None:
    """Whoever drew it: no script, no link, no handler, nothing from elsewhere."""
    for path in sorted(DOCS.rglob("*.svg")):
        try:
            tree = ElementTree.fromstring(path.read_bytes())  # noqa: S314 (our own files)
        except ElementTree.ParseError as error:
            pytest.fail(f"{path.relative_to(ROOT)} is no SVG in UTF-8 ({error}): draw it anew")
        for element in tree.iter():
            name = element.tag.rpartition("}")[2]
            assert name not in {"script", "foreignObject", "a", "image", "use", "animate", "set", "style"}, (
                f"{path.relative_to(ROOT)} holds <{name}>: leave plain shapes and text"
            )
            for key, value in element.attrib.items():
                active = key.startswith("on") or re.search(r"//|javascript:|data:", value, re.IGNORECASE)
                assert not active, f"{path.relative_to(ROOT)}: remove {key}={value!r}"


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


def test_diagram_text_is_readable_in_every_scheme(walked: list[Walked]) -> None:
    assert [f"{source_of(page.address)}, {line}" for page in walked for line in page.poor_contrast] == []


def test_words_too_like_what_is_behind_them_are_noticed(visit: Callable[..., Visit]) -> None:
    page = visit("overview/architecture/").page
    assert page.evaluate(CONTRAST) == []
    page.evaluate(
        "() => { for (const t of document.querySelectorAll('figure.diagram svg text')) t.style.fill = '#888'; }"
    )
    page.evaluate(
        "() => { for (const s of document.querySelectorAll('figure.diagram .slab')) s.style.color = '#888'; }"
    )
    assert any("contrast" in line for line in page.evaluate(CONTRAST))


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
