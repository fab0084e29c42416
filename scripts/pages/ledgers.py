"""The ledgers of figures, escapes, sources and terms, each entry from its row, and how much evidence there is."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any

from scripts.facts.load import Data
from scripts.facts.models import Claim, Escape, Source, Term
from scripts.facts.uses import Use, title_of, uses
from scripts.markdown.terms import Finder
from scripts.pages.links import FIGURES, Links, source_page
from scripts.pages.notes import unparted
from scripts.pages.render import part
from scripts.pages.technology import marked
from scripts.pages.text import EXPLOITED, KINDS, SIDES, authors, capital, day, heading, plain, read_on, sentence

SOURCE_KINDS = {
    "paper": "Papers",
    "standard": "Standards",
    "documentation": "Documentation",
    "advisory": "Advisories",
    "dataset": "Data",
    "vendor": "Vendors",
    "article": "Articles",
}
# What a unit measures, for figures that no topic claims.
SUBJECTS = {
    "Time": ("ns", "µs", "ms", "s"),
    "Memory and size": ("B", "KB", "MB", "GB", "KiB", "MiB", "GiB", "MiB, CPUs"),
    "Rates": ("IOPS", "Gb/s", "Gbit/s", "microVMs/core/s"),
    "Shares and ratios": ("%", "times", "share of RAM"),
}


class Ledgers:
    """Draws the ledgers from ``data``, with links as seen from the current page."""

    def __init__(self, data: Data, links: Links) -> None:
        self._data, self._links = data, links
        self._finder = Finder(data.terms.values())

    def figures(self) -> str:
        """Every row of the ledger: what is measured, the figure, its conditions, its evidence and dates."""
        groups: dict[str, list[Claim]] = {}
        for claim in self._data.claims.values():
            groups.setdefault(self._subject(claim), []).append(claim)
        parts = []
        for title, claims in groups.items():
            anchor = "about-" + re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
            parts += [heading(2, title, anchor), part("ledgers", "figures", [self._figure(claim) for claim in claims])]
        return "\n\n".join(parts)

    def _subject(self, claim: Claim) -> str:
        """What a figure is about: its topic, or else what its unit measures."""
        if claim.topic:
            return self._data.topics[claim.topic].title
        return next((title for title, units in SUBJECTS.items() if claim.unit in units), "Other counts")

    def _figure(self, claim: Claim) -> dict[str, Any]:
        # Its first sentence says what was done and is searched; those after it mostly who did it, and when.
        first, *others = re.split(r"(?<=[.;]) (?=[A-Z0-9])", claim.conditions)
        return {
            "id": claim.id,
            "side": claim.side,
            "kind": claim.kind,
            "title": claim.title,
            "text": unparted(claim.text),
            "conditions": first,
            "further": " ".join(others),
            "quote": claim.quote,
            "more": self._links.topic(claim.topic, self._data),
            "evidence": f"{capital(claim.kind)}, {SIDES[claim.side]}",
            "dates": f"Checked {day(claim.checked)}, to be checked again by {day(claim.review_by)}",
            "sources": self._links.evidence(claim, self._data.sources),
        }

    def escapes(self) -> str:
        """The ledger of escapes, newest first."""
        used: set[str] = set()
        return part("ledgers", "escapes", [self._escape(e, used) for e in reversed(self._data.escapes.values())])

    def _escape(self, escape: Escape, used: set[str]) -> dict[str, Any]:
        technologies = [self._data.technologies[key] for key in escape.technologies]
        return {
            "id": escape.id,
            "side": escape.side,
            "year": escape.date[:4],
            "exploited": escape.exploited,
            "title": escape.title,
            "when": f"{escape.date}, {SIDES[escape.side]}; {EXPLOITED[escape.exploited]}",
            "crossed": marked(self._finder, escape.crossed, used, self._links),
            "limited_by": marked(self._finder, escape.limited_by, used, self._links),
            "fixed_in": escape.fixed_in,
            "technologies": [self._links.technology(t, t.short) for t in technologies],
            "quote": escape.quote,
            "more": self._links.topic(escape.topic, self._data),
            "checked": f"Checked {day(escape.checked)}",
            "sources": [self._links.source(self._data.sources[key]) for key in escape.sources],
        }

    def register(self) -> str:
        """The titles of all sources by kind, newest first, each a link to its entry."""
        initials = sorted({source.id[0] for source in self._data.sources.values()})
        letters = [(initial.upper(), self._links.html(source_page(initial))) for initial in initials]
        parts = [part("ledgers", "letters", letters)]
        for kind, title in SOURCE_KINDS.items():
            found = [source for source in self._data.sources.values() if source.kind == kind]
            found.sort(key=lambda source: (source.issued or "", source.title), reverse=True)
            if found:
                rows = [
                    self._links.source(source)._asdict()
                    | {"row": source, "year": source.issued[:4] if source.issued else "undated"}
                    for source in found
                ]
                parts += [heading(2, title, f"kind-{kind}"), part("ledgers", "register", rows)]
        return "\n\n".join(parts)

    def sources(self, initial: str) -> str:
        """The sources whose ids begin so: what each supports, what was read, and every place that rests on it."""
        places = uses(self._data)
        found = sorted((s for s in self._data.sources.values() if s.id[0] == initial), key=lambda s: s.title.casefold())
        return part("ledgers", "sources", [self._source(source, places.get(source.id, [])) for source in found])

    def _source(self, source: Source, places: list[Use]) -> dict[str, Any]:
        return {
            "id": source.id,
            "kind": source.kind,
            "read": source.read,
            "href": source.URL,
            "text": source.title,
            "authors": sentence(authors(source)),
            "doi": source.DOI,
            "supports": sentence(source.supports),
            "note": source.note,
            "evidence": f"{capital(source.kind)}; {read_on(source)}",
            "places": [self._links.to(place.label, place.page, place.anchor) for place in places],
        }

    def glossary(self) -> str:
        """All terms with their definitions, the words of a source that explain them, and where to read more."""
        terms = sorted(self._data.terms.values(), key=lambda term: term.term.casefold())
        # The first of each letter; later ones do not replace it.
        first = {term.term[0].upper(): term.id for term in reversed(terms)}
        letters = part("ledgers", "letters", [(letter, f"#{key}") for letter, key in sorted(first.items())])
        return letters + "\n\n" + part("ledgers", "glossary", [self._term(term) for term in terms])

    def _term(self, term: Term) -> dict[str, Any]:
        more = [self._links.source(self._data.sources[key]) for key in term.sources]
        if term.page:
            page, _, anchor = term.page.partition("#")
            more.insert(0, self._links.to(title_of(page), page, anchor))
        return {
            "id": term.id,
            "term": term.term,
            "aliases": ", ".join(term.aliases),
            "definition": term.definition,
            "quote": term.quote,
            "read_more": more,
            "more": self._links.topic(term.topic, self._data),
        }

    def balance(self) -> str:
        """How much evidence stands on each side, by kind: Markdown tables."""
        all_of = self._data.technologies.values()
        counts = {t.name: Counter[str](self._data.kind_of(cell) for cell in t.cells.values()) for t in all_of}
        counts["All"] = sum(counts.values(), Counter())
        head = ["| Technology | " + " | ".join(KINDS.values()) + " |", "|---|" + "---|" * len(KINDS)]
        rows = [f"| {plain(name)} | " + " | ".join(str(n[kind]) for kind in KINDS) + " |" for name, n in counts.items()]
        sides = ["| Rows | Container side | VM side | Both |", "|---|---|---|---|"]
        for name, rows_of in (("Figures", self._data.claims), ("Published escapes", self._data.escapes)):
            count = Counter(row.side for row in rows_of.values())
            sides.append(f"| {name} | {count['container']} | {count['vm']} | {count['both']} |")
        return "\n".join([*head, *rows, "", *sides])

    def overdue(self, today: dt.date) -> str:
        """The figures whose day of review has passed on ``today``."""
        late = [c for c in self._data.claims.values() if c.review_by < today]
        if not late:
            return f"On {day(today)}, the date of this edition, no figure was past its day of review."
        lines = [f"- [{plain(c.title)}]({self._links.markdown(FIGURES, c.id)}), due {day(c.review_by)}" for c in late]
        return f"On {day(today)}, the date of this edition, these figures were due for review:\n\n" + "\n".join(lines)
