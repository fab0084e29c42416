"""Questions that people asked in public (forum.yml) get the first choice that somebody would put a name under."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from scripts.facts.decision import load_choices
from scripts.paths import ROOT
from tests.pages.engine import decide, source_ids

Json = dict[str, Any]
# Where people ask; other addresses are mostly copies of these.
ORIGINALS = {
    "github.com",
    "news.ycombinator.com",
    "stackoverflow.com",
    "serverfault.com",
    "superuser.com",
    "forums.docker.com",
}
QUESTIONS: list[Json] = yaml.safe_load((ROOT / "tests/forum.yml").read_text(encoding="utf-8"))


def test_there_are_at_least_ten_of_different_kinds() -> None:
    assert len({row["link"] for row in QUESTIONS}) == len(QUESTIONS) >= 10
    assert len({row["expected"] for row in QUESTIONS}) >= 4
    copied = [row["link"] for row in QUESTIONS if urlsplit(row["link"]).hostname not in ORIGINALS]
    assert copied == [], f"tests/forum.yml: link the thread where it was asked, not a copy of it: {copied}"


@pytest.mark.parametrize("row", QUESTIONS, ids=[row["link"] for row in QUESTIONS])
def test_a_question_from_a_forum_gets_an_answer_to_sign(row: Json) -> None:
    [result] = decide([row["answers"]])
    assert result["recommendation"] == row["expected"], row["asked"]
    assert row["signed"].startswith(("Yes", "Only since"))


def test_what_was_mended_for_a_question_is_there() -> None:
    known = load_choices(source_ids()).decision
    kernel = next(question for question in known.questions if question.id == "kernel")
    assert "load on the host for everybody" in (kernel.help or "")
    by_question = {row["link"]: decide([row["answers"]])[0] for row in QUESTIONS}
    for link in ("espressif/vscode-esp-idf-extension/issues/1214", "ollama/ollama/issues/3849"):
        said = [row["verdict"] for row in by_question[f"https://github.com/{link}"]["advice"]]
        assert "On the Mac itself, without any wall" in said
