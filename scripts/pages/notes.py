"""The notes of a page: one for each run and each source that its figures and sentences rest on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scripts.facts.load import Data
from scripts.facts.models import PLACEHOLDER, Claim, Source
from scripts.pages.links import FIGURES, Links, run_page, source_page
from scripts.pages.render import part
from scripts.pages.text import WHITE_SPACE, authors, capital, day, plain, read_on

AFTER_A_NUMBER = re.compile(r"(?<=\d) (?=\S)")
BEFORE_A_NOTE = re.compile(r" (?=\[\^(?:run|source)-[a-z0-9-]+\])")
BETWEEN_SENTENCES = re.compile(r"(?<=[\w)%][.!?])(?<!e\.g\.)(?<!i\.e\.) (?=\S)")
# Folded, for the notes are read one at a time: at their marks, and beside the text where there is room (notes.js).
NOTES = """

## Sources and conditions {{ .sources-heading data-search-exclude }}

??? sources "{summary}"

    [[footnotes]]

"""


@dataclass
class Note:
    """What one note says: the sources (or the run) and the figures of the page that rest on them."""

    sources: list[str]
    run: str = ""
    # Whether a sentence without a figure rests on it too.
    cited: bool = False
    claims: dict[str, Claim] = field(default_factory=dict)


class Notes:
    """Collects the notes of the page that is being built."""

    def __init__(self, data: Data, links: Links) -> None:
        self._data, self._links = data, links
        self._notes: dict[str, Note] = {}

    def claim(self, key: str, form: str = "full") -> str:
        """A figure in its own words (or, ``"short"``, the figure alone), with its conditions and source in a note."""
        row = find(self._data.claims, key, "claim", "docs/data/claims.yml")
        note = self._notes.setdefault(note_of(row), Note(row.sources, row.measurement.run if row.measurement else ""))
        note.claims[key] = row
        text = row.short or row.text if form == "short" else row.text
        return part("notes", "claim", unparted(plain(text))) + f"[^{note_of(row)}]"

    def figure(self, key: str, form: str = "full") -> str:
        """A figure as a link to its row in the ledger: for pages on which a note for each would bury the text."""
        row = find(self._data.claims, key, "claim", "docs/data/claims.yml")
        text = row.short or row.text if form == "short" else row.text
        return f"[{unparted(plain(text))}]({self._links.markdown(FIGURES, key)})"

    def cite(self, key: str) -> str:
        """A note that names a registered source."""
        find(self._data.sources, key, "source", "docs/data/sources.yml")
        self._notes.setdefault(f"source-{key}", Note([key])).cited = True
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
        lines = [f"[^{name}]: {self._said(note)}" for name, note in self._notes.items()]
        count = f"{len(lines)} notes: where each figure and statement comes from" if len(lines) > 1 else "One note"
        self._notes.clear()
        return NOTES.format(summary=count) + "\n\n".join(lines) if lines else ""

    def _said(self, note: Note) -> str:
        """A note as Markdown: figures with their conditions, those that all share once, and what they rest on."""
        if not note.claims:
            source = self._data.sources[note.sources[0]]
            return f"{self._link(source)}; {read_on(source)}."
        claims = list(note.claims.values())
        known = of_a_run(note.run, self._data.claims.values()) if note.run else set()
        shared, groups = by_conditions(claims, known)
        entries = [self._entry(group, shared) for group in groups]
        common = f"{self._evidence(note, claims)} {plain(' '.join(shared))}".strip()
        if len(entries) == 1:
            return f"{entries[0]} {common}"
        return "\n".join([common, "", *(f"    - {entry}" for entry in entries)])

    def _entry(self, claims: list[Claim], shared: list[str]) -> str:
        """Figures that were found in the same way, and the way; then what one of them has of its own."""
        left = [[s for s in sentences(claim.conditions) if s not in shared] for claim in claims]
        way = [s for s in left[0] if all(s in said for said in left)]
        figures = ", ".join(self._figure(claim) for claim in claims)
        parts = [f"{figures}: {plain(' '.join(way))}" if way else f"{figures}."]
        for claim, said in zip(claims, left, strict=True):
            if own := " ".join(s for s in said if s not in way):
                parts.append(f"{unparted(plain(claim.text))}: {plain(own)}")
        return " ".join(parts)

    def _figure(self, claim: Claim) -> str:
        """A figure; one of ours leads to its row in the run."""
        text = f"**{unparted(plain(claim.text))}**"
        if not claim.measurement:
            return text
        row = self._links.markdown(run_page(claim.measurement.run), claim.measurement.anchor)
        return f"[{text}]({row})"

    def _evidence(self, note: Note, claims: list[Claim]) -> str:
        """How the figures are known, when that was checked, and from where."""
        days = sorted({claim.checked for claim in claims})
        when = f"{day(days[0])}{' or later' if len(days) > 1 else ''}"
        sources = "; ".join(self._link(self._data.sources[key]) for key in note.sources)
        if note.run:
            sources = f"[our run]({self._links.markdown(run_page(note.run))})"
        if note.cited:
            sources += f"; {read_on(self._data.sources[note.sources[0]])}"
        return f"{capital(claims[0].kind)}, checked {when}: {sources}."

    def _link(self, source: Source) -> str:
        register = self._links.markdown(source_page(source.id), source.id)
        return f"[{plain(source.title)}]({source.URL}) ({plain(authors(source))}; [register]({register}))"


def note_of(claim: Claim) -> str:
    """The name of the note that a figure is in: one for each run, and for each source."""
    return f"run-{claim.measurement.run}" if claim.measurement else f"source-{'-and-'.join(claim.sources)}"


def sentences(text: str) -> list[str]:
    """The sentences of a figure's conditions."""
    return BETWEEN_SENTENCES.split(WHITE_SPACE.sub(" ", text).strip())


def of_a_run(run: str, claims: Iterable[Claim]) -> set[str]:
    """The conditions of a run itself, such as its machine: what most of its figures in the ledger say."""
    said = [sentences(claim.conditions) for claim in claims if claim.measurement and claim.measurement.run == run]
    count = Counter(s for one in said for s in dict.fromkeys(one))
    return {s for s, times in count.items() if times > len(said) / 2}


def by_conditions(claims: list[Claim], known: set[str]) -> tuple[list[str], list[list[Claim]]]:
    """The sentences to say once, and the figures grouped by the first of the others.

    Once is said what the conditions of all figures have in common, and what is ``known`` of their run. A figure alone
    shares nothing: its conditions are said as they stand.
    """
    all_said = [sentences(claim.conditions) for claim in claims]
    each = dict.fromkeys(s for said in all_said for s in said)
    shared = [s for s in each if s in known or all(s in said for said in all_said)] if len(claims) > 1 else []
    groups: dict[str, list[Claim]] = {}
    for claim, said in zip(claims, all_said, strict=True):
        lead = next((s for s in said if s not in shared), "")
        groups.setdefault(lead, []).append(claim)
    return shared, list(groups.values())


def unparted(text: str) -> str:
    """``text`` with each number tied to the unit behind it, so that no line ends between the two."""
    return AFTER_A_NUMBER.sub("\u00a0", text)


def with_notes_tied(markdown: str) -> str:
    """A page with each note at the end of what it is about: no line begins with a note's number."""
    return BEFORE_A_NOTE.sub("", markdown)


def find(rows: dict[str, Any], key: str, what: str, file: str) -> Any:
    """The row that a page asks for. Raises ``KeyError`` that says what to do."""
    if key not in rows:
        raise KeyError(f"there is no {what} '{key}'; correct the id in the page, or add the row to {file}")
    return rows[key]
