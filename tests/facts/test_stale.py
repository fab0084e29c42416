"""``dev.py sources --stale`` finds pins whose file has changed, and says what it could not look at."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

import pytest

from scripts.facts.models import Source
from scripts.facts.stale import report


def source(ref: str, issued: str | None = None, path: str = "docs/a.md") -> Source:
    """A registered file of the repository ``owner/name``."""
    return Source(
        id="a-file",
        type="webpage",
        title="A file",
        author=[{"literal": "Somebody"}],  # type: ignore[list-item]
        issued=issued,
        undated=True if len(ref) == 40 and not issued else None,
        URL=f"https://github.com/owner/name/blob/{ref}/{path}",
        accessed=dt.date(2026, 11, 25),
        kind="documentation",
        read="full-text",
        supports="Something.",
    )


@pytest.fixture(scope="module")
def mirrors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bare clone in which docs/a.md changed on 2 January and docs/b.md only appeared on the first."""
    work, folder = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("mirrors")

    def git(*arguments: str, day: int = 1) -> None:
        moment = f"2026-01-0{day}T12:00:00Z"
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        environment = {
            "GIT_COMMITTER_DATE": moment,
            "GIT_AUTHOR_DATE": moment,
            "PATH": "/usr/bin:/bin",
            "HOME": str(work),
        }
        subprocess.run(["git", *who, *arguments], cwd=work, env=environment, check=True, capture_output=True)

    git("init", "-q")
    (work / "docs").mkdir()
    for name in ("a", "b"):
        (work / f"docs/{name}.md").write_text("one\n")
    git("add", ".")
    git("commit", "-qm", "one")
    git("tag", "first")
    (work / "docs/a.md").write_text("two\n")
    git("commit", "-qam", "two", day=2)
    git("clone", "-q", "--bare", str(work), str(folder / "owner+name"))
    return folder


def commit(mirrors: Path, name: str) -> str:
    """The full id of a commit in the clone."""
    command = ["git", f"--git-dir={mirrors / 'owner+name'}", "rev-parse", name]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_file_that_changed_after_its_pin_is_named_with_the_day_it_was_read_as_of(mirrors: Path) -> None:
    found = report([source(commit(mirrors, "first"), "2026-01-01")], mirrors)
    assert found == ["a-file: has changed since (read as of 2026-01-01): read it again"]


def test_a_file_that_did_not_change_is_not_named(mirrors: Path) -> None:
    assert report([source(commit(mirrors, "first"), "2026-01-01", "docs/b.md")], mirrors) == []


def test_a_clone_that_is_older_than_the_pin_says_nothing_of_later_changes(mirrors: Path, tmp_path: Path) -> None:
    newest, old = commit(mirrors, "HEAD"), tmp_path / "owner+name"
    subprocess.run(["git", "clone", "-q", "--bare", str(mirrors / "owner+name"), str(old)], check=True)
    subprocess.run(["git", f"--git-dir={old}", "update-ref", "HEAD", "first"], check=True)
    assert report([source(newest, "2026-01-02")], tmp_path) == []


def test_the_day_of_the_pin_must_be_that_of_the_last_change(mirrors: Path) -> None:
    found = report([source(commit(mirrors, "HEAD"), "2026-01-05")], mirrors)
    assert found == ["a-file: 'issued' is 2026-01-05, the file last changed on 2026-01-02"]


@pytest.mark.parametrize("branch", ["main", "HEAD", "master"])
def test_a_moving_branch_is_named_without_any_clone(branch: str) -> None:
    assert report([source(branch)], None) == [f"a-file: stands at the moving '{branch}': name the commit that was read"]


def test_a_pin_whose_age_nobody_knows_is_counted_and_dated_where_a_clone_knows_it(mirrors: Path) -> None:
    assert report([source("0" * 40)], mirrors) == [
        "1 of 1 pins are undated: nobody has seen when their file last changed"
    ]
    assert (
        report([source(commit(mirrors, "HEAD"))], mirrors)[0]
        == "a-file: 'issued' is missing, the file last changed on 2026-01-02"
    )


def test_without_clones_it_says_that_it_needs_them() -> None:
    found = report([source("0" * 40, "2026-01-01")], None)
    assert found == ["1 of 1 pins were not compared: give --mirrors with clones of owner/name"]
