"""A second clone with another SITE_URL (with a path) and REPO_URL publishes under its own name, in every file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from jinja2 import Environment, FileSystemLoader

from scripts.paths import ROOT
from scripts.publish import edition
from tests.support import file_of, page, pages_of

HOME, REPOSITORY = "https://example.org/docs/deep/", "https://github.com/somebody/fork"
WHOLE = re.compile(r"https://example\.org[^\s\"'<>)\\]*")
# What says where a page is: for previews, engines, readers' tools, and whoever mends or reports something.
OWN = "link[rel=canonical], link[rel=alternate], link[rel=manifest], a[rel=edit], a.report-link, .report-section a"


def texts(site: Path) -> Iterator[tuple[str, str]]:
    """Every text file of a site, with its name."""
    for path in sorted(site.rglob("*")):
        if path.suffix in {".html", ".xml", ".txt", ".json", ".webmanifest", ".md", ".js"}:
            yield path.relative_to(site).as_posix(), path.read_text(encoding="utf-8")


def test_every_whole_address_of_the_site_leads_to_a_file_of_it(web_below: Path) -> None:
    wrong, found = [], 0
    for name, text in texts(web_below):
        # A page about hosting shows such an address as an example.
        shown = re.sub(r"<code\b.*?</code>", "", text, flags=re.DOTALL) if name.endswith(".html") else text
        for address in WHOLE.findall(shown) if not name.startswith("markdown/") else ():
            found += 1
            path = unquote(address.split("#")[0])
            if not path.startswith(HOME) or not file_of(web_below, path.removeprefix(HOME)).is_file():
                wrong.append(f"{name}: {address}")
    assert found > 500
    assert wrong == []


def test_a_page_names_nobody_elses_address(web_below: Path) -> None:
    for address in pages_of(web_below):
        soup = page(web_below, address)
        for element in soup.select(OWN):
            link = str(element["href"])
            assert link.startswith((HOME, REPOSITORY, "../", "./", "markdown/", "site.", "feed.")) or not re.match(
                r"\w+:", link
            ), f"{address}: {link}"
        for element in soup.select('meta[property^="og:"][content^="http"]'):
            assert str(element["content"]).startswith(HOME), address


def test_structured_data_names_the_forks_files(web_below: Path) -> None:
    blocks = [
        json.loads(block.string or "")
        for block in page(web_below, "about/data/").select('script[type="application/ld+json"]')
    ]
    dataset = next(block for block in blocks if block["@type"] == "Dataset")
    assert dataset["url"] == f"{HOME}about/data/"
    files = [one["contentUrl"] for one in dataset["distribution"]]
    assert len(files) == 10
    for file in files:
        assert (web_below / file.removeprefix(HOME)).is_file(), file


def test_source_edit_and_reports_lead_to_the_fork(web_below: Path) -> None:
    soup = page(web_below, "overview/summary/")
    links = [soup.select_one(what) for what in (".bar__source", 'a[rel="edit"]', "a.report-link", ".report-section a")]
    assert all(link and str(link["href"]).startswith(REPOSITORY) for link in links), links


def test_the_page_for_lost_readers_counts_from_the_forks_path(web_below: Path) -> None:
    """It is sent at any depth, so it cannot count from itself."""
    text = (web_below / "404.html").read_text(encoding="utf-8")
    links = re.findall(r'(?:href|src)="([^"#]+)"', text)
    assert [link for link in links if not link.startswith(("/docs/deep/", REPOSITORY, "https://creativecommons"))] == []


def test_the_manifest_holds_below_any_path(web_below: Path) -> None:
    manifest = json.loads((web_below / "site.webmanifest").read_text(encoding="utf-8"))
    assert manifest["start_url"] == "."
    assert all((web_below / icon["src"]).is_file() for icon in manifest["icons"])


@pytest.mark.parametrize(
    "given", ["https://example.org/docs/deep", "https://example.org/docs/deep/", " https://example.org/docs/deep "]
)
def test_an_address_may_be_given_with_or_without_its_last_slash(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("SITE_URL", given)
    assert edition.address() == HOME


@pytest.mark.parametrize(
    ("on_disk", "hosted"),
    [("index.html", ""), ("overview/summary.html", "overview/summary/"), ("labs/index.html", "labs/")],
)
def test_the_edition_for_disk_names_the_addresses_of_the_hosted_one(on_disk: str, hosted: str) -> None:
    """It has other file names: a report from it, or a search engine, would be sent to a page that does not exist."""
    frame = Environment(loader=FileSystemLoader(ROOT / "overrides"), autoescape=True)
    given = frame.get_template("address.html").module
    assert str(given.hosted(HOME + on_disk, False)) == HOME + hosted  # type: ignore[attr-defined]
    assert str(given.hosted(HOME + hosted, True)) == HOME + hosted  # type: ignore[attr-defined]
    for path in (ROOT / "overrides").rglob("*.html"):
        used = path.read_text(encoding="utf-8").count("page.canonical_url")
        assert used == (path.name == "main.html"), f"{path.name}: use 'whole', which holds for both editions"


def test_without_addresses_none_is_made_up(web: Path) -> None:
    for name, text in texts(web):
        assert "example.org/docs/deep" not in text, name
    assert page(web, "").select(".bar__source, a[rel=edit], a.report-link, .report-section, link[rel=canonical]") == []


def test_no_file_of_the_project_names_where_it_is_published() -> None:
    """What a fork would have to find and replace."""
    for path in (
        ROOT / "mkdocs.yml",
        ROOT / "deploy/compose.yml",
        ROOT / "deploy/Containerfile",
        *ROOT.glob(".github/workflows/*.yml"),
    ):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.match(r"\s*(?:- )?(?:SITE_URL|REPO_URL|site_url|repo_url)\b", line):
                assert not re.search(r"https?://[a-z]", line), f"{path.relative_to(ROOT)}: {line.strip()}"
