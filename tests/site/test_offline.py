"""The archive, unpacked and opened by file:// with the network blocked, is the whole site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import open_search, type_search
from tests.support import Visit, file_of, pages_of
from tests.walk import representatives


def test_the_archive_holds_every_page(disk: Path, web: Path) -> None:
    pages = pages_of(disk)
    assert {p.removesuffix(".html").strip("/") for p in pages if p} == {
        p.strip("/") for p in pages_of(web) if p not in ("", "404.html")
    }
    for address in pages:
        assert file_of(disk, address).read_text(encoding="utf-8").count("<h1") == 1, address


def test_pages_of_every_kind_open_without_network_or_errors(disk_visit: Callable[..., Visit], disk: Path) -> None:
    """What differs from page to page inside a kind are words, whose links and addresses other tests follow (test_links,
    test_third_party); what ``file://`` may refuse is done by scripts and styles, and those make the kind."""
    seen = disk_visit("index.html")
    addresses = representatives(disk, each=3)
    assert len(addresses) >= 12
    for address in sorted(addresses):
        # A folder would be shown as a list of its files, and that is no page of ours.
        file = address + "index.html" if address == "" or address.endswith("/") else address
        seen.page.goto(f"{disk.as_uri()}/{file}", wait_until="load")
        assert seen.page.locator("article h1").count() == 1, file
    assert seen.foreign(disk.as_uri()) == []
    assert seen.errors == []


def test_diagrams_are_drawn_from_disk(disk_visit: Callable[..., Visit]) -> None:
    seen = disk_visit("overview/using-both-together.html")
    drawings = seen.page.locator("figure.diagram [role=img]")
    assert drawings.count() == 3
    for drawing in drawings.all():
        box = drawing.bounding_box()
        assert box is not None
        assert box["width"] > 200
        assert box["height"] > 100


def test_search_works_from_disk_on_a_page_in_a_folder(disk_visit: Callable[..., Visit]) -> None:
    seen = disk_visit("overview/summary.html")
    open_search(seen.page)
    links = type_search(seen.page, "kubevirt live migration")
    assert links
    with seen.page.expect_navigation():
        seen.page.locator("dialog.search li a").first.click()
    assert "migrat" in seen.page.locator("article").inner_text()
    assert seen.errors == []


def test_the_colour_switch_works_and_lasts_from_disk(disk_visit: Callable[..., Visit]) -> None:
    seen = disk_visit("index.html")
    scheme = "() => getComputedStyle(document.documentElement).colorScheme"
    for _ in range(2):
        seen.page.locator("button.scheme").click()
    assert seen.page.evaluate(scheme) == "dark"
    seen.page.goto(seen.page.url.replace("index.html", "overview/summary.html"))
    assert seen.page.evaluate(scheme) == "dark"
