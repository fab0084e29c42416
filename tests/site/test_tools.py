"""What readers' tools find: copies in Markdown, llms.txt, the feed, structured data, cards, the archive."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scripts.facts.load import Data
from scripts.paths import ROOT
from scripts.publish import offer
from scripts.publish.cards import FOLDER, card_of
from tests.support import page, pages_of

HOME = "https://example.org/docs/deep/"
ATOM = "{http://www.w3.org/2005/Atom}"


def data_blocks(web: Path, address: str) -> dict[str, Any]:
    """The structured data of a page, by its type."""
    found = [
        json.loads(block.string or "") for block in page(web, address).select('script[type="application/ld+json"]')
    ]
    return {block["@type"]: block for block in found}


def test_every_page_has_a_copy_with_its_text_and_without_macros(web: Path) -> None:
    for address in pages_of(web):
        if address == "404.html":
            continue
        copy = page(web, address).select_one('link[type="text/markdown"]')
        assert copy, address
        text = (web / address / str(copy["href"])).resolve().read_text(encoding="utf-8")
        assert text.startswith("# "), address
        assert "[=" not in re.sub(r"`[^`]*`", "", text), address


def test_llms_txt_lists_every_copy(web: Path) -> None:
    text = (web / "llms.txt").read_text(encoding="utf-8")
    listed = set(re.findall(r"\]\((markdown/\S+?)\)", text))
    assert listed == {path.relative_to(web).as_posix() for path in (web / "markdown").rglob("*.md")}
    assert not re.search(r"\): $", text, re.MULTILINE), "an entry has no description"


def test_the_feed_holds_the_days_of_the_changelog(web_below: Path) -> None:
    feed = ElementTree.parse(web_below / "feed.xml").getroot()  # noqa: S314
    days = re.findall(r"^## (\S+)", (ROOT / "docs/about/changelog.md").read_text(encoding="utf-8"), re.MULTILINE)
    found = feed.findall(f"{ATOM}entry")
    assert [str(entry.findtext(f"{ATOM}updated"))[:10] for entry in found] == days
    assert all(str(entry.findtext(f"{ATOM}id")).startswith(HOME) for entry in found)


def test_a_fork_s_pages_name_its_own_address(web_below: Path) -> None:
    for address in ("", "overview/summary/", "reference/comparison/"):
        head = page(web_below, address)
        canonical = head.select_one('link[rel="canonical"]')
        assert canonical
        assert canonical["href"] == HOME + address
        shown = head.select_one('meta[property="og:image"]')
        assert shown
        assert (web_below / str(shown["content"]).removeprefix(HOME)).exists()
    sitemap = (web_below / "sitemap.xml").read_text(encoding="utf-8")
    assert sitemap.count("<loc>") == len([a for a in pages_of(web_below) if a != "404.html"])
    assert sitemap.count(f"<loc>{HOME}") == sitemap.count("<loc>")


def test_without_an_address_nothing_claims_one(web: Path, disk: Path) -> None:
    assert not (web / "sitemap.xml").exists(), "it would be empty"
    assert not [*disk.glob("sitemap*"), *disk.glob("404*")], "nobody asks a disk for them"
    assert not (web / "feed.xml").exists()
    assert page(web, "").select('link[rel="canonical"], meta[property="og:image"]') == []


def test_a_card_is_drawn_for_every_page(web_below: Path) -> None:
    cards = set()
    for copy in sorted((web_below / "markdown").rglob("*.md")):
        path = web_below / FOLDER / card_of(copy.relative_to(web_below / "markdown").as_posix())
        with Image.open(path) as card:
            assert card.size == (1200, 630)
        assert path.stat().st_size < 40_000
        cards.add(hashlib.sha256(path.read_bytes()).digest())
    assert len(cards) > 50, "cards show their page's title"


@pytest.mark.parametrize("address", ["", "overview/summary/", "reference/glossary/"])
def test_a_page_says_what_it_is(web: Path, address: str) -> None:
    article = data_blocks(web, address)["TechArticle"]
    assert article["headline"]
    assert 50 <= len(article["description"]) <= 160


def test_the_questions_are_given_with_their_answers(web: Path) -> None:
    asked = data_blocks(web, "understand/questions/")["FAQPage"]["mainEntity"]
    assert len(asked) == len(page(web, "understand/questions/").select("article h3"))
    for question in asked:
        assert len(question["acceptedAnswer"]["text"]) > 40, question["name"]
        assert "¶" not in question["name"]


def test_the_glossary_is_a_set_of_terms(web: Path, data: Data) -> None:
    terms = data_blocks(web, "reference/glossary/")["DefinedTermSet"]["hasDefinedTerm"]
    assert len(terms) == len(data.terms)
    ids = {str(element["id"]) for element in page(web, "reference/glossary/").select("dt[id]")}
    assert {term["@id"].removeprefix("#") for term in terms} == ids
    whole = json.loads((web / "data/v1/glossary.jsonld").read_text(encoding="utf-8"))
    assert whole["@type"] == "DefinedTermSet"
    for term in whole["hasDefinedTerm"]:
        row = data.terms[term["@id"].split("#")[1]]
        assert (term["name"], term["description"]) == (row.term, row.definition)


def test_the_data_says_where_its_files_are_and_of_which_version(web: Path) -> None:
    dataset = data_blocks(web, "about/data/")["Dataset"]
    index = json.loads((web / "data/v1/index.json").read_text(encoding="utf-8"))
    assert dataset["version"] == index["version"]
    assert {file["name"] for file in dataset["distribution"]} == set(index["tables"])
    for file in dataset["distribution"]:
        assert (web / "about/data" / file["contentUrl"]).resolve().is_file()


def test_the_archive_is_offered_with_its_size_and_checksum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scripts.pages.offer import archive

    assert "<a" not in archive()
    made = tmp_path / offer.NAME
    made.write_bytes(b"x" * 1_930_000)
    (tmp_path / "site" / offer.FOLDER).mkdir(parents=True)
    with offer.offering(made):
        offer.add(tmp_path / "site")
        said = archive()
    assert "1.9\u00a0MB" in said
    assert hashlib.sha256(made.read_bytes()).hexdigest() in said
    command = ["sha256sum", "--check", "--quiet", f"{offer.NAME}.sha256"]
    assert subprocess.run(command, cwd=tmp_path / "site" / offer.FOLDER).returncode == 0
