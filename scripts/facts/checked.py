"""The data as a build takes it: read, and checked row by row, between rows, and against pages and measurements."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.facts.checks import problems
from scripts.facts.decision import Choices, load_choices
from scripts.facts.density import Density, load_density
from scripts.facts.load import Data, read_all
from scripts.facts.prose import stray_figures
from scripts.facts.yamlfile import DataError
from scripts.paths import DATA


@dataclass(frozen=True)
class Facts:
    """All that is true: the rows, and the data of the guide and of the calculator."""

    data: Data
    choices: Choices
    density: Density


def load(folder: Path = DATA) -> Data:
    """Read and check the ledger, the comparison and the pages; ``load_facts`` does so with everything.

    Raises ``ExceptionGroup`` of ``DataError``: all problems of all files at once, each with file, line, key, remedy.
    """
    data, errors = _ledger(folder)
    if errors:
        raise _problems(errors)
    return data


def load_facts(folder: Path = DATA) -> Facts:
    """Read and check every data file below ``folder``, and the pages. Raises what ``load`` raises."""
    data, errors = _ledger(folder)
    with _noted(errors):
        choices = load_choices(data.sources if data.whole else None, folder)
    with _noted(errors):
        density = load_density(data, folder)
    if errors:
        raise _problems(errors)
    return Facts(data, choices, density)


def _ledger(folder: Path) -> tuple[Data, list[DataError]]:
    data, errors = read_all(folder)
    # Where a file could not be read, rows that it may hold are not to be missed.
    if data.whole:
        with _noted(errors):
            errors += problems(data)
    return data, [*errors, *stray_figures()]


@contextlib.contextmanager
def _noted(errors: list[DataError]) -> Iterator[None]:
    """Notes the problems that stop what is done inside."""
    try:
        yield
    except ExceptionGroup as group:
        errors += (error for error in group.exceptions if isinstance(error, DataError))
    except DataError as error:
        errors.append(error)


def _problems(errors: list[DataError]) -> ExceptionGroup[DataError]:
    """Each problem once, in the order in which they were found."""
    once = list({str(error): error for error in errors}.values())
    return ExceptionGroup(f"{len(once)} problem(s) in the data", once)
