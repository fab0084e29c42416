"""PDFs of pages that people print: tagged, with bookmarks, made by a browser from the edition for disk.

Equal pages give equal bytes under one browser: what a browser takes from its clock and its counters is replaced.
"""

from __future__ import annotations

import contextlib
import posixpath
import re
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from scripts import browser
from scripts.paths import PAPERS as FOLDER
from scripts.publish.edition import FOLDER_IN_ARCHIVE, BuildError, epoch
from scripts.publish.moved import templates

# What is printed: the name of the PDF, and the page in the edition for disk.
PRINTED = {
    "docker-vs-vm-overview.pdf": "overview/one-page.html",
    "docker-vs-vm-cheat-sheet.pdf": "explainers/cheat-sheet.html",
}
GIVE_UP_SECONDS = 120
LINK = re.compile(r'(<a\b[^>]*?)\shref="([^"#][^"]*)"')
DATE = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}")
# The browser's own count of what it has seen, in which one more or less makes no difference to a reader.
NODE = re.compile(rb"\(node(\d{8})\)")


@contextlib.contextmanager
def printed(archive: Path, address: str) -> Iterator[Path | None]:
    """A folder with the PDFs, made from the archive for disk; nothing where no browser is installed."""
    program = browser.installed()
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
        made = Path(folder) / FOLDER
        made.mkdir()
        for name, page in PRINTED.items():
            write(program, Path(folder) / FOLDER_IN_ARCHIVE, page, made / name, address)
        yield made


def write(program: Path, site: Path, page: str, target: Path, address: str) -> None:
    """Print a page of the edition for disk in ``site``. Its links lead to ``address``, or without one, nowhere."""
    source = site / page
    copy = source.with_name(f"print-{source.name}")
    sheet = templates.get_template("sheet.html").render()
    text = for_paper(source.read_text(encoding="utf-8"), page, address).replace("</head>", f"{sheet}</head>", 1)
    copy.write_text(text, encoding="utf-8")
    command = [str(program), "--headless", *browser.launch_args(), "--no-pdf-header-footer"]
    command += ["--generate-pdf-document-outline", f"--print-to-pdf={target}", copy.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=GIVE_UP_SECONDS)
    copy.unlink()
    if done.returncode != 0 or not target.exists():
        raise BuildError(
            f"{program} did not print {page}: {' '.join(done.stderr.split())[-300:] or 'no output'}. "
            "Name a Chromium that starts with BROWSER_PATH, or build without --with-archive."
        )
    target.write_bytes(settled(target.read_bytes()))


def for_paper(text: str, page: str, address: str) -> str:
    """A page whose links hold wherever its PDF lies: whole addresses, or plain words where none is known."""

    def whole(match: re.Match[str]) -> str:
        if re.match(r"[a-z]+:", match[2]):
            return match[0]
        if not address:
            return match[1]
        way, _, anchor = match[2].partition("#")
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(page), way))
        goal = re.sub(r"(^|/)index\.html$", r"\1", goal)
        goal = f"{goal.removesuffix('.html')}/" if goal.endswith(".html") else goal
        return f'{match[1]} href="{urljoin(address, goal)}{"#" if anchor else ""}{anchor}"'

    return LINK.sub(whole, text)


def settled(content: bytes) -> bytes:
    """A PDF dated by the newest commit instead of the clock, its elements numbered from 0; nothing else moves."""
    date = time.strftime("%Y%m%d%H%M%S", time.gmtime(epoch())).encode()
    number = {node: n for n, node in enumerate(sorted(set(NODE.findall(content))))}
    numbered = NODE.sub(lambda match: b"(node%08d)" % number[match[1]], content)
    return DATE.sub(rb"\g<1>" + date, numbered)
