"""Loads all of ``docs/data`` into typed rows, and checks what one row alone cannot know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from scripts.content.models import Claim, Keyed, Source
from scripts.content.yamlfile import DataError, YamlFile, read
from scripts.paths import DATA

T = TypeVar("T", bound=Keyed)

REMEDIES = {
    "missing": "Add the key",
    "extra_forbidden": "Remove the key, or correct its spelling",
    "literal_error": "Use one of the values listed",
    "string_too_long": "Shorten it; longer text belongs in a 'detail' or 'note'",
    "date_from_datetime_parsing": "Write a date as 2026-11-24",
    "date_type": "Write a date as 2026-11-24",
}


@dataclass
class Data:
    """All rows, by id, in the order of their files."""

    sources: dict[str, Source] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    files: dict[str, YamlFile] = field(default_factory=dict)


def load(folder: Path = DATA) -> Data:
    """Read and check every data file below ``folder``.

    Raises ``ExceptionGroup`` of ``DataError``: all problems of all files at once, each with file, line, key, remedy.
    """
    data = Data()
    errors: list[DataError] = []
    errors += _read_rows(folder, "sources", Source, data.sources, data)
    errors += _read_rows(folder, "claims", Claim, data.claims, data)
    errors += _check_sources_exist(data)
    errors += _check_dates(data)
    if errors:
        raise ExceptionGroup(f"{len(errors)} problem(s) in the data", errors)
    return data


def _read_rows(folder: Path, name: str, model: type[T], target: dict[str, T], data: Data) -> list[DataError]:
    try:
        data.files[name] = read(folder / f"{name}.yml")
    except DataError as error:
        return [error]
    return _rows(data.files[name], model, target)


def _rows(file: YamlFile, model: type[T], target: dict[str, T]) -> list[DataError]:
    if not isinstance(file.data, list):
        return [file.error((), "must be a list of rows", "Start each row with '- id:'")]
    errors = []
    for index, row in enumerate(file.data):
        validated, problems = validate(file, (index,), model, row)
        errors += problems
        if validated is None:
            continue
        key = validated.id
        if key in target:
            errors.append(file.error((index, "id"), f"the id '{key}' is used twice", "Give this row an id of its own"))
        target[key] = validated
    return errors


def validate(
    file: YamlFile, at: tuple[str | int, ...], model: type[T], row: object
) -> tuple[T | None, list[DataError]]:
    """One row as a ``model``, or the problems that keep it from being one."""
    try:
        return TypeAdapter(model).validate_python(row), []
    except ValidationError as error:
        return None, [
            file.error((*at, *item["loc"]), _plain(item["msg"]), REMEDIES.get(item["type"], "Correct the value"))
            for item in error.errors()
        ]


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")


def _check_sources_exist(data: Data) -> Iterable[DataError]:
    for index, claim in enumerate(data.claims.values()):
        for position, source in enumerate(claim.sources):
            if source not in data.sources:
                yield data.files["claims"].error(
                    (index, "sources", position),
                    f"there is no source '{source}'",
                    "Correct the id, or add the source to docs/data/sources.yml",
                )


def _check_dates(data: Data) -> Iterable[DataError]:
    today = dt.date.today()
    for name, rows, key in (("sources", data.sources, "accessed"), ("claims", data.claims, "checked")):
        for index, row in enumerate(rows.values()):
            if getattr(row, key) > today:
                yield data.files[name].error(
                    (index, key), "lies in the future", "Write the day on which you checked it"
                )
