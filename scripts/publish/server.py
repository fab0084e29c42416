"""Starts the server that deploy/ ships, as a user without rights: for the tests and for ``dev.py bench --server``."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.paths import ROOT

DEPLOY = ROOT / "deploy"
# What Debian calls the packages with these.
PACKAGES = "nginx-light libnginx-mod-http-brotli-static brotli openssl"
NEEDED = ("nginx", "brotli", "gzip", "openssl")
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
# In place of root: nobody.
NOBODY = 65534


@dataclass(frozen=True)
class Server:
    """A running server: its ports for HTTP and HTTPS, its folder, and the process that began it."""

    http: int
    https: int
    folder: Path
    pid: int


def missing() -> list[str]:
    """What the shipped configuration needs and this machine does not have."""
    lacking = [name for name in NEEDED if not shutil.which(name)]
    return lacking if BROTLI.exists() else [*lacking, BROTLI.name]


def obstacles(site: Path) -> list[str]:
    """Why a site cannot be sent by the shipped server here: a line for each reason, with its remedy."""
    lines = []
    if programs := missing():
        lines.append(
            f"The shipped server needs {', '.join(programs)}, which this computer does not have. "
            f"On Debian or Ubuntu: sudo apt-get install {PACKAGES}"
        )
    if not (site / "index.html").is_file():
        lines.append(f"There is no built site in {site}: run python3 scripts/dev.py build, then this again.")
    return lines


def status(address: str) -> int:
    """The status that an address of the server answers with."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 (our own server)
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def certify(folder: Path) -> None:
    """A certificate of our own, for this computer."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-subj", "/CN=localhost"]
    subprocess.run(command, check=True, capture_output=True)
    (folder / "key.pem").chmod(0o644)


@contextlib.contextmanager
def shipped(site: Path, *, address: str = "", quality: int = 5, configuration: Path | None = None) -> Iterator[Server]:
    """The site in nginx with deploy/nginx.conf: only its ports are others. ``address`` is a SITE_URL with a path.

    ``configuration`` stands in place of deploy/nginx.conf, to compare with.
    """
    folder = Path(tempfile.mkdtemp(prefix="served-"))
    try:
        for name in ("run", "tls", "www"):
            (folder / name).mkdir()
        subprocess.run([DEPLOY / "place.sh", site, folder / "www", address], check=True)
        compressing = {**os.environ, "QUALITY": str(quality)}
        subprocess.run([DEPLOY / "precompress.sh", folder / "www"], check=True, env=compressing)
        certify(folder / "tls")
        http, https = free_port(), free_port()
        for source, target in (
            (configuration or DEPLOY / "nginx.conf", "nginx.conf"),
            (DEPLOY / "tls.conf", "tls/tls.conf"),
        ):
            text = source.read_text(encoding="utf-8")
            text = text.replace("listen 8080", f"listen 127.0.0.1:{http}").replace(
                "listen 8443", f"listen 127.0.0.1:{https}"
            )
            (folder / target).write_text(text, encoding="utf-8")
        with _running(folder) as pid:
            _wait(http)
            yield Server(http, https, folder, pid)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running(folder: Path) -> Iterator[int]:
    """nginx in the foreground; when root, as nobody, who may write to ``run/`` only (as in the image)."""
    folder.chmod(0o755)
    identity: dict[str, int] = {}
    if os.geteuid() == 0:
        shutil.chown(folder / "run", NOBODY)
        identity = {"user": NOBODY, "group": NOBODY}
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr", "-g", "daemon off;"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, stdout=log, **identity)  # type: ignore[call-overload]
        try:
            yield process.pid
            if process.poll() is not None:
                raise RuntimeError((folder / "log").read_text(encoding="utf-8"))
        finally:
            process.send_signal(signal.SIGQUIT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(port: int) -> None:
    """Until the port answers."""
    last = time.monotonic() + 20
    while time.monotonic() < last:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"the server did not come to listen at port {port}")
