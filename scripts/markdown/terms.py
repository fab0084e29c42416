"""A Python-Markdown extension that gives a glossary term its definition where a page first uses it.

The first use becomes a link to the glossary, with the definition as its title. Headings, links, code and diagrams
are left alone. Tables, lists and paragraphs count in the order in which one reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from scripts.facts.models import Term

# MkDocs resolves an address that begins with a slash from docs/ (mkdocs.yml, validation).
GLOSSARY = "/reference/glossary.md"
SKIPPED = {"a", "abbr", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "figure", "script", "svg"}


class Finder:
    """Finds the terms in a text. ``None`` of them in a page that was built without data."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_spelling = {spelling.lower(): term for term in terms for spelling in (term.term, *term.aliases)}
        spellings = sorted(self._by_spelling, key=len, reverse=True)
        self._pattern = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, spellings)) + r")(s?)(?![\w-])", re.I)

    def first(self, text: str, used: set[str]) -> tuple[re.Match[str], Term] | None:
        """The first term in ``text`` that is not among ``used``."""
        for found in self._pattern.finditer(text) if self._by_spelling else ():
            term = self._by_spelling[found.group(1).lower()]
            if term.id not in used and _same_case(found.group(1), term):
                return found, term
        return None

    def pieces(self, text: str, used: set[str]) -> Iterator[tuple[str, Term | None]]:
        """``text`` in pieces, each with the term whose first use it is; adds those to ``used``."""
        while found := self.first(text, used):
            match, term = found
            used.add(term.id)
            if match.start():
                yield text[: match.start()], None
            yield match.group(0), term
            text = text[match.end() :]
        if text:
            yield text, None


def _same_case(found: str, term: Term) -> bool:
    """Names and abbreviations keep their capitals ("Sentry" is one, a sentry is not); words may begin with one."""
    return any(found in (s, s[0].upper() + s[1:]) for s in (term.term, *term.aliases))


class _Terms(Treeprocessor):
    finder = Finder([])

    def run(self, root: ET.Element) -> None:
        self._used: set[str] = set()
        self._walk(root)

    def _walk(self, element: ET.Element) -> None:
        if element.tag in SKIPPED or "footnote" in element.get("class", ""):
            return
        self._split(element, None)
        for child in list(element):
            self._walk(child)
            self._split(element, child)

    def _split(self, parent: ET.Element, after: ET.Element | None) -> None:
        """Link every new term in the text that follows ``after`` in ``parent`` (its own text without ``after``)."""
        text = (parent.text if after is None else after.tail) or ""
        place = 0 if after is None else list(parent).index(after) + 1
        while found := self.finder.first(text, self._used):
            match, term = found
            self._used.add(term.id)
            link = ET.Element("a", {"class": "term", "href": f"{GLOSSARY}#{term.id}", "title": term.definition})
            link.text, link.tail = match.group(0), text[match.end() :]
            parent.insert(place, link)
            before = text[: match.start()]
            if after is None:
                parent.text = before
            else:
                after.tail = before
            after, text, place = link, link.tail, place + 1


def use(terms: Iterable[Term]) -> None:
    """Take these terms from now on (each build hands over the ones it has read)."""
    _Terms.finder = Finder(terms)


class TermsExtension(Extension):
    """Registers the tree processor."""

    def extendMarkdown(self, md: Markdown) -> None:
        """After the inline patterns and the tables, before MkDocs resolves links."""
        md.treeprocessors.register(_Terms(md), "glossary-terms", 3)


def makeExtension(**kwargs: object) -> TermsExtension:
    """The entry point that Python-Markdown looks for."""
    return TermsExtension(**kwargs)
