"""The overview's parts all stand, under their names and in their order; every page is in good form."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from scripts.facts.checked import load
from scripts.pages.stubs import MARKS, write_stubs
from scripts.paths import DOCS, ROOT
from tests.support import page, pages_of, source_of, words

PARTS = [
    ("Intro", "introduction"),
    ("Architecture", "architecture"),
    ("Basic definitions", "basic-definitions"),
    ("Architecture comparison", "architecture-comparison"),
    ("Key differences", "key-differences"),
    ("When to use what", "when-to-use-what"),
    ("Can both be used together", "using-both-together"),
    ("Summary table", "summary"),
]
KEY_DIFFERENCES = [
    "Startup time",
    "Performance",
    "Isolation",
    "Size",
    "OS support",
    "Security",
    "Portability",
    "Use case",
]
SUMMARY = ["Isolation", "Boot time", "Resource usage", "Portability", "OS support", "Use case"]
DEFINITIONS = ["Container", "Image", "Engine", "Runtime", "Kernel", "Hypervisor", "Guest", "Host"]
MARKUP = re.compile(r"<[a-z/!]", re.IGNORECASE)
# A sentence that begins without a space, as templates make them. A name written together is none: specs.MountNamespace.
JOINED = re.compile(r"[a-z]{2}[.!?][A-Z][a-z]+\b")
PLACEHOLDER = re.compile(r"\b(TODO|FIXME|TBD|lorem ipsum)\b|\[=|=\]|\[%|%\]", re.IGNORECASE)


def test_the_overview_has_its_eight_parts_in_order(web: Path) -> None:
    navigation = page(web, "").select(".sections a")
    assert "Overview" in [words(link.text) for link in navigation]
    listed = [words(link.text) for link in page(web, "overview/summary/").select(".drawer__panel a")]
    names = [name for name, _ in PARTS]
    assert [name for name in listed if name in names][: len(names)] == names
    for name, file in PARTS:
        heading = page(web, f"overview/{file}/").find("h1")
        assert heading is not None
        assert words(heading.text) == name, f"docs/overview/{file}.md must keep its name"


def first_column(soup: BeautifulSoup, index: int = 0) -> list[str]:
    return [words(cell.text) for cell in soup.select("article table")[index].select("tbody th")]


def test_key_differences_has_its_eight_rows_each_with_a_section(web: Path) -> None:
    soup = page(web, "overview/key-differences/")
    assert first_column(soup) == KEY_DIFFERENCES
    headings = [words(h.text) for h in soup.select("article h2")]
    assert [h for h in headings if h in KEY_DIFFERENCES] == KEY_DIFFERENCES


def test_each_key_difference_says_when_it_is_wrong(web: Path) -> None:
    text = page(web, "overview/key-differences/").select_one("article")
    assert text is not None
    assert text.text.count("When this is wrong:") == len(KEY_DIFFERENCES)


def test_the_summary_table_has_its_six_rows(web: Path) -> None:
    assert first_column(page(web, "overview/summary/")) == SUMMARY


def test_basic_definitions_defines_both_and_the_eight_words(web: Path) -> None:
    soup = page(web, "overview/basic-definitions/")
    assert {"Docker", "Virtual machine"} <= {words(h.text) for h in soup.select("article h2")}
    assert [words(term.text) for term in soup.select("article h3")] == DEFINITIONS


@pytest.mark.parametrize("phrase", ["share the host", "full operating system"])
def test_architecture_comparison_states_both_sides(web: Path, phrase: str) -> None:
    assert phrase in page(web, "overview/architecture-comparison/").text


def test_when_to_use_what_has_cases_and_exceptions_for_each_side(web: Path) -> None:
    soup = page(web, "overview/when-to-use-what/")
    headings = [words(h.text) for h in soup.select("article h2")]
    assert {"Use Docker when", "Use a virtual machine when"} <= set(headings)
    assert soup.text.count("But:") >= 6


@pytest.mark.parametrize("name", ["Docker Desktop", "WSL 2", "macOS", "Windows", "Fargate", "Kata", "KubeVirt"])
def test_using_both_names_the_real_patterns(web: Path, name: str) -> None:
    assert name in page(web, "overview/using-both-together/").text


def test_the_home_page_answers_on_one_screen() -> None:
    text = (DOCS / "index.md").read_text(encoding="utf-8").split("---", 2)[2]
    # The counted evidence stands below the first screen.
    text = re.sub(r'<div class="evidence".*?</div>', "", text, flags=re.DOTALL)
    text = re.sub(r"```mermaid.*?```", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>|\[=.*?=\]", "", text)
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("|"))
    assert len(re.findall(r"[\w’'-]+", re.sub(r"\]\([^)]*\)(\{[^}]*\})?", "]", prose))) < 150
    assert text.count("\n|") > 0, "the home page has its small table"


def markdown(*, written: bool) -> list[Path]:
    """The pages that people write, or those that a build here has written."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
    return [path for path, text in texts.items() if written == any(mark in text for mark in MARKS)]


@pytest.mark.parametrize("path", markdown(written=False), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_front_matter_has_title_and_description(path: Path) -> None:
    head = yaml.safe_load(path.read_text(encoding="utf-8").split("---", 2)[1])
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    assert head.get("title"), f"{name}: add a title to the front matter"
    length = len(head.get("description", ""))
    assert 50 <= length <= 160, f"{name}: the description has {length} characters; 50 to 160 are needed"
    assert '"' not in head["description"], f"{name}: the theme does not escape quotes in a description; reword it"


def test_front_matter_of_the_pages_that_the_build_writes_too() -> None:
    write_stubs(load())
    stubs = markdown(written=True)
    assert stubs
    for path in stubs:
        test_front_matter_has_title_and_description(path)


@dataclass
class Read:
    """What the tests below look at in one page, so that each page is parsed once."""

    address: str
    title: str
    description: str
    headings: list[tuple[int, str]]
    menu: list[str]
    pictures: list[tuple[str, str]]
    text: str
    joined: list[str]


def read(edition: Path) -> list[Read]:
    """Every page of an edition."""
    found = []
    for address in pages_of(edition):
        soup = page(edition, address)
        article, meta = soup.select_one("article"), soup.select_one('meta[name="description"]')
        assert soup.title is not None
        assert article is not None, f"{source_of(address)} has no article"
        pictures = [(str(img.get("src")), str(img.get("alt", ""))) for img in article.select("img")]
        for code in article.select("pre, code"):
            code.decompose()
        headings = [(int(h.name[1]), words(h.text)) for h in article.select(":is(h1, h2, h3, h4, h5, h6)")]
        menu = [words(link.text) for link in soup.select(".drawer__panel a")]
        description = str(meta["content"]) if meta else address
        said = (str(text) for text in article.find_all(string=JOINED) if text.parent.name not in {"script", "style"})
        joined = [match.group(0) for text in said for match in JOINED.finditer(text)]
        found.append(Read(address, soup.title.text, description, headings, menu, pictures, article.text, joined))
    return found


@pytest.fixture(scope="module")
def all_read(web: Path) -> list[Read]:
    """Every page of the web edition."""
    return read(web)


def test_descriptions_and_titles_are_unique(all_read: list[Read]) -> None:
    seen: dict[str, str] = {}
    for each in all_read:
        for what, key in (("title", each.title), ("description", each.description)):
            assert key not in seen, f"{source_of(each.address)} and {source_of(seen[key])} have the same {what}"
            seen[key] = each.address


def test_every_page_has_one_h1_and_skips_no_heading_level(all_read: list[Read]) -> None:
    for each in all_read:
        levels, name = [level for level, _ in each.headings], source_of(each.address)
        assert levels.count(1) == 1, f"{name}: needs exactly one h1, has {levels.count(1)}"
        assert levels[0] == 1, f"{name}: the first heading must be the h1"
        for before, after in itertools.pairwise(levels):
            assert after <= before + 1, f"{name}: h{before} is followed by h{after}"


def test_titles_headings_and_menu_hold_no_markup(all_read: list[Read]) -> None:
    """As text: a browser would show the tag, a feed or a card might not."""
    for each in all_read:
        for text in (each.title, *(heading for _, heading in each.headings), *each.menu):
            assert not MARKUP.search(text), f"{source_of(each.address)}: write '{text}' without markup"


def test_pictures_in_html_have_words_too(all_read: list[Read]) -> None:
    for each in all_read:
        for address, alt in each.pictures:
            name, where = Path(address).stem, source_of(each.address)
            assert alt.strip(), f"{where}: say in alt what {name} shows"
            assert name.lower() not in alt.lower(), f"{where}: say what {name} shows, not how it is called"


def test_no_page_shows_a_placeholder_or_an_unexpanded_macro(all_read: list[Read]) -> None:
    for each in all_read:
        found = PLACEHOLDER.search(each.text)
        assert not found, f"{source_of(each.address)}: '{found.group(0) if found else ''}' stands in the page"


def test_there_is_a_space_between_sentences(all_read: list[Read]) -> None:
    for each in all_read:
        assert not each.joined, f"{source_of(each.address)}: put a space into '{each.joined[0]}'"
