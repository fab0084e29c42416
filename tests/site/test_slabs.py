"""Block diagrams: the subset that is drawn as slabs, what is said of anything else, and that Mermaid draws them too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from scripts.diagrams.blocks import NARROWEST, BlockError, parse, texts
from scripts.diagrams.fence import Diagram, line_of
from scripts.diagrams.render import collect
from scripts.paths import VENDOR
from tests.support import Visit

WHOLE = """block
  %% accTitle: A title
  %% accDescr: A description
  columns 2
  block:left["On the left"]:1
    columns 2
    a["App A"] b["App<br>B"]
    k["Kernel"]:2
  end
  space
  block:right
    c["c"]
  end
  hw["Hardware"]:2
  class a,b container
  class left vm
"""
REFUSED = {
    'a["A"]:::vm': (2, "write a line such as 'class a,b vm'"),
    'a["Two words"]:2:::vm': (2, "write a line such as 'class a,b vm'"),
    "colums 2": (2, "none of columns"),
    'a["A"] --> b["B"]': (2, "use a flowchart"),
    'a("A")': (2, 'none of columns, id["Label"]'),
    "classDef vm fill:#f00": (2, "sets colours: remove it"),
    'columns 9\n  a["A"]': (2, "a number from 1 to 8"),
    'a["A"]\n  columns 2': (3, "write it first"),
    'columns 2\n  a["A"]:3': (3, "spans 3 of 2 columns"),
    'a["A"]\n  a["B"]': (3, "uses the id 'a' twice"),
    'a["A"]\n  class b vm': (3, "'b', which is no box"),
    'a["A"]\n  class a vmm': (3, "one of container, vm"),
    'block:left["L"]\n    a["A"]': (2, "has no 'end'"),
    'a["A"]\n  end': (3, "'end' too many"),
    'block:left["L"]\n  end': (2, "holds nothing"),
    'block["L"]\n  a\n  end': (2, 'write block:id["Title"]'),
}
MERMAID = """async (source) => {
  mermaid.initialize({startOnLoad: false, securityLevel: "strict"});
  try {
    const {svg} = await mermaid.render("drawn", source);
    const page = new DOMParser().parseFromString(svg, "text/html");
    return [...page.querySelectorAll("g.node")].map((node) => node.textContent.replace(/\\s+/g, ""));
  } catch (error) { return error.message; }
}"""


def test_columns_spans_nests_and_classes_are_read() -> None:
    root = parse(WHOLE)
    left, space, right, hardware = root.children
    assert (root.columns, left.kind, left.lines, left.side) == (2, "nest", ["On the left"], "vm")
    assert [(b.id, b.lines, b.span, b.side) for b in left.children] == [
        ("a", ["App A"], 1, "container"), ("b", ["App", "B"], 1, "container"), ("k", ["Kernel"], 2, ""),
    ]  # fmt: skip
    assert (space.kind, right.lines, right.children[0].lines, hardware.span) == ("space", [], ["c"], 2)
    assert "Hardware" in [text for _, text in texts(root)]


@pytest.mark.parametrize("line", list(REFUSED))
def test_what_is_outside_the_subset_is_refused_with_its_line_and_a_remedy(line: str) -> None:
    number, remedy = REFUSED[line]
    with pytest.raises(BlockError) as error:
        parse(f"block\n  {line}\n")
    assert error.value.line == number
    assert remedy in str(error.value)


def test_a_mistake_is_reported_with_the_line_of_its_page() -> None:
    broken = WHOLE.replace('["Kernel"]:2', '["Kernel"]:2:::shared')
    first = line_of("four-stacks")
    problem = Diagram("four-stacks", broken).problem() or ""
    assert first > 0
    assert f"line {first + 8})" in problem
    assert "class a,b vm" in problem


def test_a_narrow_screen_gets_as_many_columns_as_the_words_leave_room_for() -> None:
    short = parse('block\n columns 4\n a["A"] b["B"] c["C"] d["D"]')
    assert short.phone_columns == 4
    long = parse('block\n columns 4\n a["Virtualisation"] b["B"] c["C"] d["D"]:1')
    assert long.phone_columns == 2
    six = " ".join(f'a{n}["Somewhat longer {n}"]' for n in range(6))
    assert parse(f"block\n columns 3\n {six}").phone_columns == 3
    assert parse("block\n columns 3\n " + six.replace("longer", "indivisible")).phone_columns == 2
    word = "x" * (NARROWEST // 8)
    assert parse(f'block\n columns 2\n a["{word}"] b["B"]\n c["C"]:2').phone_columns == 1


def test_mermaid_draws_the_same_boxes(chromium: Browser) -> None:
    """GitHub shows Mermaid's own drawing of the same fence."""
    page = chromium.new_page()
    page.set_content("<p>")
    page.add_script_tag(path=str(VENDOR / "mermaid.min.js"))
    blocks = [d for d in collect() if d.is_block]
    assert blocks
    for diagram in [*blocks, Diagram("whole", WHOLE)]:
        drawn = page.evaluate(MERMAID, diagram.source)
        assert isinstance(drawn, list), f"Mermaid refuses '{diagram.name}': {drawn}"
        # A nested block without a title is a box without words.
        drawn = [words for words in drawn if words]
        boxes = ["".join(text.split()) for _, text in texts(parse(diagram.source))]
        assert sorted(drawn) == sorted(boxes), f"'{diagram.name}'"
    assert "Lexical error" in page.evaluate(MERMAID, 'block\n  a["A"]:::vm\n  b["B"]')
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark", "forced", "print"])
def test_walls_differ_in_form_in_every_scheme(visit: Callable[..., Visit], scheme: str) -> None:
    options = {"forced_colors": "active"} if scheme == "forced" else {}
    seen = visit("overview/architecture/", dark=scheme == "dark", **options)
    if scheme == "print":
        seen.page.emulate_media(media="print")
    style = "(s) => getComputedStyle(document.querySelector(`#diagram-four-stacks .nest.${s}`)).borderTopStyle"
    assert [seen.page.evaluate(style, side) for side in ("container", "vm")] == ["dashed", "solid"]
