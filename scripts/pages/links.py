"""Addresses inside the site, as seen from the page that is being built."""

from __future__ import annotations

import posixpath
from typing import Any, NamedTuple

from mkdocs.utils import get_relative_url

from scripts.facts.load import Data
from scripts.facts.models import Claim, Source, Technology
from scripts.facts.uses import page_of
from scripts.paths import DOCS

ESCAPES, GLOSSARY = "reference/escapes.md", "reference/glossary.md"
FIGURES = "reference/figures.md"


def run_page(run: str) -> str:
    """The page of a published run, below docs/."""
    return f"reference/runs/{run}.md"


def source_page(source: str) -> str:
    """The page that holds a source's entry, below docs/: one for each first letter of their ids."""
    return f"reference/sources/{source[0]}.md"


class Link(NamedTuple):
    """A link as a template takes it."""

    href: str
    text: str


class Piece(NamedTuple):
    """A piece of text as a template takes it: plain, a term with its definition, or the number of a source."""

    text: str
    href: str = ""
    title: str = ""
    number: int = 0


class Links:
    """Makes links from the current page; ``env`` is mkdocs-macros' environment."""

    def __init__(self, env: Any) -> None:
        self._env = env

    @property
    def here(self) -> str:
        """The current page's path below docs/."""
        return str(self._env.page.file.src_uri)

    def markdown(self, page: str, anchor: str = "") -> str:
        """The target of a Markdown link to a page below docs/; MkDocs checks it and its anchor."""
        relative = posixpath.relpath(page, posixpath.dirname(self.here))
        return relative + (f"#{anchor}" if anchor else "")

    def html(self, page: str, anchor: str = "") -> str:
        """The value of an ``href`` to a page below docs/, for generated HTML."""
        name = page.removesuffix(".md")
        if self._env.conf["use_directory_urls"]:
            address = posixpath.dirname(name) + "/" if posixpath.basename(name) == "index" else name + "/"
            address = address.lstrip("/")
        else:
            address = name + ".html"
        return self.file(address) + (f"#{anchor}" if anchor else "")

    def file(self, address: str) -> str:
        """The value of an ``href`` to a file of the site."""
        return str(get_relative_url(address, self._env.page.url))

    def to(self, text: str, page: str, anchor: str = "") -> Link:
        """A link to a page below docs/."""
        return Link(self.html(page, anchor), text)

    def source(self, source: Source) -> Link:
        """A source by its title, to its entry in the register."""
        return self.to(source.title, source_page(source.id), source.id)

    def figure(self, claim: Claim) -> Link:
        """A figure in its own words, to its entry in the ledger."""
        return self.to(claim.text, FIGURES, claim.id)

    def technology(self, technology: Technology, text: str, anchor: str = "") -> Link:
        """A technology's page, or a place in it."""
        return self.to(text, page_of(technology.id), anchor)

    def topic(self, key: str | None, data: Data) -> Link | None:
        """The page that explains a topic; nothing until that page is written."""
        if key is None:
            return None
        page, _, anchor = data.topics[key].page.partition("#")
        return self.to(data.topics[key].title, page, anchor) if (DOCS / page).is_file() else None

    def evidence(self, claim: Claim, sources: dict[str, Source]) -> list[Link]:
        """What a figure rests on: its sources, or our run."""
        if claim.measurement:
            return [self.to("our run", run_page(claim.measurement.run), claim.measurement.anchor)]
        return [self.source(sources[key]) for key in claim.sources]
