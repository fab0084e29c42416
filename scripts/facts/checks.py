"""Checks between rows: references, dates, completeness, and figures that stand outside the ledger."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from scripts.facts import measured, units
from scripts.facts.load import Data, each
from scripts.facts.models import (
    MAX_SHORT,
    PLACEHOLDER,
    SOURCE_MARK,
    Chart,
    Claim,
    Escape,
    Source,
    Technology,
    Term,
    View,
    last_day,
)
from scripts.facts.prose import UNITS, figures_in, figures_of
from scripts.facts.uses import calls_with_lines, cited_in_guide, cited_in_pages, pages, sources_in
from scripts.facts.yamlfile import DataError, Location, YamlFile
from scripts.measure.result import EMULATED

# A row, and where it stands.
Place = tuple[YamlFile, Location, Any]
LONGEST_UNTIL_REVIEW = dt.timedelta(days=5 * 366)
# 12 · 1.5 · 1/256, once the signs between thousands are gone.
NUMBER = re.compile(r"(\d+)(?:\.(\d+))?(?:/(\d+))?")
# A unit behind a number, and other words for the same unit.
SAID = re.compile(rf"\d[\d.,]*\s?(%|(?:{UNITS.removesuffix('|times')})\b)")
SAME = {
    "operations per second": "IOPS",
    "minutes": "min",
    "minute": "min",
    "seconds": "s",
    "hours": "h",
    "per cent": "%",
}
GROUPED = re.compile("(?<=\\d)[\u202f\u2009\u00a0 ,](?=\\d{3}(?!\\d))")


def problems(data: Data) -> Iterator[DataError]:
    """Every problem that only several rows together show.

    A row may be wrong already and lack the wrong value (load.py): what can be said of the others is said.
    """
    yield from each(_rows(data), lambda place: _references(place, data))
    yield from _one_document_twice(data)
    yield from each(_rows(data), _future_dates)
    yield from each(data.escapes.values(), lambda row: _impossible_date(row, row.date, dt.date.today(), data))
    yield from each(data.sources.values(), lambda row: _impossible_date(row, row.issued, row.accessed, data))
    yield from _figures_in_rows(data)
    yield from each(data.claims.values(), lambda claim: _claim(claim, data))
    yield from _titles(data)
    yield from _orders(data)
    for technology in data.technologies.values():
        yield from each([technology], lambda row: _all_answered(row, data))
        yield from each(getattr(technology, "cells", {}), partial(_cell, technology, data))
    yield from each(data.escapes.values(), lambda escape: _escape(escape, data))
    yield from _terms(data)
    yield from each(data.views.values(), lambda view: _view(view, data))
    yield from each(data.charts.values(), lambda chart: _chart(chart, data))
    yield from measured.problems(data)
    yield from _asked_by_pages(data)
    yield from _unused_sources(data)


def _asked_by_pages(data: Data) -> Iterator[DataError]:
    for path in pages():
        for line, macro, key in calls_with_lines(path):
            what, known, file = (
                ("figure", data.claims, "claims") if macro == "claim" else ("source", data.sources, "sources")
            )
            if key not in known:
                remedy = f"Correct the id, or add the {what} to docs/data/{file}.yml"
                yield DataError(path, line, "", f"there is no {what} '{key}'", remedy)


def _rows(data: Data) -> Iterator[Place]:
    """Every row that may name sources or carry a date, with its file and place in it."""
    for kind, rows in (
        ("sources", data.sources),
        ("claims", data.claims),
        ("escapes", data.escapes),
        ("glossary", data.terms),
        ("dimensions", data.dimensions),
        ("topics", data.topics),
    ):
        for key, row in rows.items():
            yield *data.places[kind, key], row
    for technology in data.technologies.values():
        file = data.files[f"technologies/{technology.id}"]
        yield file, (), technology
        for key, cell in getattr(technology, "cells", {}).items():
            yield file, ("cells", key), cell
        if start := getattr(technology, "start", None):
            yield file, ("start",), start


def _references(place: Place, data: Data) -> Iterator[DataError]:
    file, at, row = place
    remedy = "Correct the id, or add the source to docs/data/sources.yml"
    for part in ("sources", "read"):
        named = getattr(row, part, [])
        # Of a source, 'read' says how much of it was read.
        for position, source in enumerate(named if isinstance(named, list) else []):
            if source not in data.sources:
                yield file.error((*at, part, position), f"there is no source '{source}'", remedy)
    topics = [*getattr(row, "topics", []), getattr(row, "topic", None)]
    for topic in topics:
        if topic and topic not in data.topics:
            part = "topic" if topic == getattr(row, "topic", None) else "topics"
            yield file.error((*at, part), f"there is no topic '{topic}'", "Name a row of docs/data/topics.yml")


def _chart(chart: Chart, data: Data) -> Iterator[DataError]:
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
    # From the files as they are: a row that is wrong cites all the same.
    used = {source for file in data.files.values() for source in sources_in(file.data) if isinstance(source, str)}
    used |= {source for technology in data.technologies.values() for source in getattr(technology, "read", [])}
    used |= cited_in_pages() | cited_in_guide()
    for source in data.sources:
        if source not in used:
            yield data.error("sources", source, ("id",), f"nothing cites the source '{source}'", "Cite it or remove it")


def _one_document_twice(data: Data) -> Iterator[DataError]:
    """Two rows of one address are one document, unless a page lists several, each with its own title and date."""
    seen: dict[str, Source] = {}

    def check(source: Source) -> Iterator[DataError]:
        for name in filter(None, (source.URL.partition("#")[0], source.DOI)):
            other = seen.setdefault(name, source)
            listed = not source.pinned and source.title != other.title and source.issued != other.issued
            if other is not source and not listed:
                problem = f"'{source.id}' is the document of '{other.id}' ({name})"
                remedy = "Keep one row and let its 'supports' say both"
                yield data.error("sources", source.id, ("URL",), problem, remedy)

    yield from each(data.sources.values(), check)


def _future_dates(place: Place) -> Iterator[DataError]:
    file, at, row = place
    for key in ("accessed", "checked"):
        day = getattr(row, key, None)
        if day and day > dt.date.today():
            yield file.error((*at, key), "lies in the future", "Write the day on which you checked it")


def _impossible_date(row: Escape | Source, date: str | None, latest: dt.date, data: Data) -> Iterator[DataError]:
    kind, part = ("escapes", "date") if isinstance(row, Escape) else ("sources", "issued")
    if date is None:
        return
    try:
        # A date that is known to the month or year only may still lie in that month or year.
        known = last_day(date) if len(date) == len("2026-01-01") else dt.date.fromisoformat(f"{date}-01-01"[:10])
    except ValueError as error:
        yield data.error(kind, row.id, (part,), f"'{date}' is no day of the calendar ({error})", "Correct the date")
        return
    if known > latest:
        remedy = "Write the day on which it was published, and look when you read it"
        yield data.error(kind, row.id, (part,), f"'{date}' is later than {latest}", remedy)


def _figures_in_rows(data: Data) -> Iterator[DataError]:
    """Figures in any text of any row. Claims with their conditions are the ledger; cells have their own check."""
    for name, file in data.files.items():
        if name.split("/")[0] != "claims":
            yield from figures_of(file, "title" if name.split("/")[0] == "sources" else "cells")


def _claim(claim: Claim, data: Data) -> Iterator[DataError]:
    if claim.review_by - claim.checked > LONGEST_UNTIL_REVIEW:
        problem = f"'{claim.review_by}' is more than five years after 'checked'"
        yield data.error("claims", claim.id, ("review_by",), problem, "Name a day on which somebody will look again")
    for part in ("text", "short"):
        said = [SAME.get(unit, unit) for unit in SAID.findall(getattr(claim, part) or "")]
        if said and not {*said} & {SAME.get(unit, unit) for unit in claim.unit.split(", ")}:
            problem = f"'{getattr(claim, part)}' says '{said[0]}', the unit is '{claim.unit}'"
            yield data.error("claims", claim.id, (part,), problem, "Let text and unit agree")
    # Those that were measured are compared with their run (measured.py).
    if claim.kind == "cited":
        values = claim.value if isinstance(claim.value, list) else [claim.value]
        # A claim of two figures in two units says the second in words, or not at all.
        for value in values[:1] if "," in claim.unit else values:
            for part in ("text", "short"):
                words = getattr(claim, part)
                if words and not _says(words, value):
                    problem = f"'{words}' does not say {value:g}"
                    remedy = "Let text and value agree; the text may round"
                    yield data.error("claims", claim.id, (part,), problem, remedy)


def _titles(data: Data) -> Iterator[DataError]:
    """A title says what is measured: not the figure itself, and not the same as another of its topic."""
    seen: dict[tuple[str | None, str], str] = {}

    def check(claim: Claim) -> Iterator[DataError]:
        for figure in figures_in(claim.title):
            remedy = "Say what is measured; the figure stands in 'text'"
            yield data.error("claims", claim.id, ("title",), f"'{figure}' is a figure in a title", remedy)
        other = seen.setdefault((claim.topic, claim.title.lower()), claim.id)
        if other != claim.id:
            problem, remedy = f"'{claim.title}' is the title of '{other}' too", "Say in what this figure differs"
            yield data.error("claims", claim.id, ("title",), problem, remedy)

    yield from each(data.claims.values(), check)


def _says(words: str, value: float) -> bool:
    """Whether a number in ``words`` is ``value``, rounded as it is written. Words without a digit are not judged."""
    numbers = NUMBER.findall(GROUPED.sub("", words))
    for whole, decimals, below in numbers:
        number = float(f"{whole}.{decimals or 0}") / float(below or 1)
        step = 10.0 ** -len(decimals) / float(below or 1)
        if abs(number - abs(value)) <= step / 2 * 1.001:
            return True
    return not numbers


def _orders(data: Data) -> Iterator[DataError]:
    seen: dict[int, str] = {}
    for technology in (row for row in data.technologies.values() if hasattr(row, "order")):
        other = seen.setdefault(technology.order, technology.id)
        if other != technology.id:
            file = data.files[f"technologies/{technology.id}"]
            problem = f"{technology.order} is the order of '{other}' too"
            yield file.error(("order",), problem, "Give it a number of its own; it decides the place in the comparison")


def _all_answered(technology: Technology, data: Data) -> Iterator[DataError]:
    file = data.files[f"technologies/{technology.id}"]
    for missing in (key for key in data.dimensions if key not in technology.cells):
        yield file.error(
            ("cells",),
            f"has no answer to '{missing}'",
            "Add the cell; if the answer is not known, set kind: not-established",
        )


def _cell(technology: Technology, data: Data, key: str) -> Iterator[DataError]:
    file, cell = data.files[f"technologies/{technology.id}"], technology.cells[key]
    if key not in data.dimensions:
        yield file.error(("cells", key), "is no dimension", "Correct the key, or add it to docs/data/dimensions.yml")
    for part in ("text", "detail"):
        yield from _cell_text(file, ("cells", key, part), getattr(cell, part, None) or "", data)
    for mark in SOURCE_MARK.findall(getattr(cell, "detail", None) or ""):
        if mark not in cell.sources:
            remedy = "Add it to the 'sources' of this cell"
            yield file.error(("cells", key, "detail"), f"names the source '{mark}'", remedy)


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


def _escape(escape: Escape, data: Data) -> Iterator[DataError]:
    for position, technology in enumerate(escape.technologies):
        if technology not in data.technologies:
            problem, remedy = f"there is no technology '{technology}'", "Name a file of docs/data/technologies"
            yield data.error("escapes", escape.id, ("technologies", position), problem, remedy)


def _terms(data: Data) -> Iterator[DataError]:
    seen: dict[str, str] = {}

    def check(term: Term) -> Iterator[DataError]:
        for spelling in (term.term, *term.aliases):
            other = seen.setdefault(spelling.lower(), term.id)
            if other != term.id:
                problem = f"'{spelling}' is defined twice (also by '{other}')"
                yield data.error("glossary", term.id, ("term",), problem, "Keep one of the two")
        if not term.page and not term.sources:
            problem = f"'{term.term}' says nowhere to read more"
            yield data.error("glossary", term.id, (), problem, "Add 'page' or 'sources'")

    yield from each(data.terms.values(), check)


def _view(view: View, data: Data) -> Iterator[DataError]:
    for technology in (key for key in getattr(view, "columns", {}) if key not in data.technologies):
        problem, remedy = f"there is no technology '{technology}'", "Name a file of docs/data/technologies"
        yield data.error("views", view.id, ("columns",), problem, remedy)
    for position, row in enumerate(view.rows):
        for dimension in (key for key in getattr(row, "dimensions", []) if key not in data.dimensions):
            problem, remedy = f"there is no dimension '{dimension}'", "Name one of dimensions.yml"
            yield data.error("views", view.id, ("rows", position), problem, remedy)
