"""What an entry shows besides its text: the source of each statement, a quotation, how old a file was, its topic."""

from __future__ import annotations

import dataclasses
import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from scripts.facts.load import Data
from scripts.facts.models import Source
from scripts.pages.comparison import comparison
from scripts.pages.ledgers import Ledgers
from scripts.pages.links import Links
from scripts.pages.notes import unparted
from scripts.pages.technology import Technologies
from scripts.pages.text import capital, day, read_on
from scripts.pages.topics import related

PIN = "https://github.com/o/r/blob/0123456789abcdef0123456789abcdef01234567/README.md"


def links(page: str) -> Links:
    """Links as seen from a page."""
    here = SimpleNamespace(file=SimpleNamespace(src_uri=page), url=page.replace(".md", "/"))
    return Links(SimpleNamespace(page=here, conf={"use_directory_urls": True}))


def with_row(data: Data, kind: str, key: str, **changes: Any) -> Data:
    """The data with one row changed."""
    rows = getattr(data, kind)
    return dataclasses.replace(data, **{kind: {**rows, key: rows[key].model_copy(update=changes)}})


def soup(markup: str) -> BeautifulSoup:
    return BeautifulSoup(markup, "html.parser")


def test_a_statement_of_a_detail_leads_to_the_source_that_carries_it(data: Data) -> None:
    container = data.technologies["container"]
    key, cell = next((k, c) for k, c in container.cells.items() if len(c.sources) > 1)
    first, second = cell.sources[:2]
    detail = f"One thing {{@{second}}}. Another {{@{first}}}."
    cells = {**container.cells, key: cell.model_copy(update={"detail": detail})}
    page = Technologies(with_row(data, "technologies", "container", cells=cells), links("reference/technologies/x.md"))
    answer = soup(page.technology("container")).select(f"dt[id={key}] + dd")[0]
    marks = answer.select("sup a")
    assert [mark.text for mark in marks] == ["2", "1"]
    assert [str(mark["href"]).rpartition("#")[2] for mark in marks] == [second, first]
    assert "One thing2. Another1." in answer.text, "the number stands directly behind the statement"
    assert "1.\xa0" + data.sources[first].title in answer.select("p.evidence")[0].text


def test_an_entry_quotes_its_source(data: Data) -> None:
    claim, escape = next(iter(data.claims)), next(iter(data.escapes))
    changed = with_row(with_row(data, "claims", claim, quote="in so many words"), "escapes", escape, quote="let out")
    ledgers = Ledgers(changed, links("reference/figures.md"))
    assert soup(ledgers.figures()).select(f"[id={claim}] blockquote")[0].text == "“in so many words”"
    assert soup(ledgers.escapes()).select(f"[id={escape}] blockquote")[0].text == "“let out”"


def test_a_figure_is_headed_by_what_is_measured(data: Data) -> None:
    claim = next(iter(data.claims.values()))
    entry = soup(Ledgers(data, links("reference/figures.md")).figures()).select(f"section[id={claim.id}]")[0]
    assert [(part.name, part.text) for part in entry.find_all(True, limit=3)] == [
        ("h3", claim.title), ("p", unparted(claim.text)), ("p", claim.conditions),
    ]  # fmt: skip


def test_a_term_quotes_its_source_or_is_ours(data: Data) -> None:
    cited = next(key for key, term in data.terms.items() if term.quote)
    own = next(key for key, term in data.terms.items() if not term.sources)
    drawn = soup(Ledgers(data, links("reference/glossary.md")).glossary())
    answers = {key: drawn.select(f"[id={key}]")[0].find_next_sibling("dd") for key in (cited, own)}
    assert answers[cited].select("blockquote")[0].text == f"“{data.terms[cited].quote}”"  # type: ignore[union-attr]
    assert "Our own definition" in answers[own].text  # type: ignore[union-attr]
    assert "Our own definition" not in answers[cited].text  # type: ignore[union-attr]


def test_a_file_of_unknown_age_says_so(data: Data) -> None:
    some = next(iter(data.sources.values()))
    source = some.model_copy(update={"issued": None, "undated": True, "URL": PIN})
    assert read_on(source).endswith("; when the file was last changed is not known")


@pytest.mark.parametrize(
    ("issued", "url", "said"),
    [
        ("2023-05-03", PIN, "; the file was last changed 3 May 2023"),
        ("2023", PIN, "; the file was last changed in 2023"),
        ("2026-05-03", PIN, ""),
        ("2025", PIN, ""),
        ("1974-07", "https://example.org/paper/0123456789abcdef0123456789abcdef01234567", ""),
    ],
)
def test_a_file_that_was_old_when_it_was_read_says_so(data: Data, issued: str, url: str, said: str) -> None:
    some = next(iter(data.sources.values()))
    source = some.model_copy(update={"issued": issued, "undated": None, "URL": url, "accessed": dt.date(2026, 11, 24)})
    assert isinstance(source, Source)
    assert read_on(source).partition("2026")[2] == said


@pytest.mark.parametrize("written", [True, False])
def test_an_entry_leads_to_its_topic_once_that_page_is_written(data: Data, written: bool) -> None:
    page = "overview/summary.md" if written else "understand/not-yet.md"
    topic = next(iter(data.topics))
    changed = with_row(data, "topics", topic, page=page)
    firsts = {kind: next(iter(getattr(data, kind))) for kind in ("claims", "dimensions", "escapes", "terms")}
    for kind, key in firsts.items():
        changed = with_row(changed, kind, key, topic=topic)
    here = links("reference/x.md")
    ledgers = Ledgers(changed, here)
    drawn = {
        "claims": ledgers.figures(),
        "escapes": ledgers.escapes(),
        "terms": ledgers.glossary(),
        "dimensions": comparison(changed, here),
    }
    for kind, key in firsts.items():
        entry = soup(drawn[kind]).select(f"[id={key}]")[0]
        whole = entry.find_next_sibling("dd") if kind == "terms" else entry
        assert whole is not None
        more = [str(a["href"]) for a in whole.select("a") if a.text == data.topics[topic].title]
        assert more == (["../../overview/summary/"] if written else []), kind
    on_page = related(changed, links(page))
    assert on_page.startswith("## On this topic")
    assert [line.partition(":")[0] for line in on_page.splitlines()[2:]] == [
        "- Rows of the comparison",
        "- Terms",
        "- Published escapes",
        "- Figures, with their conditions",
        "- Try it yourself",
        f"- This page speaks as of {day(changed.topics[topic].checked)}, and is to be checked again by "
        f"{day(changed.topics[topic].review_by)}.",
    ]
    assert related(changed, links("overview/introduction.md")) == "", "a page of no topic has no such list"


def test_an_answer_that_rests_on_a_measured_figure_is_measured(data: Data) -> None:
    measured = next(key for key, claim in data.claims.items() if claim.kind == "measured")
    cell = data.technologies["container"].cells["kernel"]
    assert data.kind_of(cell) == cell.kind
    assert data.kind_of(cell.model_copy(update={"text": f"{{{measured}}}"})) == "measured"
    assert data.kind_of(cell.model_copy(update={"detail": f"Beside it, {{{measured}}}."})) == cell.kind


def test_capitals_of_names_stay() -> None:
    assert capital("an OCI image") == "An OCI image"
