"""Every rule of the style sheets is needed by some page, and every class that a page shows off has its rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tinycss2
from bs4 import BeautifulSoup

from scripts.paths import ROOT

STYLES = sorted((ROOT / "docs/assets/styles").glob("*.css"))
# Classes that Markdown makes wherever somebody writes what they stand for; no page need do so today.
MARKDOWN = {"admonition", "admonition-title", "warning", "danger", "risk"}
# Names of syntax highlighting (Pygments): which of them occur depends on the code.
# The grid of the diagrams: any number of columns that somebody may ask for.
GRID = re.compile(r"^(phone-)?(cols|span)-[1-8]$")
PYGMENTS = re.compile(r"^[a-z]{1,2}\d?$")


@pytest.fixture(scope="module")
def names(web: Path) -> set[str]:
    """The classes and ids of all pages, and every word in the scripts, which add more."""
    found: set[str] = set(MARKDOWN)
    for page in web.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for value in re.findall(r'\b(?:class|id)="([^"]*)"', text):
            found |= set(value.split())
    for script in [*(ROOT / "docs/assets/scripts").glob("*.js"), *(ROOT / "overrides").glob("*.html")]:
        found |= set(re.findall(r"[\w-]+", script.read_text(encoding="utf-8")))
    return found


def selectors(rules: list[tinycss2.ast.Node]) -> list[str]:
    """The selectors of a style sheet, those within ``@media`` too."""
    found = []
    for rule in rules:
        if rule.type == "qualified-rule":
            found.append(tinycss2.serialize(rule.prelude).strip())
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"} and rule.content:
            found += selectors(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
    return found


@pytest.mark.parametrize("sheet", STYLES, ids=lambda path: path.name)
def test_every_rule_is_for_something_that_a_page_has(sheet: Path, names: set[str]) -> None:
    parsed = tinycss2.parse_stylesheet(sheet.read_text(encoding="utf-8"), skip_comments=True, skip_whitespace=True)
    unused = []
    for selector in selectors(parsed):
        wanted = re.findall(r"[.#]([A-Za-z][\w-]*)", re.sub(r":not\([^)]*\)", "", selector))
        lost = [
            name
            for name in wanted
            # A script may put a name together: its first part, and a variant after two dashes.
            if name not in names
            and name.partition("--")[0] + "--" not in names
            and not PYGMENTS.match(name)
            and not GRID.match(name)
        ]
        if lost:
            unused.append(f"{selector}: no page has {', '.join(lost)}")
    assert unused == []


COLOURS = {"color", "background", "background-color", "fill", "opacity"}
# Words before a cell on a phone, which axe cannot see: the colours that the same words have elsewhere.
ON_A_PHONE = {
    'table.data:not(.keep) td[data-label]:not([data-label=""])::before',
    "table.data:not(.keep) td.side-container::before",
    "table.data:not(.keep) td.side-vm::before",
}


def coloured_on_a_phone(css: str) -> set[str]:
    """The selectors of rules that set a colour for narrow screens only."""
    found = set()
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for block in re.findall(r"@media[^{]*max-width[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", css):
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", block):
            if {line.split(":")[0].strip() for line in body.split(";")} & COLOURS:
                found.add(" ".join(selector.split()))
    return found


def test_colours_do_not_depend_on_the_width() -> None:
    """So it is enough to look at the contrast of every page at one width (walk.py)."""
    for sheet in STYLES:
        more = coloured_on_a_phone(sheet.read_text(encoding="utf-8")) - ON_A_PHONE
        assert not more, f"{sheet.name}: {more}: set the colour at every width, or let the walk look at it on phones"
    assert coloured_on_a_phone("@media screen and (max-width: 9em) { p, a { color: red; } }") == {"p, a"}


def test_what_markdown_makes_has_a_rule(web: Path) -> None:
    """A class of the text that no style sheet knows was the theme's, and is not styled now."""
    known = set(re.findall(r"\.([A-Za-z][\w-]*)", "\n".join(sheet.read_text(encoding="utf-8") for sheet in STYLES)))
    scripts = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs/assets/scripts").glob("*.js"))
    bare = {"tabbed-alternate", "md-content__inner", "footnote-backref", "highlight", "linenums", "w"}
    # Parts that need no look of their own beside what they are part of.
    bare |= {"abstract", "space", "chart__label", "chart__row--axis", "chip--neither", "chip--run", "ledger--whole"}
    unknown: dict[str, str] = {}
    for page in web.rglob("*.html"):
        article = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find("article")
        for element in article.find_all(class_=True) if article else []:
            if element.find_parent("svg") or element.name == "svg":
                continue
            for name in element["class"]:
                # Names that say what a row is, for scripts and readers of the page's source.
                if name.startswith(("group-", "side-")):
                    continue
                if name not in known | bare and not PYGMENTS.match(name) and name not in scripts:
                    unknown[name] = page.parent.name
    assert unknown == {}


def test_the_font_holds_every_letter_of_the_pages(web: Path) -> None:
    """What it lacks comes from another font, in the middle of a word perhaps."""
    import json

    manifest = json.loads((ROOT / "docs/assets/vendor/manifest.json").read_text(encoding="utf-8"))
    held = next(set(entry["characters"]) for entry in manifest["files"] if "characters" in entry)
    # Signs that stand alone may come from elsewhere.
    alone = set("\u202f\u2011µ¶↩→≤≥☰✕⌘›✓\u00ad\u200b")
    lacking: dict[str, str] = {}
    for page in web.rglob("*.html"):
        article = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find("article")
        text = article.get_text() if article else ""
        for letter in set(text) - held - alone:
            if letter.isprintable():
                lacking[letter] = page.parent.name
    assert lacking == {}
