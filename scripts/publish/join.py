"""Joins the scripts and the style sheets that every page loads, so that a visit asks for two files and not for many.

The sources stay apart: in the live preview each is loaded by itself. A script that throws leaves the next ones alone.
"""

from __future__ import annotations

import re
from pathlib import Path

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# A comment that has its line to itself; others could be part of a text.
LINE = re.compile(r"^\s*(?://.*|/\*.*\*/)?\n", re.MULTILINE)
BLOCK = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)


def styles(sheets: list[str]) -> str:
    """Style sheets as one, without comments and without space that means nothing."""
    css = COMMENT.sub("", "\n".join(sheets)).replace("../fonts/", "fonts/")
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r":\s+", ":", re.sub(r"\s+", " ", css))).replace(";}", "}").strip()


def bare(source: str) -> str:
    """A script without its comments and without the space before its lines."""
    return re.sub(r"^[ \t]+", "", LINE.sub("", BLOCK.sub("", source)), flags=re.MULTILINE)


def scripts(sources: list[str]) -> str:
    """Scripts as one; each in a fence of its own, so that one that throws stops no other."""
    parts = [bare(source).replace('"use strict";\n', "") for source in sources]
    return '"use strict";\n' + "".join(f"try{{\n{part}}}catch(e){{console.warn(e)}}\n" for part in parts)


def join(site: Path, sheets: list[str], sources: list[str]) -> None:
    """Write ``assets/site.css`` and ``assets/site.js`` from the files that mkdocs.yml names, and remove those.

    What only some pages load stays a file of its own, without its comments.
    """
    for names, made, target in ((sheets, styles, "assets/site.css"), (sources, scripts, "assets/site.js")):
        parts = [(site / name).read_text(encoding="utf-8") for name in names]
        (site / target).write_text(made(parts), encoding="utf-8")
        for name in names:
            (site / name).unlink()
    for path in site.glob("assets/scripts/*.js"):
        path.write_text(bare(path.read_text(encoding="utf-8")), encoding="utf-8")
    for path in site.glob("assets/styles/*.css"):
        path.write_text(styles([path.read_text(encoding="utf-8")]), encoding="utf-8")
