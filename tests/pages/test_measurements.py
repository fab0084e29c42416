"""The page of measurements shows every run, marks emulation, and reads a reader's own file safely."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.measure import report, result
from scripts.pages import measurements
from tests.support import Visit, append, complaints, file_of, page, words

PAGE = "reference/measurements/"


RUNS = result.published()


@pytest.mark.parametrize("name", list(RUNS))
def test_every_run_is_shown_with_every_series_its_raw_data_and_its_commands(web: Path, name: str) -> None:
    run, article = RUNS[name], page(web, f"reference/runs/{name}/")
    assert article.select_one(f'a[href$="data/measurements/{name}.json"]') is not None
    published = (web / f"data/measurements/{name}.json").read_text(encoding="utf-8")
    assert result.loads(published, name) == run
    for measure in {case.measure for case in run.cases}:
        heading = article.find(id=measure)
        assert heading is not None
        table = heading.find_next("table")
        assert table is not None
        assert len(table.select("tbody tr")) == len(run.of(measure))
    commands = [code.text for code in article.select("ul.commands code")]
    for case in run.cases:
        # A measure that is worked out from others has no command of its own.
        if case.command and case.engine not in {"container-image", "machine-image"}:
            assert shlex.join(case.command) in commands
    text = words(article.text)
    for engine in run.engines:
        assert engine.usable or f"{engine.name}: {engine.reason}" in text
    rows = article.select("tr.group-emulated")
    emulated = [case for case in run.cases if run.engine(case.engine).group == "emulated"]
    assert len(rows) == len(emulated)
    for row in rows:
        assert result.EMULATED in row.text
        assert "times the bare process" not in row.text


def test_the_page_leads_to_every_run_and_puts_no_emulated_machine_beside_others(web: Path) -> None:
    article = page(web, PAGE)
    for name in RUNS:
        assert article.select_one(f'a[href*="runs/{name}"]'), f"docs/data/measurements/{name}.json is on no page"
    table = article.select_one("table.figures")
    assert table is not None
    _, run = measurements.reference_run()
    assert run is not None
    shown = {words(head.text) for head in table.select("tbody th")}
    assert {engine.name for engine in run.engines if engine.group == "emulated"}.isdisjoint(shown)
    assert "runc, no engine" in shown
    assert "no difference shown" in words(article.text).lower()


@pytest.mark.parametrize(("width", "most"), [(1280, 3500), (390, 7000)])
def test_the_page_is_short(visit: Callable[..., Visit], width: int, most: int) -> None:
    height = visit(PAGE, width=width).page.evaluate("() => document.documentElement.scrollHeight")
    assert height <= most


MEASURED = """- id: new-figure
  title: Something new
  text: {value} {unit}
  value: {value}
  unit: {unit}
  conditions: Here.
  kind: measured
  side: container
  measurement: {{run: {run}, case: {case}}}
  checked: 2026-11-24
  review_by: 2030-01-01
"""


def test_a_measured_claim_has_to_say_what_its_run_says(folder: Path) -> None:
    name, run = measurements.reference_run()
    assert run is not None
    case = run.of("exit")[0]
    right = report.plain(case.summary.median, "ms")
    claims = folder / "claims.yml"
    original = claims.read_text(encoding="utf-8")
    for changes, message in (
        ({"value": 123456}, f"Write '{right} ms' in its text, and value: {right}"),
        ({"unit": "s"}, "and its run measured"),
        ({"run": "no-such-run"}, "there is no run 'no-such-run'"),
        ({"case": "bare/exit/nothing"}, "there is no case 'bare/exit/nothing'"),
    ):
        row = {"value": right, "unit": "ms", "run": name, "case": case.id} | changes
        claims.write_text(original, encoding="utf-8")
        append(claims, MEASURED.format(**row))
        found = complaints(folder)
        assert len(found) == 1, found
        assert message in found[0]
        assert re.search(r"claims\.yml:\d+: ", found[0]), "the message names file and line"
    claims.write_text(original, encoding="utf-8")
    row = MEASURED.format(value=right, unit="ms", run=name, case=case.id)
    append(claims, row.replace(f"  measurement: {{run: {name}, case: {case.id}}}\n", ""))
    assert "needs 'measurement: {run: …, case: …}'" in complaints(folder)[0]


def test_the_page_can_be_drawn_without_any_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measurements, "runs", dict)
    assert measurements.reference_run() == ("", None)
    assert json.loads(measurements.viewer_data().partition(">")[2].rpartition("<")[0])["runs"] == {}


# --- The viewer -----------------------------------------------------------------------------------------------------


def mine(**changes: Any) -> dict[str, Any]:
    """A reader's file, as an object: the newest published run, changed."""
    name = next(iter(result.published()))
    whole: dict[str, Any] = json.loads((result.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return whole | changes


def load_file(seen: Visit, content: str) -> str:
    """Give the viewer a file; returns what it says."""
    seen.page.set_input_files(
        "#viewer-file", {"name": "mine.json", "mimeType": "application/json", "buffer": content.encode()}
    )
    message = seen.page.locator(".viewer__message")
    message.filter(has_text=re.compile(r"\S")).wait_for()
    return message.inner_text()


@pytest.mark.parametrize("edition", ["web", "disk"])
def test_a_readers_own_file_is_shown_beside_the_published_runs(
    edition: str, visit: Callable[..., Visit], disk_visit: Callable[..., Visit]
) -> None:
    seen = visit(PAGE) if edition == "web" else disk_visit("reference/measurements.html")
    seen.page.wait_for_load_state("networkidle")
    before = set(seen.requests)
    whole = mine()
    said = load_file(seen, json.dumps(whole))
    assert said.startswith(f"Showing {len(whole['cases'])} series")
    rows = seen.page.locator("#viewer table tbody tr")
    assert rows.count() == len(whole["cases"])
    first = rows.first.locator("td")
    assert first.count() == 1 + len(result.published())
    assert first.nth(0).inner_text() == first.nth(1).inner_text(), "the same run, shown twice, shows the same"
    for row in seen.page.locator("#viewer tr.group-emulated").all():
        assert result.EMULATED in row.inner_text()
    later = {url for url in seen.requests if "favicon" not in url} - before
    assert later == set(), "nothing was sent or fetched"
    assert seen.errors == []


def broken() -> list[tuple[str, str, str]]:
    """(what is wrong, the file, what the page says)"""
    case, engine = mine()["cases"][0], mine()["engines"][0]
    emulated = {**engine, "group": "vm", "accelerator": "tcg"}
    return [
        ("no JSON", "{oops", "it is not JSON"),
        ("another JSON", "[1, 2]", "it is not a result of dev.py measure"),
        ("nothing", "null", "it is not a result of dev.py measure"),
        ("another version", json.dumps(mine(schema_version=9)), "its schema version is not 1"),
        ("no cases", json.dumps(mine(cases=[])), "it holds no measurements"),
        ("too many cases", json.dumps(mine(cases=[case] * 500)), "it holds more than 400 series"),
        ("an infinite sample", json.dumps(mine(cases=[{**case, "values": [1e300]}])), "a sample is not a number"),
        ("a sample of text", json.dumps(mine(cases=[{**case, "values": ["9"]}])), "a sample is not a number"),
        ("another unit", json.dumps(mine(cases=[{**case, "unit": "days"}])), "is not ms"),
        ("an unknown measure", json.dumps(mine(cases=[{**case, "measure": "__proto__"}])), "does not know"),
        ("an unknown group", json.dumps(mine(engines=[{**engine, "group": "constructor"}])), "unknown group"),
        (
            "emulation as a VM",
            json.dumps(mine(engines=[emulated])),
            "without hardware virtualisation a virtual machine",
        ),
        ("a deep nest", "[" * 100_000 + "]" * 100_000, "it is not"),
        ("too large", " " * (result.MAX_BYTES + 1), "it is larger than any result"),
    ]


@pytest.mark.parametrize(("name", "content", "message"), broken(), ids=lambda value: value[:30])
def test_a_malformed_file_gets_a_clear_message(
    name: str, content: str, message: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(PAGE)
    said = load_file(seen, content)
    assert said.startswith("This file cannot be shown: ")
    assert message in said, name
    assert seen.page.locator("#viewer table").count() == 0
    assert seen.errors == []


def test_markup_in_a_file_is_shown_as_text(visit: Callable[..., Visit]) -> None:
    attack = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    whole = mine()
    whole["engines"][0]["name"] = attack
    whole["machine"]["cpu"] = attack
    seen = visit(PAGE)
    title = seen.page.title()
    assert attack in load_file(seen, json.dumps(whole))
    assert attack in seen.page.locator("#viewer tbody th").first.inner_text()
    assert seen.page.locator("#viewer img, #viewer script").count() == 0
    assert seen.page.title() == title


def test_the_viewers_data_cannot_end_its_element(web: Path) -> None:
    text = file_of(web, PAGE).read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="viewer-data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    assert set(json.loads(found.group(1))["runs"]) == set(result.published())
