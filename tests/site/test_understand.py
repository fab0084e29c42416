"""The pages of the section Understand: their parts, their length, the ways in and out; misconceptions and questions."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from scripts.facts.checked import load
from scripts.facts.decision import load_choices
from scripts.facts.load import Data
from tests.support import page, pages_of, source_of, words

SECTION = "understand/"
# Lists of entries, built otherwise; the tests below look at them.
LISTS = {"misconceptions", "questions"}
TOPICS = [topic.page.removeprefix(SECTION).removesuffix(".md") for topic in load().topics.values()]
EXPLAINED = [name for name in TOPICS if name not in LISTS]
# What ends every page, in this order; the words after it may name the subject.
LAST_PARTS = (
    r"Where the usual advice is wrong",
    r"What would change this",
    r"(Check|Try|See|Measure)\b",
    r"Read next",
    r"On this topic",
    r"Sources and conditions",
)
COSTS = re.compile(r"cost|price|pays?\b|licen[cs]e|dear", re.IGNORECASE)
# Words of a page, code and pictures aside. Most pages stay in the first range, and all in the second.
USUAL, ALLOWED = range(600, 1501), range(600, 1801)
MOST = 0.8
A_SENTENCE_ENDS = re.compile(r"[.?!](?=\s|$)")


def address(name: str) -> str:
    return f"{SECTION}{name}/"


def article(web: Path, name: str) -> Tag:
    """The text of a page of the section, without what is no text of its author."""
    found = page(web, address(name)).select_one("article")
    assert found is not None
    return found


def sections(text: Tag) -> dict[str, list[Tag]]:
    """The headings of the second level, in order, each with the elements below it."""
    found: dict[str, list[Tag]] = {}
    for heading in text.select("h2"):
        below = itertools.takewhile(lambda tag: tag.name != "h2", heading.find_next_siblings())
        found[words(heading.text)] = [tag for tag in below if isinstance(tag, Tag)]
    return found


def length(text: Tag) -> int:
    """How many words a reader meets: prose, lists and tables, without code, pictures, notes and links from data."""
    copy = BeautifulSoup(str(text), "html.parser")
    for topic in copy.select("h2#on-this-topic"):
        for below in topic.find_next_siblings():
            below.decompose()
    for part in copy.select("pre, figure, .footnotes, .notes, sup, [id^='fn:']"):
        part.decompose()
    return len(words(copy.get_text(" ")).split())


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_page_answers_in_a_box_then_tells_a_case_then_shows_a_picture(web: Path, name: str) -> None:
    text = article(web, name)
    h1 = text.select_one("h1")
    assert h1 is not None
    box = h1.find_next_sibling(class_="admonition")
    first = next(iter(sections(text).items()), None)
    assert isinstance(box, Tag), f"{source_of(address(name))}: begin with a box that answers alone"
    assert len(words(box.text).split()) >= 40, f"{source_of(address(name))}: the box is too short to answer alone"
    assert first, f"{source_of(address(name))}: has no sections"
    told = " ".join(words(tag.text) for tag in first[1])
    assert re.search(r"\b(Mira|Jonas|tea shop)\b", told), (
        f"{source_of(address(name))}: '{first[0]}' does not tell of the shop"
    )
    captions = [words(caption.text) for caption in text.select("figure figcaption")]
    assert any(captions), f"{source_of(address(name))}: has no picture with a caption"


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_page_sets_both_sides_beside_each_other_with_what_they_cost(web: Path, name: str) -> None:
    for table in article(web, name).select("table"):
        columns = [words(cell.text) for cell in table.select("thead :is(th, td)")]
        sides = any(re.search("ontainer|isolation", column) for column in columns), any("VM" in c for c in columns)
        heading = table.find_previous("h2")
        assert heading is not None
        rows = [words(row.text) for row in table.select("tbody tr > :first-child")]
        if all(sides) and len(columns) >= 4 and any(COSTS.search(said) for said in [words(heading.text), *rows]):
            return
    pytest.fail(f"{source_of(address(name))}: no table with both sides, what stands between, and what it costs")


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_page_ends_with_wrong_advice_what_would_change_it_a_check_and_what_to_read(web: Path, name: str) -> None:
    parts = sections(article(web, name))
    last = list(parts)[-len(LAST_PARTS) :]
    assert len(last) == len(LAST_PARTS)
    for title, pattern in zip(last, LAST_PARTS, strict=True):
        assert re.match(pattern, title), f"{source_of(address(name))}: '{title}' stands where '{pattern}' is expected"
    check = parts[last[2]]
    done = [tag for part in check for tag in part.select("pre, a[href*='labs/'], a[href*='guides/']")]
    assert done or any(part.select_one("pre, .highlight") for part in check), (
        f"{source_of(address(name))}: '{last[2]}' gives neither a command nor a lab"
    )
    assert sum(len(part.select("a[href]")) for part in parts[last[3]]) >= 3


def test_most_pages_are_read_in_one_short_sitting(web: Path) -> None:
    lengths = {name: length(article(web, name)) for name in EXPLAINED}
    wrong = {name: found for name, found in lengths.items() if found not in ALLOWED}
    assert wrong == {}, f"outside {ALLOWED.start} to {ALLOWED.stop - 1} words"
    usual = [name for name, found in lengths.items() if found in USUAL]
    assert len(usual) >= MOST * len(EXPLAINED), lengths


def test_every_page_says_as_of_when_it_speaks_and_when_it_is_checked_again(web: Path, data: Data) -> None:
    for topic in data.topics.values():
        name = topic.page.removeprefix(SECTION).removesuffix(".md")
        said = " ".join(words(tag.text) for tag in sections(article(web, name))["On this topic"])
        assert f"as of {topic.checked.day} {topic.checked:%B %Y}" in said, name
        assert f"again by {topic.review_by.day} {topic.review_by:%B %Y}" in said, name


def entries(text: Tag) -> Iterator[tuple[str, list[Tag]]]:
    """The headings of the third level, each with the elements below it."""
    for heading in text.select("h3"):
        below = itertools.takewhile(lambda tag: tag.name not in {"h2", "h3"}, heading.find_next_siblings())
        yield words(heading.text), [tag for tag in below if isinstance(tag, Tag)]


def test_misconceptions_are_many_and_each_has_a_test_or_a_source(web: Path) -> None:
    found = dict(entries(article(web, "misconceptions")))
    assert len(found) >= 24
    for sentence, parts in found.items():
        starts = [words(part.text).partition(":")[0] for part in parts]
        assert starts == ["True is", "Why it is believed", "Test"], sentence
        evidence = [tag for part in (parts[0], parts[2]) for tag in part.select("code, a[href], sup")]
        assert evidence, f"'{sentence}': neither a command, a page nor a source"


def test_questions_are_many_and_each_is_answered_in_two_sentences_and_a_link(web: Path) -> None:
    found = dict(entries(article(web, "questions")))
    assert len(found) >= 40
    for question, parts in found.items():
        assert "?" in question, question
        (answer,) = parts
        for note in answer.select("sup"):
            note.decompose()
        said, arrow, _ = words(answer.text).partition("→")
        assert arrow, f"'{question}': no link to the page that explains it"
        link = answer.select("a[href]")[-1]
        assert not urlsplit(str(link["href"])).scheme, question
        # "No." and "Yes." are no sentences.
        whole = [s for s in A_SENTENCE_ENDS.split(said) if len(s.split()) > 2]
        assert 1 <= len(whole) <= 2, f"'{question}': {len(whole)} sentences"


def targets(web: Path, place: str, within: str = "body") -> set[str]:
    """The addresses of this site that a page links to, in the part of it that ``within`` selects."""
    base = f"https://site/{place}"
    found = set()
    for link in page(web, place).select(f"{within} a[href]"):
        whole = urlsplit(urljoin(base, str(link["href"])))
        if whole.netloc == "site":
            found.add(whole.path.lstrip("/"))
    return found - {place}


def test_no_page_is_more_than_two_clicks_from_home(web: Path) -> None:
    first = targets(web, "")
    second = set().union(*(targets(web, place) for place in first if place.endswith("/")))
    for place in pages_of(web):
        if place.startswith(SECTION):
            assert place in first | second, f"{source_of(place)}: more than two clicks from home"


def test_every_page_is_linked_from_the_text_of_pages_outside_the_section(web: Path) -> None:
    linked: set[str] = set()
    for place in pages_of(web):
        if not place.startswith(SECTION) and place != "404.html":
            linked |= targets(web, place, "article")
    for place in pages_of(web):
        if place.startswith(SECTION):
            assert place in linked, f"{source_of(place)}: no other section links to it"


OVERVIEW = (
    "introduction",
    "architecture",
    "basic-definitions",
    "architecture-comparison",
    "when-to-use-what",
    "using-both-together",
    "summary",
)


@pytest.mark.parametrize("name", OVERVIEW)
def test_a_page_of_the_overview_leads_down(web: Path, name: str) -> None:
    below = {place for place in targets(web, f"overview/{name}/", "article") if place.startswith(SECTION)}
    assert len(below) >= 3, f"docs/overview/{name}.md: leads to {sorted(below)} only"


def test_each_key_difference_leads_to_the_page_that_deepens_it(web: Path) -> None:
    text = page(web, "overview/key-differences/").select_one("article")
    assert text is not None
    heads = [words(cell.text) for cell in text.select("table")[0].select("tbody th")]
    for title in heads:
        part = sections(text)[title]
        links = [str(a["href"]) for tag in part for a in tag.select("a[href*='understand/']")]
        assert links, f"docs/overview/key-differences.md: '{title}' does not lead down"


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_page_leads_up_to_the_short_form(web: Path, name: str) -> None:
    up = [place for place in targets(web, address(name), "article") if place.startswith(("overview/", "choose/"))]
    assert up, f"{source_of(address(name))}: leads to no page of the overview and no tool"


def test_each_technology_leads_to_the_pages_that_explain_it(web: Path, data: Data) -> None:
    for technology in data.technologies.values():
        assert technology.topics, f"docs/data/technologies/{technology.id}.yml: name its 'topics'"
        linked = targets(web, f"reference/technologies/{technology.id}/", "article")
        for topic in technology.topics:
            assert data.topics[topic].page.removesuffix(".md") + "/" in linked, f"{technology.id}: {topic}"


def test_rules_and_workloads_lead_to_the_page_of_their_topic(web: Path) -> None:
    data = load()
    choices = load_choices(data.sources)
    rules, workloads = page(web, "choose/"), page(web, "choose/workloads/")
    said = {words(term.text): term.find_next_sibling("dd") for term in workloads.select("article dt")}
    entries = [(rule.topic, rule.id, rules.select_one(f"#rule-{rule.id}")) for rule in choices.decision.rules]
    entries += [(row.topic, row.id, said.get(row.title)) for row in choices.workloads.workloads]
    for topic, name, entry in entries:
        assert isinstance(entry, Tag), name
        wanted = data.topics[topic].page.removesuffix(".md") + "/"
        assert str(entry.select("a[href]")[-1]["href"]).endswith(wanted), f"{name} does not lead to {wanted}"
