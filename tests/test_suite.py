"""No test is switched off unnoticed, and no file of the project is named or written so that it breaks elsewhere."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from scripts.facts.checked import load
from scripts.facts.models import TURNING
from scripts.facts.uses import pages
from scripts.pages.stubs import write_stubs
from scripts.paths import ROOT
from tests.conftest import COLLECTED, EXPECTED_SKIPS, skips, unexpected

# Folder -> tests in it, parametrised ones counted one by one, less 5 %: a file or a list of cases that is gone shows.
# Raise them when tests are added.
FLOORS = {".": 148, "facts": 380, "measure": 87, "pages": 376, "site": 950}
OFF = {"skip", "skipif", "xfail", "importorskip"}
NAME = re.compile(r"[a-z0-9._-]+")
# Names that Windows keeps for devices, whatever follows the dot.
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
# A picture in Markdown: its words, its address.
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)")


def tracked() -> list[Path]:
    """Every file that git knows; all files outside a git checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def calls(path: Path) -> list[tuple[int, str]]:
    """What a file of tests calls or names as an attribute of pytest, with the line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(node.lineno, node.attr) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in OFF]


def test_no_test_has_gone(pytestconfig: pytest.Config) -> None:
    """Judged where all files were collected; ``-k`` and ``--quick`` choose after that."""
    counts = pytestconfig.stash[COLLECTED]
    if [Path(argument).name for argument in pytestconfig.args] == ["tests"]:
        lost = {name: counts[name] for name, floor in FLOORS.items() if counts[name] < floor}
        assert not lost, f"{lost} tests where there were {FLOORS}: restore them, or lower FLOORS and say why"
        assert set(counts) == set(FLOORS), "give each folder of tests its floor"


def test_the_floors_are_not_left_behind(pytestconfig: pytest.Config) -> None:
    counts = pytestconfig.stash[COLLECTED]
    if [Path(argument).name for argument in pytestconfig.args] == ["tests"]:
        low = {name: counts[name] for name, floor in FLOORS.items() if floor < counts[name] * 0.8}
        assert not low, f"{low} tests have grown past {FLOORS}: raise FLOORS in tests/test_suite.py to 95 % of them"


def test_tests_are_skipped_for_stated_reasons_only() -> None:
    for path in (*(ROOT / "tests").rglob("test_*.py"), ROOT / "tests/conftest.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, what in calls(path):
            where = f"{path.relative_to(ROOT)}:{number}"
            assert what in {"skip", "skipif"}, f"{where}: '{what}' hides a fault; mend it"
            stated = any(reason in lines[number - 1] for reason in EXPECTED_SKIPS)
            assert stated, f"{where}: add the reason to EXPECTED_SKIPS in tests/conftest.py"


@pytest.mark.parametrize(
    ("reason", "ci", "found"),
    [
        ("Skipped: podman is not installed", True, False),
        ("Skipped: too slow", True, True),
        ("Skipped: too slow", False, False),
    ],
)
def test_in_ci_an_unexpected_skip_fails(reason: str, ci: bool, found: bool) -> None:
    assert bool(unexpected([reason], in_ci=ci)) == found


def test_skips_are_counted_and_named() -> None:
    reports = [("tests/a.py::test_x[podman]", "Skipped: podman is not installed"), ("tests/b.py::test_y", "Skipped: z")]
    assert skips([]) == []
    assert skips(reports) == [
        "Skipped 2 tests, each for the reason that it gives:",
        "  podman is not installed: tests/a.py::test_x[podman]",
        "  z: tests/b.py::test_y",
    ]


# Waiting for a time, and judging by one. What has to be quick belongs to dev.py bench.
BY_THE_CLOCK = re.compile(r"wait_for_timeout\(|assert .*(?:perf_counter|monotonic\(\) -|time\(\) -|\.duration)")


def test_no_test_looks_at_the_clock() -> None:
    """Waiting is for something that comes to be; where a test needs a page's clock, it moves that on itself."""
    for path in tracked():
        if path.suffix == ".py" and path.is_relative_to(ROOT / "tests") and path != Path(__file__):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                assert not BY_THE_CLOCK.search(line), (
                    f"{path.relative_to(ROOT)}:{number}: wait for what is to be seen, or use page.clock"
                )


def test_files_are_named_so_that_every_system_can_hold_them() -> None:
    folders = ("docs", "scripts", "overrides")
    seen: dict[str, Path] = {}
    for path in tracked():
        relative = path.relative_to(ROOT)
        if relative.parts[0] not in folders:
            continue
        remedy = "use lower-case letters, digits, hyphens"
        for part in relative.parts:
            assert NAME.fullmatch(part), f"{relative}: {remedy}"
            assert not RESERVED.match(part), f"{relative}: Windows keeps this name for a device; {remedy}"
        assert len(str(relative)) <= 150, f"{relative}: too long a path for some systems; shorten it"
        assert not path.is_symlink(), f"{relative}: a link may lead out of the repository; copy the file"
        assert str(relative).lower() not in seen, f"{relative} and {seen[str(relative).lower()]} differ in case only"
        seen[str(relative).lower()] = relative


def test_no_text_turns_the_direction_of_writing() -> None:
    for path in tracked():
        if path.suffix in {".md", ".py", ".js", ".css", ".html", ".yml", ".toml", ".json"}:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                assert not TURNING.search(line), (
                    f"{path.relative_to(ROOT)}:{number}: delete the bidirectional character"
                )


def test_a_picture_has_words_and_not_the_name_of_its_file() -> None:
    for path in pages():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for words, address in PICTURE.findall(line):
                where = f"{path.relative_to(ROOT)}:{number}"
                assert words.strip(), f"{where}: say in the brackets what the picture shows"
                assert Path(address).stem.lower() not in words.lower(), (
                    f"{where}: say what it shows, not how it is called"
                )


def test_a_page_put_among_the_technologies_is_named_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.pages.stubs.FOLDER", tmp_path)
    mine = tmp_path / "mine.md"
    mine.write_text("# Mine\n", encoding="utf-8")
    with pytest.raises(ExceptionGroup) as caught:
        write_stubs(load())
    assert "mine.md:1: " in str(caught.value.exceptions[0])
    assert "docs/data" in str(caught.value.exceptions[0])
    assert mine.exists()
