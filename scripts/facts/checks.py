"""Checks between rows: references, dates, completeness, and figures that stand outside the ledger."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from scripts.facts import measured, units
from scripts.facts.load import Data
from scripts.facts.models import MAX_SHORT, PLACEHOLDER, SOURCE_MARK, Source, Technology, last_day
from scripts.facts.prose import figures_in
from scripts.facts.uses import cited_in_guide, cited_in_pages
from scripts.facts.yamlfile import DataError, Location, YamlFile
from scripts.measure.result import EMULATED

LONGEST_UNTIL_REVIEW = dt.timedelta(days=5 * 366)
# 12 · 1.5 · 1/256, once the signs between thousands are gone.
NUMBER = re.compile(r"(\d+)(?:\.(\d+))?(?:/(\d+))?")
GROUPED = re.compile("(?<=\\d)[\u202f\u2009\u00a0 ,](?=\\d{3}(?!\\d))")


def problems(data: Data) -> Iterator[DataError]:
    """Every problem that only several rows together show."""
    yield from _unknown_sources(data)
    yield from _unused_sources(data)
    yield from _one_document_twice(data)
    yield from _unknown_topics(data)
    yield from _future_dates(data)
    yield from _impossible_dates(data)
    yield from _figures_in_rows(data)
    yield from _claims(data)
    yield from _orders(data)
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
        if technology.start:
            yield file, ("start",), technology.start


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


def _one_document_twice(data: Data) -> Iterator[DataError]:
    """Two rows of one address are one document, unless a page lists several, each with its own title and date."""
    seen: dict[str, Source] = {}
    for source in data.sources.values():
        for name in filter(None, (source.URL.partition("#")[0], source.DOI)):
            other = seen.setdefault(name, source)
            listed = not source.pinned and source.title != other.title and source.issued != other.issued
            if other is not source and not listed:
                problem = f"'{source.id}' is the document of '{other.id}' ({name})"
                yield data.error(
                    "sources", source.id, ("URL",), problem, "Keep one row and let its 'supports' say both"
                )


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


def _impossible_dates(data: Data) -> Iterator[DataError]:
    today = dt.date.today()
    dates = [("escapes", e.id, "date", e.date, today) for e in data.escapes.values()]
    dates += [("sources", s.id, "issued", s.issued, s.accessed) for s in data.sources.values() if s.issued]
    for kind, key, part, date, latest in dates:
        try:
            # A date that is known to the month or year only may still lie in that month or year.
            known = last_day(date) if len(date) == len("2026-01-01") else dt.date.fromisoformat(f"{date}-01-01"[:10])
        except ValueError as error:
            yield data.error(kind, key, (part,), f"'{date}' is no day of the calendar ({error})", "Correct the date")
            continue
        if known > latest:
            remedy = "Write the day on which it was published, and look when you read it"
            yield data.error(kind, key, (part,), f"'{date}' is later than {latest}", remedy)
    for claim in data.claims.values():
        if claim.review_by - claim.checked > LONGEST_UNTIL_REVIEW:
            problem = f"'{claim.review_by}' is more than five years after 'checked'"
            yield data.error(
                "claims", claim.id, ("review_by",), problem, "Name a day on which somebody will look again"
            )


def _figures_in_rows(data: Data) -> Iterator[DataError]:
    remedy = "Say it without the figure, or make it a row of docs/data/claims.yml and let a page or a cell ask for it"
    for kind, rows, parts in (
        ("sources", data.sources, ("supports",)),
        ("escapes", data.escapes, ("title", "crossed", "limited_by", "fixed_in")),
        ("glossary", data.terms, ("definition",)),
    ):
        for key, row in rows.items():
            for part in parts:
                for figure in figures_in(getattr(row, part)):
                    yield data.error(kind, key, (part,), f"'{figure}' is a figure outside the ledger", remedy)
    for index, dimension in enumerate(data.dimensions.values()):
        for part in ("title", "question", "wrong_when"):
            for figure in figures_in(getattr(dimension, part)):
                file = data.files["dimensions"]
                problem = f"'{figure}' is a figure outside the ledger"
                yield file.error(("dimensions", index, part), problem, remedy)
    for technology in data.technologies.values():
        for part in ("summary", "shares", "next_wall"):
            for figure in figures_in(getattr(technology, part)):
                file = data.files[f"technologies/{technology.id}"]
                yield file.error((part,), f"'{figure}' is a figure outside the ledger", remedy)


def _claims(data: Data) -> Iterator[DataError]:
    # Those that were measured are compared with their run (measured.py).
    for claim in (row for row in data.claims.values() if row.kind == "cited"):
        values = claim.value if isinstance(claim.value, list) else [claim.value]
        # A claim of two figures in two units says the second in words, or not at all.
        for value in values[:1] if "," in claim.unit else values:
            for part in ("text", "short"):
                words = getattr(claim, part)
                if words and not _says(words, value):
                    problem = f"'{words}' does not say {value:g}"
                    remedy = "Let text and value agree; the text may round"
                    yield data.error("claims", claim.id, (part,), problem, remedy)


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
    for technology in data.technologies.values():
        other = seen.setdefault(technology.order, technology.id)
        if other != technology.id:
            file = data.files[f"technologies/{technology.id}"]
            problem = f"{technology.order} is the order of '{other}' too"
            yield file.error(("order",), problem, "Give it a number of its own; it decides the place in the comparison")


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
