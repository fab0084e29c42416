"""A page is text first: what a first visit loads stays within these weights (gzip -9, as a server sends it).

Each is what was reached, and 3 % more. The totals are at most 0.85 of what the same words weigh under Starlight
(home 51,900, key differences 66,288, architecture 57,526, comparison 68,568, guide 61,113 bytes; November 2026).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.publish import load
from tests.support import Visit, pages_of, source_of

BUDGET = {"css": 7_150, "js": 5_350, "font": 14_000}
TOTAL = {
    "": 30_700,
    "overview/key-differences/": 56_340,
    "overview/architecture/": 36_000,
    "reference/comparison/": 53_000,
    # With its rules and what an answer needs; what explains one comes by need (test_choose.py).
    "choose/": 51_940,
}
REQUESTS = 9
# A second page: its own words, and a script or style sheet that only it needs.
SECOND = 30_000
ANY_PAGE_HTML = 24_000
# The overview in one piece, to print: eight pages are as heavy as eight pages.
WHOLE = "overview/one-page/"
LONG_PAGES = {"overview/key-differences/": 30_000, "reference/glossary/": 25_500, WHOLE: 90_000}
# Lists that grow with the data: HTML as it is, for a slow processor has to read all of it.
LISTS = ["comparison", "figures", "measurements", "sources", "escapes", "glossary"]
# The comparison comes near: five hundred and more cells, each with its link.
LONGEST_LIST = 150_000
# Every element is laid out at each change of width, so their number is time on a slow processor.
MOST_ELEMENTS = 3_000
# Loaded when somebody searches.
SEARCH_INDEX = 200_000


def weight(path: Path) -> int:
    """Bytes on the wire."""
    packed = path.suffix in {".woff2", ".png"}
    return path.stat().st_size if packed else len(gzip.compress(path.read_bytes(), 9))


def loaded(requests: list[str], web: Path, base_url: str) -> list[Path]:
    """The files that a visit asked for."""
    files = []
    for url in dict.fromkeys(requests):
        name = url.removeprefix(base_url).split("?")[0].split("#")[0]
        path = web / name / "index.html" if (web / name).is_dir() else web / name
        if path.exists():
            files.append(path)
    return files


def kind(path: Path) -> str:
    """What a file is, by its name."""
    return {".js": "js", ".css": "css", ".woff2": "font", ".html": "html"}.get(path.suffix, "other")


@pytest.mark.parametrize("address", TOTAL)
def test_a_first_visit_is_light(visit: Callable[..., Visit], web: Path, base_url: str, address: str) -> None:
    seen = visit(address)
    seen.page.wait_for_load_state("networkidle")
    files = loaded(seen.requests, web, base_url)
    total = sum(weight(path) for path in files)
    listed = {path.relative_to(web).as_posix(): weight(path) for path in files}
    assert len(files) <= REQUESTS, listed
    assert total <= TOTAL[address], f"{total:,} bytes: {listed}"


def test_the_arithmetic_of_hosting_counts_with_no_less() -> None:
    assert load.VISIT_REQUESTS >= REQUESTS
    assert max(TOTAL.values()) <= load.VISIT_BYTES, "scripts/publish/load.py, and docs/about/hosting.md with it"


def test_what_every_page_loads_keeps_its_budget(visit: Callable[..., Visit], web: Path, base_url: str) -> None:
    seen = visit("overview/using-both-together/")
    seen.page.wait_for_load_state("networkidle")
    files = loaded(seen.requests, web, base_url)
    for name, most in BUDGET.items():
        weights = {path.name: weight(path) for path in files if kind(path) == name}
        assert weights, f"nothing was counted for {name}"
        assert sum(weights.values()) <= most, f"{name}: {weights}"


def test_a_second_page_brings_little_but_its_words(visit: Callable[..., Visit], web: Path, base_url: str) -> None:
    seen = visit("")
    seen.page.wait_for_load_state("networkidle")
    before = set(seen.requests)
    seen.page.goto(base_url + "overview/key-differences/")
    seen.page.wait_for_load_state("networkidle")
    files = loaded([url for url in seen.requests if url not in before], web, base_url)
    assert sum(weight(path) for path in files) <= SECOND, [path.name for path in files]


def test_no_page_is_heavy(web: Path) -> None:
    heavy = []
    for address in pages_of(web):
        path = web / address / "index.html" if not address.endswith(".html") else web / address
        if weight(path) > LONG_PAGES.get(address, ANY_PAGE_HTML):
            heavy.append(f"{source_of(address)}: {weight(path):,} bytes")
    assert heavy == []


def test_lists_that_grow_with_the_data_stay_readable(web: Path) -> None:
    pages = [*LISTS, *(f"sources/{path.name}" for path in (web / "reference/sources").iterdir() if path.is_dir())]
    sizes = {name: (web / "reference" / name / "index.html").stat().st_size for name in pages}
    assert {name: size for name, size in sizes.items() if size > LONGEST_LIST} == {}


def test_no_page_has_too_many_elements(web: Path) -> None:
    many = {}
    for address in pages_of(web):
        path = web / address / "index.html" if not address.endswith(".html") else web / address
        count = len(re.findall(r"<[a-z]", path.read_text(encoding="utf-8")))
        if count > MOST_ELEMENTS and address != WHOLE:
            many[source_of(address)] = count
    assert many == {}


def test_the_search_index_is_light(web: Path) -> None:
    size = weight(web / "assets/search.js")
    assert size <= SEARCH_INDEX, f"{size:,} bytes: leave out a page that nobody searches for (search: exclude: true)"


def test_every_published_file_is_of_a_known_kind_and_size(web: Path) -> None:
    """A library that slips in is a new large file; each kind has a ceiling per file, uncompressed."""
    ceilings = {
        ".html": 160_000, ".js": 52_000, ".css": 32_000, ".svg": 60_000, ".woff2": 15_000, ".png": 150_000,
        ".json": 400_000, ".yml": 400_000, ".xml": 60_000, ".gz": 10_000, ".txt": 30_000,
        ".md": 500_000, ".csv": 400_000, ".jsonld": 200_000, ".webmanifest": 1_000,
    }  # fmt: skip
    known = {f"{WHOLE}index.html": 460_000, "assets/search.js": 800_000, "assets/choose-why.js": 48_000}
    known["overview/key-differences/index.html"] = 170_000
    wrong = []
    for path in sorted(p for p in web.rglob("*") if p.is_file()):
        size, name = path.stat().st_size, path.relative_to(web).as_posix()
        if name == "_headers":
            continue
        if path.suffix not in ceilings:
            wrong.append(f"{name}: files of this kind are not published")
        elif size > known.get(name, ceilings[path.suffix]):
            wrong.append(f"{name}: {size:,} bytes, over {known.get(name, ceilings[path.suffix]):,}")
    assert wrong == []


# Files that people or their tools ask for by name, and no page needs to link to.
ASKED_FOR = re.compile(
    r"data/.*|markdown/.*|llms\.txt|feed\.xml|sitemap\.xml(\.gz)?|robots\.txt|_headers|404\.html|.*\.webmanifest|download/.*"
    r"|assets/(search|cards/.*)\.(js|png)|.*/index\.html|index\.html|healthy\.txt"
)


def unused(folder: Path) -> list[str]:
    """Files of an edition that no page, style sheet or script names, and nobody asks for."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    texts = [p.read_text(encoding="utf-8") for p in files if p.suffix in {".html", ".css", ".js", ".webmanifest"}]
    named = set(re.findall(r"[\w.@-]+\.[a-z0-9]+", "\n".join(texts)))
    return sorted(
        name
        for path in files
        if not ASKED_FOR.fullmatch(name := path.relative_to(folder).as_posix()) and path.name not in named
    )


def test_nothing_is_published_that_nothing_uses(web: Path) -> None:
    assert unused(web) == [], "remove it from docs/, or let a page show it"


def test_a_note_a_hidden_file_and_an_unused_picture_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<img src="assets/used.png">', encoding="utf-8")
    (tmp_path / "assets").mkdir()
    for name in ("assets/used.png", "assets/unused.png", "overview-notes.txt", ".hidden"):
        (tmp_path / name).write_bytes(b"x")
    assert unused(tmp_path) == [".hidden", "assets/unused.png", "overview-notes.txt"]
