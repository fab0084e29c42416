"""What a hands-on page (a lab or a guide) says of itself in its front matter, and which steps it has."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from scripts.pages.links import Links
from scripts.pages.render import part
from scripts.pages.text import plain
from scripts.paths import DOCS

FOLDERS = ("labs", "guides")
FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w+)(?P<head>[^\n]*)\n(?P<body>.*?)^(?P=indent)```$", re.M | re.S)
TITLE = re.compile(r'title="([^"]*)"')
STATUS = re.compile(r"\bstatus (\d+)")
# A block whose title begins so is for the reader's machine only. Pages count such blocks.
NOT_RUN = "Not run by our tests"
# A block whose title begins so is run where Docker's engine can start gVisor.
WITH_GVISOR = "With gVisor"
# An output whose title begins so is what podman prints where it differs from Docker.
PODMAN = "podman"
# Need -> the words on its badge.
NEEDS = {
    "linux": "Linux",
    "docker": "Docker or podman",
    "qemu": "QEMU",
    "qemu-img": "qemu-img and qemu-io",
    "qemu-user": "QEMU for programs",
    "nft": "nft",
    "tun": "the right to make taps",
    "root": "root",
}
# Need -> what printed the outputs that the pages show. Change it when you take new outputs into a page.
REFERENCE = {
    "docker": "Docker 20.10 and podman 4.3",
    "qemu": "QEMU 7.2, the machines emulated",
}
REFERENCE_DAY = "Debian 12 with Linux 6.18, 26 November 2026"


@dataclass(frozen=True)
class Step:
    """Commands of a page, what it shows for them, and with which status they may end besides 0."""

    commands: str
    title: str = ""
    shown: str = ""
    shown_by_podman: str | None = None

    @property
    def is_run(self) -> bool:
        """Whether the tests run it."""
        return not self.title.startswith(NOT_RUN)

    @property
    def why_not(self) -> str:
        """Why the tests do not run it, as its title says."""
        return self.title.removeprefix(NOT_RUN).removeprefix(": ")

    @property
    def wants_gvisor(self) -> bool:
        """Whether it is about gVisor, which not every machine can start."""
        return self.title.startswith(WITH_GVISOR)

    @property
    def status(self) -> int:
        """The status that the title announces for a command that fails on purpose."""
        found = STATUS.search(self.title)
        return int(found.group(1)) if found else 0


@dataclass(frozen=True)
class HandsOn:
    """A page with steps, and what its front matter's ``hands_on`` says of them."""

    path: Path
    title: str
    proves: str
    minutes: int
    needs: tuple[str, ...]
    topic: str | None = None
    claims: tuple[str, ...] = ()
    # Patterns of what differs from run to run.
    varies: tuple[str, ...] = ()
    # The page is about an engine that runs as root; about an ordinary user; or publishes ports.
    engine_as_root: bool = False
    ordinary_user: bool = False
    publishes: bool = False
    steps: tuple[Step, ...] = field(default=())

    @property
    def page(self) -> str:
        """Its path below docs/."""
        return self.path.relative_to(DOCS).as_posix()

    @property
    def emulated(self) -> bool:
        """Whether it boots a machine, which our tests do under emulation."""
        return "qemu" in self.needs

    @property
    def root(self) -> str:
        """Who has to be root for it: the reader, the engine, or nobody."""
        if "root" in self.needs:
            return "as root"
        if self.engine_as_root:
            return "an engine that runs as root"
        return "no root" if self.ordinary_user or "docker" not in self.needs else "an account that may use it"


def steps(text: str) -> tuple[Step, ...]:
    """The ``sh`` fences of a page in order, each with the ``text`` fences that follow it."""
    found: list[Step] = []
    for fence in FENCE.finditer(text):
        title = (TITLE.search(fence["head"]) or [None, ""])[1] or ""
        body = textwrap.dedent(fence["body"])
        if fence["kind"] == "sh":
            found.append(Step(body, title))
        elif fence["kind"] == "text" and found:
            last = found.pop()
            if title.startswith(PODMAN):
                found.append(Step(last.commands, last.title, last.shown, body))
            else:
                found.append(Step(last.commands, last.title, body, last.shown_by_podman))
    return tuple(found)


def read(path: Path) -> HandsOn | None:
    """A page as it describes itself; None for one that has no ``hands_on``."""
    text = path.read_text(encoding="utf-8")
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    try:
        meta: dict[str, Any] = yaml.safe_load(head) or {}
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: its front matter is no YAML: {error}") from None
    if "hands_on" not in meta:
        return None
    row: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in meta["hands_on"].items()
    }
    return HandsOn(path=path, title=meta["title"], steps=steps(body), **row)


def hands_on(folder: str) -> list[HandsOn]:
    """The pages of ``labs`` or ``guides`` that have steps, in the order of their names."""
    return [found for path in sorted((DOCS / folder).glob("*.md")) if (found := read(path))]


def badges(links: Links) -> str:
    """Under a page's title: time, what it needs, and how much of it the tests run."""
    page = read(DOCS / links.here)
    if page is None:
        raise ValueError(f"docs/{links.here} asks for badges but has no hands_on in its front matter")
    run = sum(step.is_run for step in page.steps)
    words = [f"{page.minutes} minutes", *(NEEDS[need] for need in page.needs if need != "root"), page.root]
    reference, before = reference_run(page.needs) if run else "", links.html("labs/index.md", "before-you-begin")
    return part("labs", "badges", words, run, len(page.steps) - run, reference, before)


def reference_run(needs: tuple[str, ...] = tuple(REFERENCE)) -> str:
    """What printed the outputs of a page with these needs, or of all pages."""
    engines = [REFERENCE[need] for need in REFERENCE if need in needs]
    return ", ".join([*engines, REFERENCE_DAY])


def not_run(folder: str, links: Links) -> str:
    """A list of the pages of ``labs`` or ``guides`` with blocks that the tests do not run, and why, as Markdown."""
    lines = []
    for page in hands_on(folder):
        reasons = [step.why_not for step in page.steps if not step.is_run]
        if reasons:
            each = "; ".join(f"{plain(why)} ({reasons.count(why)})" for why in dict.fromkeys(reasons))
            lines.append(f"- [{plain(page.title)}]({links.markdown(page.page)}): {each}")
    return "\n".join(lines)


def index(folder: str, links: Links) -> str:
    """The table of all labs, or of all guides, as Markdown."""
    what = "Proves" if folder == "labs" else "You end with"
    lines = [f"| {folder.capitalize().removesuffix('s')} | {what} | Needs | Minutes |", "|---|---|---|---|"]
    for page in sorted(hands_on(folder), key=lambda page: (page.minutes, page.title)):
        needs = ", ".join(NEEDS[need] for need in page.needs)
        lines.append(
            f"| [{plain(page.title)}]({links.markdown(page.page)}) | {plain(page.proves)} | {needs} | {page.minutes} |"
        )
    return "\n".join(lines)


def about(topics: set[str]) -> list[HandsOn]:
    """The labs and guides that name one of these topics."""
    return [page for folder in FOLDERS for page in hands_on(folder) if page.topic in topics]
