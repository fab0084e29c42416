"""What the checks of prose share. Alone, ``python3 -m tests.prose`` prints each page's reading level and its words."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import markdown
import textstat
from bs4 import BeautifulSoup

from scripts.facts.checked import load
from scripts.paths import ROOT

CHECKS = ROOT / "tests"
PAGES = sorted((ROOT / "docs").rglob("*.md"))
# Pages that people write; those of the technologies are made from rows, and have no prose of their own.
PROSE = [page for page in PAGES if page.parent.name != "technologies"]
TEXTS = [*PROSE, ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
NOT_READ = "pre, table, code, figure, .mermaid"


def run(tool: str, *arguments: str) -> str:
    """What a checker from npm prints, line by line; it must have looked at something."""
    program = CHECKS / "node_modules" / tool
    assert program.exists(), f"{tool} is not installed: python3 scripts/dev.py test installs it"
    # The locked Node, whichever stands first on the PATH.
    node = Path(sys.executable).parent / "node"
    done = subprocess.run([str(node), str(program), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr or done.stdout
    assert "Unsupported NodeJS" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.stdout


def style(*pages: Path) -> list[str]:
    """What textlint finds in ``pages``, each as file, line, problem and remedy."""
    out = run("textlint/bin/textlint.js", "--config", "tests/textlint.json", "--format", "json", *map(str, pages))
    results = json.loads(out)
    assert len(results) == len(pages), f"textlint looked at {len(results)} of {len(pages)} files"
    return [
        f"{_short(result['filePath'])}:{found['line']}: '{_at(result['filePath'], found)}': {found['message']}"
        for result in results
        for found in result["messages"]
    ]


def spelling(folder: Path, *pages: Path) -> list[str]:
    """What cspell does not know in ``pages``; a term of the glossary or the name of a technology is a word."""
    data = load()
    terms = [name for term in data.terms.values() for name in (term.term, *term.aliases)]
    names = [*terms, *(technology.name for technology in data.technologies.values())]
    words = sorted({word for name in names for word in re.findall(r"[^\W\d_]{3,}", name)})
    config = folder / "cspell.json"
    config.write_text(json.dumps({"version": "0.2", "import": [str(CHECKS / "cspell.json")], "words": words}))
    files = ["--no-must-find-files", *map(str, pages)]
    out = run("cspell/bin.mjs", "--no-progress", "--no-color", "--config", str(config), "--root", "/", *files)
    remedy = "not British, or not known: mend it, or add it to tests/words.txt"
    found = re.findall(r"^(.+?):(\d+):\d+ - [A-Z][a-z]+ word \(([^)]+)\)", out, re.MULTILINE)
    return [f"{_short(file)}:{line}: '{word}': {remedy}" for file, line, word in found]


def article(page: Path) -> BeautifulSoup:
    """What a page's author wrote for reading: prose, lists and tables, without code, pictures and macros."""
    text = re.sub(r"\A---\n.*?\n---\n", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"^ *(`{3,}).*?^ *\1 *$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\[=.*?=\]", "", text)
    html = markdown.markdown(text, extensions=["tables", "admonition", "attr_list", "md_in_html"])
    return BeautifulSoup(html, "html.parser")


def length(page: Path) -> int:
    """How many words that is; figures and links that come from data are not among them."""
    return len(article(page).get_text(" ").split())


def level(page: Path) -> float | None:
    """The automated readability index of a page: about the school year that its sentences ask for; none without prose.

    That index counts letters, not syllables, because those need a dictionary that textstat downloads when it runs.
    """
    read = article(page)
    for part in read.select(NOT_READ):
        part.decompose()
    said = [" ".join(part.get_text(" ").split()) for part in read.select("p, li")]
    sentences = [line if line[-1] in ".?!" else f"{line}." for line in said if len(line.split()) > 7]
    if sum(len(line.split()) for line in sentences) < 100:
        return None
    return float(textstat.automated_readability_index("\n".join(sentences)))


def _short(file: str) -> str:
    path = Path(file)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def _at(file: str, found: dict[str, int]) -> str:
    line = Path(file).read_text(encoding="utf-8").splitlines()[found["line"] - 1]
    return " ".join(line[found["column"] - 1 :].split()[:4])


if __name__ == "__main__":
    levels = [(found, page) for page in PROSE if (found := level(page)) is not None]
    for found, page in sorted(levels):
        print(f"{found:5.1f}  {length(page):5} words  {_short(str(page))}")
