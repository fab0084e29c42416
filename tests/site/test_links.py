"""Every link leads somewhere: pages, anchors, assets; and every address outside is registered."""

from __future__ import annotations

import functools
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from scripts.facts.checked import load
from scripts.paths import DATA
from tests.support import file_of, pages_of, source_of

HOME = "http://site.invalid/"
LINKS = {"a": "href", "link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src", "use": "href"}
MAILTO = re.compile(r"^mailto:[^@\s]+@[^@\s]+\.[^@\s]+$")
URL_IN_CSS = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")


@functools.cache
def links(edition: Path) -> tuple[tuple[str, str], ...]:
    """Every (page, link) of an edition, as written."""
    return tuple(_links(edition))


def _links(edition: Path) -> Iterator[tuple[str, str]]:
    for page in pages_of(edition):
        path = file_of(edition, page)
        for link in parsed(path, path.stat().st_mtime_ns)[0]:
            yield page, link


def anchors(path: Path) -> frozenset[str]:
    """The ids and names in a page that a fragment can point at."""
    return parsed(path, path.stat().st_mtime_ns)[1]


@functools.cache
def parsed(path: Path, _changed: int) -> tuple[tuple[str, ...], frozenset[str]]:
    """The links of a page and its anchors, read again when the file has changed."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    elements = [element for element in soup.find_all(True) if isinstance(element, Tag)]
    found = [element.get(LINKS.get(element.name, "")) for element in elements]
    ids = {str(element[key]) for element in elements for key in ("id", "name") if element.get(key)}
    return tuple(str(link) for link in found if link), frozenset(ids)


def problems(edition: Path) -> list[str]:
    """A line for each internal link or asset that leads nowhere."""
    found = []
    for page, link in links(edition):
        if link.startswith("mailto:"):
            if not MAILTO.match(link):
                found.append(f"{source_of(page)}: '{link}' is no e-mail address")
            continue
        target = urljoin(HOME + page, link)
        if not target.startswith(HOME):
            continue
        path = file_of(edition, target.removeprefix(HOME.rstrip("/")))
        fragment = unquote(urlsplit(target).fragment)
        if not path.is_file():
            found.append(f"{source_of(page)}: the link '{link}' leads to no file; correct it or add the page")
        # A fragment with "=" is the state of a tool; tests/test_choose.py opens those.
        elif fragment and "=" not in fragment and path.suffix == ".html" and fragment not in anchors(path):
            found.append(f"{source_of(page)}: the link '{link}' names an anchor that its page does not have")
    return found


@pytest.mark.parametrize("edition", ["web", "disk"])
def test_every_link_and_asset_leads_somewhere(edition: str, request: pytest.FixtureRequest) -> None:
    assert problems(request.getfixturevalue(edition)) == []


def test_style_sheets_load_only_files_that_exist(web: Path) -> None:
    missing = []
    for sheet in web.rglob("*.css"):
        for address in URL_IN_CSS.findall(sheet.read_text(encoding="utf-8")):
            if (
                not address.startswith(("data:", "#"))
                and not (sheet.parent / address.split("?")[0]).resolve().is_file()
            ):
                missing.append(f"{sheet.relative_to(web).as_posix()}: {address}")
    assert missing == []


def registered() -> set[str]:
    """Every external address that the site may link to."""
    others = yaml.safe_load((DATA / "links.yml").read_text(encoding="utf-8"))
    return {source.URL for source in load().sources.values()} | {row["url"] for row in others}


def external(edition: Path) -> dict[str, str]:
    """External addresses, each with a page that links to it."""
    return {link: page for page, link in links(edition) if link.startswith(("http:", "https:", "//"))}


def test_external_links_are_https_and_registered(web: Path) -> None:
    register = registered()
    found = []
    for link, page in external(web).items():
        parts = urlsplit(link)
        if parts.scheme != "https" or "." not in parts.netloc or " " in link:
            found.append(f"{source_of(page)}: '{link}' is not a well-formed https address")
        elif link not in register:
            found.append(
                f"{source_of(page)}: '{link}' is in no register: "
                "cite a row of docs/data/sources.yml, or add it to links.yml"
            )
    assert found == []


def test_the_register_of_links_holds_nothing_unused(web: Path) -> None:
    rows = yaml.safe_load((DATA / "links.yml").read_text(encoding="utf-8"))
    unused = [row["url"] for row in rows if row["url"] not in external(web)]
    assert unused == [], "remove these rows from docs/data/links.yml"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per registered address (conftest.py leaves them out unless they were asked for)."""
    if "address" in metafunc.fixturenames:
        metafunc.parametrize("address", sorted(registered()))


def status_of(address: str) -> int:
    """The status with which a host answers."""
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 (link check)"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (the register holds https only)
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_external_address_answers(address: str) -> None:
    # Some hosts refuse programs; that is an answer. A page that is gone is not.
    status = status_of(address)
    assert status not in {404, 410}, f"{address} is gone ({status}): correct its row in docs/data"
