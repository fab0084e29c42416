"""The decision guide: right on known cases, explains itself on any, and works for everybody, everywhere."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect
from rjsmin import jsmin

from scripts.facts.checked import load
from scripts.facts.decision import load_choices
from scripts.paths import ASSETS, DATA, ROOT
from tests.support import Visit
from tests.walk import load_axe, resize, violations

Json = dict[str, Any]
SCENARIOS: list[Json] = yaml.safe_load((ROOT / "tests/scenarios.yml").read_text(encoding="utf-8"))
WORKLOADS: list[Json] = yaml.safe_load((DATA / "workloads.yml").read_text(encoding="utf-8"))["workloads"]
RULES: list[Json] = yaml.safe_load((DATA / "decision.yml").read_text(encoding="utf-8"))["rules"]
# Folded, and without what nobody has asked for yet; it was over 20,000.
PHONE_HEIGHT = 8_000
NAMES: dict[str, str] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["name"]
    for path in (DATA / "technologies").glob("*.yml")
}
# What was reached, and 3 % more: what an answer needs, and what explains it and comes by need.
ANSWER_BYTES = 13_400
LATE_BYTES = 18_800
# The bar: what applies the rules, with all its data (questions, rules, weights, advice, checks, sources).
MODULE_BYTES = 20_000
DECIDE = """async (sets) => {
  if (!window.whole) {
    await Promise.all(["choose-why.js", "scripts/choose-result.js"].map((name) => siteLoad(name)));
    window.whole = decide.join(guideData, guide.why(guideWhy));
  }
  const data = window.whole;
  return sets.map((answers) => decide(data, answers));
}"""
# States that differ in what the page shows.
STATES = {
    "usual": "",
    "sandbox": "#trust=hostile&life=disposable",
    "close": "#trust=untrusted",
    "one left": "#shape=machine",
    "conflict": "#life=pet&start=zero",
    "tampered": "#os=beos&foo=bar",
}


@pytest.fixture
def guide(visit: Callable[..., Visit]) -> Visit:
    """The guide with its usual answers."""
    return visit("choose/")


@pytest.fixture
def data(guide: Visit) -> Json:
    """The guide's data, as the browser has it."""
    return dict(guide.page.evaluate("() => guideData"))


def decide(seen: Visit, sets: list[dict[str, str]]) -> list[Json]:
    """What the module in the page answers to each set."""
    return list(seen.page.evaluate(DECIDE, sets))


def judged(seen: Visit, sets: list[dict[str, str]]) -> list[Json]:
    """The same, with texts and lists as whether they are there: thousands of whole results take long to leave."""
    slim = """((r) => ({...r, counter: {text: Boolean(r.counter?.text)}, advice: r.advice?.map(({subject}) => subject),
      tier: {checks: Boolean(r.tier?.checks.length)}, ranking: null, fired: null}))(decide(data, answers))"""
    return list(seen.page.evaluate(DECIDE.replace("decide(data, answers)", slim), sets))


def recommend(seen: Visit, sets: list[dict[str, str]]) -> list[str | None]:
    """Only the recommendation for each set: thousands of whole results take long to leave the browser."""
    return list(
        seen.page.evaluate(DECIDE.replace("decide(data, answers)", "decide(data, answers).recommendation"), sets)
    )


def result_of(seen: Visit) -> str:
    """The result in words, once its reasons have come."""
    seen.page.locator(".guide__result .guide__sources").wait_for()
    return seen.page.locator(".guide__result").inner_text()


def possible(result: Json) -> set[str]:
    return {option for option, rules in result["excluded"].items() if not rules}


# --- The rules -------------------------------------------------------------------------------------------------


def test_every_scenario_holds(guide: Visit) -> None:
    wrong = []
    for row, result in zip(SCENARIOS, decide(guide, [row["answers"] for row in SCENARIOS]), strict=True):
        name = f"tests/scenarios.yml, '{row['scenario']}'"
        if result["recommendation"] != row["expected"]:
            wrong.append(f"{name}: {result['recommendation']} instead of {row['expected']}")
        if not set(row.get("also", [])) <= possible(result):
            wrong.append(f"{name}: {set(row['also']) - possible(result)} should stay possible")
        if possible(result) & set(row.get("never", [])):
            wrong.append(f"{name}: no hard rule removes {possible(result) & set(row['never'])}")
        if row.get("conflict") and set(result["conflict"]["between"]) != set(row["conflict"]):
            wrong.append(f"{name}: the conflict is said to be between {result['conflict']['between']}")
        if row.get("tier", (result["tier"] or {}).get("level")) != (result["tier"] or {}).get("level"):
            wrong.append(f"{name}: tier {result['tier']['level']} instead of {row['tier']}")
    assert wrong == []


def test_workloads_recommend_what_the_rules_recommend(guide: Visit) -> None:
    assert len(WORKLOADS) >= 60
    results = decide(guide, [row["answers"] for row in WORKLOADS])
    wrong = [
        f"docs/data/workloads.yml, {row['id']}: says {row['recommendation']}, the rules say {result['recommendation']}"
        for row, result in zip(WORKLOADS, results, strict=True)
        if row["recommendation"] != result["recommendation"]
    ]
    assert wrong == []


def holds(when: list[dict[str, list[str]]] | None, answers: dict[str, str]) -> bool:
    return when is None or any(all(answers[key] in ids for key, ids in one.items()) for one in when)


@pytest.mark.parametrize("chart", ["flow", "brief"])
def test_a_chart_leads_where_the_guide_leads_for_every_workload(guide: Visit, chart: str) -> None:
    """The chart beside the rules, and that of When to use what; a row that gives nothing hands over to the guide."""
    steps = yaml.safe_load((DATA / "decision.yml").read_text(encoding="utf-8"))[chart]
    rows = [*WORKLOADS, *(row for row in SCENARIOS if row["expected"])]
    wrong, used = [], set()
    for row, result in zip(rows, judged(guide, [row["answers"] for row in rows]), strict=True):
        step = next(step for step in steps if holds(step.get("when"), result["answers"]))
        used.add(step["ask"])
        if result["recommendation"] not in step.get("gives", [result["recommendation"]]):
            name = row.get("id") or row["scenario"]
            wrong.append(f"{name}: the chart says {step['gives']}, the guide {result['recommendation']}")
    assert wrong == [], (
        f"docs/data/decision.yml, {chart}: give the step that catches these another 'when', or name in 'gives' what "
        f"the guide may say: {wrong}"
    )
    assert used == {step["ask"] for step in steps}


def test_a_chart_that_ends_early_says_so_and_leads_to_the_guide(visit: Callable[..., Visit]) -> None:
    seen = visit("overview/when-to-use-what/")
    chart = seen.page.locator("#diagram-decision-flow")
    expect(chart).to_contain_text("the chart ends early and the guide goes on")
    expect(chart).to_contain_text("Ask the guide")
    early = seen.page.locator("article ol > li", has_text="these lines end here")
    assert early.get_by_role("link", name="guide").get_attribute("href") == "../../choose/"


def test_the_short_path_ends_early_only_where_it_says_so(guide: Visit, data: Json) -> None:
    """Whoever answers only what is asked reads all that was assumed, and each assumption that alone would change it."""
    asked = """(answers) => {
      const data = guideData;
      let given = {};
      for (let round = 0; round < 5; round += 1) {
        const all = decide(data, given).answers;
        for (const question of data.questions)
          if (question.id in answers && decide.asked(question, all)) given[question.id] = answers[question.id];
      }
      return given;
    }"""
    silent = []
    for row in WORKLOADS:
        given = guide.page.evaluate(asked, row["answers"])
        [short, full] = judged(guide, [given, row["answers"]])
        if short["recommendation"] != full["recommendation"]:
            left_out = {key for key in row["answers"] if key not in given}
            assert left_out <= set(short["assumed"]), "what was not asked is listed as assumed"
            # Two open questions together, or none that is named, are for the list of what was assumed.
            alone = [
                q for q in left_out if recommend(guide, [{**given, q: row["answers"][q]}]) != [short["recommendation"]]
            ]
            if set(alone) - {tip["question"] for tip in short["tipping"]}:
                silent.append(f"{row['id']}: {short['recommendation']} instead of {full['recommendation']}, {left_out}")
    assert silent == [], (
        "what was assumed and would change the answer has to be said (tipping in decide.js), or the question asked in "
        f"the short path (docs/data/decision.yml: short, follow): {silent}"
    )


def test_every_question_can_change_an_outcome(guide: Visit, data: Json) -> None:
    bases = [row["answers"] for row in (*SCENARIOS, *WORKLOADS)]
    idle = []
    for question in data["questions"]:
        variants = [{**base, question["id"]: a["id"]} for base in bases for a in question["answers"]]
        found = recommend(guide, variants)
        width = len(question["answers"])
        if all(len(set(found[i : i + width])) == 1 for i in range(0, len(found), width)):
            idle.append(question["id"])
    assert idle == [], "docs/data/decision.yml: no answer to these questions changes any outcome"


def test_every_option_is_reachable_and_every_hard_rule_fires(guide: Visit, data: Json) -> None:
    results = decide(guide, [row["answers"] for row in SCENARIOS])
    reached = {result["recommendation"] for result in results}
    assert {option["id"] for option in data["options"]} - reached == set(), (
        "tests/scenarios.yml: no scenario recommends these"
    )
    fired = {fired["rule"] for result in results for fired in result["fired"]}
    assert {rule["id"] for rule in data["rules"]} - fired == set(), (
        "tests/scenarios.yml: no scenario sets these rules off; add one"
    )


def test_unknown_answers_are_refused_by_the_module(guide: Visit) -> None:
    for answers in ({"os": "beos"}, {"colour": "red"}, {"__proto__x": "1"}):
        with pytest.raises(Exception, match=r"there is no question|has no answer"):
            decide(guide, [answers])


def test_the_module_is_small(web: Path, guide: Visit) -> None:
    """What an answer needs: the scripts of the page and its data. What explains one comes by need, and is small too.

    The reasons of the rules are in neither: they are text of the page for everybody, and the scripts read them there.
    """
    page = (web / "choose/index.html").read_text(encoding="utf-8")
    scripts = re.findall(r'(?<=name="tool" content=")scripts/[a-z-]+\.[0-9a-f]{8}\.js', page)
    assert len(scripts) == 1, f"the page loads its scripts as one file, not {scripts}"
    data = str(guide.page.evaluate("() => JSON.stringify(guideData)")).encode()
    why = (web / "assets/choose-why.js").read_bytes()
    late = [why, *((web / f"assets/scripts/choose-{name}.js").read_bytes() for name in ("result", "record"))]
    module = str(jsmin((ASSETS / "scripts/decide.js").read_text(encoding="utf-8"))).encode()
    weights = {
        "what an answer needs": (
            len(gzip.compress((web / "assets" / scripts[0]).read_bytes(), 9)),
            ANSWER_BYTES,
        ),
        "what explains an answer": (sum(len(gzip.compress(part, 9)) for part in late), LATE_BYTES),
        "decide.js with all its data": (
            sum(len(gzip.compress(part, 9)) for part in (module + data, why)),
            MODULE_BYTES,
        ),
    }
    heavy = {what: f"{size:,} bytes of {most:,}" for what, (size, most) in weights.items() if size > most}
    assert heavy == {}, f"{heavy}: shorten texts of docs/data/decision.yml, or leave to the page what it says anyway"


def test_reasons_come_when_there_is_something_to_explain(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/")
    seen.page.wait_for_load_state("networkidle")
    assert not [url for url in seen.requests if "choose-why" in url], "a first visit loads no reasons"
    expect(seen.page.locator("#guide-result")).to_have_text("Recommendation: Container (runc)")
    expect(seen.page.locator(".guide__result")).to_contain_text("You have answered nothing yet")
    seen.page.get_by_role("button", name="Why, what speaks against it").click()
    assert "What speaks against it" in result_of(seen)
    assert seen.page.evaluate("() => document.activeElement.id") == "guide-result"
    assert seen.errors == []


def test_reasons_that_do_not_come_are_said_and_can_be_asked_for_again(
    visit: Callable[..., Visit], base_url: str
) -> None:
    seen = visit("")
    seen.page.route("**/choose-why.js", lambda route: route.abort())
    seen.page.goto(base_url + "choose/?s=trust:hostile")
    expect(seen.page.locator("#guide-result")).to_contain_text("Kata")
    expect(seen.page.locator(".guide__result")).to_contain_text("The reasons could not be loaded")
    expect(seen.page.locator(".guide__status")).to_contain_text("Kata leads")
    seen.page.unroute("**/choose-why.js")
    seen.page.get_by_role("button", name="Try again").click()
    assert "Strangers' code" in result_of(seen)


# --- The page --------------------------------------------------------------------------------------------------


def choose(page: Page, question: str, answer: str) -> None:
    page.locator(f"input[name={question}][value={answer}]").check()


def test_the_short_path_asks_five_questions(guide: Visit, data: Json) -> None:
    shown = guide.page.locator(".guide__question:visible")
    assert shown.count() <= 5
    guide.page.get_by_role("button", name="Show all").click()
    assert shown.count() == len(data["questions"])
    guide.page.get_by_role("button", name="Show fewer").click()
    choose(guide.page, "os", "windows")
    assert guide.page.locator("[data-question=host]").is_visible(), "a question is asked where it matters"


def test_an_answer_changes_the_standing_and_says_so(guide: Visit) -> None:
    status = guide.page.locator(".guide__status")
    assert status.get_attribute("aria-live") == "polite"
    expect(status).to_contain_text("Container leads")
    choose(guide.page, "trust", "hostile")
    expect(status).to_contain_text("Kata leads")
    expect(status).to_contain_text("Ruled out by this answer: Container")
    gone = guide.page.locator(".guide__gone", has_text="Container:").first
    expect(gone).to_contain_text("Strangers' code")
    choose(guide.page, "trust", "trusted")
    expect(status).to_contain_text("Possible again: Container")


def test_the_address_holds_the_answers_and_back_goes_back(guide: Visit) -> None:
    choose(guide.page, "os", "windows")
    choose(guide.page, "trust", "hostile")
    assert guide.page.url.endswith("/choose/?s=os:windows,trust:hostile")
    guide.page.go_back()
    expect(guide.page.locator("input[name=trust][value=trusted]")).to_be_checked()
    expect(guide.page.locator("input[name=os][value=windows]")).to_be_checked()
    guide.page.go_forward()
    expect(guide.page.locator("input[name=trust][value=hostile]")).to_be_checked()
    guide.page.reload()
    expect(guide.page.locator("input[name=os][value=windows]")).to_be_checked()
    guide.page.get_by_role("button", name="Start again").click()
    expect(guide.page.locator("input[name=os][value=linux]")).to_be_checked()
    guide.page.go_back()
    expect(guide.page.locator("input[name=os][value=windows]")).to_be_checked()
    assert guide.errors == []


@pytest.mark.parametrize("anchor", ["hard-rules", "guide", "fn:source-docker-rootless", "no-such-heading"])
def test_anchors_and_answers_live_together(visit: Callable[..., Visit], anchor: str) -> None:
    seen = visit(f"choose/#{anchor}")
    dead = f"no result at #{anchor}: only a fragment that holds a state may be read as one (choose-address.js)"
    expect(seen.page.locator("#guide-result"), dead).to_contain_text("Container")
    assert seen.page.locator(".guide__problem").is_hidden(), f"#{anchor} is taken for answers: {dead}"
    seen.page.get_by_role("button", name="See the result").click()
    choose(seen.page, "life", "pet")
    expect(seen.page.locator("#guide-result")).to_contain_text("Virtual machine")
    kept = "the answer is lost: state belongs into the query and an anchor into the fragment (choose-address.js)"
    for _ in range(2):
        seen.page.reload()
        expect(seen.page.locator("input[name=life][value=pet]"), kept).to_be_checked()
        seen.page.evaluate("() => { location.hash = 'rules-of-before'; }")
    assert seen.page.url.endswith("?s=life:pet#rules-of-before")
    seen.page.go_back()
    expect(seen.page.locator("input[name=life][value=pet]")).to_be_checked()
    assert seen.errors == []


@pytest.mark.parametrize(
    "address", ["?s=os:windows", "#os=windows", "#s:os:windows", "?s=os%3Awindows", "?h=vm&s=os:windows#guide"]
)
def test_addresses_old_and_new_open_the_same_answers(visit: Callable[..., Visit], address: str) -> None:
    seen = visit(f"choose/{address}")
    old = (
        f"{address} no longer opens its answers: addresses were published, so choose-address.js has to go on reading it"
    )
    expect(seen.page.locator("input[name=os][value=windows]"), old).to_be_checked()
    assert "s=os:windows" in seen.page.url
    assert seen.page.locator(".guide__problem").is_hidden()


def test_a_damaged_answer_counts_as_unknown_and_not_as_trust(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/?s=trust:hostil")
    expect(seen.page.locator("input[name=trust][value=unknown]")).to_be_checked()
    expect(seen.page.locator(".guide__result")).to_contain_text("tier 3")
    expect(seen.page.locator("#guide-result")).to_contain_text("Provisional")


def test_what_was_assumed_is_said_and_named_first_where_it_matters(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/?s=os:windows")
    result = result_of(seen)
    assert "You said: It needs Windows." in result
    assert "Your hosts run Linux" in result.split("Assumed, please check")[1].split("Why")[0]
    assert result.index("Assumed, please check") < result.index("Runner-up" if "Runner-up" in result else "runner-up")
    link = seen.page.locator(".guide__assumptions a", has_text="your hosts run Windows")
    link.click()
    expect(seen.page.locator("#guide-result")).to_contain_text("Windows container")
    expect(seen.page.locator("[data-question=host] .guide__assumed")).to_be_hidden()


def test_confirming_an_assumption_makes_it_an_answer(guide: Visit) -> None:
    expect(guide.page.locator("[data-question=os] .guide__assumed")).to_be_visible()
    guide.page.locator("input[name=os][value=linux]").click()
    assert guide.page.url.endswith("?s=os:linux")
    expect(guide.page.locator("[data-question=os] .guide__assumed")).to_be_hidden()
    record = guide.page.locator("textarea").input_value()
    given, assumed = record.split("Assumed, and it would change")
    apart = "the record mixes what was given with what was assumed: 'write' in choose-record.js has a section for each"
    assert "* Which operating system does the program need? Linux" in given, apart
    assert "* Who wrote the code that runs in it?" in assumed, apart
    assert "* Who wrote the code that runs in it?" not in given, apart


def test_macos_alone_assumes_macs_and_says_so(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/#os=macos")
    expect(seen.page.locator("#guide-result")).to_contain_text("Virtual machine")
    record = seen.page.locator("textarea").input_value()
    assume = "docs/data/decision.yml: 'assume' of the question 'host' says which hosts fit the system that was named"
    assert "Which hosts do you have? Macs" in record.split("it would change the decision")[1], assume
    assert "Which hosts do you have? Linux" not in record, assume


def test_unknown_keeps_what_any_answer_would_keep(guide: Visit, data: Json) -> None:
    bases = [row["answers"] for row in SCENARIOS]
    for question in data["questions"]:
        unknown = judged(guide, [{**base, question["id"]: "unknown"} for base in bases])
        known = [judged(guide, [{**base, question["id"]: a["id"]} for base in bases]) for a in question["answers"]]
        for index, base in enumerate(bases):
            # What is assumed may follow the answer given, so only what was given decides here.
            kept = set().union(*(possible(results[index]) for results in known))
            if question["id"] != "os":
                assert possible(unknown[index]) == kept, f"{question['id']} unknown, {base}"
            outcomes = {results[index]["recommendation"] for results in known}
            tips = {t["recommendation"] for t in unknown[index].get("tipping", []) if t["question"] == question["id"]}
            assert tips == outcomes - {unknown[index]["recommendation"]} or unknown[index]["conflict"]


def test_finding_out_is_named_for_each_unknown(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/?s=os:unknown,life:unknown")
    text = result_of(seen)
    first = text.split("Find out first")[1].split("Assumed, please check")[0]
    assert "Which operating system does the program need?" in first
    assert "If it must run on while its host is repaired, the answer is" in first


def test_the_record_carries_name_date_version_and_link(visit: Callable[..., Visit], data: Json) -> None:
    seen = visit("choose/?s=shape:machine")
    seen.page.get_by_label("Name of the workload").fill("Billing, the old one")
    seen.page.get_by_label("Date").fill("2026-01-31")
    record = seen.page.locator("textarea").input_value()
    assert "# Run Billing, the old one as: Virtual machine" in record
    assert "date: 2026-01-31" in record
    assert "The date was typed in." in record
    assert f"version {data['version']}" in record, "the record names the version of the rules (choose-record.js)"
    link = re.search(r"with these answers: (\S+)", record)
    assert link
    assert link.group(1) == seen.page.url, "the link is the address, name included"
    seen.page.goto(link.group(1))
    expect(seen.page.get_by_label("Name of the workload")).to_have_value("Billing, the old one")
    assert seen.page.locator(".guide__problem").is_hidden()
    seen.page.evaluate("() => document.documentElement.classList.add('print-result')")
    seen.page.emulate_media(media="print")
    paper = seen.page.locator(".guide__paper")
    expect(paper).to_be_visible()
    assert "Billing, the old one" in paper.inner_text()
    for part in (r"\?s=shape:machine", r"\d{4}-\d{2}-\d{2}", f"rules {data['version']}"):
        assert re.search(part, paper.inner_text()), (
            f"paper lacks “{part}”: 'refresh' in choose-record.js writes its first line"
        )


def test_the_guide_works_from_disk(disk_visit: Callable[..., Visit], disk: Path) -> None:
    seen = disk_visit("choose/index.html#trust=hostile")
    expect(seen.page.locator("#guide-result")).to_contain_text("Kata Containers")
    choose(seen.page, "life", "pet")
    seen.page.wait_for_url("**?s=trust:hostile,life:pet")
    expect(seen.page.locator("#guide-result")).to_contain_text("Virtual machine")
    seen.page.go_back()
    expect(seen.page.locator("#guide-result")).to_contain_text("Kata Containers")
    seen.page.goto(disk.as_uri() + "/choose/workloads.html")
    seen.page.get_by_role("link", name="Let malware run and watch it").click()
    expect(seen.page.locator("input[name=snapshot][value=yes]")).to_be_checked()
    assert seen.errors == []


def test_every_workload_opens_the_guide_with_its_answers(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/workloads/")
    names = {row["title"]: row for row in WORKLOADS}
    links = {link.inner_text(): link.get_attribute("href") or "" for link in seen.page.locator("article dt a").all()}
    assert set(links) == set(names)
    home = seen.page.url
    for title, href in links.items():
        seen.page.goto(urljoin(home, href))
        for question, answer in names[title]["answers"].items():
            expect(seen.page.locator(f"input[name={question}][value={answer}]")).to_be_checked()
        assert seen.page.locator(".guide__problem").is_hidden()
    assert seen.errors == []


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("os=beos", "“os=beos” is no answer to “Which operating system"),
        ("colour=red&os=windows", "“colour=red” names no question"),
        ("os=windows&os=linux", "a second time"),
        ("s:os:beos", "“os:beos” is no answer"),
        ("os=%E0%A4%A", "is no answer"),
        ("os=<img src=x onerror=alert(1)>", "is no answer"),
        ("__proto__=x&constructor=y", "names no question"),
        ("os=", "“os=” is no answer"),
        ("=&" + "x" * 5000 + "=1", "names no question"),
    ],
)
def test_a_tampered_address_is_named_and_harmless(visit: Callable[..., Visit], fragment: str, said: str) -> None:
    seen = visit(f"choose/#{fragment}")
    alert = seen.page.get_by_role("alert")
    expect(alert).to_contain_text("This address is not quite right")
    expect(alert).to_contain_text(said)
    assert len(alert.inner_text()) < 400
    assert seen.page.locator("#guide-result").inner_text()
    assert seen.page.locator("#guide img").count() == 0
    assert seen.errors == []


def test_contradictions_are_named_with_ways_out(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/#life=pet&start=zero")
    result = seen.page.locator(".guide__result")
    expect(result.locator("h2")).to_contain_text("No recommendation")
    expect(result.locator(".guide__between")).to_contain_text("It must run on while its host is repaired")
    expect(result.locator(".guide__between")).to_contain_text("Instances start for each request")
    assert "Recommendation:" not in result.inner_text()
    result.get_by_role("link", name="if a restart is fine").click()
    expect(result.locator("h2")).to_contain_text("Container")
    assert seen.page.evaluate("() => document.activeElement.id") == "guide-result", "the focus follows the link"


def test_the_result_says_all_that_it_should(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/#trust=untrusted")
    text = result_of(seen)
    for part in ("Close call", "Why", "Runner-up", "What speaks against it", "What it should stand on", "tier 3"):
        assert part in text, f"the result has no '{part}'"
    assert seen.page.locator(".guide__result a[href*='when-to-use-what']").count() > 0, (
        "there is something to read next"
    )
    for part in ("What would change the answer", "Read next", "Strangers' code.", "Because strangers' code runs in it"):
        assert part in text, f"the result has no '{part}'"


def test_the_keyboard_is_enough(guide: Visit) -> None:
    keys = guide.page.keyboard
    guide.page.locator("input[name=os]:checked").focus()
    keys.press("ArrowDown")
    assert guide.page.url.endswith("?s=os:windows")
    result_of(guide)
    names = []
    for _ in range(40):
        keys.press("Tab")
        names.append(guide.page.evaluate("() => document.activeElement.name || document.activeElement.textContent"))
        if names[-1].startswith("Show all"):
            break
    assert [n for n in names if n in {"shape", "kernel", "trust", "life"}] == ["shape", "kernel", "trust", "life"]
    keys.press("Enter")
    expect(guide.page.locator("[data-question=rt]")).to_be_visible()
    assert guide.page.evaluate("() => document.activeElement.textContent").startswith("Show fewer")
    for _ in range(60):
        keys.press("Tab")
        if guide.page.evaluate("() => document.activeElement.textContent") == "Download it":
            break
    with guide.page.expect_download() as download:
        keys.press("Enter")
    assert download.value.suggested_filename == "decision-virtual-machine.md"


def test_every_answer_has_a_name_and_its_question(guide: Visit, data: Json) -> None:
    guide.page.get_by_role("button", name="Show all").click()
    for question in data["questions"]:
        group = guide.page.get_by_role("group", name=question["ask"], exact=True)
        assert group.count() == 1, f"'{question['id']}' is no group with a name"
        for answer in question["answers"]:
            assert group.get_by_role("radio", name=answer["label"], exact=True).count() == 1, answer["label"]


@pytest.mark.parametrize("state", STATES, ids=list(STATES))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(visit: Callable[..., Visit], state: str, scheme: str) -> None:
    seen = visit(f"choose/{STATES[state]}", dark=scheme == "dark", reduced_motion="reduce")
    seen.page.get_by_role("button", name="Show all").click()
    seen.page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    load_axe(seen)
    for width in (1280, 320):
        resize(seen.page, width)
        assert violations(seen.page, "article") == [], f"{state}, {width} px"
        over = seen.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{state}: {over} px too wide at {width} px"


# --- Take it along ---------------------------------------------------------------------------------------------

MADR = [
    "## Context and Problem Statement",
    "## Decision Drivers",
    "## Considered Options",
    "## Decision Outcome",
    "### Consequences",
    "### Confirmation",
    "## Pros and Cons of the Options",
    "## More Information",
]


def test_the_record_follows_madr_with_answers_reasons_sources_and_date(visit: Callable[..., Visit], data: Json) -> None:
    seen = visit("choose/#trust=hostile&life=disposable")
    record = seen.page.locator("textarea").input_value()
    assert [line for line in record.splitlines() if line in MADR] == MADR
    assert re.search(r"^date: \d{4}-\d{2}-\d{2}$", record, re.MULTILINE)
    for question in data["questions"]:
        assert f"* {question['ask']} " in record
    for option in data["options"]:
        assert f"### {option['name']}" in record
    assert 'Chosen option: "Kata Containers", because it fits best' in record
    assert "/choose/?s=trust:hostile,life:disposable" in record
    assert "https://" in record.split("Sources:")[1]
    assert "undefined" not in record
    assert "null" not in record


def test_copying_gives_the_record_or_selects_it(visit: Callable[..., Visit], base_url: str) -> None:
    seen = visit("choose/#shape=machine", permissions=["clipboard-read", "clipboard-write"])
    seen.page.get_by_role("button", name="Copy the decision record").click()
    expect(seen.page.locator(".guide__said")).to_have_text("Copied.")
    assert seen.page.evaluate("() => navigator.clipboard.readText()") == seen.page.locator("textarea").input_value()
    seen.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    seen.page.get_by_role("button", name="Copy the decision record").click()
    expect(seen.page.locator(".guide__said")).to_contain_text("Selected below")
    assert "## Decision Outcome" in seen.page.evaluate("() => getSelection().toString()")


def test_every_result_prints_on_one_page(guide: Visit) -> None:
    long = []
    for row in SCENARIOS:
        fragment = "#" + "&".join(f"{k}={v}" for k, v in row["answers"].items())
        guide.page.evaluate("(to) => { location.hash = to; dispatchEvent(new Event('hashchange')); }", fragment)
        if row["expected"]:
            expect(guide.page.locator("#guide-result")).to_contain_text(NAMES[row["expected"]])
            result_of(guide)
        # What the button does, without the browser's dialogue; printing takes it back.
        guide.page.evaluate("() => document.documentElement.classList.add('print-result')")
        pages = len(re.findall(rb"/Type\s*/Page\b", guide.page.pdf(format="A4")))
        if pages != 1:
            long.append(f"{row['scenario']}: the result takes {pages} pages")
    assert long == []


def test_the_print_button_prints_the_result_alone(guide: Visit) -> None:
    guide.page.evaluate("() => { window.print = () => { window.printed = document.documentElement.className; }; }")
    guide.page.get_by_role("button", name="See the result").click()
    guide.page.get_by_role("button", name="Print this result").click()
    assert "print-result" in guide.page.evaluate("() => window.printed")
    guide.page.emulate_media(media="print")
    assert guide.page.locator("#guide-result").is_visible()
    assert not guide.page.locator("#the-rules-behind-it").is_visible()
    guide.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert guide.page.locator("#the-rules-behind-it").is_visible()


# --- Without JavaScript, and the data ----------------------------------------------------------------------------


def test_every_source_and_something_to_read_is_on_the_page(web: Path, data: Json) -> None:
    soup = BeautifulSoup((web / "choose/index.html").read_text(encoding="utf-8"), "html.parser")
    for option in data["options"]:
        # Where these links lead is for tests/test_links.py to check.
        assert soup.select(f"a[data-read={option['id']}]"), f"nothing to read about {option['id']}"
    for rule in RULES:
        entry = soup.find(id=f"rule-{rule['id']}")
        assert entry is not None, rule["id"]
        for source in rule.get("sources", []):
            assert entry.select(f"a[href$='#{source}']"), f"rule {rule['id']}: source '{source}' is not on the page"


def test_the_guide_reads_reasons_and_sources_from_the_rules_on_the_page(guide: Visit) -> None:
    """One truth: what a result says of a rule is what the list of rules says, and each source has title and address."""
    guide.page.get_by_role("button", name="See the result").click()
    result_of(guide)
    why = guide.page.evaluate("() => guide.why(guideWhy)")
    assert set(why["reasons"]) == {rule["id"] for rule in RULES}
    for rule in RULES:
        reason, sources = why["reasons"][rule["id"]]
        remedy = f"{rule['id']}: the row of the rule in scripts/pages/templates/guide.html must say it in [data-reason]"
        assert " ".join(reason.split()) == " ".join(rule["reason"].split()), remedy
        assert sources == rule.get("sources", []), (
            f"{rule['id']}: the links of that row are its sources, in their order"
        )
    named = [*why["counters"], *why["advice"], *(check for tier in why["tiers"] for check in tier["checks"])]
    used = {source for row in named for source in row.get("sources", [])} | {
        source for _, ids in why["reasons"].values() for source in ids
    }
    assert used == set(why["sources"])
    registered = load().sources
    for key, (title, url) in why["sources"].items():
        assert (title, url) == (registered[key].title, registered[key].URL), f"{key}: title or address differ"
    sent = guide.page.evaluate("() => JSON.stringify(guideWhy)")
    assert not [rule["id"] for rule in RULES if rule["reason"][:40] in sent], "a reason is sent twice"


def test_all_rules_stand_on_the_page_without_javascript(visit: Callable[..., Visit]) -> None:
    """Folded by what they are about; a click opens them, and paper opens them by itself."""
    seen = visit("choose/", java_script_enabled=False)
    folded = seen.page.locator("details.rules")
    assert folded.count() >= 5
    assert all(not details.evaluate("(d) => d.open") for details in folded.all())
    for by in ("print", "screen"):
        seen.page.emulate_media(media=by)
        if by == "screen":
            for summary in seen.page.locator("details.rules > summary").all():
                summary.click()
        text = " ".join(seen.page.locator("article").inner_text().split())
        for rule in RULES:
            assert rule["title"] in text, by
            assert " ".join(rule["reason"].split()) in text, by
    assert seen.page.locator("#diagram-decision-rules .slab").first.is_visible()
    assert seen.page.locator("#guide").inner_text() == ""


def test_the_page_is_short_enough_for_a_phone(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/", width=390)
    height = seen.page.evaluate("() => document.documentElement.scrollHeight")
    assert height < PHONE_HEIGHT, f"{height} px"


def test_a_link_to_a_folded_rule_opens_it(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/#rule-gpu-driver-shared")
    expect(seen.page.locator("#rule-gpu-driver-shared")).to_be_visible()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("decision.yml", "when: [{rt: [hard]}]", "when: [{rt: [harder]}]", "the question 'rt' has no answer 'harder'"),
        ("decision.yml", "when: [{rt: [hard]}]", "when: [{rtt: [hard]}]", "there is no question 'rtt'"),
        ("decision.yml", "keeps: [bare-metal, container]", "keeps: [bare-metal, vm]", "there is no option 'vm'"),
        ("decision.yml", "sources: [gvisor-gpu]", "sources: [gvisor-gpus]", "there is no source 'gvisor-gpus'"),
        ("decision.yml", "topic: together", "topic: apart", "there is no topic 'apart'"),
        ("workloads.yml", "topic: storage", "topic: shelves", "there is no topic 'shelves'"),
        ("decision.yml", "adds: {devices: 3}", "adds: {gadgets: 3}", "there is no criterion 'gadgets'"),
        ("decision.yml", "fit: [1, 4, 4, 4, 0, 4, 1, 3, 4, 4]", "fit: [1, 4]", "has 2 numbers for 10 criteria"),
        ("decision.yml", 'when: [{separation: ["yes"]}]', "when: [{separation: [yes]}]", "Put it in quotes"),
        ("decision.yml", "keeps: [rootless-container]", "excludes: []", "give either 'keeps' or 'excludes'"),
        ("decision.yml", "trust: [semi]\n    checks", "trust: [trusted]\n    checks", "exactly once"),
        ("workloads.yml", "recommendation: gvisor", "recommendation: gvisr", "there is no option 'gvisr'"),
        ("workloads.yml", "group: hardware", "group: hardwear", "there is no group 'hardwear'"),
        (
            "workloads.yml",
            "groups:\n",
            "groups:\n  - {id: lonely, title: Lonely}\n",
            "the group 'lonely' has no workload",
        ),
        ("workloads.yml", "answers: {rt: soft}", "answers: {rt: mild}", "the question 'rt' has no answer 'mild'"),
        ("workloads.yml", " and no layer.", " and no layer. Really.", "two sentences"),
    ],
)
def test_a_mistake_in_the_data_is_named_with_its_line(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, "the test's own example is out of date"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    sources = {row["id"] for row in yaml.safe_load((DATA / "sources.yml").read_text(encoding="utf-8"))}
    with pytest.raises(ExceptionGroup) as caught:
        load_choices(sources, folder)
    messages = [str(error) for error in caught.value.exceptions]
    assert any(said in message for message in messages), messages
    # A replaced line keeps its place, so the line named must be the one that was changed, or the row it is in.
    line = text[: text.index(old)].count("\n") + 1
    named = [int(match.group(1)) for m in messages if (match := re.search(rf"{re.escape(file)}:(\d+): ", m))]
    assert any(abs(n - line) <= 8 for n in named) or "exactly once" in said, messages
