"""On a server, every request of every page goes to the site itself, and a strict policy refuses nothing we need."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Error

from tests.conftest import open_search, type_search
from tests.support import Visit, source_of
from tests.walk import Walked


def test_no_page_asks_anyone_else_or_breaks_the_policy(walked: list[Walked]) -> None:
    for page in walked:
        assert page.foreign == [], f"{source_of(page.address)} asks others"
        assert page.errors == [], f"{source_of(page.address)} reports errors (a policy violation is one)"


# What a visit does not show, because it needs a hand, a printer or a wide screen, or comes from a script.
ASKING = {
    "script": ("src",), "link": ("href", "imagesrcset"), "img": ("src", "srcset"), "source": ("src", "srcset"),
    "video": ("src", "poster"), "audio": ("src",), "track": ("src",), "iframe": ("src", "srcdoc"), "embed": ("src",),
    "object": ("data",), "form": ("action",), "button": ("formaction",), "input": ("formaction", "src"),
    "a": ("ping",), "area": ("ping",), "use": ("href", "xlink:href"), "image": ("href", "xlink:href"),
    "base": ("href",),
}  # fmt: skip
# Links that only name an address.
NAMING = {"canonical", "alternate", "license", "author"}
FOREIGN = re.compile(r"(?:https?:|wss?:|ftp:)?//[\w.-]+", re.IGNORECASE)
RUNS = re.compile(r"\s*(?:javascript|vbscript|data):", re.IGNORECASE)
CALLS = re.compile(
    r"(?:\bfetch|\bimport|XMLHttpRequest|sendBeacon|WebSocket|EventSource|importScripts|Worker|\.src\s*=|\.open)"
    r"\s*\(?\s*[\"'`](?:https?:|wss?:)?//"
)


def askers(folder: Path) -> Iterator[str]:
    """Whatever in the files of an edition could ask somebody else, or runs when a link is followed."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".html":
            yield from (f"{source_of(name.removesuffix('index.html'))}: {line}" for line in in_page(path))
        elif path.suffix == ".css":
            text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            yield from (f"{name}: {found[0]}" for found in FOREIGN.finditer(text))
        elif path.suffix == ".js":
            yield from (f"{name}: {found[0]}" for found in CALLS.finditer(path.read_text(encoding="utf-8")))


class InPage(HTMLParser):
    """Notes what in a page could ask somebody else, or runs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        given = {key: value or "" for key, value in attrs}
        only_named = NAMING & set(given.get("rel", "").split())
        for key, value in given.items():
            if (
                key.startswith("on")
                or key in {"style", "srcdoc"}
                or RUNS.match(value)
                or (key in ASKING.get(tag, ()) and not only_named and FOREIGN.search(value))
                # A page that has moved leads on, inside the site.
                or (tag == "meta" and value.lower() == "refresh" and "//" in given.get("content", "//"))
            ):
                self.found.append(f"<{tag} {key}={value[:80]!r}>")


def in_page(path: Path) -> list[str]:
    """What in a page could ask somebody else, or runs."""
    parser = InPage()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser.found


def test_no_file_can_ask_anyone_else(web: Path, disk: Path) -> None:
    assert [*askers(web), *askers(disk)] == [], "put the file into docs/assets, or make it a link"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.html", '<img src="a.png" srcset="https://example.org/a.png 2x" loading="lazy">'),
        ("x.html", '<form action="https://example.org/"><button>x</button></form>'),
        ("x.html", '<button formaction="//example.org/">x</button>'),
        ("x.html", '<iframe srcdoc="<img src=//example.org/>"></iframe>'),
        ("x.html", '<a href="javascript:alert(1)">x</a>'),
        ("x.html", '<a href="x.html" ping="https://example.org/">x</a>'),
        ("x.html", '<p onclick="x()">x</p>'),
        ("x.html", '<p style="background: url(x.png)">x</p>'),
        ("x.html", '<link rel="prefetch" href="https://example.org/x.js">'),
        ("x.html", '<meta http-equiv="refresh" content="0; url=https://example.org/">'),
        ("x.html", '<svg><use href="https://example.org/x.svg#a"/></svg>'),
        ("x.css", '@media print { p { background: image-set("https://example.org/a.png" 1x); } }'),
        ("x.css", '@import "//example.org/x.css";'),
        ("x.js", 'button.addEventListener("click", () => fetch("https://example.org/"));'),
        ("x.js", 'new Image().src = "//example.org/";'),
        ("x.js", 'import("https://example.org/x.js");'),
    ],
)
def test_a_request_that_no_visit_shows_is_noticed(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert len(list(askers(tmp_path))) >= 1
    harmless = '<a href="https://example.org/">x</a><link rel="canonical" href="https://example.org/"><img src="a.png">'
    (tmp_path / name).unlink()
    (tmp_path / "y.html").write_text(harmless, encoding="utf-8")
    assert list(askers(tmp_path)) == []


def test_the_search_asks_no_one_either(visit: Callable[..., Visit], base_url: str) -> None:
    seen = visit("overview/summary/")
    open_search(seen.page)
    assert type_search(seen.page, "hypervisor")
    assert seen.foreign(base_url) == []
    assert seen.errors == []


def test_the_browser_of_the_tests_reaches_nobody_else(visit: Callable[..., Visit]) -> None:
    """So a page that needed somebody else would fail here, and the request is seen all the same."""
    seen = visit("")
    for address in ("https://example.org/", "http://192.0.2.1/"):
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            seen.page.goto(address)
        assert address in seen.requests
