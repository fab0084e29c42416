"""The prose is British, plain, and calls one thing by one name; a page's sentences are not too long for a student."""

from __future__ import annotations

from pathlib import Path

from tests.prose import PROSE, TEXTS, level, spelling, style

# School years; ten is about the age of fifteen.
HIGHEST_LEVEL = 10.0


def test_no_filler_no_praise_one_term_for_one_thing_and_no_endless_sentence() -> None:
    problems = style(*TEXTS)
    assert problems == [], "\n" + "\n".join(problems)


def test_every_word_is_a_british_one_or_known_here(tmp_path: Path) -> None:
    problems = spelling(tmp_path, *TEXTS)
    assert problems == [], "\n" + "\n".join(problems)


def test_no_page_asks_for_more_than_ten_years_of_school() -> None:
    levels = {page.stem: found for page in PROSE if (found := level(page)) is not None}
    assert len(levels) > 30
    hard = [
        f"{page}.md: level {found:.1f}: split its longest sentences"
        for page, found in levels.items()
        if found > HIGHEST_LEVEL
    ]
    assert hard == []


# What is written, and what is said of it.
MISTAKES = {
    "It offers seamless isolation.": "'seamless isolation.': praise",
    "Simply start it.": "'Simply start it.': filler",
    "It is a micro-VM.": "'micro-VM.': one term",
    "It is virtualization.": "'virtualization.': British spelling",
    "Start the Virtual Machine.": "'Virtual Machine.': no name",
    " ".join(["word"] * 41) + ".": "maximum word count of 40",
}


def test_a_mistake_is_named_with_file_line_and_remedy(tmp_path: Path) -> None:
    pages = [tmp_path / f"page-{number}.md" for number in range(len(MISTAKES))]
    for page, written in zip(pages, MISTAKES, strict=True):
        page.write_text(f"# A page\n\n{written}\n", encoding="utf-8")
    problems = sorted(style(*pages))
    for page, problem, said in zip(pages, problems, MISTAKES.values(), strict=True):
        assert problem.startswith(f"{page.name}:3: "), problems
        assert said in problem
