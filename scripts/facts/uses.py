"""Who uses a source: pages, figures, cells, escapes and terms. The register of sources shows it, the checks need it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.facts.load import Data
from scripts.facts.yamlfile import read
from scripts.paths import DATA, DOCS

CALL = re.compile(r"""\[=\s*(cite|claim|source)\(\s*["']([a-z0-9-]+)["']\s*[,)]""")
TITLE = re.compile(r"^title:\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Use:
    """A place that rests on a source: a page below docs/, an anchor in it, and what to call it."""

    page: str
    anchor: str
    label: str


def pages() -> list[Path]:
    """Every Markdown page."""
    return sorted(DOCS.rglob("*.md"))


def page_of(technology: str) -> str:
    """The page of a technology, below docs/."""
    return f"reference/technologies/{technology}.md"


def title_of(page: str) -> str:
    """The title of a page below docs/, as its front matter has it."""
    path = DOCS / page
    found = TITLE.search(path.read_text(encoding="utf-8"))
    return found.group(1).strip("\"' ") if found else path.stem


def calls(path: Path) -> set[tuple[str, str]]:
    """What a page asks the data for, as (macro, id)."""
    return {(macro, key) for _, macro, key in calls_with_lines(path)}


def calls_with_lines(path: Path) -> Iterator[tuple[int, str, str]]:
    """What a page asks the data for, as (line, macro, id)."""
    text = path.read_text(encoding="utf-8")
    for found in CALL.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1], found[2]


def cited_in_pages() -> set[str]:
    """The ids of the sources that pages cite directly."""
    return {key for path in pages() for macro, key in calls(path) if macro in {"cite", "source"}}


def sources_in(node: object) -> Iterator[str]:
    """Every source id below ``node``, a tree of plain data."""
    if isinstance(node, dict):
        named = node.get("sources")
        yield from named if isinstance(named, list) else ()
        for value in node.values():
            yield from sources_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from sources_in(value)


def cited_in_guide() -> set[str]:
    """The ids of the sources that the decision guide's data names."""
    return set(sources_in(read(DATA / "decision.yml").data))


def _sources_of(macro: str, key: str, data: Data) -> list[str]:
    if macro == "claim":
        return data.claims[key].sources if key in data.claims else []
    return [key]


def uses(data: Data) -> dict[str, list[Use]]:
    """For each source, where it is used, in the order of the addresses."""
    found: dict[str, set[Use]] = defaultdict(set)
    for path in pages():
        page = path.relative_to(DOCS).as_posix()
        use = Use(page, "", title_of(page))
        for macro, key in calls(path):
            for source in _sources_of(macro, key, data):
                found[source].add(use)
    for source in cited_in_guide():
        found[source].add(Use("choose/rules.md", "", "Scores and checklists"))
    for claim in data.claims.values():
        for source in claim.sources:
            found[source].add(Use("reference/figures.md", claim.id, f"figure: {claim.title}"))
    for technology in data.technologies.values():
        page = page_of(technology.id)
        for source in technology.read:
            found[source].add(Use(page, "read", technology.short))
        for source in technology.start.sources if technology.start else []:
            found[source].add(Use(page, "start", f"{technology.short}: how to start one"))
        for key, cell in technology.cells.items():
            for source in cell.sources:
                found[source].add(Use(page, key, f"{technology.short}: {data.dimensions[key].title}"))
    for escape in data.escapes.values():
        for source in escape.sources:
            found[source].add(Use("reference/escapes.md", escape.id, escape.title))
    for term in data.terms.values():
        for source in term.sources:
            found[source].add(Use("reference/glossary.md", term.id, f"glossary: {term.term}"))
    return {key: sorted(places) for key, places in found.items()}
