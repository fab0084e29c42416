"""Links between what belongs to one topic: to the page that explains it, and from that page to the rows."""

from __future__ import annotations

from scripts.facts.load import Data
from scripts.pages.labs import about
from scripts.pages.links import ESCAPES, FIGURES, GLOSSARY, Links
from scripts.pages.notes import find
from scripts.pages.text import day, heading, plain
from scripts.paths import DOCS

COMPARISON = "reference/comparison.md"
# More entries than this are counted, not listed: the list is a way on, not a second ledger.
MOST = 24


def topic_link(data: Data, links: Links, key: str, text: str = "") -> str:
    """A link to the page that explains a topic, named by its title or by ``text``; plain words until it is written."""
    row = find(data.topics, key, "topic", "docs/data/topics.yml")
    page, _, anchor = row.page.partition("#")
    words = plain(text or row.title)
    return f"[{words}]({links.markdown(page, anchor)})" if (DOCS / page).is_file() else words


def related(data: Data, links: Links) -> str:
    """For the end of a topic's page: the rows that name the topic, as a Markdown list, and as of when the page speaks.

    Nothing on a page of no topic. Figures are counted: the page itself names those that it needs.
    """
    rows = [topic for topic in data.topics.values() if topic.page.partition("#")[0] == links.here]
    topics = {topic.id for topic in rows}
    kinds = (
        ("Rows of the comparison", COMPARISON, [(d.id, d.title, d.topic) for d in data.dimensions.values()], MOST),
        ("Terms", GLOSSARY, [(t.id, t.term, t.topic) for t in data.terms.values()], MOST),
        ("Published escapes", ESCAPES, [(e.id, e.title, e.topic) for e in data.escapes.values()], MOST),
        ("Figures, with their conditions", FIGURES, [(c.id, c.title, c.topic) for c in data.claims.values()], 0),
    )
    lines = []
    for name, page, entries, most in kinds:
        found = [f"[{plain(words)}]({links.markdown(page, key)})" for key, words, topic in entries if topic in topics]
        if found:
            listed = "; ".join(found) if len(found) <= most else f"[{len(found)} entries]({links.markdown(page)})"
            lines.append(f"- {name}: {listed}.")
    pages = [f"[{plain(page.title)}]({links.markdown(page.page)})" for page in about(topics)]
    if pages:
        lines.append(f"- Try it yourself: {'; '.join(pages)}.")
    if rows:
        checked, again = (day(min(getattr(row, key) for row in rows)) for key in ("checked", "review_by"))
        lines.append(f"- This page speaks as of {checked}, and is to be checked again by {again}.")
    return "\n".join([heading(2, "On this topic", "on-this-topic"), "", *lines]) if lines else ""
