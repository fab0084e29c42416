"""The one entry sets itself up, and says in one line what is in the way."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import browser
from scripts.paths import ROOT
from tests.support import replace


def run(*arguments: str, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """``dev.py`` as a stranger runs it."""
    command = [sys.executable, "scripts/dev.py", *arguments]
    return subprocess.run(command, cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    "command", ["serve", "build", "test", "bench", "new", "diagrams", "offline", "lock", "sources"]
)
def test_every_command_explains_itself(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 3


def test_without_network_the_reason_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/dev.py", tmp_path / "scripts/dev.py")
    shutil.copy(ROOT / "requirements.txt", tmp_path / "requirements.txt")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_NO_CACHE_DIR": "1", "PIP_CONFIG_FILE": os.devnull}
    nowhere |= {"PIP_RETRIES": "0", "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": ""}
    done = run("build", cwd=tmp_path, **nowhere)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "No network: the locked packages cannot be downloaded. Connect, then run the same command again."
    ]
    assert not list(tmp_path.glob(".venv/installed-*")), "a failed installation does not count as done"


def free_port() -> int:
    """A port of this computer that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving_live(folder: Path) -> Iterator[str]:
    """``dev.py serve`` for the sources in ``folder``; gives the address."""
    port = free_port()
    command = [sys.executable, "scripts/dev.py", "serve", "--no-open", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, start_new_session=os.name != "nt"
    )
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        # Not SIGINT: what was started in the background, as CI may start the tests, ignores it.
        os.killpg(process.pid, signal.SIGTERM) if os.name != "nt" else process.terminate()
        process.wait(timeout=120)


def shows(address: str, words: str) -> bool:
    """Whether the page at ``address`` comes to hold ``words``. The two minutes only keep a test from hanging."""
    last = time.monotonic() + 120
    while time.monotonic() < last:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 (our own server)
                if words in answer.read().decode():
                    return True
        except OSError:
            pass
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("port", ["70000", "-1", "used"])
def test_a_port_that_cannot_be_served_is_said_in_one_line(port: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = str(taken.getsockname()[1]) if port == "used" else port
        done = run("serve", "--no-open", "--port", number)
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    assert "--port" in lines[0]
    assert "--host" in lines[0]


def test_a_host_that_is_not_of_this_machine_is_said_in_one_line() -> None:
    done = run("serve", "--no-open", "--host", "192.0.2.1", "--port", str(free_port()))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "setting", "remedy"),
    [
        ("bench --runs 0", {}, "a whole number from 1 on"),
        ("bench --server --grow", {}, "not allowed with"),
        ("bench --record", {}, "give both"),
        ("bench no-such-commit", {}, "name one, or none for HEAD"),
        ("bench", {"PATH": "no-such-folder"}, "apt-get install git"),
        ("bench", {"GIT_DIR": "no-such-folder"}, "clone the repository"),
        ("build", {"SITE_URL": "docs.example.org/path"}, "https://docs.example.org/path/"),
        ("build --with-archive", {"BROWSER_PATH": "no/such/browser"}, "name a browser's executable"),
        ("diagrams --force", {"BROWSER_PATH": "no/such/browser"}, "name a browser's executable"),
        ("sources --stale --mirrors no-such-folder", {}, "name the one that holds the clones"),
        ("sources --sample 1 --size 0", {}, "a whole number from 1 on"),
        ("sources --sample 1 --size 100000", {}, "ask for no more"),
        ("new page Bad_Name", {}, "as in guides/patch"),
        ("measure --check no-such-file", {}, "Correct the name"),
    ],
)
def test_an_error_names_its_remedy_and_shows_no_traceback(arguments: str, setting: dict[str, str], remedy: str) -> None:
    done = run(*arguments.split(), **setting)
    assert done.returncode != 0
    assert remedy in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_an_edit_of_a_data_row_or_a_template_is_served(copy: Path) -> None:
    (copy / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)
    with serving_live(copy) as address:
        figures = address + "reference/figures/"
        assert shows(figures, "about 17\N{NO-BREAK SPACE}ms")
        for file, old, new in (
            ("docs/data/claims.yml", "100 in sequence took", "100 one by one took"),
            ("scripts/pages/templates/ledgers.html", '<div class="ledger">', '<div class="ledger" id="new-markup">'),
        ):
            replace(copy / file, old, new)
            assert shows(figures, new)
        # What was edited can be searched for, too.
        assert shows(address + "assets/search.js", "100 one by one took")
        for part in ("assets/scripts/search.js", "assets/scripts/words.js", "assets/vendor/minisearch.js"):
            assert shows(address + part, "use strict" if "vendor" not in part else "MiniSearch")


def test_a_wrong_browser_path_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", "no/such/browser")
    with pytest.raises(browser.NoBrowserError, match="no/such/browser"):
        browser.installed()


def test_without_any_browser_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "installed", lambda: None)
    monkeypatch.setattr(browser, "_run", lambda *_, **__: False)
    with pytest.raises(browser.NoBrowserError, match="apt-get install chromium"):
        browser.ensure()


def test_ci_runs_the_readmes_command_and_nothing_else() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    command = "python3 scripts/dev.py test"
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert script.strip().splitlines()[-1] == f"exec {command}"
