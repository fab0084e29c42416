"""The reference pages show every row of the data, work without a script, and their tools do what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scripts.facts.load import Data
from scripts.pages.comparison import VERDICTS
from tests.support import Visit, file_of, page, words

COMPARISON = "reference/comparison/"


def ids(web: Path, address: str) -> set[str]:
    """The ids in a page."""
    soup = BeautifulSoup(file_of(web, address).read_text(encoding="utf-8"), "html.parser")
    return {str(e["id"]) for e in soup.find_all(id=True)}


def test_every_row_of_the_data_is_shown(web: Path, data: Data) -> None:
    shown = {
        "figures": (data.claims, "claims.yml"),
        "escapes": (data.escapes, "escapes.yml"),
        "sources": (data.sources, "sources.yml"),
        "glossary": (data.terms, "glossary.yml"),
        "comparison": (data.dimensions, "dimensions.yml"),
    }
    for name, (rows, file) in shown.items():
        missing = set(rows) - ids(web, f"reference/{name}/")
        assert not missing, f"docs/data/{file}: {sorted(missing)} are on no page; reference/{name} has to show them"
    for technology in data.technologies:
        assert set(data.dimensions) <= ids(web, f"reference/technologies/{technology}/")


def test_the_comparison_has_an_answer_in_every_cell(web: Path, data: Data) -> None:
    soup = page(web, COMPARISON)
    cells = soup.select("table.comparison tbody td")
    assert len(cells) == len(data.technologies) * len(data.dimensions)
    kinds = {"measured", "cited", "definition", "editorial", "open"}
    for cell in cells:
        assert cell.a is not None
        assert words(cell.a.text)
        assert cell.small is not None
        assert cell.small.text in kinds


def test_a_technology_page_has_all_its_parts(web: Path, data: Data) -> None:
    for key, technology in data.technologies.items():
        soup = page(web, f"reference/technologies/{key}/")
        start = ["Start one"] if technology.start else []
        headings = [words(h.text) for h in soup.select("article h2")]
        assert headings == [*start, *(g.title for g in data.groups.values()), "Published escapes", "What to read"], key
        if technology.start:
            assert technology.start.command in words(soup.select(".highlight code")[0].text), key


def test_the_classic_tables_show_the_usual_verdict_beside_the_comparison(web: Path, data: Data) -> None:
    for view, address in (("key-differences", "overview/key-differences/"), ("summary", "overview/summary/")):
        rows = page(web, address).select("article table")[0].select("tbody tr")
        for shown, wanted in zip(rows, data.views[view].rows, strict=True):
            usual, *answers = shown.find_all("td")
            assert wanted.classic
            assert words(usual.text).startswith(f"{wanted.classic.container} / {wanted.classic.vm}."), wanted.label
            assert usual.strong is not None
            assert words(usual.strong.text) == VERDICTS[wanted.classic.verdict], wanted.label
            for cell, technology in zip(answers, data.views[view].columns, strict=True):
                for mark in cell.find_all("sup"):
                    mark.decompose()
                answer = data.expand(data.technologies[technology].cells[wanted.dimensions[0]].text or "")
                assert words(cell.text).startswith(answer), (
                    f"{address}: the row '{wanted.label}' is not the comparison's"
                )


def test_each_source_says_where_it_is_used_and_pages_lead_to_it(web: Path, data: Data) -> None:
    pages = {initial: page(web, f"reference/sources/{initial}/") for initial in {key[0] for key in data.sources}}
    for key in data.sources:
        entry = pages[key[0]].find("section", id=key)
        assert entry is not None
        assert entry.select("p.evidence a"), f"docs/data/sources.yml: '{key}' has no use"
    notes = page(web, "overview/key-differences/").select(".footnote a[href*='reference/sources/']")
    assert len(notes) >= 10


def test_the_old_address_of_a_source_leads_to_its_entry(visit: Callable[..., Visit], base_url: str) -> None:
    seen = visit("reference/sources/#agache2020")
    seen.page.wait_for_url("**/reference/sources/a/#agache2020")
    seen.page.go_back()
    assert seen.page.url == "about:blank", "Back has to leave, and not to end where it came from"


def test_without_a_script_the_old_address_of_a_source_ends_at_its_line(visit: Callable[..., Visit], data: Data) -> None:
    seen = visit("reference/sources/#agache2020", java_script_enabled=False)
    assert seen.page.locator("li:target a").get_attribute("href") == "a/#agache2020"
    assert seen.page.locator(".register li").count() == len(data.sources)


def test_every_term_is_linked_from_some_page(web: Path, data: Data) -> None:
    linked = set()
    for path in web.rglob("*.html"):
        if "glossary" not in path.parts:
            soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
            linked |= {str(a["href"]).rpartition("#")[2] for a in soup.select("a.term")}
    remedy = "Use it on a page, or remove the row"
    never = [str(data.error("glossary", key, (), "no page uses it", remedy)) for key in data.terms if key not in linked]
    assert never == []


def test_a_term_is_defined_at_its_first_use_only(web: Path, data: Data) -> None:
    terms = page(web, "overview/architecture/").select("article a.term")
    assert terms
    keys = [str(a["href"]).rpartition("#")[2] for a in terms]
    assert len(keys) == len(set(keys))
    for link, key in zip(terms, keys, strict=True):
        assert link["title"] == data.terms[key].definition
        assert not link.find_parent(["h1", "h2", "h3", "code", "pre", "th"])


def test_a_figure_shows_its_conditions_on_hover_focus_and_without_a_script(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/key-differences/")
    mark = seen.page.locator("article .claim + sup a").first
    note = seen.page.locator(f"[id='{str(mark.get_attribute('href')).lstrip('#')}']")
    assert "checked" in (note.text_content() or "").lower()
    for act in (mark.hover, mark.focus):
        seen.page.mouse.move(0, 0)
        seen.page.evaluate("() => document.activeElement.blur()")
        act()
        tip = seen.page.locator(".note").first
        tip.wait_for(state="visible")
        assert "checked" in tip.inner_text()
    assert seen.errors == []


def test_method_counts_the_evidence_by_kind_and_side(web: Path, data: Data) -> None:
    tables = page(web, "about/method/").select("article table")
    by_kind, by_side = tables[1], tables[2]
    total = [int(cell.text) for cell in by_kind.select("tbody tr")[-1].find_all("td")]
    assert sum(total) == len(data.technologies) * len(data.dimensions)
    figures = [int(cell.text) for cell in by_side.select("tbody tr")[0].find_all("td")]
    assert sum(figures) == len(data.claims)
    assert "was past its day of review" in page(web, "about/method/").text


def shown_columns(seen: Visit) -> list[str]:
    heads = seen.page.locator("table.comparison").first.locator("thead th:visible")
    return [words(text) for text in heads.all_text_contents()]


def test_columns_are_chosen_and_the_choice_is_an_address(visit: Callable[..., Visit]) -> None:
    seen = visit(COMPARISON)
    assert shown_columns(seen) == ["Container", "gVisor", "Kata", "Virtual machine"]
    seen.page.get_by_label("Confidential VM").check()
    assert "Confidential VM" in shown_columns(seen)
    again = visit(COMPARISON + "?" + seen.page.url.split("?")[1])
    assert shown_columns(again) == shown_columns(seen)
    again.page.get_by_role("link", name="cost", exact=True).click()
    again.page.reload()
    assert again.page.url.endswith("#group-cost"), "state and anchors have their own places"
    assert shown_columns(again) == shown_columns(seen)
    before = visit(COMPARISON + "#show=container,bare-metal&only=differences")
    assert shown_columns(before) == ["Container", "Bare metal"], "addresses of before still work"
    seen.page.go_back()
    assert "Confidential VM" not in shown_columns(seen)


def test_a_phone_starts_with_the_classic_pair(visit: Callable[..., Visit]) -> None:
    seen = visit(COMPARISON, width=390)
    assert seen.page.locator("table.comparison").first.locator("tbody tr").first.locator("td:visible").count() == 2


# In the middle of the longest table: where its heads stand below the bar, and which tables scroll within themselves.
AMID = """() => {
  const wraps = [...document.querySelectorAll(".table-wrap:has(> .comparison)")];
  const wrap = wraps.sort((a, b) => b.offsetHeight - a.offsetHeight)[0], box = wrap.getBoundingClientRect();
  scrollBy(0, box.top + box.height / 2);
  const bar = document.querySelector(".bar").getBoundingClientRect().bottom;
  const heads = [...wrap.querySelectorAll("thead th")].filter((head) => head.checkVisibility());
  return {
    below: heads.map((head) => Math.round(head.getBoundingClientRect().top - bar)),
    within: wraps.filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowY)).length,
    wider: document.documentElement.scrollWidth - innerWidth,
  };
}"""
# Of a table that scrolls by itself: whether its lower edge fades, and how much of the last row that would cover.
EDGE = """() => {
  const wrap = document.querySelector(".table-wrap:has(> .comparison)");
  const fade = getComputedStyle(wrap, "::after"), high = parseFloat(fade.height);
  wrap.scrollTop = wrap.scrollHeight;
  const last = wrap.querySelector("tbody tr:last-child").getBoundingClientRect();
  const free = wrap.getBoundingClientRect().top + wrap.clientHeight - last.bottom;
  wrap.scrollIntoView();
  return {
    fades: fade.position === "sticky" && fade.backgroundImage.includes("gradient"),
    covered: Math.round(high - free),
    scrolls: wrap.scrollHeight > wrap.clientHeight,
    fits: wrap.clientHeight < innerHeight - document.querySelector(".bar").offsetHeight,
  };
}"""


@pytest.mark.parametrize("width", [960, 1280, 1920])
def test_the_columns_of_the_start_scroll_with_the_page_below_heads_that_stay(
    visit: Callable[..., Visit], width: int
) -> None:
    seen = visit(COMPARISON, width=width).page.evaluate(AMID)
    assert seen == {"below": [0, 0, 0, 0], "within": 0, "wider": 0}


@pytest.mark.parametrize("width", [960, 1280, 1920])
def test_more_columns_scroll_by_themselves_and_no_row_is_cut_without_a_sign(
    visit: Callable[..., Visit], width: int
) -> None:
    page = visit(COMPARISON, width=width).page
    page.get_by_role("button", name="All technologies").click()
    seen = page.evaluate(EDGE)
    assert abs(seen.pop("covered")) <= 1
    assert seen == {"fades": True, "scrolls": True, "fits": True}


def test_a_cell_of_the_comparison_is_four_elements_at_most(web: Path) -> None:
    cells = page(web, COMPARISON).select("table.comparison tbody td")
    assert [str(cell) for cell in cells if len(cell.find_all(True)) > 3] == [], "a phone has to lay out all of them"


def test_a_concern_and_differences_filter_the_rows(visit: Callable[..., Visit], data: Data) -> None:
    seen = visit(COMPARISON)
    rows = seen.page.locator("table.comparison tbody tr:visible")
    assert rows.count() == len(data.dimensions)
    seen.page.get_by_label("Concern").select_option("cost")
    assert rows.count() == sum("cost" in d.concerns for d in data.dimensions.values())
    seen.page.get_by_label("Concern").select_option("")
    for name in ("gVisor", "Kata", "Virtual machine"):
        seen.page.get_by_label(name, exact=True).uncheck()
    seen.page.get_by_label("Only differences").check()
    assert rows.count() == 0, "one column differs from nothing"
    assert "Showing 0 of" in seen.page.locator(".tools__status").inner_text()


def test_what_is_shown_can_be_taken_along(visit: Callable[..., Visit], data: Data) -> None:
    seen = visit(COMPARISON, permissions=["clipboard-read", "clipboard-write"])
    with seen.page.expect_download() as csv:
        seen.page.get_by_role("button", name="Download CSV").click()
    lines = Path(csv.value.path()).read_bytes().decode("utf-8").split("\r\n")
    assert lines[0] == '"Question","Container","gVisor","Kata","Virtual machine"'
    assert len(lines) == len(data.dimensions) + 1
    with seen.page.expect_download() as download:
        seen.page.get_by_role("button", name="Download JSON").click()
    rows = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert [row["question"] for row in rows] == list(data.dimensions)
    seen.page.get_by_role("button", name="Copy as Markdown").click()
    seen.page.get_by_text("Copied as a Markdown table.").wait_for()
    copied = seen.page.evaluate("() => navigator.clipboard.readText()")
    assert copied.splitlines()[0] == "| Question | Container | gVisor | Kata | Virtual machine |"


def test_the_tools_work_from_disk(disk_visit: Callable[..., Visit]) -> None:
    seen = disk_visit("reference/comparison.html#show=container,bare-metal&only=differences")
    assert shown_columns(seen) == ["Container", "Bare metal"]
    with seen.page.expect_download():
        seen.page.get_by_role("button", name="Download CSV").click()
    ledger = disk_visit("reference/escapes.html#side=vm")
    assert "side-container" not in " ".join(
        str(e.get_attribute("class")) for e in ledger.page.locator(".entry:visible").all()
    )
    assert seen.errors == []
    assert ledger.errors == []


def test_the_ledger_of_escapes_is_filtered_by_side_year_and_words(visit: Callable[..., Visit], data: Data) -> None:
    seen = visit("reference/escapes/")
    entries = seen.page.locator(".entry:visible")
    assert entries.count() == len(data.escapes)
    seen.page.get_by_label("Side").select_option("container")
    assert entries.count() == sum(e.side == "container" for e in data.escapes.values())
    seen.page.get_by_label("Words").fill("runc")
    assert 0 < entries.count() < len(data.escapes)
    assert "side=container" in seen.page.url
    bad = visit("reference/escapes/#side=%3Cscript%3E&year=1815")
    assert bad.page.locator(".entry:visible").count() == len(data.escapes), "what it does not know, it ignores"
    assert bad.errors == []
