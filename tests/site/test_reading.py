"""What the eye needs: nothing covers code, digits align, figures keep their notes, sides are not guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scripts.markdown.tables import side_of
from scripts.pages.notes import unparted, with_notes_tied
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


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page", ["labs/limits/", "labs/whose-kernel/", "labs/vm-by-hand/", "guides/measure/"])
def test_nothing_lies_over_code_and_no_command_is_wider_than_its_block(
    visit: Callable[..., Visit], page: str, width: int
) -> None:
    seen = visit(page, width=width).page
    seen.locator(".copy").first.wait_for(state="attached")
    assert seen.evaluate(COVERED) == []
    assert seen.evaluate(WIDER) == []


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
    assert with_notes_tied("So it is. [^source-a] [^source-b]") == "So it is.\u00a0[^source-a]\u00a0[^source-b]"
    assert with_notes_tied("A list [^other]") == "A list [^other]"


def test_numbers_end_in_one_line(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/rules/").page
    ends = "() => [...document.querySelectorAll('td.num')].map((cell) => getComputedStyle(cell).textAlign)"
    found = seen.evaluate(ends)
    assert found
    assert set(found) == {"right"}
