"""What pages can ask the data for, as ``[= claim("id") =]`` and the like (mkdocs-macros calls this module)."""

from __future__ import annotations

import contextlib
import datetime as dt
import html
import os
from collections.abc import Iterator
from typing import Any

from mkdocs.exceptions import PluginError

from scripts.content import choose, density, measurements, terms
from scripts.content.links import Links
from scripts.content.load import Data, load
from scripts.content.models import PLACEHOLDER, Claim, Classic, Source
from scripts.content.reference import MEASUREMENTS, READ, SOURCES, Reference, authors, day, spectrum
from scripts.content.stubs import add_to_navigation, write_stubs
from scripts.paths import DOCS

HEADING = "\n\n## Sources and conditions { .sources-heading data-search-exclude }\n\n[[footnotes]]\n\n"


def define_env(env: Any) -> None:
    """Register the macros (the interface is mkdocs-macros')."""
    with said_plainly():
        data = load()
    terms.use(data.terms.values())
    write_stubs(data)
    add_to_navigation(env.conf["nav"], data)
    links = Links(env)
    reference = Reference(data, links)
    notes = Notes(data, links)
    measurements.register(env, data, links)

    env.macro(notes.claim)
    env.macro(notes.cite)
    env.macro(lambda text: text, "own")
    env.macro(lambda key, text="": topic_link(data, links, key, text), "topic")
    env.macro(lambda view: classic_table(view, data, notes), "classic_table")
    env.macro(lambda: spectrum(data), "spectrum")
    env.macro(lambda: reference.overdue(edition_date()), "overdue")
    for name in ("comparison", "technology", "technologies", "figures", "escapes", "sources", "glossary", "balance"):
        env.macro(getattr(reference, name), name)
    env.macro(lambda rows: len(getattr(data, rows)), "count")
    env.conf["_notes"] = notes
    with said_plainly():
        choose.register(env, data)
        density.register(env, data)


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """Turns problems in the data into ``PluginError``, which MkDocs prints without a traceback: a line for each."""
    try:
        yield
    except ExceptionGroup as group:
        raise PluginError("\n".join([f"{group.message}:", *map(str, group.exceptions)])) from None


def on_post_page_macros(env: Any) -> None:
    """Called by mkdocs-macros when a page's macros are expanded: append the notes that the page used."""
    env.markdown += env.conf["_notes"].take()


def edition_date() -> dt.date:
    """The date of the newest commit (the build sets it); in the live preview, today."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC).date() if seconds else dt.date.today()


class Notes:
    """The notes of the page that is being built: one for each figure and source it uses."""

    def __init__(self, data: Data, links: Links) -> None:
        self._data, self._links = data, links
        self._notes: dict[str, str] = {}

    def claim(self, key: str, form: str = "full") -> str:
        """A figure in its own words (or, ``"short"``, the figure alone), with its conditions and source in a note."""
        row = _find(self._data.claims, key, "claim", "docs/data/claims.yml")
        self._notes[f"claim-{key}"] = self._claim_note(row)
        text = row.short or row.text if form == "short" else row.text
        return f'<span class="claim">{html.escape(text)}</span>[^claim-{key}]'

    def cite(self, key: str) -> str:
        """A note that names a registered source."""
        row = _find(self._data.sources, key, "source", "docs/data/sources.yml")
        self._notes[f"source-{key}"] = f"{self._link(row)}; {READ[row.read]}, {day(row.accessed)}."
        return f"[^source-{key}]"

    def take(self) -> str:
        """The notes as Markdown, and a clean slate for the next page."""
        text = "\n".join(f"[^{key}]: {note}" for key, note in self._notes.items())
        self._notes.clear()
        return HEADING + text if text else ""

    def _claim_note(self, claim: Claim) -> str:
        sources = "; ".join(self._link(self._data.sources[key]) for key in claim.sources)
        if claim.measurement:
            sources = f"[our run]({self._links.markdown(MEASUREMENTS, claim.measurement.anchor)})"
        return (
            f"**{escape(claim.text)}**: {escape(claim.conditions)} "
            f"{claim.kind.capitalize()}, checked {day(claim.checked)}: {sources}."
        )

    def _link(self, source: Source) -> str:
        register = self._links.markdown(SOURCES, source.id)
        return f"[{escape(source.title)}]({source.URL}) ({escape(authors(source))}; [register]({register}))"


def topic_link(data: Data, links: Links, key: str, text: str = "") -> str:
    """A link to the page that explains a topic, named by its title or by ``text``; plain words until it is written."""
    row = _find(data.topics, key, "topic", "docs/data/topics.yml")
    page, _, anchor = row.page.partition("#")
    words = escape(text or row.title)
    return f"[{words}]({links.markdown(page, anchor)})" if (DOCS / page).is_file() else words


def classic_table(view: str, data: Data, notes: Notes) -> str:
    """One of the overview's tables, drawn from the comparison's answers."""
    wanted = _find(data.views, view, "view", "docs/data/views.yml")
    heads = ["As usually said", *wanted.columns.values()]
    lines = ["| | " + " | ".join(heads) + " |", "|---|" + "---|" * len(heads)]
    for row in wanted.rows:
        cells = []
        for technology in wanted.columns:
            answers = [data.technologies[technology].cells[d].text or "Not established" for d in row.dimensions]
            cells.append("; ".join([answers[0], *(_lower(a) for a in answers[1:])]))
        shown = [_usually(row.classic), *(with_figures(cell, notes) for cell in cells)]
        lines.append(f"| {row.label} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


VERDICTS = {"holds": "Holds:", "holds-if": "Holds if", "outdated": "Outdated:"}


def _usually(classic: Classic | None) -> str:
    """The usual verdict of both sides, with a mark that says whether it holds, and why."""
    if not classic:
        return ""
    said = f"{escape(classic.container)} / {escape(classic.vm)}"
    return f"{said}. **{VERDICTS[classic.verdict]}** {escape(classic.why)}"


def with_figures(text: str, notes: Notes) -> str:
    """Plain text as Markdown, with each ``{claim-id}`` as a figure that carries its note."""
    parts = PLACEHOLDER.split(text)
    return "".join(notes.claim(part) if index % 2 else escape(part) for index, part in enumerate(parts))


def _lower(text: str) -> str:
    """An answer as the second half of a sentence; names and abbreviations keep their capital."""
    return text if text[:2].isupper() or text.startswith(("I/O", "Linux", "Windows")) else text[0].lower() + text[1:]


def _find(rows: dict[str, Any], key: str, what: str, file: str) -> Any:
    if key not in rows:
        raise KeyError(f"there is no {what} '{key}'; correct the id in the page, or add the row to {file}")
    return rows[key]


def escape(text: str) -> str:
    """Plain text for use inside Markdown: nothing in it may act as markup."""
    escaped = html.escape(text, quote=False)
    for character in r"\`*_{}[]|":
        escaped = escaped.replace(character, f"&#{ord(character)};")
    return escaped
