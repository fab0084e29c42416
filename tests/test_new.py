"""A new page, technology or lab is one file, and passes the checks except for what its author has to say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from scripts import new
from scripts.facts.checks import problems
from scripts.facts.load import Data, read_all
from scripts.pages.labs import read
from scripts.paths import DATA, ROOT
from scripts.publish.edition import build
from tests.conftest import copied
from tests.prose import level, spelling, style
from tests.site import test_content, test_html, test_links
from tests.site.test_labs import GUIDE_PARTS, LAB_PARTS
from tests.support import file_of, replace, source_of

# What is made -> the kind and name that ``dev.py new`` is given, and the address.
MADE = {
    "page": ("page", "about/beads", "about/beads/"),
    "guide": ("page", "guides/count-beads", "guides/count-beads/"),
    "lab": ("lab", "count-pebbles", "labs/count-pebbles/"),
    "technology": ("technology", "slate", "reference/technologies/slate/"),
}
HOSTILE = "An abacus & \"beads\" > 1 'row'"


@dataclass
class Made:
    """A copy of the sources with something new of each kind, what was said about it, and the site built of it."""

    source: Path
    said: dict[str, str]
    site: Path
    diagrams: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """``dev.py new`` for each kind, and the one step that it asks for besides; and a technology that is filled in."""
    folder = tmp_path_factory.mktemp("new")
    source = copied(folder / "copy")
    (source / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)
    said = {}
    for what, (kind, name, _) in MADE.items():
        command = [sys.executable, "scripts/dev.py", "new", kind, name]
        said[what] = subprocess.run(command, cwd=source, capture_output=True, text=True, check=True).stdout
    (source / ".venv").unlink()
    for kind, name, _ in list(MADE.values())[:3]:
        page = new.path_of(kind, name, source).relative_to(source / "docs").as_posix()
        after = "      - Method: about/method.md\n"
        replace(source / "mkdocs.yml", after, f"{after}      - {page}\n")
    row = yaml.safe_load((DATA / "technologies/container.yml").read_text(encoding="utf-8"))
    row |= {"id": "abacus", "name": "Abacus", "short": "Abacus", "order": 25, "summary": HOSTILE}
    (source / "docs/data/technologies/abacus.yml").write_text(yaml.safe_dump(row), encoding="utf-8")
    record, site = folder / "diagrams.jsonl", folder / "site"
    with pytest.MonkeyPatch.context() as patch:
        # Pictures are noted and not drawn: a new technology changes one.
        patch.setenv("DIAGRAMS_COLLECT", str(record))
        build(site, source=source)
    return Made(source, said, site, record.read_text(encoding="utf-8"))


@pytest.mark.parametrize("what", MADE)
def test_what_is_new_says_what_comes_next(made: Made, what: str) -> None:
    kind, name, _ = MADE[what]
    assert made.said[what].startswith(f"wrote {new.path_of(kind, name, Path()).as_posix()}. Fill in each TODO. ")
    assert new.NEXT[kind] in made.said[what]


def test_the_checks_find_nothing_but_what_the_author_must_say(made: Made, tmp_path: Path) -> None:
    """Every check of pages, rows and prose that needs no browser; a build with TODO is told from a finished one."""
    only, written = (
        tmp_path / "site",
        {key: new.path_of(kind, name, made.source) for key, (kind, name, _) in MADE.items()},
    )
    for _, _, address in MADE.values():
        alone = only / address / "index.html"
        alone.parent.mkdir(parents=True)
        shutil.copy(file_of(made.site, address), alone)
    all_read = test_content.read(only)
    test_content.test_every_page_has_one_h1_and_skips_no_heading_level(all_read)
    test_content.test_titles_headings_and_menu_hold_no_markup(all_read)
    assert test_html.errors(only) == []
    broken = [line for line in test_links.problems(made.site) if "#diagram-" not in line]
    for what, (_, _, address) in MADE.items():
        assert [line for line in broken if source_of(address) in line or written[what].stem in line] == []
    pages = [path for path in written.values() if path.suffix == ".md"]
    assert style(*pages) == []
    assert [line for line in spelling(tmp_path, *pages) if "'TODO'" not in line] == []
    for path in pages:
        test_content.test_front_matter_has_title_and_description(path)
        assert (level(path) or 0) <= 10
    for read_page in all_read:
        with pytest.raises(AssertionError, match="TODO"):
            test_content.test_no_page_shows_a_placeholder_or_an_unexpanded_macro([read_page])


@pytest.mark.parametrize(("what", "parts"), [("lab", LAB_PARTS), ("guide", GUIDE_PARTS)])
def test_a_new_lab_or_guide_has_its_parts_and_can_be_run(made: Made, what: str, parts: tuple[str, ...]) -> None:
    path = new.path_of(*MADE[what][:2], made.source)
    assert [part for part in parts if part not in path.read_text(encoding="utf-8")] == []
    page = read(path)
    assert page is not None
    assert [step.is_run for step in page.steps] == [True]
    assert page.steps[0].shown


def test_a_new_technology_has_an_answer_to_every_question(made: Made, data: Data) -> None:
    changed, errors = read_all(made.source / "docs/data")
    assert errors == []
    assert [str(problem) for problem in problems(changed) if "slate" in str(problem)] == []
    assert set(changed.technologies["slate"].cells) == set(data.dimensions)


def test_a_technology_brings_its_page_its_column_and_its_node_in_the_picture(made: Made, data: Data) -> None:
    page = (made.site / "reference/technologies/abacus/index.html").read_text(encoding="utf-8")
    assert "<h1" in page
    assert "An abacus &amp; &#34;beads&#34; &gt; 1" in page
    comparison = (made.site / "reference/comparison/index.html").read_text(encoding="utf-8")
    assert comparison.count('<td data-label="Abacus"') == len(data.dimensions)
    assert '[\\"Abacus\\"]' in made.diagrams, "its node in the spectrum"
    neighbour = (made.site / "reference/technologies/container/index.html").read_text(encoding="utf-8")
    assert 'href="../abacus/"' in neighbour, "its place in the menu of its section"


def test_nothing_is_overwritten_and_no_odd_name_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new.main(["page", "guides/patch"], tmp_path) == 0
    assert new.main(["page", "guides/patch"], tmp_path) == 1
    assert "is there already" in capsys.readouterr().err
    assert new.main(["lab", "../Elsewhere"], tmp_path) == 1
