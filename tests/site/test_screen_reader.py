"""What a screen reader is told about the frame of a page: landmarks with their names, and the controls of the bar.

``tests/screen-reader.txt`` is what it should be, to be read by people. After a change that is meant:
``UPDATE=1 python3 scripts/dev.py test -- -k screen_reader``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from tests.support import Visit, arrived

STORED = Path(__file__).with_name("screen-reader.txt")
PAGES = ["", "overview/key-differences/", "choose/", "labs/limits/", "reference/comparison/", "404.html"]
LANDMARK = re.compile(
    r"^(\s*)- '?(banner|navigation|main|contentinfo|complementary|search|dialog|article|heading \"[^\"]*\" \[level=1\])"
)


def told(seen: Visit) -> list[str]:
    """The landmarks of the page, and everything in its bar."""
    lines, in_bar, depth = [], False, 0
    for line in seen.page.locator("body").aria_snapshot().splitlines():
        indent = len(line) - len(line.lstrip())
        if line.lstrip().startswith("- banner"):
            in_bar, depth = True, indent
        elif in_bar and indent <= depth:
            in_bar = False
        if in_bar or LANDMARK.match(line):
            lines.append(line.rstrip(":"))
    return lines


def test_a_screen_reader_is_told_what_it_was_told(visit: Callable[..., Visit], base_url: str) -> None:
    parts = []
    for width in (1280, 390):
        seen = visit("", width=width)
        for address in PAGES:
            seen.page.goto(base_url + address)
            arrived(seen.page)
            parts.append("\n".join([f"== /{address} at {width} px", *told(seen)]))
    text = "\n\n".join(parts) + "\n"
    if os.environ.get("UPDATE"):
        STORED.write_text(text, encoding="utf-8")
    assert text == STORED.read_text(encoding="utf-8"), "see the first lines of this test"
