"""What a lab tells the reader to type is typed here, on real engines, and what it says comes out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.measure.cleanup import mounts_below, remove_tree, unmount
from scripts.measure.workload import build_tree, find_busybox, tar
from scripts.paths import DOCS

LABS = sorted(path for path in (DOCS / "labs").glob("*.md") if path.name != "index.md")
FENCE = re.compile(r"^```(sh|text)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Which programs a lab calls besides those that every Linux has.
ENGINE = "docker"
MACHINE = "qemu-system-x86_64"
# Numbers that a lab is about: user 0 and process 1, a filter in force, a limit in bytes, killed by signal 9.
MEANT = {"0", "1", "2", "67108864", "137"}

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the labs are for Linux")


@dataclass(frozen=True)
class Step:
    """Commands of a lab, and the output that the page shows for them; none when it shows none."""

    commands: str
    shown: str | None


def steps(page: Path) -> list[Step]:
    """The fences of a page, each output with the commands before it."""
    found: list[Step] = []
    for kind, text in FENCE.findall(page.read_text(encoding="utf-8")):
        if kind == "sh":
            found.append(Step(text, None))
        else:
            found[-1] = Step(found[-1].commands, text)
    return found


def words(text: str) -> list[str]:
    """The words of an output. One with a digit differs from machine to machine, so only where it comes again counts."""
    names: dict[str, str] = {}
    return [
        names.setdefault(word, f"N{len(names)}") if re.search(r"\d", word) and word not in MEANT else word
        for word in text.split()
    ]


@pytest.fixture(scope="module")
def engine() -> Iterator[Path]:
    """A folder with a ``docker`` that is podman with storage of its own, which holds an image of busybox."""
    if not shutil.which("podman"):
        pytest.skip("podman is not installed")
    # podman refuses paths longer than fifty characters, as pytest's own folders may have.
    place = Path(tempfile.mkdtemp(prefix="lab-"))
    config = place / "containers.conf"
    # Modest limits and no bridge: what needs more rights than some machines give is not what the labs are about.
    config.write_text(
        '[containers]\nnetns = "none"\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'
        '[engine]\nruntime = "runc"\nevents_logger = "none"\nstop_timeout = 0\n'
    )
    podman = f"podman --root {place}/root --runroot {place}/run --tmpdir {place}/podman"
    script = place / "bin/docker"
    script.parent.mkdir()
    # From its own folder: podman's monitor leaves a file where it is called when memory runs out.
    script.write_text(f'#!/bin/sh\ncd {place}\nCONTAINERS_CONF={config} exec {podman} "$@"\n')
    script.chmod(0o755)
    tree = build_tree(place / "tree", find_busybox())
    for name in ("cat", "date", "grep", "hostname", "id", "mount", "ps", "tail", "touch", "uname"):
        (tree / "bin" / name).symlink_to("busybox")
    (tree / "mnt").mkdir()
    done = subprocess.run(
        [script, "import", "-", "docker.io/library/busybox:latest"], input=tar(tree), capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    yield script.parent
    subprocess.run([script, "rm", "--all", "--force"], check=False, capture_output=True)
    # podman mounts its storage on itself, which would keep the folder from being removed.
    for point in mounts_below(place):
        unmount(point)
    remove_tree(place)


@pytest.mark.parametrize("page", LABS, ids=lambda page: page.stem)
def test_a_lab_does_what_it_says(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = "".join(step.commands for step in steps(page))
    path = os.environ["PATH"]
    if re.search(rf"\b{ENGINE} ", text):
        path = f"{request.getfixturevalue('engine')}{os.pathsep}{path}"
    if MACHINE in text and not shutil.which(MACHINE):
        pytest.skip("QEMU is not installed")
    # One shell for the whole page, as for a reader; between two steps stands a mark.
    mark = "-- the next step --"
    script = f"\necho '{mark}'\n".join(step.commands for step in steps(page))
    done = subprocess.run(
        ["bash"],
        input=script,
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    outputs = done.stdout.split(mark)
    assert len(outputs) == len(steps(page)), f"{page.name} ended early: {done.stdout}{done.stderr}"
    for step, output in zip(steps(page), outputs, strict=True):
        if step.shown is not None:
            assert words(output) == words(step.shown), (
                f"docs/labs/{page.name}: correct the output below\n{step.commands}\nIt was:\n{output}\n{done.stderr}"
            )
        else:
            assert not output.strip(), (
                f"docs/labs/{page.name} does not show that this prints '{output.strip()}':\n{step.commands}"
            )
    assert list(tmp_path.iterdir()) == [], f"docs/labs/{page.name} does not clean up after itself"


def test_there_are_labs_and_each_has_its_parts() -> None:
    assert len(LABS) >= 6
    overview = (DOCS / "labs/index.md").read_text(encoding="utf-8")
    for page in LABS:
        text = page.read_text(encoding="utf-8")
        for part in ("**Claim.**", "**You need**", "Clean up", "## If it differs"):
            assert part in text, f"docs/labs/{page.name} lacks '{part}'"
        assert f"({page.name})" in overview, f"docs/labs/index.md does not list {page.name}"


def test_a_lab_that_says_something_else_is_noticed() -> None:
    assert words("kernel: 6.1.0-56 here") == words("kernel: 6.18.44 here")
    assert words("the same kernel") != words("another kernel")
    assert words("host 6.1 guest 6.1") != words("host 6.1 guest 6.2"), "equal stays equal"
    assert words("user 0") != words("user 1000")
