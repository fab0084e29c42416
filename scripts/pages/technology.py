"""A technology's own page, the list of all of them, and the isolation spectrum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from scripts.facts.load import Data
from scripts.facts.models import PLACEHOLDER, SOURCE_MARK, Cell, Technology
from scripts.markdown.terms import Finder
from scripts.pages.comparison import answer
from scripts.pages.links import ESCAPES, GLOSSARY, Links, Piece
from scripts.pages.notes import find
from scripts.pages.render import part
from scripts.pages.text import ARTEFACTS, BOUNDARIES, KINDS, NODE, as_sentence, authors, capital, day, heading, sentence

SPECTRUM_CAPTION = (
    "Bands, not ranks: from band to band less is shared, and an attacker has one more or one narrower wall to break. "
    "Inside a band nothing is ranked. The bands are ours; products differ with their settings."
)
BAND_COLUMNS = 2
STACK_CAPTION = "What stands inside the wall is its own; what stands below, it shares with its neighbours."
# Boundary -> whether there is a wall, what it encloses, and what that stands on.
STACKS: dict[str, tuple[bool, tuple[str, ...], tuple[str, ...]]] = {
    "process": (False, ("App",), ("Host kernel", "Hardware")),
    "shared-kernel": (True, ("App", "Libraries"), ("Host kernel", "Hardware")),
    "user-space-kernel": (True, ("App", "Kernel in user space"), ("Host kernel", "Hardware")),
    "vm-per-workload": (True, ("App", "Own kernel"), ("Hypervisor", "Hardware")),
    "full-vm": (True, ("Apps", "Own kernel"), ("Hypervisor", "Hardware")),
    "own-hardware": (True, ("Apps", "Own kernel", "Own hardware"), ("Building, network, power",)),
}


class Technologies:
    """Draws the technologies from ``data``, with links as seen from the current page."""

    def __init__(self, data: Data, links: Links) -> None:
        self._data, self._links = data, links
        self._finder = Finder(data.terms.values())

    def technology(self, key: str) -> str:
        """The page of one technology: what it is, both axes, its answers, its escapes, what to read."""
        technology = self._data.technologies[key]
        used: set[str] = set()
        parts = [
            part("technology", "summary", self._marked(technology.summary, used)),
            stack(technology),
            part("technology", "axes", _axes(technology)),
            self._neighbours(technology),
            self._explained(technology),
            *self._start(technology),
        ]
        for group, dimensions in self._data.by_group():
            rows = [self._answer(technology, d.id, used) for d in dimensions]
            parts += [heading(2, group.title, group.id), part("technology", "answers", rows)]
        parts += [heading(2, "Published escapes", "escapes"), self._escapes_of(technology)]
        sources = [self._data.sources[key] for key in technology.read]
        listed = [self._links.source(s)._asdict() | {"remark": f" ({authors(s)})"} for s in sources]
        parts += [heading(2, "What to read", "read"), part("technology", "listed", listed)]
        return "\n\n".join(parts)

    def technologies(self) -> str:
        """The list of all technologies, with both axes."""
        rows = [
            self._links.technology(t, t.name)._asdict()
            | {
                "artefact": capital(ARTEFACTS[t.artefact]),
                "boundary": capital(BOUNDARIES[t.boundary]),
                "shares": capital(t.shares),
            }
            for t in spectrum_order(self._data)
        ]
        return part("technology", "overview", rows)

    def _neighbours(self, technology: Technology) -> str:
        order = spectrum_order(self._data)
        at = order.index(technology)
        beside = [self._links.technology(order[i], order[i].name) for i in (at - 1, at + 1) if 0 <= i < len(order)]
        spectrum = self._links.to("isolation spectrum", "overview/key-differences.md", "diagram-isolation-spectrum")
        return part("technology", "neighbours", beside, spectrum)

    def _explained(self, technology: Technology) -> str:
        """Links to the pages that explain it; nothing while none of them is written."""
        pages = [page for topic in technology.topics if (page := self._links.topic(topic, self._data))]
        return part("technology", "explained", pages) if pages else ""

    def _start(self, technology: Technology) -> list[str]:
        """The section with the command that starts one, as Markdown; nothing where there is no such command."""
        start = technology.start
        if not start:
            return []
        sources = [self._links.source(self._data.sources[key]) for key in start.sources]
        said = part("technology", "start", start.needs, sources, day(start.checked))
        return [heading(2, "Start one", "start"), f"```sh\n{start.command.strip()}\n```", said]

    def _marked(self, text: str, used: set[str]) -> list[Piece]:
        return marked(self._finder, text, used, self._links)

    def _answer(self, technology: Technology, key: str, used: set[str]) -> dict[str, Any]:
        cell, dimension = technology.cells[key], self._data.dimensions[key]
        figures = dict.fromkeys(PLACEHOLDER.findall(f"{cell.text} {cell.detail}"))
        return {
            "id": key,
            "title": dimension.title,
            "question": dimension.question,
            "answer": self._marked(sentence(answer(cell, self._data)), used),
            "detail": self._detail(cell, used),
            "numbered": bool(SOURCE_MARK.search(cell.detail or "")),
            "evidence": f"{capital(KINDS[self._data.kind_of(cell)])}, checked {day(cell.checked)}",
            "sources": [self._links.source(self._data.sources[name]) for name in cell.sources],
            "figures": [self._links.figure(self._data.claims[name]) for name in figures],
        }

    def _detail(self, cell: Cell, used: set[str]) -> list[Piece]:
        """The detail of a cell, with the number of the source that carries it behind each statement marked so."""
        found: list[Piece] = []
        for index, words in enumerate(SOURCE_MARK.split(cell.detail or "")):
            if index % 2:
                source = self._links.source(self._data.sources[words])
                found.append(Piece("", source.href, source.text, cell.sources.index(words) + 1))
            else:
                found += self._marked(self._data.expand(words), used)
        return found

    def _escapes_of(self, technology: Technology) -> str:
        mine = [e for e in reversed(self._data.escapes.values()) if technology.id in e.technologies]
        if not mine:
            ledger = self._links.markdown(ESCAPES)
            return f"The [ledger of escapes]({ledger}) lists none for it. That is no proof that there are none."
        rows = [self._links.to(e.title, ESCAPES, e.id)._asdict() | {"remark": f", {e.date[:4]}"} for e in mine]
        return part("technology", "listed", rows)


def _axes(technology: Technology) -> list[tuple[str, str]]:
    facts = {
        "What you package": ARTEFACTS[technology.artefact],
        "What boundary runs it": BOUNDARIES[technology.boundary],
        "What it shares": f"it {technology.shares}",
        "The next wall": technology.next_wall,
    }
    return [(name, as_sentence(text)) for name, text in facts.items()]


def stack(technology: Technology) -> str:
    """What an app stands on and what encloses it, as a Mermaid fence: one for each kind of boundary."""
    wall, inner, below = STACKS[technology.boundary]
    name = _label(technology.short)
    inside = [f'    in{n}["{label}"]' for n, label in enumerate(inner)]
    under = [f'  on{n}["{label}"]' for n, label in enumerate(below)]
    box = [f'  block:wall["{name}"]', "    columns 1", *inside, "  end"] if wall else inside
    said = (
        f"{name} encloses {' and '.join(inner).lower()}"
        if wall
        else f"{name}: {inner[0].lower()} without a wall of its own"
    )
    kernels = [label for label in inner if "kernel" in label.lower()]
    classes = [f"  class in{n} {'shared' if label in kernels else 'app'}" for n, label in enumerate(inner)]
    classes += [f"  class on{n} {'hardware' if label == 'Hardware' else 'shared'}" for n, label in enumerate(below)]
    classes += [f"  class wall {NODE[technology.side]}"] if wall else []
    lines = [
        f'```mermaid name="stack-{technology.id}" caption="{STACK_CAPTION}"',
        "block",
        f"  %% accTitle: What an app under {name} stands on",
        f"  %% accDescr: {capital(said)}. It stands on {' and '.join(below).lower()}.",
        "  columns 1",
    ]
    return "\n".join([*lines, *box, *under, *classes, "```"])


def marked(finder: Finder, text: str, used: set[str], links: Links) -> list[Piece]:
    """``text`` in pieces for a template; those that are a term's first use have its definition and an address."""
    return [
        Piece(words, links.html(GLOSSARY, term.id), term.definition) if term else Piece(words)
        for words, term in finder.pieces(text, used)
    ]


def spectrum_order(data: Data) -> list[Technology]:
    """The technologies band by band, as the spectrum is read; within one boundary, in the order of the site."""
    ranks = list(BOUNDARIES)
    return sorted(data.technologies.values(), key=lambda t: (ranks.index(t.boundary), t.order))


def spectrum(data: Data) -> str:
    """The isolation spectrum as a Mermaid fence: a band for each boundary, with the technologies in it."""
    words, blocks, classes = [], [], []
    for number, (boundary, title) in enumerate(BOUNDARIES.items()):
        members = [t for t in spectrum_order(data) if t.boundary == boundary]
        if members:
            words.append(f"{capital(title)}: " + "; ".join(f"{t.name} {t.shares}" for t in members))
            boxes = [f'    {_id(t)}["{_label(t.short)}"]' for t in members]
            blocks += [f'  block:band{number}["{capital(title)}"]', f"    columns {BAND_COLUMNS}", *boxes, "  end"]
            classes += [f"  class {_id(t)} {NODE[t.side]}" for t in members]
    head = [
        f'```mermaid name="isolation-spectrum" caption="{SPECTRUM_CAPTION}"',
        "block",
        "  %% accTitle: The isolation spectrum, from a bare process to hardware of its own",
        f"  %% accDescr: Bands, from what shares most to what shares least. {_label('. '.join(words))}.",
        "  columns 1",
    ]
    return "\n".join([*head, *blocks, *classes, "```"])


def answers_side_by_side(dimension: str, caption: str, technologies: Sequence[str], data: Data) -> str:
    """The short answers of some technologies to one question, as a Mermaid fence: a row for each."""
    asked = find(data.dimensions, dimension, "dimension", "docs/data/dimensions.yml")
    rows, classes, words = [], [], []
    for key in technologies:
        technology = find(data.technologies, key, "technology", "docs/data/technologies")
        # A semicolon ends a line of Mermaid.
        said = _label(answer(technology.cells[dimension], data).replace(";", ","))
        rows.append(f'  n_{_id(technology)}["{_label(technology.short)}"]:1 {_id(technology)}["{said}"]:2')
        classes += [f"  class n_{_id(technology)} quiet", f"  class {_id(technology)} {NODE[technology.side]}"]
        words.append(f"{_label(technology.short)}: {said}")
    head = [
        f'```mermaid name="answers-{dimension}" caption="{caption}"',
        "block",
        f"  %% accTitle: {_label(asked.question)}",
        f"  %% accDescr: {'. '.join(words)}.",
        "  columns 3",
    ]
    return "\n".join([*head, *rows, *classes, "```"])


def _id(technology: Technology) -> str:
    return technology.id.replace("-", "_")


def _label(text: str) -> str:
    """Text that may stand in a Mermaid label or description: no character with a meaning there."""
    return " ".join(re.sub(r"[{}\[\]<>;#]", " ", re.sub(r"[\"`]", "'", text)).split())
