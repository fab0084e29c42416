"""A hostile string in any text of any row is refused with file and line, or shown as the text that it is."""

from __future__ import annotations

import copy as copies
import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from bs4 import BeautifulSoup
from pydantic import TypeAdapter

from scripts.facts.load import validate
from scripts.facts.schema import MODELS
from scripts.facts.yamlfile import DataError, Location, YamlFile, read
from scripts.paths import DATA

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "an attribute's end": 'x" onmouseover="alert(1)" y="',
    "a Markdown link": "[x](https://example.org)",
    "a link that is a script": "javascript:alert(1)",
    "a macro": "[= 1 // 0 =]",
    "a block of a macro": "[% include 'x' %]",
    "attributes as Markdown has them": "x {: onclick=alert(1) } *y* `z` |",
    "a turned direction": "x \u202e y",
}
REFUSED = {
    "a script",
    "a Markdown link",
    "a link that is a script",
    "a macro",
    "a block of a macro",
    "a turned direction",
}
# What is compared with other files, or is no text.
LEFT_OUT = {"URL", "DOI", "unit"}
# Some texts have to be two sentences.
FORMS = ("{}", "{} One. Two.")


def file_of(kind: str) -> Path:
    """A data file of that kind."""
    return DATA / ("technologies/container.yml" if kind == "technology" else f"{kind}.yml")


@functools.cache
def parsed(kind: str) -> YamlFile:
    """That file as it is."""
    return read(file_of(kind))


def texts(node: Any, at: Location = ()) -> Iterator[Location]:
    """Where text stands in plain data."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, (*at, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from texts(value, (*at, index))
    elif isinstance(node, str):
        yield at


def places(kind: str) -> dict[str, Location]:
    """One place for each text field of a kind of file, by its path without numbers; absent optional keys included."""
    data = read(file_of(kind)).data
    found: dict[str, Location] = {}
    for at in texts(data):
        # Rows of a technology are all alike: its cells by one of them.
        path = ".".join(str(part) for part in at if not isinstance(part, int))
        path = "cells." + path.rsplit(".", 1)[1] if path.startswith("cells.") else path
        path = "rules.cells" if path.startswith("rules.cells.") else path
        found.setdefault(path, at)
    if isinstance(data, list):
        model = TypeAdapter(MODELS[kind]).json_schema()
        row = model["$defs"][model["items"]["$ref"].rsplit("/", 1)[1]]["properties"]
        for key, schema in row.items():
            if "string" in str(schema) and "date'" not in str(schema):
                found.setdefault(key, (0, key))
    return found


def put(data: Any, at: Location, text: str) -> None:
    """Set the value at a place."""
    for part in at[:-1]:
        data = data[part]
    data[at[-1]] = text


PLACES = [(kind, path, at) for kind in MODELS for path, at in places(kind).items()]


def problems(kind: str, at: Location, text: str) -> list[DataError]:
    """What is wrong when ``text`` stands at a place: of a list of rows, that row alone is looked at."""
    file, model = parsed(kind), MODELS[kind]
    if get_args(model):
        row = copies.deepcopy(file.data[at[0]])
        put(row, at[1:], text)
        return validate(file, at[:1], get_args(model)[0], row)[1]
    # Of a file of several lists, the row of that list.
    listed = get_args(model.model_fields[at[0]].annotation) if len(at) > 2 and isinstance(at[1], int) else ()
    if listed:
        row = copies.deepcopy(file.data[at[0]][at[1]])
        put(row, at[2:], text)
        return validate(file, at[:2], listed[0], row)[1]
    whole = copies.deepcopy(file.data)
    put(whole, at, text)
    return validate(file, (), model, whole)[1]


@pytest.mark.parametrize(("kind", "path", "at"), PLACES, ids=[f"{kind}.{path}" for kind, path, _ in PLACES])
def test_markup_and_macros_are_refused_with_file_and_line(kind: str, path: str, at: Location) -> None:
    for what, hostile in HOSTILE.items():
        for form in FORMS:
            errors = problems(kind, at, form.format(hostile))
            assert errors or what not in REFUSED, f"{kind}.yml takes {hostile!r} as '{path}'"
            for error in errors:
                assert error.file == file_of(kind)
                assert error.line > 0
                assert str(error).rstrip(".").count(". ") >= 1, "a remedy follows the problem"


def test_what_is_not_refused_is_shown_as_text(copy: Path, tmp_path: Path) -> None:
    hostile = HOSTILE["an attribute's end"] + HOSTILE["attributes as Markdown has them"]
    for kind in MODELS:
        path = copy / file_of(kind).relative_to(DATA.parents[1])
        data = copies.deepcopy(read(path).data)
        for number, at in enumerate(places(kind).values()):
            texts_of = [form.format(f"{hostile} {number} of 17") for form in FORMS]
            fitting = [text for text in texts_of if at[-1] not in LEFT_OUT and not problems(kind, at, text)]
            if fitting:
                put(data, at, fitting[0])
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    site = tmp_path / "site"
    environment = {**os.environ, "PYTHONPATH": str(copy), "DIAGRAMS_COLLECT": str(tmp_path / "diagrams.jsonl")}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shown = 0
    for page in site.rglob("*.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        shown += soup.get_text().count("onmouseover")
        for element in soup.find_all(True):
            active = [name for name in element.attrs if name.startswith("on")]
            assert not active, f"{page.relative_to(site)}: {active} in {str(element)[:200]}"
    assert shown > 50, "it is there, as text"
