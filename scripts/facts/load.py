"""Reads all of ``docs/data`` into typed rows. What one row alone cannot know is checked in ``checks.py``."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from scripts.facts.models import (
    LENIENT,
    PLACEHOLDER,
    SOURCE_MARK,
    Cell,
    Chart,
    Claim,
    Dimension,
    Dimensions,
    Escape,
    EvidenceKind,
    Group,
    Keyed,
    NotKeptError,
    Source,
    Technology,
    Term,
    Topic,
    View,
)
from scripts.facts.yamlfile import DataError, Location, YamlFile, read
from scripts.paths import DATA

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T", bound=Keyed)
R = TypeVar("R")

REMEDIES = {
    "missing": "Add the key",
    "extra_forbidden": "Remove the key, or correct its spelling",
    "literal_error": "Use one of the values listed",
    "string_too_long": "Shorten it; longer text belongs in a 'detail' or 'note'",
    "date_from_datetime_parsing": "Write a date as 2026-11-24",
    "date_type": "Write a date as 2026-11-24",
    "string_type": "Put it in quotes: without them YAML takes yes, no and numbers for something other than words",
    "string_pattern_mismatch": "Use lower-case words with hyphens; an address begins with https",
}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass
class Data:
    """All rows, by id; technologies and dimensions in the order of the site, the others in that of their files."""

    sources: dict[str, Source] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    technologies: dict[str, Technology] = field(default_factory=dict)
    escapes: dict[str, Escape] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    charts: dict[str, Chart] = field(default_factory=dict)
    files: dict[str, YamlFile] = field(default_factory=dict)
    # Whether all files could be read, so that a row that is not here is nowhere.
    whole: bool = True
    # Where a row stands: (kind, id), such as ("claims", "crun-create"), to its file and its index in it.
    places: dict[tuple[str, str], tuple[YamlFile, Location]] = field(default_factory=dict)

    def expand(self, text: str) -> str:
        """``text`` with each ``{claim-id}`` replaced by the words of that figure, and without ``{@source-id}``."""
        return PLACEHOLDER.sub(lambda found: self.claims[found.group(1)].text, SOURCE_MARK.sub("", text))

    def kind_of(self, cell: Cell) -> EvidenceKind:
        """The evidence of a cell's answer: measured where a figure in it was measured, else as the row says."""
        figures = (self.claims[key] for key in PLACEHOLDER.findall(cell.text or ""))
        return "measured" if any(claim.kind == "measured" for claim in figures) else cell.kind

    def error(self, kind: str, key: str, at: Location, problem: str, remedy: str) -> DataError:
        """An error about the value at ``at`` in the row ``key`` of ``kind``."""
        file, place = self.places[kind, key]
        return file.error((*place, *at), problem, remedy)

    def by_group(self) -> Iterator[tuple[Group, list[Dimension]]]:
        """The dimensions, group by group."""
        for group in self.groups.values():
            yield group, [d for d in self.dimensions.values() if d.group == group.id]


def read_all(folder: Path = DATA) -> tuple[Data, list[DataError]]:
    """Every row of every file below ``folder``, and what is wrong with single rows, all of it at once.

    Of a row in which something is wrong the rest is there: asking it for the wrong value raises ``NotKeptError``.
    """
    data, errors = Data(), list[DataError]()
    errors += _read_rows(folder, "sources", Source, data.sources, data)
    errors += _read_rows(folder, "claims", Claim, data.claims, data)
    errors += _read_rows(folder, "escapes", Escape, data.escapes, data)
    errors += _read_rows(folder, "glossary", Term, data.terms, data)
    errors += _read_rows(folder, "views", View, data.views, data)
    errors += _read_rows(folder, "topics", Topic, data.topics, data)
    errors += _read_rows(folder, "charts", Chart, data.charts, data)
    errors += _read_dimensions(folder, data)
    errors += _read_technologies(folder, data)
    # From several files: the ledger shows them by their days.
    data.escapes = dict(sorted(data.escapes.items(), key=lambda item: getattr(item[1], "date", "")))
    return data, errors


def _read(folder: Path, name: str, data: Data) -> list[DataError]:
    try:
        data.files[name] = read(folder / f"{name}.yml")
        return list(data.files[name].problems)
    except FileNotFoundError:
        error = DataError(folder / f"{name}.yml", 1, "", "the file is missing", "Restore it with git")
    except DataError as malformed:
        error = malformed
    data.whole = False
    return [error]


def _read_rows(folder: Path, name: str, model: type[T], target: dict[str, T], data: Data) -> list[DataError]:
    """The rows of ``name.yml`` and of each file in the folder ``name``."""
    errors = list[DataError]()
    for part in [name, *sorted(f"{name}/{path.stem}" for path in (folder / name).glob("*.yml"))]:
        errors += _read(folder, part, data)
        if part in data.files:
            errors += _rows(name, data.files[part], model, target, data)
    return errors


def _rows(kind: str, file: YamlFile, model: type[T], target: dict[str, T], data: Data) -> list[DataError]:
    if not isinstance(file.data, list):
        return [file.error((), "must be a list of rows", "Start each row with '- id:'")]
    errors = []
    for index, row in enumerate(file.data):
        validated, problems = validate(file, (index,), model, row)
        errors += problems
        if validated is not None and hasattr(validated, "id"):
            data.places.setdefault((kind, validated.id), (file, (index,)))
            errors += _add(file, (index, "id"), validated, target)
    return errors


def _add(file: YamlFile, at: Location, row: T, target: dict[str, T]) -> list[DataError]:
    if row.id in target:
        return [file.error(at, f"the id '{row.id}' is used twice", "Give this row an id of its own")]
    target[row.id] = row
    return []


def _read_dimensions(folder: Path, data: Data) -> list[DataError]:
    errors = _read(folder, "dimensions", data)
    if "dimensions" not in data.files:
        return errors
    file = data.files["dimensions"]
    whole, wrong = validate(file, (), Dimensions, file.data)
    errors += wrong
    for index, group in enumerate(getattr(whole, "groups", [])):
        if hasattr(group, "id"):
            errors += _add(file, ("groups", index, "id"), group, data.groups)
    for index, dimension in enumerate(getattr(whole, "dimensions", [])):
        at = ("dimensions", index)
        if hasattr(dimension, "id"):
            data.places.setdefault(("dimensions", dimension.id), (file, at))
            errors += _add(file, (*at, "id"), dimension, data.dimensions)
        if getattr(dimension, "group", None) not in {None, *data.groups}:
            errors.append(file.error((*at, "group"), f"there is no group '{dimension.group}'", "Name one of 'groups'"))
    return errors


def _read_technologies(folder: Path, data: Data) -> list[DataError]:
    errors, found = list[DataError](), dict[str, Technology]()
    for path in sorted((folder / "technologies").glob("*.yml")):
        name = f"technologies/{path.stem}"
        errors += _read(folder, name, data)
        if name not in data.files:
            continue
        technology, wrong = validate(data.files[name], (), Technology, data.files[name].data)
        errors += wrong
        if technology is None or not hasattr(technology, "id"):
            continue
        if technology.id != path.stem:
            errors.append(data.files[name].error(("id",), f"is not '{path.stem}'", "Name file and technology alike"))
        else:
            found[technology.id] = technology
    data.technologies = {t.id: t for t in sorted(found.values(), key=lambda t: getattr(t, "order", 0))}
    return errors


def validate(file: YamlFile, at: Location, model: type[M], row: object) -> tuple[M | None, list[DataError]]:
    """One row as a ``model``, and all that is wrong with it; then it holds only what is right, or is None."""
    try:
        return TypeAdapter(model).validate_python(row), []
    except ValidationError as error:
        problems = [
            file.error((*at, *item["loc"]), _problem(item), REMEDIES.get(item["type"], "Correct the value"))
            for item in error.errors()
        ]
    try:
        return TypeAdapter(model).validate_python(row, context=LENIENT), problems
    except ValidationError:
        return None, problems


def each(rows: Iterable[R], check: Callable[[R], Iterator[DataError]]) -> Iterator[DataError]:
    """What ``check`` finds in each row. Where a row is wrong already, what depends on the wrong value is left out."""
    for row in rows:
        with contextlib.suppress(NotKeptError):
            yield from check(row)


def _problem(item: Any) -> str:
    """What pydantic says, in our words where we have better ones."""
    if item["type"].startswith("date_") and DAY.fullmatch(str(item["input"])):
        return f"'{item['input']}' is no day of the calendar"
    return str(item["msg"]).removeprefix("Value error, ")
