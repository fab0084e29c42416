"""Every picture can be read on a phone: as wide as its column at most, nothing cut, no text too small."""

from __future__ import annotations

from collections.abc import Callable

from scripts.diagrams.theme import MIN_TEXT_PX
from tests.looks import PICTURES
from tests.support import Visit, source_of
from tests.walk import Walked


def test_every_picture_can_be_read_on_a_phone(walked: list[Walked]) -> None:
    assert sum(page.drawings[0] for page in walked) >= 3, "hardly a picture was looked at"
    assert [f"{source_of(page.address)}, {line}" for page in walked for line in page.cut_pictures] == []


def test_a_picture_that_is_too_wide_would_be_noticed(visit: Callable[..., Visit]) -> None:
    """The test above can fail: for a drawing made for a wide screen, for a long word, and for small text."""
    page = visit("overview/architecture-comparison/", width=390).page
    drawing = "() => document.querySelector('.diagram__drawing--{}').style.{}"
    broken = {
        drawing.format("wide", "display = 'block'"): "px",
        drawing.format("phone", "width = '500px'"): "leaves",
    }
    assert page.evaluate(PICTURES, MIN_TEXT_PX) == []
    for change, sign in broken.items():
        page.reload()
        page.evaluate(change)
        assert any(sign in line for line in page.evaluate(PICTURES, MIN_TEXT_PX)), change
    slabs = visit("overview/architecture/", width=390).page
    slabs.evaluate("() => { document.querySelector('.slab').style.whiteSpace = 'nowrap'; }")
    slabs.evaluate("() => { document.querySelector('.slab').textContent = 'word '.repeat(40); }")
    assert any("wider than its box" in line for line in slabs.evaluate(PICTURES, MIN_TEXT_PX))
