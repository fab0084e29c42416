"""What is made to be printed: the overview in one piece, and PDFs with tags, bookmarks and text."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader
from pypdf.generic import Destination

from scripts import browser
from scripts.pages.links import Links
from scripts.pages.offer import paper as offered
from scripts.paths import PAPERS
from scripts.publish import offer, paper, whole
from tests.support import Visit, page, words

# How the bands of a picture are drawn.
BANDS = "(all) => all.map((e) => getComputedStyle(e)).map((s) => [s.borderLeftWidth, s.display])"
HOME = "https://example.org/docs/deep/"


@pytest.fixture(scope="module")
def own(disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the edition for disk: printing writes beside the page, which is not for the eyes of other tests."""
    return shutil.copytree(disk, tmp_path_factory.mktemp("edition") / "site")


@pytest.fixture(scope="module")
def papers(own: Path, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each PDF by its name (``chromium``: a browser is installed)."""
    folder, program = tmp_path_factory.mktemp("papers"), browser.installed()
    assert program is not None
    for name, address in paper.PRINTED.items():
        paper.write(program, own, address, folder / name, HOME)
    return {path.name: path for path in folder.glob("*.pdf")}


def bookmarks(reader: PdfReader) -> list[tuple[int, str]]:
    """The sheets and titles of the outline, all levels."""
    found: list[tuple[int, str]] = []
    rows = list(reader.outline)
    while rows:
        row = rows.pop(0)
        if isinstance(row, Destination):
            sheet = reader.get_destination_page_number(row)
            assert sheet is not None
            found.append((sheet + 1, str(row.title).replace("¶", "").strip()))
        else:
            rows = [*row, *rows]
    return found


def test_the_overview_in_one_piece_says_all_that_its_parts_say(web: Path) -> None:
    one = page(web, whole.PAGE).select_one("article")
    assert one
    said = words(one.get_text(" "))
    for part in whole.PARTS:
        article = page(web, f"overview/{part}/").select_one("article")
        assert article
        assert words(article.get_text(" ")) in said, part


def test_links_between_the_parts_stay_on_the_page(web: Path) -> None:
    soup = page(web, whole.PAGE)
    parts = {f"../{part}/" for part in whole.PARTS}
    ids = {str(element["id"]) for element in soup.select("[id]")}
    links = [str(link["href"]) for link in soup.select("article a[href]")]
    below = links[links.index("#summary--summary-table") + 1 :]
    assert [link for link in below if link.split("#")[0] in parts] == []
    assert [link for link in links if link.startswith("#") and link[1:] not in ids] == []
    assert len(ids) == len(soup.select("[id]")), "every id is there once"


def test_its_copy_for_assistants_holds_the_parts_too(web: Path) -> None:
    copy = (web / "markdown/overview/one-page.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", copy, re.MULTILINE)[:2] == ["Intro", "Architecture"]
    assert "<div" not in copy.split("## Intro")[0]


def test_the_overview_as_a_pdf_has_tags_bookmarks_and_text(papers: dict[str, Path], web: Path) -> None:
    reader = PdfReader(papers["docker-vs-vm-overview.pdf"])
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("en")
    assert reader.metadata
    assert str(reader.metadata.title).startswith("The overview in one piece")
    marks = [title for _, title in bookmarks(reader)]
    for part in whole.PARTS:
        heading = page(web, f"overview/{part}/").select_one("h1")
        assert heading
        assert words(heading.text) in marks, marks
    assert len(marks) > 30
    text = " ".join(one.extract_text() for one in reader.pages)
    assert "When this is wrong" in text
    assert "hypervisor" in text
    assert 10 < len(reader.pages) < 60
    assert {round(float(reader.pages[0].mediabox.height)), round(float(reader.pages[0].mediabox.width))} == {842, 595}


def test_no_heading_stands_alone_at_the_foot_of_a_sheet(papers: dict[str, Path]) -> None:
    reader = PdfReader(papers["docker-vs-vm-overview.pdf"])
    headings = set(bookmarks(reader))
    for number, one in enumerate(reader.pages, 1):
        lines = [line.strip() for line in one.extract_text().splitlines() if line.strip()]
        assert (number, lines[-1].replace("¶", "").strip()) not in headings, f"sheet {number}"


def test_a_picture_looks_the_same_in_one_piece(visit: Callable[..., Visit]) -> None:
    """Its ids are longer there, and the bands of the spectrum are drawn by a rule for one picture."""
    looks = []
    for address, prefix in (("overview/key-differences/", ""), (whole.PAGE, "key-differences--")):
        bands = visit(address).page.locator(f"#{prefix}diagram-isolation-spectrum .nest")
        looks.append(bands.evaluate_all(BANDS))
    assert looks[0] == looks[1]
    assert len({width for width, _ in looks[0]}) > 3, "the walls grow"


def test_the_cheat_sheet_is_one_sheet_of_a4_with_tags(papers: dict[str, Path]) -> None:
    reader = PdfReader(papers["docker-vs-vm-cheat-sheet.pdf"])
    (sheet,) = reader.pages
    assert (round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) in {(595, 842), (596, 842)}
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert "The first line that fits decides" in sheet.extract_text()


def test_links_of_a_pdf_are_whole_addresses(papers: dict[str, Path]) -> None:
    addresses = set()
    for one in PdfReader(papers["docker-vs-vm-overview.pdf"]).pages:
        for note in one.get("/Annots", []):
            action = note.get_object().get("/A", {})
            if "/URI" in action:
                addresses.add(str(action["/URI"]))
    assert len(addresses) > 50
    assert {address.split(":")[0] for address in addresses} == {"https"}, "none leads to a file of whoever printed it"
    assert any(address.startswith(f"{HOME}reference/glossary/#") for address in addresses)
    assert not any(".html" in address for address in addresses if address.startswith(HOME))


def test_printed_again_it_is_the_same(papers: dict[str, Path], own: Path, tmp_path: Path) -> None:
    program, name = browser.installed(), "docker-vs-vm-cheat-sheet.pdf"
    assert program is not None
    paper.write(program, own, paper.PRINTED[name], tmp_path / name, HOME)
    assert (tmp_path / name).read_bytes() == papers[name].read_bytes()


def test_what_a_browser_counted_before_a_page_does_not_show_on_paper() -> None:
    table = b"<</ID (node00000267)>> <</ID (node00000271)>> <</Headers [(node00000267)]>>"
    later = table.replace(b"267", b"268").replace(b"271", b"272")
    assert paper.settled(table) == paper.settled(later)
    assert paper.settled(table).count(b"(node00000000)") == 2
    assert len(paper.settled(table)) == len(table)


@pytest.mark.parametrize(
    ("written", "address", "printed"),
    [
        ('<a href="summary.html#a">', HOME, f'<a href="{HOME}overview/summary/#a">'),
        ('<a class="x" href="../index.html">', HOME, f'<a class="x" href="{HOME}">'),
        ('<a href="../data/claims.yml">', HOME, f'<a href="{HOME}data/claims.yml">'),
        ('<a href="../choose/index.html">', "", "<a>"),
        ('<a href="#here">', "", '<a href="#here">'),
        ('<a href="https://a.example/">', "", '<a href="https://a.example/">'),
    ],
)
def test_a_link_on_paper_holds_wherever_the_paper_lies(written: str, address: str, printed: str) -> None:
    assert paper.for_paper(written, "overview/one-page.html", address) == printed


def test_a_site_offers_its_pdfs_with_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Links, "file", lambda _, address: f"../../{address}")
    links = Links(None)
    assert offered(links, "a.pdf", "The whole") == "", "none is offered that is not there"
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.pdf").write_bytes(b"%PDF" + b"x" * 1_250_000)
    (tmp_path / "site").mkdir()
    with offer.offering(None, tmp_path / "made"):
        offer.add(tmp_path / "site")
        said = offered(links, "a.pdf", "The whole")
    assert (tmp_path / "site" / PAPERS / "a.pdf").exists()
    assert f'href="../../{PAPERS}/a.pdf"' in said
    assert "1.3\u00a0MB" in said


def test_without_a_browser_the_pdfs_are_left_out(disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "installed", lambda: None)
    with paper.printed(tmp_path / "none.zip", HOME) as made:
        assert made is None
