"""Reads YAML so that every later complaint can name the line it is about."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from scripts.paths import ROOT

# libyaml's loader where there is one: ten times as fast, which the live preview needs.
Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Location = tuple[str | int, ...]


class Loader(Safe):  # type: ignore[misc]
    """Leaves a day that the calendar does not have as it is written, for the checks of rows to report with its line."""

    def day(self, node: yaml.ScalarNode) -> Any:
        """A date, or the words that are none."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return node.value


Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.day)


class DataError(ValueError):
    """Something is wrong in a data file. The message names file, line, key, problem and remedy."""

    def __init__(self, file: Path, line: int, key: str, problem: str, remedy: str) -> None:
        self.file, self.line, self.key, self.problem, self.remedy = file, line, key, problem, remedy
        name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
        where = f"{name.as_posix()}:{line}"
        super().__init__(f"{where}: {key}: {problem}. {remedy}" if key else f"{where}: {problem}. {remedy}")


@dataclass
class YamlFile:
    """A parsed file: its plain data, the line on which each value stands, and keys that stand twice."""

    path: Path
    data: Any
    lines: dict[Location, int] = field(default_factory=dict)
    problems: list[DataError] = field(default_factory=list)

    def line(self, location: Location) -> int:
        """The line of a value, or of the nearest value around it (a missing key has no line of its own)."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def error(self, location: Location, problem: str, remedy: str) -> DataError:
        """An error about the value at ``location``."""
        return DataError(self.path, self.line(location), ".".join(str(part) for part in location), problem, remedy)


def read(path: Path) -> YamlFile:
    """Parse ``path``. Raises ``DataError`` for malformed YAML; whatever else is wrong, the file is read to its end."""
    try:
        data, lines, doubles = _parsed(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataError(
            path,
            line,
            "",
            f"not valid YAML: {error.problem}",
            "Check indentation and quotes on this line and the one before",
        ) from error
    file = YamlFile(path, data, lines)
    file.problems += [
        DataError(path, line, key, f"the key stands twice (first on line {first})", "Keep one of the two")
        for key, first, line in doubles
    ]
    return file


@functools.lru_cache(maxsize=500)
def _parsed(text: str) -> tuple[Any, dict[Location, int], list[tuple[str, int, int]]]:
    """The data in a text, the line of each value, and keys that stand twice. Kept, so nobody may change the data."""
    loader = Loader(text)
    try:
        root = loader.get_single_node()
        data = loader.construct_document(root) if root is not None else None
    finally:
        loader.dispose()
    lines, doubles = dict[Location, int](), list[tuple[str, int, int]]()
    if root is not None:
        _walk(root, (), lines, doubles)
    return data, lines, doubles


def _walk(node: yaml.Node, at: Location, lines: dict[Location, int], doubles: list[tuple[str, int, int]]) -> None:
    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in seen:
                doubles.append((".".join(str(part) for part in (*at, key)), seen[key], line))
            seen[key] = line
            lines[(*at, key)] = line
            _walk(value_node, (*at, key), lines, doubles)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _walk(child, (*at, index), lines, doubles)
