"""The bench measures what it says on this very site, and shows medians and ratios; whether it is quick is no test."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Browser

from scripts import browser
from scripts.bench import __main__ as bench
from scripts.bench import pages
from scripts.bench.builds import kilobytes_per_page
from scripts.facts import served
from scripts.pages import hosting
from scripts.paths import DOCS
from scripts.publish import lighthouse, load, server


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


@pytest.mark.parametrize("command", [load, lighthouse], ids=["server", "lighthouse"])
def test_each_thing_that_is_missing_is_said_with_its_remedy(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "SITE", tmp_path)
    monkeypatch.setattr(server, "missing", lambda: ["nginx"])
    monkeypatch.setattr(browser, "installed", lambda: None)
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert (command.main([]) if command is load else command.main()) == 1
    said = capsys.readouterr().err
    remedies = ["apt-get install nginx-light", "python3 scripts/dev.py build", str(tmp_path)]
    remedies.append("apt-get install wrk" if command is load else "apt-get install chromium")
    assert [remedy for remedy in remedies if remedy not in said] == [], said


def seen(*, performance: float | None = 1, why: str = "") -> dict[str, Any]:
    """What Lighthouse reports of a page, as far as it is read here."""
    audits = {name: {"displayValue": "0 ms", "numericValue": 0} for name in lighthouse.TIMES}
    categories = {name: {"score": 1, "auditRefs": []} for name in lighthouse.CATEGORIES}
    report: dict[str, Any] = {"requestedUrl": "http://127.0.0.1/page/", "audits": audits, "categories": categories}
    report["categories"]["performance"]["score"] = performance
    return report | ({"runtimeError": {"message": why}} if why else {})


def looked_at(monkeypatch: pytest.MonkeyPatch, reports: dict[str, Any]) -> int:
    """The end of ``dev.py bench --lighthouse`` where pages answer as ``reports`` says, and all others well."""

    @contextlib.contextmanager
    def shipped(*_: object, **__: object) -> Iterator[server.Server]:
        yield server.Server(80, 443, Path(), 0)

    def look(address: str, _: Path) -> dict[str, Any]:
        return next((report for page, report in reports.items() if address.endswith(page)), seen())

    monkeypatch.setattr(server, "obstacles", lambda _: [])
    monkeypatch.setattr(server, "shipped", shipped)
    monkeypatch.setattr(browser, "installed", lambda: Path("chromium"))
    monkeypatch.setattr(lighthouse, "look", look)
    return lighthouse.main()


def test_a_page_without_a_score_is_an_error_and_no_row_of_zeros(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert looked_at(monkeypatch, {}) == 0
    capsys.readouterr()
    assert looked_at(monkeypatch, {"choose/": seen(performance=None, why="Status code: 503")}) == 1
    shown = capsys.readouterr()
    assert "no score for performance (Status code: 503)" in shown.err
    assert "http://127.0.0.1/page/" in shown.err
    assert "\nchoose/" not in shown.out
    assert "\nlabs/whose-kernel/" in shown.out, "the other pages are looked at all the same"
    assert looked_at(monkeypatch, {"choose/": seen(performance=0.99)}) == 1


def test_a_page_that_does_not_answer_is_named_before_lighthouse_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "status", lambda _: 404)
    with pytest.raises(lighthouse.NoReportError, match=r"http://127\.0\.0\.1/gone/ answers 404 .*dev\.py build"):
        lighthouse.look("http://127.0.0.1/gone/", Path("chromium"))


# As wrk 4.1.0 prints it.
SAID = """Running 4s test @ http://127.0.0.1:1/
  1 threads and 64 connections
  Latency Distribution
     50%  650.00us
     99%    {late}
  Requests/sec:  {rate}
Transfer/sec:    120.00MB
"""


def test_figures_of_the_server_come_from_what_wrk_said() -> None:
    said = [SAID.format(late="900.00us", rate="1000.00"), SAID.format(late="2.50ms", rate="3000.00")]
    assert served.figures(said) == (2000, 2.5)
    with pytest.raises(ValueError, match="unable to connect"):
        served.figures(["unable to connect to 127.0.0.1"])


def test_the_page_about_hosting_shows_a_run_with_its_conditions_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [SAID.format(late="2.50ms", rate="71234.50")]
    machine = {"cpu": "A <processor>", "cores": 2, "memory_gib": 24, "os": "Debian", "kernel": "6.1"}
    run = served.Run(
        day=dt.date(2026, 11, 26),
        **machine,
        nginx="1.22.1",
        wrk="4.1.0",
        load_before=0.1,
        load_after=1.5,
        seconds=4,
        connections=64,
        asked=[served.Asked(path="/nowhere", shipped=said, plain=said)],
        memory_mib=served.Sides(shipped=8, plain=7.1),
    )

    class Here:
        def file(self, address: str) -> str:
            return f"../../{address}"

    monkeypatch.setattr(hosting, "read", lambda: run)
    shown = hosting.served(Here())  # type: ignore[arg-type]
    for words in ("71,234", "2.5", "26 November 2026", "A &lt;processor&gt;", "2 cores", "../../data/load.json"):
        assert words in shown, words
    monkeypatch.setattr(hosting, "read", lambda: None)
    assert "no figure" in hosting.served(Here())  # type: ignore[arg-type]


def test_a_published_run_of_the_server_is_whole() -> None:
    run = served.read()
    if run:
        assert [asked.path for asked in run.asked] == list(load.ASKED)
        for asked in run.asked:
            assert len(asked.shipped) == len(asked.plain) == load.RUNS
            assert all(served.figures([text]) for text in (*asked.shipped, *asked.plain))


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
