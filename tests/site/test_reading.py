"""What the eye needs: nothing covers code, digits align, figures keep their notes, sides are not guessed."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown import Markdown

from scripts.markdown.tables import side_of
from scripts.pages.notes import unparted, with_notes_tied
from scripts.paths import DOCS
from tests.support import Visit

COVERED = """() => [...document.querySelectorAll(".highlight")].filter((block) => {
  const code = block.querySelector("code").getBoundingClientRect();
  return [...block.querySelectorAll(".copy")].some((button) => {
    const box = button.getBoundingClientRect();
    return box.width && box.left < code.right - 1;
  });
}).map((block) => block.textContent.trim().slice(0, 40))"""
WIDER = """() => [...document.querySelectorAll(".highlight:not(.language-text) code")]
  .filter((code) => code.scrollWidth > code.clientWidth + 1).map((code) => code.textContent.slice(0, 40))"""
ONE_LINE = """() => {
  const code = document.querySelector(".highlight:not(.language-text) code");
  code.textContent = "x".repeat(76);
  const one = code.clientHeight;
  code.textContent = "x".repeat(4);
  return one === code.clientHeight;
}"""

# Notes that begin a line, and figures whose unit begins one.
PARTED = """() => {
  const parted = [];
  for (const sup of document.querySelectorAll("article sup:has(> a.footnote-ref)")) {
    const walker = document.createTreeWalker(sup.closest("p, li, td, dd, th"), NodeFilter.SHOW_TEXT);
    let before = null;
    for (let node; (node = walker.nextNode()) && !sup.contains(node); ) if (node.data.trim()) before = node;
    if (!before || !sup.getClientRects().length) continue;
    const range = document.createRange(), end = before.data.trimEnd().length;
    range.setStart(before, end - 1);
    range.setEnd(before, end);
    const last = range.getBoundingClientRect(), mark = sup.getBoundingClientRect();
    if (last.height && mark.top >= last.bottom - 2) parted.push(`${before.data.slice(-20)} | ${sup.textContent}`);
  }
  const unit = /[\\d.,]+\\s(ms|s|ns|µs|%|[KMG]i?B|IOPS|Gbit\\/s)(?![a-z])/g;
  const figures = document.querySelectorAll(".claim, .chart__figure, .answer, .comparison td a, .entry h3, td.num");
  for (const figure of figures) {
    for (const node of figure.childNodes) {
      for (const found of (node.nodeType === 3 ? node.data : "").matchAll(unit)) {
        const range = document.createRange();
        range.setStart(node, found.index);
        range.setEnd(node, found.index + found[0].length);
        if (new Set([...range.getClientRects()].map((box) => box.top)).size > 1) parted.push(found[0]);
      }
    }
  }
  return parted;
}"""


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize(
    "page",
    [
        "", "overview/key-differences/", "overview/summary/", "overview/when-to-use-what/", "understand/start-up/",
        "understand/memory-and-density/", "reference/comparison/", "reference/figures/", "reference/measurements/",
        "reference/technologies/firecracker/",
    ],
)  # fmt: skip
def test_a_figure_its_unit_and_its_note_stand_on_one_line(visit: Callable[..., Visit], page: str, width: int) -> None:
    seen = visit(page, width=width).page
    seen.evaluate("() => document.querySelectorAll('article details').forEach((d) => { d.open = true; })")
    assert seen.evaluate(PARTED) == []


def test_a_note_that_parts_from_its_figure_would_be_noticed(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/key-differences/", width=390).page
    seen.evaluate(
        "() => document.querySelectorAll('article sup').forEach((s) => s.before(document.createElement('br')))"
    )
    assert seen.evaluate(PARTED)


# Notes in the margin that lie on the text, on each other, or off the screen.
CLASH = """() => {
  const notes = [...document.querySelectorAll(".beside .footnote > ol > li:not(.away)")];
  const boxes = notes.map((li) => li.getBoundingClientRect()).sort((a, b) => a.top - b.top);
  const text = document.querySelector("article").getBoundingClientRect().right, edge = document.body.clientWidth;
  return boxes.filter((box, n) => box.left < text || box.right > edge || (n && box.top < boxes[n - 1].bottom)).length;
}"""


@pytest.mark.parametrize("options", [{}, {"dark": True}, {"forced_colors": "active"}], ids=str)
@pytest.mark.parametrize("width", [1280, 1920])
def test_notes_stand_in_the_margin_of_a_wide_screen(
    visit: Callable[..., Visit], width: int, options: dict[str, object]
) -> None:
    page = visit("overview/key-differences/", width=width, **options).page
    page.locator(".beside").wait_for(state="attached")
    assert page.locator(".beside .footnote > ol > li:not(.away)").count() >= 10
    none_clashes = f"() => ({CLASH})() === 0"
    page.wait_for_function(none_clashes)
    folded = page.locator("details.more").first
    before = page.locator(".beside .away").count()
    folded.locator("summary").click()
    page.wait_for_function(f"() => document.querySelectorAll('.beside .away').length < {before}")
    page.wait_for_function(none_clashes)


# A note and its mark (any, or the one with an id) at one height, both below the bar and on the screen.
TOGETHER = """([id, mark]) => {
  const note = document.getElementById(id), bar = document.querySelector(".bar").getBoundingClientRect().bottom;
  const { top, height } = note.getBoundingClientRect();
  const marks = [...document.querySelectorAll("a.footnote-ref")].filter((a) => a.hash === `#${id}`);
  return height > 0 && top >= bar - 1 && top < innerHeight - 60 && marks.some((a) => {
    const box = a.getBoundingClientRect(), level = Math.abs(box.top - top) < 3;
    return box.height > 0 && box.top >= bar - 1 && level && (!mark || a.parentElement.id === mark);
  });
}"""
# As many frames as a page needs to lay out what comes near.
SETTLED = """() => new Promise((done) => {
  let left = 20;
  const step = () => (left-- ? requestAnimationFrame(step) : done());
  step();
})"""


@pytest.mark.parametrize("width", [1280, 1920])
def test_an_address_of_a_note_shows_the_note_beside_its_mark(
    visit: Callable[..., Visit], base_url: str, width: int
) -> None:
    page = visit("overview/key-differences/", width=width).page
    notes = page.evaluate("() => [...document.querySelectorAll('.footnote > ol > li')].map((li) => li.id)")
    assert len(notes) > 15
    for note in notes[::4]:
        page.goto("about:blank")
        page.goto(f"{base_url}overview/key-differences/#{note}")
        page.wait_for_load_state("networkidle")
        page.evaluate(SETTLED)
        assert page.evaluate(TOGETHER, [note, ""]), note


def test_a_mark_that_is_followed_brings_its_note_beside_it(visit: Callable[..., Visit]) -> None:
    page = visit("overview/key-differences/", width=1280).page
    page.locator(".beside").wait_for(state="attached")
    marks = page.locator("article sup > a.footnote-ref:visible")
    for number in range(0, marks.count(), 15):
        mark = marks.nth(number)
        mark.click()
        page.evaluate(SETTLED)
        followed = mark.evaluate("(a) => [a.hash.slice(1), a.parentElement.id]")
        assert page.evaluate(TOGETHER, followed), followed
    page.go_back()
    page.evaluate(SETTLED)
    note = page.evaluate("() => decodeURIComponent(location.hash.slice(1))")
    assert page.evaluate(TOGETHER, [note, ""]), f"back at {note}"


# A number behind another one, no word between.
SIDE_BY_SIDE = re.compile(r"</sup>(?:\s|&nbsp;|&#160;)*<sup\b([^>]*)>")
BEHIND_A_LINK = re.compile(r'</a>(?:\s|&nbsp;|&#160;)*<sup\b[^>]*class="another"')


def test_numbers_of_notes_are_set_apart_where_no_word_stands_between(web: Path) -> None:
    found = 0
    for path in web.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        beside = SIDE_BY_SIDE.findall(text)
        assert [mark for mark in beside if 'class="another"' not in mark] == [], path
        # In a cell of a table, also behind a link.
        assert text.count('class="another"') == len(beside) + len(BEHIND_A_LINK.findall(text)), path
        found += len(beside)
    assert found > 10


def drawn(text: str) -> str:
    """What a page makes of some Markdown."""
    notes = "\n\n[^a]: A\n\n[^b]: B"
    return Markdown(extensions=["footnotes", "pymdownx.inlinehilite", "scripts.markdown.lines"]).convert(text + notes)


def test_a_word_between_two_numbers_keeps_them_apart() -> None:
    made = drawn("One[^a][^b] and two[^a]. A [link](https://a.example)[^b], another[^a].")
    assert ['class="another"' in mark for mark in re.findall("<sup([^>]*)>", made)] == [False, True] + [False] * 3


def test_no_line_ends_inside_a_short_option_or_behind_an_arrow() -> None:
    made = drawn(
        "Write `--privileged`, `a & -b` or `--a-word-that-is-much-longer`.[^a] → [What it does](https://a.example)"
    )
    assert re.findall("<code([^>]*)>", made) == [' class="whole"', ' class="whole"', ""]
    assert "→\xa0<a" in made


@pytest.mark.parametrize(("width", "script"), [(390, True), (1200, True), (1280, False)])
def test_elsewhere_notes_are_folded_below_the_text(visit: Callable[..., Visit], width: int, script: bool) -> None:
    page = visit("overview/summary/", width=width, java_script_enabled=script).page
    note = page.locator(".sources .footnote li").first
    assert not note.is_visible()
    page.locator("details.sources > summary").click()
    assert note.is_visible()
    page.emulate_media(media="print")
    assert note.is_visible()


# How many characters stand on each line of running text, the last line of a text left out, for it is never full.
LINES = """() => [...document.querySelectorAll("article :is(p, li, dd)")].flatMap((block) => {
  if (!block.checkVisibility() || block.querySelector("p, ul, ol, dl, pre, table")) return [];
  if (block.closest("figure, table, .footnote, .lane")) return [];
  const words = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), range = document.createRange(), lines = [];
  for (let node, bottom = -1; (node = words.nextNode()); ) {
    if (node.parentElement.closest("sup, .headerlink")) continue;
    for (const index of [...node.data].keys()) {
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      const box = range.getBoundingClientRect();
      if (!box.width) continue;
      if (box.top > bottom - 3) {
        lines.push(0);
        bottom = box.bottom;
      }
      lines[lines.length - 1] += 1;
    }
  }
  return lines.slice(0, -1);
})"""
OF_TEXT = [
    "overview/architecture/", "overview/key-differences/", "understand/security/", "guides/patch-both/", "labs/limits/",
]  # fmt: skip
WITHOUT_A_MEASURE = "() => document.documentElement.style.setProperty('--measure', 'none')"


@pytest.mark.parametrize("width", [1280, 1920])
def test_a_line_of_text_holds_about_seventy_characters(visit: Callable[..., Visit], width: int) -> None:
    held: list[int] = []
    free: list[int] = []
    for address in OF_TEXT:
        page = visit(address, width=width).page
        held += page.evaluate(LINES)
        page.evaluate(WITHOUT_A_MEASURE)
        free += page.evaluate(LINES)
    assert len(held) > 150
    assert 67 <= statistics.median(held) <= 73
    assert max(held) <= 85
    assert statistics.median(free) > 75, "the test cannot tell whether there is a measure"


def test_the_measure_is_set_in_one_place() -> None:
    sheets = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "assets/styles").glob("*.css")}
    used = [
        (name, line.strip()) for name, css in sheets.items() for line in css.splitlines() if "var(--measure)" in line
    ]
    assert used == [("reading.css", "max-width: var(--measure);")]
    of_screens = {name: re.sub(r"@media print \{.*", "", css, flags=re.DOTALL) for name, css in sheets.items()}
    assert [name for name, css in of_screens.items() if "--measure:" in css] == ["frame.css"]


# How far a note stands from the text, in rem.
FAR = """() => {
  const note = document.querySelector(".beside .footnote > ol > li:not(.away)").getBoundingClientRect();
  const texts = [...document.querySelectorAll("article > p")].map((text) => text.getBoundingClientRect().right);
  return (note.left - Math.max(...texts)) / parseFloat(getComputedStyle(document.documentElement).fontSize);
}"""


@pytest.mark.parametrize("width", [1280, 1920])
def test_a_note_in_the_margin_stands_near_its_text(visit: Callable[..., Visit], width: int) -> None:
    page = visit("understand/security/", width=width).page
    page.locator(".beside").wait_for(state="attached")
    assert 0 < page.evaluate(FAR) <= 6.5


@pytest.mark.parametrize(("width", "most"), [(1280, 9_000), (390, 16_000)])
def test_key_differences_can_be_overlooked(visit: Callable[..., Visit], width: int, most: int) -> None:
    page = visit("overview/key-differences/", width=width).page
    assert page.evaluate("() => document.documentElement.scrollHeight") <= most
    for section in (
        "startup-time",
        "performance",
        "isolation",
        "size",
        "os-support",
        "security",
        "portability",
        "use-case",
    ):
        assert page.locator(f"h2#{section} ~ figure.diagram").first.is_visible()


@pytest.mark.parametrize("options", [{}, {"dark": True}, {"forced_colors": "active"}], ids=str)
def test_a_row_of_a_chart_shows_its_conditions_on_focus_and_on_a_tap(
    visit: Callable[..., Visit], options: dict[str, object]
) -> None:
    page = visit("overview/key-differences/", width=390, has_touch=True, **options).page
    row = page.locator("a.chart__row").first
    row.focus()
    assert "Median time" in page.locator(".note").inner_text()
    page.keyboard.press("Escape")
    page.locator("a.chart__row").nth(2).tap()
    assert "Docker, daemon" in page.locator(".note").inner_text()
    assert "#" not in page.url, "a tap leaves the reader where they are"


def test_without_a_script_a_row_of_a_chart_leads_to_its_conditions(visit: Callable[..., Visit]) -> None:
    page = visit("overview/key-differences/", width=390, java_script_enabled=False).page
    row = page.locator("a.chart__row").first
    row.click()
    assert page.locator(str(row.get_attribute("href"))).is_visible()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page", ["labs/limits/", "labs/whose-kernel/", "labs/vm-by-hand/", "guides/measure/"])
def test_nothing_lies_over_code_and_no_command_is_wider_than_its_block(
    visit: Callable[..., Visit], page: str, width: int
) -> None:
    seen = visit(page, width=width).page
    seen.locator(".copy").first.wait_for(state="attached")
    assert seen.evaluate(COVERED) == []
    assert seen.evaluate(WIDER) == []


def test_no_line_of_code_is_longer_than_76_characters() -> None:
    """Labs and guides are held to their own measure, for the tests run what they show (test_labs.py)."""
    fence = re.compile(r"^( *)```(?!mermaid)\w[^\n]*\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
    long = []
    for path in sorted(DOCS.rglob("*.md")):
        if path.parent.name not in {"labs", "guides"}:
            blocks = fence.findall(path.read_text(encoding="utf-8"))
            lines = [line for _, block in blocks for line in block.splitlines()]
            long += [f"{path.name}: {line}" for line in lines if len(line) > 76]
    assert long == []


def test_a_command_of_76_characters_stands_on_one_line(visit: Callable[..., Visit]) -> None:
    assert visit("labs/limits/").page.evaluate(ONE_LINE)


@pytest.mark.parametrize(
    ("heading", "side"),
    [
        ("Container", "container"), ("Docker container", "container"), ("Containers", "container"),
        ("VM against bare metal", "vm"), ("Machine image", "vm"), ("Virtual machine", "vm"),
        ("Contains", None), ("Container workflow", None), ("Kata Containers", None), ("Containers or VMs", None),
        ("What you package", None),
    ],
)  # fmt: skip
def test_a_column_has_a_side_only_when_its_whole_heading_is_about_it(heading: str, side: str | None) -> None:
    assert side_of(heading) == side


def test_no_line_ends_between_a_figure_its_unit_and_its_note() -> None:
    assert unparted("0.55 to 0.57 s") == "0.55\u00a0to 0.57\u00a0s"
    assert with_notes_tied("So it is. [^source-a] [^run-b]") == "So it is.[^source-a][^run-b]"
    assert with_notes_tied("A list [^other]") == "A list [^other]"


def test_numbers_end_in_one_line(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/rules/").page
    ends = "() => [...document.querySelectorAll('td.num')].map((cell) => getComputedStyle(cell).textAlign)"
    found = seen.evaluate(ends)
    assert found
    assert set(found) == {"right"}
