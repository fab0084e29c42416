"""What pages can ask the data for: ``[= claim("id") =]`` and ``[= cite("id") =]`` (mkdocs-macros calls this module)."""

from __future__ import annotations

import html
from typing import Any

from scripts.content.load import Data, load
from scripts.content.models import Claim, Source

READ = {
    "full-text": "read in full",
    "abstract": "abstract read",
    "data": "data or code read",
    "record": "record read",
    "quotation": "read as quoted by others",
}
HEADING = "\n\n## Sources and conditions {.sources-heading}\n\n[[footnotes]]\n\n"


def define_env(env: Any) -> None:
    """Register the macros (the interface is mkdocs-macros')."""
    data = load()
    notes: dict[str, str] = {}

    @env.macro  # type: ignore[untyped-decorator]
    def claim(key: str) -> str:
        """A figure in its own words, with a note that gives its conditions and source."""
        row = _find(data.claims, key, "claim", "docs/data/claims.yml")
        notes[f"claim-{key}"] = claim_note(row, data)
        return f'<span class="claim">{html.escape(row.text)}</span>[^claim-{key}]'

    @env.macro  # type: ignore[untyped-decorator]
    def cite(key: str) -> str:
        """A note that names a registered source."""
        row = _find(data.sources, key, "source", "docs/data/sources.yml")
        notes[f"source-{key}"] = source_note(row)
        return f"[^source-{key}]"

    def finish_page(env: Any) -> None:
        """Append the notes that this page used (mkdocs-macros calls it after each page)."""
        if notes:
            env.markdown += HEADING + "\n".join(f"[^{key}]: {text}" for key, text in notes.items())
            notes.clear()

    env.conf["_finish_page"] = finish_page


def on_post_page_macros(env: Any) -> None:
    """Called by mkdocs-macros when a page's macros are expanded."""
    env.conf["_finish_page"](env)


def _find(rows: dict[str, Any], key: str, what: str, file: str) -> Any:
    if key not in rows:
        raise KeyError(f"there is no {what} '{key}'; correct the id in the page, or add the row to {file}")
    return rows[key]


def source_link(source: Source) -> str:
    """A source as a link, with authors and date."""
    names = [name.literal or name.family or "" for name in source.author]
    authors = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    issued = f", {source.issued[:4]}" if source.issued else ""
    return f"[{_escape(source.title)}]({source.URL}) ({_escape(authors)}{issued})"


def source_note(source: Source) -> str:
    """The text of a note about a source."""
    return f"{source_link(source)}; {READ[source.read]}, {_date(source.accessed)}."


def claim_note(claim: Claim, data: Data) -> str:
    """The text of a note about a figure: conditions, kind of evidence, sources."""
    links = "; ".join(source_link(data.sources[key]) for key in claim.sources)
    return (
        f"**{_escape(claim.text)}**: {_escape(claim.conditions)} "
        f"{claim.kind.capitalize()}, checked {_date(claim.checked)}: {links}."
    )


def _date(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


def _escape(text: str) -> str:
    """Plain text for use inside Markdown: nothing in it may act as markup."""
    escaped = html.escape(text, quote=False)
    for character in r"\`*_{}[]<>#|":
        escaped = escaped.replace(character, f"&#{ord(character)};") if character not in "<>#" else escaped
    return escaped
