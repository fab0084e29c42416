"""The comparison: all technologies by all dimensions, and the classic tables, which are views of it."""

from __future__ import annotations

from scripts.facts.load import Data
from scripts.facts.models import Cell, Classic, Technology
from scripts.pages.links import Links
from scripts.pages.notes import Notes, find, unparted
from scripts.pages.render import part
from scripts.pages.text import KINDS, NOT_ESTABLISHED, heading, plain

VERDICTS = {"holds": "Holds:", "holds-if": "Holds if", "outdated": "Outdated:"}


def answer(cell: Cell, data: Data) -> str:
    """The short answer of a cell; an open question says so."""
    return unparted(data.expand(cell.text)) if cell.text else NOT_ESTABLISHED


def comparison(data: Data, links: Links) -> str:
    """A table for each group of dimensions."""
    columns = [links.technology(t, t.short)._asdict() | {"side": t.side} for t in data.technologies.values()]
    parts = []
    for group, dimensions in data.by_group():
        rows = [
            {
                "id": dimension.id,
                "title": dimension.title,
                "question": dimension.question,
                "concerns": " ".join(dimension.concerns),
                "wrong_when": dimension.wrong_when,
                "more": links.topic(dimension.topic, data),
                "cells": [_cell(t, dimension.id, data, links) for t in data.technologies.values()],
            }
            for dimension in dimensions
        ]
        parts += [heading(2, group.title, f"group-{group.id}"), part("comparison", "table", columns, rows)]
    return "\n\n".join(parts)


def _cell(technology: Technology, dimension: str, data: Data, links: Links) -> dict[str, str]:
    cell = technology.cells[dimension]
    link = links.technology(technology, answer(cell, data), dimension)
    return link._asdict() | {"column": technology.short, "side": technology.side, "kind": KINDS[data.kind_of(cell)]}


def classic_table(view: str, data: Data, notes: Notes) -> str:
    """One of the overview's tables, drawn from the comparison's answers."""
    wanted = find(data.views, view, "view", "docs/data/views.yml")
    heads = ["As usually said", *wanted.columns.values()]
    lines = ["| | " + " | ".join(map(plain, heads)) + " |", "|---|" + "---|" * len(heads)]
    for row in wanted.rows:
        cells = []
        for technology in wanted.columns:
            answers = [data.technologies[technology].cells[d].text or NOT_ESTABLISHED for d in row.dimensions]
            cells.append("; ".join([answers[0], *(_lower(a) for a in answers[1:])]))
        shown = [_usually(row.classic), *map(notes.with_figures, cells)]
        lines.append(f"| {plain(row.label)} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def _usually(classic: Classic | None) -> str:
    """The usual verdict of both sides, with a mark that says whether it holds, and why."""
    if not classic:
        return ""
    said = f"{plain(classic.container)} / {plain(classic.vm)}"
    mark = part("parts", "verdict", classic.verdict, VERDICTS[classic.verdict])
    return f"{said}. {mark} {plain(classic.why)}"


def _lower(text: str) -> str:
    """An answer as the second half of a sentence; names and abbreviations keep their capital."""
    return text if text[:2].isupper() or text.startswith(("I/O", "Linux", "Windows")) else text[0].lower() + text[1:]
