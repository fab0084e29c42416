"""Equal sources give equal bytes; what is locked and vendored is what is stated; a broken link stops the build."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from scripts import vendored
from scripts.paths import ROOT
from scripts.publish.edition import BuildError, build, pack
from tests.editions import ARCHIVE, FORK


def digests(folder: Path) -> dict[str, str]:
    """Every file with its SHA-256."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_two_builds_are_byte_identical(web: Path, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "4711")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    again = tmp_path / "again"
    build(again, source=copy)
    first, second = digests(web), digests(again)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_two_archives_are_byte_identical(disk: Path, tmp_path: Path) -> None:
    pack(tmp_path / ARCHIVE)
    assert (tmp_path / ARCHIVE).read_bytes() == (disk.parent / ARCHIVE).read_bytes()


# What is written at the end of a page, and what is said of it.
MISTAKES = {
    "overview/summary.md": ("[x](no-such-page.md)", "no-such-page.md"),
    "overview/architecture.md": ("[x](summary.md#no-such-anchor)", "no-such-anchor"),
    "overview/introduction.md": (
        '```mermaid name="new" caption="x"\nflowchart TB\n accTitle: t\n accDescr: d\n a-->b\n```',
        "dev.py diagrams",
    ),
    "about/method.md": ("[x](/nowhere/page.md)", "nowhere/page.md"),
}
IN_ROWS = {
    "about/data.md": ('[= cite("no-such-source") =]', "there is no source 'no-such-source'"),
    "about/offline.md": ('[= claim("no-such-claim") =]', "there is no figure 'no-such-claim'"),
}


@pytest.mark.parametrize("mistakes", [MISTAKES, IN_ROWS], ids=["links and pictures", "what pages ask for"])
def test_mistakes_in_pages_stop_the_build_and_are_all_named(
    copy: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], mistakes: dict[str, tuple[str, str]]
) -> None:
    for name, (text, _) in mistakes.items():
        page = copy / "docs" / name
        page.write_text(page.read_text(encoding="utf-8") + f"\n\n{text}\n", encoding="utf-8")
    target = tmp_path / "target"
    target.mkdir()
    (target / "kept.html").write_text("the last good build", encoding="utf-8")
    with pytest.raises(BuildError):
        build(target, source=copy)
    output = "".join(capfd.readouterr())
    for name, (_, said) in mistakes.items():
        assert any(said in line and name in line for line in output.splitlines()), f"{name}: {said}\n{output}"
    assert [p.name for p in target.iterdir()] == ["kept.html"], "a failed build leaves the last good one alone"


def test_a_fork_publishes_under_its_own_name(web_below: Path) -> None:
    page = (web_below / "overview/summary/index.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{FORK["SITE_URL"]}overview/summary/">' in page
    assert f'href="{FORK["REPO_URL"]}/edit/main/docs/overview/summary.md"' in page


def test_vendored_files_are_the_stated_ones() -> None:
    assert vendored.problems() == []
    for entry in json.loads(vendored.MANIFEST.read_text(encoding="utf-8"))["files"]:
        assert {"file", "version", "licence", "origin", "use", "sha256"} <= set(entry)


def test_every_vendored_file_is_in_the_manifest() -> None:
    stated = {e["file"] for e in json.loads(vendored.MANIFEST.read_text(encoding="utf-8"))["files"]}
    folders = (ROOT / "docs/assets/vendor", ROOT / "docs/assets/fonts")
    there = {
        p.relative_to(ROOT).as_posix() for folder in folders for p in folder.iterdir() if p.name != "manifest.json"
    }
    assert there == stated, f"docs/assets/vendor/manifest.json and the files differ in {sorted(there ^ stated)}"


@pytest.mark.parametrize("folder", [".", "tests"])
def test_locks_pin_everything_with_hashes_and_agree_with_the_requirements(folder: str) -> None:
    lock = (ROOT / folder / "requirements.txt").read_text(encoding="utf-8")
    wanted = (ROOT / folder / "requirements.in").read_text(encoding="utf-8")
    entries = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)(.*(?:\n {4}--hash.*)*)", lock, re.MULTILINE)
    assert len(entries) > 5
    bare = [name for name, _, rest in entries if "--hash=sha256:" not in rest]
    assert bare == [], f"{folder}/requirements.txt: {bare} have no checksum: run dev.py lock"
    locked = {name.lower(): version for name, version, _ in entries}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", wanted, re.MULTILINE):
        assert locked.get(name.lower()) == version, f"{folder}/requirements.txt is older than .in: run dev.py lock"


@pytest.mark.parametrize("folder", [".", "tests"])
def test_a_lock_names_no_other_place_to_take_packages_from(folder: str) -> None:
    for name in ("requirements.in", "requirements.txt"):
        for number, line in enumerate((ROOT / folder / name).read_text(encoding="utf-8").splitlines(), start=1):
            found = re.search(r"^\s*-(?!c |-hash)\S+|https?:|@ |git\+", line.split(" # ")[0].split("# ")[0])
            assert not found, f"{folder}/{name}:{number}: '{line.strip()}': lock a released package by version and hash"


@pytest.mark.parametrize("folder", ["tests", "tests/lighthouse"])
def test_what_npm_installs_is_locked_with_checksums(folder: str) -> None:
    wanted = json.loads((ROOT / folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), (
            f"{folder}/package.json: {name}: name one version, not '{version}'"
        )
        assert packages[f"node_modules/{name}"]["version"] == version, f"{folder}: {name}: run npm install there"
    for name, package in packages.items():
        # The first stands for the folder itself.
        if name and not package.get("inBundle"):
            where = f"{folder}/package-lock.json: {name}"
            assert package.get("integrity", "").startswith("sha512-"), f"{where} has no checksum: run npm install there"
            assert "resolved" not in package, f"{where} names a place to take it from; tests/.npmrc leaves that out"


def test_the_site_uses_no_hooks() -> None:
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert not re.search(r"^hooks:", config, re.MULTILINE), "another engine would drop hooks without a word"
