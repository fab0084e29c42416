"""No address that was ever published is lost: it still exists, or leads on: on any host, below a path, from a disk."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts.paths import ROOT
from scripts.publish import moved, server
from tests.support import serving

LIST = ROOT / moved.LIST
CHANGELOG = ROOT / "docs/about/changelog.md"
# Addresses that never were, as if they had moved.
MOVED = """moved:
  - {from: explainers/one-sheet/, to: explainers/wall/}
  - {from: "explainers/one-sheet/#walls", to: "overview/key-differences/#security"}
  - {from: "overview/summary/#verdicts", to: "overview/key-differences/#isolation"}
  - {from: "overview/summary/#in-short", to: "overview/summary/#the-same-in-three-sentences"}
recorded: 2026-11-26
pages: {}
"""
# Old address -> where it ends.
LEADS = {
    "explainers/one-sheet/": "explainers/wall/",
    "explainers/one-sheet/#walls": "overview/key-differences/#security",
    "overview/summary/#verdicts": "overview/key-differences/#isolation",
}


def test_no_published_address_has_gone(web: Path) -> None:
    assert moved.lost(moved.read(LIST)["pages"], web) == []


def test_the_addresses_of_every_edition_are_listed(web: Path) -> None:
    rows = moved.read(LIST)
    newest = max(re.findall(r"^## (\d{4}-\d\d-\d\d)$", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE))
    assert str(rows["recorded"]) >= newest, "run python3 scripts/dev.py record"
    assert len(rows["pages"]) >= 90
    assert sum(map(len, rows["pages"].values())) >= 2_000
    unlisted = set(moved.published(web)) - set(rows["pages"])
    assert not unlisted, f"{sorted(unlisted)}: run python3 scripts/dev.py record"


def test_the_first_edition_is_on_the_list() -> None:
    """Its headings, as git has them: the reference to sources, for one, has been divided since."""
    pages = moved.read(LIST)["pages"]
    assert "what-docker-and-a-vm-have-in-common" not in pages["overview/introduction/"], "no heading was invented"
    assert {"startup-time", "performance", "isolation"} <= set(pages["overview/key-differences/"])
    assert {"felter2015", "agache2020"} <= set(pages["reference/sources/"])


def test_adding_keeps_what_is_listed_and_what_people_wrote(web: Path, tmp_path: Path) -> None:
    path = tmp_path / "addresses.yml"
    written = "# Mine.\nmoved: []\nrecorded: 2026-01-01\npages:\n  old/page/: [a]\n  overview/summary/: [once-here]\n"
    path.write_text(written, encoding="utf-8")
    assert moved.record(path, web, "2026-11-26") > 1000
    rows = moved.read(path)
    assert path.read_text(encoding="utf-8").startswith("# Mine.\nmoved: []\nrecorded: 2026-11-26\npages:\n")
    assert rows["pages"]["old/page/"] == ["a"]
    assert {"once-here", "summary-table"} <= set(rows["pages"]["overview/summary/"])
    assert not any(re.match("fn|__", anchor) for anchors in rows["pages"].values() for anchor in anchors)
    assert moved.record(path, web, "2026-11-26") == 0
    assert moved.lost(rows["pages"], web)[0].startswith("old/page/ was published and is gone: give it back its id, or")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{from: overview/summary/, to: overview/architecture/}", "'overview/summary/' still exists"),
        ('{from: "overview/summary/#summary-table", to: overview/architecture/}', "still exists. Take the row out"),
        ("{from: old/, to: new/}", "leads to 'new/', which is not there"),
        ('{from: old/, to: "overview/summary/#nowhere"}', "leads to 'overview/summary/#nowhere'"),
        ('{from: "old/#part", to: overview/summary/}', "is on a page that is gone. Say where 'old/' itself has moved"),
    ],
)
def test_a_row_that_cannot_be_followed_is_named(web: Path, tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "addresses.yml"
    path.write_text(f"moved:\n  - {row}\nrecorded: 2026-01-01\npages: {{}}\n", encoding="utf-8")
    (problem,) = moved.lead_on(web, path, for_disk=False)
    assert problem.startswith("docs/data/addresses.yml:2: ")
    assert said in problem


def led(edition: Path, target: Path, *, for_disk: bool, address: str = "") -> Path:
    """A built edition in which addresses have moved."""
    # The same files under a second name; what changes is written anew.
    shutil.copytree(edition, target, copy_function=os.link)
    changed = target / ("overview/summary.html" if for_disk else "overview/summary/index.html")
    text = changed.read_text(encoding="utf-8")
    changed.unlink()
    changed.write_text(text, encoding="utf-8")
    (target / moved.SCRIPT).unlink(missing_ok=True)
    shutil.copyfile(ROOT / "docs" / moved.SCRIPT, target / moved.SCRIPT)
    rows = target.parent / "addresses.yml"
    rows.write_text(MOVED, encoding="utf-8")
    assert moved.lead_on(target, rows, for_disk=for_disk, address=address) == []
    return target


def ends(browser: Browser, start: str, *, javascript: bool) -> str:
    """Where a reader who follows an old address comes to."""
    context = browser.new_context(java_script_enabled=javascript)
    page = context.new_page()
    page.goto(start)
    if javascript:
        page.wait_for_function(
            "() => !document.querySelector('[data-moved]') && !document.querySelector('.moved :target')"
        )
    else:
        page.wait_for_url(lambda address: address != start)
    found = page.url
    context.close()
    return found


@pytest.fixture(scope="module")
def led_web(web: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Any static host."""
    with serving(led(web, tmp_path_factory.mktemp("moved") / "site", for_disk=False)) as home:
        yield home


@pytest.mark.parametrize("old", LEADS)
def test_an_old_address_leads_on_at_any_host(led_web: str, chromium: Browser, old: str) -> None:
    assert ends(chromium, led_web + old, javascript=True) == led_web + LEADS[old]


def test_an_old_address_leads_on_from_disk(disk: Path, chromium: Browser, tmp_path: Path) -> None:
    home = led(disk, tmp_path / "site", for_disk=True).as_uri() + "/"
    for old, new in LEADS.items():
        start, end = (re.sub(r"/(#|$)", r".html\1", address) for address in (old, new))
        assert ends(chromium, home + start, javascript=True) == home + end


def test_without_javascript_too(led_web: str, chromium: Browser) -> None:
    assert ends(chromium, f"{led_web}explainers/one-sheet/", javascript=False) == f"{led_web}explainers/wall/"
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{led_web}overview/summary/#verdicts")
    line = page.locator("#verdicts")
    assert line.inner_text() == "This part has moved: Isolation"
    line.get_by_role("link").click()
    assert page.url == f"{led_web}overview/key-differences/#isolation"
    page.goto(f"{led_web}overview/summary/")
    assert not page.locator(".moved li").is_visible(), "nobody asked for it"
    page.context.close()


def test_an_anchor_renamed_on_its_page_stands_where_its_content_is(led_web: str, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{led_web}overview/summary/#in-short")
    assert page.evaluate("document.querySelector(':target').closest('h2').id") == "the-same-in-three-sentences"
    page.close()


@pytest.mark.skipif(bool(server.missing()), reason="nginx with Brotli is not installed")
def test_an_old_address_leads_on_below_a_path_in_the_shipped_server(
    web_below: Path, chromium: Browser, tmp_path: Path
) -> None:
    below = "https://example.org/docs/deep/"
    site = led(web_below, tmp_path / "site", for_disk=False, address=below)
    stub = (site / "explainers/one-sheet/index.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{below}explainers/wall/">' in stub
    with server.shipped(site, address=below, quality=1) as running:
        home = f"http://127.0.0.1:{running.http}/docs/deep/"
        for old, new in LEADS.items():
            assert ends(chromium, home + old, javascript=True) == home + new
        assert ends(chromium, f"{home}explainers/one-sheet/", javascript=False) == f"{home}explainers/wall/"
