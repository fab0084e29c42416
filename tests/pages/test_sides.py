"""Side by side: two sets of answers on one page, what they lead to, and by which rule or weight they part."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from playwright.sync_api import Locator, expect

from scripts.paths import DATA
from tests.support import Visit
from tests.walk import load_axe, resize, violations

PAGE = "choose/side-by-side/"
TRUST = "?s=life:disposable,trust:trusted~hostile"
STATES = {
    "bare": "",
    "one answer": TRUST,
    "a conflict": "?s=life:pet,start:zero~minutes",
    "tampered": "?s=os:beos~linux",
}
RULES = {row["id"]: row for row in yaml.safe_load((DATA / "decision.yml").read_text(encoding="utf-8"))["rules"]}


def state(seen: Visit) -> str:
    """The state in the address."""
    return parse_qs(urlsplit(seen.page.url).query).get("s", [""])[0]


def answer(seen: Visit, side: str, question: str) -> Locator:
    """The field for one side's answer to a question, by the name that a screen reader is told."""
    return seen.page.get_by_role("combobox", name=f"{side} {question}", exact=True)


def test_what_changes_if_the_code_is_trusted(visit: Callable[..., Visit]) -> None:
    seen = visit(PAGE + TRUST)
    result = seen.page.locator(".guide__result")
    expect(result.get_by_role("status")).to_have_text("A: Container (runc). B: Kata Containers. The answer changes.")
    differ = (
        result.locator("h3", has_text="Which answers differ").locator("xpath=following-sibling::ul[1]").locator("li")
    )
    assert differ.count() == 1
    assert "A: You trust the code. B: Strangers' code runs beside things you must not lose." in differ.inner_text()
    decides = result.locator("h3", has_text="Which difference decides").locator("xpath=following-sibling::ul[1]")
    expect(decides).to_contain_text("Kata")
    row = result.get_by_role("row").filter(has=seen.page.get_by_role("rowheader", name="Container", exact=True))
    expect(row).to_contain_text("recommended, fit")
    expect(row).to_contain_text("ruled out")
    reason = " ".join(RULES["strangers-code"]["reason"].split())
    expect(row).to_contain_text(reason[:60])
    assert row.locator("sup a[href^='https://']").count() >= 1, "the reason has its sources"
    expect(result).to_contain_text("Isolation: weight 0 in A, 4 in B")
    assert seen.errors == []


def test_two_workloads_are_compared_and_their_names_stand_above(visit: Callable[..., Visit]) -> None:
    seen = visit(PAGE)
    expect(seen.page.locator(".guide__result")).to_contain_text("Both sides have the same answers")
    seen.page.get_by_label("Start A from").select_option(label="Notebooks for students on Kubernetes")
    seen.page.get_by_label("Start B from").select_option(label="Let malware run and watch it")
    terms = seen.page.locator(".sides__verdicts dt")
    expect(terms.nth(0)).to_have_text("A: Notebooks for students on Kubernetes")
    expect(terms.nth(1)).to_have_text("B: Let malware run and watch it")
    expect(seen.page.get_by_role("status")).to_contain_text("A: Kata Containers. B: Virtual machine")
    seen.page.reload()
    expect(terms.nth(1)).to_have_text("B: Let malware run and watch it")
    expect(seen.page.get_by_label("Start B from")).to_have_value(
        seen.page.get_by_label("Start B from")
        .locator("option", has_text="Let malware run and watch it")
        .get_attribute("value")
        or ""
    )


def test_the_address_holds_both_sides_and_back_goes_back(visit: Callable[..., Visit]) -> None:
    seen = visit(PAGE)
    answer(seen, "B", "Who wrote the code that runs in it?").select_option("hostile")
    assert state(seen) == "trust:~hostile"
    answer(seen, "A", "Who wrote the code that runs in it?").select_option("hostile")
    assert state(seen) == "trust:hostile", "what both sides say is said once"
    seen.page.go_back()
    expect(answer(seen, "A", "Who wrote the code that runs in it?")).to_have_value("")
    expect(answer(seen, "B", "Who wrote the code that runs in it?")).to_have_value("hostile")
    seen.page.get_by_role("button", name="Change sides").click()
    assert state(seen) == "trust:hostile~"
    seen.page.get_by_role("button", name="Make B like A").click()
    assert state(seen) == "trust:hostile"
    seen.page.get_by_role("button", name="Start again").click()
    assert state(seen) == ""
    assert seen.errors == []


def test_each_side_opens_in_the_guide_and_the_guide_leads_here(visit: Callable[..., Visit]) -> None:
    seen = visit(PAGE + TRUST)
    seen.page.get_by_role("link", name="Open B in the guide").click()
    expect(seen.page.locator("input[name=trust][value=hostile]")).to_be_checked()
    expect(seen.page.locator("input[name=life][value=disposable]")).to_be_checked()
    seen.page.get_by_role("link", name="see both side by side").click()
    expect(answer(seen, "A", "Who wrote the code that runs in it?")).to_have_value("hostile")
    expect(answer(seen, "B", "Who wrote the code that runs in it?")).to_have_value("hostile")


def test_differences_that_only_together_decide_are_said_so(visit: Callable[..., Visit]) -> None:
    seen = visit(PAGE + "?s=os:~windows,host:linux~windows")
    expect(seen.page.get_by_role("status")).to_contain_text("The answer changes")
    decides = seen.page.locator("h3", has_text="Which difference decides").locator("xpath=following-sibling::*[1]")
    expect(decides).to_contain_text("it needs Windows: Virtual machine")


@pytest.mark.parametrize(
    "pair", ["os:beos", "colour:red", "os:windows~windows~linux", "__proto__:x", "os:<img src=x>~linux"]
)
def test_a_tampered_address_is_named_and_harmless(visit: Callable[..., Visit], pair: str) -> None:
    seen = visit(f"{PAGE}?s={pair}")
    expect(seen.page.locator("#what-changes")).to_be_visible()
    expect(seen.page.get_by_role("alert")).to_contain_text("This address is not quite right")
    assert seen.page.locator("#sides img").count() == 0
    assert seen.errors == []


def test_it_works_from_disk(disk_visit: Callable[..., Visit]) -> None:
    seen = disk_visit("choose/side-by-side.html" + TRUST)
    expect(seen.page.get_by_role("status")).to_contain_text("The answer changes")
    expect(seen.page.locator(".guide__result")).to_contain_text(
        " ".join(RULES["strangers-code"]["reason"].split())[:60]
    )
    answer(seen, "B", "May an instance be stopped and replaced?").select_option("pet")
    seen.page.wait_for_url("**?s=trust:trusted~hostile,life:disposable~pet")
    seen.page.get_by_role("link", name="Open B in the guide").click()
    expect(seen.page.locator("#guide-result")).to_contain_text("Virtual machine")
    assert seen.errors == []


def test_without_reasons_the_names_of_the_rules_stand_alone(visit: Callable[..., Visit], base_url: str) -> None:
    seen = visit("")
    seen.page.route("**/choose-reasons.js", lambda route: route.abort())
    seen.page.goto(base_url + PAGE + TRUST)
    row = seen.page.get_by_role("row").filter(has=seen.page.get_by_role("rowheader", name="Container", exact=True))
    expect(row).to_contain_text("Out in B. Strangers' code.")


def test_without_javascript_a_sentence_says_how_to_do_it(visit: Callable[..., Visit]) -> None:
    seen = visit(PAGE, java_script_enabled=False)
    text = seen.page.locator("article").inner_text()
    assert "The comparison needs JavaScript." in text
    assert seen.page.get_by_role("link", name="hard rules").get_attribute("href") == "../#hard-rules"


def test_the_keyboard_is_enough(visit: Callable[..., Visit]) -> None:
    seen = visit(PAGE)
    seen.page.get_by_label("Start A from").focus()
    names = []
    for _ in range(40):
        seen.page.keyboard.press("Tab")
        names.append(seen.page.evaluate("() => document.activeElement.id || document.activeElement.textContent"))
        if names[-1] == "Print":
            break
    assert names[0] == "start-B"
    assert [name for name in names if name in {"Change sides", "Make B like A", "Start again"}] == [
        "Change sides", "Make B like A", "Start again",
    ]  # fmt: skip
    answer(seen, "B", "Who wrote the code that runs in it?").focus()
    seen.page.keyboard.press("ArrowDown")
    expect(answer(seen, "B", "Who wrote the code that runs in it?")).to_have_value("trusted")


@pytest.mark.parametrize("what", STATES, ids=list(STATES))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_any_width(visit: Callable[..., Visit], what: str, scheme: str) -> None:
    seen = visit(PAGE + STATES[what], dark=scheme == "dark", reduced_motion="reduce")
    seen.page.get_by_role("button", name="Show all").click()
    # What lies below the bar of the page has no size for axe.
    seen.page.evaluate("() => scrollTo(0, 0)")
    load_axe(seen)
    for width in (1280, 390, 320):
        resize(seen.page, width)
        assert violations(seen.page, "article") == [], f"{what}, {width} px"
        over = seen.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{what}: {over} px too wide at {width} px"


def test_paper_shows_both_sides_and_no_buttons(visit: Callable[..., Visit]) -> None:
    seen = visit(PAGE + TRUST)
    expect(seen.page.locator(".guide__result")).to_contain_text("Which options change")
    seen.page.emulate_media(media="print")
    assert seen.page.locator(".guide__result").is_visible()
    assert seen.page.locator(".sides__answers").is_visible()
    assert not seen.page.get_by_role("button", name="Change sides").is_visible()


def test_the_page_is_no_heavier_than_the_guide(web: Path) -> None:
    assert (web / PAGE / "index.html").stat().st_size < (web / "choose/index.html").stat().st_size
