"""A page is text first: what a first visit loads stays within these weights (gzip -9, as a server sends it)."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

from tests.support import Visit, pages_of, source_of

# A page with three diagrams, in bytes. A prototype on this stack needed 85.7 kB in all.
PAGE = "overview/using-both-together/"
BUDGET = {"html": 13_500, "css": 28_500, "js": 37_300, "search worker": 12_600}
TOTAL = 86_000
FONTS = 26_000
ANY_PAGE_HTML = 24_000
# The register of sources is one long list, read by looking something up in it; the guide carries all its rules; key
# differences carries a note with conditions for each of its figures.
LONG_PAGES = {"reference/sources/": 62_000, "choose/": 26_000, "overview/key-differences/": 27_000}
# Loaded with every first visit, after the page has been drawn.
SEARCH_INDEX = 92_000


def weight(path: Path) -> int:
    """Bytes on the wire."""
    return len(gzip.compress(path.read_bytes(), 9))


def loaded(seen: Visit, web: Path, base_url: str) -> dict[str, list[Path]]:
    """The files that a visit loaded, by kind."""
    kinds: dict[str, list[Path]] = {"html": [], "css": [], "js": [], "search worker": [], "font": [], "data": []}
    for url in dict.fromkeys(seen.requests):
        name = url.removeprefix(base_url).split("?")[0]
        path = web / name / "index.html" if (web / name).is_dir() else web / name
        if "/workers/" in name:
            kinds["search worker"].append(path)
        else:
            suffix = {".html": "html", ".css": "css", ".js": "js", ".woff2": "font", ".json": "data"}.get(path.suffix)
            if suffix:
                kinds[suffix].append(path)
    # The page's own log does not show a worker's script.
    if not kinds["search worker"]:
        kinds["search worker"] = list(web.glob("assets/javascripts/workers/search.*.js"))
    return kinds


def test_a_page_with_three_diagrams_keeps_its_budget(visit: Callable[..., Visit], web: Path, base_url: str) -> None:
    seen = visit(PAGE, search=True)
    seen.page.wait_for_load_state("networkidle")
    assert seen.page.locator("figure.diagram").count() == 3
    kinds = loaded(seen, web, base_url)
    weights = {kind: sum(weight(p) for p in paths) for kind, paths in kinds.items()}
    counted = {kind: weights[kind] for kind in BUDGET}
    assert all(kinds[kind] for kind in BUDGET), f"nothing was counted for one kind: {counted}"
    over = {
        k: f"{counted[k]:,} over {BUDGET[k]:,}: {[p.name for p in kinds[k]]}" for k in BUDGET if counted[k] > BUDGET[k]
    }
    assert not over, over
    assert sum(counted.values()) <= TOTAL, f"{sum(counted.values()):,} bytes in all, over {TOTAL:,}: {counted}"
    fonts = sum(p.stat().st_size for p in kinds["font"])
    assert fonts <= FONTS, f"fonts weigh {fonts:,} bytes"


def test_no_page_is_heavy(web: Path) -> None:
    heavy = []
    for address in pages_of(web):
        path = web / address / "index.html" if not address.endswith(".html") else web / address
        if weight(path) > LONG_PAGES.get(address, ANY_PAGE_HTML):
            heavy.append(f"{source_of(address)}: {weight(path):,} bytes")
    assert heavy == []


def test_the_search_index_is_light(web: Path) -> None:
    size = weight(web / "search/search_index.json")
    assert size <= SEARCH_INDEX, f"{size:,} bytes: exclude a page that nobody searches for (search: exclude: true)"


def test_every_published_file_is_of_a_known_kind_and_size(web: Path) -> None:
    """A library that slips in is a new large file; each kind has a ceiling per file, uncompressed."""
    ceilings = {
        ".html": 340_000, ".js": 120_000, ".css": 145_000, ".svg": 60_000, ".woff2": 14_000, ".png": 150_000,
        ".json": 400_000, ".yml": 400_000, ".xml": 60_000, ".gz": 10_000, ".txt": 30_000,
        ".md": 500_000, ".csv": 400_000, ".webmanifest": 1_000,
    }  # fmt: skip
    wrong = []
    for path in sorted(p for p in web.rglob("*") if p.is_file()):
        size, name = path.stat().st_size, path.relative_to(web).as_posix()
        if name == "_headers":
            continue
        if path.suffix not in ceilings:
            wrong.append(f"{name}: files of this kind are not published")
        elif size > ceilings[path.suffix]:
            wrong.append(f"{name}: {size:,} bytes, over {ceilings[path.suffix]:,}")
    assert wrong == []
