"""The server that deploy/ ships, as it is: the real nginx, a user without rights, a real browser."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser

from scripts.paths import ROOT
from scripts.publish import headers, server
from tests.conftest import open_search, type_search
from tests.support import Visit

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
BELOW = "https://example.org/docs/deep/"
lacking = server.missing()
needs_nginx = pytest.mark.skipif(bool(lacking), reason="nginx with Brotli is not installed")


@pytest.fixture(scope="module")
def shipped(web: Path) -> Iterator[server.Server]:
    with server.shipped(web) as running:
        yield running


def asked(at: server.Server, path: str, *options: str) -> tuple[int, dict[str, str], str]:
    """What curl gets for a path: status, headers (names in lower case) and body."""
    command = ["curl", "--silent", "--include", "--path-as-is", "--max-time", "10", *options]
    done = subprocess.run([*command, f"http://127.0.0.1:{at.http}{path}"], capture_output=True)
    head, _, body = done.stdout.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *rest = head.split("\r\n")
    fields = dict(line.split(": ", 1) for line in rest if ": " in line)
    return int(first.split()[1]), {name.lower(): value for name, value in fields.items()}, body


def said(at: server.Server, sent: bytes) -> bytes:
    """The first line that the server answers to these bytes."""
    with socket.create_connection(("127.0.0.1", at.http), timeout=120) as line:
        line.sendall(sent)
        return line.recv(4096).split(b"\r\n")[0]


def test_the_configuration_and_the_list_of_headers_agree() -> None:
    rows, configuration = headers.read(), CONFIGURATION.read_text(encoding="utf-8")
    written = dict(re.findall(r'add_header (\S+) "([^"]+)" always;', configuration))
    assert written == rows["everywhere"], "deploy/nginx.conf and deploy/headers.yml differ"
    for row in rows["caching"]:
        assert f'"{row["value"]}"' in configuration
    count = configuration.count("add_header")
    assert count == len(rows["everywhere"]) + 4, (
        f"deploy/nginx.conf sets {count} headers: list them in deploy/headers.yml"
    )
    # A header set inside a location would silently drop all of the server's.
    inside = re.search(r"location [^}]*{[^}]*add_header", configuration)
    assert not inside, "a header set inside a location drops all of the server's there"


def test_static_hosts_learn_the_same_headers(web: Path) -> None:
    text = (web / "_headers").read_text(encoding="utf-8")
    for name, value in headers.read()["everywhere"].items():
        assert f"  {name}: {value}\n" in text
    patterns = re.findall(r"^/.*$", text, re.MULTILINE)
    assert patterns == sorted(set(patterns), key=patterns.index)
    assert max(len(line) for line in text.splitlines()) < 2000


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "unsafe" not in headers.policy(), (
        "deploy/headers.yml: what is 'unsafe' lets scripts or styles stand in a page"
    )
    assert "default-src 'none'" in headers.policy()
    foreign = re.findall(r"https?:\S*|\*", headers.policy())
    assert not foreign, f"deploy/headers.yml: the policy allows other hosts: {foreign}"


@needs_nginx
@pytest.mark.parametrize(
    "path", ["/", "/overview/summary/", "/assets/styles/reference.css", "/nowhere/at/all", "/.git/HEAD"]
)
def test_every_answer_carries_the_headers(shipped: server.Server, path: str) -> None:
    _, fields, _ = asked(shipped, path)
    for name, value in headers.read()["everywhere"].items():
        assert fields.get(name.lower()) == value, f"{path}: {name}"
    assert fields["server"] == "nginx", "the version is nobody's business"


@needs_nginx
def test_files_with_a_digest_are_kept_and_pages_are_revalidated(shipped: server.Server, web: Path) -> None:
    hashed = [*web.glob("assets/site.*.js"), *web.glob("assets/site.*.css")]
    assert len(hashed) == 2
    for path in hashed:
        _, fields, _ = asked(shipped, f"/{path.relative_to(web).as_posix()}")
        assert fields["cache-control"] == "public, max-age=31536000, immutable", path.name
    for path in ("/", "/assets/styles/reference.css", "/data/claims.yml"):
        _, fields, _ = asked(shipped, path)
        assert fields["cache-control"] == "no-cache", path
        again, _, body = asked(shipped, path, "--header", f"If-None-Match: {fields['etag']}")
        assert (again, body) == (304, ""), f"{path} is sent again though it has not changed"
    _, lost, _ = asked(shipped, "/assets/site.00000000.css")
    assert "cache-control" not in lost, "a page that does not exist would be kept for a year"


@needs_nginx
@pytest.mark.parametrize(("accepted", "sent"), [("br, gzip", "br"), ("gzip", "gzip"), ("identity", None)])
@pytest.mark.parametrize("path", ["/", "/assets/styles/reference.css", "/reference/comparison/"])
def test_texts_come_compressed(shipped: server.Server, path: str, accepted: str, sent: str | None) -> None:
    _, fields, _ = asked(shipped, path, "--header", f"Accept-Encoding: {accepted}")
    assert fields.get("content-encoding") == sent
    assert "Accept-Encoding" in fields["vary"]


@needs_nginx
def test_other_sites_may_read_the_data_and_nothing_else(shipped: server.Server) -> None:
    assert asked(shipped, "/data/claims.yml")[1]["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in asked(shipped, "/")[1]


@needs_nginx
@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW"]
)
def test_only_reading_is_allowed(shipped: server.Server, method: str) -> None:
    status, _, _ = asked(shipped, "/", "--request", method)
    assert status in {400, 405}


@needs_nginx
@pytest.mark.parametrize(
    "path",
    [
        "/../nginx.conf",
        "/..%2fnginx.conf",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2f..%2fetc/passwd",
        "/assets/%252e%252e/nginx.conf",
        "//etc/passwd",
        "/..\\nginx.conf",
        "/.git/config",
        "/overview/.hidden",
        "/assets../nginx.conf",
        "/%00",
    ],
)
def test_nothing_outside_the_site_is_sent(shipped: server.Server, path: str) -> None:
    status, _, body = asked(shipped, path)
    assert status in {400, 404}, path
    assert "worker_processes" not in body
    assert "root:x" not in body


@needs_nginx
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 9000 + b"\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 4000 + b"\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", b"505"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n", b"413"),
    ],
)
def test_oversized_and_malformed_requests_are_refused(shipped: server.Server, sent: bytes, status: bytes) -> None:
    assert status in said(shipped, sent)


@needs_nginx
def test_http_2_is_spoken_with_a_certificate(shipped: server.Server) -> None:
    command = ["curl", "--silent", "--insecure", "--http2", "--output", "/dev/null", "--write-out"]
    command += ["%{http_version} %{response_code} %header{strict-transport-security}"]
    done = subprocess.run([*command, f"https://127.0.0.1:{shipped.https}/"], capture_output=True, text=True)
    assert done.stdout.split()[:2] == ["2", "200"]
    assert "strict-transport-security" not in asked(shipped, "/")[1], "without HTTPS the header means nothing"


@needs_nginx
def test_the_server_answers_its_health_check(shipped: server.Server) -> None:
    assert asked(shipped, "/healthy.txt")[::2] == (200, "ok\n")
    contained = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    found = re.search(r"^HEALTHCHECK [^[]*(\[.*\])$", contained, re.MULTILINE)
    assert found, "deploy/Containerfile has no HEALTHCHECK"
    assert found[1].endswith('/healthy.txt"]')
    asked_by_compose = composed()["healthcheck"]["test"]
    assert asked_by_compose == ["CMD", *json.loads(found[1])], (
        "deploy/compose.yml and deploy/Containerfile ask differently"
    )


def composed() -> dict[str, Any]:
    """The service of deploy/compose.yml."""
    service: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yml").read_text(encoding="utf-8"))["services"][
        "site"
    ]
    return service


def test_the_server_of_the_image_may_write_to_its_one_folder_whatever_runs_it() -> None:
    contained = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    (tmpfs,) = composed()["tmpfs"]
    folder, _, options = tmpfs.partition(":")
    assert "mode=1777" in options
    assert f"install -d -m 1777 {folder}\n" in contained, (
        f"deploy/Containerfile: make {folder} with -m 1777; runc before 1.1.8 gives the tmpfs the folder's rights, "
        "and the server, which is not root, then does not start"
    )
    assert composed()["read_only"] is True


@needs_nginx
def test_pages_work_in_the_shipped_server(shipped: server.Server, chromium: Browser) -> None:
    home = f"http://127.0.0.1:{shipped.http}/"
    context = chromium.new_context()
    for address in (
        "",
        "overview/summary/",
        "choose/",
        "choose/cost-and-density/",
        "reference/comparison/",
        "nowhere/at/all/",
    ):
        seen = Visit(context.new_page()).listen()
        seen.page.goto(home + address, wait_until="networkidle")
        # The page for lost readers looks for its files in the folders above, and finds them in the last.
        sought = ("404", "MIME type") if address == "nowhere/at/all/" else ()
        errors = [error for error in seen.errors if not any(word in error for word in sought)]
        assert errors == [], f"{address}: {errors}"
        assert seen.foreign(home) == [], address
        seen.page.close()
    seen = Visit(context.new_page()).listen()
    seen.page.goto(home)
    open_search(seen.page)
    assert type_search(seen.page, "hypervisor")
    assert seen.errors == []
    context.close()


@needs_nginx
def test_a_lost_reader_below_a_base_path_finds_the_way(web_below: Path, chromium: Browser) -> None:
    with server.shipped(web_below, address=BELOW, quality=1) as running:
        home = f"http://127.0.0.1:{running.http}"
        assert asked(running, "/docs/deep")[1]["location"] == "/docs/deep/"
        page = chromium.new_page()
        for address in ("/docs/deep/a/b/c", "/elsewhere", "/docs/deep/assets/"):
            answer = page.goto(home + address)
            assert answer is not None
            assert answer.status == 404
            assert page.locator("h1").inner_text() == "This page does not exist"
            assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Atkinson'), address
            for link in page.locator("article ul a").all():
                target = str(link.evaluate("link => link.href"))
                path = target.replace("https://example.org", "").replace(home, "")
                assert asked(running, path)[0] == 200, f"{address}: {target}"
        page.close()
