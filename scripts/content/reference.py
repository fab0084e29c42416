"""The reference pages as HTML: comparison, technologies, figures, escapes, sources and glossary, each from its rows.

Everything that comes from data passes through ``esc``; nothing in a row can act as markup.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import Counter
from collections.abc import Iterable

from scripts.content.links import Links
from scripts.content.load import Data
from scripts.content.models import PLACEHOLDER, Cell, Claim, Escape, Source, Technology
from scripts.content.terms import Finder
from scripts.content.uses import Use, uses

READ = {
    "full-text": "read in full",
    "abstract": "abstract or part read",
    "data": "data or code read",
    "record": "record read",
    "quotation": "read as quoted by others",
}
KINDS = {
    "measured": "measured",
    "cited": "cited",
    "definition": "definition",
    "editorial": "editorial",
    "not-established": "open",
}
NOT_ESTABLISHED = "Not established"
SIDES = {"container": "container side", "vm": "VM side", "both": "both sides"}
BOUNDARIES = {
    "process": "the rules between processes",
    "shared-kernel": "a shared kernel",
    "user-space-kernel": "a kernel of its own in user space",
    "vm-per-workload": "one small VM per workload",
    "full-vm": "a full VM",
    "own-hardware": "hardware of its own",
}
ARTEFACTS = {
    "files": "files on the host",
    "oci-image": "an OCI image",
    "system-image": "an image of a whole user space",
    "machine-image": "a machine image",
}
EXPLOITED = {
    "yes": "used in real attacks",
    "no-report-found": "no report of use found",
    "not-established": "use not established",
}
SPECTRUM_CAPTION = (
    "From top to bottom less is shared, and an attacker has one more or one narrower wall to break. "
    "The order is ours; products differ with their settings."
)
SOURCES, ESCAPES, GLOSSARY = "reference/sources.md", "reference/escapes.md", "reference/glossary.md"
FIGURES, MEASUREMENTS = "reference/figures.md", "reference/measurements.md"


def esc(text: str) -> str:
    """Text for HTML, attributes included."""
    return html.escape(text)


def day(date: dt.date) -> str:
    """A date as people write it."""
    return f"{date.day} {date:%B %Y}"


def sentence(text: str) -> str:
    """``text`` with a full stop, unless it has an end."""
    return text if text.endswith((".", "?", "!")) else text + "."


def _as_sentence(text: str) -> str:
    return sentence(text[0].upper() + text[1:])


def _evidence(text: str) -> str:
    """What a statement rests on. Not searched: everybody's sources would hide the answers."""
    return f'<p class="evidence" data-search-exclude>{text}</p>'


def _aside(text: str) -> str:
    return f'<span class="question" data-search-exclude>{esc(text)}</span>'


def page_of(technology: str) -> str:
    """The page of a technology, below docs/."""
    return f"reference/technologies/{technology}.md"


def authors(source: Source) -> str:
    """Up to three names, and the year."""
    names = [name.literal or name.family or "" for name in source.author]
    listed = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    return listed + (f", {source.issued[:4]}" if source.issued else "")


class Reference:
    """Draws the reference pages from ``data``, with links as seen from the current page."""

    def __init__(self, data: Data, links: Links) -> None:
        self.data, self.links = data, links
        self._finder = Finder(data.terms.values())

    # --- Comparison ---------------------------------------------------------------------------------------------

    def comparison(self) -> str:
        """All technologies by all dimensions, a table for each group."""
        groups = self.data.groups.values()
        return "\n\n".join(f"## {group.title} {{ #group-{group.id} }}\n\n{self._group(group.id)}" for group in groups)

    def _group(self, group: str) -> str:
        technologies = self.data.technologies.values()
        head = "".join(
            f'<th scope="col" class="side-{t.side}"><a href="{self.links.html(page_of(t.id))}">{esc(t.short)}</a></th>'
            for t in technologies
        )
        rows = []
        for dimension in (d for d in self.data.dimensions.values() if d.group == group):
            cells = "".join(self._comparison_cell(t, dimension.id) for t in technologies)
            rows.append(
                f'<tr id="{dimension.id}" data-concerns="{" ".join(dimension.concerns)}"><th scope="row">'
                f"{esc(dimension.title)}{_aside(dimension.question)}"
                f'<span class="wrong">Misleads when: {esc(dimension.wrong_when)}</span></th>{cells}</tr>'
            )
        return (
            '<div class="table-wrap"><table class="data comparison"><thead><tr><td></td>'
            f"{head}</tr></thead><tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>"
        )

    def _comparison_cell(self, technology: Technology, dimension: str) -> str:
        cell = technology.cells[dimension]
        address = self.links.html(page_of(technology.id), dimension)
        return (
            f'<td data-label="{esc(technology.short)}" class="side-{technology.side}">'
            f'<a href="{address}">{esc(self.answer(cell))}</a> <small>{KINDS[cell.kind]}</small></td>'
        )

    def answer(self, cell: Cell) -> str:
        """The short answer of a cell; an open question says so."""
        return self.data.expand(cell.text) if cell.text else NOT_ESTABLISHED

    # --- One technology -----------------------------------------------------------------------------------------

    def technology(self, key: str) -> str:
        """The page of one technology: what it is, both axes, its answers, its escapes, what to read."""
        technology = self.data.technologies[key]
        used: set[str] = set()
        parts = [
            f"<p>{self._marked(technology.summary, used)}</p>",
            self._axes(technology),
            self._neighbours(technology),
        ]
        for group, dimensions in self.data.by_group():
            rows = "".join(self._answer(technology, d.id, used) for d in dimensions)
            parts.append(f'## {group.title} {{ #{group.id} }}\n\n<dl class="answers">{rows}</dl>')
        parts.append(f"## Published escapes {{ #escapes }}\n\n{self._escapes_of(technology)}")
        listed = "".join(f"<li>{self._source_line(self.data.sources[s])}</li>" for s in technology.read)
        parts.append(f"## What to read {{ #read }}\n\n<ul>{listed}</ul>")
        return "\n\n".join(parts)

    def _axes(self, technology: Technology) -> str:
        facts = {
            "What you package": ARTEFACTS[technology.artefact],
            "What boundary runs it": BOUNDARIES[technology.boundary],
            "What it shares": f"it {technology.shares}",
            "The next wall": technology.next_wall,
        }
        rows = "".join(f"<div><dt>{name}</dt><dd>{esc(_as_sentence(text))}</dd></div>" for name, text in facts.items())
        return f'<dl class="axes">{rows}</dl>'

    def _neighbours(self, technology: Technology) -> str:
        order = list(spectrum_order(self.data))
        at = order.index(technology)
        weaker = f"One step weaker: {self._page_link(order[at - 1])}. " if at else ""
        stronger = f"One step stronger: {self._page_link(order[at + 1])}. " if at + 1 < len(order) else ""
        spectrum = self.links.html("overview/key-differences.md", "diagram-isolation-spectrum")
        return f'<p>{weaker}{stronger}The order is ours: <a href="{spectrum}">isolation spectrum</a>.</p>'

    def _page_link(self, technology: Technology) -> str:
        return f'<a href="{self.links.html(page_of(technology.id))}">{esc(technology.name)}</a>'

    def _marked(self, text: str, used: set[str]) -> str:
        return self._finder.mark(text, used, self.links.html(GLOSSARY))

    def _answer(self, technology: Technology, key: str, used: set[str]) -> str:
        cell, dimension = technology.cells[key], self.data.dimensions[key]
        answer = self._marked(sentence(self.answer(cell)), used)
        detail = f"<p>{self._marked(self.data.expand(cell.detail), used)}</p>" if cell.detail else ""
        claims = PLACEHOLDER.findall(f"{cell.text} {cell.detail}")
        figures = [
            f'<a href="{self.links.html(FIGURES, name)}">{esc(self.data.claims[name].text)}</a>'
            for name in dict.fromkeys(claims)
        ]
        sources = [self._register_link(self.data.sources[name]) for name in cell.sources]
        evidence = f"{KINDS[cell.kind].capitalize()}, checked {day(cell.checked)}"
        if sources:
            evidence += ": " + "; ".join(sources)
        if figures:
            evidence += ". Conditions of the figures: " + "; ".join(figures)
        return (
            f'<dt id="{key}">{esc(dimension.title)} {_aside(dimension.question)}</dt>'
            f'<dd><p class="answer">{answer}</p>{detail}'
            f"{_evidence(f'{evidence}.')}</dd>"
        )

    def _escapes_of(self, technology: Technology) -> str:
        mine = [e for e in self._newest_first() if technology.id in e.technologies]
        if not mine:
            ledger = self.links.markdown(ESCAPES)
            return f"The [ledger of escapes]({ledger}) lists none for it. That is no proof that there are none."
        lines = "".join(
            f'<li><a href="{self.links.html(ESCAPES, e.id)}">{esc(e.title)}</a>, {esc(e.date[:4])}</li>' for e in mine
        )
        return f"<ul>{lines}</ul>"

    def technologies(self) -> str:
        """The list of all technologies, with both axes."""
        rows = "".join(
            f'<tr><th scope="row"><a href="{self.links.html(page_of(t.id))}">{esc(t.name)}</a></th>'
            f'<td data-label="What you package">{esc(ARTEFACTS[t.artefact].capitalize())}</td>'
            f'<td data-label="What boundary runs it">{esc(BOUNDARIES[t.boundary].capitalize())}</td>'
            f'<td data-label="What it shares">{esc(t.shares.capitalize())}</td></tr>'
            for t in spectrum_order(self.data)
        )
        return (
            '<div class="table-wrap"><table class="data"><thead><tr><th scope="col">Technology</th>'
            '<th scope="col">What you package</th><th scope="col">What boundary runs it</th>'
            f'<th scope="col">What it shares</th></tr></thead><tbody>{rows}</tbody></table></div>'
        )

    # --- Figures ------------------------------------------------------------------------------------------------

    def figures(self) -> str:
        """Every row of the ledger: the figure, its conditions, its evidence and dates."""
        return f'<div class="ledger">{"".join(self._figure(c) for c in self.data.claims.values())}</div>'

    def _figure(self, claim: Claim) -> str:
        sources = "; ".join(self._register_link(self.data.sources[s]) for s in claim.sources)
        if claim.measurement:
            sources = f'<a href="{self.links.html(MEASUREMENTS, claim.measurement.anchor)}">our run</a>'
        dates = f"Checked {day(claim.checked)}, to be checked again by {day(claim.review_by)}"
        return (
            f'<section class="entry side-{claim.side}" id="{claim.id}" '
            f'data-side="{claim.side}" data-kind="{claim.kind}">'
            f"<h3>{esc(claim.text)}</h3><p>{esc(claim.conditions)}</p>"
            f"{_evidence(f'{claim.kind.capitalize()}, {SIDES[claim.side]}. {dates}. {sources}.')}</section>"
        )

    # --- Escapes ------------------------------------------------------------------------------------------------

    def _newest_first(self) -> list[Escape]:
        """All escapes by date, whichever file they stand in."""
        return sorted(self.data.escapes.values(), key=lambda escape: escape.date, reverse=True)

    def escapes(self) -> str:
        """The ledger of escapes, newest first."""
        used: set[str] = set()
        entries = "".join(self._escape(e, used) for e in self._newest_first())
        return f'<div class="ledger">{entries}</div>'

    def _escape(self, escape: Escape, used: set[str]) -> str:
        crossed = ", ".join(
            f'<a href="{self.links.html(page_of(t))}">{esc(self.data.technologies[t].short)}</a>'
            for t in escape.technologies
        )
        sources = "; ".join(self._register_link(self.data.sources[s]) for s in escape.sources)
        return (
            f'<section class="entry side-{escape.side}" id="{escape.id}" data-side="{escape.side}" '
            f'data-year="{escape.date[:4]}" data-exploited="{escape.exploited}">'
            f"<h3>{esc(escape.title)}</h3><dl><div><dt>When, where</dt><dd>{esc(escape.date)}, {SIDES[escape.side]}; "
            f"{EXPLOITED[escape.exploited]}</dd></div>"
            f"<div><dt>Crossed</dt><dd>{self._marked(escape.crossed, used)}</dd></div>"
            f"<div><dt>Limited by</dt><dd>{self._marked(escape.limited_by, used)}</dd></div>"
            f"<div><dt>Fixed in</dt><dd>{esc(escape.fixed_in)}</dd></div>"
            f"<div><dt>Boundary of</dt><dd>{crossed}</dd></div></dl>"
            f"{_evidence(f'Checked {day(escape.checked)}: {sources}.')}</section>"
        )

    # --- Sources ------------------------------------------------------------------------------------------------

    def sources(self) -> str:
        """The register of sources: what each supports, what was read, and every place that rests on it."""
        places = uses(self.data)
        entries = "".join(self._source(s, places.get(s.id, [])) for s in self.data.sources.values())
        return f'<div class="ledger">{entries}</div>'

    def _source(self, source: Source, places: list[Use]) -> str:
        used = "; ".join(f'<a href="{self.links.html(p.page, p.anchor)}">{esc(p.label)}</a>' for p in places)
        note = f" {esc(source.note)}" if source.note else ""
        doi = f" DOI {esc(source.DOI)}." if source.DOI else ""
        kind = source.kind.capitalize()
        return (
            f'<section class="entry" id="{source.id}" data-kind="{source.kind}" data-read="{source.read}">'
            f'<h3><a href="{esc(source.URL)}">{esc(source.title)}</a></h3>'
            f"<p>{esc(sentence(authors(source)))}{doi} {esc(sentence(source.supports))}{note}</p>"
            f"{_evidence(f'{kind}; {READ[source.read]}, {day(source.accessed)}. Used in: {used}.')}</section>"
        )

    def _register_link(self, source: Source) -> str:
        return f'<a href="{self.links.html(SOURCES, source.id)}">{esc(source.title)}</a>'

    def _source_line(self, source: Source) -> str:
        return f"{self._register_link(source)} ({esc(authors(source))})"

    # --- Glossary -----------------------------------------------------------------------------------------------

    def glossary(self) -> str:
        """All terms with their definitions and where to read more."""
        parts = []
        for term in self.data.terms.values():
            also = f" (also: {esc(', '.join(term.aliases))})" if term.aliases else ""
            more = [self._register_link(self.data.sources[s]) for s in term.sources]
            if term.page:
                page, _, anchor = term.page.partition("#")
                more.insert(0, f'<a href="{self.links.html(page, anchor)}">{esc(self._page_title(page))}</a>')
            read_more = "; ".join(more)
            parts.append(
                f'<dt id="{term.id}">{esc(term.term)}<span class="question">{also}</span></dt>'
                f"<dd><p>{esc(term.definition)}</p>{_evidence(f'Read more: {read_more}.')}</dd>"
            )
        return f'<dl class="answers glossary">{"".join(parts)}</dl>'

    def _page_title(self, page: str) -> str:
        return page.removesuffix(".md").rsplit("/", 1)[-1].replace("-", " ").capitalize()

    # --- Counts -------------------------------------------------------------------------------------------------

    def balance(self) -> str:
        """How much evidence stands on each side, by kind: Markdown tables."""
        all_of = self.data.technologies.values()
        counts = {t.name: Counter[str](cell.kind for cell in t.cells.values()) for t in all_of}
        counts["All"] = sum(counts.values(), Counter())
        head = ["| Technology | " + " | ".join(KINDS.values()) + " |", "|---|" + "---|" * len(KINDS)]
        rows = [f"| {name} | " + " | ".join(str(n[kind]) for kind in KINDS) + " |" for name, n in counts.items()]
        sides = ["| Rows | Container side | VM side | Both |", "|---|---|---|---|"]
        for name, rows_of in (("Figures", self.data.claims), ("Published escapes", self.data.escapes)):
            count = Counter(row.side for row in rows_of.values())
            sides.append(f"| {name} | {count['container']} | {count['vm']} | {count['both']} |")
        return "\n".join([*head, *rows, "", *sides])

    def overdue(self, today: dt.date) -> str:
        """The figures whose day of review has passed on ``today``."""
        late = [c for c in self.data.claims.values() if c.review_by < today]
        if not late:
            return f"On {day(today)}, the date of this edition, no figure was past its day of review."
        lines = [f"- [{c.text}]({self.links.markdown(FIGURES, c.id)}), due {day(c.review_by)}" for c in late]
        return f"On {day(today)}, the date of this edition, these figures were due for review:\n\n" + "\n".join(lines)


def spectrum_order(data: Data) -> Iterable[Technology]:
    """The technologies from the weakest boundary to the strongest; within one boundary, in the order of the site."""
    ranks = list(BOUNDARIES)
    return sorted(data.technologies.values(), key=lambda t: (ranks.index(t.boundary), t.order))


def spectrum(data: Data) -> str:
    """The isolation spectrum as a Mermaid fence: a node for each technology, in its side's colour and line."""
    classes = {"container": "container", "vm": "vm", "between": "between", "neither": "hardware"}
    order = list(spectrum_order(data))
    words = ". ".join(f"{t.name}: {t.shares}" for t in order)
    nodes = [f'    s{i}["{_label(t.short)}<br>{_label(t.shares)}"]:::{classes[t.side]}' for i, t in enumerate(order)]
    arrows = [f"    s{i} --> s{i + 1}" for i in range(len(order) - 1)]
    head = [
        f'```mermaid name="isolation-spectrum" caption="{SPECTRUM_CAPTION}"',
        "flowchart TB",
        "    accTitle: The isolation spectrum, from a bare process to hardware of its own",
        f"    accDescr: From the weakest boundary to the strongest: {_label(words)}.",
    ]
    return "\n".join([*head, *nodes, *arrows, "```"])


def _label(text: str) -> str:
    """Text that may stand in a Mermaid label or description: no character with a meaning there."""
    return " ".join(re.sub(r"[{}\[\]<>;#]", " ", re.sub(r"[\"`]", "'", text)).split())
