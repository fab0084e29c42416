"""Finds figures that a page, a row, a template or a script writes out instead of asking the ledger for them."""

from __future__ import annotations

import functools
import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scripts.facts.uses import pages
from scripts.facts.yamlfile import DataError, Location, YamlFile
from scripts.paths import DOCS, ROOT

OVERRIDES = ROOT / "overrides"
TEMPLATES = ROOT / "scripts/pages/templates"
SCRIPTS = DOCS / "assets/scripts"
# Keys of data whose text is somebody else's, or no prose.
NO_PROSE = ("URL", "DOI", "author", "command", "quote")

UNITS = (
    r"(?:nano|micro|milli)?seconds?|minutes?|hours?|days?|weeks?|ns|µs|μs|us|ms|s|min|"
    r"(?:kilo|mega|giga|tera|kibi|mebi|gibi|tebi)?bytes?|[kKMGT]i?B|[kMG]b/s|[MG]bit/s|(?:kilo|mega|giga)?hertz|[kMG]?Hz|"
    r"IOPS|operations per second|requests per second|GFLOPS|per cent|percent|times"
)
# A number with a unit of time, size, rate or share. "twice", "14 capabilities" and years are not figures in this sense;
# nor are days and weeks in digits, which are dates and settings more often than findings.
FIGURE = re.compile(
    r"(?<![\w.])\d[\d.,]*(?:\s?%|(?:\s|\s?-\s?)(?!(?:days?|weeks?)\b)(?:" + UNITS + r")\b|"
    r"(?:ns|µs|μs|ms|min|[kKMGT]i?B|[kMG]?Hz)\b)"
)
# The same in words: "fifty megabytes", "a few hundred megabytes", "half a second", "tens of seconds", "ten times as".
NUMBERS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|"
    "ninety|hundred|thousand|million|billion|dozen"
)
MANY = "tens|dozens|hundreds|thousands|millions|billions"
SPELLED = re.compile(
    rf"\b(?:(?:{NUMBERS})[\s-]+(?:(?:{UNITS})\b(?<!times)|times(?=\s+(?:as|more|less|the)\b|\s+\w+er\b))"
    rf"|(?:{MANY})\s+(?:of\s+)?(?:thousands\s+of\s+)?(?:{UNITS})\b"
    rf"|(?:half|quarter|third|tenth|hundredth|thousandth)s?\s+(?:of\s+)?an?\s+(?:{UNITS})\b(?!\s+\w+ing\b))",
    re.IGNORECASE,
)
QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”')
MACRO = re.compile(r"\[=.*?=\]", re.DOTALL)
FENCE = re.compile(
    r"^(?P<fence>[ ]*(?:```+|~~~+))(?P<head>[^\n]*)$(?P<body>.*?)^(?P=fence)[ ]*$", re.DOTALL | re.MULTILINE
)
IN_FENCE_HEAD = re.compile(r'\b(?:title|caption)="([^"\n]*)"')
COMMENT = re.compile(r"<!--.*?-->|\{#.*?#\}", re.DOTALL)
# What readers see or hear of a tag: these attributes.
TAG = re.compile(r"""<(/?)([a-zA-Z][\w-]*)((?:"[^"]*"|'[^']*'|[^<>"'])*)>""")
SHOWN = re.compile(
    r"""\b(?:alt|title|aria-label|aria-description|aria-valuetext|placeholder|summary|label|content|data-label)"""
    r"""\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)
# Tags that part words; others may stand between a number and its unit.
PARTING = {
    "br",
    "p",
    "div",
    "li",
    "td",
    "th",
    "tr",
    "dt",
    "dd",
    "figure",
    "figcaption",
    "summary",
    "details",
    "section",
}
LINK_TITLE = re.compile(r"""\]\([^()\s]*\s+["']([^"'\n]*)["']\s*\)""")
LINK_TARGET = re.compile(r"\]\([^)\n]*\)|\]\[[^\]\n]*\]|\[\^[^\]\n]*\]|\{:?\s*[.#:][^{}\n]*\}|\{:[^{}\n]*\}")
SIGNS = re.compile(r"\*{1,3}|__|~~|\^\^|==|(?<!\w)_|_(?!\w)|[\[\]]|\\(?=[^\w\s])|[\u200b\u2060\ufeff\u00ad]")
HEAD = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
# Of a page's head: keys that say nothing to a reader.
NOT_SHOWN = re.compile(
    r"^(?:styles|scripts|hide|search|template)\b|^\s+(?:varies|needs|topic|minutes|exclude|boost)\b|^\s*- "
)
TITLED = re.compile(r"^\s*(?:!!!|\?\?\?|===)")
# What is no prose in a template.
NO_WORDS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# In a script: comments, and what is between quotes.
LITERAL = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`""", re.DOTALL)
INSERTED = re.compile(r"\$\{[^{}]*\}")


def figures_in(text: str) -> list[str]:
    """The figures written out in ``text``, quotations excepted."""
    return [found.group(0) for found in _figures(QUOTED.sub(" ", text))]


def _figures(prose: str) -> Iterator[re.Match[str]]:
    for pattern in (FIGURE, SPELLED):
        yield from pattern.finditer(prose)


def figures_of(file: YamlFile, *left_out: str) -> Iterator[DataError]:
    """A problem for each figure in a text of a data file; what stands under a key of ``left_out`` is not looked at."""
    remedy = "Say it without the figure, or make it a row of docs/data/claims.yml and let a page or a cell ask for it"
    for at, text in texts(file.data):
        if not {*at} & {*NO_PROSE, *left_out}:
            for figure in figures_in(text):
                yield file.error(at, f"'{figure}' is a figure outside the ledger", remedy)


def texts(node: Any, at: Location = ()) -> Iterator[tuple[Location, str]]:
    """Every text in plain data, with its place."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, (*at, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from texts(value, (*at, index))
    elif isinstance(node, str):
        yield at, node


def stray_figures() -> Iterator[DataError]:
    """A problem for each figure in the prose of a page, in a template or in words of a script, with file and line."""
    for path in pages():
        yield from _strays(path, prose_of)
    for folder in (OVERRIDES, TEMPLATES):
        for path in sorted(folder.rglob("*.html")):
            yield from _strays(path, words_of_template)
    for path in sorted(SCRIPTS.glob("*.js")):
        yield from _strays(path, words_of_script)


def prose_of(text: str) -> str:
    """What a reader of a page reads, line by line as in its source, without what may stand between number and unit.

    Titles, alternative texts, captions and the words of pictures count; code, macros, quotations and link targets do
    not.
    """
    head = HEAD.match(text)
    shown = [
        "" if NOT_SHOWN.match(line) else line.replace('"', "")
        for line in (head.group(0).split("\n")[:-1] if head else [])
    ]
    body = COMMENT.sub(_blank, FENCE.sub(_of_fence, text[head.end() if head else 0 :]))
    body = re.sub(r"`[^`\n]*`", "", MACRO.sub(_blank, body))
    body = LINK_TARGET.sub("", LINK_TITLE.sub(r"] \1 ", body))
    lines = [line.replace('"', "") if TITLED.match(line) else line for line in _untagged(body).split("\n")]
    quoted = re.compile(rf"{QUOTED.pattern}|^\s*>.*?$", re.MULTILINE)
    return "\n".join([*shown, SIGNS.sub("", quoted.sub("", "\n".join(lines)))])


def words_of_template(text: str) -> str:
    """What a template says itself, on its lines."""
    return _untagged(NO_WORDS.sub(_blank, text))


def words_of_script(text: str) -> str:
    """What stands between quotes in a script, on its lines."""

    def words(found: re.Match[str]) -> str:
        literal = found.group(0)
        return _blank(found) if literal.startswith("/") else INSERTED.sub(" ", literal[1:-1])

    kept, end = [], 0
    for found in LITERAL.finditer(text):
        kept += ["\n" * text.count("\n", end, found.start()), " ", words(found)]
        end = found.end()
    return "".join(kept)


def _of_fence(found: re.Match[str]) -> str:
    """Of a block of code its title; of a picture's source its caption and all words."""
    titles = " ".join(IN_FENCE_HEAD.findall(found["head"]))
    body = found["body"].replace('"', "") if found["head"].strip().startswith("mermaid") else _blank(found, "body")
    return titles + body


def _untagged(text: str) -> str:
    """The text between tags and in those of their attributes that readers see or hear."""

    shown: dict[int, str] = defaultdict(str)

    def instead(tag: re.Match[str]) -> str:
        for words in SHOWN.findall(tag[3]):
            shown[text.count("\n", 0, tag.start())] += f" | {' '.join(''.join(words).split())}".replace('"', "")
        return _blank(tag) + (" " if tag[2].lower() in PARTING else "")

    # What an attribute says stands between no number and its unit: it goes to the end of the line.
    lines = enumerate(TAG.sub(instead, text).split("\n"))
    return "\n".join(html.unescape(line + shown[number]).replace("\n", " ") for number, line in lines)


def _blank(found: re.Match[str], group: str | int = 0) -> str:
    """As many line breaks, so that the numbers of the lines stay right."""
    return "\n" * found.group(group).count("\n")


def _strays(path: Path, words: Callable[[str], str]) -> Iterator[DataError]:
    """A problem for each figure in what ``words`` leaves of a file."""
    for line, figure in _found(words, path.read_text(encoding="utf-8")):
        yield DataError(
            path,
            line,
            "",
            f"'{figure}' is a figure outside the ledger",
            'Make it a row of docs/data/claims.yml and write [= claim("id") =]; '
            'if it is a setting of this site and no finding, write [= own("…") =]',
        )


@functools.lru_cache(maxsize=1000)
def _found(words: Callable[[str], str], text: str) -> list[tuple[int, str]]:
    """The figures in a text, each with its line. A number may end a line, and its unit begin the next."""
    prose = words(text)
    found = _figures(prose)
    return [(prose.count("\n", 0, figure.start()) + 1, " ".join(figure[0].split())) for figure in found]
