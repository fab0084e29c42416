"""Links between what belongs to one topic: from a page to the page that explains it."""

from __future__ import annotations

from scripts.facts.load import Data
from scripts.pages.links import Links
from scripts.pages.notes import find
from scripts.pages.text import plain
from scripts.paths import DOCS


def topic_link(data: Data, links: Links, key: str, text: str = "") -> str:
    """A link to the page that explains a topic, named by its title or by ``text``; plain words until it is written."""
    row = find(data.topics, key, "topic", "docs/data/topics.yml")
    page, _, anchor = row.page.partition("#")
    words = plain(text or row.title)
    return f"[{words}]({links.markdown(page, anchor)})" if (DOCS / page).is_file() else words
