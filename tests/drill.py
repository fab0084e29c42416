"""What the mutation drill needs: a copy of the project that checks take for the project, and faults put into it."""

from __future__ import annotations

import contextlib
import functools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from scripts.facts import load, yamlfile
from scripts.paths import ROOT
from tests.site import test_links
from tests.test_suite import tracked

# What checks use and nobody breaks: linked into the copy.
LINKED = ("tests/node_modules",)


@dataclass(frozen=True)
class Fault:
    """A mistake as somebody might make it, and who has to notice.

    ``old`` is replaced by ``new`` once in ``file``; without ``old`` the file is written anew, without ``new`` deleted.
    """

    what: str
    file: str
    old: str
    new: str | None
    # A test (called with what ``given`` makes of the folder with the fault), or a function that gives its complaints.
    check: Callable[..., Any]
    said: str
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """For the list of tests: the mistake, and the check that has to notice it."""
        return f"{self.what} -> {self.check.__name__}"

    def put_into(self, folder: Path) -> None:
        """Make the mistake in ``folder``."""
        path = folder / self.file
        if not self.old:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.new or "", encoding="utf-8")
            return
        text = path.read_text(encoding="utf-8")
        assert self.old in text, f"{self.file} no longer holds {self.old!r}: choose another place for this fault"
        # Not in place: the file may be linked with the true one.
        path.unlink()
        if self.new is not None:
            path.write_text(text.replace(self.old, self.new, 1), encoding="utf-8")

    def complaints(self, folder: Path) -> str:
        """What the check says of ``folder``; empty if it is content."""
        given = {name: value(folder) if callable(value) else value for name, value in self.given.items()}
        try:
            found = self.check(**given)
        except AssertionError as error:
            return str(error)
        except ExceptionGroup as group:
            return "\n".join(map(str, group.exceptions))
        # A function that gives something else than complaints is content.
        return "\n".join(map(str, found)) if isinstance(found, list | Iterator) else ""


def copied(target: Path) -> Path:
    """The project's files, known to a git of their own."""
    for path in tracked():
        to = target / path.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, to)
    for name in LINKED:
        if (ROOT / name).exists():
            (target / name).symlink_to(ROOT / name)
    git(target, "init", "--quiet")
    git(target, "add", "--all")
    return target


def git(folder: Path, *arguments: str) -> None:
    """A command of git in ``folder``."""
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@contextlib.contextmanager
def broken(folder: Path, fault: Fault) -> Iterator[None]:
    """While this lasts, the fault is in ``folder``."""
    path = folder / fault.file
    before = path.read_bytes() if path.exists() else None
    fault.put_into(folder)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        if before is not None:
            path.write_bytes(before)


@contextlib.contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """While this lasts, every module of the project takes ``folder`` for the folder of the project."""
    with pytest.MonkeyPatch.context() as patch:
        for module in _modules():
            for name, value in list(vars(module).items()):
                moved = _moved(value, folder)
                if moved is not value:
                    patch.setattr(module, name, moved)
                elif isinstance(value, FunctionType) and value.__defaults__ and value.__module__ == module.__name__:
                    patch.setattr(value, "__defaults__", tuple(_moved(one, folder) for one in value.__defaults__))
        # Of twenty files one has changed: the others are read once.
        patch.setattr(load, "read", lambda path: _read(path, path.read_bytes()))
        forget()
        yield
    forget()


def forget() -> None:
    """Forget what was kept of the project's files."""
    for module in _modules():
        for value in _kept(module):
            # It looks whether a file has changed.
            if value is not test_links.parsed:
                value.cache_clear()


def _modules() -> list[ModuleType]:
    """The project's modules; this one has to know where the project really is."""
    return [m for n, m in sys.modules.items() if m and n.startswith(("scripts.", "tests.")) and n != __name__]


def _kept(module: ModuleType) -> list[Any]:
    return [value for value in vars(module).values() if hasattr(value, "cache_clear")]


@functools.cache
def _read(path: Path, content: bytes) -> yamlfile.YamlFile:
    return yamlfile.read(path)


def _moved(value: Any, folder: Path) -> Any:
    """A path of the project, or a list of such, as it is in ``folder``; everything else as it is."""
    if isinstance(value, Path) and value.is_relative_to(ROOT) and ".venv" not in value.parts:
        return folder / value.relative_to(ROOT)
    if isinstance(value, list | tuple) and value and all(isinstance(one, Path) for one in value):
        return type(value)(_moved(one, folder) for one in value)
    return value
