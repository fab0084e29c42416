"""The notes of a page: one for each figure and source that it uses."""

from __future__ import annotations

import re
from typing import Any

from scripts.facts.load import Data
from scripts.facts.models import PLACEHOLDER, Claim, Source
from scripts.pages.links import FIGURES, Links, run_page, source_page
from scripts.pages.render import part
from scripts.pages.text import authors, capital, day, plain, read_on

AFTER_A_NUMBER = re.compile(r"(?<=\d) (?=\S)")
BEFORE_A_NOTE = re.compile(r" (?=\[\^(?:claim|source)-[a-z0-9-]+\])")
HEADING = "\n\n## Sources and conditions { .sources-heading data-search-exclude }\n\n[[footnotes]]\n\n"


class Notes:
    """Collects the notes of the page that is being built."""

    def __init__(self, data: Data, links: Links) -> None:
        self._data, self._links = data, links
        self._notes: dict[str, str] = {}

    def claim(self, key: str, form: str = "full") -> str:
        """A figure in its own words (or, ``"short"``, the figure alone), with its conditions and source in a note."""
        row = find(self._data.claims, key, "claim", "docs/data/claims.yml")
        self._notes[f"claim-{key}"] = self._claim_note(row)
        text = row.short or row.text if form == "short" else row.text
        return part("notes", "claim", unparted(plain(text))) + f"[^claim-{key}]"

    def figure(self, key: str, form: str = "full") -> str:
        """A figure as a link to its row in the ledger: for pages on which a note for each would bury the text."""
        row = find(self._data.claims, key, "claim", "docs/data/claims.yml")
        text = row.short or row.text if form == "short" else row.text
        return f"[{unparted(plain(text))}]({self._links.markdown(FIGURES, key)})"

    def cite(self, key: str) -> str:
        """A note that names a registered source."""
        row = find(self._data.sources, key, "source", "docs/data/sources.yml")
        self._notes[f"source-{key}"] = f"{self._link(row)}; {read_on(row)}."
        return f"[^source-{key}]"

    def source(self, key: str, text: str = "") -> str:
        """A link to a registered source, under its title or ``text``: for lists of what to read."""
        row = find(self._data.sources, key, "source", "docs/data/sources.yml")
        return f"[{plain(text or row.title)}]({row.URL})"

    def with_figures(self, text: str) -> str:
        """Plain text as Markdown, with each ``{claim-id}`` as a figure that carries its note."""
        parts = PLACEHOLDER.split(text)
        return "".join(self.claim(words) if index % 2 else plain(words) for index, words in enumerate(parts))

    def take(self) -> str:
        """The notes as Markdown, and a clean slate for the next page."""
        text = "\n".join(f"[^{key}]: {note}" for key, note in self._notes.items())
        self._notes.clear()
        return HEADING + text if text else ""

    def _claim_note(self, claim: Claim) -> str:
        sources = "; ".join(self._link(self._data.sources[key]) for key in claim.sources)
        if claim.measurement:
            sources = f"[our run]({self._links.markdown(run_page(claim.measurement.run), claim.measurement.anchor)})"
        return (
            f"**{plain(claim.text)}**: {plain(claim.conditions)} "
            f"{capital(claim.kind)}, checked {day(claim.checked)}: {sources}."
        )

    def _link(self, source: Source) -> str:
        register = self._links.markdown(source_page(source.id), source.id)
        return f"[{plain(source.title)}]({source.URL}) ({plain(authors(source))}; [register]({register}))"


def unparted(text: str) -> str:
    """``text`` with each number tied to the unit behind it, so that no line ends between the two."""
    return AFTER_A_NUMBER.sub("\u00a0", text)


def with_notes_tied(markdown: str) -> str:
    """A page with each note tied to the word before it: no line begins with a note's number."""
    return BEFORE_A_NOTE.sub("\u00a0", markdown)


def find(rows: dict[str, Any], key: str, what: str, file: str) -> Any:
    """The row that a page asks for. Raises ``KeyError`` that says what to do."""
    if key not in rows:
        raise KeyError(f"there is no {what} '{key}'; correct the id in the page, or add the row to {file}")
    return rows[key]
