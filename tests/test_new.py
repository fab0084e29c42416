"""A new page, technology or lab passes the checks except for what its author has to say."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scripts import new
from scripts.facts.checks import problems
from scripts.facts.load import Data, read_all
from scripts.facts.prose import FIGURE


@pytest.mark.parametrize("kind", ["page", "lab"])
def test_a_new_page_has_the_head_that_pages_need(tmp_path: Path, kind: str) -> None:
    assert new.main([kind, "some-thing"], tmp_path) == 0
    text = new.path_of(kind, "some-thing", tmp_path).read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("---", 2)[1])
    assert head["title"] == "Some thing"
    assert 50 <= len(head["description"]) <= 160
    assert "TODO" in text, "a build with it is told from a finished one: no page may show a placeholder"
    assert not FIGURE.search(text.split("---", 2)[2])


def test_a_new_technology_has_an_answer_to_every_question(folder: Path, data: Data) -> None:
    (folder / "technologies/abacus.yml").write_text(new.content("technology", "abacus", data), encoding="utf-8")
    changed, errors = read_all(folder)
    assert errors == []
    assert [str(problem) for problem in problems(changed) if "abacus" in str(problem)] == []
    assert set(changed.technologies["abacus"].cells) == set(data.dimensions)


def test_nothing_is_overwritten_and_no_odd_name_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new.main(["page", "guides/patch"], tmp_path) == 0
    assert new.main(["page", "guides/patch"], tmp_path) == 1
    assert "is there already" in capsys.readouterr().err
    assert new.main(["lab", "../Elsewhere"], tmp_path) == 1
