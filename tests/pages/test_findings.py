"""What a review of 2026-11-25 found wrong with the guide, one by one, as far as no other file tests it.

Where the rest is: state and anchors, what was assumed, the record, charts in test_choose.py; platforms, advice, rules
against cells in test_choose_space.py; ways out of conflicts in test_properties.py; numbers in test_calculator.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.pages.engine import decide, payloads
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
    assert "hard rule" not in parts["Bare metal"]
    assert "Neutral, because not considered without a reason" in parts["Bare metal"]
    assert "Bad, because of a hard rule: Strangers' code" in parts["Container (runc)"]
    for option in ("Kata Containers", "Firecracker microVM", "Virtual machine"):
        assert "Good, because of its fit to: Isolation" in parts[option], "more than a number"


def test_gvisor_keeps_its_place_where_the_comparison_gives_it_one() -> None:
    """G6."""
    assert {"gvisor", "virtual-machine", "firecracker"} == possible({"snapshot": "yes"})


@pytest.mark.parametrize(
    "reason",
    [{"rt": "hard"}, {"operator": "untrusted"}, {"gui": "desktop"}, {"density": "whole"}, {"inside": "machines"}],
    ids=lambda reason: next(iter(reason)),
)
def test_bare_metal_can_be_reached_for_each_of_its_reasons(reason: dict[str, str]) -> None:
    """G8."""
    assert "bare-metal" in possible(reason)
    assert "bare-metal" not in possible({**reason, "separation": "yes"}), "a demanded hypervisor"
    assert "bare-metal" not in possible({**reason, "platform": "kubernetes"}), "nothing but nodes"


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
    assert said in advice(answers)[subject]


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
