"""Checks between rows: references, dates, completeness, and figures that stand outside the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from scripts.facts import measured, units
from scripts.facts.load import Data
from scripts.facts.models import MAX_SHORT, PLACEHOLDER, SOURCE_MARK, Technology
from scripts.facts.prose import figures_in
from scripts.facts.uses import cited_in_guide, cited_in_pages
from scripts.facts.yamlfile import DataError, Location, YamlFile
from scripts.measure.result import EMULATED


def problems(data: Data) -> Iterator[DataError]:
    """Every problem that only several rows together show."""
    yield from _unknown_sources(data)
    yield from _unused_sources(data)
    yield from _unknown_topics(data)
    yield from _future_dates(data)
    for technology in data.technologies.values():
        yield from _cells(technology, data)
    yield from _escapes(data)
    yield from _terms(data)
    yield from _views(data)
    yield from _charts(data)
    yield from measured.problems(data)


def _rows(data: Data) -> Iterator[tuple[YamlFile, Location, Any]]:
    """Every row that may name sources or carry a date, with its file and place in it."""
    for kind, rows in (
        ("sources", data.sources),
        ("claims", data.claims),
        ("escapes", data.escapes),
        ("glossary", data.terms),
    ):
        for key, row in rows.items():
            yield *data.places[kind, key], row
    for technology in data.technologies.values():
        file = data.files[f"technologies/{technology.id}"]
        for key, cell in technology.cells.items():
            yield file, ("cells", key), cell


def _unknown_sources(data: Data) -> Iterator[DataError]:
    remedy = "Correct the id, or add the source to docs/data/sources.yml"
    for file, at, row in _rows(data):
        for position, source in enumerate(getattr(row, "sources", [])):
            if source not in data.sources:
                yield file.error((*at, "sources", position), f"there is no source '{source}'", remedy)
    for technology in data.technologies.values():
        for position, source in enumerate(technology.read):
            if source not in data.sources:
                file = data.files[f"technologies/{technology.id}"]
                yield file.error(("read", position), f"there is no source '{source}'", remedy)


def _charts(data: Data) -> Iterator[DataError]:
    for chart in data.charts.values():
        for number, group in enumerate(chart.groups):
            for place, row in enumerate(group.rows):
                at = ("groups", number, "rows", place, "claim")
                if row.claim not in data.claims:
                    remedy = "Correct the id, or add the figure to docs/data/claims.yml"
                    yield data.error("charts", chart.id, at, f"there is no figure '{row.claim}'", remedy)
                    continue
                claim = data.claims[row.claim]
                try:
                    values = units.values(claim, chart.unit)
                except ValueError as error:
                    yield data.error("charts", chart.id, at, str(error), "Give it a chart of its own")
                    continue
                if chart.scale == "log" and min(values) <= 0:
                    yield data.error("charts", chart.id, at, "is not above zero", "Set scale: linear")
                if EMULATED in claim.conditions:
                    yield data.error("charts", chart.id, at, "was measured on an emulated machine", "Leave it out")


def _unused_sources(data: Data) -> Iterator[DataError]:
    used = {source for _, _, row in _rows(data) for source in getattr(row, "sources", [])}
    used |= {source for technology in data.technologies.values() for source in technology.read}
    used |= cited_in_pages() | cited_in_guide()
    for source in data.sources:
        if source not in used:
            yield data.error("sources", source, ("id",), f"nothing cites the source '{source}'", "Cite it or remove it")


def _unknown_topics(data: Data) -> Iterator[DataError]:
    for file, at, row in _rows(data):
        topic = getattr(row, "topic", None)
        if topic and topic not in data.topics:
            yield file.error((*at, "topic"), f"there is no topic '{topic}'", "Name a row of docs/data/topics.yml")
    for key, dimension in data.dimensions.items():
        if dimension.topic and dimension.topic not in data.topics:
            at = ("dimensions", list(data.dimensions).index(key), "topic")
            problem = f"there is no topic '{dimension.topic}'"
            yield data.files["dimensions"].error(at, problem, "Name a row of docs/data/topics.yml")


def _future_dates(data: Data) -> Iterator[DataError]:
    today = dt.date.today()
    for file, at, row in _rows(data):
        for key in ("accessed", "checked"):
            day = getattr(row, key, None)
            if day and day > today:
                yield file.error((*at, key), "lies in the future", "Write the day on which you checked it")


def _cells(technology: Technology, data: Data) -> Iterator[DataError]:
    file = data.files[f"technologies/{technology.id}"]
    for missing in (key for key in data.dimensions if key not in technology.cells):
        yield file.error(
            ("cells",),
            f"has no answer to '{missing}'",
            "Add the cell; if the answer is not known, set kind: not-established",
        )
    for key, cell in technology.cells.items():
        if key not in data.dimensions:
            yield file.error(
                ("cells", key), "is no dimension", "Correct the key, or add it to docs/data/dimensions.yml"
            )
        for mark in SOURCE_MARK.findall(cell.detail or ""):
            if mark not in cell.sources:
                yield file.error(
                    ("cells", key, "detail"), f"names the source '{mark}'", "Add it to the 'sources' of this cell"
                )
        for part in ("text", "detail"):
            yield from _cell_text(file, ("cells", key, part), getattr(cell, part) or "", data)


def _cell_text(file: YamlFile, at: Location, text: str, data: Data) -> Iterator[DataError]:
    unknown = [name for name in PLACEHOLDER.findall(text) if name not in data.claims]
    for name in unknown:
        yield file.error(at, f"there is no claim '{name}'", "Correct the id, or add the figure to docs/data/claims.yml")
    for figure in figures_in(text):
        yield file.error(
            at, f"'{figure}' is a figure of its own", "Make it a row of docs/data/claims.yml and write its id in braces"
        )
    if not unknown and at[-1] == "text" and len(data.expand(text)) > MAX_SHORT:
        yield file.error(at, f"is longer than {MAX_SHORT} characters with its figures", "Shorten it")


def _escapes(data: Data) -> Iterator[DataError]:
    for escape in data.escapes.values():
        for position, technology in enumerate(escape.technologies):
            if technology not in data.technologies:
                yield data.error(
                    "escapes",
                    escape.id,
                    ("technologies", position),
                    f"there is no technology '{technology}'",
                    "Name a file of docs/data/technologies",
                )


def _terms(data: Data) -> Iterator[DataError]:
    seen: dict[str, str] = {}
    for term in data.terms.values():
        for spelling in (term.term, *term.aliases):
            other = seen.setdefault(spelling.lower(), term.id)
            if other != term.id:
                problem = f"'{spelling}' is defined twice (also by '{other}')"
                yield data.error("glossary", term.id, ("term",), problem, "Keep one of the two")
        if not term.page and not term.sources:
            problem = f"'{term.term}' says nowhere to read more"
            yield data.error("glossary", term.id, (), problem, "Add 'page' or 'sources'")


def _views(data: Data) -> Iterator[DataError]:
    file = data.files["views"]
    for index, view in enumerate(data.views.values()):
        for technology in (key for key in view.columns if key not in data.technologies):
            yield file.error(
                (index, "columns"), f"there is no technology '{technology}'", "Name a file of docs/data/technologies"
            )
        for position, row in enumerate(view.rows):
            for dimension in (key for key in row.dimensions if key not in data.dimensions):
                yield file.error(
                    (index, "rows", position), f"there is no dimension '{dimension}'", "Name one of dimensions.yml"
                )
