"""Joins the scripts and the style sheets that every page loads, so that a visit asks for two files and not for many.

The sources stay apart: in the live preview each is loaded by itself. A script that throws leaves the next ones alone.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from rjsmin import jsmin

from scripts.files import write_text

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# The scripts of a page's tool, which are loaded after it was painted (docs/assets/scripts/tool.js).
TOOL = re.compile(r'(?<=<meta name="tool" content=")[^"]+')
# The scripts of one page, one after the other.
SEVERAL = re.compile(r'(?:<script src="(?:\.\./)*assets/scripts/[\w-]+\.js" defer></script>\n?){2,}')
ONE = re.compile(r'src="((?:\.\./)*)assets/scripts/([\w-]+)\.js" defer')


def styles(sheets: list[str]) -> str:
    """Style sheets as one, without comments and without space that means nothing."""
    css = COMMENT.sub("", "\n".join(sheets)).replace("../fonts/", "fonts/")
    # What stands in quotes keeps its spaces.
    parts = re.split(r"(\"[^\"]*\")", re.sub(r"\s+", " ", css))
    parts[::2] = [re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r":\s+", ":", part)) for part in parts[::2]]
    return "".join(parts).replace(";}", "}").strip()


def scripts(sources: list[str]) -> str:
    """Scripts as one that runs once; each in a fence of its own, so that one that throws stops no other."""
    parts = [source.replace('"use strict";\n', "") for source in sources]
    fenced = "".join(f"try {{\n{part}\n}} catch (e) {{ console.warn(e); }}\n" for part in parts)
    small: str = jsmin(f'"use strict";\nif (!window.siteRuns) {{\nwindow.siteRuns = true;\n{fenced}}}\n')
    return small


def join(site: Path, sheets: list[str], sources: list[str]) -> None:
    """Write one style sheet and one script from the files that mkdocs.yml names, and remove those.

    Their names carry their digest, so that they may be kept for ever: ``assets/site.1a2b3c4d.css``. What only some
    pages load stays a file of its own, made small as well.
    """
    renamed = {}
    for names, made, target in ((sheets, styles, "assets/site.css"), (sources, scripts, "assets/site.js")):
        text = made([(site / name).read_text(encoding="utf-8") for name in names])
        stem, _, ending = target.rpartition(".")
        renamed[target] = f"{stem}.{hashlib.sha256(text.encode()).hexdigest()[:8]}.{ending}"
        write_text(site / renamed[target], text)
        for name in names:
            (site / name).unlink()
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for old, new in renamed.items():
            text = text.replace(f'{old}"', f'{new}"')
        path.write_text(text, encoding="utf-8")
    # The vendored library is mostly comments; its licence is in the manifest.
    for path in (*site.glob("assets/scripts/*.js"), *site.glob("assets/vendor/*.js")):
        path.write_text(jsmin(path.read_text(encoding="utf-8")), encoding="utf-8")
    for path in site.glob("assets/styles/*.css"):
        path.write_text(styles([path.read_text(encoding="utf-8")]), encoding="utf-8")
    _join_pages(site)


def _join_pages(site: Path) -> None:
    """Where a page has several scripts of its own, which build on each other, make them one; drop what is left over."""
    joined, alone = set[str](), set[str]()

    def one(names: list[str]) -> str:
        """The name, below assets/, of a file with the content of several."""
        joined.update(names)
        content = "\n".join((site / f"assets/scripts/{name}.js").read_text(encoding="utf-8") for name in names)
        target = f"scripts/{names[-1]}.{hashlib.sha256(content.encode()).hexdigest()[:8]}.js"
        write_text(site / "assets" / target, content)
        return target

    def tag(found: re.Match[str]) -> str:
        parts = ONE.findall(found[0])
        return f'<script src="{parts[0][0]}assets/{one([name for _, name in parts])}" defer></script>\n'

    for page in site.rglob("*.html"):
        before = page.read_text(encoding="utf-8")
        text = TOOL.sub(lambda found: one([Path(name).stem for name in found[0].split()]), SEVERAL.sub(tag, before))
        alone |= {name for _, name in ONE.findall(text)}
        if text != before:
            page.write_text(text, encoding="utf-8")
    for name in joined - alone:
        (site / f"assets/scripts/{name}.js").unlink()
