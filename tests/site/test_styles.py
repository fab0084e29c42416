"""Every rule of the style sheets is needed by some page, and every class that a page shows off has its rule."""

from __future__ import annotations

import json
import re
from pathlib import Path

from bs4 import BeautifulSoup

from scripts.paths import ROOT
from tests.support import node

STYLES = ROOT / "docs/assets/styles"
SCRIPTS = ROOT / "docs/assets/scripts"
# What may be written in any page any day, whether or not one holds it now; never a list of what is unused.
MARKDOWN = ["^(h[1-6]|blockquote|img|iframe)$", "^(admonition|admonition-title|warning|danger)$"]
# Names of syntax highlighting (Pygments): which of them occur depends on the code.
PYGMENTS = r"^[a-z]{1,2}\d?$"
# The grid of the diagrams: any number of columns that somebody may ask for.
GRID = r"^(phone-)?(cols|span)-[1-8]$"


def unused(site: Path, styles: Path) -> dict[str, list[str]]:
    """The selectors of each style sheet that nothing can need, found by PurgeCSS among all pages and scripts."""
    done = node("unused.mjs", str(site), str(styles), str(SCRIPTS), str(ROOT / "overrides"), *MARKDOWN, PYGMENTS, GRID)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_every_rule_is_for_something_that_a_page_has(web: Path) -> None:
    found = unused(web, STYLES)
    assert set(found) == {sheet.name for sheet in STYLES.glob("*.css")}
    assert {name: selectors for name, selectors in found.items() if selectors} == {}


def test_a_rule_that_nothing_needs_would_be_found(web: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.css").write_text(
        ".gone { color: red; }\nmain > .no-such { color: red; }\narticle p { color: red; }\n"
    )
    assert [s.strip() for s in unused(web, tmp_path)["bad.css"]] == [".gone", "main > .no-such"]


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
    for sheet in STYLES.glob("*.css"):
        more = coloured_on_a_phone(sheet.read_text(encoding="utf-8")) - ON_A_PHONE
        assert not more, f"{sheet.name}: {more}: set the colour at every width, or let the walk look at it on phones"
    assert coloured_on_a_phone("@media screen and (max-width: 9em) { p, a { color: red; } }") == {"p, a"}


# Parts that need no look of their own beside what they are part of, or names for scripts.
BARE = {"tabbed-alternate", "md-content__inner", "footnote-backref", "highlight", "linenums", "w"}
BARE |= {"abstract", "space", "chart__label", "chart__row--axis", "chip--neither", "chip--run", "ledger--whole"}
BARE |= {"calculator__flip", "calculator__legend", "guide__answers", "guide__rules", "guide__said"}


def without_rule(web: Path, styles: Path) -> dict[str, str]:
    """Each class of the pages, and of what scripts put into them, that no style sheet knows, and where it stands."""
    known = set(
        re.findall(r"\.([A-Za-z][\w-]*)", "\n".join(p.read_text(encoding="utf-8") for p in styles.glob("*.css")))
    )
    sources = {p.name: p.read_text(encoding="utf-8") for p in SCRIPTS.glob("*.js")}
    scripts = "\n".join(sources.values())
    unknown: dict[str, str] = {}
    for page in web.rglob("*.html"):
        for element in BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find_all(class_=True):
            if element.find_parent("svg") or element.name == "svg":
                continue
            for name in element["class"]:
                # Names that say what a row is, for scripts and readers of the page's source.
                if name.startswith(("group-", "side-", "language-")) or re.match(PYGMENTS, name):
                    continue
                if name not in known | BARE and f'"{name}"' not in scripts and f".{name}" not in scripts:
                    unknown[name] = page.parent.name
    for file, source in sources.items():
        for names in re.findall(r'(?:class: |className = |classList\.add\()"([^"]+)"', source):
            unknown |= {name: file for name in names.split() if name not in known | BARE}
    return unknown


def test_whatever_has_a_class_has_a_rule(web: Path) -> None:
    assert without_rule(web, STYLES) == {}


def test_a_needed_rule_that_went_would_be_missed(web: Path, tmp_path: Path) -> None:
    for name, gone in {"frame.css": ".bar__name", "text.css": ".admonition-title", "site.css": ".table-wrap"}.items():
        for sheet in STYLES.glob("*.css"):
            (tmp_path / sheet.name).write_text(sheet.read_text(encoding="utf-8").replace(gone, ".x"), encoding="utf-8")
        assert gone.lstrip(".") in without_rule(web, tmp_path), f"{name} without {gone}"


def test_the_font_holds_every_letter_of_the_pages(web: Path) -> None:
    """What it lacks comes from another font, in the middle of a word perhaps."""
    manifest = json.loads((ROOT / "docs/assets/vendor/manifest.json").read_text(encoding="utf-8"))
    held = next(set(entry["characters"]) for entry in manifest["files"] if "characters" in entry)
    # Signs that stand alone may come from elsewhere.
    alone = set("\u2011µ↩→≤≥⌘›✓\u00ad\u200b")
    lacking: dict[str, str] = {}
    for page in web.rglob("*.html"):
        article = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find("article")
        text = article.get_text() if article else ""
        for letter in set(text) - held - alone:
            if letter.isprintable():
                lacking[letter] = page.parent.name
    assert lacking == {}
