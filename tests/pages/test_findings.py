"""What a review of 2026-11-25 found wrong with the guide, one by one, as far as no other file tests it.

Where the rest is: state and anchors, what was assumed, the record, charts in test_choose.py; platforms, advice, rules
against cells in test_choose_space.py; ways out of conflicts in test_properties.py; numbers in test_calculator.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from playwright.sync_api import expect

from scripts.facts.decision import load_choices
from scripts.paths import DATA
from tests.pages.engine import decide, payloads, source_ids
from tests.support import Visit

Json = dict[str, Any]


def possible(answers: dict[str, str]) -> set[str]:
    """The options that no rule excludes."""
    [result] = decide([answers])
    return {option for option, rules in result["excluded"].items() if not rules}


def advice(answers: dict[str, str]) -> dict[str, str]:
    """What is advised, by subject."""
    [result] = decide([answers])
    return {row["subject"]: row["verdict"] for row in result["advice"]}


def fired(answers: dict[str, str]) -> set[str]:
    """The rules that apply."""
    [result] = decide([answers])
    return {row["rule"] for row in result["fired"]}


def test_the_record_calls_no_standing_rule_a_hard_one_and_says_why_of_all_that_stays(
    visit: Callable[..., Visit],
) -> None:
    """G2."""
    seen = visit("choose/?s=trust:hostile")
    record = seen.page.locator("textarea").input_value()
    parts = dict(
        part.split("\n\n", 1) for part in record.split("## Pros and Cons of the Options")[1].split("\n### ")[1:]
    )
    standing = "a standing rule is no hard one: 'proAndCon' in choose-record.js tells them apart by their kind"
    assert "hard rule" not in parts["Bare metal"], standing
    assert "Neutral, because not considered without a reason" in parts["Bare metal"], standing
    assert "Bad, because of a hard rule: Strangers' code" in parts["Container (runc)"]
    for option in ("Kata Containers", "Firecracker microVM", "Virtual machine"):
        assert "Good, because of its fit to: Isolation" in parts[option], (
            f"{option} stays with a number only: 'strengths' in choose-record.js says what it fits and what not"
        )


def test_the_record_says_of_each_option_why_it_is_out_and_tells_no_reason_twice(visit: Callable[..., Visit]) -> None:
    """G2: what a standing rule keeps out is not excluded by a hard one, also where one option is left."""
    seen = visit("choose/?s=os:macos")
    record = seen.page.locator("textarea").input_value()
    chosen = next(line for line in record.splitlines() if line.startswith("Chosen option: "))
    assert chosen.endswith("hard rules exclude every other option, except Bare metal, which no answer asks for."), (
        f"“{chosen}”: 'whyChosen' in choose-record.js has to leave out what only a standing rule keeps out"
    )
    known = load_choices(source_ids()).decision.rules
    often = [rule.id for rule in known if record.count(" ".join(rule.reason.split())) > 1]
    assert often == [], f"the record gives these reasons more than once ('because' in choose-record.js): {often}"
    seen.page.goto(seen.page.url.split("?")[0] + "?s=trust:hostile")
    expect(seen.page.locator("#guide-result")).to_contain_text("Kata")
    assert "of the 3 options that are left" in seen.page.locator("textarea").input_value()


def test_gvisor_keeps_its_place_where_the_comparison_gives_it_one() -> None:
    """G6."""
    assert {"gvisor", "virtual-machine", "firecracker"} == possible({"snapshot": "yes"}), (
        "docs/data/decision.yml, rule machine-snapshots: keep what the comparison's row 'snapshot' answers with yes"
    )


# Rules that remove an option although its cell begins with yes, and why that is no contradiction.
AFFIRMED = {
    ("confidential-systems", "confidential-vm"): "yes for prepared systems, and the rule is about others",
    ("own-kernel-version", "windows-hyperv-container"): "an older one only",
    ("own-kernel-module", "kata"): "into a guest image that one would maintain oneself, as the reason says",
    ("hypervisor-for-rivals", "gvisor"): "yes, except against side channels, and it is no hypervisor",
    ("gpu-driver-shared", "gvisor"): "yes, on the host's driver, which strangers are not to reach",
    ("nvidia-on-a-mac", "gvisor"): "yes on Linux hosts with such a driver",
    ("devices-behind-a-desktop", "container"): "yes where the host has the device, and here it is outside of the VM",
    ("engine-inside", "container"): "yes, but privileged",
    ("machines-inside", "confidential-vm"): "yes for containers, and the rule is about hypervisors",
}


def test_no_rule_removes_what_its_own_cells_affirm() -> None:
    """G6, as a kind: where each option has a cell, a rule that keeps a list keeps those whose cell begins with yes."""
    wrong = []
    for rule in load_choices(source_ids()).decision.rules:
        for technology, rows in rule.cells.items():
            removed = technology in rule.excludes if rule.excludes else technology not in (rule.keeps or ())
            for row in rows:
                cell = yaml.safe_load((DATA / f"technologies/{technology}.yml").read_text(encoding="utf-8"))["cells"][
                    row
                ]
                words = cell.get("text", "")
                if removed and words.startswith("Yes") and (rule.id, technology) not in AFFIRMED:
                    wrong.append(f"rule {rule.id} removes {technology}, whose cell '{row}' says “{words}”")
    assert wrong == [], f"docs/data/decision.yml: keep the option, or say in AFFIRMED why it goes all the same: {wrong}"
    named = {(rule.id, technology) for rule in load_choices(source_ids()).decision.rules for technology in rule.cells}
    assert AFFIRMED.keys() <= named, "AFFIRMED names a rule that no longer rests on such a cell: take it out"


@pytest.mark.parametrize(
    "reason",
    [{"rt": "hard"}, {"operator": "untrusted"}, {"gui": "desktop"}, {"density": "whole"}, {"inside": "machines"}],
    ids=lambda reason: next(iter(reason)),
)
def test_bare_metal_can_be_reached_for_each_of_its_reasons(reason: dict[str, str]) -> None:
    """G8."""
    assert "bare-metal" in possible(reason), (
        f"docs/data/decision.yml, rule metal-needs-a-reason: {reason} is a reason for hardware of one's own"
    )
    for barred, rule in (
        ({"separation": "yes"}, "hypervisor-demanded"),
        ({"platform": "kubernetes"}, "pods-are-no-machines"),
    ):
        assert "bare-metal" not in possible({**reason, **barred}), (
            f"docs/data/decision.yml, rule {rule}: with {barred} hardware of one's own is no answer"
        )


def test_a_conflict_names_what_was_only_assumed(visit: Callable[..., Visit]) -> None:
    """G9."""
    seen = visit("choose/?s=os:windows,start:zero")
    result = seen.page.locator(".guide__result")
    told = "an assumption that takes part in a conflict has to be named ('conflictParts' in choose-result.js)"
    expect(result, told).to_contain_text("You have not said so, but it was assumed, and it takes part")
    expect(result.locator(".guide__between + p + ul"), told).to_have_text("Your hosts run Linux.")
    expect(result.locator(".guide__between")).not_to_contain_text("Your hosts run Linux")
    [conflict] = [row["conflict"] for row in decide([{"os": "windows", "start": "zero"}])]
    assert "host" in conflict["between"], (
        "collision in decide.js lets go of assumptions only where others collide alone"
    )


def test_an_exact_tie_is_called_one_and_the_order_is_told(visit: Callable[..., Visit]) -> None:
    [result] = decide([{"inside": "engine"}])
    assert result["status"] == "tie"
    options = [option["id"] for option in payloads()[0]["options"]]
    assert options.index(result["recommendation"]) < options.index(result["runnerUp"])
    seen = visit("choose/?s=inside:engine")
    expect(seen.page.locator(".guide__status")).to_contain_text("A tie:")
    expect(seen.page.locator(".guide__result")).to_contain_text(
        "the guide names first what stands first in its list of options"
    )


def test_a_poor_fit_is_no_recommendation_in_the_heading(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/?s=operator:untrusted")
    expect(seen.page.locator("#guide-result")).to_contain_text("What is left fits poorly")


def test_a_rule_about_graphics_processors_speaks_of_those_who_ask() -> None:
    """ "Neither can hand …" used to stand in every result with a GPU."""
    assert "no-path-to-gpu" in fired({"device": "gpu"})
    assert "gpu-driver-shared" not in fired({"device": "gpu"})
    assert "nvidia-on-a-mac" not in fired({"device": "gpu"})


def test_usb_for_kata_is_advised_against_as_the_comparison_has_it_open() -> None:
    assert "for USB or serial take a virtual machine" in advice({"device": "other", "trust": "hostile"})["form"]


@pytest.mark.parametrize("trust", ["untrusted", "hostile"])
def test_whoever_runs_strangers_code_on_a_mac_hears_of_the_tools_for_it(trust: str) -> None:
    assert "small VM for each" in advice({"trust": trust, "host": "mac"})["form"]


@pytest.mark.parametrize(
    ("answers", "subject", "said"),
    [
        ({"state": "heavy"}, "instead", "A managed service"),
        ({"trust": "untrusted", "start": "zero"}, "instead", "WebAssembly"),
        ({"trust": "hostile", "life": "disposable"}, "instead", "A service that rents out sandboxes"),
        ({"density": "few"}, "instead", "A plain service of the host"),
        ({"device": "gpu", "host": "mac"}, "instead", "On the Mac itself"),
        ({"device": "gpu"}, "gpu", "partitions"),
        ({"device": "gpu", "trust": "hostile"}, "gpu", "vGPU"),
        ({"platform": "scheduler"}, "form", "Apptainer"),
        ({"arch": "other"}, "form", "for your own processor"),
        ({"inside": "machines"}, "form", "KVM device"),
        ({"inside": "machines", "trust": "hostile"}, "inside", "where virtualisation is passed on"),
    ],
)
def test_what_the_guide_could_not_be_told_is_asked_or_advised(answers: dict[str, str], subject: str, said: str) -> None:
    """G10."""
    found = advice(answers).get(subject, "nothing")
    assert said in found, (
        f"docs/data/decision.yml, advice: with {answers} '{subject}' has to say “{said}”, and says “{found}”"
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("arch", "other"),
        ("inside", "engine"),
        ("inside", "machines"),
        ("work", "calls"),
        ("platform", "scheduler"),
        ("density", "whole"),
        ("shape", "services"),
        ("kernel", "version"),
    ],
)
def test_what_the_guide_could_not_be_told_is_an_answer(question: str, answer: str) -> None:
    """G10."""
    known = {row["id"]: [one["id"] for one in row["answers"]] for row in payloads()[0]["questions"]}
    assert answer in known.get(question, []), (
        f"docs/data/decision.yml: the question '{question}' needs an answer '{answer}'; without it nobody can say so"
    )


def test_each_new_question_changes_an_answer() -> None:
    """G10: few questions, and only those that do."""
    base = {"trust": "untrusted"}
    [usual, calls] = decide([base, {**base, "work": "calls"}])
    assert usual["status"] == "close"
    assert calls["status"] == "clear"
    for question, answer, before in (
        ("arch", "other", "kata"),
        ("inside", "machines", "kata"),
        ("inside", "engine", "container"),
    ):
        given = {} if before == "container" else base
        [usual, asked] = decide([given, {**given, question: answer}])
        assert usual["recommendation"] == before
        assert asked["recommendation"] != before, question
