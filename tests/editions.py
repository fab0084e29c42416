"""The editions of the site that tests look at: each is built once, however many workers there are."""

from __future__ import annotations

import contextlib
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.publish.edition import FOLDER_IN_ARCHIVE, build, pack

try:
    import fcntl
except ImportError:  # Windows: each worker builds its own.
    fcntl = None  # type: ignore[assignment]

FORK = {"SITE_URL": "https://example.org/docs/deep/", "REPO_URL": "https://github.com/somebody/fork"}
ARCHIVE = "offline.zip"


def _web(folder: Path) -> None:
    """The web edition."""
    build(folder / "site")


def _fork(folder: Path) -> None:
    """The web edition of a fork: an address of its own with a path, and a repository of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in FORK.items():
            patch.setenv(name, value)
        build(folder / "site")


def _disk(folder: Path) -> None:
    """The edition for disk, unpacked from the archive that readers get."""
    pack(folder / ARCHIVE)
    with zipfile.ZipFile(folder / ARCHIVE) as file:
        file.extractall(folder)
    (folder / FOLDER_IN_ARCHIVE).rename(folder / "site")


# The fixture that gives it -> how it is built.
EDITIONS = {"web": _web, "disk": _disk, "web_below": _fork}


def edition(name: str, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Path:
    """The folder of an edition; a worker that finds it under construction builds another one meanwhile."""
    own = folders.getbasetemp()
    shared = (own.parent if fcntl and "PYTEST_XDIST_WORKER" in os.environ else own) / "editions"
    asked = {fixture for item in request.session.items for fixture in getattr(item, "fixturenames", ())}
    wanted = [name, *(other for other in EDITIONS if other in asked and other != name)]
    while not (shared / name / "done").exists():
        for each in wanted:
            with _claimed(shared / each) as mine:
                if mine and not (shared / each / "done").exists():
                    EDITIONS[each](shared / each)
                    (shared / each / "done").touch()
                    break
        else:
            time.sleep(0.1)
    return shared / name / "site"


@contextlib.contextmanager
def _claimed(folder: Path) -> Iterator[bool]:
    """Whether nobody else builds in ``folder``; until the end nobody else will."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        if fcntl is None:
            yield True
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
