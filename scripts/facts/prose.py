"""Finds figures that a page or a row writes out instead of asking the ledger for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.facts.uses import pages
from scripts.facts.yamlfile import DataError
from scripts.paths import ROOT

OVERRIDES = ROOT / "overrides"
# A number with a unit of time, size, rate or share. "twice", "14 capabilities" and years are not figures in this sense.
FIGURE = re.compile(
    r"(?<![\w.])\d[\d.,]*(?:\s?%|\s(?:per cent|times|ns|µs|us|ms|s|seconds?|minutes?|hours?|"
    r"bytes?|[kKMGT]i?B|[kMG]b/s|[MG]bit/s|[kMG]?Hz|IOPS|operations per second|requests per second|GFLOPS)\b)"
)
# The same in words: "fifty megabytes". Minutes and hours are left alone: labs say so how long they take.
SPELLED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundred|thousand|million)\s+(?:per cent|percent|(?:nano|micro|milli)?seconds?|"
    r"(?:kilo|mega|giga|tera|kibi|mebi|gibi)?bytes?|(?:kilo|mega|giga)?hertz)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”')
# What is no prose: code, diagrams' sources, macros, link targets, attributes and quotations.
LEFT_OUT = re.compile(
    r"^(?P<fence>[ ]*(?:```+|~~~+)).*?^(?P=fence)[ ]*$|`[^`\n]*`|\[=.*?=\]|\]\([^)\n]*\)|<[^>\n]*>"
    r"|^\s*>.*?$|\"[^\"\n]*\"|“[^”\n]*”",
    re.DOTALL | re.MULTILINE,
)


# The titles that readers see: of the page and its description, of admonitions and of tabs.
HEAD = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
SHOWN_IN_HEAD = re.compile(r"^(?:title|description):")
TITLED = re.compile(r"^\s*(?:!!!|\?\?\?|===)")
EMPHASIS = re.compile(r"\*{1,3}|__")
# What is no prose in a template of the theme.
NO_WORDS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)


def figures_in(text: str) -> list[str]:
    """The figures written out in ``text``, quotations excepted."""
    unquoted = QUOTED.sub(" ", text)
    return [found.group(0) for pattern in (FIGURE, SPELLED) for found in pattern.finditer(unquoted)]


def stray_figures() -> Iterator[DataError]:
    """A problem for each figure in the prose of a page or of a theme's template, with file and line."""
    for path in pages():
        yield from _strays(path, _prose(path.read_text(encoding="utf-8")))
    for path in sorted(OVERRIDES.rglob("*.html")):
        yield from _strays(path, NO_WORDS.sub(_blank, path.read_text(encoding="utf-8")))


def _blank(found: re.Match[str]) -> str:
    """As many line breaks, so that the numbers of the lines stay right."""
    return "\n" * found.group(0).count("\n")


def _prose(text: str) -> str:
    """The prose of a page, on its lines: titles count, emphasis does not come between a number and its unit."""
    head = HEAD.match(text)
    shown = [
        line.replace('"', "") if SHOWN_IN_HEAD.match(line) else ""
        for line in (head.group(0).split("\n")[:-1] if head else [])
    ]
    body = [
        line.replace('"', "") if TITLED.match(line) else line for line in text[head.end() if head else 0 :].split("\n")
    ]
    return "\n".join([*shown, EMPHASIS.sub("", LEFT_OUT.sub(_blank, "\n".join(body)))])


def _strays(path: Path, prose: str) -> Iterator[DataError]:
    # Over line breaks too: a number may end a line, and its unit begin the next.
    for pattern in (FIGURE, SPELLED):
        for found in pattern.finditer(prose):
            figure = " ".join(found.group(0).split())
            yield DataError(
                path,
                prose[: found.start()].count("\n") + 1,
                "",
                f"'{figure}' is a figure outside the ledger",
                'Make it a row of docs/data/claims.yml and write [= claim("id") =]; '
                'if it is a setting of this site and no finding, write [= own("…") =]',
            )
