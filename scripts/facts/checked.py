"""The data as a build takes it: read, and checked row by row, between rows, and against pages and measurements."""

from __future__ import annotations

from pathlib import Path

from scripts.facts.checks import problems
from scripts.facts.load import Data, read_all
from scripts.facts.prose import stray_figures
from scripts.paths import DATA


def load(folder: Path = DATA) -> Data:
    """Read and check every data file below ``folder``.

    Raises ``ExceptionGroup`` of ``DataError``: all problems of all files at once, each with file, line, key, remedy.
    """
    data, errors = read_all(folder)
    # Checks between rows would only repeat what is already wrong with a row.
    errors = errors or [*problems(data), *stray_figures()]
    if errors:
        raise ExceptionGroup(f"{len(errors)} problem(s) in the data", errors)
    return data
