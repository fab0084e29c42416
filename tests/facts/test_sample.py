"""``dev.py sources --sample`` draws what rests on sources, the same rows for the same seed."""

from __future__ import annotations

from scripts.facts.load import Data
from scripts.facts.sample import draw, population, sheet


def test_the_same_seed_draws_the_same_rows(data: Data) -> None:
    assert draw(data, 1, 50) == draw(data, 1, 50) != draw(data, 2, 50)
    assert len(set(draw(data, 1, 50))) == 50


def test_it_draws_from_all_that_says_what_a_source_says(data: Data) -> None:
    rows = population(data)
    assert rows == sorted(set(rows))
    assert {kind for kind, _ in rows} == {"cell", "claim", "escape", "term"}
    assert len([key for kind, key in rows if kind == "escape"]) == len(data.escapes)
    # Our own measurements and definitions have no source to be held against.
    assert not {data.claims[key].kind for kind, key in rows if kind == "claim"} - {"cited"}
    assert all(data.terms[key].sources for kind, key in rows if kind == "term")


def test_a_row_comes_with_what_it_says_what_it_quotes_and_where_to_look(data: Data) -> None:
    term = next(term for term in data.terms.values() if term.quote)
    lines = sheet(data, "term", term.id)
    assert lines[0] == f"term {term.id}"
    assert f"    {term.definition}" in lines
    assert f"    “{term.quote}”" in lines
    assert all(f"    {source}: {data.sources[source].URL}" in lines for source in term.sources)
    assert all(len(sheet(data, kind, key)) > 2 for kind, key in population(data))
