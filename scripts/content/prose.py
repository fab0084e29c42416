"""Finds figures that a page writes out instead of asking the ledger for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.content.checks import figures_in
from scripts.content.uses import pages
from scripts.content.yamlfile import DataError

# What is no prose: front matter, code, diagrams' sources, macros, link targets, attributes and quotations.
LEFT_OUT = re.compile(
    r"\A---\n.*?\n---\n|^(?P<fence>[ ]*(?:```+|~~~+)).*?^(?P=fence)[ ]*$|`[^`\n]*`|\[=.*?=\]|\]\([^)\n]*\)|<[^>\n]*>"
    r"|^\s*>.*?$|\"[^\"\n]*\"|“[^”\n]*”",
    re.DOTALL | re.MULTILINE,
)


def stray_figures() -> Iterator[DataError]:
    """A problem for each figure in a page's prose, with the page's file and line."""
    for path in pages():
        # Left out, but line by line, so that the numbers of the lines stay right.
        text = LEFT_OUT.sub(lambda found: "\n" * found.group(0).count("\n"), path.read_text(encoding="utf-8"))
        for number, line in enumerate(text.split("\n"), start=1):
            for figure in figures_in(line):
                yield DataError(
                    path,
                    number,
                    "",
                    f"'{figure}' is a figure outside the ledger",
                    'Make it a row of docs/data/claims.yml and write [= claim("id") =]; '
                    'if it is a setting of this site and no finding, write [= own("…") =]',
                )
