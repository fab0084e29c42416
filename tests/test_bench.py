"""The bench measures what it says on this very site, and shows medians and ratios; whether it is quick is no test."""

from __future__ import annotations

import math
from pathlib import Path

from playwright.sync_api import Browser

from scripts.bench import __main__ as bench
from scripts.bench import pages
from scripts.bench.builds import kilobytes_per_page
from scripts.paths import DOCS
from scripts.publish import load


def test_what_readers_wait_for_is_measured(chromium: Browser, web: Path) -> None:
    for measure in (pages.comparison, pages.guide, pages.search, pages.first_visit):
        assert measure(chromium, web.parent) > 0, measure.__doc__
    assert 1 < kilobytes_per_page(web.parent) < 1000


def test_medians_and_ratios_are_shown_and_what_one_side_lacks_is_a_dash() -> None:
    found: bench.Found = {
        "cold build": ("s", [4.0, 2.0, 90.0], [2.0, 1.0, 9.0]),
        "guide answers": ("ms", [math.nan], [3.0]),
    }
    assert [line.split() for line in bench.report(found).splitlines()] == [
        ["before", "now", "ratio"],
        ["cold", "build", "4.00", "s", "2.00", "s", "0.50"],
        ["guide", "answers", "–", "3.00", "ms", "–"],
    ]


def test_a_commit_that_is_none_is_said_in_one_line() -> None:
    assert bench.main(["no-such-commit"]) == 1


def about(value: float) -> str:
    """A number as people say it: two digits that count."""
    rounded = float(f"{value:.1e}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


def test_the_sums_on_the_page_about_hosting_come_out() -> None:
    text = (DOCS / "about/hosting.md").read_text(encoding="utf-8")
    a_line, day, month, many = 1e9, 24 * 3600, 30 * 24 * 3600, 1e9
    served = a_line / 8 / load.VISIT_BYTES
    for said in (
        f"{load.VISIT_REQUESTS} requests",
        f"{about(load.VISIT_BYTES / 1e3)} kB",
        f"{about(served)} first visits",
        f"{about(served * load.VISIT_REQUESTS)} requests",
        f"{about(served * day / 1e6)} million visits",
        f"{about(1_000 * 300 / 600)} requests",
        f"{about(many * load.VISIT_BYTES / 1e12)} TB",
        f"{about(10 * many / month * load.VISIT_BYTES * 8 / 1e9)} Gbit/s",
    ):
        assert f'own("{said}")' in text, said
    visits, line = load.visits(served * load.VISIT_REQUESTS)
    assert (round(visits), round(line)) == (round(served), a_line)
