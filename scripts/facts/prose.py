"""Finds figures that a page or a row writes out instead of asking the ledger for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.facts.uses import pages
from scripts.facts.yamlfile import DataError

# A number with a unit of time, size, rate or share. "twice", "14 capabilities" and years are not figures in this sense.
FIGURE = re.compile(
    r"(?<![\w.])\d[\d.,]*(?:\s?%|\s(?:per cent|times|ns|µs|us|ms|s|seconds?|minutes?|hours?|"
    r"bytes?|[kKMGT]i?B|[kMG]b/s|[MG]bit/s|[kMG]?Hz|IOPS|operations per second|requests per second|GFLOPS)\b)"
)
QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”')
# What is no prose: front matter, code, diagrams' sources, macros, link targets, attributes and quotations.
LEFT_OUT = re.compile(
    r"\A---\n.*?\n---\n|^(?P<fence>[ ]*(?:```+|~~~+)).*?^(?P=fence)[ ]*$|`[^`\n]*`|\[=.*?=\]|\]\([^)\n]*\)|<[^>\n]*>"
    r"|^\s*>.*?$|\"[^\"\n]*\"|“[^”\n]*”",
    re.DOTALL | re.MULTILINE,
)


def figures_in(text: str) -> list[str]:
    """The figures written out in ``text``, quotations excepted."""
    return FIGURE.findall(QUOTED.sub(" ", text))


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
